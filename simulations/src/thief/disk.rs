//! Every file below a folder, in a fixed order.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A file or folder that could not be read: the search is then not complete, and says so.
#[derive(Debug, thiserror::Error)]
#[error("{}: {source}", path.display())]
pub struct ThiefError {
    /// Which.
    pub path: PathBuf,
    /// Why.
    pub source: io::Error,
}

/// All files below `folder`, sorted by path. Sockets and links are left out: they hold no bytes.
pub(super) fn files_below(folder: &Path) -> Result<Vec<PathBuf>, ThiefError> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let at = |source| ThiefError { path: folder.clone(), source };
        for entry in fs::read_dir(&folder).map_err(at)? {
            let entry = entry.map_err(at)?;
            let kind = entry.file_type().map_err(at)?;
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

pub(super) fn read(path: &Path) -> Result<Vec<u8>, ThiefError> {
    fs::read(path).map_err(|source| ThiefError { path: path.into(), source })
}
