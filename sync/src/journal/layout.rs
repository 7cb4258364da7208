//! Where things lie: a folder for each incarnation, a file for each number.
//!
//! ```text
//! <dir>/<incarnation, 8 digits>/<number, 10 digits>.tmj   the files
//! <dir>/<incarnation, 8 digits>/checkpoint                the newest checkpoint
//! <dir>/<incarnation, 8 digits>/acknowledged              the newest checkpoint that the centre cosigned
//! ```

use std::io;
use std::path::{Path, PathBuf};

use tomoshibi_policies::ErrorClass;

use crate::id::Incarnation;
use crate::seam::Files;

const SUFFIX: &str = ".tmj";
/// Longest checkpoint file that is read.
pub(super) const NOTE_LEN_BYTES_MAX: u64 = 16 << 10;

/// What the disk refused. Keeps the kind and the text, so that many waiters can be told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{doing}: {text}")]
pub struct DiskError {
    /// What was being done.
    pub doing: &'static str,
    /// Kind of the error.
    pub kind: io::ErrorKind,
    text: String,
}

impl DiskError {
    pub(crate) fn new(doing: &'static str) -> impl Fn(io::Error) -> Self {
        move |error| Self { doing, kind: error.kind(), text: error.to_string() }
    }

    /// True when the disk is full.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        matches!(self.kind, io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
    }

    /// Exhausted, not found or transient.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self.kind {
            io::ErrorKind::NotFound => ErrorClass::NotFound,
            _ if self.is_full() => ErrorClass::Exhausted,
            _ => ErrorClass::Transient,
        }
    }
}

/// Folder of one incarnation.
#[must_use]
pub fn incarnation_dir(dir: &Path, incarnation: Incarnation) -> PathBuf {
    dir.join(format!("{:08}", incarnation.0))
}

/// Path of one file.
#[must_use]
pub fn file_path(dir: &Path, incarnation: Incarnation, number: u32) -> PathBuf {
    incarnation_dir(dir, incarnation).join(format!("{number:010}{SUFFIX}"))
}

/// Path of the newest checkpoint.
#[must_use]
pub fn checkpoint_path(dir: &Path, incarnation: Incarnation) -> PathBuf {
    incarnation_dir(dir, incarnation).join("checkpoint")
}

/// Path of the newest checkpoint that the centre cosigned.
#[must_use]
pub fn acknowledged_path(dir: &Path, incarnation: Incarnation) -> PathBuf {
    incarnation_dir(dir, incarnation).join("acknowledged")
}

/// The newest incarnation that has a folder.
///
/// # Errors
/// The disk's.
pub fn newest_incarnation(files: &dyn Files, dir: &Path) -> Result<Option<Incarnation>, DiskError> {
    let entries = files.list(dir).map_err(DiskError::new("list the journal"))?;
    let numbers = entries.iter().filter(|e| e.is_dir && e.name.len() == 8);
    Ok(numbers.filter_map(|e| digits(&e.name)).max().map(Incarnation))
}

/// Numbers of the files of one incarnation, ascending. Other names are not ours.
pub(super) fn file_numbers(
    files: &dyn Files,
    dir: &Path,
    incarnation: Incarnation,
) -> Result<Vec<u32>, DiskError> {
    let dir = incarnation_dir(dir, incarnation);
    let entries = files.list(&dir).map_err(DiskError::new("list the journal"))?;
    let stems = entries.iter().filter(|e| !e.is_dir).filter_map(|e| e.name.strip_suffix(SUFFIX));
    let mut numbers: Vec<_> = stems.filter(|stem| stem.len() == 10).filter_map(digits).collect();
    numbers.sort_unstable();
    Ok(numbers)
}

fn digits(text: &str) -> Option<u32> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}
