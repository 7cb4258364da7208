//! A date of which the day, or the month too, may be unknown.

use core::fmt;

use super::{JstDate, TimeError, YearMonth, digits};

/// A date known to the day, the month or the year. Registers hold birthdays with day 00, and old receipts give the
/// month of a treatment only. A partial birth date is shown, but never identifies anybody on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartialDate {
    /// Known to the day.
    Day(JstDate),
    /// Known to the month.
    Month(YearMonth),
    /// Known to the year.
    Year(i32),
}

impl PartialDate {
    /// Reads `YYYYMMDD`, where `00` stands for an unknown day or month.
    ///
    /// # Errors
    /// Anything else; a known day in an unknown month too.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let error = TimeError { expected: "date YYYYMMDD, 00 for unknown" };
        if text.len() != 8 {
            return Err(error);
        }
        match (text.get(4..6), text.get(6..8)) {
            (Some("00"), Some("00")) => {
                let year = text.get(0..4).and_then(digits).and_then(|y| i32::try_from(y).ok());
                year.filter(|y| (1..=9999).contains(y)).map(Self::Year).ok_or(error)
            }
            (_, Some("00")) => {
                let month = text.get(0..6).ok_or(error)?;
                YearMonth::parse(month).map(Self::Month).map_err(|_| error)
            }
            _ => JstDate::parse(text).map(Self::Day).map_err(|_| error),
        }
    }

    /// The day, when it is known.
    #[must_use]
    pub const fn day(self) -> Option<JstDate> {
        match self {
            Self::Day(day) => Some(day),
            Self::Month(_) | Self::Year(_) => None,
        }
    }

    /// The calendar year.
    #[must_use]
    pub const fn year(self) -> i32 {
        match self {
            Self::Day(day) => day.ymd().0,
            Self::Month(month) => month.year(),
            Self::Year(year) => year,
        }
    }

    /// True when `day` lies in what is known.
    #[must_use]
    pub fn covers(self, day: JstDate) -> bool {
        match self {
            Self::Day(known) => known == day,
            Self::Month(month) => month == day.year_month(),
            Self::Year(year) => year == day.ymd().0,
        }
    }
}

impl From<JstDate> for PartialDate {
    fn from(day: JstDate) -> Self {
        Self::Day(day)
    }
}

/// `1951-03-27`, `1951-03` or `1951`.
impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => day.fmt(f),
            Self::Month(month) => month.fmt(f),
            Self::Year(year) => write!(f, "{year:04}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn zeros_stand_for_the_unknown() {
        for (text, shown) in
            [("19510327", "1951-03-27"), ("19510300", "1951-03"), ("19510000", "1951")]
        {
            assert_eq!(PartialDate::parse(text).unwrap().to_string(), shown);
        }
        for text in ["19510027", "1951", "00000000", "19511300", "19510230"] {
            assert!(PartialDate::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_partial_date_covers_the_days_it_may_mean() {
        let day = JstDate::parse("19510327").unwrap();
        assert!(PartialDate::parse("19510300").unwrap().covers(day));
        assert!(PartialDate::parse("19510000").unwrap().covers(day));
        assert!(!PartialDate::parse("19510400").unwrap().covers(day));
    }
}
