//! What an enrolled node does: keeps its journal, opens, answers at the desk, closes.
//!
//! Promises:
//! - Opening needs both halves: an order that covers this site now, and a release of the keyring. Nothing on the disk
//!   of a sealed or closed node gives the second.
//! - The state is durable before it is acted on, and a restart finds its way: an open node that lost its power is open
//!   and *locked* (the keyring is not on disk) until the code is spoken again; a node that was closing finishes.
//! - Evidence first: an opening, a refusal and a closing are entries before they take effect.
//!
//! Not covered yet: opening by quorum, and the restart copy of the keyring.

mod activation;
mod attempts;
mod close;
mod journal;
mod open;
mod orders;
mod pins;
mod report;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::activation::{Activation, ActivationState, SiteFacts};
use tomoshibi_policies::time::Timestamp;
use tomoshibi_sync::journal::{ClockQuality, Event, Origin, Text};
use tomoshibi_sync::seal::Identity;
use tomoshibi_sync::signed::SigningKey;
use tomoshibi_sync::trust::TrustRoot;

use crate::config::Config;
use crate::desk::{Desk, DeskSetup, Evidence};
use crate::failure::Failure;
use crate::folder::{Folder, Secret};
use crate::line::LiveJournal;
use crate::node::Seams;
use crate::state::{NodeRecord, State, key};

pub use activation::{ActivationRecord, Way};
pub use attempts::{ATTEMPTS_MAX, CodeAttempts};
pub use close::Closed;
pub use open::{Opened, Release};
pub use report::{ClosingReport, ReportError};

use journal::JournalEvidence;
use pins::StatePins;

/// An enrolled node at work.
pub struct Duty {
    seams: Seams,
    folder: Folder,
    state: State,
    record: NodeRecord,
    trust: TrustRoot,
    site: SiteFacts,
    signing: Arc<SigningKey>,
    journal: Arc<JournalEvidence>,
    desk: Desk,
    /// The state machine; held while it changes, so that two openings cannot cross.
    activation: Mutex<Activation>,
}

impl std::fmt::Debug for Duty {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Duty({})", self.record.node)
    }
}

impl Duty {
    /// Takes up duty: trust root, journal, activation as the state has it; finishes a closing that was interrupted.
    ///
    /// # Errors
    /// A trust root that is not the pinned one; a journal that can be neither opened nor followed by a new
    /// incarnation.
    pub fn begin(
        folder: &Folder,
        state: &State,
        config: &Config,
        seams: &Seams,
        (record, trust): (NodeRecord, &TrustRoot),
        alarms: &mut Vec<Failure>,
    ) -> Result<Self, Failure> {
        let now = seams.clock.now();
        let seed = folder.read_secret(&*seams.files, Secret::JournalSigning)?;
        let seed: &[u8; 32] =
            seed.as_slice().try_into().map_err(|_| damaged("journal-signing.key"))?;
        let signing = Arc::new(SigningKey::from_seed(seed));
        let found = state.get(&key::activation())?;
        let (record, group) = journal::open(
            journal::Setup { folder, state, config, seams, trust, signing: &signing },
            record,
            found
                .as_ref()
                .filter(|f| f.is_open())
                .map(|_| opening_recipient(folder, seams))
                .transpose()?,
            alarms,
        )?;
        let journal = Arc::new(JournalEvidence::new(group, record.incarnation));
        let site = SiteFacts {
            facility: config.node.facility,
            municipality: Some(config.node.municipality.number()),
        };
        let desk = Desk::new(DeskSetup {
            trust: trust.clone(),
            evidence: journal.clone(),
            pins: Arc::new(StatePins::new(state.clone())),
            clock: seams.clock.clone(),
            entropy: seams.entropy.clone(),
        });
        let duty = Self {
            seams: seams.clone(),
            folder: folder.clone(),
            state: state.clone(),
            record,
            trust: trust.clone(),
            site,
            signing,
            journal,
            desk,
            activation: Mutex::new(Activation::sealed()),
        };
        duty.resume(found, alarms)?;
        let program = Text::new(env!("CARGO_PKG_VERSION")).map_err(|_| damaged("version"))?;
        let snapshot = state.get(&key::active(duty.record.region))?.map(|active| active.id);
        duty.note(&Event::Started { program, snapshot }, now)?;
        Ok(duty)
    }

    /// The desk, where look-ups happen.
    #[must_use]
    pub const fn desk(&self) -> &Desk {
        &self.desk
    }

    /// The journal, as the line sees it.
    #[must_use]
    pub fn live_journal(&self) -> Arc<dyn LiveJournal> {
        self.journal.clone()
    }

    /// Whose journal is being written.
    #[must_use]
    pub fn origin(&self) -> Origin {
        let NodeRecord { region, node, incarnation, .. } = self.record;
        Origin { region, node, incarnation }
    }

    /// The pinned trust root.
    #[must_use]
    pub const fn trust(&self) -> &TrustRoot {
        &self.trust
    }

    /// Who this node is.
    #[must_use]
    pub const fn record(&self) -> &NodeRecord {
        &self.record
    }

    /// Sealed, open or closing, and until when.
    #[must_use]
    pub fn activation(&self) -> Activation {
        self.lock().clone()
    }

    /// True when the node is open and the keyring is in memory.
    #[must_use]
    pub fn is_unlocked(&self) -> bool {
        self.desk.is_unlocked()
    }

    /// Makes an event durable.
    ///
    /// # Errors
    /// When it is not durable.
    pub fn note(&self, event: &Event, now: Timestamp) -> Result<(), Failure> {
        let noted = self.journal.record(event, now, ClockQuality::Unknown);
        noted.map_err(|error| Failure::new(error.class, "journal-not-written"))
    }

    /// Ends duty in good order: what is buffered is durable and the last checkpoint is written.
    pub fn end(&self) {
        self.journal.end();
    }

    fn now(&self) -> Timestamp {
        self.seams.clock.now()
    }

    // A panic elsewhere while the lock was held leaves a whole state behind: it is replaced, never changed in place.
    fn lock(&self) -> MutexGuard<'_, Activation> {
        self.activation.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_sealed(&self) -> bool {
        self.lock().state() == ActivationState::Sealed
    }
}

fn opening_recipient(folder: &Folder, seams: &Seams) -> Result<String, Failure> {
    Ok(read_identity(folder, seams, Secret::OpeningIdentity)?.to_recipient().to_string())
}

fn read_identity(folder: &Folder, seams: &Seams, secret: Secret) -> Result<Identity, Failure> {
    let bytes = folder.read_secret(&*seams.files, secret)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| damaged(secret.file_name()))?;
    let line = text.lines().find(|line| line.starts_with("AGE-SECRET-KEY-1"));
    let identity = line.and_then(|line| Identity::parse(line.trim()).ok());
    identity.ok_or_else(|| damaged(secret.file_name()))
}

fn damaged(what: &str) -> Failure {
    Failure::new(ErrorClass::Corrupt, "key-damaged").with("name", what)
}
