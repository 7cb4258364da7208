//! Reconciliation, case by case: what each thing that can be wrong leads to.

#![cfg(feature = "central")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[path = "support/journal.rs"]
mod support;
#[path = "support/ledger.rs"]
mod support_ledger;
#[path = "support/reconcile.rs"]
mod two_sides;

use std::sync::Arc;

use support::{at, dir, disclosed, node_key, node_public, open, path_of, secret, write_some};
use support_ledger::MemoryLedger;
use tomoshibi_policies::ErrorClass;
use tomoshibi_sync::central::ledger::{Ledger, OpenBodyError, ReceiveError, open_body, receive};
use tomoshibi_sync::id::Digest;
use tomoshibi_sync::journal::{
    BodyError, Checkpoint, ClearPart, ClockQuality, Event, Frontier, OpenError, TreeHash, verify,
};
use tomoshibi_sync::reconcile::{
    Acknowledged, Batch, BranchReason, Ended, EntryFault, EntryVerdict, Evidence, Message, Outcome,
    Refusal, SendError, SenderEvent, Verdict,
};
use tomoshibi_sync::seam::{Files, MemoryFiles};
use two_sides::{
    SmallBatches, answer, centre_key, centre_public, ended, evidence, journal_of, known, origin_of,
    run, sender,
};

fn journal_of_size(count: u8) -> MemoryFiles {
    let files = MemoryFiles::new();
    let mut writer = open(Arc::new(files.clone()), 0).unwrap();
    write_some(&mut writer, 0, count);
    files
}

fn send(ledger: &MemoryLedger, batch: Batch) -> Verdict {
    match answer(ledger, &Message::Batch(batch)) {
        Message::Verdict(verdict) => verdict,
        other => panic!("{other:?}"),
    }
}

fn sizes(ledger: &MemoryLedger) -> (u64, usize) {
    let head = ledger.head(journal_of(1)).unwrap();
    (head.head.tree.size(), ledger.branches(journal_of(1)).unwrap().len())
}

/// Signs the end of a batch anew, after its clear parts were changed.
fn sign(batch: &mut Batch) {
    let mut tree = Frontier::default();
    batch.records.iter().for_each(|record| tree.push(TreeHash::of_leaf(&record.clear)));
    let (size, root) = (tree.size(), tree.root());
    let checkpoint = Checkpoint { origin: origin_of(1), size, root };
    batch.checkpoint = checkpoint.sign(&node_key()).to_string();
}

#[test]
fn a_journal_arrives_whole_and_its_bodies_open_at_the_centre() {
    let files = journal_of_size(5);
    let ledger = MemoryLedger::default();
    let events = run(&ledger, &mut SmallBatches(evidence(&files, 1, 5)), sender(1));
    assert_eq!(ended(&events), Some(Ended::UpToDate));
    let entries = ledger.entries(journal_of(1), 0, 9).unwrap();
    for (n, entry) in (0..5).zip(&entries) {
        let (clear, event) = open_body(&ledger, journal_of(1), entry, &secret()).unwrap();
        assert_eq!((clear.sequence.0, event), (u64::from(n), disclosed(n)));
    }
    let stranger = age::x25519::Identity::generate().to_string();
    let error = open_body(&ledger, journal_of(1), &entries[0], &stranger).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Denied);
}

#[test]
fn the_acknowledgement_is_cosigned_kept_and_only_grows() {
    let files = journal_of_size(5);
    let ledger = MemoryLedger::default();
    let events = run(&ledger, &mut SmallBatches(evidence(&files, 1, 5)), sender(1));
    let notes: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            SenderEvent::Acknowledged { size, note } => Some((*size, note.clone())),
            SenderEvent::Ended(_) => None,
        })
        .collect();
    assert_eq!(notes.iter().map(|(size, _)| *size).collect::<Vec<_>>(), [2, 4, 5]);
    let shared: Arc<dyn Files> = Arc::new(files.clone());
    let kept = |centre| {
        Acknowledged::new(shared.clone(), &dir(), origin_of(1), node_public(), vec![centre])
    };
    let good = kept(centre_public());
    assert_eq!(good.load().unwrap(), None);
    assert_eq!(good.store(&notes[2].1).unwrap().size, 5);
    assert_eq!(good.store(&notes[0].1).unwrap().size, 5, "an older note changes nothing");
    assert_eq!(good.load().unwrap().map(|(c, time)| (c.size, time)), Some((5, at(100))));
    let error = kept(node_public()).store(&notes[2].1).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Forged);
    let verified = verify(&files, &dir(), origin_of(1), &node_public(), Some(&centre_public()));
    assert_eq!((verified.findings.as_slice(), verified.checkpoints), (&[][..], 1));
    let verified = verify(&files, &dir(), origin_of(1), &node_public(), Some(&node_public()));
    assert!(!verified.is_sound());
    // An older disk under a newer acknowledgement does not open.
    files.replace(&path_of(0), &journal_of_size(3).read(&path_of(0), 1 << 20).unwrap()).unwrap();
    let error = open(Arc::new(files), 9).err().unwrap();
    assert_eq!(error, OpenError::Behind { found: 3, stated: 5 });
}

#[test]
fn a_batch_that_comes_twice_changes_nothing_the_second_time() {
    let files = journal_of_size(3);
    let ledger = MemoryLedger::default();
    let batch = evidence(&files, 1, 3).batch(0, false).unwrap();
    let first = send(&ledger, batch.clone());
    assert_eq!((first.accepted, first.duplicates, first.size), (3, 0, 3));
    let second = send(&ledger, batch);
    assert_eq!((second.accepted, second.duplicates, second.size), (0, 3, 3));
    assert_eq!((second.outcome, &second.cosigned), (Outcome::Accepted, &first.cosigned));
}

#[test]
fn a_batch_out_of_order_waits_for_the_one_before() {
    let files = journal_of_size(4);
    let ledger = MemoryLedger::default();
    let mut small = SmallBatches(evidence(&files, 1, 4));
    let verdict = send(&ledger, small.batch(2, false).unwrap());
    assert_eq!(verdict.outcome, Outcome::Gap { expected: 0 });
    assert_eq!((verdict.cosigned, sizes(&ledger)), (None, (0, 0)));
    send(&ledger, small.batch(0, false).unwrap());
    assert_eq!(send(&ledger, small.batch(2, false).unwrap()).size, 4);
}

#[test]
fn one_bad_entry_is_kept_as_evidence_and_the_rest_goes_on() {
    let clear = |batch: &Batch, n: usize| {
        ClearPart::from_bytes(batch.records[n].clear_bytes().unwrap()).unwrap()
    };
    type Change<'a> = &'a dyn Fn(&mut Batch);
    let put =
        |batch: &mut Batch, clear: ClearPart| batch.records[1].clear = clear.to_bytes().to_vec();
    let cases: [(EntryFault, Change<'_>); 6] = [
        (EntryFault::Body, &|batch| batch.records[1].sealed[30] ^= 1),
        (EntryFault::Sequence, &|batch| {
            let mut changed = clear(batch, 1);
            changed.sequence.0 = 7;
            put(batch, changed);
        }),
        (EntryFault::Link, &|batch| {
            let mut changed = clear(batch, 1);
            changed.previous = TreeHash::of_nothing();
            put(batch, changed);
        }),
        (EntryFault::Form, &|batch| {
            let mut changed = clear(batch, 1);
            changed.quality = 9;
            put(batch, changed);
        }),
        (EntryFault::Form, &|batch| batch.records[1].clear[19] = 1),
        (EntryFault::Key, &|batch| batch.records[1].key = 5),
    ];
    for (fault, change) in cases {
        let files = journal_of_size(1);
        let ledger = MemoryLedger::default();
        let mut writer = open(Arc::new(files.clone()), 1).unwrap();
        write_some(&mut writer, 1, 3);
        let mut batch = evidence(&files, 1, 4).batch(0, false).unwrap();
        change(&mut batch);
        // The entry after it hangs on what the node wrote, so it is made to hang on what is sent.
        for n in 2..4 {
            let mut next = clear(&batch, n);
            next.previous = TreeHash::of_leaf(&batch.records[n - 1].clear);
            batch.records[n].clear = next.to_bytes().to_vec();
        }
        sign(&mut batch);
        let verdict = send(&ledger, batch);
        assert_eq!(verdict.outcome, Outcome::Accepted, "{fault:?}");
        assert_eq!((verdict.accepted, verdict.refused, verdict.size), (4, 1, 4), "{fault:?}");
        let entries = ledger.entries(journal_of(1), 0, 9).unwrap();
        let verdicts: Vec<_> = entries.iter().map(|e| e.entry.verdict).collect();
        let mut expected = [EntryVerdict::Accepted; 4];
        expected[1] = EntryVerdict::Refused(fault);
        assert_eq!(verdicts, expected);
        assert!(open_body(&ledger, journal_of(1), &entries[3], &secret()).is_ok());
        if fault == EntryFault::Body {
            let error = open_body(&ledger, journal_of(1), &entries[1], &secret()).unwrap_err();
            assert!(matches!(error, OpenBodyError::Body(BodyError::Digest { .. })), "{error}");
        }
    }
}

#[test]
fn a_batch_that_the_node_did_not_sign_as_it_stands_is_refused() {
    type Change<'a> = &'a dyn Fn(&mut Batch);
    let note = |size, root, key: &[u8; 32], incarnation| {
        let key = tomoshibi_sync::signed::SigningKey::from_seed(key);
        Checkpoint { origin: origin_of(incarnation), size, root }.sign(&key).to_string()
    };
    let root = evidence(&journal_of_size(3), 1, 3).root_at(3).unwrap().unwrap();
    let cases: [(Refusal, usize, Change<'_>); 8] = [
        (Refusal::Checkpoint, 0, &|batch| batch.checkpoint = String::new()),
        (Refusal::Checkpoint, 0, &|batch| batch.checkpoint = note(3, root, &[7; 32], 1)),
        (Refusal::Checkpoint, 0, &|batch| batch.checkpoint = note(3, root, &[1; 32], 2)),
        (Refusal::Size, 0, &|batch| batch.checkpoint = note(2, root, &[1; 32], 1)),
        (Refusal::Size, 0, &|batch| batch.records.truncate(2)),
        (Refusal::Root, 3, &|batch| {
            batch.checkpoint = note(3, TreeHash::of_nothing(), &[1; 32], 1)
        }),
        (Refusal::Form, 0, &|batch| batch.records[1].clear.truncate(83)),
        (Refusal::Form, 0, &|batch| batch.records.clear()),
    ];
    for (reason, branch, change) in cases {
        let ledger = MemoryLedger::default();
        let mut batch = evidence(&journal_of_size(3), 1, 3).batch(0, false).unwrap();
        change(&mut batch);
        assert_eq!(send(&ledger, batch).outcome, Outcome::Refused { reason });
        assert_eq!(sizes(&ledger), (0, branch), "{reason:?}");
    }
}

#[test]
fn an_older_disk_put_back_is_told_to_start_anew() {
    let files = journal_of_size(3);
    let ledger = MemoryLedger::default();
    run(&ledger, &mut evidence(&files, 1, 3), sender(1));
    let events = run(&ledger, &mut evidence(&files, 1, 2), sender(1));
    assert_eq!(events, [SenderEvent::Ended(Ended::Behind { centre_size: 3 })]);
    assert_eq!(sizes(&ledger), (3, 0), "what it has is there already");
}

#[test]
fn a_clone_that_wrote_on_is_kept_beside_the_journal() {
    let files = journal_of_size(2);
    let copy = files.crash_image(tomoshibi_sync::seam::CrashPlan {
        tail: &mut tomoshibi_sync::seam::Kept::Prefix,
        names_survive: true,
    });
    let ledger = MemoryLedger::default();
    let mut writer = open(Arc::new(files.clone()), 1).unwrap();
    write_some(&mut writer, 10, 3);
    run(&ledger, &mut evidence(&files, 1, 5), sender(1));
    let mut writer = open(Arc::new(copy.clone()), 1).unwrap();
    write_some(&mut writer, 20, 4);
    for committed in [4, 6] {
        // Shorter than the centre's history it is behind, longer it is a fork; both hand everything over.
        let then = if committed < 5 { Ended::Behind { centre_size: 5 } } else { Ended::Forked };
        let mut small = SmallBatches(evidence(&copy, 1, committed));
        assert_eq!(ended(&run(&ledger, &mut small, sender(1))), Some(then));
        assert_eq!(sizes(&ledger), (5, committed as usize - 2));
    }
    let verdict = send(&ledger, evidence(&copy, 1, 6).batch(0, false).unwrap());
    assert_eq!((verdict.outcome, verdict.duplicates), (Outcome::Fork { at: 2 }, 2));
    let branches = ledger.branches(journal_of(1)).unwrap();
    for (n, entry) in (20..).zip(&branches) {
        assert_eq!(entry.entry.verdict, EntryVerdict::Branch(BranchReason::Fork));
        let (_, event) = open_body(&ledger, journal_of(1), entry, &secret()).unwrap();
        assert_eq!(event, disclosed(n), "its bodies open too");
    }
}

#[test]
fn a_fork_right_at_the_end_is_seen() {
    let ledger = MemoryLedger::default();
    run(&ledger, &mut evidence(&journal_of_size(2), 1, 2), sender(1));
    let other = MemoryFiles::new();
    let mut writer = open(Arc::new(other.clone()), 5).unwrap();
    write_some(&mut writer, 50, 4);
    let batch = SmallBatches(evidence(&other, 1, 4)).batch(2, false).unwrap();
    assert_eq!(send(&ledger, batch).outcome, Outcome::Fork { at: 2 });
    assert_eq!(sizes(&ledger), (2, 2));
}

#[test]
fn a_centre_restored_from_an_older_backup_asks_again() {
    let files = journal_of_size(2);
    let ledger = MemoryLedger::default();
    run(&ledger, &mut evidence(&files, 1, 2), sender(1));
    let backup = ledger.backup();
    let mut writer = open(Arc::new(files.clone()), 1).unwrap();
    write_some(&mut writer, 2, 3);
    run(&ledger, &mut evidence(&files, 1, 5), sender(1));
    let events = run(&backup, &mut evidence(&files, 1, 5), sender(1));
    assert_eq!(ended(&events), Some(Ended::UpToDate));
    let all = |ledger: &MemoryLedger| ledger.entries(journal_of(1), 0, 9).unwrap();
    assert_eq!(all(&backup), all(&ledger));
}

#[test]
fn entries_that_nobody_has_any_more_are_a_gap_and_the_rest_is_kept() {
    let files = journal_of_size(2);
    let mut writer = open(Arc::new(files.clone()), 1).unwrap();
    write_some(&mut writer, 2, 3);
    // Deleted below safe; then the centre lost its ledger and the backup.
    files.remove(&path_of(0)).unwrap();
    let ledger = MemoryLedger::default();
    let events = run(&ledger, &mut SmallBatches(evidence(&files, 1, 5)), sender(1));
    assert_eq!(events, [SenderEvent::Ended(Ended::Gap { expected: 0 })]);
    assert_eq!(sizes(&ledger), (0, 3));
    assert_eq!(ledger.journals().unwrap(), [journal_of(1)]);
    let reasons = ledger.branches(journal_of(1)).unwrap();
    assert!(reasons.iter().all(|e| e.entry.verdict == EntryVerdict::Branch(BranchReason::Gap)));
}

#[test]
fn a_pruned_journal_goes_on_where_the_centre_is() {
    let files = journal_of_size(2);
    let mut writer = open(Arc::new(files.clone()), 1).unwrap();
    write_some(&mut writer, 2, 1);
    let ledger = MemoryLedger::default();
    run(&ledger, &mut evidence(&files, 1, 3), sender(1));
    files.remove(&path_of(0)).unwrap();
    write_some(&mut writer, 3, 2);
    let events = run(&ledger, &mut evidence(&files, 1, 5), sender(1));
    assert_eq!(ended(&events), Some(Ended::UpToDate));
    assert_eq!(sizes(&ledger), (5, 0));
    let verified = verify(&files, &dir(), origin_of(1), &node_public(), None);
    assert_eq!((verified.first, verified.size, verified.root), (2, 5, None));
    assert!(verified.is_sound());
}

#[test]
fn an_acknowledgement_of_another_history_or_key_is_refused() {
    let files = journal_of_size(2);
    let mut evidence = evidence(&files, 1, 2);
    let batch = evidence.batch(0, false).unwrap();
    let cosigned = |checkpoint: Checkpoint, key: &tomoshibi_sync::signed::SigningKey| {
        let mut note = checkpoint.sign(&node_key());
        note.cosign(&origin_of(1).centre_name(), key, at(1));
        let ledger = MemoryLedger::default();
        let verdict = send(&ledger, batch.clone());
        Message::Verdict(Verdict { cosigned: Some(note.to_string()), ..verdict })
    };
    let root = evidence.root_at(2).unwrap().unwrap();
    let lie = Checkpoint { origin: origin_of(1), size: 2, root: TreeHash::of_nothing() };
    let truth = Checkpoint { root, ..lie };
    let mut sender = sender(1);
    let have = answer(&MemoryLedger::default(), &Message::Where(journal_of(1)));
    sender.handle(&have, &mut evidence).unwrap();
    let error = sender.handle(&cosigned(lie, &centre_key()), &mut evidence).unwrap_err();
    assert!(matches!(error, SendError::OtherRoot { size: 2, .. }), "{error}");
    let error = sender.handle(&cosigned(truth, &node_key()), &mut evidence).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Forged);
    let events = sender.handle(&cosigned(truth, &centre_key()), &mut evidence).unwrap();
    assert_eq!(ended(&events), Some(Ended::UpToDate));
}

#[test]
fn a_node_speaks_for_itself_only_and_never_as_the_centre() {
    let ledger = MemoryLedger::default();
    let mut other = journal_of(1);
    other.node = tomoshibi_sync::id::NodeId::from_bytes([2; 16]);
    let ask = |message: &Message| receive(&ledger, &known(), &centre_key(), message, at(0));
    let error = ask(&Message::Where(other)).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Denied);
    let have = ask(&Message::Where(journal_of(1))).unwrap();
    assert!(matches!(ask(&have), Err(ReceiveError::Direction)));
}

#[test]
fn large_journals_cross_file_by_file_in_batches_that_fit() {
    let files = MemoryFiles::new();
    let long = support::word(&"r".repeat(64));
    let mut count = 0;
    for opening in 0..3 {
        let mut writer = open(Arc::new(files.clone()), opening).unwrap();
        for _ in 0..20 {
            let event = Event::OpenRefused { reasons: vec![long.clone(); 480] };
            writer.append(&event, at(0), ClockQuality::Manual).unwrap();
            count += 1;
        }
        writer.commit().unwrap();
    }
    let ledger = MemoryLedger::default();
    let mut whole = evidence(&files, 1, count);
    let first = whole.batch(0, false).unwrap();
    assert!(first.records.len() < 20 && Message::Batch(first).to_bytes().unwrap().len() < 600_000);
    assert_eq!(ended(&run(&ledger, &mut whole, sender(1))), Some(Ended::UpToDate));
    let entries = ledger.entries(journal_of(1), 0, 99).unwrap();
    assert!(entries.iter().all(|e| e.entry.verdict == EntryVerdict::Accepted));
    let mut keys: Vec<Digest> = entries.iter().map(|e| e.entry.key).collect();
    keys.dedup();
    assert_eq!((entries.len(), keys.len()), (60, 3));
}
