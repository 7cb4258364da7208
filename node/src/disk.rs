//! What the disk said, with the place it said it about.
//!
//! Not covered: what to do about it; that is the caller's, by [`DiskError::class`].

use std::io;
use std::path::{Path, PathBuf};

use tomoshibi_policies::ErrorClass;

/// An operation on a file or folder that the disk refused.
#[derive(Debug, thiserror::Error)]
#[error("cannot {doing} {path}: {source}", path = path.display())]
pub struct DiskError {
    /// What was being done, as a verb: `read`, `sync`.
    pub doing: &'static str,
    /// The file or folder. Built from fixed names, ids and digests only, so it names no person.
    pub path: PathBuf,
    /// The disk's own words.
    pub source: io::Error,
}

impl DiskError {
    /// Makes an error of what the disk said while `doing` something with `path`.
    pub fn at(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self { doing, path: path.to_path_buf(), source }
    }

    /// [`ErrorClass::Exhausted`] for a full disk, [`ErrorClass::NotFound`] and [`ErrorClass::Corrupt`] where the
    /// disk says so, [`ErrorClass::Internal`] otherwise (rights, a failing disk): trying again does not help.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self.source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => ErrorClass::Exhausted,
            io::ErrorKind::NotFound => ErrorClass::NotFound,
            io::ErrorKind::FileTooLarge | io::ErrorKind::UnexpectedEof => ErrorClass::Corrupt,
            io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock => ErrorClass::Transient,
            _ => ErrorClass::Internal,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_may_be_tried_again_and_missing_rights_may_not() {
        let class =
            |kind: io::ErrorKind| DiskError::at("sync", Path::new("x"))(kind.into()).class();
        assert!(class(io::ErrorKind::StorageFull).is_retryable());
        assert!(!class(io::ErrorKind::PermissionDenied).is_retryable());
        assert!(class(io::ErrorKind::UnexpectedEof).is_alarm());
    }
}
