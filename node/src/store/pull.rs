//! The store as a pull sees it.
//!
//! [`PullStore`] is the shape that the pull of `sync` asks for; it stands here so that the store can be built and tested
//! without it. A pull verifies what arrives; the store hashes the file once more in [`Store::finish`], because what was
//! received and what the disk holds are two things.

use std::io;

use tomoshibi_policies::ErrorClass;
use tomoshibi_sync::id::{Digest, Hasher};

use super::{StageError, Store};

/// Keeps finished segments, and beside them the beginnings of others. All of it blocks.
pub trait PullStore {
    /// True when the finished segment is here.
    ///
    /// # Errors
    /// The disk's.
    fn has(&self, segment: &Digest) -> io::Result<bool>;
    /// Length of the staged beginning in bytes, 0 when there is none.
    ///
    /// # Errors
    /// The disk's.
    fn staged_len(&self, segment: &Digest) -> io::Result<u64>;
    /// Feeds the staged beginning to `hasher`; gives the number of bytes fed.
    ///
    /// # Errors
    /// The disk's.
    fn hash_staged(&self, segment: &Digest, hasher: &mut Hasher) -> io::Result<u64>;
    /// Appends to the staged beginning, which is `offset` bytes long.
    ///
    /// # Errors
    /// The disk's, a full one included.
    fn write_staged(&mut self, segment: &Digest, offset: u64, bytes: &[u8]) -> io::Result<()>;
    /// Forgets the staged beginning; none is no error.
    ///
    /// # Errors
    /// The disk's.
    fn drop_staged(&mut self, segment: &Digest) -> io::Result<()>;
    /// Makes the staged segment durable and finished.
    ///
    /// # Errors
    /// The disk's.
    fn finish(&mut self, segment: &Digest) -> io::Result<()>;
}

impl PullStore for &Store {
    fn has(&self, segment: &Digest) -> io::Result<bool> {
        Ok(Store::has(self, segment))
    }

    fn staged_len(&self, segment: &Digest) -> io::Result<u64> {
        Store::staged_len(self, segment).map_err(io_error)
    }

    fn hash_staged(&self, segment: &Digest, hasher: &mut Hasher) -> io::Result<u64> {
        Store::hash_staged(self, segment, hasher).map_err(io_error)
    }

    fn write_staged(&mut self, segment: &Digest, offset: u64, bytes: &[u8]) -> io::Result<()> {
        Store::write_staged(self, segment, offset, bytes).map_err(io_error)
    }

    fn drop_staged(&mut self, segment: &Digest) -> io::Result<()> {
        Store::drop_staged(self, segment).map_err(io_error)
    }

    fn finish(&mut self, segment: &Digest) -> io::Result<()> {
        Store::finish(self, segment).map_err(io_error)
    }
}

/// The disk's own kind where the disk spoke, [`io::ErrorKind::InvalidData`] for bytes that are wrong.
fn io_error(error: StageError) -> io::Error {
    let kind = match &error {
        StageError::Disk(disk) => disk.source.kind(),
        _ if error.class() == ErrorClass::Exhausted => io::ErrorKind::StorageFull,
        _ => io::ErrorKind::InvalidData,
    };
    io::Error::new(kind, error)
}
