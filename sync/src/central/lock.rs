//! One writer at a time among the processes of one centre: `invite`, `order` and `release` run beside `serve`.
//!
//! The lock is the kernel's on a file of its own and falls with the process. Not covered: two machines on one network
//! file system.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;

use super::folder::Folder;

/// Held until dropped.
#[derive(Debug)]
pub(super) struct Held {
    _file: File,
}

/// What is changed by one at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// Orders and releases, whose numbers grow.
    Notices,
    /// Nodes and invitations.
    Directory,
    /// Revocation lists, each of which follows from the one before. Taken before the other two.
    Revocations,
    /// Manifests, segments and the list of layers.
    Publication,
    /// The source store, whose opening removes what it does not know.
    Source,
}

/// Waits until nobody else changes `subject`.
///
/// # Errors
/// The disk's.
pub(super) fn hold(folder: &Folder, subject: Subject) -> io::Result<Held> {
    let name = match subject {
        Subject::Notices => ".notices.lock",
        Subject::Directory => ".directory.lock",
        Subject::Revocations => ".revocations.lock",
        Subject::Publication => ".publication.lock",
        Subject::Source => ".source.lock",
    };
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(0o600);
    let file = options.open(folder.root().join(name))?;
    file.lock()?;
    Ok(Held { _file: file })
}
