//! The journal through its public face: written, ended, reopened, read, and refused when it is not whole.

#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "support/journal.rs"]
mod support;

use std::sync::Arc;

use support::{
    at, dir, disclosed, node_key, node_public, open, origin, path_of, secret, setup, word,
    write_some,
};
use tomoshibi_policies::ErrorClass;
use tomoshibi_sync::journal::{
    AppendError, Checkpoint, ClockQuality, EntryKind, Event, OpenError, Origin, ReadError, Reader,
    TreeHash, Writer, checkpoint_path, newest_incarnation, open_bodies, verify,
};
use tomoshibi_sync::seam::{Files, MemoryFiles, StdFiles};

const GOOD: ClockQuality = ClockQuality::Synchronised;

fn shared(files: &MemoryFiles) -> Arc<dyn Files> {
    Arc::new(files.clone())
}

/// All events of the newest incarnation, in order.
fn events(files: &dyn Files, origin: Origin) -> Vec<Event> {
    let mut reader = Reader::open(files, &dir(), origin.node, origin.incarnation).unwrap();
    let mut events = Vec::new();
    while let Some(file) = reader.next_file().unwrap() {
        let bodies = open_bodies(&file, &secret()).unwrap();
        events.extend(bodies.into_iter().map(|(_, event)| event.unwrap()));
    }
    events
}

#[test]
fn what_was_committed_is_read_back_after_reopening() {
    let files = MemoryFiles::new();
    let mut writer = open(shared(&files), 0).unwrap();
    write_some(&mut writer, 0, 3);
    let closed = writer.close().unwrap();
    let mut writer = open(shared(&files), 10).unwrap();
    assert_eq!((writer.committed(), writer.opened_with()), (closed, 3));
    write_some(&mut writer, 3, 2);
    assert_eq!(events(&files, origin()), (0..5).map(disclosed).collect::<Vec<_>>());
    let verified = verify(&files, &dir(), origin(), &node_public(), None);
    assert_eq!((verified.findings.as_slice(), verified.entries, verified.files), (&[][..], 5, 2));
    assert_eq!(verified.root, Some(*writer.committed().root.as_bytes()));
    assert_eq!((verified.earliest, verified.latest), (Some(at(0)), Some(at(4))));
    assert_eq!(verified.checkpoints, 1);
}

#[test]
fn nothing_of_a_person_stands_in_the_files_in_the_clear() {
    let files = MemoryFiles::new();
    let mut writer = open(shared(&files), 0).unwrap();
    write_some(&mut writer, 7, 1);
    let bytes = files.read(&path_of(0), 1 << 20).unwrap();
    let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    assert!(holds(origin().node.as_bytes()));
    assert!(!holds(&[7; 16]) && !holds(&[0x55; 16]) && !holds(b"medication"));
}

#[test]
fn a_file_is_ended_by_age_size_recipients_and_a_clock_that_jumps_back() {
    let files = MemoryFiles::new();
    let mut setup = setup(shared(&files));
    setup.limits.file_len_bytes = 1500;
    let mut writer = Writer::open(setup, at(0), GOOD).unwrap();
    let mut append = |seconds| {
        writer.append(&disclosed(1), at(seconds), GOOD).unwrap();
        writer.commit().unwrap();
        let reader = Reader::open(&files, &dir(), origin().node, origin().incarnation).unwrap();
        reader.numbers().len()
    };
    assert_eq!([3599, 3600, 3541, 3539].map(&mut append), [1, 2, 2, 3]);
    // The third file is ended by its length.
    let in_third = (0..9).take_while(|_| append(3539) == 3).count();
    assert!((1..9).contains(&in_third), "{in_third}");
    let other = age::x25519::Identity::generate();
    writer.set_recipients(vec![other.to_public().to_string()], at(3501)).unwrap();
    writer.append(&disclosed(2), at(3502), GOOD).unwrap();
    writer.commit().unwrap();
    let mut reader = Reader::open(&files, &dir(), origin().node, origin().incarnation).unwrap();
    let mut last = None;
    while let Some(file) = reader.next_file().unwrap() {
        last = Some(file);
    }
    let last = last.unwrap();
    assert_eq!(last.header.number, 4, "numbers count from 0");
    assert!(open_bodies(&last, &secret()).is_err());
    assert_eq!(open_bodies(&last, &other.to_string()).unwrap()[0].1, Ok(disclosed(2)));
    assert!(verify(&files, &dir(), origin(), &node_public(), None).is_sound());
}

#[test]
fn recipients_that_are_none_leave_the_old_ones_in_force() {
    let files = MemoryFiles::new();
    let mut writer = open(shared(&files), 0).unwrap();
    let error = writer.set_recipients(vec!["age1nonsense".into()], at(1)).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Invalid);
    write_some(&mut writer, 0, 1);
    assert_eq!(events(&files, origin()), [disclosed(0)]);
}

#[test]
fn a_torn_tail_is_noted_once_by_the_next_entry() {
    let files = MemoryFiles::new();
    let mut writer = open(shared(&files), 0).unwrap();
    write_some(&mut writer, 0, 2);
    drop(writer);
    files.damage(&path_of(0), |bytes| bytes.truncate(bytes.len() - 1)).unwrap();
    for seconds in [10, 20] {
        let writer = open(shared(&files), seconds).unwrap();
        assert_eq!(writer.committed().size, 2, "one whole entry and the note");
    }
    let found = events(&files, origin());
    assert_eq!(found[0], disclosed(0));
    assert!(matches!(found[1], Event::TornTail { file: 0, len_bytes, .. } if len_bytes > 0));
    let verified = verify(&files, &dir(), origin(), &node_public(), None);
    assert!(verified.is_sound());
    assert_eq!(verified.torn_tails.len(), 1);
}

#[test]
fn damage_in_the_middle_is_named_and_care_goes_on_in_the_next_incarnation() {
    let files = MemoryFiles::new();
    let mut writer = open(shared(&files), 0).unwrap();
    write_some(&mut writer, 0, 3);
    drop(writer);
    let whole = files.read(&path_of(0), 1 << 20).unwrap();
    files.damage(&path_of(0), |bytes| bytes[700] ^= 1).unwrap();
    let error = open(shared(&files), 10).err().unwrap();
    assert_eq!(error.class(), ErrorClass::Corrupt);
    assert!(matches!(error, OpenError::Read(ReadError::File { file: 0, .. })), "{error}");
    let before = files.read(&path_of(0), 1 << 20).unwrap();
    let mut writer =
        Writer::open_next_incarnation(setup(shared(&files)), word("corrupt"), at(11), GOOD)
            .unwrap();
    write_some(&mut writer, 5, 1);
    assert_eq!(newest_incarnation(&files, &dir()).unwrap(), Some(writer.origin().incarnation));
    let expected = [Event::IncarnationStarted { before: 1, cause: word("corrupt") }, disclosed(5)];
    assert_eq!(events(&files, writer.origin()), expected);
    assert_eq!(files.read(&path_of(0), 1 << 20).unwrap(), before, "the evidence is not touched");
    assert_ne!(before, whole);
}

#[test]
fn files_that_are_missing_swapped_or_of_another_node_are_refused() {
    let files = MemoryFiles::new();
    for n in 0..3 {
        let mut writer = open(shared(&files), i64::from(n)).unwrap();
        write_some(&mut writer, n, 1);
    }
    let kept: Vec<_> = (0..3).map(|n| files.read(&path_of(n), 1 << 20).unwrap()).collect();
    let with = |changes: &[(u32, Option<usize>)]| {
        let copy = MemoryFiles::new();
        for n in 0..3 {
            let change = changes.iter().find(|(file, _)| *file == n);
            let from = change.map_or(Some(n as usize), |(_, from)| *from);
            if let Some(from) = from {
                copy.replace(&path_of(n), &kept[from]).unwrap();
            }
        }
        open(Arc::new(copy.clone()), 9).err().inspect(|_| {
            assert!(!verify(&copy, &dir(), origin(), &node_public(), None).is_sound());
        })
    };
    assert_eq!(with(&[]), None);
    let missing = OpenError::Read(ReadError::Missing { file: 1 });
    assert_eq!(with(&[(1, None)]), Some(missing));
    let swapped = with(&[(1, Some(2)), (2, Some(1))]).unwrap();
    assert!(matches!(swapped, OpenError::Read(ReadError::Misplaced { file: 1, number: 2, .. })));
    let mut other = setup(shared(&files));
    other.origin.node = tomoshibi_sync::id::NodeId::from_bytes([1; 16]);
    let error = Writer::open(other, at(9), GOOD).err().unwrap();
    assert!(matches!(error, OpenError::Read(ReadError::Misplaced { .. })), "{error}");
}

#[test]
fn a_file_of_another_history_is_refused_though_it_is_whole_and_in_its_place() {
    let journal = |first| {
        let files = MemoryFiles::new();
        for n in [first, 7] {
            let mut writer = open(shared(&files), 0).unwrap();
            write_some(&mut writer, n, 1);
        }
        files
    };
    let files = journal(1);
    let other = journal(2).read(&path_of(1), 1 << 20).unwrap();
    files.replace(&path_of(1), &other).unwrap();
    let error = open(shared(&files), 9).err().unwrap();
    assert!(matches!(error, OpenError::Read(ReadError::Chain { file: 1, .. })), "{error}");
    assert!(!verify(&files, &dir(), origin(), &node_public(), None).is_sound());
}

#[test]
fn a_journal_smaller_or_other_than_its_checkpoint_is_refused() {
    let files = MemoryFiles::new();
    let mut writer = open(shared(&files), 0).unwrap();
    write_some(&mut writer, 0, 2);
    let older = files.read(&path_of(0), 1 << 20).unwrap();
    write_some(&mut writer, 2, 1);
    writer.close().unwrap();
    files.damage(&path_of(0), |bytes| *bytes = older).unwrap();
    assert_eq!(open(shared(&files), 9).err(), Some(OpenError::Behind { found: 2, stated: 3 }));
    let root = TreeHash::of_nothing();
    let lie = Checkpoint { origin: origin(), size: 2, root }.sign(&node_key()).to_string();
    files.replace(&checkpoint_path(&dir(), origin().incarnation), lie.as_bytes()).unwrap();
    let error = open(shared(&files), 9).err().unwrap();
    assert!(matches!(error, OpenError::Root { size: 2, .. }), "{error}");
    files.replace(&checkpoint_path(&dir(), origin().incarnation), b"no note").unwrap();
    assert!(matches!(open(shared(&files), 9).err(), Some(OpenError::Checkpoint(_))));
}

#[test]
fn after_a_failed_append_nothing_is_taken_before_reopening() {
    let files = MemoryFiles::new();
    let mut writer = open(shared(&files), 0).unwrap();
    write_some(&mut writer, 0, 1);
    let used = u64::MAX - files.free_bytes(&dir()).unwrap();
    assert_eq!(used, 0, "a disk without limit");
    let len = files.read(&path_of(0), 1 << 20).unwrap().len() as u64;
    files.set_capacity(len + 10);
    writer.append(&disclosed(1), at(1), GOOD).unwrap();
    assert!(writer.commit().unwrap_err().is_full_disk());
    files.set_capacity(1 << 20);
    assert_eq!(writer.append(&disclosed(2), at(2), GOOD), Err(AppendError::Poisoned));
    assert_eq!(writer.commit(), Err(AppendError::Poisoned));
    let mut writer = writer.reopen(at(3), GOOD).map_err(|(_, error)| error).unwrap();
    write_some(&mut writer, 3, 1);
    let kinds: Vec<_> = events(&files, origin()).iter().map(Event::kind).collect();
    assert_eq!(kinds, [EntryKind::Disclosed, EntryKind::TornTail, EntryKind::Disclosed]);
}

#[test]
fn after_a_failed_sync_only_the_next_incarnation_opens() {
    let files = MemoryFiles::new();
    let mut writer = open(shared(&files), 0).unwrap();
    write_some(&mut writer, 0, 1);
    files.fail_sync(0);
    writer.append(&disclosed(1), at(1), GOOD).unwrap();
    assert!(matches!(writer.commit(), Err(AppendError::Sync(_))));
    let Err((setup, error)) = writer.reopen(at(2), GOOD) else { panic!("it reopened") };
    assert_eq!(error, OpenError::AfterFailedSync);
    let mut writer = Writer::open_next_incarnation(*setup, word("sync"), at(3), GOOD).unwrap();
    write_some(&mut writer, 2, 1);
    let image = files.synced_image();
    assert_eq!(events(&image, origin()), [disclosed(0)]);
    assert_eq!(events(&image, writer.origin()).len(), 2);
}

#[test]
fn an_event_too_long_is_refused_and_the_journal_goes_on() {
    let files = MemoryFiles::new();
    let mut writer = open(shared(&files), 0).unwrap();
    let reasons = vec![word(&"r".repeat(64)); 600];
    let error = writer.append(&Event::OpenRefused { reasons }, at(0), GOOD).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Exhausted);
    write_some(&mut writer, 0, 1);
    assert_eq!(events(&files, origin()), [disclosed(0)]);
}

#[test]
fn real_files_hold_a_journal_too() {
    let folder = tempfile::tempdir().unwrap();
    let mut setup = setup(Arc::new(StdFiles));
    setup.dir = folder.path().join("journal");
    let dir = setup.dir.clone();
    for n in 0..3 {
        let mut writer = Writer::open(setup.clone(), at(n.into()), GOOD).unwrap();
        write_some(&mut writer, n, 1);
        writer.close().unwrap();
    }
    let verified = verify(&StdFiles, &dir, origin(), &node_public(), None);
    assert_eq!((verified.findings.as_slice(), verified.entries), (&[][..], 3));
}
