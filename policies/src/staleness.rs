//! How old the data is: when claims become visible, how far a source reaches, how late a snapshot is.
//!
//! Promises: pure calendar rules of the claims system (the rhythm of the 11th to 13th), and ages told in days and
//! months, never as "current". Old data is never refused: in a disaster it is shown, marked.
//!
//! Not covered: on which day a receipt is accepted that is filed outside days 5 to 12 (not established, see
//! [`visible_from`]), and how late an insurer registers checkups, which differs by insurer.

use crate::time::{JstDate, Timestamp, YearMonth};

/// The morning by which receipts accepted on a day are shown.
///
/// Days 5 to 10 come in one batch on the 11th; the 11th on the 12th; the 12th on the 13th. For other days no rule is
/// established; the next day is our reading, in line with the last two.
#[must_use]
pub fn visible_from(accepted: JstDate) -> JstDate {
    let (_, _, day) = accepted.ymd();
    if (5..=10).contains(&day) {
        accepted.plus_days(i64::from(11 - day))
    } else {
        accepted.plus_days(1)
    }
}

/// The newest treatment month of which all punctual claims are visible on a day: last month from the 11th on, before
/// that the month before last.
#[must_use]
pub fn newest_complete_month(on: JstDate) -> YearMonth {
    let (_, _, day) = on.ymd();
    on.year_month().plus_months(if day >= 11 { -1 } else { -2 })
}

/// How far each source of a snapshot reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceReach {
    /// The newest treatment month whose claims are in.
    pub claims_to: YearMonth,
    /// The day on which the newest claims were processed.
    pub processed: JstDate,
    /// The day up to which eligibility registrations are in.
    pub eligibility_to: JstDate,
    /// The day up to which checkup registrations are in.
    pub checkups_to: JstDate,
}

impl SourceReach {
    /// The last day the claims tell anything complete about.
    #[must_use]
    pub fn claims_last_day(&self) -> JstDate {
        self.claims_to.last_day()
    }

    /// Treatment months that a fresh copy would have on `today` and this one lacks.
    #[must_use]
    pub fn months_behind(&self, today: JstDate) -> u32 {
        let lacking = newest_complete_month(today).index() - self.claims_to.index();
        u32::try_from(lacking).unwrap_or(0)
    }
}

/// How a snapshot stands to its own promise of freshness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SnapshotAge {
    /// Within the time the publisher promised.
    Fresh,
    /// Past it by this many whole days, fewer than [`OLD_AFTER_DAYS`].
    Overdue {
        /// Whole days past *fresh_until*.
        days: u32,
    },
    /// Past it by this many whole days: at least one monthly round of claims is missing.
    Old {
        /// Whole days past *fresh_until*.
        days: u32,
    },
    /// Published later than now: one of the clocks is wrong, and no age can be told.
    ClockDoubtful,
}

/// Days past *fresh_until* after which a snapshot is called old: the longest month, within which a new round of claims
/// must have come.
pub const OLD_AFTER_DAYS: u32 = 31;

/// How far a publisher's clock may run ahead of the node's: five minutes.
const CLOCK_TOLERANCE_MS: i64 = 5 * 60_000;

const DAY_MS: i64 = 24 * 3_600_000;

impl SnapshotAge {
    /// The age at `now` of a snapshot published at `published_at` and promised fresh until `fresh_until`, exclusive.
    #[must_use]
    pub fn at(published_at: Timestamp, fresh_until: Timestamp, now: Timestamp) -> Self {
        if published_at > now.plus_millis(CLOCK_TOLERANCE_MS) {
            return Self::ClockDoubtful;
        }
        if now < fresh_until {
            return Self::Fresh;
        }
        let days = u32::try_from(now.millis_since(fresh_until) / DAY_MS).unwrap_or(u32::MAX);
        if days < OLD_AFTER_DAYS { Self::Overdue { days } } else { Self::Old { days } }
    }

    /// True unless the snapshot is fresh: say so on every page.
    #[must_use]
    pub const fn needs_mark(self) -> bool {
        !matches!(self, Self::Fresh)
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    fn day(text: &str) -> JstDate {
        JstDate::parse(text).unwrap()
    }

    fn reach(claims_to: &str) -> SourceReach {
        let processed = day("2026-11-12");
        SourceReach {
            claims_to: YearMonth::parse(claims_to).unwrap(),
            processed,
            eligibility_to: processed,
            checkups_to: processed,
        }
    }

    #[test]
    fn receipts_are_shown_in_the_rhythm_of_the_eleventh_to_thirteenth() {
        for (accepted, shown) in [
            ("2026-11-05", "2026-11-11"),
            ("2026-11-08", "2026-11-11"),
            ("2026-11-10", "2026-11-11"),
            ("2026-11-11", "2026-11-12"),
            ("2026-11-12", "2026-11-13"),
            ("2026-11-04", "2026-11-05"),
            ("2026-11-30", "2026-12-01"),
        ] {
            assert_eq!(visible_from(day(accepted)), day(shown), "{accepted}");
        }
    }

    #[test]
    fn on_the_day_of_noto_november_was_the_newest_month() {
        for (on, month) in [
            ("2024-01-01", "2023-11"),
            ("2024-01-10", "2023-11"),
            ("2024-01-11", "2023-12"),
            ("2024-02-10", "2023-12"),
            ("2024-03-31", "2024-02"),
        ] {
            assert_eq!(newest_complete_month(day(on)).to_string(), month, "{on}");
        }
    }

    #[test]
    fn a_treatment_is_visible_after_11_to_41_days() {
        let first_visible = |treated: JstDate| {
            let mut on = treated;
            while newest_complete_month(on) < treated.year_month() {
                on = on.plus_days(1);
            }
            on.days() - treated.days()
        };
        let waits: alloc::vec::Vec<_> =
            (0..365).map(|n| first_visible(day("2026-01-01").plus_days(n))).collect();
        assert_eq!((waits.iter().min(), waits.iter().max()), (Some(&11), Some(&41)));
    }

    #[test]
    fn months_behind_counts_rounds_of_claims_and_never_below_zero() {
        let reach = reach("2026-10");
        for (today, months) in
            [("2026-11-22", 0), ("2026-12-10", 0), ("2026-12-11", 1), ("2027-03-15", 4)]
        {
            assert_eq!(reach.months_behind(day(today)), months, "{today}");
        }
        assert_eq!(reach.months_behind(day("2026-01-01")), 0);
        assert_eq!(reach.claims_last_day(), day("2026-10-31"));
    }

    #[test]
    fn a_snapshot_is_fresh_then_overdue_then_old() {
        let published = day("2026-11-12").start();
        let until = day("2026-11-14").start();
        let at = |now: Timestamp| SnapshotAge::at(published, until, now);
        assert_eq!(at(until.plus_millis(-1)), SnapshotAge::Fresh);
        assert_eq!(at(until), SnapshotAge::Overdue { days: 0 });
        assert_eq!(
            at(until.plus_hours(31 * 24).plus_millis(-1)),
            SnapshotAge::Overdue { days: 30 }
        );
        assert_eq!(at(until.plus_hours(31 * 24)), SnapshotAge::Old { days: 31 });
        assert_eq!(at(published.plus_millis(-300_000)), SnapshotAge::Fresh);
        assert_eq!(at(published.plus_millis(-300_001)), SnapshotAge::ClockDoubtful);
        assert!(!SnapshotAge::Fresh.needs_mark() && SnapshotAge::ClockDoubtful.needs_mark());
    }
}
