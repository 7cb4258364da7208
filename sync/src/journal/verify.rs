//! An independent check of a journal's files.
//!
//! Promises: it shares no code with the writer, the reader or the formats they use: it reads the bytes by the map in
//! FORMAT.md, computes roots with another library and another SHA-256, and reports everything it finds instead of
//! stopping at the first problem. It needs no key of anybody: only the node's public key, for checkpoints, and the
//! centre's where it should look at cosignatures.
//!
//! Checked: headers and their digests; that files follow one another without a gap; each record's own check, sequence
//! and link; each body's digest; the root at the head of each file; that every checkpoint beside the files is signed,
//! not larger than the journal, and has its root. A torn tail is reported and is no problem.
//!
//! Not checked: what the bodies say (they are sealed), and whether the node should have written more.

mod bytes;
mod checkpoint;
mod walk;

use std::fmt;
use std::path::Path;

use tomoshibi_policies::time::Timestamp;

use crate::journal::Origin;
use crate::seam::Files;
use crate::signed::PublicKey;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Name of the file.
    pub file: String,
    /// Where in it, in bytes.
    pub offset: u64,
    /// What.
    pub problem: Problem,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}: {}", self.file, self.offset, self.problem)
    }
}

/// What can be wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The file cannot be read.
    #[error("cannot be read")]
    Unreadable,
    /// The header is not one of version 1, or its digest is wrong.
    #[error("the header is damaged or of an unknown version")]
    Header,
    /// The header is of another node, incarnation or number.
    #[error("the header is of another node, incarnation or file")]
    Misplaced,
    /// A file is missing before this one.
    #[error("a file is missing before this one")]
    MissingFile,
    /// The first sequence is not where the files before end.
    #[error("begins at entry {found}, the files before end at {expected}")]
    Gap {
        /// First sequence in the header.
        found: u64,
        /// Entries before.
        expected: u64,
    },
    /// The header's root or link is not that of the entries before.
    #[error("the header does not hang on the entries before")]
    HeaderChain,
    /// A record is damaged, and records written later follow.
    #[error("a record is damaged, and later ones follow it")]
    Damaged,
    /// An entry has another sequence than its place.
    #[error("entry {found} stands in the place of {expected}")]
    Sequence {
        /// Sequence in the record.
        found: u64,
        /// Place.
        expected: u64,
    },
    /// An entry does not hang on the one before.
    #[error("entry {sequence} does not hang on the one before")]
    Link {
        /// The entry.
        sequence: u64,
    },
    /// A body is not the one its clear part names.
    #[error("the body of entry {sequence} is not the one its clear part names")]
    Body {
        /// The entry.
        sequence: u64,
    },
    /// A checkpoint is not one, or its signature does not verify.
    #[error("not a checkpoint that this node signed")]
    Checkpoint,
    /// A checkpoint that should be cosigned is not.
    #[error("not cosigned by the centre")]
    Cosignature,
    /// A checkpoint is larger than the journal: entries are lost.
    #[error("states {stated} entries, the files have {found}")]
    Behind {
        /// Size of the checkpoint.
        stated: u64,
        /// Entries in the files.
        found: u64,
    },
    /// A checkpoint has another root.
    #[error("has another root at {size} entries than the files")]
    Root {
        /// Size of the checkpoint.
        size: u64,
    },
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verified {
    /// Entries whose place, link and check were computed. Damaged ones are not counted.
    pub entries: u64,
    /// Sequence that would come next: the journal's size.
    pub size: u64,
    /// Sequence of the first entry that is still here; above 0 when older files were deleted below *safe*. Roots
    /// cannot be computed then.
    pub first: u64,
    /// Files.
    pub files: u64,
    /// Root over the entries; none when older files were deleted.
    pub root: Option<[u8; 32]>,
    /// Earliest time of an entry.
    pub earliest: Option<Timestamp>,
    /// Latest time of an entry.
    pub latest: Option<Timestamp>,
    /// Records that were being written when the power went: file, offset, bytes.
    pub torn_tails: Vec<(String, u64, u64)>,
    /// Checkpoints that hold.
    pub checkpoints: u64,
    /// Everything that is wrong.
    pub findings: Vec<Finding>,
}

impl Verified {
    /// True when nothing is wrong.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.findings.is_empty()
    }
}

/// Verifies the journal of `origin` under `dir`. `centre` is the key of the centre, where the acknowledged checkpoint
/// has to be cosigned by it.
#[must_use]
pub fn verify(
    files: &dyn Files,
    dir: &Path,
    origin: Origin,
    node: &PublicKey,
    centre: Option<&PublicKey>,
) -> Verified {
    let folder = dir.join(format!("{:08}", origin.incarnation.0));
    let mut walk = walk::Walk::new(files, &folder, origin);
    walk.files();
    let (roots, mut verified) = walk.finish();
    checkpoint::check(files, &folder, origin, (node, centre), &roots, &mut verified);
    verified
}
