//! How kana are written down: widths and the habits of registers.
//!
//! Input is full-width katakana with one full-width space between family and given name.

/// Full-width katakana, and the half-width form (voiced marks apart).
#[rustfmt::skip]
const HALF_WIDTH: &[(char, &str)] = &[
    ('ア', "ｱ"), ('イ', "ｲ"), ('ウ', "ｳ"), ('エ', "ｴ"), ('オ', "ｵ"),
    ('カ', "ｶ"), ('キ', "ｷ"), ('ク', "ｸ"), ('ケ', "ｹ"), ('コ', "ｺ"),
    ('サ', "ｻ"), ('シ', "ｼ"), ('ス', "ｽ"), ('セ', "ｾ"), ('ソ', "ｿ"),
    ('タ', "ﾀ"), ('チ', "ﾁ"), ('ツ', "ﾂ"), ('テ', "ﾃ"), ('ト', "ﾄ"),
    ('ナ', "ﾅ"), ('ニ', "ﾆ"), ('ヌ', "ﾇ"), ('ネ', "ﾈ"), ('ノ', "ﾉ"),
    ('ハ', "ﾊ"), ('ヒ', "ﾋ"), ('フ', "ﾌ"), ('ヘ', "ﾍ"), ('ホ', "ﾎ"),
    ('マ', "ﾏ"), ('ミ', "ﾐ"), ('ム', "ﾑ"), ('メ', "ﾒ"), ('モ', "ﾓ"),
    ('ヤ', "ﾔ"), ('ユ', "ﾕ"), ('ヨ', "ﾖ"), ('ラ', "ﾗ"), ('リ', "ﾘ"),
    ('ル', "ﾙ"), ('レ', "ﾚ"), ('ロ', "ﾛ"), ('ワ', "ﾜ"), ('ヲ', "ｦ"), ('ン', "ﾝ"),
    ('ァ', "ｧ"), ('ィ', "ｨ"), ('ゥ', "ｩ"), ('ェ', "ｪ"), ('ォ', "ｫ"),
    ('ッ', "ｯ"), ('ャ', "ｬ"), ('ュ', "ｭ"), ('ョ', "ｮ"),
    ('ガ', "ｶﾞ"), ('ギ', "ｷﾞ"), ('グ', "ｸﾞ"), ('ゲ', "ｹﾞ"), ('ゴ', "ｺﾞ"),
    ('ザ', "ｻﾞ"), ('ジ', "ｼﾞ"), ('ズ', "ｽﾞ"), ('ゼ', "ｾﾞ"), ('ゾ', "ｿﾞ"),
    ('ダ', "ﾀﾞ"), ('ヂ', "ﾁﾞ"), ('ヅ', "ﾂﾞ"), ('デ', "ﾃﾞ"), ('ド', "ﾄﾞ"),
    ('バ', "ﾊﾞ"), ('ビ', "ﾋﾞ"), ('ブ', "ﾌﾞ"), ('ベ', "ﾍﾞ"), ('ボ', "ﾎﾞ"),
    ('パ', "ﾊﾟ"), ('ピ', "ﾋﾟ"), ('プ', "ﾌﾟ"), ('ペ', "ﾍﾟ"), ('ポ', "ﾎﾟ"),
    ('ヴ', "ｳﾞ"), ('ー', "ｰ"), ('・', "･"), ('　', " "),
];

/// The half-width form; characters without one stay.
pub(crate) fn half_width(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for letter in text.chars() {
        match HALF_WIDTH.iter().find(|(full, _)| *full == letter) {
            Some((_, half)) => out.push_str(half),
            None => out.push(full_to_ascii(letter)),
        }
    }
    out
}

/// ASCII letters and digits of full width, as half width.
fn full_to_ascii(letter: char) -> char {
    let code = letter as u32;
    if (0xFF01..=0xFF5E).contains(&code) {
        char::from_u32(code - 0xFF01 + 0x21).unwrap_or(letter)
    } else {
        letter
    }
}

/// ASCII of half width, as full width (digits, letters, signs, space).
pub(crate) fn full_width_ascii(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            ' ' => '　',
            '!'..='~' => char::from_u32(letter as u32 - 0x21 + 0xFF01).unwrap_or(letter),
            _ => letter,
        })
        .collect()
}

/// Small kana written large, as some insurers register them (ショウイチ becomes シヨウイチ).
pub(crate) fn enlarge_small(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            'ァ' => 'ア',
            'ィ' => 'イ',
            'ゥ' => 'ウ',
            'ェ' => 'エ',
            'ォ' => 'オ',
            'ッ' => 'ツ',
            'ャ' => 'ヤ',
            'ュ' => 'ユ',
            'ョ' => 'ヨ',
            other => other,
        })
        .collect()
}

/// Whether the text has kana that [`enlarge_small`] changes.
pub(crate) fn has_small(text: &str) -> bool {
    enlarge_small(text) != text
}

/// ヴァ ヴィ ヴェ ヴォ ヴ as バ ビ ベ ボ ブ.
pub(crate) fn without_vu(text: &str) -> String {
    text.replace("ヴァ", "バ")
        .replace("ヴィ", "ビ")
        .replace("ヴェ", "ベ")
        .replace("ヴォ", "ボ")
        .replace('ヴ', "ブ")
}

/// ヅ as ズ, or ズ as ヅ when there is no ヅ.
pub(crate) fn swap_zu(text: &str) -> String {
    if text.contains('ヅ') { text.replace('ヅ', "ズ") } else { text.replace('ズ', "ヅ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kana_become_half_width_with_marks_apart() {
        for (full, half) in [
            ("トモシビ　タロウ", "ﾄﾓｼﾋﾞ ﾀﾛｳ"),
            ("グエン・ティ・ハナ", "ｸﾞｴﾝ･ﾃｨ･ﾊﾅ"),
            ("ヴァレリー", "ｳﾞｧﾚﾘｰ"),
            ("ＳＭＩＴＨ　ＪＯＨＮ", "SMITH JOHN"),
        ] {
            assert_eq!(half_width(full), half);
        }
    }

    #[test]
    fn registers_change_kana_as_described() {
        assert_eq!(enlarge_small("ショウイチ"), "シヨウイチ");
        assert_eq!(without_vu("ヴァレリー"), "バレリー");
        assert_eq!(swap_zu("ミヅキ"), "ミズキ");
        assert_eq!(swap_zu("シズ"), "シヅ");
        assert_eq!(full_width_ascii("12-3 a"), "１２－３　ａ");
    }
}
