//! The messages.

use core::fmt;

use serde::{Deserialize, Serialize};

use crate::codec::{self, CodecError};
use crate::id::{Incarnation, NodeId};
use crate::journal::{CLEAR_LEN_BYTES, TreeHash};

/// Longest message: 1 MiB less 4 KiB, so that it fits a frame with its envelope.
pub const MESSAGE_LEN_BYTES_MAX: usize = (1 << 20) - (4 << 10);
/// A batch takes no further record once its records and keys are this long.
pub const BATCH_LEN_BYTES_MAX: usize = 512 << 10;
/// Most records of a batch.
pub const BATCH_RECORDS_MAX: usize = 4096;
const VERSION: u8 = 1;

/// One journal: a node's, in one incarnation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct JournalId {
    /// The node.
    pub node: NodeId,
    /// The incarnation.
    pub incarnation: Incarnation,
}

/// `<node>/<incarnation>`.
impl fmt::Display for JournalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.node, self.incarnation)
    }
}

/// How far the centre has got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Have {
    /// Whose.
    pub journal: JournalId,
    /// Number of entries.
    pub size: u64,
    /// Root over them.
    pub root: TreeHash,
    /// The checkpoint of that size, cosigned; none when nothing was taken yet.
    pub cosigned: Option<String>,
}

/// One entry in a batch.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchRecord {
    /// The clear part, [`CLEAR_LEN_BYTES`] long.
    pub clear: Vec<u8>,
    /// The sealed body.
    pub sealed: Vec<u8>,
    /// Which of the batch's keys seals it.
    pub key: u32,
}

impl BatchRecord {
    /// The clear part; nothing when it has another length.
    #[must_use]
    pub fn clear_bytes(&self) -> Option<&[u8; CLEAR_LEN_BYTES]> {
        self.clear.as_slice().try_into().ok()
    }
}

impl fmt::Debug for BatchRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BatchRecord({} bytes sealed)", self.sealed.len())
    }
}

/// Consecutive entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// Whose.
    pub journal: JournalId,
    /// Sequence of the first.
    pub first: u64,
    /// True when the node knows that this does not continue what the centre holds, and wants it kept as evidence.
    pub is_branch: bool,
    /// Sealed body keys of the files the entries lie in.
    pub keys: Vec<Vec<u8>>,
    /// The entries.
    pub records: Vec<BatchRecord>,
    /// The node's checkpoint at the end of the batch.
    pub checkpoint: String,
}

impl Batch {
    /// The sequence after the last entry.
    #[must_use]
    pub fn end(&self) -> u64 {
        self.first.saturating_add(self.records.len() as u64)
    }
}

/// Why a whole batch is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Refusal {
    /// The checkpoint is not one that the node signed.
    Checkpoint,
    /// The checkpoint is not of the batch's end.
    Size,
    /// The checkpoint has another root than the entries, though they continue what the centre holds.
    Root,
    /// More entries than a batch may have, or one that is not of the form of an entry.
    Form,
}

/// What came of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// The centre holds every entry of the batch, be it from before.
    Accepted,
    /// Entries before the batch are missing at the centre.
    Gap {
        /// What should come.
        expected: u64,
    },
    /// The centre holds another history.
    Fork {
        /// The first entry known to differ; the histories may have parted before.
        at: u64,
    },
    /// The batch is refused.
    Refused {
        /// Why.
        reason: Refusal,
    },
}

/// The centre's answer to a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Whose.
    pub journal: JournalId,
    /// First sequence of the batch.
    pub first: u64,
    /// The sequence after its last entry.
    pub end: u64,
    /// What came of it.
    pub outcome: Outcome,
    /// Entries that are new in the ledger, refused ones included.
    pub accepted: u32,
    /// Entries that were there before.
    pub duplicates: u32,
    /// Entries of the new ones that are kept as refused evidence.
    pub refused: u32,
    /// How far the centre has got now.
    pub size: u64,
    /// The checkpoint of that size, cosigned; none when nothing was taken yet.
    pub cosigned: Option<String>,
}

/// A message, either way. The order of the variants is the format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Message {
    /// Node: how far have you got?
    Where(JournalId),
    /// Centre: so far.
    Have(Have),
    /// Node: take these.
    Batch(Batch),
    /// Centre: what came of them.
    Verdict(Verdict),
}

impl Message {
    /// Whose journal it is about.
    #[must_use]
    pub const fn journal(&self) -> JournalId {
        match self {
            Self::Where(journal) => *journal,
            Self::Have(have) => have.journal,
            Self::Batch(batch) => batch.journal,
            Self::Verdict(verdict) => verdict.journal,
        }
    }

    /// The bytes: a version, then the message.
    ///
    /// # Errors
    /// [`CodecError::TooLong`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, CodecError> {
        let what = "reconciliation message";
        let mut bytes = vec![VERSION];
        bytes.extend(codec::encode(what, self)?);
        match bytes.len() {
            len if len > MESSAGE_LEN_BYTES_MAX => {
                Err(CodecError::TooLong { what, len, limit: MESSAGE_LEN_BYTES_MAX })
            }
            _ => Ok(bytes),
        }
    }

    /// Reads the bytes.
    ///
    /// # Errors
    /// [`CodecError`]; a version that is not known is malformed.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CodecError> {
        match bytes.split_first() {
            Some((&VERSION, message)) => {
                codec::decode::<_, MESSAGE_LEN_BYTES_MAX>("reconciliation message", message)
            }
            _ => Err(CodecError::Malformed { what: "reconciliation message of version 1" }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(records: usize, sealed: usize) -> Message {
        let journal = JournalId { node: NodeId::from_bytes([1; 16]), incarnation: Incarnation(2) };
        let record = BatchRecord { clear: vec![3; 84], sealed: vec![4; sealed], key: 0 };
        Message::Batch(Batch {
            journal,
            first: 5,
            is_branch: false,
            keys: vec![vec![6; 300]],
            records: vec![record; records],
            checkpoint: "note".into(),
        })
    }

    #[test]
    fn the_largest_batch_fits_a_message() {
        // Just below the limit, and one more of the longest records with its key.
        let message = batch(BATCH_LEN_BYTES_MAX / (64 << 10) + 1, (64 << 10) + 4400);
        let bytes = message.to_bytes().unwrap();
        assert_eq!(Message::from_bytes(&bytes), Ok(message));
        let message = batch(BATCH_RECORDS_MAX, 40);
        let bytes = message.to_bytes().unwrap();
        assert_eq!(Message::from_bytes(&bytes), Ok(message));
    }

    #[test]
    fn too_long_truncated_trailing_and_future_messages_are_refused() {
        assert!(matches!(batch(20, 64 << 10).to_bytes(), Err(CodecError::TooLong { .. })));
        let bytes = batch(1, 9).to_bytes().unwrap();
        for len in 0..bytes.len() {
            assert!(Message::from_bytes(&bytes[..len]).is_err(), "{len}");
        }
        assert!(Message::from_bytes(&[&bytes[..], &[0]].concat()).is_err());
        let mut future = bytes;
        future[0] = 2;
        assert!(Message::from_bytes(&future).is_err());
    }
}
