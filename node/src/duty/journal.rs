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
/// evidence and the next incarnation begins: a node must not refuse care over its own past, nor write over it. A full
/// disk is neither: the reserve is given back piece by piece until the journal can be opened.
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
    let mut room = Room::of(&setup);
    let not_opened = |error: &OpenError| Failure::new(error.class(), "journal-not-opened");
    let next_life = |room: &mut Room, cause: Word| {
        room.make(OpenError::wants_room, || {
            let setup = writer_setup(record.incarnation);
            Writer::open_next_incarnation(setup, cause.clone(), now, quality)
        })
        .map_err(|error| not_opened(&error))
    };
    let same_life = |room: &mut Room| {
        room.make(OpenError::is_full_disk, || {
            let writer = Writer::open(writer_setup(record.incarnation), now, quality)?;
            begin(writer, &record, now)
        })
    };
    let parted = setup.state.get(&key::parted(record.incarnation))?;
    let writer = match parted {
        // The centre does not take this journal as a continuation of what it holds.
        Some(parted) => next_life(&mut room, word(parted.how.word()))?,
        None => match same_life(&mut room) {
            Ok(writer) => writer,
            // The journal is whole and waits for room: no new life would find any.
            Err(error) if error.is_full_disk() => return Err(not_opened(&error)),
            Err(error) => {
                let class = error.class();
                let damaged = Failure::new(class, "journal-damaged");
                alarms.push(damaged.with("cause", error.to_string()));
                next_life(&mut room, cause_word(&error))?
            }
        },
    };
    let incarnation: Incarnation = writer.origin().incarnation;
    if incarnation != record.incarnation {
        record.incarnation = incarnation;
        setup.state.apply(Change::default().put(&key::node(), &record))?;
    }
    let released = room.told();
    room.fill(alarms);
    let lives = Arc::new(Lives {
        state: setup.state.clone(),
        record: Mutex::new(record),
        alarms: Mutex::default(),
    });
    let hears = lives.clone();
    let group = Group::start(
        writer,
        Some(room.reserve),
        Box::new(move |origin, cause| hears.hear(origin, cause)),
    );
    if let Some(event) = released {
        let noted = group.append(event, now, quality).wait();
        noted.map_err(|error| Failure::new(error.class(), "journal-not-written"))?;
    }
    Ok((lives, group))
}

/// The reserve, while the journal is being opened.
struct Room {
    reserve: Reserve,
    wanted_bytes: u64,
    released_bytes: u64,
}

impl Room {
    fn of(setup: &Setup<'_>) -> Self {
        let (files, dir) = (setup.seams.files.clone(), setup.folder.journal_dir());
        let wanted_bytes = setup.config.journal.reserve_bytes;
        let reserve = Reserve::new(files, &dir, wanted_bytes);
        Self { reserve, wanted_bytes, released_bytes: 0 }
    }

    /// Fills the reserve, unless some was just given back: that is not to be taken before anything is written there.
    fn fill(&self, alarms: &mut Vec<Failure>) {
        if self.released_bytes > 0 {
            return;
        }
        if let Err(error) = self.reserve.ensure() {
            let missing = Failure::new(error.class(), "journal-reserve");
            alarms.push(missing.with("bytes", self.wanted_bytes));
        }
    }

    /// Does what needs room, and again with a piece of the reserve given back, as long as room is missing and a piece
    /// is left.
    fn make<T>(
        &mut self,
        is_missing: impl Fn(&OpenError) -> bool,
        mut work: impl FnMut() -> Result<T, OpenError>,
    ) -> Result<T, OpenError> {
        loop {
            match work() {
                Err(error) if is_missing(&error) => match self.reserve.release()? {
                    0 => return Err(error),
                    released => self.released_bytes = self.released_bytes.saturating_add(released),
                },
                done => return done,
            }
        }
    }

    /// The entry that tells what was given back.
    fn told(&self) -> Option<Event> {
        let released_bytes = self.released_bytes;
        let left_bytes = self.reserve.state().map_or(0, |state| state.held_bytes);
        (released_bytes > 0).then_some(Event::ReserveReleased { released_bytes, left_bytes })
    }
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
fn begin(mut writer: Writer, record: &NodeRecord, now: Timestamp) -> Result<Writer, OpenError> {
    if writer.opened_with() == 0 {
        writer.append(&enrol::event(record), now, ClockQuality::Unknown)?;
        writer.commit()?;
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
