//! The open data folder: what a process holds that owns it.
//!
//! `serve` keeps it for years, other commands for a moment when nobody else owns the folder. Both answer requests
//! through the same [`Handler`], so an answer does not depend on who gives it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tomoshibi_sync::seam::{Clock, Entropy, Files, SystemClock, SystemEntropy};

use crate::config::Config;
use crate::control::{Handler, Progress, ProgressFn, Request, Response};
use crate::failure::Failure;
use crate::folder::{Folder, Owner, tighten};
use crate::state::{NodeRecord, SledState, State, key};
use crate::status::{
    Activation, Enrolment, JournalStatus, SnapshotStatus, Status, SyncStatus, clock_sanity,
};
use crate::store::manifest::NotEnrolled;
use crate::store::{Store, StoreParts};

/// How the node reaches the world.
#[derive(Clone)]
pub struct Seams {
    /// Files.
    pub files: Arc<dyn Files>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
}

impl Seams {
    /// The host's.
    #[must_use]
    pub fn of_host() -> Self {
        Self {
            files: Arc::new(tomoshibi_sync::seam::StdFiles),
            clock: Arc::new(SystemClock::default()),
            entropy: Arc::new(SystemEntropy),
        }
    }
}

/// The open data folder.
pub struct Node {
    seams: Seams,
    config: Config,
    store: Store,
    /// What a person has to look after, found when the folder was opened.
    alarms: Vec<Failure>,
    /// Absent when nobody serves.
    sync: Mutex<Option<SyncStatus>>,
    _owner: Owner,
}

impl Node {
    /// Opens the folder that `owner` holds. Damage is an alarm; only a configuration with faults or a disk that does
    /// not answer is a failure.
    ///
    /// # Errors
    /// What is wrong.
    pub fn open(owner: Owner, folder: &Folder, seams: Seams) -> Result<Self, Failure> {
        let mut alarms: Vec<Failure> = tighten(folder)?.into_iter().map(Failure::from).collect();
        let config = Config::load(&*seams.files, &folder.config())?;
        folder.create(&*seams.files)?;
        folder.erase_secret_leftovers(&*seams.files)?;
        let (sled, set_aside) = SledState::open_or_set_aside(&folder.state_dir())?;
        alarms.extend(set_aside.map(Failure::from));
        let state = State::new(Arc::new(sled));
        let record = read_record(&state, &mut alarms);
        let regions: Vec<_> = record.iter().map(|record| record.region).collect();
        let reserved = config.limits.free_margin_bytes.saturating_add(config.journal.reserve_bytes);
        let parts = StoreParts {
            files: seams.files.clone(),
            folder: folder.clone(),
            state,
            manifests: Arc::new(NotEnrolled),
            free_margin_bytes: reserved,
        };
        let (store, found) = Store::open(parts, &regions, seams.clock.now())?;
        alarms.extend(found.into_iter().map(Failure::from));
        Ok(Self { seams, config, store, alarms, sync: Mutex::new(None), _owner: owner })
    }

    /// The configuration.
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// The snapshots.
    #[must_use]
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// How the node reaches the world.
    #[must_use]
    pub const fn seams(&self) -> &Seams {
        &self.seams
    }

    /// What was found damaged or unsafe when the folder was opened.
    #[must_use]
    pub fn alarms(&self) -> &[Failure] {
        &self.alarms
    }

    /// Tells how the line to the centre is. From the first call on, the node says that it serves.
    pub fn set_sync_status(&self, change: impl FnOnce(&mut SyncStatus)) {
        change(self.sync().get_or_insert_default());
    }

    fn sync(&self) -> MutexGuard<'_, Option<SyncStatus>> {
        self.sync.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the node has and how it is.
    ///
    /// # Errors
    /// The state's.
    pub fn status(&self) -> Result<Status, Failure> {
        let state = self.store.state();
        let now = self.seams.clock.now();
        let mut alarms = self.alarms.clone();
        let record = read_record(state, &mut Vec::new());
        let served = self.store.served();
        let mut snapshots = Vec::new();
        for snapshot in &served {
            let newest = state.get(&key::active(snapshot.region)).ok().flatten();
            let missing = self.store.missing(snapshot).map(|missing| missing.len());
            let missing = missing.map_err(|error| alarms.push(error.into())).ok();
            let newest = newest.map(|active| active.id);
            snapshots.push(SnapshotStatus::of(snapshot, newest, missing, now));
        }
        let floor = state.get(&key::time_floor())?.map(|floor| floor.0);
        let published = served.iter().map(|snapshot| snapshot.published_at).max();
        let sync = self.sync().clone();
        Ok(Status {
            version: env!("CARGO_PKG_VERSION").into(),
            name: self.config.node.name.clone(),
            facility: self.config.node.facility.to_string(),
            serving: sync.is_some(),
            enrolment: record.as_ref().map(Enrolment::from),
            activation: self.activation()?,
            snapshots,
            journal: self.journal_status()?,
            sync,
            clock: clock_sanity(now, floor, published),
            free_bytes: self.store.free_bytes().ok(),
            set_aside: self.store.set_aside_count().ok(),
            alarms,
        })
    }

    fn activation(&self) -> Result<Activation, Failure> {
        Ok(match self.store.state().holds(key::ACTIVATION)? {
            false => Activation::Sealed,
            true => Activation::Unknown,
        })
    }

    fn journal_status(&self) -> Result<JournalStatus, Failure> {
        let acknowledged = self.store.state().get(&key::acknowledged())?;
        Ok(JournalStatus {
            size: None,
            acknowledged: acknowledged.as_ref().map(|known| known.size),
            acknowledged_at: acknowledged.map(|known| known.at.to_string()),
        })
    }
}

/// Who the node is. A record that cannot be read is an alarm and not an end: what lies on the disk is still served.
fn read_record(state: &State, alarms: &mut Vec<Failure>) -> Option<NodeRecord> {
    state.get(&key::node()).unwrap_or_else(|error| {
        alarms.push(error.into());
        None
    })
}

impl Handler for Node {
    fn handle(&self, request: Request, progress: ProgressFn<'_>) -> Result<Response, Failure> {
        match request {
            Request::Status => Ok(Response::Status(Box::new(self.status()?))),
            Request::Scrub => {
                let report = self.store.scrub(&mut |so_far| progress(Progress::Scrub(so_far)))?;
                Ok(Response::Scrub(report))
            }
        }
    }
}
