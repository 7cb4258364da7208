//! A node's machine that survives its processes and loses power: files and small state in memory, cut at one point.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use tomoshibi_node::config::Config;
use tomoshibi_node::desk::{DeskReply, DeskRequest, NameFields};
use tomoshibi_node::duty::{Closed, Duty, Opened, Release};
use tomoshibi_node::failure::Failure;
use tomoshibi_node::folder::{Folder, Secret};
use tomoshibi_node::node::Seams;
use tomoshibi_node::state::{
    Change, MemoryState, NodeRecord, Put, State, StateError, StateStore, key,
};
use tomoshibi_node::store::{SegmentRef, Store, StoreParts, TrustedManifests};
use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::time::Timestamp;
use tomoshibi_sync::id::{Digest, Incarnation};
use tomoshibi_sync::journal::{
    Checkpoint, Event, Origin, Reader, SignedCheckpoint, Verified, checkpoint_path, open_bodies,
    verify,
};
use tomoshibi_sync::seal::Identity;
use tomoshibi_sync::seam::{Clock, CrashPlan, Files, Kept, MemoryFiles, SystemEntropy};
use tomoshibi_sync::trust::TrustRoot;

use crate::centre::{self, Centre, NODE, noon, region};

pub(crate) const CONFIG: &str = "[node]\nname = \"test\"\nfacility = \"1710000001\"\n\
    municipality = \"17201\"\n[journal]\nreserve_bytes = 1048576\n";

/// A clock that is set by hand, of a host whose own may be behind what the node goes by.
pub(crate) struct TestClock {
    host: AtomicI64,
    lead: AtomicI64,
    ran: AtomicI64,
}

impl TestClock {
    fn at(time: Timestamp) -> Arc<Self> {
        let [host, lead, ran] = [time.as_millis(), 0, 0].map(AtomicI64::new);
        Arc::new(Self { host, lead, ran })
    }

    /// How far the node's time is above the host's, as a time floor makes it.
    pub(crate) fn lead_by_hours(&self, hours: i64) {
        self.lead.store(hours * 3_600_000, Ordering::SeqCst);
    }

    /// Running time goes on and the wall's does not.
    pub(crate) fn run_hours(&self, hours: i64) {
        self.ran.fetch_add(hours * 3_600_000, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        self.host_now().plus_millis(self.lead.load(Ordering::SeqCst))
    }

    fn host_now(&self) -> Timestamp {
        Timestamp::from_millis(self.host.load(Ordering::SeqCst))
    }

    fn running(&self) -> Duration {
        Duration::from_millis(self.ran.load(Ordering::SeqCst).unsigned_abs())
    }
}

/// State on the same disk: a change is one operation of it, all there or not at all.
struct CrashState {
    values: Arc<MemoryState>,
    files: MemoryFiles,
}

impl StateStore for CrashState {
    fn get(&self, name: &str) -> Result<Option<Vec<u8>>, StateError> {
        self.values.get(name)
    }

    fn names_under(&self, prefix: &str) -> Result<Vec<String>, StateError> {
        self.values.names_under(prefix)
    }

    fn put_all(&self, puts: &[Put]) -> Result<(), StateError> {
        let cut = |e: std::io::Error| StateError::Store {
            what: e.to_string(),
            class: ErrorClass::Internal,
        };
        self.files.sync_dir(Path::new("state's own")).map_err(cut)?;
        self.values.put_all(puts)
    }
}

pub(crate) struct Machine {
    pub(crate) files: MemoryFiles,
    values: Arc<MemoryState>,
    pub(crate) folder: Folder,
    clock: Arc<TestClock>,
    pub(crate) centre: Arc<Centre>,
    /// The code of the release that lies here from the beginning.
    pub(crate) code: String,
}

/// A process on the machine.
pub(crate) struct Process {
    pub(crate) store: Store,
    pub(crate) duty: Duty,
    pub(crate) alarms: Vec<Failure>,
}

impl Machine {
    /// An enrolled node with a snapshot, a release and no order.
    pub(crate) fn enrolled() -> Self {
        let mut machine = Self {
            files: MemoryFiles::new(),
            values: Arc::new(MemoryState::default()),
            folder: Folder::new("/node"),
            clock: TestClock::at(noon()),
            centre: Arc::new(Centre::new()),
            code: String::new(),
        };
        let (files, folder) = (&machine.files, &machine.folder);
        folder.create(files).unwrap();
        files.replace(&folder.trust_root(), &machine.centre.trust_root).unwrap();
        let identity = |secret| {
            let identity = Identity::generate();
            let text = identity.expose();
            folder.write_secret(files, secret, text.expose_secret().as_bytes()).unwrap();
            identity
        };
        identity(Secret::OpeningIdentity);
        let release = identity(Secret::ReleaseIdentity);
        folder.write_secret(files, Secret::JournalSigning, &[8; 32]).unwrap();
        let (bytes, code) = machine.centre.preposition(1, &release.to_recipient());
        files.replace(&folder.releases_dir().join("first"), &bytes).unwrap();
        machine.code = code;
        let record = NodeRecord {
            node: NODE,
            incarnation: Incarnation(1),
            region: region(),
            drill: true,
            trust_root: Digest::of(&machine.centre.trust_root),
            enrolled_at: noon(),
        };
        machine.state().apply(Change::default().put(&key::node(), &record)).unwrap();
        machine.fetch();
        machine
    }

    /// The same with the order of [`centre::order`].
    pub(crate) fn ordered() -> Self {
        let machine = Self::enrolled();
        machine.deliver(&centre::signed(&centre::order()));
        machine
    }

    /// Takes the snapshot as the line would.
    fn fetch(&self) {
        let store = self.store();
        for SegmentRef { digest, .. } in store.begin(&self.centre.manifest).unwrap().missing {
            store.write_staged(&digest, 0, &self.centre.segments[&digest]).unwrap();
            store.finish(&digest).unwrap();
        }
        store.promote(&self.centre.manifest, noon()).unwrap();
    }

    pub(crate) fn deliver(&self, order: &[u8]) -> Digest {
        let digest = Digest::of(order);
        self.put(&self.folder.orders_dir().join(digest.to_string()), order);
        digest
    }

    pub(crate) fn put(&self, path: &Path, bytes: &[u8]) {
        self.files.replace(path, bytes).unwrap();
    }

    /// A new release with the next number; returns its code.
    pub(crate) fn preposition(&self, number: u64) -> String {
        let node = self.identity(Secret::ReleaseIdentity).to_recipient();
        let (bytes, code) = self.centre.preposition(number, &node);
        self.put(&self.folder.releases_dir().join(format!("release-{number}")), &bytes);
        code
    }

    pub(crate) fn identity(&self, secret: Secret) -> Identity {
        let bytes = self.folder.read_secret(&self.files, secret).unwrap();
        Identity::parse(std::str::from_utf8(&bytes).unwrap()).unwrap()
    }

    pub(crate) fn state(&self) -> State {
        let (values, files) = (self.values.clone(), self.files.clone());
        State::new(Arc::new(CrashState { values, files }))
    }

    /// Loses the state but for what is found again when a folder is opened: who the node is and its snapshot.
    pub(crate) fn lose_state(&self) {
        let stays = ["node".to_owned(), key::active(region()).name().to_owned()];
        let lost = self.values().into_iter().filter(|(name, _)| !stays.contains(name));
        let lost: Vec<Put> = lost.map(|(name, _)| (name, None)).collect();
        self.values.put_all(&lost).unwrap();
    }

    pub(crate) fn values(&self) -> Vec<Put> {
        let names = self.values.names_under("").unwrap();
        names.into_iter().map(|name| (name.clone(), self.values.get(&name).unwrap())).collect()
    }

    pub(crate) fn clock(&self) -> Arc<TestClock> {
        self.clock.clone()
    }

    fn store(&self) -> Store {
        let bytes = &self.centre.trust_root;
        let trust = TrustRoot::open_pinned(bytes, Digest::of(bytes)).unwrap();
        let parts = StoreParts {
            files: Arc::new(self.files.clone()),
            folder: self.folder.clone(),
            state: self.state(),
            manifests: Arc::new(TrustedManifests::new(Arc::new(trust))),
            free_margin_bytes: 0,
        };
        Store::open(parts, &[region()], noon()).unwrap().0
    }

    pub(crate) fn set_hours(&self, hours: i64) {
        self.clock.host.store(noon().plus_hours(hours).as_millis(), Ordering::SeqCst);
    }

    pub(crate) fn tick(&self) {
        self.clock.host.fetch_add(1, Ordering::SeqCst);
    }

    pub(crate) fn try_start(&self) -> Result<Process, Failure> {
        self.folder.erase_secret_leftovers(&self.files).map_err(Failure::from)?;
        let seams = Seams {
            files: Arc::new(self.files.clone()),
            clock: self.clock.clone(),
            entropy: Arc::new(SystemEntropy),
        };
        let record = self.state().get(&key::node()).unwrap().unwrap();
        let config = Config::parse(CONFIG).unwrap();
        let mut alarms = Vec::new();
        let duty = Duty::begin(&self.folder, &self.state(), &config, &seams, record, &mut alarms)?;
        Ok(Process { store: self.store(), duty, alarms })
    }

    pub(crate) fn start(&self) -> Process {
        self.try_start().unwrap()
    }

    pub(crate) fn start_well(&self) -> Process {
        let process = self.start();
        assert_eq!(process.alarms, []);
        process
    }

    /// The machine as it comes up after the power was cut now; the one before goes on unchanged.
    pub(crate) fn after_power_cut(&self, everything_kept: bool) -> Self {
        let files = match everything_kept {
            false => self.files.synced_image(),
            true => self
                .files
                .crash_image(CrashPlan { tail: &mut |len| Kept::Prefix(len), names_survive: true }),
        };
        let values = MemoryState::default();
        values.put_all(&self.values()).unwrap();
        Self {
            files,
            values: Arc::new(values),
            folder: self.folder.clone(),
            clock: TestClock::at(self.clock.now()),
            centre: self.centre.clone(),
            code: self.code.clone(),
        }
    }

    /// Every file under the data folder.
    pub(crate) fn all_files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let (mut dirs, mut found) = (vec![self.folder.root().to_path_buf()], Vec::new());
        while let Some(dir) = dirs.pop() {
            for entry in self.files.list(&dir).unwrap() {
                let path = dir.join(&entry.name);
                match entry.is_dir {
                    true => dirs.push(path),
                    false => found.push((path.clone(), self.files.read(&path, 1 << 30).unwrap())),
                }
            }
        }
        found
    }

    pub(crate) fn names_in(&self, dir: &Path) -> Vec<String> {
        self.files.list(dir).unwrap().into_iter().map(|entry| entry.name).collect()
    }

    pub(crate) fn pins(&self) -> usize {
        self.values.names_under(key::PIN_PREFIX).unwrap().len()
    }

    pub(crate) fn origin(&self) -> Origin {
        let record = self.state().get(&key::node()).unwrap().unwrap();
        Origin { region: region(), node: NODE, incarnation: record.incarnation }
    }

    pub(crate) fn verified(&self) -> Verified {
        let public = centre::key(8).public();
        verify(&self.files, &self.folder.journal_dir(), self.origin(), &public, None)
    }

    /// The newest checkpoint beside the journal's files, verified.
    pub(crate) fn checkpoint(&self) -> Checkpoint {
        let path = checkpoint_path(&self.folder.journal_dir(), self.origin().incarnation);
        let note = self.files.read(&path, 1 << 20).unwrap();
        let note = SignedCheckpoint::parse(std::str::from_utf8(&note).unwrap()).unwrap();
        note.verify(self.origin(), &centre::key(8).public()).unwrap()
    }

    /// What an identity reads of the journal, in order; nothing for files that are not sealed to it.
    pub(crate) fn events_read_by(&self, identity: &SecretString) -> Vec<Event> {
        let Origin { node, incarnation, .. } = self.origin();
        let dir = self.folder.journal_dir();
        let mut reader = Reader::open(&self.files, &dir, node, incarnation).unwrap();
        let mut events = Vec::new();
        while let Some(file) = reader.next_file().unwrap() {
            let bodies = open_bodies(&file, identity).unwrap_or_default();
            events.extend(bodies.into_iter().map(|(_, event)| event.unwrap()));
        }
        events
    }

    /// What happened, as the centre reads it.
    pub(crate) fn events(&self) -> Vec<Event> {
        self.events_read_by(&self.centre.journal.expose())
    }
}

impl Process {
    pub(crate) fn open(&self, code: &str) -> Result<Opened, Failure> {
        self.duty.open(&self.store, None, &Release::Code(code))
    }

    pub(crate) fn close(&self) -> Closed {
        self.duty.close().unwrap()
    }

    pub(crate) fn try_sign_in(&self, n: u8) -> Result<DeskReply, Failure> {
        let pin = format!("27099{n}");
        self.duty.desk().handle(DeskRequest::SignIn { badge: centre::badge(n), pin })
    }

    /// Sets a PIN and signs in; gives the token.
    pub(crate) fn sign_in(&self, n: u8) -> String {
        let (badge, pin) = (centre::badge(n), format!("27099{n}"));
        let set = DeskRequest::SetPin { badge, pin, witness: None };
        self.duty.desk().handle(set).unwrap();
        match self.try_sign_in(n).unwrap() {
            DeskReply::SignedIn { token, .. } => token,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn find(&self, token: &str) -> Result<DeskReply, Failure> {
        let fields = NameFields {
            name: "ともしび たろう".into(),
            birth: "S26.3.27".into(),
            sex: "1".into(),
            address: Some("金沢市".into()),
            insurer: None,
        };
        self.duty.desk().handle(DeskRequest::FindByName { token: token.into(), fields })
    }
}
