//! What a node can send: its committed entries, read from its files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tomoshibi_policies::ErrorClass;

use super::message::{BATCH_LEN_BYTES_MAX, BATCH_RECORDS_MAX, Batch, BatchRecord, JournalId};
use crate::journal::{
    CLEAR_LEN_BYTES, Checkpoint, DiskError, FileHeader, Frontier, HEADER_LEN_BYTES_MAX,
    HeaderError, JournalFile, Origin, ReadError, Reader, TreeHash, file_path,
};
use crate::seam::Files;
use crate::signed::SigningKey;

/// Why evidence cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EvidenceError {
    /// The journal's files.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The head of a file.
    #[error("journal file {file}: {error}")]
    Header {
        /// Number of the file.
        file: u32,
        /// What is wrong.
        error: HeaderError,
    },
    /// The disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// An entry that should be there is not.
    #[error("entry {at} of the journal is not in its files")]
    Missing {
        /// The entry.
        at: u64,
    },
}

impl EvidenceError {
    /// The cause's class; a missing entry is corrupt.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Read(error) => error.class(),
            Self::Header { error, .. } => error.class(),
            Self::Disk(error) => error.class(),
            Self::Missing { .. } => ErrorClass::Corrupt,
        }
    }
}

/// A node's committed entries.
pub trait Evidence {
    /// Whose.
    fn journal(&self) -> JournalId;
    /// How many entries are durable. Nothing beyond is ever sent.
    fn size(&self) -> u64;
    /// The first entry that is still here.
    fn earliest(&self) -> u64;
    /// The root at `size`; none when that lies before the earliest entry or beyond the last.
    ///
    /// # Errors
    /// See [`EvidenceError`].
    fn root_at(&mut self, size: u64) -> Result<Option<TreeHash>, EvidenceError>;
    /// Entries from `first` on, at least one, with a checkpoint at their end.
    ///
    /// # Errors
    /// See [`EvidenceError`].
    fn batch(&mut self, first: u64, is_branch: bool) -> Result<Batch, EvidenceError>;
}

struct Place {
    number: u32,
    first: u64,
}

/// [`Evidence`] from the files of one incarnation. Holds one file in memory at a time.
pub struct JournalEvidence {
    files: Arc<dyn Files>,
    dir: PathBuf,
    origin: Origin,
    signing: Arc<SigningKey>,
    committed: u64,
    places: Vec<Place>,
    current: Option<(usize, JournalFile)>,
    /// The tree at the end of the last batch: the next one begins there.
    cursor: Frontier,
}

impl JournalEvidence {
    /// Reads the heads of the files. `committed` is what the writer has made durable.
    ///
    /// # Errors
    /// See [`EvidenceError`].
    pub fn open(
        files: Arc<dyn Files>,
        dir: PathBuf,
        origin: Origin,
        signing: Arc<SigningKey>,
        committed: u64,
    ) -> Result<Self, EvidenceError> {
        let reader = Reader::open(files.as_ref(), &dir, origin.node, origin.incarnation)?;
        let mut places = Vec::new();
        for &number in reader.numbers() {
            let path = file_path(&dir, origin.incarnation, number);
            let header = read_header(files.as_ref(), &path)?;
            let header = header.map_err(|error| EvidenceError::Header { file: number, error })?;
            places.push(Place { number, first: header.first().0 });
        }
        let cursor = Frontier::default();
        Ok(Self { files, dir, origin, signing, committed, places, current: None, cursor })
    }

    /// Tells that more entries are durable. Files that came since are not seen: open anew for those.
    pub fn set_committed(&mut self, committed: u64) {
        self.committed = committed;
        self.current = None;
    }

    /// The last file that begins at or before entry `at`, with its index.
    fn file_of(&mut self, at: u64) -> Result<&JournalFile, EvidenceError> {
        let missing = EvidenceError::Missing { at };
        let after = self.places.partition_point(|place| place.first <= at);
        let index = after.checked_sub(1).ok_or(missing.clone())?;
        if self.current.as_ref().is_none_or(|(current, _)| *current != index) {
            let files = self.files.as_ref();
            let mut reader =
                Reader::open(files, &self.dir, self.origin.node, self.origin.incarnation)?;
            let number = self.places.get(index).map(|place| place.number);
            let index_now = reader.numbers().iter().position(|found| Some(*found) == number);
            reader.seek(index_now.ok_or(missing.clone())?);
            let file = reader.next_file()?.ok_or(missing.clone())?;
            self.current = Some((index, file));
        }
        self.current.as_ref().map(|(_, file)| file).ok_or(missing)
    }

    /// The tree at `size`.
    fn tree_at(&mut self, size: u64) -> Result<Frontier, EvidenceError> {
        if self.cursor.size() == size {
            return Ok(self.cursor.clone());
        }
        let file = self.file_of(size)?;
        let mut tree = file.header.before.clone();
        let mut records = file.records.iter();
        while tree.size() < size {
            let record = records.next().ok_or(EvidenceError::Missing { at: tree.size() })?;
            tree.push(record.clear.leaf());
        }
        Ok(tree)
    }

    /// Adds the records of one file to `batch`, from its end on; false when the batch is full or everything is in it.
    fn fill(&mut self, batch: &mut Batch, room: &mut usize) -> Result<bool, EvidenceError> {
        let (committed, at) = (self.committed, batch.end());
        let mut tree = self.tree_at(at)?;
        let file = self.file_of(at)?;
        let skip = at.saturating_sub(file.header.first().0);
        let mut records = file.records.iter().skip(usize::try_from(skip).unwrap_or(usize::MAX));
        let key = batch.keys.len() as u32;
        batch.keys.push(file.header.sealed_key.clone());
        *room = room.saturating_sub(file.header.sealed_key.len());
        let mut is_open = true;
        while tree.size() < committed && is_open {
            let Some(record) = records.next() else { break };
            let (clear, sealed) = (record.clear.to_bytes().to_vec(), record.sealed.clone());
            *room = room.saturating_sub(CLEAR_LEN_BYTES.saturating_add(sealed.len()));
            batch.records.push(BatchRecord { clear, sealed, key });
            tree.push(record.clear.leaf());
            is_open = *room > 0 && batch.records.len() < BATCH_RECORDS_MAX;
        }
        self.cursor = tree;
        match self.cursor.size() {
            size if size == at => Err(EvidenceError::Missing { at }),
            size => Ok(is_open && size < committed),
        }
    }
}

impl Evidence for JournalEvidence {
    fn journal(&self) -> JournalId {
        JournalId { node: self.origin.node, incarnation: self.origin.incarnation }
    }

    fn size(&self) -> u64 {
        self.committed
    }

    fn earliest(&self) -> u64 {
        self.places.first().map_or(0, |place| place.first)
    }

    fn root_at(&mut self, size: u64) -> Result<Option<TreeHash>, EvidenceError> {
        if size > self.committed || size < self.earliest() {
            return Ok(None);
        }
        if self.places.is_empty() {
            return Ok(Some(Frontier::default().root()));
        }
        self.tree_at(size).map(|tree| Some(tree.root()))
    }

    fn batch(&mut self, first: u64, is_branch: bool) -> Result<Batch, EvidenceError> {
        let mut batch = Batch {
            journal: self.journal(),
            first,
            is_branch,
            keys: Vec::new(),
            records: Vec::new(),
            checkpoint: String::new(),
        };
        let mut room = BATCH_LEN_BYTES_MAX;
        while self.fill(&mut batch, &mut room)? {}
        let (size, root) = (self.cursor.size(), self.cursor.root());
        let signed = Checkpoint { origin: self.origin, size, root }.sign(&self.signing);
        batch.checkpoint = signed.to_string();
        Ok(batch)
    }
}

/// Reads the head of a file without the rest.
fn read_header(
    files: &dyn Files,
    path: &Path,
) -> Result<Result<FileHeader, HeaderError>, DiskError> {
    let failed = DiskError::new("read a journal file");
    let file = files.open(path).map_err(&failed)?;
    let mut bytes = vec![0; HEADER_LEN_BYTES_MAX];
    let mut len = 0;
    while let Some(rest) = bytes.get_mut(len..).filter(|rest| !rest.is_empty()) {
        match file.read_at(len as u64, rest).map_err(&failed)? {
            0 => break,
            count => len = len.saturating_add(count),
        }
    }
    bytes.truncate(len);
    Ok(FileHeader::from_prefix(&bytes).map(|(header, _)| header))
}
