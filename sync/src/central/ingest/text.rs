//! Text of source files: code page 932, full-width digits, small numbers.

use std::borrow::Cow;

use encoding_rs::SHIFT_JIS;

/// Decodes code page 932 (what "Shift_JIS" means in practice: 髙 and 﨑 are in it); none when a byte is no character.
pub(super) fn cp932(bytes: &[u8]) -> Option<Cow<'_, str>> {
    SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes)
}

/// A column without the spaces around it and with full-width ASCII made narrow; none when it is no text.
pub(super) fn plain(bytes: &[u8]) -> Option<String> {
    let text = cp932(bytes)?;
    Some(narrow(text.trim_matches([' ', '\u{3000}'])))
}

/// Full-width ASCII (U+FF01 to U+FF5E) made narrow.
pub(super) fn narrow(text: &str) -> String {
    let narrowed = |c: char| match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        other => other,
    };
    text.chars().map(narrowed).collect()
}

/// A whole number of decimal digits only.
pub(super) fn number(text: &str) -> Option<u32> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// True when `text` is `len` ASCII digits.
pub(super) fn is_digits(text: &str, len: usize) -> bool {
    text.len() == len && text.bytes().all(|b| b.is_ascii_digit())
}

/// True when the bytes are UTF-8 with Japanese in it: what a file of code page 932 practically never is.
pub(super) fn is_japanese_utf8(bytes: &[u8]) -> bool {
    let is_japanese = |c: char| matches!(c, '\u{3040}'..='\u{9FFF}' | '\u{FF00}'..='\u{FFEF}');
    !bytes.is_ascii() && core::str::from_utf8(bytes).is_ok_and(|text| text.chars().any(is_japanese))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_outside_strict_shift_jis_are_read() {
        assert_eq!(cp932(&[0xEE, 0xE0]).unwrap(), "髙");
        assert_eq!(cp932(&[0xED, 0x95]).unwrap(), "﨑");
        assert!(cp932(&[0x81]).is_none());
        assert!(cp932(&[0xFD, 0x40]).is_none());
    }

    #[test]
    fn full_width_digits_are_digits() {
        assert_eq!(plain(&[0x82, 0x55, 0x82, 0x53, 0x20]).unwrap(), "64");
        assert_eq!(number("+1"), None);
    }
}
