//! Keys of symbol and number, so that two ways of writing one card are one identity.
//!
//! Width of letters and digits, case, spaces, hyphens and points do not matter. Not covered: half-width kana and kanji
//! variants, which are compared as written.

/// Fewest digits that can stand for "unknown". Shorter rows of 7 or 9 are numbers that employers really give.
const NO_IDENTITY_DIGITS_MIN: usize = 6;

/// The key of a symbol (記号).
pub(super) fn symbol_key(text: &str) -> String {
    text.chars().map(narrow).filter(|c| !is_dropped(*c)).flat_map(char::to_uppercase).collect()
}

/// The key of a number (番号): as [`symbol_key`], and a number of digits only loses the zeros it is padded with.
pub(super) fn digits_key(text: &str) -> String {
    let key = symbol_key(text);
    if key.is_empty() || !key.bytes().all(|b| b.is_ascii_digit()) {
        return key;
    }
    let value = key.trim_start_matches('0');
    if value.is_empty() { "0".into() } else { value.into() }
}

/// True for the all-nine and all-seven numbers of claims without a card (不詳, 資格申立書): never a key.
pub(super) fn is_no_identity(text: &str) -> bool {
    let key = digits_key(text);
    let all = |digit| key.bytes().all(|b| b == digit);
    key.len() >= NO_IDENTITY_DIGITS_MIN && (all(b'9') || all(b'7'))
}

/// The ASCII character of a full-width one (U+FF01 to U+FF5E).
fn narrow(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        other => other,
    }
}

fn is_dropped(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '-' | '.' | '・' | '･' | 'ー' | 'ｰ' | '−' | '‐' | '―' | '–' | '—' | '─')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_to_write_a_number_are_one() {
        for text in ["1234567", "１２３４５６７", "123-4567", "０１２３ー４５６７", " 1234 567"]
        {
            assert_eq!(digits_key(text), "1234567", "{text}");
        }
        assert_eq!(symbol_key("１２－ａ　あ"), "12Aあ");
    }

    #[test]
    fn nines_and_sevens_are_nobody() {
        for text in ["999999999", "７７７７７７７７", "999-999-999"] {
            assert!(is_no_identity(text), "{text}");
        }
        for text in ["9", "99999", "999999998", "", "0"] {
            assert!(!is_no_identity(text), "{text}");
        }
    }
}
