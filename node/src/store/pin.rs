//! Reading one snapshot to the end while the next one becomes current.

use std::sync::{Arc, Weak};

use tomoshibi_policies::record::RegionCode;
use tomoshibi_sync::id::Digest;
use tomoshibi_sync::seam::ReadAt;

use super::{ManifestInfo, Store};
use crate::disk::DiskError;

/// Holds a snapshot: none of its segments is removed or set aside until this is dropped.
#[derive(Debug, Clone)]
pub struct SnapshotPin(Arc<Served>);

/// A snapshot before readers. Only pins share it, so the count of its holders is the count of pins and one more.
#[derive(Debug)]
pub(super) struct Served(pub(super) Arc<ManifestInfo>);

impl SnapshotPin {
    /// True when both were taken of one promotion. A snapshot that was repaired was promoted again.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// The snapshot.
    #[must_use]
    pub fn snapshot(&self) -> &ManifestInfo {
        &self.0.0
    }
}

impl Store {
    /// Pins the snapshot that is served for a region; `None` when there is none.
    #[must_use]
    pub fn pin(&self, region: RegionCode) -> Option<SnapshotPin> {
        self.current().served.get(&region).cloned().map(SnapshotPin)
    }

    /// Opens a segment of a pinned snapshot. `None` for a segment that the snapshot does not list.
    ///
    /// # Errors
    /// The disk's; [`tomoshibi_policies::ErrorClass::NotFound`] for a segment that was lost to damage.
    pub fn open_segment(
        &self,
        pin: &SnapshotPin,
        digest: &Digest,
    ) -> Result<Option<Box<dyn ReadAt>>, DiskError> {
        if !pin.0.0.segments.iter().any(|segment| segment.digest == *digest) {
            return Ok(None);
        }
        let path = self.parts.folder.segment(digest);
        self.files().open(&path).map(Some).map_err(DiskError::at("open", &path))
    }

    /// Snapshots that a reader holds: those that were served before, and those served now with a pin on them.
    pub(super) fn pinned(&self) -> Vec<Arc<ManifestInfo>> {
        let current = self.current();
        let retired = current.retired.iter().filter_map(Weak::upgrade).map(|s| s.0.clone());
        // One count is the store's own.
        let served = current.served.values().filter(|s| Arc::strong_count(s) > 1);
        retired.chain(served.map(|s| s.0.clone())).collect()
    }
}
