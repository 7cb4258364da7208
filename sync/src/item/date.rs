//! Dates on the wire: numbers of days and months, within the calendar that the model reads.

use serde::{Deserialize, Serialize};
use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::time::{DatePeriod, JstDate, PartialDate, YearMonth};

/// 0001-01-01 to 10000-01-01, in days since 1970-01-01: the last is the exclusive end of 9999-12-31, which registers
/// write for "no end".
const DAYS: core::ops::RangeInclusive<i64> = -719_162..=2_932_897;

/// A day, month or year outside years 1 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a date lies outside the years 1 to 9999")]
pub struct DateError;

impl DateError {
    /// Always [`ErrorClass::Invalid`].
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        ErrorClass::Invalid
    }
}

/// The day with this number.
pub(crate) fn read_date(days: i64) -> Result<JstDate, DateError> {
    if DAYS.contains(&days) { Ok(JstDate::from_days(days)) } else { Err(DateError) }
}

/// The number of a day. Checked, so that nothing is written that would be refused when read.
pub(super) fn write_date(date: JstDate) -> Result<i64, DateError> {
    read_date(date.days()).map(JstDate::days)
}

pub(super) fn write_optional(date: Option<JstDate>) -> Result<Option<i64>, DateError> {
    date.map(write_date).transpose()
}

/// The number of a month.
pub(super) fn write_month(month: YearMonth) -> Result<i32, DateError> {
    read_month(month.index()).map(YearMonth::index)
}

/// The month with this number.
pub(crate) fn read_month(index: i32) -> Result<YearMonth, DateError> {
    YearMonth::from_index(index).ok_or(DateError)
}

pub(super) fn read_optional(days: Option<i64>) -> Result<Option<JstDate>, DateError> {
    days.map(read_date).transpose()
}

#[derive(Clone, Copy, Serialize, Deserialize)]
pub(super) enum PartialDateV1 {
    Day(i64),
    Month(i32),
    Year(i32),
}

impl TryFrom<PartialDate> for PartialDateV1 {
    type Error = DateError;

    fn try_from(date: PartialDate) -> Result<Self, DateError> {
        match date {
            PartialDate::Day(day) => write_date(day).map(Self::Day),
            PartialDate::Month(month) => write_month(month).map(Self::Month),
            PartialDate::Year(year @ 1..=9999) => Ok(Self::Year(year)),
            PartialDate::Year(_) => Err(DateError),
        }
    }
}

impl TryFrom<PartialDateV1> for PartialDate {
    type Error = DateError;

    fn try_from(wire: PartialDateV1) -> Result<Self, DateError> {
        match wire {
            PartialDateV1::Day(days) => read_date(days).map(Self::Day),
            PartialDateV1::Month(index) => read_month(index).map(Self::Month),
            PartialDateV1::Year(year @ 1..=9999) => Ok(Self::Year(year)),
            PartialDateV1::Year(_) => Err(DateError),
        }
    }
}

#[derive(Clone, Copy, Serialize, Deserialize)]
pub(super) struct DatePeriodV1 {
    from: i64,
    until: Option<i64>,
}

impl TryFrom<DatePeriod> for DatePeriodV1 {
    type Error = DateError;

    fn try_from(period: DatePeriod) -> Result<Self, DateError> {
        Ok(Self { from: write_date(period.from)?, until: write_optional(period.until)? })
    }
}

impl TryFrom<DatePeriodV1> for DatePeriod {
    type Error = DateError;

    fn try_from(wire: DatePeriodV1) -> Result<Self, DateError> {
        Ok(Self { from: read_date(wire.from)?, until: read_optional(wire.until)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calendar_ends_where_the_model_ends() {
        let first = JstDate::from_ymd(1, 1, 1).unwrap();
        let last = JstDate::from_ymd(9999, 12, 31).unwrap();
        assert_eq!(read_date(first.days()), Ok(first));
        assert_eq!(read_date(last.days()), Ok(last));
        // Exclusive ends: a coverage to 9999-12-31 ends on the day after.
        assert!(read_date(last.days() + 1).is_ok());
        for days in [first.days() - 1, last.days() + 2, i64::MIN, i64::MAX] {
            assert_eq!(read_date(days), Err(DateError));
            assert_eq!(write_date(JstDate::from_days(days)), Err(DateError));
        }
    }
}
