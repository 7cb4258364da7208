//! Why something was revoked, as a stable word.

use core::fmt;

use super::RevocationError;

/// Longest reason, in bytes.
pub const REASON_LEN_BYTES_MAX: usize = 32;

/// A stable word: lower-case letters, digits and hyphens, 1 to [`REASON_LEN_BYTES_MAX`]. Words that a later version
/// adds are kept as they are, because a list that was refused for one word would revoke nobody.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reason(String);

impl Reason {
    /// The words that are given today. `misused` and `compromised` ask for a look at the journal too.
    pub const WORDS: [&'static str; 8] =
        ["lost", "stolen", "left", "misused", "compromised", "replaced", "retired", "other"];

    /// One of [`Reason::WORDS`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::WORDS.contains(&word).then(|| Self(word.into()))
    }

    /// The word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Reason {
    type Error = RevocationError;

    fn try_from(word: String) -> Result<Self, RevocationError> {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let good = (1..=REASON_LEN_BYTES_MAX).contains(&word.len()) && word.bytes().all(allowed);
        if good { Ok(Self(word)) } else { Err(RevocationError::Field { field: "a reason" }) }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
