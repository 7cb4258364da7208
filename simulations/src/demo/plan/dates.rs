//! Birth dates as people say them.

/// First day of each era and its signs, the newest first.
const ERAS: [(&str, char, &str, i32); 5] = [
    ("2019-05-01", 'R', "令和", 2018),
    ("1989-01-08", 'H', "平成", 1988),
    ("1926-12-25", 'S', "昭和", 1925),
    ("1912-07-30", 'T', "大正", 1911),
    ("1868-01-01", 'M', "明治", 1867),
];

/// Ways to write one day.
pub(super) const FORMS: u32 = 5;

/// One of the [`FORMS`] of `date` (`YYYY-MM-DD`).
pub(super) fn spoken(date: &str, form: u32) -> String {
    let parts: Vec<i32> = date.split('-').filter_map(|part| part.parse().ok()).collect();
    let [year, month, day] = parts[..] else { return date.to_owned() };
    let era = ERAS.iter().find(|(first, ..)| *first <= date);
    match (form % FORMS, era) {
        (1, Some((_, letter, _, base))) => format!("{letter}{}.{month}.{day}", year - base),
        (2, Some((_, _, kanji, base))) => match year - base {
            1 => format!("{kanji}元年{month}月{day}日"),
            count => format!("{kanji}{count}年{month}月{day}日"),
        },
        (3, _) => date.replace('-', ""),
        (4, _) => super::typing::full_width(&date.replace('-', "")),
        _ => date.to_owned(),
    }
}

/// A day to type for somebody of whom the register knows no day: the 15th.
pub(super) fn typed_day(birth: &str) -> String {
    match birth.strip_suffix("-00") {
        Some(month) => format!("{month}-15"),
        None => birth.to_owned(),
    }
}

/// Another day of the same month.
pub(super) fn other_day(birth: &str) -> Option<String> {
    let (month, day) = birth.rsplit_once('-')?;
    let day: u32 = day.parse().ok()?;
    (day > 0).then(|| format!("{month}-{:02}", day % 28 + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_in_every_way_people_use() {
        let forms = |date| (0..FORMS).map(|form| spoken(date, form)).collect::<Vec<_>>();
        assert_eq!(
            forms("1951-03-27"),
            ["1951-03-27", "S26.3.27", "昭和26年3月27日", "19510327", "１９５１０３２７"]
        );
        assert_eq!(spoken("1989-01-07", 1), "S64.1.7");
        assert_eq!(spoken("1989-01-08", 2), "平成元年1月8日");
        assert_eq!(typed_day("1935-02-00"), "1935-02-15");
        assert_eq!(other_day("1951-03-28").unwrap(), "1951-03-01");
        assert_eq!(other_day("1935-02-00"), None);
    }
}
