//! Fetching segments aside: pieces arrive in order, a whole segment is verified and moves to its place.

use std::collections::btree_map::Entry;

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::record::RegionCode;
use tomoshibi_sync::id::{Digest, Hasher, SnapshotId};

use super::inventory::{digest_of, hash_file};
use super::{ManifestRefusal, Part, Staging, Store};
use crate::disk::DiskError;
use crate::state::StateError;

/// Longest segment: 8 MiB (design: "Segment").
pub const SEGMENT_LEN_BYTES_MAX: u64 = 8 << 20;

/// Why something could not be staged.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    /// The manifest.
    #[error(transparent)]
    Manifest(#[from] ManifestRefusal),
    /// Older than what the node has had.
    #[error(
        "snapshot {offered} of region {region} is older than {current}, which the node has had"
    )]
    Older {
        /// The region.
        region: RegionCode,
        /// What was offered.
        offered: SnapshotId,
        /// The newest the node ever had.
        current: SnapshotId,
    },
    /// Two manifests with the same number.
    #[error(
        "snapshot {id} of region {region} has manifest {offered}, the node knows it as {current}"
    )]
    Conflict {
        /// The region.
        region: RegionCode,
        /// The number both have.
        id: SnapshotId,
        /// Digest of the one offered.
        offered: Digest,
        /// Digest of the one known.
        current: Digest,
    },
    /// Not enough room.
    #[error(
        "{needed_bytes} bytes are to be fetched and {margin_bytes} stay free, but only {free_bytes} are free"
    )]
    NoSpace {
        /// Bytes to fetch.
        needed_bytes: u64,
        /// Bytes that stay free.
        margin_bytes: u64,
        /// Bytes free.
        free_bytes: u64,
    },
    /// Bytes that do not follow the staged ones.
    #[error("bytes of segment {digest} begin at {offset}, {staged} are staged")]
    Offset {
        /// The segment.
        digest: Digest,
        /// Where the bytes begin.
        offset: u64,
        /// Where they should.
        staged: u64,
    },
    /// More bytes than a segment may have.
    #[error("segment {digest} is longer than {SEGMENT_LEN_BYTES_MAX} bytes")]
    TooLong {
        /// The segment.
        digest: Digest,
    },
    /// The bytes are not the segment's.
    #[error("segment {digest} was fetched whole, but its digest is {found}")]
    DigestMismatch {
        /// The segment.
        digest: Digest,
        /// What the bytes have.
        found: Digest,
        /// True when some of them were staged by an earlier process, which a power cut may have garbled.
        resumed: bool,
    },
    /// The disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// The state.
    #[error(transparent)]
    State(#[from] StateError),
}

impl StageError {
    /// The class of the cause. A wrong digest is [`ErrorClass::Forged`] only when all bytes came from outside.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Manifest(refusal) => refusal.class,
            Self::Older { .. } | Self::Offset { .. } => ErrorClass::Conflict,
            Self::Conflict { .. } | Self::DigestMismatch { resumed: false, .. } => {
                ErrorClass::Forged
            }
            Self::NoSpace { .. } => ErrorClass::Exhausted,
            Self::TooLong { .. } => ErrorClass::Invalid,
            Self::DigestMismatch { resumed: true, .. } => ErrorClass::Corrupt,
            Self::Disk(error) => error.class(),
            Self::State(error) => error.class(),
        }
    }
}

/// What a pull does, segment by segment.
impl Store {
    /// True when the segment is there, verified.
    #[must_use]
    pub fn has(&self, digest: &Digest) -> bool {
        self.files().exists(&self.parts.folder.segment(digest))
    }

    /// How many bytes of the segment lie staged.
    ///
    /// # Errors
    /// The disk's.
    pub fn staged_len(&self, digest: &Digest) -> Result<u64, StageError> {
        let path = self.parts.folder.staged(digest);
        if !self.files().exists(&path) {
            return Ok(0);
        }
        Ok(self.files().open(&path).map_err(DiskError::at("open", &path))?.len_bytes())
    }

    /// Feeds what lies staged to `hasher`; gives the number of bytes.
    ///
    /// # Errors
    /// The disk's.
    pub fn hash_staged(&self, digest: &Digest, hasher: &mut Hasher) -> Result<u64, StageError> {
        let path = self.parts.folder.staged(digest);
        match self.files().exists(&path) {
            true => Ok(hash_file(self.files(), &path, hasher)?),
            false => Ok(0),
        }
    }

    /// Writes the next bytes of a segment, which begin at `offset`.
    ///
    /// # Errors
    /// [`StageError::Offset`] when that is not where the staged bytes end; [`StageError::TooLong`]; the disk's.
    pub fn write_staged(
        &self,
        digest: &Digest,
        offset: u64,
        bytes: &[u8],
    ) -> Result<(), StageError> {
        let mut staging = self.staging();
        let part = self.open_part(&mut staging, digest)?;
        let staged = part.file.len_bytes();
        if offset != staged {
            return Err(StageError::Offset { digest: *digest, offset, staged });
        }
        if staged.saturating_add(bytes.len() as u64) > SEGMENT_LEN_BYTES_MAX {
            return Err(StageError::TooLong { digest: *digest });
        }
        if let Err(error) = part.file.append(bytes) {
            // Part of the bytes may be in the file: open it anew before anything more is written.
            staging.open.remove(digest);
            let path = self.parts.folder.staged(digest);
            return Err(DiskError::at("write", &path)(error).into());
        }
        Ok(())
    }

    /// Forgets what lies staged of a segment; nothing is no error.
    ///
    /// # Errors
    /// The disk's.
    pub fn drop_staged(&self, digest: &Digest) -> Result<(), StageError> {
        Ok(self.remove_part(&mut self.staging(), digest)?)
    }

    /// Verifies a staged segment and puts it in its place, durable when this returns. One that is there already is
    /// left as it is.
    ///
    /// # Errors
    /// [`StageError::DigestMismatch`], after which nothing of it is staged any more; the disk's.
    pub fn finish(&self, digest: &Digest) -> Result<(), StageError> {
        let mut staging = self.staging();
        if self.has(digest) {
            return Ok(self.remove_part(&mut staging, digest)?);
        }
        if let Err(error) = self.verify_part(&mut staging, digest) {
            // After a failed sync or a wrong digest nothing of it can be trusted: begin this one segment again.
            self.remove_part(&mut staging, digest)?;
            return Err(error);
        }
        staging.open.remove(digest);
        let dir = self.parts.folder.segment_dir(digest);
        if !self.files().exists(&dir) {
            self.files().create_dir(&dir).map_err(DiskError::at("create", &dir))?;
        }
        let (from, to) = (self.parts.folder.staged(digest), self.parts.folder.segment(digest));
        Ok(self.files().rename(&from, &to).map_err(DiskError::at("move", &from))?)
    }
}

impl Store {
    pub(super) fn remove_part(
        &self,
        staging: &mut Staging,
        digest: &Digest,
    ) -> Result<(), DiskError> {
        staging.open.remove(digest);
        let path = self.parts.folder.staged(digest);
        self.files().remove(&path).map_err(DiskError::at("remove", &path))
    }

    fn open_part<'a>(
        &self,
        staging: &'a mut Staging,
        digest: &Digest,
    ) -> Result<&'a mut Part, DiskError> {
        match staging.open.entry(*digest) {
            Entry::Occupied(part) => Ok(part.into_mut()),
            Entry::Vacant(place) => {
                let path = self.parts.folder.staged(digest);
                let file = self.files().append(&path).map_err(DiskError::at("open", &path))?;
                let resumed = file.len_bytes() > 0;
                Ok(place.insert(Part { file, resumed }))
            }
        }
    }

    /// Makes the staged bytes durable and compares them with the name; true when some came from an earlier process.
    fn verify_part(&self, staging: &mut Staging, digest: &Digest) -> Result<(), StageError> {
        let path = self.parts.folder.staged(digest);
        let part = self.open_part(staging, digest)?;
        let resumed = part.resumed;
        part.file.sync().map_err(DiskError::at("sync", &path))?;
        let found = digest_of(self.files(), &path)?;
        match found == *digest {
            true => Ok(()),
            false => Err(StageError::DigestMismatch { digest: *digest, found, resumed }),
        }
    }
}
