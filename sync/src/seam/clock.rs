//! What time it is, and how long the process has run.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tomoshibi_policies::time::Timestamp;

/// A wall clock and a running clock. The wall clock may be wrong and may jump; the running clock never goes back.
pub trait Clock: Send + Sync {
    /// The wall clock.
    fn now(&self) -> Timestamp;
    /// What the host's wall clock says, where [`now`](Self::now) says more than that.
    fn host_now(&self) -> Timestamp {
        self.now()
    }
    /// Time since an arbitrary start, never going back.
    fn running(&self) -> Duration;
}

/// The clocks of the host.
#[derive(Debug)]
pub struct SystemClock {
    started: Instant,
}

impl Default for SystemClock {
    fn default() -> Self {
        Self { started: Instant::now() }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let ms = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_millis()).unwrap_or(i64::MAX),
            Err(before) => -i64::try_from(before.duration().as_millis()).unwrap_or(i64::MAX),
        };
        Timestamp::from_millis(ms)
    }

    fn running(&self) -> Duration {
        self.started.elapsed()
    }
}
