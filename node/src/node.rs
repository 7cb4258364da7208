//! The open data folder: what a process holds that owns it.
//!
//! `serve` keeps it for years, other commands for a moment when nobody else owns the folder. Both answer requests
//! through the same [`Handler`], so an answer does not depend on who gives it.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tokio::sync::Notify;
use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::activation::ActivationState;
use tomoshibi_sync::id::Digest;
use tomoshibi_sync::journal::{Origin, verify};
use tomoshibi_sync::signed::SigningKey;
use tomoshibi_sync::trust::{Role, TrustRoot};

use tomoshibi_sync::seam::{Clock, Entropy, Files, SystemClock, SystemEntropy};

use crate::config::Config;
use crate::control::{Handler, Progress, ProgressFn, Request, Response};
use crate::duty::{Closed, Duty, Release};
use crate::failure::Failure;
use crate::folder::{Folder, Owner, Secret, tighten};
use crate::journal_report::JournalReport;
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
    /// Begun when it is first needed: a `status` must not write entries.
    duty: Mutex<Option<Arc<Duty>>>,
    /// Where a release is fetched from, once somebody knows the line.
    releases: OnceLock<Arc<dyn FetchRelease>>,
    /// Told when the node has closed, so that the process is replaced.
    closed: Notify,
    _owner: Owner,
}

/// Asks the centre for a release, now.
pub trait FetchRelease: Send + Sync {
    /// The release for the order with this digest, sealed to the opening identity.
    ///
    /// # Errors
    /// The line's, or the centre's refusal.
    fn fetch(&self, order: Digest) -> Result<Vec<u8>, Failure>;
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
        Ok(Self {
            seams,
            config,
            store,
            alarms,
            sync: Mutex::new(None),
            duty: Mutex::new(None),
            releases: OnceLock::new(),
            closed: Notify::new(),
            _owner: owner,
        })
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

    /// What the node does since its enrolment; begins with the first call.
    ///
    /// # Errors
    /// `not-enrolled`, and what keeps duty from beginning.
    pub fn duty(&self) -> Result<Arc<Duty>, Failure> {
        let mut duty = self.duty.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(duty) = &*duty {
            return Ok(duty.clone());
        }
        let state = self.store.state();
        let record = state.get(&key::node())?;
        let record = record.ok_or_else(|| Failure::new(ErrorClass::NotFound, "not-enrolled"))?;
        let mut alarms = Vec::new();
        let begun =
            Duty::begin(self.store.folder(), state, &self.config, &self.seams, record, &mut alarms);
        for alarm in alarms {
            tracing::error!(class = %alarm.class, code = alarm.code, args = ?alarm.args, "alarm");
        }
        let begun = Arc::new(begun?);
        *duty = Some(begun.clone());
        Ok(begun)
    }

    fn begun_duty(&self) -> Option<Arc<Duty>> {
        self.duty.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Ends duty in good order, when it has begun.
    pub fn end_duty(&self) {
        if let Some(duty) = self.begun_duty() {
            duty.end();
        }
    }

    /// Says where releases are fetched from. The first call counts.
    pub fn set_release_source(&self, source: Arc<dyn FetchRelease>) {
        // A second source would be a fault of the program that plugs it in; the first goes on.
        let _ = self.releases.set(source);
    }

    /// Waits until the node has closed.
    pub async fn has_closed(&self) {
        self.closed.notified().await;
    }

    /// Follows orders that came, and closes when the period is over. Called again and again while serving.
    ///
    /// # Errors
    /// What keeps a closing from going through.
    pub fn watch(&self) -> Result<(), Failure> {
        let Some(duty) = self.begun_duty() else { return Ok(()) };
        let closed = match duty.follow_orders()? {
            Some(closed) => Some(closed),
            None => duty.close_if_over()?,
        };
        closed.iter().for_each(|closed| self.tell_closed(closed));
        Ok(())
    }

    fn tell_closed(&self, closed: &Closed) {
        tracing::info!(report = closed.report, "the node has closed; the process is replaced");
        self.closed.notify_one();
    }

    fn is_serving(&self) -> bool {
        self.sync().is_some()
    }

    fn open_by_order(&self, notice: Option<&str>, code: Option<&str>) -> Result<Response, Failure> {
        if !self.is_serving() {
            // The keyring lives in the memory of the process that opens: one that ends at once opens nothing.
            return Err(Failure::new(ErrorClass::Conflict, "not-serving"));
        }
        let duty = self.duty()?;
        let opened = match code {
            Some(code) => duty.open(&self.store, notice, &Release::Code(code)),
            None => {
                let source = self.releases.get();
                let source =
                    source.ok_or_else(|| Failure::new(ErrorClass::Transient, "no-line"))?;
                let release = source.fetch(duty.order_to_open(notice)?)?;
                duty.open(&self.store, notice, &Release::Fetched(&release))
            }
        };
        opened.map(Response::Open)
    }

    fn verify_journal(&self) -> Result<JournalReport, Failure> {
        let (folder, files) = (self.store.folder(), &*self.seams.files);
        let record = self.store.state().get(&key::node())?;
        let record = record.ok_or_else(|| Failure::new(ErrorClass::NotFound, "not-enrolled"))?;
        let seed = folder.read_secret(files, Secret::JournalSigning)?;
        let damaged =
            || Failure::new(ErrorClass::Corrupt, "key-damaged").with("name", "journal-signing.key");
        let seed: &[u8; 32] = seed.as_slice().try_into().map_err(|_| damaged())?;
        let key = SigningKey::from_seed(seed).public();
        let trust = files.read(&folder.trust_root(), 1 << 20).ok();
        let trust = trust.and_then(|bytes| TrustRoot::open_pinned(&bytes, record.trust_root).ok());
        let centre = trust.as_ref().and_then(|trust| trust.keys(Role::Centre).first());
        let origin =
            Origin { region: record.region, node: record.node, incarnation: record.incarnation };
        let verified = verify(files, &folder.journal_dir(), origin, &key, centre);
        Ok(JournalReport::from(&verified))
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
        if let Some(duty) = self.begun_duty() {
            return Ok(match (duty.activation().state(), duty.is_unlocked()) {
                (ActivationState::Sealed, _) => Activation::Sealed,
                (ActivationState::Open, true) => Activation::Open,
                (ActivationState::Open, false) => Activation::Locked,
                (ActivationState::Closing, _) => Activation::Closing,
            });
        }
        // Nobody serves, so no keyring is in any memory.
        Ok(match self.store.state().get(&key::activation()) {
            Ok(None) => Activation::Sealed,
            Ok(Some(record)) if record.is_open() => Activation::Locked,
            Ok(Some(_)) => Activation::Closing,
            Err(_) => Activation::Unknown,
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
            Request::Open { notice, code } => {
                self.open_by_order(notice.as_deref(), code.as_deref())
            }
            Request::Close => {
                let closed = self.duty()?.close()?;
                self.tell_closed(&closed);
                Ok(Response::Close(closed))
            }
            Request::Desk { request } => {
                let reply = self.duty()?.desk().handle(request)?;
                Ok(Response::Desk(Box::new(reply)))
            }
            Request::JournalVerify => Ok(Response::JournalVerify(self.verify_journal()?)),
            Request::Scrub => {
                let report = self.store.scrub(&mut |so_far| progress(Progress::Scrub(so_far)))?;
                Ok(Response::Scrub(report))
            }
        }
    }
}
