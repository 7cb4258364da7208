//! Opening the journal when duty begins, the lives it goes through, and the journal as the desk sees it.
//!
//! A journal that fails or that the centre does not take is left as it is, and the node goes on in the next life without
//! a restart: while open, a restart would cost the code. The state learns of it after the files do; a process that is
//! killed in between takes up the life before, or the one after.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::time::Timestamp;
use tomoshibi_sync::id::Incarnation;
use tomoshibi_sync::journal::{
    ClockQuality, Durable, Event, Group, Limits, OpenError, Origin, Reserve, Word, Writer,
    WriterSetup,
};
use tomoshibi_sync::signed::SigningKey;
use tomoshibi_sync::trust::TrustRoot;

use crate::config::Config;
use crate::desk::{Evidence, EvidenceError, Recorded};
use crate::enrol;
use crate::failure::Failure;
use crate::folder::Folder;
use crate::node::Seams;
use crate::state::{Change, NodeRecord, State, key};

/// What opening the journal needs.
pub(super) struct Setup<'a> {
    pub(super) folder: &'a Folder,
    pub(super) state: &'a State,
    pub(super) config: &'a Config,
    pub(super) seams: &'a Seams,
    pub(super) trust: &'a TrustRoot,
    pub(super) signing: &'a Arc<SigningKey>,
}

/// Opens the journal of the node's incarnation. When it is damaged or behind what was acknowledged, its files stay as
/// evidence and the next incarnation begins: a node must not refuse care over its own past, nor write over it.
pub(super) fn open(
    setup: Setup<'_>,
    mut record: NodeRecord,
    opening_recipient: Option<String>,
    alarms: &mut Vec<Failure>,
) -> Result<(Arc<Lives>, Group), Failure> {
    let now = setup.seams.clock.now();
    // Sealed, the centre alone: the opening identity lies on this disk, and whoever takes the disk would read along.
    let mut recipients = vec![setup.trust.centre_recipient.clone()];
    recipients.extend(opening_recipient);
    let writer_setup = |incarnation| WriterSetup {
        files: setup.seams.files.clone(),
        entropy: setup.seams.entropy.clone(),
        dir: setup.folder.journal_dir(),
        origin: Origin { region: record.region, node: record.node, incarnation },
        signing: setup.signing.clone(),
        recipients: recipients.clone(),
        limits: Limits::default(),
    };
    let quality = ClockQuality::Unknown;
    let next_life = |cause| {
        Writer::open_next_incarnation(writer_setup(record.incarnation), cause, now, quality)
            .map_err(|error| Failure::new(error.class(), "journal-not-opened"))
    };
    let parted = setup.state.get(&key::parted(record.incarnation))?;
    let writer = match parted {
        // The centre does not take this journal as a continuation of what it holds.
        Some(parted) => next_life(word(parted.how.word()))?,
        None => match Writer::open(writer_setup(record.incarnation), now, quality) {
            Ok(writer) => begin(writer, &record, now)?,
            Err(error) => {
                let class = error.class();
                let damaged = Failure::new(class, "journal-damaged");
                alarms.push(damaged.with("cause", error.to_string()));
                next_life(cause_word(&error))?
            }
        },
    };
    let incarnation: Incarnation = writer.origin().incarnation;
    if incarnation != record.incarnation {
        record.incarnation = incarnation;
        setup.state.apply(Change::default().put(&key::node(), &record))?;
    }
    let reserve_bytes = setup.config.journal.reserve_bytes;
    let reserve =
        Reserve::new(setup.seams.files.clone(), &setup.folder.journal_dir(), reserve_bytes);
    if let Err(error) = reserve.ensure() {
        alarms.push(Failure::new(error.class(), "journal-reserve").with("bytes", reserve_bytes));
    }
    let lives = Arc::new(Lives {
        state: setup.state.clone(),
        record: Mutex::new(record),
        alarms: Mutex::default(),
    });
    let hears = lives.clone();
    let group = Group::start(
        writer,
        Some(reserve),
        Box::new(move |origin, cause| hears.hear(origin, cause)),
    );
    Ok((lives, group))
}

/// Which life of the node's journal is being written.
pub(super) struct Lives {
    state: State,
    record: Mutex<NodeRecord>,
    alarms: Mutex<Vec<Failure>>,
}

impl Lives {
    /// Who the node is, in its present life.
    pub(super) fn record(&self) -> NodeRecord {
        *self.record_mut()
    }

    /// Why lives were left since the process began.
    pub(super) fn alarms(&self) -> Vec<Failure> {
        self.alarms.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn record_mut(&self) -> MutexGuard<'_, NodeRecord> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hear(&self, origin: Origin, cause: &Word) {
        let record = NodeRecord { incarnation: origin.incarnation, ..self.record() };
        *self.record_mut() = record;
        let alarm =
            Failure::new(ErrorClass::Corrupt, "journal-damaged").with("cause", cause.as_str());
        self.alarms.lock().unwrap_or_else(PoisonError::into_inner).push(alarm);
        if let Err(error) = self.state.apply(Change::default().put(&key::node(), &record)) {
            // The next start takes up the life before and finds again what ended it.
            tracing::error!(class = %error.class(), "the state does not hold the journal's new life");
        }
    }
}

/// The first entry of a node's journal says that it was enrolled.
fn begin(mut writer: Writer, record: &NodeRecord, now: Timestamp) -> Result<Writer, Failure> {
    if writer.opened_with() == 0 {
        let written = writer.append(&enrol::event(record), now, ClockQuality::Unknown);
        let written = written.and_then(|_| writer.commit());
        written.map_err(|error| Failure::new(error.class(), "journal-not-written"))?;
    }
    Ok(writer)
}

fn word(text: &str) -> Word {
    Word::new(text).unwrap_or_else(|_| Word::other())
}

fn cause_word(error: &OpenError) -> Word {
    word(match error {
        OpenError::Behind { .. } => "journal-behind",
        OpenError::Root { .. } => "journal-forked",
        _ => "journal-damaged",
    })
}

/// The journal as the desk sees it.
pub(super) struct JournalEvidence(Arc<Group>);

impl JournalEvidence {
    pub(super) const fn new(group: Arc<Group>) -> Self {
        Self(group)
    }
}

impl Evidence for JournalEvidence {
    fn record(
        &self,
        event: &Event,
        now: Timestamp,
        quality: ClockQuality,
    ) -> Result<Recorded, EvidenceError> {
        let durable = self.0.append(event.clone(), now, quality).wait();
        let recorded = durable.map(|Durable { incarnation, sequence, leaf, .. }| Recorded {
            incarnation,
            sequence,
            leaf,
        });
        recorded.map_err(|error| EvidenceError { class: error.class() })
    }
}
