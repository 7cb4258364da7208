//! A calendar month.

use core::fmt;

use super::jst_date::days_in_month;
use super::{JstDate, TimeError, digits};

/// A calendar month, such as a treatment month (診療年月). Ordered by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct YearMonth(i32);

impl YearMonth {
    /// The month, or none outside years 1-9999 and months 1-12.
    #[must_use]
    pub const fn new(year: i32, month: u32) -> Option<Self> {
        if year < 1 || year > 9999 || month < 1 || month > 12 {
            return None;
        }
        Some(Self::from_parts(year, month))
    }

    pub(super) const fn from_parts(year: i32, month: u32) -> Self {
        Self(year * 12 + month as i32 - 1)
    }

    /// Months since year 0, the form used on the wire.
    #[must_use]
    pub const fn index(self) -> i32 {
        self.0
    }

    /// The month with this [`index`](Self::index), or none outside years 1-9999.
    #[must_use]
    pub const fn from_index(index: i32) -> Option<Self> {
        if index < 12 || index >= 120_000 { None } else { Some(Self(index)) }
    }

    /// Reads `YYYYMM` or `YYYY-MM`.
    ///
    /// # Errors
    /// Anything else.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let error = TimeError { expected: "month YYYYMM or YYYY-MM" };
        let (year, month) = match text.len() {
            6 => (text.get(0..4), text.get(4..6)),
            7 if text.get(4..5) == Some("-") => (text.get(0..4), text.get(5..7)),
            _ => return Err(error),
        };
        let year = year.and_then(digits).and_then(|y| i32::try_from(y).ok()).ok_or(error)?;
        Self::new(year, month.and_then(digits).ok_or(error)?).ok_or(error)
    }

    /// The calendar year.
    #[must_use]
    pub const fn year(self) -> i32 {
        self.0.div_euclid(12)
    }

    /// The month of the year, 1-12.
    #[must_use]
    pub const fn month(self) -> u32 {
        self.0.rem_euclid(12) as u32 + 1
    }

    /// `months` later, earlier when negative.
    #[must_use]
    pub const fn plus_months(self, months: i32) -> Self {
        Self(self.0.saturating_add(months))
    }

    /// The first day.
    #[must_use]
    pub fn first_day(self) -> JstDate {
        self.day(1).unwrap_or(JstDate::from_days(0))
    }

    /// The last day.
    #[must_use]
    pub fn last_day(self) -> JstDate {
        self.plus_months(1).first_day().plus_days(-1)
    }

    /// Day `day` of this month, or none when the month is shorter.
    #[must_use]
    pub const fn day(self, day: u32) -> Option<JstDate> {
        JstDate::from_ymd(self.year(), self.month(), day)
    }

    /// Number of days, 28-31.
    #[must_use]
    pub const fn len_days(self) -> u32 {
        days_in_month(self.year(), self.month())
    }
}

/// `2026-11`.
impl fmt::Display for YearMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.month())
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn months_count_across_years() {
        let december = YearMonth::new(2023, 12).unwrap();
        assert_eq!(december.plus_months(1), YearMonth::new(2024, 1).unwrap());
        assert_eq!(december.plus_months(-12).to_string(), "2022-12");
        assert_eq!(YearMonth::new(2024, 2).unwrap().last_day().to_string(), "2024-02-29");
    }

    #[test]
    fn only_real_months_are_read() {
        assert_eq!(YearMonth::parse("202611").unwrap().to_string(), "2026-11");
        assert_eq!(YearMonth::parse("2026-11").unwrap().to_string(), "2026-11");
        for text in ["202613", "202600", "2026", "20261", "2026/11", "0000-01"] {
            assert!(YearMonth::parse(text).is_err(), "{text}");
        }
    }
}
