//! Starting: what is on the disk after any kind of end.
//!
//! Rules: what [`Files::replace`](tomoshibi_sync::seam::Files::replace) left aside is removed. Parts that a staged
//! manifest lists are kept and resumed, others are removed. A manifest newer than the pointer is an interrupted
//! promotion: it is left, and becomes current when the pull ends again. A pointer to a snapshot that is not whole
//! falls back to the newest older one that is, else to what can be read, with an alarm; the pointer itself stays, so
//! that nothing older is ever taken from outside.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::record::RegionCode;
use tomoshibi_policies::time::Timestamp;
use tomoshibi_sync::id::SnapshotId;

use super::inventory::list;
use super::{Current, ManifestInfo, Staging, Store, StoreAlarm, StoreParts};
use crate::disk::DiskError;
use crate::folder::{ASIDE, DAMAGED};
use crate::state::{Active, StateError, key};

/// Why a store could not be opened at all: not damage in it, but a disk that answers nothing.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// The state.
    #[error(transparent)]
    State(#[from] StateError),
}

impl OpenError {
    /// The class of the cause.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Disk(error) => error.class(),
            Self::State(error) => error.class(),
        }
    }
}

impl Store {
    /// Opens what is on the disk, with what a person has to be told about it.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(
        parts: StoreParts,
        regions: &[RegionCode],
        now: Timestamp,
    ) -> Result<(Self, Vec<StoreAlarm>), OpenError> {
        let current = Mutex::new(Current::default());
        let store = Self { parts, current, staging: Mutex::new(Staging::default()) };
        store.remove_asides()?;
        let mut alarms = Vec::new();
        for region in store.regions(regions)? {
            store.recover_region(region, now, &mut alarms)?;
        }
        store.clean_staging()?;
        Ok((store, alarms))
    }

    /// The regions that the caller knows of, and those that have manifests.
    fn regions(&self, known: &[RegionCode]) -> Result<BTreeSet<RegionCode>, DiskError> {
        let found = self.manifest_names()?.into_iter().map(|(region, _)| region);
        Ok(known.iter().copied().chain(found).collect())
    }

    fn recover_region(
        &self,
        region: RegionCode,
        now: Timestamp,
        alarms: &mut Vec<StoreAlarm>,
    ) -> Result<(), OpenError> {
        // A pointer that cannot be read is as good as lost: the manifests say what there is.
        let active = self
            .parts
            .state
            .get(&key::active(region))
            .or_else(|error| if error.class().is_alarm() { Ok(None) } else { Err(error) })?;
        let manifests = self.readable_manifests(region)?;
        match active {
            Some(active) => self.recover_active(region, &active, &manifests, alarms)?,
            None => self.recover_without_pointer(&manifests, now, alarms)?,
        }
        Ok(())
    }

    fn recover_active(
        &self,
        region: RegionCode,
        active: &Active,
        manifests: &[Arc<ManifestInfo>],
        alarms: &mut Vec<StoreAlarm>,
    ) -> Result<(), DiskError> {
        let known: Vec<_> = manifests
            .iter()
            .filter(|m| m.id < active.id || (m.id == active.id && m.digest == active.manifest))
            .collect();
        let mut whole = None;
        for manifest in &known {
            if self.missing(manifest)?.is_empty() {
                whole = Some(*manifest);
                break;
            }
        }
        let Some(served) = whole.or(known.first().copied()) else {
            alarms.push(StoreAlarm::Lost { region, wanted: active.id });
            return Ok(());
        };
        if served.id != active.id {
            alarms.push(StoreAlarm::FellBack { region, wanted: active.id, served: served.id });
        }
        if whole.is_none() {
            let count = self.missing(served)?.len();
            alarms.push(StoreAlarm::Incomplete { region, served: served.id, count });
        }
        self.serve(served.clone());
        Ok(())
    }

    /// The newest manifest is the floor, whole or not: it was whole when it was put there, and nothing older may be taken
    /// from outside after it. What is served is then found as under any pointer.
    fn recover_without_pointer(
        &self,
        manifests: &[Arc<ManifestInfo>],
        now: Timestamp,
        alarms: &mut Vec<StoreAlarm>,
    ) -> Result<(), OpenError> {
        let Some(newest) = manifests.first() else { return Ok(()) };
        let (region, id) = (newest.region, newest.id);
        let active = self.point_at(newest, now)?;
        self.recover_active(region, &active, manifests, alarms)?;
        // Still staged: the very first promotion was cut off just before its last step.
        let first = self.staged_manifest_names()?.contains(&(region, id));
        let served = self.current().served.get(&region).map(|served| served.0.id);
        let lost = served.filter(|_| !first);
        alarms.extend(lost.map(|served| StoreAlarm::PointerLost { region, served }));
        Ok(())
    }

    /// The manifests of a region that verify and are what their name says, newest first.
    fn readable_manifests(&self, region: RegionCode) -> Result<Vec<Arc<ManifestInfo>>, DiskError> {
        let mut readable = Vec::new();
        for (_, id) in self.manifest_names()?.into_iter().filter(|(r, _)| *r == region) {
            let path = self.parts.folder.manifest(region, id);
            match self.read_manifest(&path) {
                Ok(Ok(manifest)) if manifest.region == region && manifest.id == id => {
                    readable.push(Arc::new(manifest));
                }
                Ok(Ok(_)) => tracing::warn!(%region, %id, "a manifest has the wrong name"),
                Ok(Err(error)) => tracing::warn!(%region, %id, %error, "a manifest is refused"),
                Err(error) => tracing::warn!(%region, %id, %error, "a manifest cannot be read"),
            }
        }
        Ok(readable)
    }

    fn remove_asides(&self) -> Result<(), DiskError> {
        let folder = &self.parts.folder;
        for dir in [folder.manifests_dir(), folder.staging_dir()] {
            for entry in list(self.files(), &dir)?.iter().filter(|e| e.name.ends_with(ASIDE)) {
                let path = dir.join(&entry.name);
                self.files().remove(&path).map_err(DiskError::at("remove", &path))?;
            }
        }
        Ok(())
    }

    fn clean_staging(&self) -> Result<(), OpenError> {
        for (region, id) in self.staged_manifest_names()? {
            if !self.is_still_wanted(region, id)? {
                let path = self.parts.folder.staged_manifest(region, id);
                self.files().remove(&path).map_err(DiskError::at("remove", &path))?;
            }
        }
        Ok(self.remove_unwanted_parts(&mut self.staging())?)
    }

    /// A staged manifest is kept when it verifies and is newer than what is served, or repairs it.
    fn is_still_wanted(&self, region: RegionCode, id: SnapshotId) -> Result<bool, OpenError> {
        let path = self.parts.folder.staged_manifest(region, id);
        let Ok(manifest) = self.read_manifest(&path)? else { return Ok(false) };
        let Ok(_) = self.refuse_going_back(&manifest) else { return Ok(false) };
        let served = self.current().served.get(&region).map(|served| served.0.id);
        Ok(served != Some(id) || !self.missing(&manifest)?.is_empty())
    }

    /// Segments that failed a scrub and were set aside.
    ///
    /// # Errors
    /// The disk's.
    pub fn set_aside_count(&self) -> Result<usize, DiskError> {
        let entries = list(self.files(), &self.parts.folder.staging_dir())?;
        Ok(entries.iter().filter(|entry| entry.name.ends_with(DAMAGED)).count())
    }
}
