//! Kana keys: K1 (exact), K3 (given name), and the wide net over K1 (K2).

use alloc::string::String;

use unicode_normalization::char::compose;

use super::text::{WILDCARD, first_of_decomposition, letters, normal, settle};

/// K1: equal for two spellings of the same kana name.
///
/// Half and full width, hiragana and katakana, small and large kana, spaces, points and dashes do not matter. The long
/// mark ー is dropped, so オーノ and オノ have one key although they are two names: kanji or address must decide.
#[must_use]
pub fn kana_key(text: &str) -> String {
    settle(text, |text| {
        let mut key = fold_kana(&letters(text));
        key.retain(|c| c != WILDCARD);
        key
    })
}

/// K2: true when two K1 keys may be one name that was misheard or written without its marks. Empty keys never are.
///
/// Voiced marks do not matter, and オオ and オウ are オ. Finds candidates; never decides on its own. Symmetric, but not
/// transitive, so that there is no key to store: ズ may be ス as in ヤマサキ, or ツ as in イイツカ, but ス is not ツ.
#[must_use]
pub fn wide_kana_keys_match(a: &str, b: &str) -> bool {
    let (mut left, mut right) = (short_o(a), short_o(b));
    loop {
        match (left.next(), right.next()) {
            (None, None) => return !a.is_empty(),
            (Some(x), Some(y)) if sound_alike(x, y) => {}
            _ => return false,
        }
    }
}

/// K3: the given name of `family given`, as K1.
///
/// None unless exactly one stretch of spaces parts two names and the second is all kana: among three parts, and in
/// letters, nobody can tell which one is the given name.
#[must_use]
pub fn given_kana(text: &str) -> Option<String> {
    let normal: String = normal(text).collect();
    let mut parts = normal.split_whitespace();
    let (family, given) = (parts.next()?, parts.next()?);
    if parts.next().is_some() || kana_key(family).is_empty() {
        return None;
    }
    Some(kana_key(given)).filter(|key| !key.is_empty() && key.chars().all(is_katakana))
}

/// True when the typed kana holds a long mark, or a dash that stands for one: K1 drops it and then matches two names.
pub(crate) fn has_long_mark(text: &str) -> bool {
    let mut after_kana = false;
    for c in normal(text) {
        if after_kana && is_long_mark(c) {
            return true;
        }
        after_kana = is_katakana(katakana(c));
    }
    false
}

/// True when a K1 key holds kana.
pub(crate) fn has_kana(k1: &str) -> bool {
    k1.chars().any(is_katakana)
}

/// ー, and what is typed for it: hyphens and dashes of every width, the wave dash.
pub(super) fn is_long_mark(c: char) -> bool {
    matches!(
        c,
        'ー' | '-' | '~' | '\u{2010}'
            ..='\u{2015}' | '\u{2212}' | '\u{2500}' | '\u{2501}' | '〜' | '\u{3030}'
    )
}

/// Kana of a text that went through [`letters`], as K1 writes it. Other characters stay.
pub(super) fn fold_kana(letters: &str) -> String {
    let mut out = String::with_capacity(letters.len());
    let mut after_vu = false;
    for c in letters.chars() {
        let c = modern(large(katakana(c)));
        let previous = out.chars().next_back();
        let before_vowel = if after_vu { v_syllable(c) } else { None };
        after_vu = c == 'ヴ';
        match (c, before_vowel) {
            ('ー', _) => {}
            ('ヽ', _) => out.extend(previous.map(unvoiced)),
            ('ヾ', _) => out.extend(previous.map(unvoiced).map(voiced)),
            ('ヴ', _) => out.push('ブ'),
            (_, Some(syllable)) => {
                out.pop();
                out.push(syllable);
            }
            (other, None) => out.push(other),
        }
    }
    out
}

/// K1 with オオ and オウ as オ.
fn short_o(k1: &str) -> impl Iterator<Item = char> {
    let mut after_o = false;
    k1.chars().filter(move |&c| {
        let repeats = after_o && matches!(c, 'オ' | 'ウ');
        after_o = repeats || c == 'オ';
        !repeats
    })
}

/// True when two kana of K1 differ by nothing but a voiced mark.
///
/// K1 has made ヅ a ズ and ヂ a ジ, which without their marks are ツ and チ: 飯塚 is イイツカ, イイヅカ or イイズカ. ヴ
/// became ブ likewise, yet ブ and ウ stay apart: コブチ and コウチ are two families, and ヴ is in few names.
fn sound_alike(a: char, b: char) -> bool {
    unvoiced(a) == unvoiced(b)
        || matches!((a, b), ('ズ', 'ツ') | ('ツ', 'ズ') | ('ジ', 'チ') | ('チ', 'ジ'))
}

fn is_katakana(c: char) -> bool {
    matches!(c, 'ァ'..='ヺ')
}

/// Hiragana and katakana lie 0x60 apart, in the same order.
pub(super) fn katakana(c: char) -> char {
    match c {
        'ぁ'..='ゖ' | 'ゝ' | 'ゞ' => char::from_u32(u32::from(c) + 0x60).unwrap_or(c),
        other => other,
    }
}

/// Some insurers register small kana as large.
pub(super) fn large(c: char) -> char {
    match c {
        'ァ' => 'ア',
        'ィ' => 'イ',
        'ゥ' => 'ウ',
        'ェ' => 'エ',
        'ォ' => 'オ',
        'ッ' => 'ツ',
        'ャ' => 'ヤ',
        'ュ' => 'ユ',
        'ョ' => 'ヨ',
        'ヮ' => 'ワ',
        'ヵ' => 'カ',
        'ヶ' => 'ケ',
        'ㇰ' => 'ク',
        'ㇱ' => 'シ',
        'ㇲ' => 'ス',
        'ㇳ' => 'ト',
        'ㇴ' => 'ヌ',
        'ㇵ' => 'ハ',
        'ㇶ' => 'ヒ',
        'ㇷ' => 'フ',
        'ㇸ' => 'ヘ',
        'ㇹ' => 'ホ',
        'ㇺ' => 'ム',
        'ㇻ' => 'ラ',
        'ㇼ' => 'リ',
        'ㇽ' => 'ル',
        'ㇾ' => 'レ',
        'ㇿ' => 'ロ',
        other => other,
    }
}

/// Kana of one sound to one sign; the rare ヷヸヹヺ, which NFKC leaves or even composes from ﾜﾞ, too.
fn modern(c: char) -> char {
    match c {
        'ヂ' => 'ジ',
        'ヅ' => 'ズ',
        'ヲ' => 'オ',
        'ヰ' => 'イ',
        'ヱ' => 'エ',
        'ヷ' => 'バ',
        'ヸ' => 'ビ',
        'ヹ' => 'ベ',
        'ヺ' => 'ボ',
        other => other,
    }
}

/// What ヴ and the vowel after it are together. The vowel is large by now: ヴアレリ is how some insurers write ヴァレリ.
fn v_syllable(vowel: char) -> Option<char> {
    match vowel {
        'ア' => Some('バ'),
        'イ' => Some('ビ'),
        'エ' => Some('ベ'),
        'オ' => Some('ボ'),
        _ => None,
    }
}

fn unvoiced(c: char) -> char {
    if is_katakana(c) { first_of_decomposition(c).unwrap_or(c) } else { c }
}

fn voiced(c: char) -> char {
    compose(c, '\u{3099}').map_or(c, |c| modern(if c == 'ヴ' { 'ブ' } else { c }))
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    #[test]
    fn the_voiced_mark_joins_its_kana_in_every_form() {
        for text in ["ガ", "ｶﾞ", "か\u{3099}", "カ゛", "が"] {
            assert_eq!(kana_key(text), "ガ", "{text}");
        }
        assert_eq!(kana_key("ｱﾞ"), "ア", "a mark that joins nothing is dropped");
    }

    #[test]
    fn repeat_marks_are_spelled_out() {
        for (text, key) in [("みすゞ", "ミスズ"), ("スヾ", "スズ"), ("さゝ", "ササ"), ("ゝ", "")]
        {
            assert_eq!(kana_key(text), key, "{text}");
        }
    }

    #[test]
    fn a_large_vowel_after_vu_is_read_like_the_small_one() {
        for text in ["ヴァレリー", "ヴアレリ", "ｳﾞｧﾚﾘｰ", "ゔぁれりー", "ヷレリ"]
        {
            assert_eq!(kana_key(text), "バレリ", "{text}");
        }
        assert_eq!(kana_key("ヴュ"), "ブユ");
    }

    #[test]
    fn letters_lose_case_accents_and_points() {
        assert_eq!(kana_key("Nguyễn-Văn, An"), "NGUYENVANAN");
        assert_eq!(kana_key("Ｏ’Ｂｒｉｅｎ"), "OBRIEN");
    }

    #[test]
    fn a_given_name_needs_one_clear_space_and_kana() {
        assert_eq!(given_kana("ﾔﾏﾀﾞ　ﾊﾅｺ").as_deref(), Some("ハナコ"));
        assert_eq!(given_kana(" やまだ  はなこ ").as_deref(), Some("ハナコ"));
        for text in ["ヤマダハナコ", "ｸﾞｴﾝ ﾃｨ ﾊﾅ", "Smith John", "山田 花子", "・ ハナコ", ""]
        {
            assert_eq!(given_kana(text), None, "{text}");
        }
    }

    #[test]
    fn long_marks_are_seen_in_every_width() {
        for text in ["オーノ", "ｵｰﾉ", "おーの", "オ-ノ", "オ－ノ", "オ−ノ", "オ‐ノ", "オ〜ノ"]
        {
            assert!(has_long_mark(text), "{text}");
            assert_eq!(kana_key(text), "オノ", "{text}");
        }
        assert!(!has_long_mark("オオノ") && !has_long_mark("SMITH-JONES"));
    }

    #[test]
    fn the_wide_net_meets_what_lost_its_mark_and_nothing_else() {
        let rows = [
            ("ヤマザキ", "ヤマサキ", true),
            ("ハンバ", "ハンパ", true),
            ("オオノ", "オノ", true),
            ("オウノ", "オノ", true),
            ("オウオノ", "オノ", true),
            ("コウノ", "コノ", false),
            ("ユウタ", "ユタ", false),
            ("イイヅカ", "イイツカ", true),
            ("イイヅカ", "イイスカ", true),
            ("イイツカ", "イイスカ", false),
            ("ミヤヂ", "ミヤチ", true),
            ("ミヤヂ", "ミヤシ", true),
            ("ミヤチ", "ミヤシ", false),
            ("コブチ", "コウチ", false),
            ("ヤマザキ", "ヤマザキタ", false),
            ("", "", false),
            ("", "オ", false),
        ];
        for (a, b, meet) in rows {
            let (a, b) = (kana_key(a), kana_key(b));
            assert_eq!(wide_kana_keys_match(&a, &b), meet, "{a} {b}");
            assert_eq!(wide_kana_keys_match(&b, &a), meet, "{b} {a}");
        }
    }

    #[test]
    fn of_all_kana_only_vu_and_the_old_wa_row_are_lost_without_their_mark() {
        let lost: String = ('ァ'..='ヺ')
            .filter(|&marked| unvoiced(marked) != marked)
            .filter(|&marked| {
                let (with, without) = (format!("カ{marked}"), format!("カ{}", unvoiced(marked)));
                !wide_kana_keys_match(&kana_key(&with), &kana_key(&without))
            })
            .collect();
        assert_eq!(lost, "ヴヷヸヹヺ");
    }
}
