//! Prefecture and municipality at the head of an address.
//!
//! There is no table of the 1,741 municipalities here: names are cut at 市, 区, 町, 村 by rule, with the names that
//! break the rule listed. A name cut wrongly is cut wrongly on both sides, and addresses only rank. A ward of a city
//! belongs to the rest; the county (郡) of a town is dropped, because many addresses leave it out.

use crate::record::RegionCode;

/// Prefectures in the order of JIS X 0401, from 01.
#[rustfmt::skip]
const PREFECTURES: [&str; 47] = [
    "北海道", "青森県", "岩手県", "宮城県", "秋田県", "山形県", "福島県", "茨城県", "栃木県", "群馬県",
    "埼玉県", "千葉県", "東京都", "神奈川県", "新潟県", "富山県", "石川県", "福井県", "山梨県", "長野県",
    "岐阜県", "静岡県", "愛知県", "三重県", "滋賀県", "京都府", "大阪府", "兵庫県", "奈良県", "和歌山県",
    "鳥取県", "島根県", "岡山県", "広島県", "山口県", "徳島県", "香川県", "愛媛県", "高知県", "福岡県",
    "佐賀県", "長崎県", "熊本県", "大分県", "宮崎県", "鹿児島県", "沖縄県",
];

/// Municipalities that the rule would cut too early, in folded form.
const IRREGULAR: [&str; 7] =
    ["東村山市", "武蔵村山市", "大和郡山市", "余市町", "上市町", "下市町", "市川三郷町"];

/// Cities with 郡 in their name, behind its first character.
const CITIES_WITH_GUN: [&str; 3] = ["蒲郡市", "小郡市", "大和郡山市"];

/// Counties with 市 in their name: the 市 before 郡 is no city.
const COUNTIES_WITH_SHI: [&str; 2] = ["余市郡", "高市郡"];

/// The prefecture at the head of a folded address, and what follows it.
pub(super) fn split_prefecture(folded: &str) -> (Option<RegionCode>, &str) {
    for (code, name) in (1..).zip(PREFECTURES) {
        if let Some(rest) = folded.strip_prefix(name) {
            return (RegionCode::new(code).ok(), rest);
        }
    }
    (None, folded)
}

/// The municipality at the head of a folded address without its prefecture, and what follows it.
pub(super) fn split_municipality(folded: &str) -> (Option<&str>, &str) {
    let folded = without_county(folded);
    let irregular = IRREGULAR.iter().find(|name| folded.starts_with(**name));
    match irregular.map(|name| name.len()).or_else(|| regular_len(folded)) {
        Some(len) => match folded.split_at_checked(len) {
            Some((municipality, rest)) => (Some(municipality), rest),
            None => (None, folded),
        },
        None => (None, folded),
    }
}

/// Bytes up to the first 市, 区, 町 or 村 that is not the first character; one more when another follows, as in
/// 四日市市, 十日町市, 大町町, 玉村町.
fn regular_len(folded: &str) -> Option<usize> {
    let mut chars = folded.char_indices().skip(1).skip_while(|&(_, c)| !is_end(c));
    let (at, end) = chars.next()?;
    match chars.next() {
        Some((next_at, next)) if doubles(end, next) => Some(next_at + next.len_utf8()),
        _ => Some(at + end.len_utf8()),
    }
}

/// Drops a county. 郡 begins no county in 郡山市, nor in the cities listed, nor behind the 市 of a city.
fn without_county(folded: &str) -> &str {
    let Some((county, rest)) = folded.split_once('郡') else { return folded };
    let among = |names: &[&str]| names.iter().any(|name| folded.starts_with(name));
    let behind_end = county.chars().skip(1).any(|c| matches!(c, '市' | '区' | '町'));
    let is_county = (1..=4).contains(&county.chars().count())
        && !among(&CITIES_WITH_GUN)
        && (!behind_end || among(&COUNTIES_WITH_SHI));
    if is_county { rest.trim_start() } else { folded }
}

const fn is_end(c: char) -> bool {
    matches!(c, '市' | '区' | '町' | '村')
}

const fn doubles(end: char, next: char) -> bool {
    matches!((end, next), ('市', '市') | ('町' | '村', '市' | '町'))
}

#[cfg(test)]
mod tests {
    use super::super::kanji_key;
    use super::*;

    #[test]
    fn every_prefecture_is_found_by_its_code() {
        for (code, name) in (1..).zip(PREFECTURES) {
            assert_eq!(kanji_key(name), name, "{name} would never be met in folded text");
            assert_eq!(split_prefecture(name), (RegionCode::new(code).ok(), ""));
        }
        assert_eq!(split_prefecture("京都市左京区").0, None);
    }

    #[test]
    fn irregular_names_are_written_as_folded() {
        for name in IRREGULAR.iter().chain(&COUNTIES_WITH_SHI).chain(&CITIES_WITH_GUN) {
            assert_eq!(kanji_key(name), *name);
        }
    }

    #[test]
    fn municipalities_with_awkward_names_are_cut_where_they_end() {
        for name in [
            "市川市",
            "市原市",
            "四日市市",
            "廿日市市",
            "野々市市",
            "十日町市",
            "大町市",
            "町田市",
            "村山市",
            "東村山市",
            "武蔵村山市",
            "羽村市",
            "田村市",
            "大村市",
            "村上市",
            "郡山市",
            "大和郡山市",
            "郡上市",
            "蒲郡市",
            "小郡市",
            "大町町",
            "玉村町",
            "市貝町",
            "市川町",
            "市川三郷町",
            "上市町",
            "下市町",
            "余市町",
            "村田町",
            "穴水町",
            "新宿区",
            "港区",
            "津市",
            "都城市",
            "京都市",
            "輪島市",
        ] {
            assert_eq!(split_municipality(name), (Some(name), ""), "{name}");
        }
    }

    #[test]
    fn a_county_does_not_matter() {
        for (with, name) in [
            ("鳳珠郡穴水町", "穴水町"),
            ("高市郡明日香村", "明日香村"),
            ("余市郡余市町", "余市町"),
            ("佐波郡玉村町", "玉村町"),
            ("東村山郡中山町", "中山町"),
            ("西八代郡市川三郷町", "市川三郷町"),
            ("芳賀郡市貝町", "市貝町"),
            ("柴田郡村田町", "村田町"),
        ] {
            assert_eq!(split_municipality(with), (Some(name), ""), "{with}");
        }
        assert_eq!(split_municipality("大村市郡町"), (Some("大村市"), "郡町"));
        assert_eq!(split_municipality("横浜市中区"), (Some("横浜市"), "中区"));
        assert_eq!(split_municipality("穴水"), (None, "穴水"));
    }
}
