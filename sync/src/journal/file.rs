//! A journal file that was read: its header, its whole records, and its torn tail if it has one.
//!
//! Promises: a file is never changed by reading. A record that is not whole is a *torn tail* when no later record
//! proves that it was once durable, and *damage* otherwise. Records written by one append become durable together or
//! not at all, and pages may reach the disk in any order, so a later record proves it only when its own append came
//! after. A torn tail at the very end cannot be told from damage of the last append by the file alone: the header of
//! the next file, a checkpoint or an acknowledgement tells.
//!
//! Not covered: the order of the records and how files follow one another; that is [`Reader`](super::Reader).

use tomoshibi_policies::ErrorClass;

use super::header::{FileHeader, HeaderError};
use super::record::{FRAME_LEN_BYTES, Record};

/// Longest file that is read: 64 MiB. A file is ended at 16 MiB, and one append adds at most 17 MiB.
pub const FILE_LEN_BYTES_MAX: u64 = 64 << 20;

/// A record that was being written when the power went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TornTail {
    /// Where it begins.
    pub offset: u64,
    /// Bytes from there to the end of the file.
    pub len_bytes: u64,
}

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalFile {
    /// The header.
    pub header: FileHeader,
    /// Where the first record begins.
    pub records_offset: u64,
    /// The whole records, in order.
    pub records: Vec<Record>,
    /// The torn tail.
    pub torn: Option<TornTail>,
}

/// Why a file is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// The header.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// A record that is not whole, with records behind it that were written later.
    #[error("the record at byte {offset} is damaged; {later} was written after it")]
    Damaged {
        /// Where it begins.
        offset: u64,
        /// Sequence of a later record that is whole.
        later: u64,
    },
}

impl FileError {
    /// The header's class, or corrupt.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Header(error) => error.class(),
            Self::Damaged { .. } => ErrorClass::Corrupt,
        }
    }
}

impl JournalFile {
    /// Reads all bytes of a file.
    ///
    /// # Errors
    /// See [`FileError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, FileError> {
        let (header, header_len) = FileHeader::from_prefix(bytes)?;
        let mut rest = bytes.get(header_len..).unwrap_or_default();
        let mut records = Vec::new();
        while let Some(record) = Record::read(rest) {
            let len = usize::try_from(record.len_bytes()).unwrap_or(usize::MAX);
            rest = rest.get(len..).unwrap_or_default();
            records.push(record);
        }
        let offset = bytes.len().saturating_sub(rest.len()) as u64;
        let expected = header.first().0.saturating_add(records.len() as u64);
        if let Some(later) = later_append(rest, expected) {
            return Err(FileError::Damaged { offset, later });
        }
        let torn = (!rest.is_empty()).then_some(TornTail { offset, len_bytes: rest.len() as u64 });
        Ok(Self { header, records_offset: header_len as u64, records, torn })
    }
}

/// Sequence of a whole record in `rest` whose append came after that of entry `bad`, which is not whole.
fn later_append(rest: &[u8], bad: u64) -> Option<u64> {
    // So many more records at most: bounds what counts as a sequence, so that hardly a place is tried in full.
    let last = bad.saturating_add((rest.len() / FRAME_LEN_BYTES) as u64).saturating_add(1);
    let places = rest.windows(size_of::<u64>()).enumerate().skip(1);
    let likely = places.filter(|(_, window)| {
        let sequence = window.first_chunk().map(|bytes| u64::from_le_bytes(*bytes));
        sequence.is_some_and(|sequence| sequence > bad && sequence <= last)
    });
    let mut records = likely.filter_map(|(place, _)| Record::read(rest.get(place..)?));
    records.find(|record| record.batch_first() > bad).map(|record| record.clear.sequence.0)
}
