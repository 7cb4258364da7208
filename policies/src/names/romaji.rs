//! Letters that read as kana: the name of Japanese people as somebody types it who hears it and writes no kana.
//!
//! Promises: Hepburn and Kunrei, and the spellings of passports, read as the same kana (Ohno, Oono, Ono and Ōno as オオノ;
//! Shoichi, Syouiti as シヨウイチ). What letters cannot tell apart is not told apart: Ono is オノ and オオノ. Small kana are
//! large in K1, so キヨコ and キヨウコ may both be Kyoko. Time and memory are bounded whatever is typed.
//!
//! Does *not* cover: foreign names (Smith is no スミス), kana for foreign sounds (テイ is tei, never ti), L for R.

/// Most letters that are read, the bits of the set of places below less the one behind the last letter. A name of
/// [`crate::find`] has a hundred characters at most.
const LETTERS_MAX: usize = 127;

/// Places in the letters that a reading has come to, one bit each.
type Places = u128;

/// True when two K1 keys are one name, the one in letters and the other in kana.
pub(crate) fn reads_alike(a: &str, b: &str) -> bool {
    reads_as(a, b) || reads_as(b, a)
}

/// True when upper-case letters can be read as this kana, all of both.
fn reads_as(letters: &str, k1: &str) -> bool {
    let letters = letters.as_bytes();
    if letters.is_empty() || letters.len() > LETTERS_MAX {
        return false;
    }
    // Kana by kana, every place that some reading of the kana so far has come to. ヤ and its like may have been read with
    // the kana before, which then has come to `beyond`.
    let (mut here, mut beyond): (Places, Places) = (1, 0);
    let mut vowel = None;
    let mut kana = k1.chars();
    while let Some(c) = kana.next() {
        let following = kana.clone().next();
        let read = Syllable { kana: c, following, after: vowel };
        let mut single = 0;
        let mut double = 0;
        for place in places(here) {
            let rest = letters.get(place..).unwrap_or_default();
            read.alone(rest, |taken| single |= bit(place + taken));
            read.with_following(rest, |taken| double |= bit(place + taken));
        }
        (here, beyond) = (beyond | single, double);
        if here | beyond == 0 {
            return false;
        }
        vowel = read.vowel();
    }
    here & bit(letters.len()) != 0
}

const fn bit(place: usize) -> Places {
    1 << place
}

/// The places of a set. Mostly there is one.
fn places(set: Places) -> impl Iterator<Item = usize> {
    let mut left = set;
    core::iter::from_fn(move || {
        let place = left.trailing_zeros() as usize;
        left &= left.checked_sub(1)?;
        Some(place)
    })
}

/// One kana and what stands around it.
struct Syllable {
    kana: char,
    following: Option<char>,
    /// The vowel before.
    after: Option<u8>,
}

impl Syllable {
    /// Tells how many letters this kana alone may take.
    fn alone(&self, rest: &[u8], mut takes: impl FnMut(usize)) {
        let first = rest.first().copied();
        let second = rest.get(1).copied();
        if self.is_long() {
            // Satou, Satoo, Satoh, Sato.
            takes(0);
            first.filter(|letter| b"UOH".contains(letter)).into_iter().for_each(|_| takes(1));
        }
        match (self.kana, first, second) {
            ('ン', Some(b'N'), _) | ('ン', Some(b'M'), Some(b'B' | b'M' | b'P')) => takes(1),
            // ツ may be ッ, which doubles the consonant that follows; Hepburn has a T before CH.
            ('ツ', Some(b'T'), Some(b'C')) if self.is_before_consonant() => takes(1),
            ('ツ', Some(a), Some(b)) if a == b && self.is_before_consonant() => takes(1),
            _ => {}
        }
        let Some((onsets, vowel)) = onsets(self.kana) else { return };
        for onset in onsets {
            takes_onset(rest, onset, vowel, &mut takes);
        }
    }

    /// Tells how many letters this kana and a small ヤ, ユ or ヨ behind it may take.
    fn with_following(&self, rest: &[u8], mut takes: impl FnMut(usize)) {
        let vowel = match self.following {
            Some('ヤ') => b'A',
            Some('ユ') => b'U',
            Some('ヨ') => b'O',
            _ => return,
        };
        for onset in glides(self.kana) {
            takes_onset(rest, onset, vowel, &mut takes);
        }
    }

    /// True for a kana that only makes the vowel before it longer.
    fn is_long(&self) -> bool {
        matches!((self.after, self.kana), (Some(b'O'), 'ウ' | 'オ') | (Some(b'U'), 'ウ'))
    }

    fn is_before_consonant(&self) -> bool {
        let onsets = self.following.and_then(onsets);
        onsets.is_some_and(|(onsets, _)| onsets.iter().all(|onset| !onset.is_empty()))
    }

    /// The vowel this kana ends in.
    fn vowel(&self) -> Option<u8> {
        onsets(self.kana).map(|(_, vowel)| vowel)
    }
}

fn takes_onset(rest: &[u8], onset: &str, vowel: u8, takes: &mut impl FnMut(usize)) {
    let behind = rest.strip_prefix(onset.as_bytes());
    if behind.is_some_and(|behind| behind.first() == Some(&vowel)) {
        takes(onset.len() + 1);
    }
}

/// Vowels in the order of the rows below.
const VOWELS: &[u8; 5] = b"AIUEO";

/// Kana of one regular consonant, and how it is spelled. K1 has made ヂヅヲ ジズオ.
const ROWS: [(&str, &[&str]); 15] = [
    ("アイウ", &[""]),
    ("カキクケコ", &["K"]),
    ("ガギグゲゴ", &["G"]),
    ("サ・スセソ", &["S"]),
    ("ザ・・ゼゾ", &["Z"]),
    ("タ・・テト", &["T"]),
    ("ダ・・デド", &["D"]),
    ("ナニヌネノ", &["N"]),
    ("ハヒ・ヘホ", &["H"]),
    ("バビブベボ", &["B", "V"]),
    ("パピプペポ", &["P"]),
    ("マミムメモ", &["M"]),
    ("ヤ・ユ・ヨ", &["Y"]),
    ("ラリルレロ", &["R"]),
    ("ワ", &["W"]),
];

/// How a kana begins in letters, and its vowel. None for ン and whatever is no kana.
fn onsets(kana: char) -> Option<(&'static [&'static str], u8)> {
    let irregular: (&[&str], u8) = match kana {
        'シ' => (&["SH", "S"], b'I'),
        'ジ' => (&["J", "Z", "D"], b'I'),
        'チ' => (&["CH", "T"], b'I'),
        'ツ' => (&["TS", "T"], b'U'),
        'ズ' => (&["Z", "D", "DZ"], b'U'),
        'フ' => (&["F", "H"], b'U'),
        // Inouye, Kaworu.
        'エ' => (&["", "Y"], b'E'),
        'オ' => (&["", "W"], b'O'),
        _ => {
            return ROWS.iter().find_map(|&(row, onsets)| {
                let at = row.chars().position(|c| c == kana)?;
                Some((onsets, *VOWELS.get(at)?))
            });
        }
    };
    Some(irregular)
}

/// How a kana begins together with a small ヤ, ユ or ヨ.
const fn glides(kana: char) -> &'static [&'static str] {
    match kana {
        'キ' => &["KY"],
        'ギ' => &["GY"],
        'シ' => &["SH", "SY"],
        'ジ' => &["J", "JY", "ZY", "DY"],
        'チ' => &["CH", "TY"],
        'ニ' => &["NY"],
        'ヒ' => &["HY"],
        'ビ' => &["BY", "VY"],
        'ピ' => &["PY"],
        'ミ' => &["MY"],
        'リ' => &["RY"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use super::super::kana_key;
    use super::*;

    fn reads(typed: &str, kana: &str) -> bool {
        reads_alike(&kana_key(typed), &kana_key(kana))
    }

    #[test]
    fn every_way_to_spell_a_name_reads_as_its_kana() {
        let rows: [(&str, &[&str]); 26] = [
            ("オオノ", &["Ohno", "Oono", "Ono", "Ōno", "Ôno", "OHNO", "ｏｎｏ", "Ouno"]),
            ("サトウ", &["Sato", "Satou", "Satoh", "Satoo", "Satō", "Satô"]),
            ("オオイシ", &["Oishi", "Ohishi", "Ooishi", "Oisi"]),
            ("オオヤマ", &["Ohyama", "Oyama"]),
            ("イノウエ", &["Inoue", "Inouye", "Inoe"]),
            ("ショウイチ", &["Shoichi", "Shouichi", "Syoiti", "Syôiti", "Shohichi"]),
            ("キョウコ", &["Kyoko", "Kyouko", "Kyôko"]),
            ("キヨコ", &["Kiyoko", "Kyoko"]),
            ("ジュンイチ", &["Jun'ichi", "Junichi", "Jun-ichi", "Zyun'iti", "Jyunichi"]),
            ("シンイチ", &["Shin'ichi", "Shinichi", "Sin'iti"]),
            ("ハットリ", &["Hattori", "HATTORI"]),
            ("マッチ", &["Matchi", "Macchi", "Matti"]),
            ("ベップ", &["Beppu"]),
            ("マツシタ", &["Matsushita", "Matusita"]),
            ("マツウラ", &["Matsuura", "Matsura", "Matuura"]),
            ("ナンバ", &["Namba", "Nanba"]),
            ("ホンマ", &["Homma", "Honma"]),
            ("シンノスケ", &["Shinnosuke"]),
            ("フジタ", &["Fujita", "Huzita"]),
            ("ミヅキ", &["Mizuki", "Miduki"]),
            ("チヅル", &["Chizuru", "Tiduru", "Chidzuru"]),
            ("ツヅキ", &["Tsuzuki", "Tuduki"]),
            ("ユウキ", &["Yuki", "Yuuki", "Yuhki", "Yūki"]),
            ("カヲル", &["Kaoru", "Kaworu"]),
            ("ビビアン", &["Vivian", "Bibian"]),
            ("シヤ", &["Shiya", "Sha", "Siya", "Sya"]),
        ];
        for (kana, typed) in rows {
            for typed in typed {
                assert!(reads(typed, kana) && reads(kana, typed), "{typed} {kana}");
            }
        }
    }

    #[test]
    fn another_name_is_not_read_into_the_letters() {
        for (typed, kana) in [
            ("Ohno", "オノ"),
            ("Hatori", "ハットリ"),
            ("Hattori", "ハトリ"),
            ("Yamasaki", "ヤマザキ"),
            ("Yuto", "ユウタ"),
            ("Yuta", "ユウ"),
            ("Yu", "ユウタ"),
            ("Takaki", "タカアキ"),
            ("Keko", "ケイコ"),
            ("Kamna", "カンナ"),
            ("Sama", "シヤマ"),
            ("Hatta", "ハツウタ"),
            ("Smith", "スミス"),
            ("", "オ"),
            ("", ""),
            ("オノ", "オノ"),
            ("Ono", "Ono"),
            ("Ono1", "オノ"),
            ("O", ""),
        ] {
            assert!(!reads(typed, kana), "{typed} {kana}");
        }
    }

    #[test]
    fn a_name_that_could_be_read_in_very_many_ways_is_read_at_once() {
        let kana: String = core::iter::repeat_n('オ', 100).collect();
        let letters = |count| core::iter::repeat_n('O', count).collect::<String>();
        assert!(reads_alike(&letters(50), &kana));
        assert!(!reads_alike(&letters(101), &kana));
        assert!(!reads_alike(&letters(128), &kana), "longer than anything that is read");
    }

    #[test]
    fn every_kana_of_an_exact_key_can_be_spelled() {
        for kana in ('ァ'..='ヺ').filter(|&c| c != 'ン') {
            let key = kana_key(String::from(kana).as_str());
            let unread = key.chars().filter(|&c| c != 'ン' && onsets(c).is_none()).count();
            assert_eq!(unread, 0, "{kana}");
        }
    }
}
