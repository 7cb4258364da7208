//! Stretches of time with an exclusive end.

use super::{JstDate, Timestamp};

/// From `from` up to, not including, `until`. Empty when `until` is not later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    /// First instant inside.
    pub from: Timestamp,
    /// First instant outside.
    pub until: Timestamp,
}

impl Period {
    /// True when `at` lies inside.
    #[must_use]
    pub fn contains(&self, at: Timestamp) -> bool {
        self.from <= at && at < self.until
    }
}

/// Days from `from` up to, not including, `until`; open-ended without `until`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DatePeriod {
    /// First day inside.
    pub from: JstDate,
    /// First day outside, when there is one.
    pub until: Option<JstDate>,
}

impl DatePeriod {
    /// True when `day` lies inside.
    #[must_use]
    pub fn contains(&self, day: JstDate) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }

    /// True when the two share at least one day.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        let before = |a: &Self, b: &Self| a.until.is_some_and(|until| until <= b.from);
        !before(self, other) && !before(other, self) && !self.is_empty() && !other.is_empty()
    }

    /// True when no day lies inside.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.until.is_some_and(|until| until <= self.from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(d: u32) -> JstDate {
        JstDate::from_ymd(2026, 11, d).unwrap()
    }

    #[test]
    fn twenty_four_hundred_is_the_next_day_and_outside() {
        let week = Period { from: day(1).start(), until: day(7).end() };
        assert!(week.contains(day(8).start().plus_millis(-1)));
        assert!(!week.contains(day(8).start()));
        assert!(!week.contains(day(1).start().plus_millis(-1)));
    }

    #[test]
    fn neighbouring_coverages_do_not_overlap() {
        let until = |f, u| DatePeriod { from: day(f), until: Some(day(u)) };
        assert!(!until(1, 5).overlaps(&until(5, 9)));
        assert!(until(1, 6).overlaps(&until(5, 9)));
        assert!(DatePeriod { from: day(3), until: None }.overlaps(&until(5, 9)));
        assert!(!until(5, 5).overlaps(&DatePeriod { from: day(1), until: None }));
    }
}
