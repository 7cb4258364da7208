//! Handing the journal over, every life of it, oldest first.
//!
//! Nothing is sent that is not durable here: an entry that the centre holds and a power cut takes from the node would
//! make the node its own clone. What the centre acknowledges is kept beside the journal's files, which is where the
//! next opening of the journal looks for entries that are gone, and in the state for the status.

use std::sync::Arc;

use tomoshibi_policies::ErrorClass;
use tomoshibi_sync::id::Incarnation;
use tomoshibi_sync::journal::{Origin, Reader, incarnation_dir};
use tomoshibi_sync::net::Centre;
use tomoshibi_sync::reconcile::{
    Acknowledged, Ended, JournalEvidence, Message, Sender, SenderEvent,
};
use tomoshibi_sync::signed::SigningKey;
use tomoshibi_sync::trust::{Role, TrustRoot};
use tomoshibi_sync::wire::{Request, Response};

use super::JournalReport;
use super::error::UNREADABLE;
use super::session::{Session, unexpected};
use crate::disk::DiskError;
use crate::failure::Failure;
use crate::folder::Secret;
use crate::keys;
use crate::node::Node;
use crate::state::{self, Change, Parted, Parting, key};

/// A message that changed nothing is repeated this often. On one connection nothing is lost, so a centre that keeps
/// answering another question has a fault.
const REPEATS_MAX: u32 = 3;

/// One life's journal, on its way.
struct Life {
    origin: Origin,
    size: u64,
    kept: Acknowledged,
    acknowledged: u64,
    sender: Sender,
    evidence: JournalEvidence,
}

impl Session<'_> {
    pub(super) fn hand_over_journal(&mut self, centre: &Centre) -> Result<JournalReport, Failure> {
        let lives = lives(self.node)?;
        let signing = keys::signing_key(
            self.node.store().folder(),
            self.node.seams(),
            Secret::JournalSigning,
        )?;
        let signing = Arc::new(signing);
        let (mut report, mut failed) = (JournalReport::default(), None);
        for incarnation in &lives {
            // A life that cannot be read or has parted from the centre's does not keep the others back.
            match self.hand_over_life(centre, *incarnation, &signing) {
                Ok(life) => report = life,
                Err(why) => failed = failed.or(Some(why)),
            }
        }
        failed.map_or(Ok(report), Err)
    }

    fn hand_over_life(
        &mut self,
        centre: &Centre,
        incarnation: Incarnation,
        signing: &Arc<SigningKey>,
    ) -> Result<JournalReport, Failure> {
        let handed_over = self.try_hand_over(centre, incarnation, signing);
        if let Err(why) = &handed_over {
            self.leave_if_ended(incarnation, why)?;
        }
        handed_over
    }

    /// A journal that the centre does not take, or that cannot be read, is not written on: the node goes on in the next
    /// life. Of a life that was left already there is nothing to leave.
    fn leave_if_ended(&self, incarnation: Incarnation, why: &Failure) -> Result<(), Failure> {
        let parted = self.node.store().state().get(&key::parted(incarnation))?;
        let cause = match parted {
            // Whatever this node signs is refused, by a fault of one of the programs: the next life's would be too.
            Some(Parted { how: Parting::Refused, .. }) => return Ok(()),
            Some(parted) => parted.how.word(),
            None if why.code == UNREADABLE && why.class == ErrorClass::Corrupt => "journal-damaged",
            None => return Ok(()),
        };
        let Some(duty) = self.node.begun_duty() else { return Ok(()) };
        let origin = duty.origin();
        if origin.incarnation == incarnation { duty.leave_life(origin, cause) } else { Ok(()) }
    }

    fn try_hand_over(
        &mut self,
        centre: &Centre,
        incarnation: Incarnation,
        signing: &Arc<SigningKey>,
    ) -> Result<JournalReport, Failure> {
        let mut life = self.open_life(incarnation, signing)?;
        let state = self.node.store().state();
        if let Some(parted) = state.get(&key::parted(incarnation))?
            && parted.size == life.size
        {
            // All of it lies at the centre as evidence. Only the newest life still needs somebody to act.
            let written = self.node.begun_duty().map(|duty| duty.record().incarnation);
            let newest = written.or(lives(self.node)?.last().copied());
            let report = JournalReport { size: life.size, acknowledged: life.acknowledged };
            return if newest == Some(incarnation) {
                Err(parted_failure(&parted))
            } else {
                Ok(report)
            };
        }
        let ended = self.exchange(centre, &mut life)?;
        self.conclude_life(&life, ended)
    }

    fn open_life(
        &self,
        incarnation: Incarnation,
        signing: &Arc<SigningKey>,
    ) -> Result<Life, Failure> {
        let record = self.record()?;
        let origin = Origin { region: record.region, node: record.node, incarnation };
        let files = self.node.seams().files.clone();
        let dir = self.node.store().folder().journal_dir();
        let centre_keys = self.trust()?.keys(Role::Centre).to_vec();
        let public = signing.public();
        let size = durable_size(self.node, origin)?;
        let kept = Acknowledged::new(files.clone(), &dir, origin, public, centre_keys.clone());
        // A damaged note is as good as none: the centre says again how far it has got.
        let acknowledged = kept.load().ok().flatten().map_or(0, |(known, _)| known.size);
        let evidence = JournalEvidence::open(files, dir, origin, signing.clone(), size)?;
        let sender = Sender::new(origin, public, centre_keys, acknowledged);
        Ok(Life { origin, size, kept, acknowledged, sender, evidence })
    }

    fn exchange(&mut self, centre: &Centre, life: &mut Life) -> Result<Ended, Failure> {
        let (mut before, mut repeats) = (Vec::new(), 0);
        loop {
            let Some(message) = life.sender.poll(&mut life.evidence)? else {
                return Ok(Ended::UpToDate);
            };
            let message = message.to_bytes().map_err(|error| form(&error.to_string()))?;
            repeats = if message == before { repeats + 1 } else { 0 };
            if repeats > REPEATS_MAX {
                return Err(form("the answers do not fit the questions"));
            }
            let answer =
                match self.call(centre, &Request::Reconcile { message: message.clone() })? {
                    Response::Reconciled { message } => message,
                    other => return Err(unexpected(&other)),
                };
            before = message;
            let answer = Message::from_bytes(&answer).map_err(|error| form(&error.to_string()))?;
            for event in life.sender.handle(&answer, &mut life.evidence)? {
                match event {
                    SenderEvent::Acknowledged { size, note } => {
                        self.acknowledge(life, size, &note)?;
                    }
                    SenderEvent::Ended(ended) => return Ok(ended),
                }
            }
        }
    }

    fn acknowledge(&self, life: &mut Life, size: u64, note: &str) -> Result<(), Failure> {
        life.kept.store(note)?;
        life.acknowledged = size;
        let Some((_, at)) = life.kept.load()? else { return Ok(()) };
        self.node.raise_floor(at);
        let (incarnation, checkpoint) = (life.origin.incarnation, note.as_bytes().to_vec());
        let value = state::Acknowledged { incarnation, size, at, checkpoint };
        let state = self.node.store().state();
        Ok(state.apply(Change::default().put(&key::acknowledged(), &value))?)
    }

    fn conclude_life(&self, life: &Life, ended: Ended) -> Result<JournalReport, Failure> {
        let how = match ended {
            Ended::UpToDate => {
                let (size, acknowledged) = (life.size, life.acknowledged);
                return Ok(JournalReport { size, acknowledged });
            }
            Ended::Behind { .. } => Parting::Behind,
            Ended::Forked => Parting::Forked,
            Ended::Gap { .. } => Parting::Gap,
            Ended::Refused { .. } => Parting::Refused,
        };
        let parted = Parted { how, size: life.size, at: self.node.seams().clock.now() };
        let key = key::parted(life.origin.incarnation);
        self.node.store().state().apply(Change::default().put(&key, &parted))?;
        Err(parted_failure(&parted))
    }
}

/// A journal that the centre does not take, as an alarm.
pub(crate) fn parted_failure(parted: &Parted) -> Failure {
    let class = match parted.how {
        Parting::Behind | Parting::Forked => ErrorClass::Conflict,
        Parting::Gap => ErrorClass::Corrupt,
        Parting::Refused => ErrorClass::Internal,
    };
    Failure::new(class, parted.how.word())
        .with("at", parted.at.to_string())
        .with("size", parted.size)
}

fn form(what: &str) -> Failure {
    Failure::new(ErrorClass::Invalid, "journal-answer").with("what", what)
}

/// The lives that have a journal here, oldest first. A folder without files is what a failed beginning left.
pub(crate) fn lives(node: &Node) -> Result<Vec<Incarnation>, Failure> {
    let dir = node.store().folder().journal_dir();
    let files = &*node.seams().files;
    let entries = files.list(&dir).map_err(DiskError::at("list", &dir))?;
    let named = entries.iter().filter(|e| e.is_dir && e.name.len() == 8);
    let mut lives = Vec::new();
    for incarnation in named.filter_map(|e| e.name.parse().ok()).map(Incarnation) {
        let held = files.list(&incarnation_dir(&dir, incarnation));
        let held = held.map_err(DiskError::at("list", &dir))?;
        if held.iter().any(|entry| entry.name.ends_with(".tmj")) {
            lives.push(incarnation);
        }
    }
    lives.sort_unstable();
    Ok(lives)
}

/// How many entries of the lives before this one's the centre does not hold, as far as this node knows.
pub(crate) fn unacknowledged_before(
    node: &Node,
    origin: Origin,
    trust: &TrustRoot,
) -> Result<u64, Failure> {
    let folder = node.store().folder();
    let public = keys::signing_key(folder, node.seams(), Secret::JournalSigning)?.public();
    let (files, centre) = (&node.seams().files, trust.keys(Role::Centre));
    let mut missing = 0_u64;
    for incarnation in lives(node)?.into_iter().filter(|life| *life < origin.incarnation) {
        let origin = Origin { incarnation, ..origin };
        let size = size_on_disk(node, origin)?;
        let parted = node.store().state().get(&key::parted(incarnation))?;
        let dir = folder.journal_dir();
        let kept = Acknowledged::new(files.clone(), &dir, origin, public, centre.to_vec());
        let known = kept.load().ok().flatten().map_or(0, |(known, _)| known.size);
        // What has parted lies there as evidence.
        let held = known.max(parted.map_or(0, |parted| parted.size));
        missing = missing.saturating_add(size.saturating_sub(held));
    }
    Ok(missing)
}

/// How many entries of a life are durable: the writer's word where one writes, else what the files hold.
fn durable_size(node: &Node, origin: Origin) -> Result<u64, Failure> {
    match node.begun_duty() {
        Some(duty) if duty.origin() == origin => duty.committed(),
        _ => size_on_disk(node, origin),
    }
}

/// How many entries the files of a life hold. Reads the last of them.
pub(crate) fn size_on_disk(node: &Node, origin: Origin) -> Result<u64, Failure> {
    let dir = node.store().folder().journal_dir();
    let files = &*node.seams().files;
    let mut reader = Reader::open(files, &dir, origin.node, origin.incarnation)?;
    reader.seek(reader.numbers().len().saturating_sub(1));
    reader.next_file()?;
    Ok(reader.head().tree.size())
}
