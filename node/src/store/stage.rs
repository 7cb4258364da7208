//! Fetching aside: a manifest says what is wanted, pieces arrive in order, a whole segment is verified and moves to
//! its place.

use std::collections::BTreeSet;
use std::sync::Arc;

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::record::RegionCode;
use tomoshibi_sync::id::{Digest, SnapshotId};

use super::inventory::{digest_of, list};
use super::manifest::{MANIFEST_LEN_BYTES_MAX, Succession, succession};
use super::{ManifestInfo, ManifestRefusal, Part, PullStore, SegmentRef, Staging, Store};
use crate::disk::DiskError;
use crate::folder::PART;
use crate::state::{StateError, key};

/// Longest segment: 8 MiB (design: "Segment").
pub const SEGMENT_LEN_BYTES_MAX: u64 = 8 << 20;

/// What is to be fetched for a snapshot.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The snapshot.
    pub snapshot: Arc<ManifestInfo>,
    /// Its segments that are not there yet.
    pub missing: Vec<SegmentRef>,
    /// Bytes still to come, staged ones left out.
    pub needed_bytes: u64,
}

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

impl Store {
    /// Begins to fetch the snapshot of the manifest `bytes`, or goes on after an interruption. Whatever else was
    /// being fetched for the region is given up. The snapshot that the node has may be begun again when segments of
    /// it are missing.
    ///
    /// # Errors
    /// See [`StageError`]. After [`StageError::NoSpace`] the manifest stays staged, so that what has been fetched for
    /// it is not cleared away.
    pub fn begin(&self, bytes: &[u8]) -> Result<Plan, StageError> {
        let mut staging = self.staging();
        let snapshot = Arc::new(self.parts.manifests.open(bytes)?);
        self.refuse_going_back(&snapshot)?;
        let missing = self.missing(&snapshot)?;
        self.make_way(&missing)?;
        let mut needed_bytes = 0_u64;
        for segment in &missing {
            let staged = self.staged_len(&segment.digest)?.min(segment.len_bytes);
            needed_bytes = needed_bytes.saturating_add(segment.len_bytes - staged);
        }
        let path = self.parts.folder.staged_manifest(snapshot.region, snapshot.id);
        self.files().replace(&path, bytes).map_err(DiskError::at("write", &path))?;
        self.forget_other_pulls(&mut staging, &snapshot)?;
        self.make_room(&mut staging, needed_bytes)?;
        Ok(Plan { snapshot, missing, needed_bytes })
    }

    /// Sets files aside that have a wanted segment's name and another length: it could never be finished in their place.
    fn make_way(&self, missing: &[SegmentRef]) -> Result<(), DiskError> {
        for SegmentRef { digest, .. } in missing.iter().filter(|s| self.has(&s.digest)) {
            let (from, to) = (self.parts.folder.segment(digest), self.parts.folder.damaged(digest));
            self.files().rename(&from, &to).map_err(DiskError::at("set aside", &from))?;
        }
        Ok(())
    }

    /// How `snapshot` stands to the newest that was ever current.
    pub(super) fn refuse_going_back(
        &self,
        snapshot: &ManifestInfo,
    ) -> Result<Succession, StageError> {
        let active = self.parts.state.get(&key::active(snapshot.region))?;
        let current = active.as_ref().map(|active| (&active.id, &active.manifest));
        let found = succession(current, &snapshot.id, &snapshot.digest);
        let (region, id, offered) = (snapshot.region, snapshot.id, snapshot.digest);
        match (found, active) {
            (Succession::Older, Some(active)) => {
                Err(StageError::Older { region, offered: id, current: active.id })
            }
            (Succession::Conflict, Some(active)) => {
                Err(StageError::Conflict { region, id, offered, current: active.manifest })
            }
            _ => Ok(found),
        }
    }

    /// Removes the region's other staged manifests and every part that no staged manifest lists.
    fn forget_other_pulls(
        &self,
        staging: &mut Staging,
        snapshot: &ManifestInfo,
    ) -> Result<(), DiskError> {
        for (region, id) in self.staged_manifest_names()? {
            if region == snapshot.region && id != snapshot.id {
                let path = self.parts.folder.staged_manifest(region, id);
                self.files().remove(&path).map_err(DiskError::at("remove", &path))?;
            }
        }
        self.remove_unwanted_parts(staging)
    }

    /// Removes the parts that no staged manifest lists or that are in their place already.
    pub(super) fn remove_unwanted_parts(&self, staging: &mut Staging) -> Result<(), DiskError> {
        let wanted = self.staged_digests()?;
        let dir = self.parts.folder.staging_dir();
        for entry in list(self.files(), &dir)? {
            let Some(name) = entry.name.strip_suffix(PART) else { continue };
            let keep = |digest: &Digest| wanted.contains(digest) && !self.has(digest);
            match name.parse::<Digest>() {
                Ok(digest) if keep(&digest) => {}
                Ok(digest) => self.remove_part(staging, &digest)?,
                Err(_) => {}
            }
        }
        Ok(())
    }

    /// Everything that the staged manifests list.
    pub(super) fn staged_digests(&self) -> Result<BTreeSet<Digest>, DiskError> {
        let mut wanted = BTreeSet::new();
        for (region, id) in self.staged_manifest_names()? {
            let path = self.parts.folder.staged_manifest(region, id);
            if let Ok(manifest) = self.read_manifest(&path)? {
                wanted.extend(manifest.digests());
            }
        }
        Ok(wanted)
    }

    /// Reads and verifies a manifest file.
    pub(super) fn read_manifest(
        &self,
        path: &std::path::Path,
    ) -> Result<Result<ManifestInfo, ManifestRefusal>, DiskError> {
        let bytes = self.files().read(path, MANIFEST_LEN_BYTES_MAX);
        Ok(self.parts.manifests.open(&bytes.map_err(DiskError::at("read", path))?))
    }

    fn remove_part(&self, staging: &mut Staging, digest: &Digest) -> Result<(), DiskError> {
        staging.open.remove(digest);
        let path = self.parts.folder.staged(digest);
        self.files().remove(&path).map_err(DiskError::at("remove", &path))
    }

    fn open_part<'a>(
        &self,
        staging: &'a mut Staging,
        digest: &Digest,
    ) -> Result<&'a mut Part, DiskError> {
        use std::collections::btree_map::Entry;
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
        let (found, _) = digest_of(self.files(), &path)?;
        match found == *digest {
            true => Ok(()),
            false => Err(StageError::DigestMismatch { digest: *digest, found, resumed }),
        }
    }
}

impl PullStore for Store {
    fn has(&self, digest: &Digest) -> bool {
        self.files().exists(&self.parts.folder.segment(digest))
    }

    fn staged_len(&self, digest: &Digest) -> Result<u64, StageError> {
        let path = self.parts.folder.staged(digest);
        if !self.files().exists(&path) {
            return Ok(0);
        }
        Ok(self.files().open(&path).map_err(DiskError::at("open", &path))?.len_bytes())
    }

    fn write_staged(&self, digest: &Digest, offset: u64, bytes: &[u8]) -> Result<(), StageError> {
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

    fn finish(&self, digest: &Digest) -> Result<(), StageError> {
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
