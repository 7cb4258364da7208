//! Short texts inside events: stable words of the rules, and free text with a limit.

use core::fmt;

use serde::{Deserialize, Serialize};
use tomoshibi_policies::ErrorClass;

/// Longest word, in bytes.
pub const WORD_LEN_BYTES_MAX: usize = 64;
/// Longest free text, in bytes: some three hundred Japanese characters.
pub const TEXT_LEN_BYTES_MAX: usize = 1024;

/// A text that an event cannot hold. Does not repeat the text, which may be about a patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{what} of {len} bytes: {rule}")]
pub struct WordError {
    what: &'static str,
    len: usize,
    rule: &'static str,
}

impl WordError {
    /// Always [`ErrorClass::Invalid`].
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        ErrorClass::Invalid
    }
}

/// A stable code of the rules: a role, category, reason or form, as their `as_str()` gives it. Lower-case letters,
/// digits, dots, hyphens and underscores, 1 to [`WORD_LEN_BYTES_MAX`]. Words outlive the enums they come from, so that
/// old entries stay readable.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Word(String);

impl Word {
    /// Takes a word.
    ///
    /// # Errors
    /// Other characters, none, or too many.
    pub fn new(word: &str) -> Result<Self, WordError> {
        Self::try_from(word.to_owned())
    }

    /// The word "other", for what has no word of its own.
    #[must_use]
    pub fn other() -> Self {
        Self("other".into())
    }

    /// The word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Word {
    type Error = WordError;

    fn try_from(word: String) -> Result<Self, WordError> {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-._".contains(&b);
        if (1..=WORD_LEN_BYTES_MAX).contains(&word.len()) && word.bytes().all(allowed) {
            return Ok(Self(word));
        }
        let rule = "it has 1 to 64 lower-case letters, digits, dots, hyphens or underscores";
        Err(WordError { what: "a word", len: word.len(), rule })
    }
}

impl From<Word> for String {
    fn from(word: Word) -> Self {
        word.0
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Free text that a person wrote: a reason, a notice's name. May be about a patient, so `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Text(String);

impl Text {
    /// Takes a text.
    ///
    /// # Errors
    /// Longer than [`TEXT_LEN_BYTES_MAX`].
    pub fn new(text: &str) -> Result<Self, WordError> {
        Self::try_from(text.to_owned())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Text {
    type Error = WordError;

    fn try_from(text: String) -> Result<Self, WordError> {
        if text.len() <= TEXT_LEN_BYTES_MAX {
            return Ok(Self(text));
        }
        Err(WordError { what: "a text", len: text.len(), rule: "it has at most 1024 bytes" })
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.0
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_short_and_plain() {
        for good in ["a", "no-consent", "age1.x_2", &"w".repeat(64)] {
            assert_eq!(Word::new(good).unwrap().as_str(), good);
        }
        for bad in ["", "Upper", "two words", "薬剤", &"w".repeat(65)] {
            assert!(Word::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn texts_have_a_limit_and_are_not_printed() {
        assert!(Text::new(&"a".repeat(1025)).is_err());
        let text = Text::new("意識なし").unwrap();
        assert_eq!(format!("{text:?}"), "Text(12 bytes)");
    }
}
