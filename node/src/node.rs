//! The open data folder: what a process holds that owns it.
//!
//! `serve` keeps it for years, other commands for a moment when nobody else owns the folder. Both answer requests
//! through the same [`Handler`], so an answer does not depend on who gives it.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, TryLockError};

use tokio::sync::Notify;
use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::time::Timestamp;
use tomoshibi_sync::id::Digest;
use tomoshibi_sync::journal::{Origin, verify};
use tomoshibi_sync::seam::{Clock, Entropy, Files, SystemClock, SystemEntropy};
use tomoshibi_sync::trust::{Role, TrustRoot};

use crate::config::Config;
use crate::control::{Handler, Progress, ProgressFn, Request, Response};
use crate::duty::{ActivationRecord, Closed, Duty, Release};
use crate::enrol;
use crate::failure::Failure;
use crate::floor::FlooredClock;
use crate::folder::{Folder, Owner, Secret, tighten};
use crate::journal_report::JournalReport;
use crate::keys;
use crate::line::{self, Step};
use crate::state::{NodeRecord, SetAside, SledState, State, key};
use crate::status::{StepStatus, SyncStatus};
use crate::store::manifest::NotEnrolled;
use crate::store::{OpenManifest, ScrubReport, Store, StoreParts, TrustedManifests};

mod status;

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
    /// The clock of `seams`.
    clock: Arc<FlooredClock>,
    config: Config,
    store: Arc<Store>,
    record: Option<NodeRecord>,
    trust: Option<Arc<TrustRoot>>,
    /// Held by the round of sync that is under way.
    round: Arc<tokio::sync::Mutex<()>>,
    /// What a person has to look after, found when the folder was opened.
    alarms: Mutex<Vec<Failure>>,
    /// Absent when nobody serves.
    sync: Mutex<Option<SyncStatus>>,
    /// Begun when it is first needed: a `status` must not write entries.
    duty: Mutex<Option<Arc<Duty>>>,
    /// What was found when duty began. A lock of its own: `duty` is held as long as the journal is read.
    duty_alarms: Mutex<Vec<Failure>>,
    /// Where a release is fetched from, once somebody knows the line.
    releases: OnceLock<Arc<dyn FetchRelease>>,
    /// Told when the node has closed, so that the process is replaced.
    closed: Notify,
    owner: Arc<Owner>,
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
    pub fn open(owner: Owner, folder: &Folder, host: Seams) -> Result<Self, Failure> {
        let mut alarms: Vec<Failure> = tighten(folder)?.into_iter().map(Failure::from).collect();
        let config = Config::load(&*host.files, &folder.config())?;
        folder.create(&*host.files)?;
        folder.erase_secret_leftovers(&*host.files)?;
        // One that was set aside is told by its folder for as long as that is there: see `alarms`.
        let (sled, _) = SledState::open_or_set_aside(&folder.state_dir())?;
        let state = State::new(Arc::new(sled));
        let clock = Arc::new(FlooredClock::open(host.clock.clone(), &state, &mut alarms));
        let seams = Seams { clock: clock.clone(), ..host };
        let record = enrol::who(folder, &seams, &state, &mut alarms);
        // Before anybody asks: a status of a node that lost its state must not call it sealed.
        let taken = ActivationRecord::take_up(folder, &*seams.files, &state, &mut alarms);
        alarms.extend(taken.err());
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
            clock,
            config,
            store: Arc::new(store),
            record,
            trust,
            round: Arc::default(),
            alarms: Mutex::new(alarms),
            sync: Mutex::new(None),
            duty: Mutex::new(None),
            duty_alarms: Mutex::default(),
            releases: OnceLock::new(),
            closed: Notify::new(),
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

    /// Takes a time that the centre or the authority signed: no time before it is believed any more.
    pub(crate) fn raise_floor(&self, at: Timestamp) {
        self.clock.raise(at, self.store.state());
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
        let record = self.enrolled()?;
        let mut alarms = Vec::new();
        let begun =
            Duty::begin(self.store.folder(), state, &self.config, &self.seams, record, &mut alarms);
        for alarm in &alarms {
            tracing::error!(class = %alarm.class, code = alarm.code, args = ?alarm.args, "alarm");
        }
        *self.duty_alarms.lock().unwrap_or_else(PoisonError::into_inner) = alarms;
        let begun = Arc::new(begun?);
        *duty = Some(begun.clone());
        Ok(begun)
    }

    /// Who the node is by now: a journal that begins a new life changes it.
    fn enrolled(&self) -> Result<NodeRecord, Failure> {
        let record = self.store.state().get(&key::node())?;
        record.ok_or_else(|| Failure::new(ErrorClass::NotFound, "not-enrolled"))
    }

    /// What the node does, when it has begun.
    pub(crate) fn begun_duty(&self) -> Option<Arc<Duty>> {
        self.duty.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The same without waiting for a beginning that is under way.
    fn duty_now(&self) -> Option<Arc<Duty>> {
        match self.duty.try_lock() {
            Ok(duty) => duty.clone(),
            Err(TryLockError::Poisoned(duty)) => duty.into_inner().clone(),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// What was found when duty began.
    fn duty_alarms(&self) -> Vec<Failure> {
        self.duty_alarms.lock().unwrap_or_else(PoisonError::into_inner).clone()
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

    /// Follows orders that came, closes when the period is over whatever became of the orders, and keeps the running
    /// time. Called again and again while serving.
    ///
    /// # Errors
    /// The first of what keeps orders from being followed and a closing from going through.
    pub fn watch(&self) -> Result<(), Failure> {
        self.clock.keep_running_time(self.store.state());
        let Some(duty) = self.begun_duty() else { return Ok(()) };
        let (followed, over) = (duty.follow_orders(), duty.close_if_over());
        [&followed, &over].into_iter().flatten().flatten().for_each(|done| self.tell_closed(done));
        followed.and(over).map(drop)
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

    fn opening_view(&self) -> Result<Response, Failure> {
        let view = self.duty()?.opening_view(&self.store, self.releases.get().is_some())?;
        Ok(Response::Opening(Box::new(view)))
    }

    /// Every life: what is damaged in one that was left is evidence that is damaged all the same.
    fn verify_journal(&self) -> Result<JournalReport, Failure> {
        let (folder, files) = (self.store.folder(), &*self.seams.files);
        let record = self.enrolled()?;
        let key = keys::signing_key(folder, &self.seams, Secret::JournalSigning)?.public();
        let centre = self.trust().and_then(|trust| trust.keys(Role::Centre).first());
        let NodeRecord { region, node, incarnation: present, .. } = record;
        let verified = |incarnation| {
            let origin = Origin { region, node, incarnation };
            verify(files, &folder.journal_dir(), origin, &key, centre)
        };
        let mut report = JournalReport::new((present, &verified(present)));
        for life in line::lives(self)?.into_iter().filter(|life| *life != present) {
            report.add(life, &verified(life));
        }
        Ok(report)
    }

    /// What was found damaged or unsafe since the folder was opened, and states that were set aside at any time: whoever
    /// opened the folder then may have been a command that nobody watched.
    #[must_use]
    pub fn alarms(&self) -> Vec<Failure> {
        let mut alarms: Vec<Failure> = match self.store.folder().damaged_states(&*self.seams.files)
        {
            Ok(paths) => paths.into_iter().map(|path| SetAside(path).into()).collect(),
            Err(error) => vec![error.into()],
        };
        alarms.extend(self.alarms.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned());
        alarms
    }

    /// Adds what a person has to look after and was found later.
    pub(crate) fn add_alarm(&self, alarm: Failure) {
        self.alarms.lock().unwrap_or_else(PoisonError::into_inner).push(alarm);
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

    /// Reads everything again. What is damaged is set aside only where the centre answered in the last round.
    fn scrub(&self, progress: ProgressFn<'_>) -> Result<ScrubReport, Failure> {
        let reached = |told: &StepStatus| told.step == Step::Connect && told.failure.is_none();
        let can_fetch = self.sync().iter().flat_map(|sync| &sync.steps).any(reached);
        Ok(self.store.scrub(can_fetch, &mut |so_far| progress(Progress::Scrub(so_far)))?)
    }

    fn sync(&self) -> MutexGuard<'_, Option<SyncStatus>> {
        self.sync.lock().unwrap_or_else(PoisonError::into_inner)
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

impl Handler for Node {
    fn handle(&self, request: Request, progress: ProgressFn<'_>) -> Result<Response, Failure> {
        match request {
            Request::Status => Ok(Response::Status(Box::new(self.status()?))),
            Request::Sync => {
                let report = line::now(self, &mut |so_far| progress(Progress::Sync(so_far)))?;
                Ok(Response::Sync(Box::new(report)))
            }
            Request::Open { notice, code } => {
                self.open_by_order(notice.as_deref(), code.as_deref())
            }
            Request::Opening => self.opening_view(),
            Request::OpenWithBadge { badge, notice, code } => {
                let notice = self.duty()?.admit_officer(&badge, notice.as_deref())?;
                self.open_by_order(Some(&notice), code.as_deref())
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
                let report = self.scrub(progress)?;
                Ok(Response::Scrub(report))
            }
        }
    }
}
