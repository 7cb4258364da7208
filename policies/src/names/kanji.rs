//! The key of a name as written (KJ), and ● in it.

use alloc::string::String;

use super::kana::fold_kana;
use super::text::{WILDCARD, letters, settle};
use super::variants::representative;

/// KJ: equal for two ways to write the same name. ● is kept and matches any one character, see [`kanji_keys_match`].
#[must_use]
pub fn kanji_key(text: &str) -> String {
    settle(text, fold_kanji)
}

/// One pass of KJ.
pub(super) fn fold_kanji(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in fold_kana(&letters(text)).chars() {
        match (c, out.chars().next_back()) {
            ('々' | '〻', Some(previous)) => out.push(previous),
            _ => out.push(representative(c)),
        }
    }
    out
}

/// True when two KJ keys can be one name: as many characters, every pair equal or with a ● on either side, and at
/// least one pair of real characters.
#[must_use]
pub fn kanji_keys_match(a: &str, b: &str) -> bool {
    let (mut left, mut right) = (a.chars(), b.chars());
    let mut real_pair = false;
    loop {
        match (left.next(), right.next()) {
            (None, None) => return real_pair,
            (Some(WILDCARD), Some(_)) | (Some(_), Some(WILDCARD)) => {}
            (Some(x), Some(y)) if x == y => real_pair = true,
            _ => return false,
        }
    }
}

/// True for ●.
pub(crate) const fn is_wildcard(c: char) -> bool {
    c == WILDCARD
}

/// True when a text holds an ideograph or ●, so that it is a written name and not a reading.
pub(crate) fn has_kanji(text: &str) -> bool {
    text.chars().any(|c| {
        matches!(c,
            WILDCARD | '々' | '〆' | '\u{2E80}'..='\u{2FDF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
            | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
    })
}

/// True when two names are written with the same characters, variants told apart; width, case and spaces are not.
pub(crate) fn written_alike(a: &str, b: &str) -> bool {
    letters(a) == letters(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wildcard_stands_for_exactly_one_character() {
        for (a, b, matches) in [
            ("●田", "浜田", true),
            ("浜田", "●田", true),
            ("●田", "田", false),
            ("●田", "小浜田", false),
            ("●●", "浜田", false),
            ("●田", "浜●", false),
            ("", "", false),
            ("浜田", "浜田", true),
            ("浜田", "浜口", false),
        ] {
            assert_eq!(kanji_keys_match(a, b), matches, "{a} {b}");
        }
    }

    #[test]
    fn selectors_spaces_and_compatibility_forms_do_not_matter() {
        for (a, b) in [
            ("葛\u{E0100}城", "葛城"),
            ("辻\u{FE00}", "辻"),
            ("福\u{F9B4}", "福領"),
            ("神田　\u{FA19}", "神田神"),
            ("佐々木", "佐佐木"),
            ("山田 さくら", "山田サクラ"),
            ("Smith　ｊｏｈｎ", "SMITH JOHN"),
        ] {
            assert_eq!(kanji_key(a), kanji_key(b), "{a} {b}");
        }
    }

    #[test]
    fn a_reading_is_told_from_a_written_name() {
        for text in ["山田", "●田", "𠮷ダ", "佐々", "﨑"] {
            assert!(has_kanji(text), "{text}");
        }
        for text in ["ヤマダ", "ﾔﾏﾀﾞ", "やまだ", "SMITH", "オーノ", ""] {
            assert!(!has_kanji(text), "{text}");
        }
    }
}
