//! Who else could read the folder.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::Folder;
use crate::disk::DiskError;

/// A file or folder that others than its owner may read or write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loose {
    /// Which.
    pub path: PathBuf,
    /// Its mode bits.
    pub mode: u32,
    /// The mode it should have.
    pub expected: u32,
}

/// The folders, key files and the configuration whose mode lets others in, in a fixed order. What is missing is not
/// reported here.
///
/// # Errors
/// The disk's.
pub fn loose(folder: &Folder) -> Result<Vec<Loose>, DiskError> {
    let mut expected: Vec<(PathBuf, u32)> = folder.dirs().into_iter().map(|d| (d, 0o700)).collect();
    expected.push((folder.config(), 0o600));
    let keys = folder.keys_dir();
    if keys.is_dir() {
        let mut found: Vec<_> = fs::read_dir(&keys)
            .and_then(|entries| entries.map(|e| e.map(|e| e.path())).collect())
            .map_err(DiskError::at("list", &keys))?;
        found.sort();
        expected.extend(found.into_iter().map(|path| (path, 0o600)));
    }
    Ok(expected.into_iter().filter_map(|(path, expected)| loose_one(path, expected)).collect())
}

fn loose_one(path: PathBuf, expected: u32) -> Option<Loose> {
    let mode = fs::symlink_metadata(&path).ok()?.permissions().mode() & 0o7777;
    (mode & !expected != 0).then_some(Loose { path, mode, expected })
}

/// Takes the rights of others away. A node repairs this and says so; it never refuses to start over it, because the
/// day it starts may be the day it is needed.
///
/// # Errors
/// The disk's: the folder belongs to another user.
pub fn tighten(folder: &Folder) -> Result<Vec<Loose>, DiskError> {
    let found = loose(folder)?;
    for Loose { path, expected, .. } in &found {
        set(path, *expected)?;
    }
    Ok(found)
}

fn set(path: &Path, mode: u32) -> Result<(), DiskError> {
    fs::set_permissions(path, Permissions::from_mode(mode)).map_err(DiskError::at("protect", path))
}

#[cfg(test)]
mod tests {
    use tomoshibi_sync::seam::StdFiles;

    use super::*;

    #[test]
    fn an_open_folder_and_an_open_key_are_found_and_closed() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path().join("node"));
        folder.create(&StdFiles).unwrap();
        let key = folder.keys_dir().join("tls.key");
        fs::write(&key, b"secret").unwrap();
        set(&key, 0o644).unwrap();
        set(&folder.journal_dir(), 0o755).unwrap();
        let found: Vec<_> = tighten(&folder).unwrap().into_iter().map(|l| l.path).collect();
        assert_eq!(found, [folder.journal_dir(), key]);
        assert!(loose(&folder).unwrap().is_empty());
    }
}
