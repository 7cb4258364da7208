//! Opening the journal when duty begins, and the journal as the desk sees it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tomoshibi_policies::time::Timestamp;
use tomoshibi_sync::id::Incarnation;
use tomoshibi_sync::journal::{
    ClockQuality, Event, Group, GroupError, Limits, OpenError, Origin, Reserve, Word, Writer,
    WriterSetup,
};
use tomoshibi_sync::signed::SigningKey;
use tomoshibi_sync::trust::TrustRoot;

use crate::config::Config;
use crate::desk::{Evidence, EvidenceError};
use crate::failure::Failure;
use crate::folder::Folder;
use crate::line::LiveJournal;
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
) -> Result<(NodeRecord, Group), Failure> {
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
    let writer = match Writer::open(writer_setup(record.incarnation), now, quality) {
        Ok(writer) => writer,
        Err(error) => {
            let class = error.class();
            alarms.push(Failure::new(class, "journal-damaged").with("cause", error.to_string()));
            let cause = cause_word(&error);
            let next = writer_setup(record.incarnation);
            Writer::open_next_incarnation(next, cause, now, quality)
                .map_err(|error| Failure::new(error.class(), "journal-not-opened"))?
        }
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
    Ok((record, Group::start(writer, Some(reserve))))
}

fn cause_word(error: &OpenError) -> Word {
    let word = match error {
        OpenError::Behind { .. } => "journal-behind",
        OpenError::Root { .. } => "journal-forked",
        _ => "journal-damaged",
    };
    Word::new(word).unwrap_or_else(|_| Word::other())
}

/// The journal as the desk and the line see it. Every entry of this process goes through here, so that the count of
/// durable entries is known without asking the disk.
pub(super) struct JournalEvidence {
    group: Group,
    incarnation: Incarnation,
    size: AtomicU64,
}

impl JournalEvidence {
    pub(super) const fn new(group: Group, incarnation: Incarnation) -> Self {
        Self { group, incarnation, size: AtomicU64::new(0) }
    }

    /// Seals bodies to other people from here on; returns how many entries are durable.
    pub(super) fn set_recipients(
        &self,
        recipients: Vec<String>,
        now: Timestamp,
    ) -> Result<u64, Failure> {
        let changed = self.group.set_recipients(recipients, now).wait();
        changed.map(|committed| committed.size).map_err(|error| not_written(&error))
    }

    /// Signs what is durable.
    pub(super) fn checkpoint(&self) -> Result<(), Failure> {
        self.group.checkpoint().wait().map(drop).map_err(|error| not_written(&error))
    }

    /// Commits, writes the last checkpoint and ends the writer.
    pub(super) fn end(&self) {
        if let Some(Err(error)) = self.group.stop().map(Writer::close) {
            tracing::error!(class = %error.class(), "the journal was not closed in order");
        }
    }
}

fn not_written(error: &GroupError) -> Failure {
    Failure::new(error.class(), "journal-not-written")
}

impl Evidence for JournalEvidence {
    fn record(
        &self,
        event: &Event,
        now: Timestamp,
        quality: ClockQuality,
    ) -> Result<(), EvidenceError> {
        let durable = self.group.append(event.clone(), now, quality).wait();
        let durable = durable.map_err(|error| EvidenceError { class: error.class() })?;
        self.size.fetch_max(durable.committed.size, Ordering::AcqRel);
        Ok(())
    }
}

impl LiveJournal for JournalEvidence {
    fn committed(&self) -> Result<(Incarnation, u64), EvidenceError> {
        Ok((self.incarnation, self.size.load(Ordering::Acquire)))
    }
}
