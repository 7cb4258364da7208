//! A calendar day in Japan.

use core::fmt;

use super::{TimeError, Timestamp, YearMonth, digits};

/// A calendar day in Japan (proleptic Gregorian), stored as days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JstDate(i64);

impl JstDate {
    /// The day `days` after 1970-01-01.
    #[must_use]
    pub const fn from_days(days: i64) -> Self {
        Self(days)
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub const fn days(self) -> i64 {
        self.0
    }

    /// The day `year`-`month`-`day`, or none when the calendar has no such day. Years 1 to 9999.
    #[must_use]
    pub const fn from_ymd(year: i32, month: u32, day: u32) -> Option<Self> {
        if year < 1 || year > 9999 || month < 1 || month > 12 {
            return None;
        }
        if day < 1 || day > days_in_month(year, month) {
            return None;
        }
        Some(Self(days_from_civil(year, month, day)))
    }

    /// Reads `YYYYMMDD` or `YYYY-MM-DD`.
    ///
    /// # Errors
    /// Anything else, and days the calendar does not have.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let error = TimeError { expected: "date YYYYMMDD or YYYY-MM-DD" };
        let (year, month, day) = match text.len() {
            8 => (text.get(0..4), text.get(4..6), text.get(6..8)),
            10 if text.get(4..5) == Some("-") && text.get(7..8) == Some("-") => {
                (text.get(0..4), text.get(5..7), text.get(8..10))
            }
            _ => return Err(error),
        };
        let part = |p: Option<&str>| p.and_then(digits).ok_or(error);
        let year = i32::try_from(part(year)?).map_err(|_| error)?;
        Self::from_ymd(year, part(month)?, part(day)?).ok_or(error)
    }

    /// Year, month (1-12) and day (1-31).
    #[must_use]
    pub const fn ymd(self) -> (i32, u32, u32) {
        civil_from_days(self.0)
    }

    /// The month this day belongs to.
    #[must_use]
    pub const fn year_month(self) -> YearMonth {
        let (year, month, _) = self.ymd();
        YearMonth::from_parts(year, month)
    }

    /// 00:00 of this day in Japan.
    #[must_use]
    pub const fn start(self) -> Timestamp {
        Timestamp::from_jst_midnight(self.0)
    }

    /// "24:00" of this day: 00:00 of the next, the exclusive end of a period that lasts through this day.
    #[must_use]
    pub const fn end(self) -> Timestamp {
        Timestamp::from_jst_midnight(self.0.saturating_add(1))
    }

    /// `days` later, earlier when negative.
    #[must_use]
    pub const fn plus_days(self, days: i64) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// Completed years from this day (a birth date) to `on`; zero when `on` is earlier.
    #[must_use]
    pub const fn age_on(self, on: Self) -> u32 {
        let (by, bm, bd) = self.ymd();
        let (y, m, d) = on.ymd();
        let before_birthday = m < bm || (m == bm && d < bd);
        let years = y.saturating_sub(by).saturating_sub(before_birthday as i32);
        if years < 0 { 0 } else { years as u32 }
    }
}

/// `2026-11-22`.
impl fmt::Display for JstDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

pub(super) const fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

// Howard Hinnant, "chrono-compatible low-level date algorithms": days_from_civil and civil_from_days.
const fn days_from_civil(year: i32, month: u32, day: u32) -> i64 {
    let year = year as i64 - (month <= 2) as i64;
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted_month = (month as i64 + 9) % 12;
    let day_of_year = (153 * shifted_month + 2) / 5 + day as i64 - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

const fn civil_from_days(days: i64) -> (i32, u32, u32) {
    let days = days.saturating_add(719_468);
    let era = days.div_euclid(146_097);
    let doe = days.rem_euclid(146_097);
    let year_of_era = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let day_of_year = doe - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + (month <= 2) as i64;
    (year as i32, month as u32, day as u32)
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn every_day_of_two_centuries_survives_the_round_trip() {
        let first = JstDate::from_ymd(1868, 1, 1).unwrap();
        let last = JstDate::from_ymd(2100, 12, 31).unwrap();
        for days in first.days()..=last.days() {
            let day = JstDate::from_days(days);
            let (y, m, d) = day.ymd();
            assert_eq!(JstDate::from_ymd(y, m, d), Some(day));
            assert_eq!(JstDate::parse(&day.to_string()), Ok(day));
        }
    }

    #[test]
    fn days_the_calendar_lacks_are_refused() {
        for text in [
            "20260229",
            "20260431",
            "20261301",
            "20260100",
            "00000101",
            "2026-1-01",
            "２０２６０１０１",
            "2026 101",
            "",
        ] {
            assert!(JstDate::parse(text).is_err(), "{text}");
        }
        assert!(JstDate::parse("20240229").is_ok());
    }

    #[test]
    fn age_grows_on_the_birthday() {
        let born = JstDate::from_ymd(1951, 3, 27).unwrap();
        assert_eq!(born.age_on(JstDate::from_ymd(2026, 3, 26).unwrap()), 74);
        assert_eq!(born.age_on(JstDate::from_ymd(2026, 3, 27).unwrap()), 75);
        assert_eq!(born.age_on(JstDate::from_ymd(1950, 1, 1).unwrap()), 0);
    }
}
