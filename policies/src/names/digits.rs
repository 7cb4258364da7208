//! Keys of the symbol and number on a card, and the numbers that mean nobody.

use alloc::string::String;

use super::kanji::fold_kanji;
use super::text::{WILDCARD, settle};

/// Fewest digits that can stand for "unknown". Claims write nine; padding and cutting leave no fewer than the six of a
/// municipal insurer number. Below that, 7, 9 or 77 are numbers that small employers really give.
const NO_IDENTITY_DIGITS_MIN: usize = 6;

/// The symbol (記号) of a card for comparison: width, case, spaces, hyphens and points do not matter; kana and kanji are
/// kept, folded.
#[must_use]
pub fn symbol_key(text: &str) -> String {
    settle(text, |text| {
        let mut key = fold_kanji(text);
        key.retain(|c| c != WILDCARD);
        key
    })
}

/// The number (番号) of a card for comparison: as [`symbol_key`], and a number of digits only is compared without the
/// zeros it is padded with.
#[must_use]
pub fn digits_key(text: &str) -> String {
    let mut key = symbol_key(text);
    if key.bytes().all(|b| b.is_ascii_digit()) {
        let value = key.trim_start_matches('0');
        if value.len() < key.len() {
            key = if value.is_empty() && !key.is_empty() { "0".into() } else { value.into() };
        }
    }
    key
}

/// True for the all-nine and all-seven numbers of claims without a card (不詳, 資格申立書): never a key.
#[must_use]
pub fn is_no_identity(text: &str) -> bool {
    let key = digits_key(text);
    let all = |digit| key.bytes().all(|b| b == digit);
    key.len() >= NO_IDENTITY_DIGITS_MIN && (all(b'9') || all(b'7'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_to_write_a_number_are_one() {
        for text in [
            "1234567",
            "１２３４５６７",
            "123-4567",
            "０１２３ー４５６７",
            " 1234 567",
            "123・4567",
        ] {
            assert_eq!(digits_key(text), "1234567", "{text}");
        }
        assert_eq!(digits_key("000"), "0");
        assert_eq!(digits_key(""), "");
        assert_eq!(digits_key("0A1"), "0A1", "zeros before letters are part of the number");
    }

    #[test]
    fn a_symbol_keeps_its_kana_kanji_and_zeros() {
        assert_eq!(symbol_key("ぁい－００１"), "アイ001");
        assert_eq!(symbol_key("廣－ｱ･12"), symbol_key("広ア12"));
        assert_ne!(symbol_key("011"), symbol_key("11"));
    }

    #[test]
    fn nines_and_sevens_are_nobody_and_short_ones_are_numbers() {
        for text in ["999999999", "99999999", "７７７７７７７７", "999-999-999", " 777777"]
        {
            assert!(is_no_identity(text), "{text}");
        }
        for text in ["9", "77", "99999", "999999998", "", "0", "９９９９９９９９A"] {
            assert!(!is_no_identity(text), "{text}");
        }
    }
}
