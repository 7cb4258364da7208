//! The store as a pull sees it.

use tomoshibi_sync::id::Digest;

use super::StageError;

/// Where a pull puts what it fetches. Resumes by length: what lies staged was written in order from 0.
pub trait PullStore: Send + Sync {
    /// True when the segment is there, verified.
    fn has(&self, digest: &Digest) -> bool;
    /// How many bytes of the segment lie staged.
    ///
    /// # Errors
    /// The disk's.
    fn staged_len(&self, digest: &Digest) -> Result<u64, StageError>;
    /// Writes the next bytes of a segment, which begin at `offset`.
    ///
    /// # Errors
    /// [`StageError::Offset`] when that is not where the staged bytes end; [`StageError::TooLong`]; the disk's.
    fn write_staged(&self, digest: &Digest, offset: u64, bytes: &[u8]) -> Result<(), StageError>;
    /// Verifies a staged segment and puts it in its place, durable when this returns. One that is there already is
    /// left as it is.
    ///
    /// # Errors
    /// [`StageError::DigestMismatch`], after which nothing of it is staged any more; the disk's.
    fn finish(&self, digest: &Digest) -> Result<(), StageError>;
}
