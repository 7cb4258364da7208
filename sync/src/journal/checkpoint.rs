//! Checkpoints: signed heads of a journal, in the form of C2SP tlog-checkpoint, and the cosignatures on them.
//!
//! A checkpoint says: at this size the journal of this origin has this root. The node signs it; whoever cosigns says
//! that it holds, as of a time, a journal of that size with that root that contains every one it cosigned before.

use core::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::record::RegionCode;
use tomoshibi_policies::time::Timestamp;

use super::TreeHash;
use super::note::{Note, NoteError};
use crate::id::{Incarnation, NodeId};
use crate::signed::{PublicKey, SigningKey};

/// Whose journal: the first line of a checkpoint, and the name of the node's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// Home region of the node.
    pub region: RegionCode,
    /// The node.
    pub node: NodeId,
    /// The incarnation.
    pub incarnation: Incarnation,
}

/// `tomoshibi/17/<node>/3`.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tomoshibi/{}/{}/{}", self.region, self.node, self.incarnation)
    }
}

impl Origin {
    /// The name under which the region's centre cosigns.
    #[must_use]
    pub fn centre_name(&self) -> String {
        format!("tomoshibi/{}/centre", self.region)
    }
}

/// A size and the root at that size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checkpoint {
    /// Whose journal.
    pub origin: Origin,
    /// Number of entries.
    pub size: u64,
    /// Root of the tree over them.
    pub root: TreeHash,
}

/// Why a checkpoint is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// Signed, but by another journal's name.
    #[error("the checkpoint is of {found}, expected {expected}")]
    Origin {
        /// Origin in the text.
        found: String,
        /// Origin expected.
        expected: String,
    },
    /// Signed, but not the three lines of a checkpoint.
    #[error("the note is not a checkpoint: {rule}")]
    Form {
        /// The rule that is broken.
        rule: &'static str,
    },
}

impl CheckpointError {
    /// The note's class; a wrong origin is forged.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Note(error) => error.class(),
            Self::Origin { .. } => ErrorClass::Forged,
            Self::Form { .. } => ErrorClass::Corrupt,
        }
    }
}

impl Checkpoint {
    /// Signs the checkpoint with the node's key.
    #[must_use]
    pub fn sign(&self, key: &SigningKey) -> SignedCheckpoint {
        let mut note = Note::new(self.text());
        note.sign(&self.origin.to_string(), key);
        SignedCheckpoint(note)
    }

    fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, BASE64.encode(self.root.as_bytes()))
    }

    fn from_text(text: &str, origin: Origin) -> Result<Self, CheckpointError> {
        let form = |rule| CheckpointError::Form { rule };
        let mut lines = text.split_terminator('\n');
        let expected = origin.to_string();
        match lines.next().unwrap_or_default() {
            found if found == expected => (),
            found => return Err(CheckpointError::Origin { found: found.to_owned(), expected }),
        }
        let size_line = lines.next().ok_or(form("it has no size"))?;
        let size: u64 = size_line.parse().map_err(|_| form("its size is not a number"))?;
        if size.to_string() != size_line {
            return Err(form("its size has another spelling"));
        }
        let root = lines.next().and_then(|line| BASE64.decode(line).ok());
        let root = root.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        let root = TreeHash::from_bytes(root.ok_or(form("its root is not 32 bytes in base64"))?);
        match lines.next() {
            None => Ok(Self { origin, size, root }),
            // The specification allows them and advises against them; we write none and take none.
            Some(_) => Err(form("it has extension lines")),
        }
    }
}

/// A checkpoint with its signatures. Hands out the checkpoint only when the node's is verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint(Note);

impl SignedCheckpoint {
    /// Reads the note.
    ///
    /// # Errors
    /// [`CheckpointError::Note`].
    pub fn parse(note: &str) -> Result<Self, CheckpointError> {
        Ok(Self(Note::parse(note)?))
    }

    /// Checks the node's signature and returns the checkpoint.
    ///
    /// # Errors
    /// See [`CheckpointError`].
    pub fn verify(&self, origin: Origin, key: &PublicKey) -> Result<Checkpoint, CheckpointError> {
        self.0.verify(&origin.to_string(), key)?;
        Checkpoint::from_text(self.0.unverified_text(), origin)
    }

    /// Adds or renews a cosignature by a witness.
    pub fn cosign(&mut self, name: &str, key: &SigningKey, now: Timestamp) {
        // Before 1970 there are no cosignatures; a clock that says so gives 0.
        let unix_seconds = u64::try_from(now.as_millis().div_euclid(1000)).unwrap_or(0);
        self.0.cosign(name, key, unix_seconds);
    }

    /// Checks the cosignature of a witness; returns its time.
    ///
    /// # Errors
    /// [`CheckpointError::Note`].
    pub fn verify_cosignature(
        &self,
        name: &str,
        key: &PublicKey,
    ) -> Result<Timestamp, CheckpointError> {
        let unix_seconds = self.0.verify_cosignature(name, key)?;
        let seconds = i64::try_from(unix_seconds).unwrap_or(i64::MAX);
        Ok(Timestamp::from_millis(seconds.saturating_mul(1000)))
    }
}

/// The note's text.
impl fmt::Display for SignedCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin() -> Origin {
        Origin {
            region: RegionCode::new(17).unwrap(),
            node: NodeId::from_bytes([0xAB; 16]),
            incarnation: Incarnation(3),
        }
    }

    fn key(n: u8) -> SigningKey {
        SigningKey::from_seed(&[n; 32])
    }

    fn sample() -> Checkpoint {
        Checkpoint { origin: origin(), size: 42, root: TreeHash::of_nothing() }
    }

    #[test]
    fn a_checkpoint_is_the_three_lines_of_the_specification() {
        let note = sample().sign(&key(1)).to_string();
        let text = "tomoshibi/17/abababababababababababababababab/3\n42\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n\u{2014} tomoshibi/17/abababababababababababababababab/3 ";
        assert!(note.starts_with(text), "{note}");
        let signed = SignedCheckpoint::parse(&note).unwrap();
        assert_eq!(signed.verify(origin(), &key(1).public()), Ok(sample()));
        assert!(signed.verify(origin(), &key(2).public()).is_err());
    }

    #[test]
    fn another_incarnation_is_another_journal() {
        let signed = sample().sign(&key(1));
        let other = Origin { incarnation: Incarnation(4), ..origin() };
        let error = signed.verify(other, &key(1).public()).unwrap_err();
        assert_eq!(error.class(), ErrorClass::Forged);
    }

    #[test]
    fn a_cosignature_says_who_and_when() {
        let mut signed = sample().sign(&key(1));
        let name = origin().centre_name();
        signed.cosign(&name, &key(2), Timestamp::from_millis(5_999));
        signed.cosign(&name, &key(2), Timestamp::from_millis(7_001));
        let signed = SignedCheckpoint::parse(&signed.to_string()).unwrap();
        let time = signed.verify_cosignature(&name, &key(2).public()).unwrap();
        assert_eq!(time.as_millis(), 7_000);
        assert!(signed.verify_cosignature(&name, &key(3).public()).is_err());
        assert!(signed.verify_cosignature("somebody", &key(2).public()).is_err());
        assert_eq!(signed.verify(origin(), &key(1).public()), Ok(sample()));
    }

    #[test]
    fn signed_texts_that_are_no_checkpoint_are_refused() {
        let (name, root) = (origin().to_string(), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
        for bad in [
            format!("{name}\n"),
            format!("{name}\n042\n{root}\n"),
            format!("{name}\n+42\n{root}\n"),
            format!("{name}\n42\n"),
            format!("{name}\n42\nAAAA\n"),
            format!("{name}\n42\n{root}\nextension\n"),
            format!("somebody\n42\n{root}\n"),
        ] {
            let mut note = Note::new(bad.clone());
            note.sign(&name, &key(1));
            assert!(SignedCheckpoint(note).verify(origin(), &key(1).public()).is_err(), "{bad}");
        }
    }
}
