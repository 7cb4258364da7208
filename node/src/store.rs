//! The snapshots of a node on disk: fetched aside, verified, made current, checked again, and cleared away.
//!
//! Promises:
//! - A file in `segments/` was verified against its name before it got there. What is half fetched lies in `staging/`.
//! - A snapshot becomes current only when every segment that it lists is there. The order is: segment, sync, rename,
//!   sync of the folder; then the manifest; then the pointer in the state. Killed anywhere, the node starts again with
//!   the old snapshot or the new one, whole.
//! - A node never goes back: not to an older snapshot, not to another one of the same number.
//! - What a reader has pinned stays until the reader lets go.
//! - Damage is told and, where nobody is reading, set aside to be fetched again; it never keeps a node from starting.
//!
//! Danger: [`Store::missing`] may be non-empty for the snapshot that is served, after damage. A reader must ask before
//! it says that something does not exist.
//!
//! Not covered: what segments hold, and who signed a manifest; that is asked of [`OpenManifest`]. Everything here
//! blocks and belongs on no async worker.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tomoshibi_policies::record::RegionCode;
use tomoshibi_sync::id::Digest;
use tomoshibi_sync::seam::{Append, Files};

use crate::folder::Folder;
use crate::state::State;
use pin::Served;

mod alarm;
mod begin;
mod collect;
mod inventory;
pub mod manifest;
mod pin;
mod promote;
mod pull;
mod recover;
mod scrub;
mod space;
mod stage;
mod trusted;

pub use alarm::StoreAlarm;
pub use begin::Plan;
pub use manifest::{ManifestInfo, ManifestRefusal, OpenManifest, SegmentRef};
pub use pin::SnapshotPin;
pub use promote::{PromoteError, Promoted};
pub use pull::Fetching;
pub use recover::OpenError;
pub use scrub::{DamagedSegment, ScrubProgress, ScrubReport};
pub use stage::{SEGMENT_LEN_BYTES_MAX, StageError};
pub use trusted::{ManifestReadError, TrustedManifests};

/// What a store stands on.
pub struct StoreParts {
    /// The files.
    pub files: Arc<dyn Files>,
    /// Where they are.
    pub folder: Folder,
    /// Where the pointers are.
    pub state: State,
    /// Verifies manifests.
    pub manifests: Arc<dyn OpenManifest>,
    /// Bytes that a fetch leaves free for the journal and the system.
    pub free_margin_bytes: u64,
}

/// The snapshots of a node on disk.
pub struct Store {
    parts: StoreParts,
    current: Mutex<Current>,
    /// Held by whatever changes files. Readers never wait for it.
    staging: Mutex<Staging>,
}

/// What is served now, and what was served and may still be pinned.
#[derive(Default)]
struct Current {
    served: BTreeMap<RegionCode, Arc<Served>>,
    retired: Vec<Weak<Served>>,
}

/// Files that are being written.
#[derive(Default)]
struct Staging {
    open: BTreeMap<Digest, Part>,
}

/// A segment that is being written.
struct Part {
    file: Box<dyn Append>,
    /// True when some of it was written before this process started, so that a wrong digest may be a power cut's work.
    resumed: bool,
}

impl Store {
    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Folder {
        &self.parts.folder
    }

    /// The small state.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.parts.state
    }

    /// The snapshots that are served, by region. After damage one of them may be older than the newest that was ever
    /// current (the state's `active`), or may have [`Store::missing`] segments.
    #[must_use]
    pub fn served(&self) -> Vec<Arc<ManifestInfo>> {
        self.current().served.values().map(|served| served.0.clone()).collect()
    }

    // A panic elsewhere while a lock was held leaves plain values behind, each of them whole: going on is safe, and a
    // node that stops answering is not.
    fn current(&self) -> MutexGuard<'_, Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn staging(&self) -> MutexGuard<'_, Staging> {
        self.staging.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn files(&self) -> &dyn Files {
        &*self.parts.files
    }
}
