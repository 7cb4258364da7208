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
mod follow;
mod journal;
mod officer;
mod open;
mod orders;
mod pins;
mod recall;
mod report;
mod traces;

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::activation::{Activation, SiteFacts};
use tomoshibi_policies::time::Timestamp;
use tomoshibi_sync::journal::{ClockQuality, Event, Group, Origin, SignedCheckpoint, Text, Word};
use tomoshibi_sync::signed::SigningKey;
use tomoshibi_sync::trust::TrustRoot;

use crate::config::Config;
use crate::desk::{Desk, DeskSetup, SlipSigner};
use crate::enrol;
use crate::failure::Failure;
use crate::folder::{Folder, Secret};
use crate::keys;
use crate::node::Seams;
use crate::revocations::Shelf;
use crate::state::{NodeRecord, State, key};

pub use activation::{ActivationRecord, Way};
pub use attempts::{ATTEMPTS_MAX, CodeAttempts};
pub use close::Closed;
pub use officer::{InMemory, OpeningView, OrderLine};
pub use open::{Opened, Release};
pub use report::{ClosingReport, ReportError};

use journal::{JournalEvidence, Lives};
use pins::StatePins;

/// An enrolled node at work.
pub struct Duty {
    seams: Seams,
    folder: Folder,
    state: State,
    lives: Arc<Lives>,
    trust: TrustRoot,
    site: SiteFacts,
    signing: Arc<SigningKey>,
    journal: Arc<Group>,
    desk: Desk,
    /// The state machine. Held to read or replace it and never over work, so that a status does not wait for a load.
    activation: Mutex<Activation>,
    /// Held from the look at the state machine to its change, so that two openings cannot cross.
    changing: Mutex<()>,
    /// True while somebody opens.
    opening: AtomicBool,
    /// Held while a closing goes on, so that the operator's and the clock's are one. Taken before `changing`.
    closing: Mutex<()>,
    /// Why look-ups do not read the newest snapshot, when that was tried in vain.
    behind: Mutex<Option<Failure>>,
    /// Held while a life of the journal is left on somebody's word.
    leaving: Mutex<()>,
}

impl std::fmt::Debug for Duty {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Duty({})", self.record().node)
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
        record: NodeRecord,
        alarms: &mut Vec<Failure>,
    ) -> Result<Self, Failure> {
        let trust = enrol::trust_root(folder, seams, &record)?;
        let now = seams.clock.now();
        let signing = Arc::new(keys::signing_key(folder, seams, Secret::JournalSigning)?);
        let found = ActivationRecord::take_up(folder, &*seams.files, state, alarms)?;
        let open = found.as_ref().is_some_and(ActivationRecord::is_open);
        let recipient = open.then(|| opening_recipient(folder, seams, alarms)).flatten();
        let (lives, group) = journal::open(
            journal::Setup { folder, state, config, seams, trust: &trust, signing: &signing },
            record,
            recipient,
            alarms,
        )?;
        let group = Arc::new(group);
        let site = SiteFacts {
            facility: config.node.facility,
            municipality: Some(config.node.municipality.number()),
        };
        let NodeRecord { region, node, incarnation, .. } = record;
        let origin = Origin { region, node, incarnation };
        let desk = Desk::new(DeskSetup {
            trust: trust.clone(),
            evidence: Arc::new(JournalEvidence::new(group.clone())),
            slips: SlipSigner { origin, signing: signing.clone() },
            pins: Arc::new(StatePins::new(state.clone())),
            clock: seams.clock.clone(),
            entropy: seams.entropy.clone(),
        });
        let duty = Self {
            seams: seams.clone(),
            folder: folder.clone(),
            state: state.clone(),
            lives,
            trust,
            site,
            signing,
            journal: group,
            desk,
            activation: Mutex::new(Activation::sealed()),
            changing: Mutex::new(()),
            opening: AtomicBool::new(false),
            closing: Mutex::new(()),
            behind: Mutex::default(),
            leaving: Mutex::new(()),
        };
        let program = Text::new(env!("CARGO_PKG_VERSION")).map_err(|_| damaged("version"))?;
        let snapshot = state.get(&key::active(duty.record().region))?.map(|active| active.id);
        duty.note(&Event::Started { program, snapshot }, now)?;
        alarms.extend(duty.take_up_revocations().err());
        duty.resume(found, alarms)?;
        Ok(duty)
    }

    /// The desk, where look-ups happen.
    #[must_use]
    pub const fn desk(&self) -> &Desk {
        &self.desk
    }

    /// The journal.
    #[must_use]
    pub fn journal(&self) -> &Group {
        &self.journal
    }

    /// How many entries are durable.
    ///
    /// # Errors
    /// When the writer does not answer.
    pub fn committed(&self) -> Result<u64, Failure> {
        let silent = |class| Failure::new(class, "journal-silent");
        let note = self.journal.checkpoint().wait().map_err(|error| silent(error.class()))?;
        let signed = SignedCheckpoint::parse(&note);
        let own = signed.and_then(|note| note.verify(self.origin(), &self.signing.public()));
        own.map(|checkpoint| checkpoint.size).map_err(|error| silent(error.class()))
    }

    /// Whose journal is being written.
    #[must_use]
    pub fn origin(&self) -> Origin {
        let NodeRecord { region, node, incarnation, .. } = self.record();
        Origin { region, node, incarnation }
    }

    /// The pinned trust root.
    #[must_use]
    pub const fn trust(&self) -> &TrustRoot {
        &self.trust
    }

    /// Who this node is, in the life whose journal is being written.
    #[must_use]
    pub fn record(&self) -> NodeRecord {
        self.lives.record()
    }

    /// What is wrong with the journal: lives that were left since the start, and that nothing can be written now.
    #[must_use]
    pub fn journal_alarms(&self) -> Vec<Failure> {
        let mut alarms = self.lives.alarms();
        let failing = self.journal.failing();
        alarms.extend(failing.map(|class| Failure::new(class, "journal-not-written")));
        alarms
    }

    /// Leaves the journal of `origin` as it is and goes on in the next life, unless that was done already.
    ///
    /// # Errors
    /// When the next life cannot be begun. Then nothing is written until it can be.
    pub fn leave_life(&self, origin: Origin, cause: &str) -> Result<(), Failure> {
        let _one_at_a_time = self.leaving.lock().unwrap_or_else(PoisonError::into_inner);
        if self.origin() != origin {
            return Ok(());
        }
        let cause = Word::new(cause).unwrap_or_else(|_| Word::other());
        let begun = self.journal.next_life(cause, self.now(), ClockQuality::Unknown).wait();
        begun.map(drop).map_err(|error| Failure::new(error.class(), "journal-not-opened"))
    }

    /// Sealed, open or closing, and until when, as the orders that are here say. Never waits for an opening.
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
        let ticket = self.journal.append(event.clone(), now, ClockQuality::Unknown);
        ticket.wait().map(drop).map_err(|error| Failure::new(error.class(), "journal-not-written"))
    }

    /// Goes by the newest revocation list from now on.
    ///
    /// # Errors
    /// Disk and state; the list before goes on counting then.
    pub fn take_up_revocations(&self) -> Result<(), Failure> {
        let Self { folder, state, trust, .. } = self;
        let held = Shelf { folder, files: &*self.seams.files, state, trust }.held()?;
        if let Some(list) = held.list {
            self.desk.set_revocations(list);
        }
        Ok(())
    }

    /// Ends duty in good order: what is buffered is durable and the last checkpoint is written.
    pub fn end(&self) {
        let closed = self.journal.stop().map(tomoshibi_sync::journal::Writer::close);
        if let Some(Err(error)) = closed {
            tracing::error!(class = %error.class(), "the journal was not closed in order");
        }
    }

    fn now(&self) -> Timestamp {
        self.seams.clock.now()
    }

    /// Taken before anything is decided that changes the activation.
    fn change(&self) -> MutexGuard<'_, ()> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    // A panic elsewhere while the lock was held leaves a whole state behind: it is replaced, never changed in place.
    fn lock(&self) -> MutexGuard<'_, Activation> {
        self.activation.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who reads the journal beside the centre while the node is open. An identity that is lost or damaged is an alarm and
/// takes nobody's care away: the centre still reads.
fn opening_recipient(folder: &Folder, seams: &Seams, alarms: &mut Vec<Failure>) -> Option<String> {
    let identity = keys::identity(folder, seams, Secret::OpeningIdentity);
    let recipient = identity.map(|identity| identity.to_recipient().to_string());
    recipient.map_err(|failure| alarms.push(failure)).ok()
}

fn damaged(what: &str) -> Failure {
    Failure::new(ErrorClass::Corrupt, "key-damaged").with("name", what)
}
