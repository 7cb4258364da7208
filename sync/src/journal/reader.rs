//! Reads the files of one incarnation in order and checks that they are one journal.
//!
//! Promises: every record handed out has the right sequence and the leaf hash of the one before; every header goes on
//! where the file before ended, tree included; one torn tail at the end of each file is tolerated and reported.
//! The first file may begin above 0 (older ones were deleted below *safe*); its header is then taken at its word.
//!
//! Not covered: bodies (`open_bodies`), digests of bodies and checkpoints (`verify`).

use std::path::{Path, PathBuf};

use tomoshibi_policies::ErrorClass;

use super::file::{FILE_LEN_BYTES_MAX, FileError, JournalFile};
use super::layout::{DiskError, file_numbers, file_path};
use super::{ClearPart, Frontier, Record, Sequence, TreeHash, genesis};
use crate::id::{Incarnation, NodeId};
use crate::seam::Files;

/// Why a journal cannot be read on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// A file is not whole.
    #[error("journal file {file}: {error}")]
    File {
        /// Number of the file.
        file: u32,
        /// What is wrong.
        error: FileError,
    },
    /// A file of another node, incarnation or number.
    #[error(
        "journal file {file} says it is file {number} of node {node}, incarnation {incarnation}"
    )]
    Misplaced {
        /// Number in the name.
        file: u32,
        /// Number in the header.
        number: u32,
        /// Node in the header.
        node: NodeId,
        /// Incarnation in the header.
        incarnation: Incarnation,
    },
    /// A number that is skipped. Even a file without records is evidence: of a start.
    #[error("journal file {file} is missing")]
    Missing {
        /// Number of the file.
        file: u32,
    },
    /// A file that does not go on where the one before ended.
    #[error("journal file {file} begins at entry {found}, the files before end at {expected}")]
    Gap {
        /// Number of the file.
        file: u32,
        /// Its first sequence.
        found: Sequence,
        /// The sequence that should come.
        expected: Sequence,
    },
    /// A header or record that does not hang on what stands before it.
    #[error("journal file {file}: the chain breaks at entry {at}")]
    Chain {
        /// Number of the file.
        file: u32,
        /// The entry.
        at: Sequence,
    },
}

impl ReadError {
    /// The cause's class; a break is corrupt.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Disk(error) => error.class(),
            Self::File { error, .. } => error.class(),
            Self::Misplaced { .. } => ErrorClass::Conflict,
            Self::Missing { .. } | Self::Gap { .. } | Self::Chain { .. } => ErrorClass::Corrupt,
        }
    }
}

/// How far a journal goes: the tree, and the hash the next entry hangs on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The tree over all entries.
    pub tree: Frontier,
    /// Leaf hash of the last entry; of an empty journal see [`genesis`].
    pub previous: TreeHash,
}

impl Head {
    /// The head of a journal without entries.
    #[must_use]
    pub fn of_nothing(node: NodeId, incarnation: Incarnation) -> Self {
        Self { tree: Frontier::default(), previous: genesis(node, incarnation) }
    }

    /// The sequence that comes next.
    #[must_use]
    pub const fn next(&self) -> Sequence {
        Sequence(self.tree.size())
    }

    /// True when `clear` is the next entry.
    #[must_use]
    pub fn accepts(&self, clear: &ClearPart) -> bool {
        clear.sequence == self.next() && clear.previous == self.previous
    }

    /// Takes the leaf of the next entry.
    pub fn push(&mut self, leaf: TreeHash) {
        self.tree.push(leaf);
        self.previous = leaf;
    }
}

/// See the module.
pub struct Reader<'a> {
    files: &'a dyn Files,
    dir: PathBuf,
    node: NodeId,
    incarnation: Incarnation,
    numbers: Vec<u32>,
    next: usize,
    head: Option<Head>,
}

impl<'a> Reader<'a> {
    /// Lists the files of one incarnation. None is no error: nothing was written yet.
    ///
    /// # Errors
    /// The disk's.
    pub fn open(
        files: &'a dyn Files,
        dir: &Path,
        node: NodeId,
        incarnation: Incarnation,
    ) -> Result<Self, DiskError> {
        let numbers = file_numbers(files, dir, incarnation)?;
        let dir = dir.to_path_buf();
        Ok(Self { files, dir, node, incarnation, numbers, next: 0, head: None })
    }

    /// Numbers of the files, ascending.
    #[must_use]
    pub fn numbers(&self) -> &[u32] {
        &self.numbers
    }

    /// Goes on with the file at `index` of [`Reader::numbers`], taking its header at its word.
    pub fn seek(&mut self, index: usize) {
        self.next = index;
        self.head = None;
    }

    /// The head after everything read so far. Of nothing read: that of an empty journal.
    #[must_use]
    pub fn head(&self) -> Head {
        let nothing = || Head::of_nothing(self.node, self.incarnation);
        self.head.clone().unwrap_or_else(nothing)
    }

    /// The next file, checked; nothing after the last.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub fn next_file(&mut self) -> Result<Option<JournalFile>, ReadError> {
        let Some(&number) = self.numbers.get(self.next) else { return Ok(None) };
        let before = self.next.checked_sub(1).and_then(|index| self.numbers.get(index));
        if let Some(skipped) = before.map(|n| n.saturating_add(1)).filter(|n| *n != number) {
            return Err(ReadError::Missing { file: skipped });
        }
        let file = self.parse(number)?;
        let mut head = self.enter(number, &file)?;
        for Record { clear, .. } in &file.records {
            if !head.accepts(clear) {
                return Err(ReadError::Chain { file: number, at: head.next() });
            }
            head.push(clear.leaf());
        }
        self.head = Some(head);
        self.next = self.next.saturating_add(1);
        Ok(Some(file))
    }

    fn parse(&self, number: u32) -> Result<JournalFile, ReadError> {
        let path = file_path(&self.dir, self.incarnation, number);
        let bytes = self.files.read(&path, FILE_LEN_BYTES_MAX);
        let bytes = bytes.map_err(DiskError::new("read a journal file"))?;
        JournalFile::parse(&bytes).map_err(|error| ReadError::File { file: number, error })
    }

    /// Checks that `file` goes on where the one before ended.
    fn enter(&self, number: u32, file: &JournalFile) -> Result<Head, ReadError> {
        let header = &file.header;
        let (node, incarnation) = (header.node, header.incarnation);
        if (node, incarnation, header.number) != (self.node, self.incarnation, number) {
            let (file, number) = (number, header.number);
            return Err(ReadError::Misplaced { file, number, node, incarnation });
        }
        let found = Head { tree: header.before.clone(), previous: header.previous };
        let at = found.next();
        let expected = match &self.head {
            Some(head) => head.clone(),
            None if at == Sequence(0) => Head::of_nothing(node, incarnation),
            None => found.clone(),
        };
        if at != expected.next() {
            return Err(ReadError::Gap { file: number, found: at, expected: expected.next() });
        }
        if found != expected {
            return Err(ReadError::Chain { file: number, at });
        }
        Ok(found)
    }
}
