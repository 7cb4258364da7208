//! How people type what they know: other kana, other widths, missing marks, other kanji.

use crate::region::names::kana;

/// Old and new forms of one character.
const OLD_AND_NEW: [(char, char); 13] = [
    ('髙', '高'),
    ('﨑', '崎'),
    ('德', '徳'),
    ('邉', '辺'),
    ('邊', '辺'),
    ('齋', '斎'),
    ('齊', '斉'),
    ('濵', '浜'),
    ('濱', '浜'),
    ('澤', '沢'),
    ('廣', '広'),
    ('嶋', '島'),
    ('國', '国'),
];

/// The new form of every old character.
pub(super) fn new_kanji(text: &str) -> String {
    let new = |letter| match OLD_AND_NEW.iter().find(|(old, _)| *old == letter) {
        Some((_, new)) => *new,
        None if letter == '𠮷' => '吉',
        None => letter,
    };
    text.chars().map(new).collect()
}

/// An old form of every new character that has one.
pub(super) fn old_kanji(text: &str) -> String {
    let old = |letter| match OLD_AND_NEW.iter().find(|(_, new)| *new == letter) {
        Some((old, _)) => *old,
        None => letter,
    };
    text.chars().map(old).collect()
}

/// Katakana as hiragana.
pub(super) fn hiragana(text: &str) -> String {
    let lower = |letter: char| match letter {
        'ァ'..='ヴ' => char::from_u32(u32::from(letter) - 0x60).unwrap_or(letter),
        _ => letter,
    };
    text.chars().map(lower).collect()
}

/// Half-width katakana.
pub(super) fn half_width(text: &str) -> String {
    kana::half_width(text)
}

/// Half-width katakana without the marks of voice. None for ヂ, ヅ and ヴ: they count as ジ, ズ and ブ, so that チ, ツ
/// and ウ are other sounds and not a forgotten mark.
pub(super) fn without_marks(text: &str) -> Option<String> {
    let other_sounds = text.contains(['ヂ', 'ヅ', 'ヴ']);
    (!other_sounds).then(|| kana::half_width(text).replace(['ﾞ', 'ﾟ'], ""))
}

/// Digits, letters and space in full width.
pub(super) fn full_width(text: &str) -> String {
    kana::full_width_ascii(text)
}

/// Without the space between the names.
pub(super) fn without_space(text: &str) -> String {
    text.replace(['　', ' ', '・'], "")
}

/// With a narrow space.
pub(super) fn narrow_space(text: &str) -> String {
    text.replace(['　', '・'], " ")
}

/// Insurer numbers as forms print them: as issued, padded with zeros, padded with spaces, in full width.
pub(super) fn insurer(number: &str, form: u32) -> String {
    match form % 4 {
        1 => format!("{number:0>8}"),
        2 => format!("{number:>8}"),
        3 => full_width(number),
        _ => number.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_distorted_as_people_do() {
        assert_eq!(hiragana("ヴァレリー　ガ"), "ゔぁれりー　が");
        assert_eq!(without_marks("ワタナベ　ジロウ").unwrap(), "ﾜﾀﾅﾍ ｼﾛｳ");
        assert_eq!(without_marks("ミヅキ"), None);
        assert_eq!((new_kanji("髙﨑"), old_kanji("高崎")), ("高崎".into(), "髙﨑".into()));
        assert_eq!(narrow_space("グエン・ハナ"), "グエン ハナ");
        assert_eq!(
            (0..4).map(|form| insurer("170993", form)).collect::<Vec<_>>(),
            ["170993", "00170993", "  170993", "１７０９９３"]
        );
    }
}
