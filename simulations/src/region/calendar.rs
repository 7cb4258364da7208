//! Days and months of a simulated life, in integers.
//!
//! Written apart from the date types of `policies` on purpose: the truth of a region must not
//! share code with what it judges.
//!
//! Invariant: a [`Day`] is a real day of the proleptic Gregorian calendar. Not covered: time of
//! day, zones (everything is JST).

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A day, counted from 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

/// A month, counted as year x 12 + (month - 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(i32);

impl Day {
    /// The day of a date; a day or month out of range is carried over (as in 2026-13-01).
    pub const fn new(year: i32, month: i32, day: i32) -> Self {
        let months = year * 12 + (month - 1);
        let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
        // Years begin in March, so that the leap day is the last of its year.
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let year_of_era = year - era * 400;
        let month_from_march = (month + 9) % 12;
        let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Self(era * 146_097 + day_of_era - 719_468)
    }

    /// Year, month, day.
    pub const fn date(self) -> (i32, i32, i32) {
        let shifted = self.0 + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted - era * 146_097;
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
        (year, month, day)
    }

    /// The day `days` later (earlier when negative).
    pub const fn plus(self, days: i32) -> Self {
        Self(self.0 + days)
    }

    /// Days from `earlier` to this day.
    pub const fn since(self, earlier: Self) -> i32 {
        self.0 - earlier.0
    }

    /// The month that holds this day.
    pub const fn month(self) -> Month {
        let (year, month, _) = self.date();
        Month(year * 12 + month - 1)
    }

    /// Day of the month, from 1.
    pub const fn day(self) -> i32 {
        self.date().2
    }

    /// Completed years of life on this day of somebody born on `birth`.
    pub const fn age_of(self, birth: Self) -> i32 {
        let (year, month, day) = self.date();
        let (birth_year, birth_month, birth_day) = birth.date();
        let before_birthday = month < birth_month || (month == birth_month && day < birth_day);
        year - birth_year - if before_birthday { 1 } else { 0 }
    }

    /// The fiscal year (April to March) that holds this day.
    pub const fn fiscal_year(self) -> i32 {
        let (year, month, _) = self.date();
        if month >= 4 { year } else { year - 1 }
    }

    /// `YYYYMMDD`.
    pub fn compact(self) -> String {
        let (year, month, day) = self.date();
        format!("{year:04}{month:02}{day:02}")
    }

    /// `GYYMMDD` of the old receipts: era digit, year of the era, month, day.
    pub fn era_form(self) -> String {
        let (year, month, day) = self.date();
        let (era, base) = era_at(self);
        format!("{era}{:02}{month:02}{day:02}", year - base)
    }

    /// Reads `YYYY-MM-DD`; none unless it is a real day.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let mut next = |width: usize| {
            let part = parts.next()?;
            (part.len() == width && part.bytes().all(|byte| byte.is_ascii_digit()))
                .then(|| part.parse::<i32>().ok())
                .flatten()
        };
        let (year, month, day) = (next(4)?, next(2)?, next(2)?);
        let parsed = Self::new(year, month, day);
        (parts.next().is_none() && parsed.date() == (year, month, day)).then_some(parsed)
    }
}

impl Month {
    /// The month of a year and a month number from 1.
    pub const fn new(year: i32, month: i32) -> Self {
        Self(year * 12 + month - 1)
    }

    /// The month `months` later (earlier when negative).
    pub const fn plus(self, months: i32) -> Self {
        Self(self.0 + months)
    }

    /// Months from `earlier` to this one.
    pub const fn since(self, earlier: Self) -> i32 {
        self.0 - earlier.0
    }

    /// Its first day.
    pub const fn first(self) -> Day {
        Day::new(self.0.div_euclid(12), self.0.rem_euclid(12) + 1, 1)
    }

    /// Its last day.
    pub const fn last(self) -> Day {
        self.plus(1).first().plus(-1)
    }

    /// `day` of this month, or its last day when the month is shorter.
    pub fn day(self, day: i32) -> Day {
        self.first().plus(day - 1).min(self.last())
    }

    /// `YYYYMM`.
    pub fn compact(self) -> String {
        format!("{:04}{:02}", self.0.div_euclid(12), self.0.rem_euclid(12) + 1)
    }

    /// `GYYMM` of the old receipts.
    pub fn era_form(self) -> String {
        self.first().era_form().chars().take(5).collect()
    }
}

/// Era digit and the year before the era's first, on a day.
const fn era_at(day: Day) -> (u8, i32) {
    if day.0 >= Day::new(2019, 5, 1).0 {
        (5, 2018)
    } else if day.0 >= Day::new(1989, 1, 8).0 {
        (4, 1988)
    } else if day.0 >= Day::new(1926, 12, 25).0 {
        (3, 1925)
    } else if day.0 >= Day::new(1912, 7, 30).0 {
        (2, 1911)
    } else {
        (1, 1867)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.date();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.div_euclid(12), self.0.rem_euclid(12) + 1)
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a YYYY-MM-DD date"))
    }
}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Day::parse(&format!("{text}-01"))
            .map(Day::month)
            .ok_or_else(|| serde::de::Error::custom("not a YYYY-MM month"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_agree_over_two_centuries() {
        let mut day = Day::new(1867, 1, 1);
        let mut before = day.date();
        while day < Day::new(2067, 1, 1) {
            day = day.plus(1);
            let (year, month, date) = day.date();
            assert_eq!(Day::new(year, month, date), day);
            assert!((year, month, date) > before);
            before = (year, month, date);
        }
        assert_eq!(Day::new(1970, 1, 1).since(Day::new(1969, 12, 31)), 1);
        assert_eq!(Day::new(2024, 2, 28).plus(1).date(), (2024, 2, 29));
    }

    #[test]
    fn eras_follow_their_first_days() {
        for (date, era) in [
            ("1926-12-24", "2151224"),
            ("1926-12-25", "3011225"),
            ("1989-01-07", "3640107"),
            ("1989-01-08", "4010108"),
            ("2019-05-01", "5010501"),
        ] {
            assert_eq!(Day::parse(date).unwrap().era_form(), era);
        }
        assert_eq!(Month::new(2026, 10).era_form(), "50810");
    }

    #[test]
    fn impossible_dates_are_not_read() {
        for text in ["2026-02-29", "2026-13-01", "2026-1-01", "20261101", "2026-11-01-1"] {
            assert_eq!(Day::parse(text), None, "{text}");
        }
    }

    #[test]
    fn ages_and_fiscal_years_turn_on_the_day() {
        let birth = Day::new(1951, 11, 13);
        assert_eq!(Day::new(2026, 11, 12).age_of(birth), 74);
        assert_eq!(Day::new(2026, 11, 13).age_of(birth), 75);
        assert_eq!(Day::new(2026, 3, 31).fiscal_year(), 2025);
        assert_eq!(Month::new(2026, 2).day(31).to_string(), "2026-02-28");
    }
}
