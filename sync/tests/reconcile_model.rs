//! Random schedules of everything that can happen between a node and its centre: messages lost, repeated and
//! reordered, either side restarted, either side put back to an older copy. Then the line heals, and the ledger is the
//! journal: nothing lost, nothing doubled, every other history kept beside it.

#![cfg(feature = "central")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[path = "support/journal.rs"]
mod support;
#[path = "support/ledger.rs"]
mod support_ledger;
#[path = "support/reconcile.rs"]
mod two_sides;

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use support::{at, dir, disclosed, node_public, setup, word};
use support_ledger::MemoryLedger;
use tomoshibi_sync::central::ledger::Ledger;
use tomoshibi_sync::journal::{
    ClockQuality, Reader, SignedCheckpoint, TreeHash, Writer, newest_incarnation,
};
use tomoshibi_sync::reconcile::{Acknowledged, Ended, EntryVerdict, Message, Sender, SenderEvent};
use tomoshibi_sync::seam::{CrashPlan, Kept, MemoryFiles};
use two_sides::{
    SmallBatches, answer, centre_public, ended, evidence, journal_of, origin_of, run, sender,
};

const GOOD: ClockQuality = ClockQuality::Synchronised;

#[derive(Debug, Clone, Copy)]
enum Step {
    Append,
    /// The node sends what it has to send, again if need be.
    Send,
    /// The centre takes one of the messages under way; `keep` leaves it under way too.
    ToCentre {
        which: u8,
        keep: bool,
    },
    ToNode {
        which: u8,
        keep: bool,
    },
    Lose {
        which: u8,
    },
    RestartNode,
    BackUpCentre,
    RestoreCentre,
    CopyNode,
    RestoreNode,
}

struct World {
    files: MemoryFiles,
    writer: Option<Writer>,
    sender: Option<Sender>,
    ledger: MemoryLedger,
    backup: Option<MemoryLedger>,
    copy: Option<MemoryFiles>,
    to_centre: Vec<Message>,
    to_node: Vec<Message>,
    appended: u8,
    /// Cosigned notes the node was ever given: (incarnation, size).
    acknowledged: Vec<(u32, u64)>,
}

/// The disk as a copy tool sees it: everything, synced or not.
fn disk_copy(files: &MemoryFiles) -> MemoryFiles {
    files.crash_image(CrashPlan { tail: &mut Kept::Prefix, names_survive: true })
}

impl World {
    fn new() -> Self {
        let files = MemoryFiles::new();
        let mut world = Self {
            files,
            writer: None,
            sender: None,
            ledger: MemoryLedger::default(),
            backup: None,
            copy: None,
            to_centre: Vec::new(),
            to_node: Vec::new(),
            appended: 0,
            acknowledged: Vec::new(),
        };
        world.start_node();
        world
    }

    /// Opens the newest incarnation; when the disk is older than an acknowledgement on it, the next.
    fn start_node(&mut self) {
        self.sender = None;
        let mut setup = setup(Arc::new(self.files.clone()));
        if let Some(newest) = newest_incarnation(&self.files, &dir()).unwrap() {
            setup.origin.incarnation = newest;
        }
        self.writer = Some(Writer::open(setup, at(0), GOOD).unwrap());
    }

    fn incarnation(&self) -> u32 {
        self.writer.as_ref().unwrap().origin().incarnation.0
    }

    fn evidence(&self) -> SmallBatches {
        let committed = self.writer.as_ref().unwrap().committed().size;
        SmallBatches(evidence(&self.files, self.incarnation(), committed))
    }

    fn append(&mut self) {
        // Never the same event twice, on whatever copy of the disk.
        self.appended = self.appended.wrapping_add(1);
        let writer = self.writer.as_mut().unwrap();
        writer.append(&disclosed(self.appended), at(i64::from(self.appended)), GOOD).unwrap();
        writer.commit().unwrap();
    }

    fn send(&mut self) {
        let incarnation = self.incarnation();
        let sender = self.sender.get_or_insert_with(|| sender(incarnation));
        let committed = self.writer.as_ref().unwrap().committed().size;
        let mut evidence = SmallBatches(evidence(&self.files, incarnation, committed));
        match sender.poll(&mut evidence).unwrap() {
            Some(message) => self.to_centre.push(message),
            None => self.sender = None,
        }
    }

    fn handle(&mut self, message: &Message) {
        let mut evidence = self.evidence();
        let Some(sender) = self.sender.as_mut() else { return };
        // A stale acknowledgement of another history is refused, and that is an answer too.
        let Ok(events) = sender.handle(message, &mut evidence) else { return };
        self.act(&events);
    }

    fn act(&mut self, events: &[SenderEvent]) {
        let incarnation = self.incarnation();
        for event in events {
            match event {
                SenderEvent::Acknowledged { note, size } => {
                    let files = Arc::new(self.files.clone());
                    let (origin, centre) = (origin_of(incarnation), vec![centre_public()]);
                    let kept = Acknowledged::new(files, &dir(), origin, node_public(), centre);
                    kept.store(note).unwrap();
                    self.acknowledged.push((incarnation, *size));
                }
                SenderEvent::Ended(Ended::UpToDate) => self.sender = None,
                SenderEvent::Ended(Ended::Refused { reason }) => panic!("{reason:?}"),
                SenderEvent::Ended(_) => self.next_incarnation(),
            }
        }
    }

    fn next_incarnation(&mut self) {
        let setup = self.writer.take().unwrap().into_setup();
        let next = Writer::open_next_incarnation(setup, word("branch"), at(0), GOOD).unwrap();
        self.writer = Some(next);
        self.sender = None;
    }

    fn step(&mut self, step: Step) {
        let pick = |messages: &mut Vec<Message>, which: u8, keep: bool| {
            let index = usize::from(which) % messages.len().max(1);
            let message = messages.get(index).cloned();
            if !keep && index < messages.len() {
                messages.remove(index);
            }
            message
        };
        match step {
            Step::Append => self.append(),
            Step::Send => self.send(),
            Step::ToCentre { which, keep } => {
                if let Some(message) = pick(&mut self.to_centre, which, keep) {
                    self.to_node.push(answer(&self.ledger, &message));
                }
            }
            Step::ToNode { which, keep } => {
                if let Some(message) = pick(&mut self.to_node, which, keep) {
                    self.handle(&message);
                }
            }
            Step::Lose { which } => {
                pick(&mut self.to_centre, which, false);
                pick(&mut self.to_node, which, false);
            }
            Step::RestartNode => self.start_node(),
            Step::BackUpCentre => self.backup = Some(self.ledger.backup()),
            Step::RestoreCentre => {
                if let Some(backup) = &self.backup {
                    self.ledger = backup.backup();
                }
            }
            Step::CopyNode => self.copy = Some(disk_copy(&self.files)),
            Step::RestoreNode => {
                if let Some(copy) = &self.copy {
                    self.files = disk_copy(copy);
                    self.start_node();
                }
            }
        }
    }

    /// The line is good again: every incarnation on the disk is reconciled until the newest is up to date.
    fn heal(&mut self) {
        for older in 1..self.incarnation() {
            let size = leaves(&self.files, older).len() as u64;
            let mut evidence = SmallBatches(evidence(&self.files, older, size));
            assert!(ended(&run(&self.ledger, &mut evidence, sender(older))).is_some());
        }
        for _ in 0..20 {
            let mut evidence = self.evidence();
            let events = run(&self.ledger, &mut evidence, sender(self.incarnation()));
            self.act(&events);
            if ended(&events) == Some(Ended::UpToDate) {
                return;
            }
        }
        panic!("it never ended");
    }

    fn check(&self) {
        let newest = self.incarnation();
        let mine = leaves(&self.files, newest);
        assert_eq!(held(&self.ledger, newest), mine, "the ledger is the journal");
        for incarnation in 1..=newest {
            self.check_journal(incarnation);
            let here: BTreeSet<_> = leaves(&self.files, incarnation).into_iter().collect();
            let beside = self.ledger.branches(journal_of(incarnation)).unwrap();
            let mut there: BTreeSet<_> = held(&self.ledger, incarnation).into_iter().collect();
            there.extend(beside.iter().map(|entry| entry.entry.leaf()));
            assert!(there.is_superset(&here), "an entry of incarnation {incarnation} is lost");
        }
    }

    /// What the ledger holds of one journal is one chain, under a checkpoint that both have signed.
    fn check_journal(&self, incarnation: u32) {
        let entries = self.ledger.entries(journal_of(incarnation), 0, 9999).unwrap();
        let head = self.ledger.head(journal_of(incarnation)).unwrap();
        assert!(entries.iter().all(|entry| entry.entry.verdict == EntryVerdict::Accepted));
        assert!(entries.iter().map(|entry| entry.entry.place).eq(0..head.head.tree.size()));
        let Some(note) = head.cosigned else {
            assert!(entries.is_empty());
            return;
        };
        let note = SignedCheckpoint::parse(&note).unwrap();
        let checkpoint = note.verify(origin_of(incarnation), &node_public()).unwrap();
        let found = (checkpoint.size, checkpoint.root);
        assert_eq!(found, (head.head.tree.size(), head.head.tree.root()));
        let name = origin_of(incarnation).centre_name();
        note.verify_cosignature(&name, &centre_public()).unwrap();
    }
}

/// Leaf hashes of the journal on a disk.
fn leaves(files: &MemoryFiles, incarnation: u32) -> Vec<TreeHash> {
    let origin = origin_of(incarnation);
    let mut reader = Reader::open(files, &dir(), origin.node, origin.incarnation).unwrap();
    let mut leaves = Vec::new();
    while let Some(file) = reader.next_file().unwrap() {
        leaves.extend(file.records.iter().map(|record| record.clear.leaf()));
    }
    leaves
}

fn held(ledger: &MemoryLedger, incarnation: u32) -> Vec<TreeHash> {
    let entries = ledger.entries(journal_of(incarnation), 0, 9999).unwrap();
    entries.iter().map(|entry| entry.entry.leaf()).collect()
}

fn step() -> impl Strategy<Value = Step> {
    let message = || (any::<u8>(), prop::bool::weighted(0.3));
    prop_oneof![
        8 => Just(Step::Append),
        8 => Just(Step::Send),
        8 => message().prop_map(|(which, keep)| Step::ToCentre { which, keep }),
        8 => message().prop_map(|(which, keep)| Step::ToNode { which, keep }),
        2 => any::<u8>().prop_map(|which| Step::Lose { which }),
        1 => Just(Step::RestartNode),
        1 => Just(Step::BackUpCentre),
        1 => Just(Step::RestoreCentre),
        1 => Just(Step::CopyNode),
        1 => Just(Step::RestoreNode),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn after_any_schedule_the_ledger_is_the_journal(script in vec(step(), 1..60)) {
        let mut world = World::new();
        script.into_iter().for_each(|step| world.step(step));
        world.heal();
        world.check();
    }

    #[test]
    fn without_a_disk_put_back_there_is_never_a_branch(script in vec(step(), 1..60)) {
        let mut world = World::new();
        let harmless = |step: &Step| !matches!(step, Step::RestoreNode | Step::CopyNode);
        script.into_iter().filter(harmless).for_each(|step| world.step(step));
        world.heal();
        world.check();
        prop_assert_eq!(world.incarnation(), 1);
        prop_assert_eq!(world.ledger.branches(journal_of(1)).unwrap().len(), 0);
    }
}

/// Every order of a few steps, exhaustively: two batches under way, each lost, repeated or late.
#[test]
fn every_short_schedule_of_two_batches_ends_alike() {
    let choices = [
        Step::Append,
        Step::Send,
        Step::ToCentre { which: 0, keep: true },
        Step::ToCentre { which: 1, keep: false },
        Step::ToNode { which: 0, keep: false },
        Step::RestoreCentre,
    ];
    let length = 4;
    for script in 0..choices.len().pow(length) {
        let mut world = World::new();
        (0..3).for_each(|_| world.append());
        world.step(Step::BackUpCentre);
        // The centre has said how far it is; from here on every order is tried.
        world.step(Step::Send);
        world.step(Step::ToCentre { which: 0, keep: false });
        world.step(Step::ToNode { which: 0, keep: false });
        world.step(Step::Send);
        let mut rest = script;
        for _ in 0..length {
            world.step(choices[rest % choices.len()]);
            rest /= choices.len();
        }
        world.heal();
        world.check();
        assert_eq!(world.incarnation(), 1, "script {script}");
    }
}
