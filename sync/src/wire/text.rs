//! Texts that a peer sends and a terminal may show.

use super::WireError;
use super::error::within;

/// Refuses a text above `limit` bytes, or with control characters: a peer must not be able to write escape sequences
/// to an operator's terminal or break a log line.
pub(super) fn check_text(what: &'static str, text: &str, limit: usize) -> Result<(), WireError> {
    within(what, text.len(), limit)?;
    if text.chars().any(char::is_control) {
        return Err(WireError::Form { what });
    }
    Ok(())
}

/// Refuses anything but 1 to `limit` lower-case letters, digits and hyphens.
pub(super) fn check_word(what: &'static str, word: &str, limit: usize) -> Result<(), WireError> {
    within(what, word.len(), limit)?;
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if word.is_empty() || !word.bytes().all(plain) {
        return Err(WireError::Form { what });
    }
    Ok(())
}

/// `text` without control characters, cut at a character boundary to at most `limit` bytes.
pub(super) fn cleaned(text: &str, limit: usize) -> String {
    let mut clean: String = text.chars().filter(|c| !c.is_control()).collect();
    clean.truncate(clean.floor_char_boundary(limit));
    clean
}
