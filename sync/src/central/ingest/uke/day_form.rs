//! Days and months of receipts: Gregorian of 8 and 6 digits, or the era form GYYMMDD and GYYMM of old files. The
//! length decides.

use tomoshibi_policies::time::{Era, PartialDate, YearMonth};

/// Reads a day; day 00 stands for an unknown one.
pub(super) fn day(text: &str) -> Option<PartialDate> {
    match text.len() {
        8 => PartialDate::parse(text).ok(),
        7 => PartialDate::parse(&gregorian(text)?).ok(),
        _ => None,
    }
}

/// Reads a month.
pub(super) fn month(text: &str) -> Option<YearMonth> {
    let text = match text.len() {
        6 => text.to_owned(),
        5 => gregorian(text)?,
        _ => return None,
    };
    YearMonth::parse(&text).ok()
}

/// `GYY…` as `YYYY…`: G is 1 Meiji to 5 Reiwa, and no era has a year 0.
fn gregorian(text: &str) -> Option<String> {
    let era = Era::from_receipt_digit(text.chars().next()?)?;
    let (year, rest) = (text.get(1..3)?, text.get(3..)?);
    if !year.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let year: i32 = year.parse().ok().filter(|year| *year > 0)?;
    Some(format!("{:04}{rest}", era.base_year() + year))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_decides_between_gregorian_and_era() {
        for (text, shown) in [
            ("19510327", "1951-03-27"),
            ("3260327", "1951-03-27"),
            ("3260300", "1951-03"),
            ("1450729", "1912-07-29"),
            ("5080401", "2026-04-01"),
            ("19510300", "1951-03"),
        ] {
            assert_eq!(day(text).unwrap().to_string(), shown, "{text}");
        }
        for (text, shown) in [("202609", "2026-09"), ("50809", "2026-09"), ("43106", "2019-06")] {
            assert_eq!(month(text).unwrap().to_string(), shown, "{text}");
        }
    }

    #[test]
    fn other_forms_are_not_dates() {
        for text in
            ["", "195103271", "1951032", "6010101", "0010101", "3000327", "3261327", "１９５１"]
        {
            assert!(day(text).is_none(), "{text}");
        }
        for text in ["", "2026091", "20269", "2026-09", "60801", "202613", "50813"] {
            assert!(month(text).is_none(), "{text}");
        }
    }
}
