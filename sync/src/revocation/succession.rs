//! Whether a revocation list may take the place of another.

use super::{RevocationError, RevocationList};
use crate::id::Digest;

/// Which list: its number and the digest of its signed bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListId {
    /// Its number.
    pub number: u64,
    /// Digest of its envelope, signatures included.
    pub digest: Digest,
}

/// What a list is to the one that is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Succession {
    /// Take it; numbers between may have been skipped.
    Newer,
    /// The very same.
    Same,
}

impl ListId {
    /// The id of an opened list, from the bytes it was opened from.
    #[must_use]
    pub fn of(list: &RevocationList, bytes: &[u8]) -> Self {
        Self { number: list.number, digest: Digest::of(bytes) }
    }

    /// What this list is to the one that is held.
    ///
    /// # Errors
    /// [`RevocationError::Older`]: a list never goes back. [`RevocationError::Conflict`]: the authority has signed two
    /// of one number, or its folder was put back from a backup; the one that is held stays.
    pub fn succeeds(&self, held: Option<&Self>) -> Result<Succession, RevocationError> {
        let Some(held) = held else { return Ok(Succession::Newer) };
        let (number, found) = (self.number, self.digest);
        match number.cmp(&held.number) {
            core::cmp::Ordering::Greater => Ok(Succession::Newer),
            core::cmp::Ordering::Less => {
                Err(RevocationError::Older { found: number, held: held.number })
            }
            core::cmp::Ordering::Equal if found == held.digest => Ok(Succession::Same),
            core::cmp::Ordering::Equal => {
                Err(RevocationError::Conflict { number, found, held: held.digest })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_never_goes_back_and_two_of_one_number_are_a_conflict() {
        let id = |number, name: &str| ListId { number, digest: Digest::of(name.as_bytes()) };
        let held = id(5, "a");
        for (next, expected) in [
            (id(6, "b"), Ok(Succession::Newer)),
            (id(900, "b"), Ok(Succession::Newer)),
            (id(5, "a"), Ok(Succession::Same)),
            (id(4, "b"), Err(RevocationError::Older { found: 4, held: 5 })),
            (id(4, "a"), Err(RevocationError::Older { found: 4, held: 5 })),
            (
                id(5, "b"),
                Err(RevocationError::Conflict {
                    number: 5,
                    found: Digest::of(b"b"),
                    held: held.digest,
                }),
            ),
        ] {
            assert_eq!(next.succeeds(Some(&held)), expected, "{next:?}");
        }
        assert_eq!(id(1, "a").succeeds(None), Ok(Succession::Newer));
    }
}
