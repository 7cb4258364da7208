//! The power is cut between any two changes of an opening and of a closing.

use tomoshibi_node::folder::Secret;
use tomoshibi_node::state::key;
use tomoshibi_policies::activation::ActivationState;
use tomoshibi_sync::id::Digest;
use tomoshibi_sync::journal::{EntryKind, Event};

use crate::machine::{Machine, Process};
use crate::thief::assert_nothing_unseals;
use crate::{count, kinds};

/// What holds of every machine, however its process ended.
fn assert_in_order(machine: &Machine, process: &Process) {
    assert_eq!(process.alarms, []);
    let verified = machine.verified();
    assert!(verified.is_sound(), "{:?}", verified.findings);
    let record = machine.state().get(&key::activation()).unwrap();
    let state = process.duty.activation().state();
    assert_eq!(record.is_some(), state == ActivationState::Open);
    assert!(machine.folder.has_secret(&machine.files, Secret::OpeningIdentity));
    if record.is_some() {
        assert!(count(machine, EntryKind::Opened) > 0, "open without an entry");
    }
}

/// Runs `work` on machines that lose power before each of its operations, until one is long enough; gives each
/// machine, harmed and started again, to `check`.
fn at_every_cut(
    base: &Machine,
    work: impl Fn(&Process) -> bool,
    harm: impl Fn(&Machine),
    check: impl Fn(&Machine, &Process),
) {
    for cut in 0.. {
        let mut done = false;
        for everything_kept in [false, true] {
            let machine = base.after_power_cut(true);
            let process = machine.start();
            prepare(&machine, &process);
            machine.files.cut_power_before(machine.files.operations() + cut);
            done = work(&process);
            let machine = machine.after_power_cut(everything_kept);
            drop(process);
            machine.tick();
            harm(&machine);
            let again = machine.start();
            assert_in_order(&machine, &again);
            check(&machine, &again);
        }
        if done {
            assert!(cut > 10, "{cut} operations are no opening or closing");
            return;
        }
    }
}

/// A node that the state calls open is opened, one that it calls sealed is left.
fn prepare(machine: &Machine, process: &Process) {
    if process.duty.activation().state() == ActivationState::Open {
        process.open(&machine.code).unwrap();
    }
}

#[test]
fn an_opening_is_whole_or_can_be_done_again() {
    let base = Machine::ordered();
    drop(base.start_well());
    at_every_cut(
        &base,
        |process| process.open(&base.code).is_ok(),
        |_| (),
        |machine, process| {
            if process.duty.activation().state() == ActivationState::Sealed {
                assert_nothing_unseals(machine);
            }
            process.open(&machine.code).unwrap();
            process.sign_in(1);
            machine.tick();
            process.close();
            assert!(machine.verified().is_sound());
        },
    );
}

#[test]
fn a_closing_is_finished_by_the_next_start() {
    let base = Machine::ordered();
    let process = base.start_well();
    process.open(&base.code).unwrap();
    process.sign_in(1);
    drop(process);
    base.put(&base.folder.res_dir().join("RES1.csv"), b"a record");
    let old = base.identity(Secret::OpeningIdentity).to_recipient().to_string();
    at_every_cut(
        &base,
        |process| process.duty.close().is_ok(),
        |_| (),
        |machine, process| {
            if process.duty.activation().state() == ActivationState::Open {
                assert_eq!(count(machine, EntryKind::Closed), 0);
                process.close();
            }
            assert_closed(machine, &old);
        },
    );
}

fn assert_closed(machine: &Machine, old: &str) {
    assert_ne!(machine.identity(Secret::OpeningIdentity).to_recipient().to_string(), old);
    assert!(machine.names_in(&machine.folder.releases_dir()).is_empty());
    assert!(machine.names_in(&machine.folder.res_dir()).is_empty());
    assert_eq!(machine.pins(), 0);
    assert!(kinds(machine).contains(&EntryKind::ClosingStarted));
    let reports = machine.folder.reports_dir();
    let names = machine.names_in(&reports);
    assert_eq!(names.len(), 1, "{names:?}");
    let path = reports.join(&names[0]);
    let bytes = tomoshibi_sync::seam::Files::read(&machine.files, &path, 1 << 20).unwrap();
    let report =
        tomoshibi_node::duty::ClosingReport::open(&bytes, &crate::key(8).public()).unwrap();
    let expected = ["RES1.csv", "first", "opening.identity", "pin verifiers: 1"];
    assert_eq!(report.destroyed, expected);
    let closed: Vec<Event> =
        machine.events().into_iter().filter(|e| e.kind() == EntryKind::Closed).collect();
    assert!(!closed.is_empty());
    for event in closed {
        assert_eq!(event, Event::Closed { report: Digest::of(&bytes) });
    }
    assert_nothing_unseals(machine);
}

#[test]
fn a_state_lost_during_an_opening_or_a_closing_leaves_no_trace_behind_a_seal() {
    let base = Machine::ordered();
    drop(base.start_well());
    at_every_cut(
        &base,
        |process| process.open(&base.code).is_ok(),
        Machine::lose_state,
        |machine, process| {
            if process.duty.activation().state() == ActivationState::Sealed {
                assert_nothing_unseals(machine);
            }
            process.open(&machine.code).unwrap();
        },
    );
    base.start().open(&base.code).unwrap();
    base.put(&base.folder.res_dir().join("RES1.csv"), b"a record");
    let old = base.identity(Secret::OpeningIdentity).to_recipient().to_string();
    at_every_cut(
        &base,
        |process| process.duty.close().is_ok(),
        Machine::lose_state,
        |machine, process| {
            if process.duty.activation().state() == ActivationState::Open {
                assert_eq!(count(machine, EntryKind::Closed), 0);
                process.close();
            }
            assert_ne!(machine.identity(Secret::OpeningIdentity).to_recipient().to_string(), old);
            assert!(machine.names_in(&machine.folder.releases_dir()).is_empty());
            assert!(machine.names_in(&machine.folder.res_dir()).is_empty());
            assert_eq!(machine.names_in(&machine.folder.reports_dir()).len(), 1);
            assert_nothing_unseals(machine);
        },
    );
}
