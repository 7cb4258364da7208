//! The directory in memory, never older than the file.
//!
//! `invite` and `node revoke` run beside `serve`. The file's first bytes hold a number that grows with each change, so
//! one read of 64 bytes tells whether the copy in memory is the file's: nothing depends on clocks, on watching, or on
//! whether a file system keeps times finer than a second. It is asked at each handshake and each request, and between
//! the pieces of a segment.
//!
//! Invariant: who is asked about after a change has returned is judged by the directory after it. When the file cannot
//! be read nobody is known: a revoked node must not be let in by a disk that fails.
//!
//! Not covered: a file edited by hand without raising the number and to the same length.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use super::{Directory, DirectoryError};
use crate::seam::Files;

/// Enough for `{"changes": <twenty digits>,` as it is written.
const HEAD_LEN_BYTES: usize = 64;

/// The file's first bytes and its length; none while there is no file.
type Mark = Option<(Vec<u8>, u64)>;

/// See the module.
pub struct LiveDirectory {
    files: Arc<dyn Files>,
    path: PathBuf,
    held: RwLock<(Mark, Directory)>,
}

impl LiveDirectory {
    /// Reads the directory at `path`.
    ///
    /// # Errors
    /// See [`DirectoryError`].
    pub fn open(files: Arc<dyn Files>, path: PathBuf) -> Result<Self, DirectoryError> {
        let mark = mark(&*files, &path)?;
        let directory = Directory::load(&*files, &path)?;
        Ok(Self { files, path, held: RwLock::new((mark, directory)) })
    }

    /// Looks at the directory as it is now.
    ///
    /// # Errors
    /// See [`DirectoryError`]; nobody may be taken for known then.
    pub fn look<T>(&self, look: impl FnOnce(&Directory) -> T) -> Result<T, DirectoryError> {
        let now = mark(&*self.files, &self.path)?;
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        if held.0 == now {
            return Ok(look(&held.1));
        }
        drop(held);
        // The mark was taken before the content: a change between the two is found by the next look.
        let directory = Directory::load(&*self.files, &self.path)?;
        let seen = look(&directory);
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = (now, directory);
        Ok(seen)
    }
}

fn mark(files: &dyn Files, path: &std::path::Path) -> io::Result<Mark> {
    let file = match files.open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut head = vec![0; HEAD_LEN_BYTES];
    let len = file.read_at(0, &mut head)?;
    head.truncate(len);
    Ok(Some((head, file.len_bytes())))
}

#[cfg(test)]
mod tests {
    use super::super::tests::node;
    use super::*;
    use crate::id::NodeId;
    use crate::seam::StdFiles;

    #[test]
    fn a_change_by_another_process_counts_at_the_next_look() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("nodes.json");
        let live = LiveDirectory::open(Arc::new(StdFiles), path.clone()).unwrap();
        let one = NodeId::from_bytes([1; 16]);
        let certificate = node(1).certificate;
        let found = || live.look(|d| d.node_of_certificate(&certificate)).unwrap();
        assert_eq!(found(), None);
        for _ in 0..3 {
            let mut directory = Directory::default();
            directory.add(node(1));
            directory.save(&StdFiles, &path).unwrap();
            assert_eq!(found(), Some(one));
            // `true` and the number's last digit: the same length, within the same tick of any clock.
            let mut directory = Directory::load(&StdFiles, &path).unwrap();
            directory.revoke(one);
            directory.save(&StdFiles, &path).unwrap();
            assert_eq!(found(), None);
            StdFiles.remove(&path).unwrap();
            assert_eq!(live.look(|d| d.nodes().len()).unwrap(), 0);
        }
    }

    #[test]
    fn a_change_that_keeps_the_length_is_seen_by_its_number() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("nodes.json");
        let mut directory = Directory::default();
        directory.add(node(1));
        directory.save(&StdFiles, &path).unwrap();
        let live = LiveDirectory::open(Arc::new(StdFiles), path.clone()).unwrap();
        let len = || std::fs::metadata(&path).unwrap().len();
        let before = len();
        assert!(directory.set_opening_recipient(NodeId::from_bytes([1; 16]), "age1x"));
        directory.save(&StdFiles, &path).unwrap();
        assert_eq!(before, len());
        let recipient = live.look(|d| d.nodes()[0].opening_recipient.clone()).unwrap();
        assert_eq!(recipient, "age1x");
    }

    #[test]
    fn while_the_file_cannot_be_read_nobody_is_known() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("nodes.json");
        let mut directory = Directory::default();
        directory.add(node(1));
        directory.save(&StdFiles, &path).unwrap();
        let live = LiveDirectory::open(Arc::new(StdFiles), path.clone()).unwrap();
        assert_eq!(live.look(|d| d.nodes().len()).unwrap(), 1);
        std::fs::write(&path, "{").unwrap();
        assert!(live.look(|d| d.nodes().len()).is_err());
        directory.save(&StdFiles, &path).unwrap();
        assert_eq!(live.look(|d| d.nodes().len()).unwrap(), 1);
    }
}
