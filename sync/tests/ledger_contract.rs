//! What every ledger has to keep, held against each there is. A new one is added to the list of `ledgers!`.

#![cfg(feature = "central")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

#[path = "support/ledger.rs"]
mod support_ledger;

use std::path::Path;

use support_ledger::MemoryLedger;
use tomoshibi_policies::time::Timestamp;
use tomoshibi_sync::central::ledger::{Intake, Ledger, LedgerError, LedgerHead, RedbLedger};
use tomoshibi_sync::id::{Digest, Incarnation, NodeId};
use tomoshibi_sync::journal::{ClearPart, Head, Sequence};
use tomoshibi_sync::reconcile::{BranchReason, EntryFault, EntryVerdict, JournalId, TakenEntry};

fn journal(node: u8, incarnation: u32) -> JournalId {
    JournalId { node: NodeId::from_bytes([node; 16]), incarnation: Incarnation(incarnation) }
}

fn entry(head: &Head, body: u8, verdict: EntryVerdict) -> TakenEntry {
    let sealed = vec![body; 40];
    let clear = ClearPart {
        sequence: head.next(),
        time: Timestamp::from_millis(7),
        kind: 1,
        quality: 3,
        body: Digest::of(&sealed),
        previous: head.previous,
    };
    let key = Digest::of(&[body]);
    TakenEntry { place: head.tree.size(), clear: clear.to_bytes(), sealed, key, verdict }
}

/// An intake of `count` new entries after what the ledger holds.
fn intake(ledger: &dyn Ledger, journal: JournalId, count: u8) -> Intake {
    let mut head = ledger.head(journal).unwrap().head;
    let expected = head.tree.size();
    let faults = [EntryVerdict::Accepted, EntryVerdict::Refused(EntryFault::Body)];
    let mut entries = Vec::new();
    for n in 0..count {
        let entry = entry(&head, n, faults[usize::from(n % 2)]);
        head.push(entry.leaf());
        entries.push(entry);
    }
    Intake {
        journal,
        expected,
        head: Some(LedgerHead { head, cosigned: Some("note".into()) }),
        entries,
        branch: Vec::new(),
        keys: (0..count).map(|n| vec![n]).collect(),
        received_at: Timestamp::from_millis(11),
    }
}

fn a_journal_that_is_not_known_is_empty(ledger: &dyn Ledger) {
    let head = ledger.head(journal(1, 1)).unwrap();
    assert_eq!((head.head.next(), head.cosigned), (Sequence(0), None));
    assert_eq!(ledger.entries(journal(1, 1), 0, 9).unwrap(), []);
    assert_eq!(ledger.journals().unwrap(), []);
    assert_eq!(ledger.sealed_key(Digest::of(&[1])).unwrap(), None);
}

fn what_was_taken_is_read_back_in_order(ledger: &dyn Ledger) {
    let mut all = Vec::new();
    // 300 entries: a key order by text or by little-endian bytes would show.
    for _ in 0..3 {
        let intake = intake(ledger, journal(1, 1), 100);
        ledger.take(&intake).unwrap();
        assert_eq!(ledger.head(journal(1, 1)).unwrap(), intake.head.clone().unwrap());
        all.extend(intake.entries);
    }
    let read = ledger.entries(journal(1, 1), 0, 999).unwrap();
    assert!(read.iter().all(|entry| entry.received_at.as_millis() == 11));
    assert_eq!(read.into_iter().map(|entry| entry.entry).collect::<Vec<_>>(), all);
    let some = ledger.entries(journal(1, 1), 254, 4).unwrap();
    assert_eq!(some.iter().map(|e| e.entry.place).collect::<Vec<_>>(), [254, 255, 256, 257]);
    assert_eq!(ledger.sealed_key(Digest::of(&[99])).unwrap(), Some(vec![99]));
}

fn journals_do_not_mix(ledger: &dyn Ledger) {
    let ids = [journal(1, 1), journal(1, 2), journal(1, 256), journal(2, 1)];
    for (count, id) in (1..).zip(ids) {
        ledger.take(&intake(ledger, id, count)).unwrap();
    }
    assert_eq!(ledger.journals().unwrap(), ids);
    for (count, id) in (1..).zip(ids) {
        assert_eq!(ledger.entries(id, 0, 9).unwrap().len(), count);
        assert_eq!(ledger.branches(id).unwrap(), []);
    }
}

fn a_batch_judged_against_another_size_is_stored_not_at_all(ledger: &dyn Ledger) {
    let mut stale = intake(ledger, journal(1, 1), 2);
    stale.branch = vec![entry(
        &Head::of_nothing(stale.journal.node, stale.journal.incarnation),
        9,
        EntryVerdict::Branch(BranchReason::Fork),
    )];
    stale.keys = vec![vec![77]];
    ledger.take(&intake(ledger, journal(1, 1), 1)).unwrap();
    let before = ledger.head(journal(1, 1)).unwrap();
    match ledger.take(&stale) {
        Err(LedgerError::Moved { found: 1, expected: 0, .. }) => (),
        other => panic!("{other:?}"),
    }
    assert_eq!(ledger.head(journal(1, 1)).unwrap(), before);
    assert_eq!(ledger.entries(journal(1, 1), 0, 9).unwrap().len(), 1);
    assert_eq!(ledger.branches(journal(1, 1)).unwrap(), []);
    assert_eq!(ledger.sealed_key(Digest::of(&[77])).unwrap(), None);
}

fn a_branch_entry_is_kept_once_as_first_seen(ledger: &dyn Ledger) {
    let id = journal(1, 1);
    let nothing = Head::of_nothing(id.node, id.incarnation);
    let of = |body, reason| entry(&nothing, body, EntryVerdict::Branch(reason));
    let mut seen = Intake { head: None, entries: Vec::new(), ..intake(ledger, id, 0) };
    seen.branch = vec![of(1, BranchReason::Fork), of(2, BranchReason::Fork)];
    ledger.take(&seen).unwrap();
    seen.branch = vec![of(1, BranchReason::Gap), of(3, BranchReason::Gap)];
    seen.received_at = Timestamp::from_millis(12);
    ledger.take(&seen).unwrap();
    let branches = ledger.branches(id).unwrap();
    let mut found: Vec<_> = branches
        .iter()
        .map(|entry| (entry.entry.sealed[0], entry.entry.verdict, entry.received_at.as_millis()))
        .collect();
    found.sort_unstable();
    let (fork, gap) = (BranchReason::Fork, BranchReason::Gap);
    let branch = EntryVerdict::Branch;
    assert_eq!(found, [(1, branch(fork), 11), (2, branch(fork), 11), (3, branch(gap), 12)]);
    assert_eq!(ledger.journals().unwrap(), [id], "a branch alone makes its journal known");
    assert_eq!(ledger.head(id).unwrap().head, nothing);
    ledger.take(&intake(ledger, id, 2)).unwrap();
    assert_eq!(ledger.branches(id).unwrap().len(), 3);
}

/// Every rule, by name, against a new ledger each.
const RULES: [fn(&dyn Ledger); 5] = [
    a_journal_that_is_not_known_is_empty,
    what_was_taken_is_read_back_in_order,
    journals_do_not_mix,
    a_batch_judged_against_another_size_is_stored_not_at_all,
    a_branch_entry_is_kept_once_as_first_seen,
];

fn redb(folder: &Path) -> RedbLedger {
    RedbLedger::open(&folder.join("ledger.redb")).unwrap()
}

#[test]
fn the_reference_ledger_keeps_every_rule() {
    RULES.iter().for_each(|rule| rule(&MemoryLedger::default()));
}

#[test]
fn the_embedded_ledger_keeps_every_rule() {
    for rule in RULES {
        let folder = tempfile::tempdir().unwrap();
        rule(&redb(folder.path()));
    }
}

#[test]
fn the_embedded_ledger_keeps_what_it_took_after_it_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let first = redb(folder.path());
    let taken = intake(&first, journal(1, 1), 3);
    first.take(&taken).unwrap();
    // As after a kill: a copy of the file while the ledger is open.
    let copy = folder.path().join("copy.redb");
    std::fs::copy(folder.path().join("ledger.redb"), &copy).unwrap();
    drop(first);
    for ledger in [redb(folder.path()), RedbLedger::open(&copy).unwrap()] {
        assert_eq!(ledger.head(journal(1, 1)).unwrap(), taken.head.clone().unwrap());
        assert_eq!(ledger.entries(journal(1, 1), 0, 9).unwrap().len(), 3);
    }
}

#[test]
fn a_file_that_is_no_ledger_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.redb");
    std::fs::write(&path, b"not a database, but long enough to be looked at").unwrap();
    assert!(matches!(RedbLedger::open(&path), Err(LedgerError::Database(_))));
}
