//! Many threads, one writer: what a ticket promises is durable at that moment, and sequences have no gap.

#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "support/journal.rs"]
mod support;

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

use support::{at, dir, disclosed, node_public, open, origin, path_of, secret, word};
use tomoshibi_policies::ErrorClass;
use tomoshibi_sync::id::Incarnation;
use tomoshibi_sync::journal::{
    ClockQuality, Event, Group, GroupError, LIVES_MAX, Origin, Reader, Reserve, Word, open_bodies,
    verify,
};
use tomoshibi_sync::seam::{Files, MemoryFiles};

const GOOD: ClockQuality = ClockQuality::Synchronised;

fn entries(files: &MemoryFiles) -> Vec<Event> {
    let mut reader = Reader::open(files, &dir(), origin().node, origin().incarnation).unwrap();
    let mut events = Vec::new();
    while let Some(file) = reader.next_file().unwrap() {
        events.extend(open_bodies(&file, &secret()).unwrap().into_iter().map(|(_, e)| e.unwrap()));
    }
    events
}

fn start(files: &MemoryFiles, reserve: Option<Reserve>) -> Group {
    Group::start(open(Arc::new(files.clone()), 0).unwrap(), reserve, Box::new(|_, _| ()))
}

#[test]
fn each_of_many_threads_finds_its_entry_durable_when_the_wait_is_over() {
    let files = MemoryFiles::new();
    let group = start(&files, None);
    let mut sequences: Vec<u64> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8_u8)
            .map(|thread| {
                let (group, files) = (&group, &files);
                scope.spawn(move || {
                    let append = |n: u8| {
                        let event = disclosed(thread * 16 + n);
                        let durable = group.append(event.clone(), at(0), GOOD).wait().unwrap();
                        // A copy taken right now, as after a power cut.
                        let copy = files.synced_image();
                        let sequence = durable.sequence.0;
                        let at_place = entries(&copy).into_iter().nth(sequence as usize);
                        assert_eq!(at_place, Some(event));
                        assert!(durable.committed.size > sequence);
                        sequence
                    };
                    (0..12).map(append).collect::<Vec<_>>()
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    sequences.sort_unstable();
    assert_eq!(sequences, (0..96).collect::<Vec<_>>());
    let committed = group.stop().unwrap().close().unwrap();
    assert_eq!(committed.size, 96);
    assert!(verify(&files, &dir(), origin(), &node_public(), None).is_sound());
}

#[test]
fn a_full_disk_takes_from_the_reserve_and_writes_every_entry_once() {
    let files = MemoryFiles::new();
    let reserve = Reserve::new(Arc::new(files.clone()), Path::new("journal"), 40 << 20);
    reserve.ensure().unwrap();
    let group = start(&files, Some(reserve.clone()));
    let used = (40 << 20) + files.read(&path_of(0), 1 << 20).unwrap().len() as u64;
    files.set_capacity(used + 1000);
    let tickets: Vec<_> = (0..9).map(|n| group.append(disclosed(n), at(0), GOOD)).collect();
    let mut sequences: Vec<_> =
        tickets.into_iter().map(|ticket| ticket.wait().unwrap().sequence.0).collect();
    assert!(sequences.is_sorted());
    sequences.dedup();
    assert_eq!(sequences.len(), 9);
    assert!(reserve.state().unwrap().held_bytes < 40 << 20);
    drop(group);
    let events = entries(&files.synced_image());
    let shown: Vec<_> = events.iter().filter(|e| matches!(e, Event::Disclosed { .. })).collect();
    assert_eq!(shown, (0..9).map(disclosed).collect::<Vec<_>>().iter().collect::<Vec<_>>());
    assert!(events.iter().any(|e| matches!(e, Event::ReserveReleased { .. })));
    assert!(verify(&files, &dir(), origin(), &node_public(), None).is_sound());
}

#[test]
fn a_full_disk_without_reserve_is_told_to_every_waiter() {
    let files = MemoryFiles::new();
    let group = start(&files, None);
    files.set_capacity(files.read(&path_of(0), 1 << 20).unwrap().len() as u64);
    let error = group.append(disclosed(1), at(0), GOOD).wait().unwrap_err();
    assert!(matches!(&error, GroupError::Append(error) if error.is_full_disk()), "{error}");
    assert!(group.append(disclosed(2), at(0), GOOD).wait().is_err(), "nothing more is taken");
    assert_eq!(group.failing(), Some(ErrorClass::Exhausted));
    files.set_capacity(1 << 20);
    assert_eq!(group.append(disclosed(3), at(0), GOOD).wait().unwrap().committed.size, 1);
    assert_eq!(group.failing(), None);
    assert_eq!(entries(&files.synced_image()), [disclosed(3)]);
    assert!(group.stop().is_some());
    assert_eq!(group.append(disclosed(4), at(0), GOOD).wait(), Err(GroupError::Closed));
}

/// A group, and the incarnations it goes on in.
fn heard(files: &MemoryFiles) -> (Group, Receiver<(u32, Word)>) {
    let (tell, heard) = channel();
    let hear = move |origin: Origin, cause: &Word| {
        tell.send((origin.incarnation.0, cause.clone())).unwrap();
    };
    let writer = open(Arc::new(files.clone()), 0).unwrap();
    (Group::start(writer, None, Box::new(hear)), heard)
}

/// What an incarnation holds.
fn entries_of(files: &MemoryFiles, incarnation: u32) -> Vec<Event> {
    let incarnation = Incarnation(incarnation);
    let mut reader = Reader::open(files, &dir(), origin().node, incarnation).unwrap();
    let mut events = Vec::new();
    while let Some(file) = reader.next_file().unwrap() {
        events.extend(open_bodies(&file, &secret()).unwrap().into_iter().map(|(_, e)| e.unwrap()));
    }
    events
}

#[test]
fn after_a_failed_sync_the_next_incarnation_takes_what_waited() {
    let files = MemoryFiles::new();
    let (group, heard) = heard(&files);
    group.append(disclosed(1), at(0), GOOD).wait().unwrap();
    files.fail_sync(0);
    let durable = group.append(disclosed(2), at(0), GOOD).wait().unwrap();
    assert_eq!(durable.sequence.0, 1, "behind the note of the beginning");
    assert_eq!(heard.try_recv().unwrap(), (2, word("journal-sync-failed")));
    group.append(disclosed(3), at(0), GOOD).wait().unwrap();
    drop(group);
    let image = files.synced_image();
    assert_eq!(entries(&image), [disclosed(1)]);
    let begun = Event::IncarnationStarted { before: 1, cause: word("journal-sync-failed") };
    assert_eq!(entries_of(&image, 2), [begun, disclosed(2), disclosed(3)]);
}

#[test]
fn a_journal_that_is_left_is_signed_and_the_next_one_goes_on() {
    let files = MemoryFiles::new();
    let (group, heard) = heard(&files);
    let first = group.append(disclosed(1), at(0), GOOD);
    let next = group.next_life(word("journal-forked"), at(1), GOOD);
    let second = group.append(disclosed(2), at(1), GOOD);
    first.wait().unwrap();
    assert_eq!(next.wait().unwrap().incarnation, Incarnation(2));
    assert_eq!(second.wait().unwrap().sequence.0, 1);
    assert_eq!(heard.try_recv().unwrap(), (2, word("journal-forked")));
    let left = verify(&files, &dir(), origin(), &node_public(), None);
    assert!(left.is_sound() && (left.size, left.checkpoints) == (1, 1));
    assert_eq!(entries_of(&files, 2).len(), 2);
}

#[test]
fn a_disk_that_fails_every_sync_is_not_asked_for_ever() {
    let files = MemoryFiles::new();
    let (group, heard) = heard(&files);
    let lives = u8::try_from(LIVES_MAX).unwrap();
    for n in 0..lives + 3 {
        files.fail_sync(0);
        let done = group.append(disclosed(n), at(0), GOOD).wait();
        assert_eq!(done.is_ok(), n < lives, "{n}");
        assert_eq!(group.failing().is_some(), n >= lives);
    }
    assert_eq!(heard.try_iter().count(), usize::from(lives));
    assert_eq!(files.list(&dir()).unwrap().len(), 1 + usize::from(lives));
}

#[test]
fn while_nothing_can_be_written_everybody_is_told_and_then_it_goes_on() {
    let files = MemoryFiles::new();
    let (group, heard) = heard(&files);
    group.append(disclosed(1), at(0), GOOD).wait().unwrap();
    files.cut_power_before(files.operations());
    for n in 0..3 * u8::try_from(LIVES_MAX).unwrap() {
        assert!(group.append(disclosed(n), at(0), GOOD).wait().is_err());
        assert!(group.failing().is_some());
        assert!(group.set_recipients(vec![], at(0)).wait().is_err());
    }
    files.restart_process();
    let durable = group.append(disclosed(9), at(0), GOOD).wait().unwrap();
    assert_eq!(group.failing(), None);
    let (incarnation, _) = heard.try_iter().last().unwrap();
    let told = entries_of(&files.synced_image(), incarnation);
    assert_eq!(told[usize::try_from(durable.sequence.0).unwrap()], disclosed(9));
    assert_eq!(told.len(), 2, "what was refused is not written later");
}

#[test]
fn one_event_too_long_does_not_hurt_the_others() {
    let files = MemoryFiles::new();
    let group = start(&files, None);
    let long = Event::OpenRefused { reasons: vec![word(&"r".repeat(64)); 600] };
    let tickets = [disclosed(1), long, disclosed(2)].map(|e| group.append(e, at(0), GOOD));
    let [first, refused, second] = tickets.map(|ticket| ticket.wait());
    assert!(matches!(refused, Err(GroupError::Append(_))));
    assert_eq!([first, second].map(|done| done.unwrap().sequence.0), [0, 1]);
}

#[test]
fn checkpoints_and_recipients_take_their_turn() {
    let files = MemoryFiles::new();
    let group = start(&files, None);
    let first = group.append(disclosed(1), at(0), GOOD);
    let note = group.checkpoint();
    let changed = group.set_recipients(vec![support::identity().to_public().to_string()], at(1));
    let second = group.append(disclosed(2), at(1), GOOD);
    assert_eq!(first.wait().unwrap().sequence.0, 0);
    assert!(note.wait().unwrap().contains("\n1\n"));
    assert_eq!(changed.wait().unwrap().size, 1);
    assert_eq!(second.wait().unwrap().sequence.0, 1);
    assert!(group.set_recipients(Vec::new(), at(2)).wait().is_err());
    assert_eq!(group.append(disclosed(3), at(2), GOOD).wait().unwrap().sequence.0, 2);
    group.stop().unwrap();
    let reader = Reader::open(&files, &dir(), origin().node, origin().incarnation).unwrap();
    assert_eq!(reader.numbers(), [0, 1]);
}
