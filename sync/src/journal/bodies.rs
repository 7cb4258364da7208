//! Opens bodies: for the centre, with its journal identity, and for a node that is open.

use secrecy::SecretString;
use tomoshibi_policies::ErrorClass;

use super::body_key::{self, BodyKey, BodyKeyError};
use super::{ClearPart, Event, JournalFile, Sequence, body};
use crate::codec::CodecError;
use crate::id::{Digest, Incarnation, NodeId};

/// Why one body cannot be opened. The others can.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// The key of the file.
    #[error(transparent)]
    Key(#[from] BodyKeyError),
    /// The sealed body is not the one the clear part names.
    #[error("the body of entry {at} has digest {found}, its clear part says {expected}")]
    Digest {
        /// The entry.
        at: Sequence,
        /// Digest of the bytes.
        found: Digest,
        /// Digest in the clear part.
        expected: Digest,
    },
    /// Sealed with another key, for another entry, or damaged.
    #[error("the body of entry {at} does not open with its file's key")]
    Seal {
        /// The entry.
        at: Sequence,
    },
    /// Opened, but not an event.
    #[error("entry {at}: {error}")]
    Event {
        /// The entry.
        at: Sequence,
        /// What is wrong.
        error: CodecError,
    },
    /// Opened, but the event is of another kind than the clear part says.
    #[error("entry {at} holds an event of kind {found}, its clear part says {expected}")]
    Kind {
        /// The entry.
        at: Sequence,
        /// Kind of the event.
        found: u16,
        /// Kind in the clear part.
        expected: u16,
    },
}

impl BodyError {
    /// The cause's class.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Key(error) => error.class(),
            Self::Event { error, .. } => error.class(),
            Self::Digest { .. } => ErrorClass::Corrupt,
            Self::Seal { .. } | Self::Kind { .. } => ErrorClass::Forged,
        }
    }
}

/// The opened key of one file. Wiped when dropped.
pub struct FileBodies {
    key: BodyKey,
    node: NodeId,
    incarnation: Incarnation,
}

impl FileBodies {
    /// Unseals the body key of a file with an identity (`AGE-SECRET-KEY-1…`).
    ///
    /// # Errors
    /// [`BodyKeyError`].
    pub fn unseal(
        sealed_key: &[u8],
        node: NodeId,
        incarnation: Incarnation,
        identity: &SecretString,
    ) -> Result<Self, BodyKeyError> {
        Ok(Self { key: body_key::unseal(sealed_key, identity)?, node, incarnation })
    }

    /// Opens one body.
    ///
    /// # Errors
    /// See [`BodyError`].
    pub fn open(&self, clear: &ClearPart, sealed: &[u8]) -> Result<Event, BodyError> {
        let at = clear.sequence;
        let found = Digest::of(sealed);
        if found != clear.body {
            return Err(BodyError::Digest { at, found, expected: clear.body });
        }
        let aad = clear.associated_data(self.node, self.incarnation);
        let plain = body::open(&self.key, &aad, sealed).ok_or(BodyError::Seal { at })?;
        let event = Event::from_bytes(&plain).map_err(|error| BodyError::Event { at, error })?;
        match event.kind().code() {
            found if found != clear.kind => {
                Err(BodyError::Kind { at, found, expected: clear.kind })
            }
            _ => Ok(event),
        }
    }
}

/// An entry with its event, or why that cannot be had.
pub type OpenedBody = (ClearPart, Result<Event, BodyError>);

/// Opens every body of a file. A body that does not open is told as such and does not hide the others.
///
/// # Errors
/// [`BodyKeyError`] when the identity does not unseal the file's key.
pub fn open_bodies(
    file: &JournalFile,
    identity: &SecretString,
) -> Result<Vec<OpenedBody>, BodyKeyError> {
    let header = &file.header;
    let bodies = FileBodies::unseal(&header.sealed_key, header.node, header.incarnation, identity)?;
    let opened = file.records.iter().map(|r| (r.clear, bodies.open(&r.clear, &r.sealed)));
    Ok(opened.collect())
}

#[cfg(test)]
mod tests {
    use tomoshibi_policies::time::Timestamp;
    use zeroize::Zeroizing;

    use super::*;
    use crate::journal::{TreeHash, Word};

    #[test]
    fn a_body_of_another_kind_than_the_clear_part_says_is_refused() {
        let (node, incarnation) = (NodeId::from_bytes([1; 16]), Incarnation(1));
        let bodies = FileBodies { key: Zeroizing::new([2; 32]), node, incarnation };
        let event = Event::Stopped { cause: Word::new("test").unwrap() };
        let open_as = |kind| {
            let mut clear = ClearPart {
                sequence: Sequence(0),
                time: Timestamp::default(),
                kind,
                quality: 0,
                body: Digest::of(&[]),
                previous: TreeHash::of_nothing(),
            };
            let aad = clear.associated_data(node, incarnation);
            let plain = event.to_bytes().unwrap();
            let sealed = body::seal(&bodies.key, [3; 24], &aad, &plain).unwrap();
            clear.body = Digest::of(&sealed);
            bodies.open(&clear, &sealed)
        };
        let kind = event.kind().code();
        assert_eq!(open_as(kind), Ok(event.clone()));
        let error = BodyError::Kind { at: Sequence(0), found: kind, expected: kind + 1 };
        assert_eq!(open_as(kind + 1), Err(error));
    }
}
