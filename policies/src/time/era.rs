//! Japanese eras (元号), as written on old receipts and spoken by patients.

use core::fmt;

use super::{JstDate, TimeError, digits};

/// An era since Meiji. Border days belong to two eras, so reading is lenient: 昭和64年1月7日 and 平成元年1月8日 are
/// both read, and so is a day a few past an era's end, as people go on counting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Era {
    /// 明治, from 1868.
    Meiji,
    /// 大正, from 1912-07-30.
    Taisho,
    /// 昭和, from 1926-12-25.
    Showa,
    /// 平成, from 1989-01-08.
    Heisei,
    /// 令和, from 2019-05-01.
    Reiwa,
}

impl Era {
    const ALL: [Self; 5] = [Self::Meiji, Self::Taisho, Self::Showa, Self::Heisei, Self::Reiwa];

    /// The year before the era's first, so that year n of the era is `base_year() + n`.
    /// (A public parser has 1967 for Meiji: a slip.)
    #[must_use]
    pub const fn base_year(self) -> i32 {
        match self {
            Self::Meiji => 1867,
            Self::Taisho => 1911,
            Self::Showa => 1925,
            Self::Heisei => 1988,
            Self::Reiwa => 2018,
        }
    }

    /// The digit that stands for the era in receipt files: 1 Meiji to 5 Reiwa.
    #[must_use]
    pub fn from_receipt_digit(digit: char) -> Option<Self> {
        let index = digit.to_digit(10)?.checked_sub(1)?;
        Self::ALL.get(index as usize).copied()
    }

    /// The letter people write: M, T, S, H or R.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Meiji => 'M',
            Self::Taisho => 'T',
            Self::Showa => 'S',
            Self::Heisei => 'H',
            Self::Reiwa => 'R',
        }
    }

    /// The name in kanji.
    #[must_use]
    pub const fn kanji(self) -> &'static str {
        match self {
            Self::Meiji => "明治",
            Self::Taisho => "大正",
            Self::Showa => "昭和",
            Self::Heisei => "平成",
            Self::Reiwa => "令和",
        }
    }

    /// The era from its letter (either case) or its first kanji.
    #[must_use]
    pub fn from_sign(sign: char) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|era| era.letter() == sign.to_ascii_uppercase() || era.kanji().starts_with(sign))
    }

    fn first_day(self) -> Option<JstDate> {
        match self {
            Self::Meiji => JstDate::from_ymd(1868, 1, 1),
            Self::Taisho => JstDate::from_ymd(1912, 7, 30),
            Self::Showa => JstDate::from_ymd(1926, 12, 25),
            Self::Heisei => JstDate::from_ymd(1989, 1, 8),
            Self::Reiwa => JstDate::from_ymd(2019, 5, 1),
        }
    }
}

/// A day as an era writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EraDate {
    /// The era.
    pub era: Era,
    /// Year of the era, from 1 (元年).
    pub year: u32,
    /// Month, 1-12.
    pub month: u32,
    /// Day, 1-31.
    pub day: u32,
}

impl EraDate {
    /// The era date of `day`, or none before 1868. A border day gets the newer era.
    #[must_use]
    pub fn of(day: JstDate) -> Option<Self> {
        let era = Era::ALL.into_iter().rev().find(|e| e.first_day().is_some_and(|f| f <= day))?;
        let (year, month, day) = day.ymd();
        Some(Self { era, year: u32::try_from(year - era.base_year()).ok()?, month, day })
    }

    /// The calendar day.
    ///
    /// # Errors
    /// A day the calendar does not have, and year 0.
    pub fn to_date(self) -> Result<JstDate, TimeError> {
        let error = TimeError { expected: "era date" };
        let year = i32::try_from(self.year).ok().filter(|y| (1..=99).contains(y)).ok_or(error)?;
        JstDate::from_ymd(self.era.base_year() + year, self.month, self.day).ok_or(error)
    }

    /// Reads the receipt form `GYYMMDD`, where G is 1 Meiji to 5 Reiwa.
    ///
    /// # Errors
    /// Anything else.
    pub fn parse_receipt(text: &str) -> Result<JstDate, TimeError> {
        let error = TimeError { expected: "era date GYYMMDD" };
        if text.len() != 7 {
            return Err(error);
        }
        let era = text.chars().next().and_then(Era::from_receipt_digit).ok_or(error)?;
        let part = |range| text.get(range).and_then(digits).ok_or(error);
        Self { era, year: part(1..3)?, month: part(3..5)?, day: part(5..7)? }
            .to_date()
            .map_err(|_| error)
    }
}

/// `昭和26年3月27日`, `令和元年5月1日`.
impl fmt::Display for EraDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.era.kanji())?;
        match self.year {
            1 => f.write_str("元")?,
            year => write!(f, "{year}")?,
        }
        write!(f, "年{}月{}日", self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn receipt_dates_of_every_era_are_read() {
        for (text, day) in [
            ("1450729", "1912-07-29"),
            ("2010730", "1912-07-30"),
            ("3260327", "1951-03-27"),
            ("3640107", "1989-01-07"),
            ("4010108", "1989-01-08"),
            ("5080401", "2026-04-01"),
        ] {
            assert_eq!(EraDate::parse_receipt(text).unwrap().to_string(), day);
        }
        for text in ["0260327", "6260327", "3000327", "3261327", "326032", "32603271"] {
            assert!(EraDate::parse_receipt(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_first_year_is_gannen() {
        let day = JstDate::from_ymd(2019, 5, 1).unwrap();
        assert_eq!(EraDate::of(day).unwrap().to_string(), "令和元年5月1日");
        assert_eq!(EraDate::of(day.plus_days(-1)).unwrap().to_string(), "平成31年4月30日");
    }

    #[test]
    fn eras_answer_to_letter_and_kanji() {
        assert_eq!(Era::from_sign('s'), Some(Era::Showa));
        assert_eq!(Era::from_sign('昭'), Some(Era::Showa));
        assert_eq!(Era::from_sign('x'), None);
    }
}
