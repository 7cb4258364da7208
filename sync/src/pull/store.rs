//! Where segments go.

use std::io;

use crate::id::{Digest, Hasher};

/// Keeps finished segments, and beside them the beginnings of others. All of it blocks.
///
/// A staged beginning is only ever appended to, or dropped. It may lose its end in a power cut (it need not be synced),
/// and nothing of it is trusted: the pull hashes it again before it goes on.
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

    /// Makes the staged segment, whose bytes have just been verified, durable and finished.
    ///
    /// # Errors
    /// The disk's.
    fn finish(&mut self, segment: &Digest) -> io::Result<()>;
}
