//! When the next round of sync begins. Pure: the seed decides, no clock is read.

use std::time::Duration;

use crate::config::SyncConfig;

/// Counts failures and spreads rounds, so that after an outage a country's nodes do not all ask in the same second.
#[derive(Debug, Clone)]
pub struct Schedule {
    interval: Duration,
    retry_min: Duration,
    retry_max: Duration,
    failures: u32,
    random: u64,
}

impl Schedule {
    /// The schedule of `config`; `seed` spreads it.
    #[must_use]
    pub const fn new(config: &SyncConfig, seed: u64) -> Self {
        Self {
            interval: Duration::from_secs(config.interval_seconds),
            retry_min: Duration::from_secs(config.retry_seconds_min),
            retry_max: Duration::from_secs(config.retry_seconds_max),
            failures: 0,
            random: seed,
        }
    }

    /// Time from the start of the process to the first round: up to the shortest repetition, so that a power cut in a
    /// whole town does not bring all its nodes at once.
    #[must_use]
    pub fn first(&mut self) -> Duration {
        let part = self.part();
        self.retry_min.mul_f64(part)
    }

    /// Time to the next round after one that went well: the interval, up to a tenth shorter or longer.
    #[must_use]
    pub fn after_success(&mut self) -> Duration {
        self.failures = 0;
        let part = self.part();
        self.interval.mul_f64(0.9 + part / 5.0)
    }

    /// Time to the next round after one that did not: doubles from the shortest to the longest, of which half to all is
    /// taken.
    #[must_use]
    pub fn after_failure(&mut self) -> Duration {
        let doubled = self.retry_min.saturating_mul(2_u32.saturating_pow(self.failures.min(31)));
        self.failures = self.failures.saturating_add(1);
        let part = self.part();
        doubled.min(self.retry_max).mul_f64(0.5 + part / 2.0)
    }

    /// Rounds that failed one after the other.
    #[must_use]
    pub const fn failures(&self) -> u32 {
        self.failures
    }

    /// A number from 0 up to 1, by SplitMix64 (Steele, Lea, Flood 2014): spread is all that is asked of it.
    fn part(&mut self) -> f64 {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.random;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        f64::from((mixed >> 32) as u32) / 4_294_967_296.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: SyncConfig = SyncConfig {
        interval_seconds: 900,
        retry_seconds_min: 5,
        retry_seconds_max: 60,
        connect_seconds_max: 30,
        answer_seconds_max: 60,
    };

    fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    #[test]
    fn repetitions_double_up_to_the_longest_and_begin_anew_after_a_success() {
        for seed in 0..50 {
            let mut schedule = Schedule::new(&CONFIG, seed);
            assert!(schedule.first() < seconds(5));
            for longest in [5, 10, 20, 40, 60, 60, 60] {
                let wait = schedule.after_failure();
                let (longest, shortest) = (seconds(longest), seconds(longest) / 2);
                assert!(shortest <= wait && wait <= longest, "seed {seed}: {wait:?}");
            }
            let wait = schedule.after_success();
            assert!(seconds(810) <= wait && wait <= seconds(990), "seed {seed}: {wait:?}");
            assert_eq!(schedule.failures(), 0);
            assert!(schedule.after_failure() <= seconds(5));
        }
    }

    #[test]
    fn a_thousand_failures_do_not_overflow() {
        let mut schedule = Schedule::new(&CONFIG, 1);
        for _ in 0..1000 {
            assert!(schedule.after_failure() <= seconds(60));
        }
    }

    #[test]
    fn the_seed_decides() {
        let waits = |seed| {
            let mut schedule = Schedule::new(&CONFIG, seed);
            [schedule.after_success(), schedule.after_failure(), schedule.after_failure()]
        };
        assert_eq!(waits(7), waits(7));
        assert_ne!(waits(7), waits(8));
    }
}
