//! The folding, run row by row over the tables in `testdata/names`, and its promises over any text.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::BTreeSet;

use proptest::prelude::*;
use tomoshibi_policies::names::{
    FOLDING_VERSION, address_key, digits_key, given_kana, is_no_identity, kana_key, kanji_key,
    kanji_keys_match, symbol_key, wide_kana_keys_match,
};
use tomoshibi_policies::record::InsurerNumber;
use unicode_normalization::UnicodeNormalization;

/// The tables of the folder, and who reads them.
const FOLDING: &str = include_str!("../testdata/names/folding.csv");
const VARIANTS: &str = include_str!("../testdata/names/variants.csv");
const ADDRESSES: &str = include_str!("../testdata/names/addresses.csv");
const READ_HERE: [&str; 3] = ["addresses.csv", "folding.csv", "variants.csv"];
const READ_BY_FIND: [&str; 1] = ["find.csv"];

fn rows(table: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn fold(key: &str, text: &str) -> String {
    match key {
        "K1" | "K2" => kana_key(text),
        "KJ" => kanji_key(text),
        "insurer" => InsurerNumber::parse(text).unwrap().to_string(),
        other => panic!("no key {other}"),
    }
}

#[test]
fn every_row_of_the_folding_table_holds() {
    for row in rows(FOLDING) {
        let [key, a, b, expect, folded, why] = row.try_into().unwrap();
        if key == "nobody" {
            assert!(is_no_identity(&a), "{why}");
            assert!(a.len() > 8 || InsurerNumber::parse(&a).is_err(), "{why}");
            continue;
        }
        let (fa, fb) = (fold(&key, &a), fold(&key, &b));
        let equal = match key.as_str() {
            "KJ" => kanji_keys_match(&fa, &fb),
            "K2" => wide_kana_keys_match(&fa, &fb),
            _ => fa == fb,
        };
        assert_eq!(equal, expect == "equal", "{key} {a} {b}: {why}");
        assert!(folded.is_empty() || (fa == folded && fb == folded), "{key} {a}: {fa}, {fb}");
    }
}

#[test]
fn every_variant_of_a_name_meets_its_twin() {
    for row in rows(VARIANTS) {
        let [registered, typed] = row.try_into().unwrap();
        assert_ne!(registered, typed, "a row that proves nothing");
        assert_eq!(kanji_key(&registered), kanji_key(&typed), "{registered} {typed}");
    }
}

#[test]
fn names_that_are_merely_read_alike_stay_apart() {
    for (a, b) in [("阪本", "坂本"), ("畑", "畠"), ("伊東", "伊藤"), ("岩", "巌"), ("太田", "大田")]
    {
        assert_ne!(kanji_key(a), kanji_key(b), "{a} {b}");
    }
}

#[test]
fn every_pair_of_addresses_is_as_alike_as_the_table_says() {
    for row in rows(ADDRESSES) {
        let [a, b, likeness, why] = row.try_into().unwrap();
        let found = address_key(&a).similarity(&address_key(&b));
        assert_eq!(format!("{found:?}"), likeness, "{a} {b}: {why}");
    }
}

#[test]
fn no_table_lies_unused() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/names");
    let found: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let read = READ_HERE.iter().chain(&READ_BY_FIND).map(|&name| name.to_owned()).collect();
    assert_eq!(found, read);
}

#[test]
fn the_version_changes_with_the_keys() {
    // Every row pinned here is in snapshots in the field: another result needs another version.
    assert_eq!(FOLDING_VERSION, 1);
    let name = "ｳﾞｨｵｰﾗ･ヅラ ゞ髙々●";
    assert_eq!(kana_key(name), "ビオラズララ髙々");
    assert_eq!(kanji_key(name), "ビオラズララ高高●");
}

/// Text with the characters that matter here, and with any others.
fn text() -> impl Strategy<Value = String> {
    let alphabet: Vec<char> = "アァヴヅヲオウーヽヾゞ々●髙高﨑𠮷ｶﾞﾊﾟ゛ AzÉßŉ-－〜・がっ１〇十丁目番の市郡町村字東京都石川県\
        \u{3099}\u{200D}\u{E0100}\u{FE00}\u{1100}\u{1161}\u{11A8}\u{345}\u{9C7}\u{9BE}"
        .chars()
        .collect();
    prop_oneof![
        proptest::collection::vec(proptest::sample::select(alphabet), 0..16)
            .prop_map(|chars| chars.into_iter().collect()),
        any::<String>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn folding_a_key_again_changes_nothing(text in text()) {
        for fold in [kana_key, kanji_key, symbol_key, digits_key] {
            let key = fold(&text);
            prop_assert_eq!(fold(&key), key);
        }
        if let Some(given) = given_kana(&text) {
            prop_assert_eq!(kana_key(&given), given);
        }
    }

    #[test]
    fn every_way_to_write_kana_folds_alike(text in "[ァ-ヴー 　・]{0,12}") {
        let key = kana_key(&text);
        let marks_apart: String = text.nfd().collect();
        let half = |c: char| ('ｦ'..='ﾟ').find(|half| half.nfkc().eq([c])).unwrap_or(c);
        let half_width: String = marks_apart.chars().map(half).collect();
        let lower = |c| match c {
            'ァ'..='ヴ' => char::from_u32(u32::from(c) - 0x60).unwrap(),
            other => other,
        };
        let hiragana: String = text.chars().map(lower).collect();
        for written in [marks_apart, half_width, hiragana] {
            prop_assert_eq!(kana_key(&written), key.clone());
            prop_assert_eq!(kanji_key(&written), kanji_key(&text));
            prop_assert_eq!(given_kana(&written), given_kana(&text));
        }
    }

    #[test]
    fn equal_exact_keys_meet_in_the_wide_net(a in text()) {
        let a = kana_key(&a);
        prop_assert!(a.is_empty() || wide_kana_keys_match(&a, &a));
    }

    #[test]
    fn the_wide_net_has_no_direction(a in "[オウカガシジスズチツ]{0,5}", b in "[オウカガシジスズチツ]{0,5}") {
        prop_assert_eq!(wide_kana_keys_match(&a, &b), wide_kana_keys_match(&b, &a));
    }

    #[test]
    fn any_text_is_an_address_that_is_like_itself(a in text(), b in text()) {
        let (a, b) = (address_key(&a), address_key(&b));
        prop_assert_eq!(a.similarity(&b), b.similarity(&a));
        let like_itself = a.similarity(&a);
        prop_assert!(like_itself.is_near() || a.municipality.is_none());
    }

    #[test]
    fn matching_kanji_is_symmetric_and_never_empty(a in text(), b in text()) {
        let (a, b) = (kanji_key(&a), kanji_key(&b));
        prop_assert_eq!(kanji_keys_match(&a, &b), kanji_keys_match(&b, &a));
        prop_assert!(!kanji_keys_match(&a, ""));
        prop_assert!(a.chars().all(|c| c == '●') || kanji_keys_match(&a, &a));
    }
}
