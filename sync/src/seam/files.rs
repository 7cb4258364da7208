//! Files and folders, with the few operations that durable storage needs.
//!
//! Assumptions about the disk (FORMAT.md, "The disk"): data written before a successful sync survives a power cut; a
//! rename within a folder is atomic and is durable after a sync of the folder; nothing else is promised.

use std::ffi::OsString;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// What [`Files::list`] tells of one entry.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileEntry {
    /// Name inside the folder, to be read and shown. One that is not UTF-8 stands with its bytes
    /// above ASCII as `\xff`: the program gives no file such a name. [`FileEntry::path_in`] leads to the file.
    pub name: String,
    /// Length in bytes, 0 for folders.
    pub len_bytes: u64,
    /// True for a folder.
    pub is_dir: bool,
    /// The name as the disk has it, when it is not UTF-8.
    raw: Option<OsString>,
}

impl FileEntry {
    /// An entry with a name of any bytes.
    #[must_use]
    pub fn new(name: OsString, len_bytes: u64, is_dir: bool) -> Self {
        let (name, raw) = match name.into_string() {
            Ok(name) => (name, None),
            Err(raw) => (raw.as_bytes().escape_ascii().to_string(), Some(raw)),
        };
        Self { name, len_bytes, is_dir, raw }
    }

    /// Its path in `dir`, the listed folder.
    #[must_use]
    pub fn path_in(&self, dir: &Path) -> PathBuf {
        match &self.raw {
            Some(raw) => dir.join(raw),
            None => dir.join(&self.name),
        }
    }
}

/// A file open for reading at any place.
pub trait ReadAt: Send + Sync {
    /// Length in bytes.
    fn len_bytes(&self) -> u64;
    /// Reads up to `buf.len()` bytes at `offset`; 0 only at the end.
    ///
    /// # Errors
    /// The disk's.
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize>;
}

/// A file open for appending.
pub trait Append: Send {
    /// Writes all of `bytes` at the end. Durable only after [`Append::sync`].
    ///
    /// # Errors
    /// The disk's, a full one included; part of the bytes may then be in the file.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Makes everything appended so far durable.
    ///
    /// # Errors
    /// The disk's. After a failed sync nothing more may be appended: the kernel may have dropped the pages.
    fn sync(&mut self) -> io::Result<()>;
    /// Length in bytes, appended ones included.
    fn len_bytes(&self) -> u64;
}

/// Files and folders. Paths are taken as given; callers build them from fixed names and checked ids only.
pub trait Files: Send + Sync {
    /// Reads a whole file of at most `limit` bytes.
    ///
    /// # Errors
    /// The disk's; [`io::ErrorKind::FileTooLarge`] when it is longer.
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>>;
    /// Opens a file for reading at any place.
    ///
    /// # Errors
    /// The disk's.
    fn open(&self, path: &Path) -> io::Result<Box<dyn ReadAt>>;
    /// Opens a file for appending, creating it (mode 0600) when missing.
    ///
    /// # Errors
    /// The disk's.
    fn append(&self, path: &Path) -> io::Result<Box<dyn Append>>;
    /// Puts `bytes` at `path` so that after a power cut either the old file or the new one is there, whole: writes
    /// aside (mode 0600), syncs, renames, syncs the folder.
    ///
    /// # Errors
    /// The disk's; the old file is then untouched.
    fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    /// Moves a file within one file system and syncs the target's folder.
    ///
    /// # Errors
    /// The disk's.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file; a missing one is no error.
    ///
    /// # Errors
    /// The disk's.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Overwrites a file with zeros, syncs and removes it: the best that can be done for a key on flash without a TPM
    /// (THREATS says so). Of a link only the link is removed. A missing one is no error.
    ///
    /// # Errors
    /// The disk's.
    fn erase(&self, path: &Path) -> io::Result<()>;
    /// Makes a folder and its parents (mode 0700).
    ///
    /// # Errors
    /// The disk's.
    fn create_dir(&self, path: &Path) -> io::Result<()>;
    /// Makes the entries of a folder durable.
    ///
    /// # Errors
    /// The disk's.
    fn sync_dir(&self, path: &Path) -> io::Result<()>;
    /// The entries of a folder, all of them, sorted by name; a missing folder is empty.
    ///
    /// # Errors
    /// The disk's.
    fn list(&self, path: &Path) -> io::Result<Vec<FileEntry>>;
    /// Bytes free to this process on the file system of `path`.
    ///
    /// # Errors
    /// The disk's.
    fn free_bytes(&self, path: &Path) -> io::Result<u64>;
    /// True when a file or folder is there.
    fn exists(&self, path: &Path) -> bool;
}

/// `path` with `.tmp` put behind its name: where [`Files::replace`] writes aside.
#[must_use]
pub(super) fn aside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(".tmp");
    path.with_file_name(name)
}
