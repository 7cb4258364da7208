//! The open data folder: what a process holds that owns it.
//!
//! `serve` keeps it for years, other commands for a moment when nobody else owns the folder. Both answer requests
//! through the same [`Handler`], so an answer does not depend on who gives it.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tomoshibi_policies::ErrorClass;
use tomoshibi_sync::journal::Origin;
use tomoshibi_sync::seam::{Clock, Entropy, Files, SystemClock, SystemEntropy};
use tomoshibi_sync::trust::TrustRoot;

use crate::config::Config;
use crate::control::{Handler, Progress, ProgressFn, Request, Response};
use crate::disk::DiskError;
use crate::enrol;
use crate::failure::Failure;
use crate::folder::{Folder, Owner, tighten};
use crate::line::{self, LiveJournal};
use crate::state::{NodeRecord, SledState, State, key};
use crate::status::{
    Activation, Enrolment, JournalStatus, SnapshotStatus, Status, SyncStatus, clock_sanity,
};
use crate::store::manifest::NotEnrolled;
use crate::store::{OpenManifest, Store, StoreParts, TrustedManifests};

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
    store: Arc<Store>,
    record: Option<NodeRecord>,
    trust: Option<Arc<TrustRoot>>,
    /// Set by whoever writes the journal.
    journal: OnceLock<Arc<dyn LiveJournal>>,
    /// Held by the round of sync that is under way.
    round: Arc<tokio::sync::Mutex<()>>,
    /// What a person has to look after, found when the folder was opened.
    alarms: Vec<Failure>,
    /// Absent when nobody serves.
    sync: Mutex<Option<SyncStatus>>,
    owner: Arc<Owner>,
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
        let trust = read_trust(folder, &seams, record.as_ref(), &mut alarms);
        let reserved = config.limits.free_margin_bytes.saturating_add(config.journal.reserve_bytes);
        let parts = StoreParts {
            files: seams.files.clone(),
            folder: folder.clone(),
            state,
            manifests: manifests_of(trust.as_ref()),
            free_margin_bytes: reserved,
        };
        let (store, found) = Store::open(parts, &regions, seams.clock.now())?;
        alarms.extend(found.into_iter().map(Failure::from));
        Ok(Self {
            seams,
            config,
            store: Arc::new(store),
            record,
            trust,
            journal: OnceLock::new(),
            round: Arc::default(),
            alarms,
            sync: Mutex::new(None),
            owner: Arc::new(owner),
        })
    }

    /// The configuration.
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// The snapshots.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The snapshots, for a thread of its own.
    #[must_use]
    pub fn store_handle(&self) -> Arc<Store> {
        self.store.clone()
    }

    /// Who the node is; none before its enrolment.
    #[must_use]
    pub const fn record(&self) -> Option<&NodeRecord> {
        self.record.as_ref()
    }

    /// Whom the node trusts; none before its enrolment, or when the list is damaged.
    #[must_use]
    pub fn trust(&self) -> Option<&TrustRoot> {
        self.trust.as_deref()
    }

    /// The journal that this process writes, once somebody does.
    #[must_use]
    pub fn live_journal(&self) -> Option<&dyn LiveJournal> {
        self.journal.get().map(|journal| &**journal)
    }

    /// Tells who writes the journal. The first word counts.
    pub fn set_live_journal(&self, journal: Arc<dyn LiveJournal>) {
        let _ = self.journal.set(journal);
    }

    /// Held by the round of sync that is under way.
    pub(crate) fn round(&self) -> Arc<tokio::sync::Mutex<()>> {
        self.round.clone()
    }

    /// The folder's lock, for a thread that may outlive the node by a moment.
    pub(crate) fn owner(&self) -> Arc<Owner> {
        self.owner.clone()
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

    /// Tells how a round goes, when the node serves.
    pub(crate) fn update_sync_status(&self, change: impl FnOnce(&mut SyncStatus)) {
        if let Some(status) = self.sync().as_mut() {
            change(status);
        }
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
        self.line_alarms(&mut alarms)?;
        Ok(Status {
            version: env!("CARGO_PKG_VERSION").into(),
            name: self.config.node.name.clone(),
            facility: self.config.node.facility.to_string(),
            serving: sync.is_some(),
            enrolment: record.as_ref().map(Enrolment::from),
            activation: self.activation()?,
            snapshots,
            journal: self.journal_status(&mut alarms)?,
            sync,
            clock: clock_sanity(now, floor, published),
            free_bytes: self.store.free_bytes().ok(),
            set_aside: self.store.set_aside_count().ok(),
            alarms,
        })
    }

    fn journal_size(&self, record: &NodeRecord) -> Result<u64, Failure> {
        if let Some(Ok((_, size))) = self.live_journal().map(LiveJournal::committed) {
            return Ok(size);
        }
        let NodeRecord { region, node, incarnation, .. } = *record;
        line::size_on_disk(self, Origin { region, node, incarnation })
    }

    fn activation(&self) -> Result<Activation, Failure> {
        Ok(match self.store.state().holds(key::ACTIVATION)? {
            false => Activation::Sealed,
            true => Activation::Unknown,
        })
    }

    /// What the centre sent that a person has to look at, and a journal that it does not take.
    fn line_alarms(&self, alarms: &mut Vec<Failure>) -> Result<(), Failure> {
        let dir = self.store.folder().aside_dir();
        let aside = self.seams.files.list(&dir).map_err(DiskError::at("list", &dir))?;
        if !aside.is_empty() {
            alarms.push(Failure::new(ErrorClass::Invalid, "aside").with("count", aside.len()));
        }
        if let Some(record) = &self.record
            && let Some(parted) = self.store.state().get(&key::parted(record.incarnation))?
        {
            alarms.push(line::parted_failure(&parted));
        }
        Ok(())
    }

    fn journal_status(&self, alarms: &mut Vec<Failure>) -> Result<JournalStatus, Failure> {
        let acknowledged = self.store.state().get(&key::acknowledged())?;
        let size = self.record.as_ref().map(|record| self.journal_size(record)).transpose();
        Ok(JournalStatus {
            size: size.map_err(|why| alarms.push(why)).ok().flatten(),
            acknowledged: acknowledged.as_ref().map(|known| known.size),
            acknowledged_at: acknowledged.map(|known| known.at.to_string()),
        })
    }
}

fn manifests_of(trust: Option<&Arc<TrustRoot>>) -> Arc<dyn OpenManifest> {
    match trust {
        Some(trust) => Arc::new(TrustedManifests::new(trust.clone())),
        None => Arc::new(NotEnrolled),
    }
}

/// Whom the node trusts. A damaged list is an alarm: nothing is taken from outside any more, and what is here cannot be
/// verified, but the node starts and says so.
fn read_trust(
    folder: &Folder,
    seams: &Seams,
    record: Option<&NodeRecord>,
    alarms: &mut Vec<Failure>,
) -> Option<Arc<TrustRoot>> {
    let trust = enrol::trust_root(folder, seams, record?);
    trust.map(Arc::new).map_err(|why| alarms.push(why)).ok()
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
            Request::Sync => {
                let report = line::now(self, &mut |so_far| progress(Progress::Sync(so_far)))?;
                Ok(Response::Sync(Box::new(report)))
            }
            Request::Scrub => {
                let report = self.store.scrub(&mut |so_far| progress(Progress::Scrub(so_far)))?;
                Ok(Response::Scrub(report))
            }
        }
    }
}
