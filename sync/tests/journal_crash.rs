//! The power is cut before every operation of a script, and any part of what was not synced is lost: every entry that
//! was answered for is there, the chain verifies, and the next sequence follows.

#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "support/journal.rs"]
mod support;

use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use support::{at, dir, disclosed, node_public, open, origin, secret, setup, write_some};
use tomoshibi_sync::journal::{ClockQuality, Event, Reader, Writer, open_bodies, verify};
use tomoshibi_sync::seam::{CrashPlan, Kept, MemoryFiles};

const GOOD: ClockQuality = ClockQuality::Synchronised;

/// One step of a script.
#[derive(Debug, Clone, Copy)]
enum Step {
    Append,
    Commit,
    NewFile,
    Checkpoint,
    Reopen,
}

/// Runs a script until the power goes; returns the events whose commit returned. Event `n` is the nth appended.
fn run(files: &MemoryFiles, script: &[Step]) -> Vec<u8> {
    let Ok(mut writer) = open(Arc::new(files.clone()), 0) else { return Vec::new() };
    let (mut durable, mut waiting, mut n) = (Vec::new(), Vec::new(), 0);
    for step in script {
        let done = match step {
            Step::Append => {
                waiting.push(n);
                n += 1;
                writer.append(&disclosed(n - 1), at(0), GOOD).map(drop).is_ok()
            }
            Step::Commit => writer.commit().is_ok(),
            Step::NewFile => writer
                .set_recipients(vec![support::identity().to_public().to_string()], at(0))
                .is_ok(),
            Step::Checkpoint => writer.checkpoint().is_ok(),
            Step::Reopen => match writer.commit().map(|_| open(Arc::new(files.clone()), 0)) {
                Ok(Ok(again)) => {
                    writer = again;
                    true
                }
                // The commit may have been the last thing that worked.
                Ok(Err(_)) => {
                    durable.append(&mut waiting);
                    return durable;
                }
                Err(_) => false,
            },
        };
        if !done {
            return durable;
        }
        if matches!(step, Step::Commit | Step::NewFile | Step::Reopen) {
            durable.append(&mut waiting);
        }
    }
    durable
}

/// The disclosures in the journal, in order, by the number each carries.
fn found(files: &MemoryFiles) -> Vec<u8> {
    let mut reader = Reader::open(files, &dir(), origin().node, origin().incarnation).unwrap();
    let mut found = Vec::new();
    while let Some(file) = reader.next_file().unwrap() {
        for (_, event) in open_bodies(&file, &secret()).unwrap() {
            if let Event::Disclosed { disclosure } = event.unwrap() {
                found.push(disclosure.person.as_bytes()[0]);
            }
        }
    }
    found
}

/// What a boot after the crash has to find, whatever survived.
fn check(image: &MemoryFiles, durable: &[u8]) {
    let mut writer = open(Arc::new(image.clone()), 1).unwrap();
    let after = found(image);
    assert!(after.starts_with(durable), "{after:?} lost some of {durable:?}");
    let in_order: Vec<_> = (0..after.len() as u8).collect();
    assert_eq!(after, in_order, "nothing doubled, nothing skipped");
    let size = writer.committed().size;
    let next = writer.append(&disclosed(0xEE), at(2), GOOD).unwrap();
    assert_eq!(next.0, size);
    writer.commit().unwrap();
    // A second crash right after loses nothing more, the recovered tail included.
    let image = image.synced_image();
    let verified = verify(&image, &dir(), origin(), &node_public(), None);
    assert_eq!(verified.findings, []);
    assert_eq!(verified.entries, size + 1);
    assert_eq!(found(&image).len(), after.len() + 1);
}

/// Every image that `choices` gives for a crash of `files`.
fn images(files: &MemoryFiles) -> Vec<MemoryFiles> {
    let mut images = Vec::new();
    for names_survive in [false, true] {
        for part in 0..=8 {
            let mut tail = |len: usize| Kept::Prefix(len * part / 8);
            images.push(files.crash_image(CrashPlan { tail: &mut tail, names_survive }));
            let mut tail = |len: usize| Kept::Zeroed(len * part / 9..len * (part + 1) / 9);
            images.push(files.crash_image(CrashPlan { tail: &mut tail, names_survive }));
        }
    }
    images
}

#[test]
fn no_power_cut_in_a_short_script_loses_a_committed_entry() {
    use Step::{Append, Checkpoint, Commit, NewFile, Reopen};
    let script = [
        Append, Commit, Append, Append, Append, Commit, Checkpoint, NewFile, Append, Reopen,
        Append, Commit,
    ];
    let whole = MemoryFiles::new();
    assert_eq!(run(&whole, &script).len(), 6);
    for cut in 0..=whole.operations() {
        let files = MemoryFiles::new();
        files.cut_power_before(cut);
        let durable = run(&files, &script);
        images(&files).iter().for_each(|image| check(image, &durable));
    }
}

#[test]
fn every_length_of_a_torn_batch_is_recovered() {
    let files = MemoryFiles::new();
    let mut writer = open(Arc::new(files.clone()), 0).unwrap();
    write_some(&mut writer, 0, 1);
    // Written, but the power goes before the sync.
    for n in 1..4 {
        writer.append(&disclosed(n), at(0), GOOD).unwrap();
    }
    files.cut_power_before(files.operations() + 1);
    assert!(writer.commit().is_err());
    let mut unsynced = 0;
    let _ = files.crash_image(CrashPlan {
        tail: &mut |len| {
            unsynced = len;
            Kept::Prefix(0)
        },
        names_survive: true,
    });
    assert!(unsynced > 600);
    for kept in (0..=unsynced).step_by(7) {
        let mut tail = |_| Kept::Prefix(kept);
        let image = files.crash_image(CrashPlan { tail: &mut tail, names_survive: false });
        check(&image, &[0]);
    }
}

#[test]
fn a_process_that_was_killed_leaves_nothing_that_a_later_power_cut_could_take() {
    let files = MemoryFiles::new();
    let mut writer = Writer::open(setup(Arc::new(files.clone())), at(0), GOOD).unwrap();
    write_some(&mut writer, 0, 1);
    writer.append(&disclosed(1), at(0), GOOD).unwrap();
    files.cut_power_before(files.operations() + 1);
    assert!(writer.commit().is_err());
    // The page cache survives the process: everything written is read back, nothing of it is synced yet.
    files.restart_process();
    check(&files, &[0, 1]);
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => Just(Step::Append),
        3 => Just(Step::Commit),
        1 => Just(Step::NewFile),
        1 => Just(Step::Checkpoint),
        1 => Just(Step::Reopen),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn no_power_cut_in_any_script_loses_a_committed_entry(
        script in vec(step(), 1..14),
        cut in any::<prop::sample::Index>(),
        kept in vec(any::<prop::sample::Index>(), 8),
        names_survive in any::<bool>(),
    ) {
        let whole = MemoryFiles::new();
        run(&whole, &script);
        let files = MemoryFiles::new();
        files.cut_power_before(cut.index(whole.operations() as usize + 1) as u64);
        let durable = run(&files, &script);
        let mut choice = kept.iter().cycle();
        let mut tail = |len: usize| Kept::Prefix(choice.next().unwrap().index(len + 1));
        let image = files.crash_image(CrashPlan { tail: &mut tail, names_survive });
        check(&image, &durable);
    }
}
