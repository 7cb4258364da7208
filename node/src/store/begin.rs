//! Beginning to fetch a snapshot: is it one to take, what of it is missing, is there room.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use tomoshibi_sync::id::Digest;

use super::inventory::list;
use super::manifest::{MANIFEST_LEN_BYTES_MAX, Succession, succession};
use super::{ManifestInfo, ManifestRefusal, SegmentRef, StageError, Staging, Store};
use crate::disk::DiskError;
use crate::folder::PART;
use crate::state::key;

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
        path: &Path,
    ) -> Result<Result<ManifestInfo, ManifestRefusal>, DiskError> {
        let bytes = self.files().read(path, MANIFEST_LEN_BYTES_MAX);
        Ok(self.parts.manifests.open(&bytes.map_err(DiskError::at("read", path))?))
    }
}
