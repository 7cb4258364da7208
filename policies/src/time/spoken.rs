//! Dates as people say and type them.

use alloc::string::String;

use unicode_normalization::UnicodeNormalization;

use super::{Era, EraDate, JstDate, TimeError, digits};

/// Reads a day in any form that is in use at a reception desk: `19510327`, `1951-03-27`, `1951/3/27`, `1951.3.27`,
/// `1951年3月27日`, `S26.3.27`, `昭和26年3月27日`, `平成元年1月8日`; digits of either width, spaces anywhere. Era days are
/// read leniently around an era's end (see [`Era`]).
///
/// # Errors
/// Anything else, two-digit years without an era, and days the calendar does not have.
pub fn parse_spoken_date(text: &str) -> Result<JstDate, TimeError> {
    let error = TimeError { expected: "date: western, or era, year, month and day" };
    let text: String = text.nfkc().filter(|c| !c.is_whitespace()).collect();
    if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        return JstDate::parse(&text).map_err(|_| error);
    }
    let mut chars = text.chars();
    let era = chars.next().and_then(Era::from_sign);
    let rest = match era {
        // 昭和 and 昭, but not 昭 followed by anything else.
        Some(era) => {
            let rest = chars.as_str();
            era.kanji()
                .chars()
                .next_back()
                .and_then(|second| rest.strip_prefix(second))
                .unwrap_or(rest)
        }
        None => &text,
    };
    let (year, month, day) = parts(rest).ok_or(error)?;
    match era {
        Some(era) => EraDate { era, year, month, day }.to_date().map_err(|_| error),
        None if year >= 1000 => {
            let year = i32::try_from(year).map_err(|_| error)?;
            JstDate::from_ymd(year, month, day).ok_or(error)
        }
        None => Err(error),
    }
}

/// Year, month and day between separators; 元 is the first year of an era.
fn parts(text: &str) -> Option<(u32, u32, u32)> {
    let is_separator = |c: char| matches!(c, '年' | '月' | '日' | '.' | '/' | '-' | '・');
    let text = text.strip_suffix('日').unwrap_or(text);
    let mut parts = text.split(is_separator);
    let year = parts.next()?;
    let year = if year == "元" { 1 } else { digits(year)? };
    let (month, day) = (digits(parts.next()?)?, digits(parts.next()?)?);
    parts.next().is_none().then_some((year, month, day))
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn every_form_of_the_desk_is_read() {
        for text in [
            "19510327",
            "1951-03-27",
            "1951/3/27",
            "1951.3.27",
            "1951年3月27日",
            "1951年３月２７日",
            "S26.3.27",
            "s26/3/27",
            "Ｓ２６．３．２７",
            "昭和26年3月27日",
            "昭和 26年 3月 27日",
            "昭26.3.27",
        ] {
            assert_eq!(
                parse_spoken_date(text).map(|d| d.to_string()),
                Ok("1951-03-27".into()),
                "{text}"
            );
        }
        for (text, day) in [
            ("昭和64年1月7日", "1989-01-07"),
            ("平成元年1月8日", "1989-01-08"),
            ("令和元年5月1日", "2019-05-01"),
            ("明治45年7月29日", "1912-07-29"),
            ("R8.11.22", "2026-11-22"),
        ] {
            assert_eq!(parse_spoken_date(text).map(|d| d.to_string()), Ok(day.into()), "{text}");
        }
    }

    #[test]
    fn what_could_mean_several_days_or_none_is_refused() {
        for text in [
            "",
            "26.3.27",
            "51-03-27",
            "1951-03",
            "1951-02-29",
            "昭和0年1月1日",
            "昭和26年13月1日",
            "X26.3.27",
            "1951-03-27-1",
            "昭和",
            "昨日",
            "195103271",
        ] {
            assert!(parse_spoken_date(text).is_err(), "{text}");
        }
    }
}
