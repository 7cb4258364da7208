//! Making a snapshot current.

use std::sync::Arc;

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::time::Timestamp;
use tomoshibi_sync::id::{Digest, SnapshotId};

use super::manifest::Succession;
use super::pin::Served;
use super::{ManifestInfo, StageError, Staging, Store};
use crate::disk::DiskError;
use crate::state::{Active, Change, StateError, key};

/// What became of a promotion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Promoted {
    /// The snapshot is current now.
    Current(Arc<ManifestInfo>),
    /// It was current already, and is whole.
    Already(Arc<ManifestInfo>),
}

/// Why a snapshot did not become current.
#[derive(Debug, thiserror::Error)]
pub enum PromoteError {
    /// The manifest, an older snapshot or another one of the same number, the disk, the state.
    #[error(transparent)]
    Refused(#[from] StageError),
    /// Not all of it is there.
    #[error("snapshot {id} lacks {count} segments, the first is {first}")]
    Incomplete {
        /// The snapshot.
        id: SnapshotId,
        /// How many segments are missing.
        count: usize,
        /// The first of them.
        first: Digest,
    },
}

impl PromoteError {
    /// The class of the cause.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Refused(error) => error.class(),
            Self::Incomplete { .. } => ErrorClass::Conflict,
        }
    }
}

impl From<DiskError> for PromoteError {
    fn from(error: DiskError) -> Self {
        Self::Refused(error.into())
    }
}

impl From<StateError> for PromoteError {
    fn from(error: StateError) -> Self {
        Self::Refused(error.into())
    }
}

impl Store {
    /// Makes the snapshot of the manifest `bytes` current, durable when this returns. Readers that pinned the one
    /// before go on with it.
    ///
    /// # Errors
    /// See [`PromoteError`]; what was current still is.
    pub fn promote(&self, bytes: &[u8], now: Timestamp) -> Result<Promoted, PromoteError> {
        let mut staging = self.staging();
        let snapshot = self.parts.manifests.open(bytes).map_err(StageError::from)?;
        let snapshot = Arc::new(snapshot);
        let succession = self.refuse_going_back(&snapshot)?;
        let missing = self.missing(&snapshot)?;
        if let Some(first) = missing.first() {
            let (id, count, first) = (snapshot.id, missing.len(), first.digest);
            return Err(PromoteError::Incomplete { id, count, first });
        }
        let path = self.parts.folder.manifest(snapshot.region, snapshot.id);
        self.files().replace(&path, bytes).map_err(DiskError::at("write", &path))?;
        if succession != Succession::Same {
            // The pointer is last: it may only ever name what is on the disk, whole.
            self.point_at(&snapshot, now)?;
        }
        self.serve(snapshot.clone());
        self.clear_after(&mut staging, &snapshot);
        Ok(match succession {
            Succession::Same => Promoted::Already(snapshot),
            _ => Promoted::Current(snapshot),
        })
    }

    pub(super) fn point_at(
        &self,
        snapshot: &ManifestInfo,
        now: Timestamp,
    ) -> Result<Active, StateError> {
        let active = Active { id: snapshot.id, manifest: snapshot.digest, promoted_at: now };
        let change = Change::default().put(&key::active(snapshot.region), &active);
        self.parts.state.apply(change).map(|()| active)
    }

    /// Puts a snapshot before readers; the one before is kept for those who pinned it.
    pub(super) fn serve(&self, snapshot: Arc<ManifestInfo>) {
        let mut current = self.current();
        let region = snapshot.region;
        if let Some(before) = current.served.insert(region, Arc::new(Served(snapshot))) {
            current.retired.push(Arc::downgrade(&before));
        }
        current.retired.retain(|snapshot| snapshot.strong_count() > 0);
    }

    /// Clears away what the promotion made useless. The snapshot is current whether this works or not; what is left
    /// is cleared by the next promotion.
    fn clear_after(&self, staging: &mut Staging, snapshot: &ManifestInfo) {
        let staged = self.parts.folder.staged_manifest(snapshot.region, snapshot.id);
        let removed = self.files().remove(&staged).map_err(DiskError::at("remove", &staged));
        if let Err(error) = removed.and_then(|()| self.collect_with(staging).map(|_| ())) {
            tracing::warn!(%error, class = %error.class(), "could not clear away old segments");
        }
    }
}
