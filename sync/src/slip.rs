//! The patient's slip: what was looked at, when and where, signed by the node, on paper as a QR code.
//!
//! A patient takes it home and can have it checked later: every look names its journal entry by the entry's leaf hash,
//! so the centre can say whether exactly that entry has come in ([`check()`]). In prose it is the receipt that the patient
//! gets; in code the word is *slip*, because a receipt is a claim here.
//!
//! Promises: nothing on it names a patient or a member of staff; what is read is in one spelling only; an opened slip
//! was signed by the given key, which is the one that signs the node's checkpoints.
//!
//! Not covered: which key belongs to a node (the centre's directory knows), whether the times and counts are those of
//! the entry's sealed body (the centre opens it), and a slip that was made and never handed over.
//!
//! FORMAT.md, section "Slip".

mod bytes;
mod check;
mod error;

use tomoshibi_policies::category::Category;
use tomoshibi_policies::record::{FacilityCode, RegionCode};
use tomoshibi_policies::time::Timestamp;

use crate::id::{Incarnation, NodeId};
use crate::journal::{Sequence, TreeHash};
use crate::signed::{PublicKey, Signature, SigningKey};

pub use check::{SlipCheck, Verdict, check};
pub use error::SlipError;

/// Most looks on one slip, the newest ones: more would not fit a QR code that a worn phone still reads.
pub const LOOKS_MAX: usize = 6;
/// Longest text: six looks at all five categories.
pub const TEXT_LEN_BYTES_MAX: usize = PREFIX.len() + bytes::LEN_BYTES_MAX.div_ceil(2) * 3;
/// Names the system and the version of the text.
const PREFIX: &str = "TMSR1:";
/// Names the system, whatever the version.
const FAMILY: &str = "TMSR";
/// What no other signature of the node's key begins with.
const CONTEXT: &[u8] = b"tomoshibi slip v1\n";

/// What a slip says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    /// True in a drill.
    pub drill: bool,
    /// Region of the node.
    pub region: RegionCode,
    /// The node.
    pub node: NodeId,
    /// Whose journal: which life of the node.
    pub incarnation: Incarnation,
    /// Where it was looked.
    pub facility: FacilityCode,
    /// One to six looks, the newest first: sequences strictly descend.
    pub looks: Vec<SlipLook>,
}

/// One look at the patient's record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlipLook {
    /// Its journal entry.
    pub sequence: Sequence,
    /// When, by the node's clock.
    pub at: Timestamp,
    /// Leaf hash of the entry.
    pub leaf: TreeHash,
    /// What was shown, with the number of items: one to five categories, strictly ascending. Counts end at 65,535.
    pub shown: Vec<(Category, u16)>,
}

impl Slip {
    /// Signs the slip; returns the text of its QR code.
    ///
    /// # Errors
    /// [`SlipError::LookCount`], [`SlipError::CategoryCount`] and [`SlipError::Order`] for what no reader would take.
    pub fn sign(&self, key: &SigningKey) -> Result<String, SlipError> {
        let mut bytes = bytes::encode(self)?;
        let signature = key.sign(&message(&bytes));
        bytes.extend(signature.0);
        Ok(format!("{PREFIX}{}", base45::encode(bytes)))
    }

    /// Reads a slip and verifies its signature.
    ///
    /// # Errors
    /// As [`Slip::parse`], and [`SlipError::Signature`].
    pub fn open(text: &str, key: &PublicKey) -> Result<Self, SlipError> {
        let (slip, signed, signature) = read(text)?;
        match key.verifies(&message(&signed), &signature) {
            true => Ok(slip),
            false => Err(SlipError::Signature),
        }
    }

    /// Reads a slip **without verifying it**: to learn which node's key to open it with.
    ///
    /// # Errors
    /// See [`SlipError`].
    pub fn parse(text: &str) -> Result<Self, SlipError> {
        read(text).map(|(slip, _, _)| slip)
    }
}

fn read(text: &str) -> Result<(Slip, Vec<u8>, Signature), SlipError> {
    // Scanners that type end with a line break.
    let text = text.trim();
    if text.len() > TEXT_LEN_BYTES_MAX {
        return Err(SlipError::TooLong { len: text.len(), limit: TEXT_LEN_BYTES_MAX });
    }
    let Some(encoded) = text.strip_prefix(PREFIX) else {
        let other_version = text.starts_with(FAMILY);
        return Err(if other_version { SlipError::TextVersion } else { SlipError::Prefix });
    };
    let bytes = base45::decode(encoded).map_err(|_| SlipError::Base45)?;
    if base45::encode(&bytes) != encoded {
        return Err(SlipError::Base45);
    }
    bytes::decode(&bytes)
}

fn message(bytes: &[u8]) -> Vec<u8> {
    [CONTEXT, bytes].concat()
}
