//! An instant.

use core::fmt;

use super::{JstDate, TimeError};

/// Offset of Japan Standard Time, which has no summer time.
const JST_OFFSET_MS: i64 = 9 * 3_600_000;
/// A day in milliseconds.
const DAY_MS: i64 = 86_400_000;

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The instant `ms` milliseconds after the Unix epoch.
    #[must_use]
    pub const fn from_millis(ms: i64) -> Self {
        Self(ms)
    }

    /// Milliseconds since the Unix epoch.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// `ms` milliseconds later (earlier when negative), held at the ends of the range.
    #[must_use]
    pub const fn plus_millis(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// `hours` later, held at the ends of the range.
    #[must_use]
    pub const fn plus_hours(self, hours: i64) -> Self {
        self.plus_millis(hours.saturating_mul(3_600_000))
    }

    /// Milliseconds from `earlier` to here; negative when `earlier` is later.
    #[must_use]
    pub const fn millis_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The day this instant falls on in Japan.
    #[must_use]
    pub const fn jst_date(self) -> JstDate {
        JstDate::from_days(self.0.saturating_add(JST_OFFSET_MS).div_euclid(DAY_MS))
    }

    /// Hour, minute, second and millisecond of the day in Japan.
    #[must_use]
    pub const fn jst_clock(self) -> (u32, u32, u32, u32) {
        let ms = self.0.saturating_add(JST_OFFSET_MS).rem_euclid(DAY_MS);
        let hour = ms / 3_600_000;
        let minute = ms / 60_000 % 60;
        let second = ms / 1000 % 60;
        (hour as u32, minute as u32, second as u32, (ms % 1000) as u32)
    }

    pub(super) const fn from_jst_midnight(days: i64) -> Self {
        Self(days.saturating_mul(DAY_MS).saturating_sub(JST_OFFSET_MS))
    }
}

/// `2026-11-22T17:48:35.000+09:00`, always in Japanese time.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hour, minute, second, ms) = self.jst_clock();
        write!(f, "{}T{hour:02}:{minute:02}:{second:02}.{ms:03}+09:00", self.jst_date())
    }
}

/// Reads what `Display` writes, and nothing else.
impl core::str::FromStr for Timestamp {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let error = TimeError { expected: "instant YYYY-MM-DDTHH:MM:SS.mmm+09:00" };
        let (date, clock) = text.split_once('T').ok_or(error)?;
        let clock = clock.strip_suffix("+09:00").ok_or(error)?;
        let part = |from: usize, to: usize| clock.get(from..to)?.parse::<i64>().ok();
        let seconds = || Some(part(0, 2)? * 3600 + part(3, 5)? * 60 + part(6, 8)?);
        let ms = seconds().zip(part(9, 12)).map(|(seconds, ms)| seconds * 1000 + ms);
        let read = JstDate::parse(date)?.start().plus_millis(ms.ok_or(error)?);
        // One spelling each: 24:00, a sign or a missing zero come back otherwise than they went in.
        let same = alloc::string::ToString::to_string(&read) == text;
        if same { Ok(read) } else { Err(error) }
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn the_day_changes_at_midnight_in_japan() {
        let last = Timestamp::from_millis(1_795_359_599_999);
        assert_eq!(last.to_string(), "2026-11-22T23:59:59.999+09:00");
        assert_eq!(last.plus_millis(1).to_string(), "2026-11-23T00:00:00.000+09:00");
    }

    #[test]
    fn instants_before_the_epoch_have_a_day_too() {
        assert_eq!(Timestamp::from_millis(-1).to_string(), "1970-01-01T08:59:59.999+09:00");
        assert_eq!(
            Timestamp::from_millis(-JST_OFFSET_MS - 1).to_string(),
            "1969-12-31T23:59:59.999+09:00"
        );
    }

    #[test]
    fn what_is_written_is_read_back_and_has_one_spelling() {
        for ms in [0, -1, 1_795_359_599_999, 4_102_444_800_000] {
            let at = Timestamp::from_millis(ms);
            assert_eq!(at.to_string().parse(), Ok(at));
        }
        for bad in [
            "",
            "2026-11-22",
            "2026-11-22T17:48:35+09:00",
            "2026-11-22T17:48:35.000Z",
            "2026-11-22T24:00:00.000+09:00",
            "2026-11-22T17:60:00.000+09:00",
            "2026-11-22T+7:48:35.000+09:00",
            "2026-02-30T17:48:35.000+09:00",
            "2026-11-22T17:48:35.000+09:00 ",
        ] {
            assert!(bad.parse::<Timestamp>().is_err(), "{bad}");
        }
    }

    #[test]
    fn the_start_of_a_day_is_that_day() {
        let day = JstDate::from_ymd(2024, 1, 1).unwrap();
        assert_eq!(day.start().jst_date(), day);
        assert_eq!(day.start().plus_millis(-1).jst_date(), day.plus_days(-1));
    }
}
