//! The one process that owns a data folder.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use tomoshibi_policies::ErrorClass;

use super::Folder;
use crate::disk::DiskError;

/// Ownership of a data folder, given up when dropped or when the process dies: the kernel holds the lock, so there is
/// never a stale one to remove by hand.
#[derive(Debug)]
pub struct Owner {
    _lock: File,
}

/// Why a folder could not be owned.
#[derive(Debug, thiserror::Error)]
pub enum OwnerError {
    /// No folder there, or one that `init` did not make.
    #[error("{path} is not a data folder", path = path.display())]
    NotAFolder {
        /// The path given.
        path: PathBuf,
    },
    /// Another process owns it.
    #[error("{path} is owned by process {process}", path = path.display(), process = process_name(*.process))]
    Owned {
        /// The folder.
        path: PathBuf,
        /// The owner, when it wrote its id.
        process: Option<u32>,
    },
    /// The disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

fn process_name(process: Option<u32>) -> String {
    process.map_or_else(|| "(unknown)".into(), |id| id.to_string())
}

impl OwnerError {
    /// The class of the cause.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::NotAFolder { .. } => ErrorClass::NotFound,
            Self::Owned { .. } => ErrorClass::Conflict,
            Self::Disk(error) => error.class(),
        }
    }
}

impl Owner {
    /// Takes a folder made by `init`.
    ///
    /// # Errors
    /// See [`OwnerError`].
    pub fn claim(folder: &Folder) -> Result<Self, OwnerError> {
        if !folder.config().is_file() {
            return Err(OwnerError::NotAFolder { path: folder.root().to_path_buf() });
        }
        Self::claim_new(folder)
    }

    /// Takes a folder that may be half made.
    ///
    /// # Errors
    /// See [`OwnerError`].
    pub fn claim_new(folder: &Folder) -> Result<Self, OwnerError> {
        let path = folder.owner_lock();
        let mut lock = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(DiskError::at("open", &path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let process = read_process(&mut lock);
                return Err(OwnerError::Owned { path: folder.root().to_path_buf(), process });
            }
            Err(TryLockError::Error(error)) => {
                return Err(DiskError::at("lock", &path)(error).into());
            }
        }
        write_process(&mut lock).map_err(DiskError::at("write", &path))?;
        Ok(Self { _lock: lock })
    }
}

fn read_process(lock: &mut File) -> Option<u32> {
    let mut text = String::new();
    // At most what a process id needs; anything else in the file is not ours.
    lock.take(16).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

fn write_process(lock: &mut File) -> io::Result<()> {
    lock.set_len(0)?;
    lock.rewind()?;
    writeln!(lock, "{}", std::process::id())
}

#[cfg(test)]
mod tests {
    use tomoshibi_sync::seam::{Files, StdFiles};

    use super::*;

    fn folder(dir: &tempfile::TempDir) -> Folder {
        let folder = Folder::new(dir.path().join("node"));
        folder.create(&StdFiles).unwrap();
        StdFiles.replace(&folder.config(), b"").unwrap();
        folder
    }

    #[test]
    fn a_second_owner_is_told_who_the_first_is() {
        let dir = tempfile::tempdir().unwrap();
        let folder = folder(&dir);
        let first = Owner::claim(&folder).unwrap();
        let error = Owner::claim(&folder).unwrap_err();
        assert!(
            matches!(error, OwnerError::Owned { process: Some(id), .. } if id == std::process::id())
        );
        drop(first);
        Owner::claim(&folder).unwrap();
    }

    #[test]
    fn a_folder_that_init_did_not_finish_is_not_one() {
        let dir = tempfile::tempdir().unwrap();
        let error = Owner::claim(&Folder::new(dir.path())).unwrap_err();
        assert_eq!(error.class(), ErrorClass::NotFound);
    }
}
