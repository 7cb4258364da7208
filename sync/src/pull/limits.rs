//! How long and how much.

/// Most segments one manifest may want: what the longest manifest can list.
pub const WANTED_MAX: usize = 40_000;

/// Bounds of one pull. Times in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PullLimits {
    /// Exchanges open at once, at least 1. Default 4: four streams of 2 MiB window fill a line of 80 Mbit/s at 600 ms.
    pub window: usize,
    /// Longest silence on an exchange before it is asked again. Default 30 s, many round trips of a satellite line.
    pub silence_ms: i64,
    /// Longest time for the manifest or one segment, repetitions included. Default one hour: 8 MiB at 19 kbit/s. A
    /// peer that trickles is left after this.
    pub job_ms: i64,
    /// Wait before the first repetition; doubles with each. Default 1 s.
    pub retry_ms: i64,
    /// Repetitions without one new byte before the pull gives up. Default 3.
    pub stalls_max: u8,
}

impl Default for PullLimits {
    fn default() -> Self {
        Self { window: 4, silence_ms: 30_000, job_ms: 3_600_000, retry_ms: 1_000, stalls_max: 3 }
    }
}
