//! Addresses, for ranking only: registration is not mandatory, forms vary, old addresses remain (domain handbook 7.1).
//!
//! Prefecture, municipality, then the rest with block numbers in one form (一丁目2番地3号 and １－２－３ as `1-2-3`), 大字
//! and 字 dropped, ケ ヶ が ガ alike, and the building name after the block numbers dropped. A building name that
//! follows without a block number stays: it then only makes two addresses look less alike.

use alloc::string::{String, ToString};
use core::fmt;

use super::kana::{is_long_mark, katakana, large};
use super::municipality::{split_municipality, split_prefecture};
use super::text::{is_letter, normal};
use super::variants::representative;
use crate::record::RegionCode;

mod block;

/// How alike two addresses are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AddressLikeness {
    /// Another prefecture, or another municipality when a prefecture is missing.
    Different,
    /// One prefecture; another municipality, or one not given.
    SamePrefecture,
    /// One municipality; the rest differs or is missing.
    SameMunicipality,
    /// Alike down to the block number.
    Same,
    /// The two have nothing in common that could be compared.
    Unknown,
}

impl AddressLikeness {
    /// True from one municipality on: evidence for one person, where less is not.
    #[must_use]
    pub const fn is_near(self) -> bool {
        matches!(self, Self::SameMunicipality | Self::Same)
    }
}

/// An address, folded for comparison.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AddressKey {
    /// The prefecture, when the address begins with one.
    pub prefecture: Option<RegionCode>,
    /// City, town, village or Tokyo ward, without its county.
    pub municipality: Option<String>,
    /// Ward of a city, place, block numbers.
    pub rest: String,
}

/// Folds an address. Any text gives a key; text that is no address gives one that compares as unknown or different.
#[must_use]
pub fn address_key(text: &str) -> AddressKey {
    let folded = fold(text);
    let (prefecture, rest) = split_prefecture(folded.trim_start());
    let (municipality, rest) = split_municipality(rest.trim_start());
    AddressKey {
        prefecture,
        municipality: municipality.map(|name| name.split_whitespace().collect()),
        rest: block::place_and_block(rest),
    }
}

impl AddressKey {
    /// True when nothing of an address was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.prefecture.is_none() && self.municipality.is_none() && self.rest.is_empty()
    }

    /// Compares prefecture, then municipality, then the rest. Symmetric.
    #[must_use]
    pub fn similarity(&self, other: &Self) -> AddressLikeness {
        let prefectures = self.prefecture.zip(other.prefecture).map(|(a, b)| a == b);
        let municipalities =
            self.municipality.as_ref().zip(other.municipality.as_ref()).map(|(a, b)| a == b);
        match (prefectures, municipalities) {
            (Some(false), _) | (None, Some(false)) => AddressLikeness::Different,
            (_, Some(true)) if self.rest == other.rest && !self.rest.is_empty() => {
                AddressLikeness::Same
            }
            (_, Some(true)) => AddressLikeness::SameMunicipality,
            (Some(true), _) => AddressLikeness::SamePrefecture,
            (None, None) => AddressLikeness::Unknown,
        }
    }
}

// An address is patient data, folded or not.
impl fmt::Debug for AddressKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AddressKey(hidden)")
    }
}

/// One form of every character. Spaces stay for now, one at a time: they end a block number.
fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in normal(text) {
        let c = c.to_uppercase().next().unwrap_or(c);
        let after_digit = out.trim_end().chars().next_back().is_some_and(is_digit);
        match katakana(c) {
            c if c.is_whitespace() && out.ends_with(' ') => {}
            c if c.is_whitespace() => out.push(' '),
            // Between digits every dash parts block numbers; elsewhere ー belongs to a name that may lack it.
            c if is_long_mark(c) && after_digit => out.push('-'),
            'ガ' | 'ヶ' | 'ヵ' => out.push('ケ'),
            'ー' => {}
            c if is_letter(c) => out.push(representative(large(c))),
            _ => {}
        }
    }
    out.trim().to_string()
}

/// A digit in either script.
fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || block::kanji_digit(c).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn likeness(a: &str, b: &str) -> AddressLikeness {
        let (a, b) = (address_key(a), address_key(b));
        assert_eq!(
            a.similarity(&b),
            b.similarity(&a),
            "the order of two addresses does not matter"
        );
        a.similarity(&b)
    }

    #[test]
    fn block_numbers_have_one_form() {
        for text in [
            "石川県輪島市河井町1丁目2番3号",
            "石川県輪島市河井町一丁目２番地３",
            "石川県輪島市河井町１－２－３",
            "石川県輪島市河井町１ー２ー３　灯ハイツ１０１号",
            "石川県 輪島市 河井町 1 - 2 - 3 灯ハイツ",
            "石川県輪島市河井町1-2-3灯ハイツ101",
            "輪島市大字河井町1の2の3",
            "輪島市字河井町1番地の2の3",
        ] {
            assert_eq!(address_key(text).rest, "河井町1-2-3", "{text}");
        }
    }

    #[test]
    fn kanji_numbers_are_read_as_numbers() {
        for (text, rest) in [
            ("新宿区西二十三丁目百二番", "西23-102"),
            ("札幌市中央区北五条西三丁目二-一 灯ビル", "中央区北5条西3-2-1"),
            ("中央区一番町二番地", "1番町2"),
            ("神戸市中央区三ノ宮町1-2", "中央区3ノ宮町1-2"),
            ("新宿区六本木〇〇三", "6本木3"),
        ] {
            assert_eq!(address_key(text).rest, rest, "{text}");
        }
    }

    #[test]
    fn likeness_goes_from_prefecture_down() {
        use AddressLikeness::{Different, Same, SameMunicipality, SamePrefecture, Unknown};
        for (a, b, expected) in [
            ("石川県鳳珠郡穴水町字川島ラの1", "穴水町大字川島ラ１番地", Same),
            ("石川県穴水町川島1", "石川県穴水町大町2", SameMunicipality),
            ("石川県穴水町", "石川県穴水町", SameMunicipality),
            ("石川県穴水町川島1", "石川県輪島市河井町1", SamePrefecture),
            ("石川県", "石川県輪島市", SamePrefecture),
            ("石川県輪島市", "富山県氷見市", Different),
            ("輪島市", "氷見市", Different),
            ("東京都府中市1", "広島県府中市1", Different),
            ("龍ヶ崎市1", "竜ケ崎市1", Same),
            ("茅ヶ崎市", "茅が崎市", SameMunicipality),
            ("", "石川県輪島市", Unknown),
            ("石川県", "輪島市", Unknown),
            ("住所不定", "石川県輪島市", Unknown),
        ] {
            assert_eq!(likeness(a, b), expected, "{a} {b}");
        }
        assert!(address_key(" ・-").is_empty() && !address_key("石川県").is_empty());
    }
}
