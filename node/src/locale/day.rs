//! Days as papers write them.
//!
//! Japanese cards, certificates and patients count years by era, so what is held against papers (a birth date, the
//! period of a coverage, the day of a sheet) stands in eras. What is compared with other data (dispensing, exams, how
//! far claims reach) stays in the western calendar, in which the statements speak. English keeps the form that cannot
//! be misread.

use tomoshibi_policies::time::{EraDate, JstDate, YearMonth};

use super::{Lang, date_text};

/// `2026-11-23` as 令和8年11月23日, `2026-11` as 令和8年11月. A month of two eras, a year, and what is no day stay in
/// the western calendar.
pub(crate) fn era_text(lang: Lang, date: &str) -> String {
    let era = match lang {
        Lang::Ja => in_era(date),
        Lang::En => None,
    };
    era.unwrap_or_else(|| date_text(lang, date))
}

/// A day in both: 昭和26年3月27日（1951年3月27日）, `1951-03-27 (S26)`.
pub(crate) fn both_calendars_text(lang: Lang, date: &str) -> String {
    let western = date_text(lang, date);
    match lang {
        Lang::Ja => in_era(date).map_or_else(|| western.clone(), |e| format!("{e}（{western}）")),
        Lang::En => {
            year_of_era(date).map_or_else(|| western.clone(), |y| format!("{western} ({y})"))
        }
    }
}

fn in_era(date: &str) -> Option<String> {
    if let Ok(day) = JstDate::parse(date) {
        return EraDate::of(day).map(|era| era.to_string());
    }
    let whole = month_of_one_era(date)?.to_string();
    whole.split_once('月').map(|(month, _)| format!("{month}月"))
}

fn year_of_era(date: &str) -> Option<String> {
    let era = match JstDate::parse(date) {
        Ok(day) => EraDate::of(day)?,
        Err(_) => month_of_one_era(date)?,
    };
    Some(format!("{}{}", era.era.letter(), era.year))
}

/// The first day of a month, unless an era ended in it.
fn month_of_one_era(month: &str) -> Option<EraDate> {
    let month = YearMonth::parse(month).ok()?;
    let [first, last] = [month.first_day(), month.last_day()].map(EraDate::of);
    first.filter(|first| last.is_some_and(|last| last.era == first.era))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_at_the_border_of_an_era_belongs_to_the_newer_one() {
        for (date, era) in [
            ("2026-11-23", "令和8年11月23日"),
            ("2019-05-01", "令和元年5月1日"),
            ("2019-04-30", "平成31年4月30日"),
            ("1989-01-08", "平成元年1月8日"),
            ("1989-01-07", "昭和64年1月7日"),
            ("1926-12-25", "昭和元年12月25日"),
            ("1926-12-24", "大正15年12月24日"),
            ("1912-07-30", "大正元年7月30日"),
            ("1912-07-29", "明治45年7月29日"),
        ] {
            assert_eq!(era_text(Lang::Ja, date), era);
            assert_eq!(era_text(Lang::En, date), date);
        }
    }

    #[test]
    fn a_month_or_year_of_two_eras_is_not_given_to_one() {
        for (date, expected) in [
            ("2026-10", "令和8年10月"),
            ("2019-05", "令和元年5月"),
            ("2019-04", "平成31年4月"),
            ("1989-01", "1989年1月"),
            ("1926-12", "1926年12月"),
            ("1989", "1989"),
            ("", ""),
            ("2026-13-40", "2026年13月40日"),
        ] {
            assert_eq!(era_text(Lang::Ja, date), expected, "{date}");
        }
    }

    #[test]
    fn a_birth_date_stands_in_both_calendars() {
        for (date, ja, en) in [
            ("1951-03-27", "昭和26年3月27日（1951年3月27日）", "1951-03-27 (S26)"),
            ("2019-05-01", "令和元年5月1日（2019年5月1日）", "2019-05-01 (R1)"),
            ("1951-03", "昭和26年3月（1951年3月）", "1951-03 (S26)"),
            ("1989-01", "1989年1月", "1989-01"),
            ("1951", "1951", "1951"),
        ] {
            assert_eq!(both_calendars_text(Lang::Ja, date), ja);
            assert_eq!(both_calendars_text(Lang::En, date), en);
        }
    }
}
