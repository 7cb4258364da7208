//! Instants as people type them: RFC 3339, `now`, or a time from some start.

use std::str::FromStr;

use tomoshibi_policies::time::{JstDate, Timestamp};

/// What was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// An instant.
    At(Timestamp),
    /// Minutes from a start.
    After(i64),
}

impl When {
    /// The instant, for a start.
    pub(super) const fn from(self, start: Timestamp) -> Timestamp {
        match self {
            Self::At(at) => at,
            Self::After(minutes) => start.plus_millis(minutes.saturating_mul(60_000)),
        }
    }
}

impl FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "neither RFC 3339 (2026-11-22T18:00:00+09:00), `now`, nor `+72h`".to_owned();
        if text == "now" {
            return Ok(Self::After(0));
        }
        match text.strip_prefix('+') {
            Some(span) => minutes(span).map(Self::After),
            None => rfc3339(text).map(Self::At),
        }
        .ok_or_else(wrong)
    }
}

/// `90m`, `72h` or `3d`.
fn minutes(span: &str) -> Option<i64> {
    let unit = span.chars().last()?;
    let factor = match unit {
        'm' => 1,
        'h' => 60,
        'd' => 24 * 60,
        _ => return None,
    };
    // u32: a sign or more than eight thousand years is a slip.
    let count: u32 = span.strip_suffix(unit)?.parse().ok()?;
    i64::from(count).checked_mul(factor)
}

/// `2026-11-22T17:48:35+09:00`, with `Z` or fractions of a second as they come.
fn rfc3339(text: &str) -> Option<Timestamp> {
    let (day, rest) = text.split_once(['T', 't', ' '])?;
    let day = JstDate::parse(day).ok()?;
    let zone_at = rest.find(['Z', 'z', '+', '-'])?;
    let (clock, zone) = rest.split_at_checked(zone_at)?;
    let zone_ms = match zone {
        "Z" | "z" => 0,
        zone => {
            let sign = if zone.starts_with('-') { -1 } else { 1 };
            sign * clock_ms(zone.get(1..)?)?
        }
    };
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let digits = fraction.bytes().all(|b| b.is_ascii_digit()) && !fraction.is_empty();
    let ms: i64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    let of_day = (clock.len() == 8 && digits).then(|| clock_ms(clock))??;
    // The date was read as one of Japan, nine hours ahead of the same date in UTC.
    let utc_midnight = day.start().plus_hours(9);
    Some(utc_midnight.plus_millis(of_day + ms - zone_ms))
}

/// Milliseconds of `HH:MM` or `HH:MM:SS`.
fn clock_ms(text: &str) -> Option<i64> {
    let mut fields = text.split(':').map(|field| match field.len() {
        2 if field.bytes().all(|b| b.is_ascii_digit()) => field.parse::<i64>().ok(),
        _ => None,
    });
    let (hour, minute) = (fields.next()??, fields.next()??);
    let second = fields.next().unwrap_or(Some(0))?;
    let good = hour < 24 && minute < 60 && second < 60 && fields.next().is_none();
    good.then_some(((hour * 60 + minute) * 60 + second) * 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_read_in_their_zone() {
        for (text, shown) in [
            ("2026-11-22T17:48:35+09:00", "2026-11-22T17:48:35.000+09:00"),
            ("2026-11-22T08:48:35Z", "2026-11-22T17:48:35.000+09:00"),
            ("2026-11-22 03:48:35.25-05:00", "2026-11-22T17:48:35.250+09:00"),
            ("2026-11-22T17:48:35.123456+09:00", "2026-11-22T17:48:35.123+09:00"),
        ] {
            let When::At(at) = text.parse().unwrap() else { panic!("{text}") };
            assert_eq!(at.to_string(), shown);
        }
    }

    #[test]
    fn spans_count_from_their_start() {
        let start = Timestamp::from_millis(0);
        for (text, minutes) in [("now", 0), ("+90m", 90), ("+72h", 72 * 60), ("+3d", 3 * 24 * 60)] {
            let when: When = text.parse().unwrap();
            assert_eq!(when.from(start), Timestamp::from_millis(minutes * 60_000), "{text}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "72h",
            "+",
            "+h",
            "+-1h",
            "+1w",
            "2026-11-22",
            "2026-11-22T17:48:35",
            "2026-13-22T17:48:35Z",
            "2026-11-22T24:00:00Z",
            "2026-11-22T17:48Z",
            "tomorrow",
            "2026-11-22T17:48:35.Z",
            "2026-11-22T1:48:35Z",
            "+４h",
        ] {
            assert!(text.parse::<When>().is_err(), "{text}");
        }
    }
}
