//! The store as a pull sees it: a handle for the pull's own thread.
//!
//! A pull verifies what arrives; the store hashes the file once more in [`Store::finish`], because what was
//! received and what the disk holds are two things.

use std::any::Any;
use std::io;
use std::sync::Arc;

use tomoshibi_policies::ErrorClass;
use tomoshibi_sync::id::{Digest, Hasher};
use tomoshibi_sync::pull::PullStore;

use super::{StageError, Store};

/// The store, lent to one pull. A pull that is given up ends after the piece at hand and lets go of this only then:
/// `kept` is what must not be given to anybody else before, such as the lock of the folder.
pub struct Fetching {
    store: Arc<Store>,
    _kept: Box<dyn Any + Send>,
}

impl Fetching {
    /// Lends `store`, and holds `kept` for as long.
    #[must_use]
    pub fn new(store: Arc<Store>, kept: impl Any + Send) -> Self {
        Self { store, _kept: Box::new(kept) }
    }
}

impl PullStore for Fetching {
    fn has(&self, segment: &Digest) -> io::Result<bool> {
        Ok(self.store.has(segment))
    }

    fn staged_len(&self, segment: &Digest) -> io::Result<u64> {
        self.store.staged_len(segment).map_err(io_error)
    }

    fn hash_staged(&self, segment: &Digest, hasher: &mut Hasher) -> io::Result<u64> {
        self.store.hash_staged(segment, hasher).map_err(io_error)
    }

    fn write_staged(&mut self, segment: &Digest, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.store.write_staged(segment, offset, bytes).map_err(io_error)
    }

    fn drop_staged(&mut self, segment: &Digest) -> io::Result<()> {
        self.store.drop_staged(segment).map_err(io_error)
    }

    fn finish(&mut self, segment: &Digest) -> io::Result<()> {
        self.store.finish(segment).map_err(io_error)
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
