//! Journals that fail and disks that fill up: care goes on where evidence can be kept, and nothing is answered where not.

use super::*;

#[test]
fn an_open_node_whose_journal_fails_goes_on_in_a_new_life_and_closes() {
    let machine = Machine::ordered();
    let process = machine.start_well();
    process.open(&machine.code).unwrap();
    let token = process.sign_in(1);
    machine.files.fail_sync(0);
    assert!(matches!(process.find(&token).unwrap(), DeskReply::Found { .. }));
    assert_eq!(process.duty.record().incarnation, Incarnation(2));
    // The answer's entry is where the next process, the centre and a verifier look for it.
    assert_eq!(machine.origin().incarnation, Incarnation(2));
    assert_eq!(kinds(&machine), [EntryKind::IncarnationStarted, EntryKind::Searched]);
    let alarms = process.duty.journal_alarms();
    assert_eq!(
        alarms.iter().map(|alarm| alarm.code.as_str()).collect::<Vec<_>>(),
        ["journal-damaged"]
    );
    process.close();
    assert!(machine.verified().is_sound());
    drop(process);
    assert_eq!(machine.start_well().duty.record().incarnation, Incarnation(2));
}

/// Leaves no free byte; what is there stays.
fn fill_the_disk(machine: &Machine) {
    machine.files.set_capacity(1 << 40);
    let free = machine.files.free_bytes(machine.folder.root()).unwrap();
    machine.files.set_capacity((1 << 40) - free);
}

#[test]
fn a_disk_that_is_full_at_the_start_takes_from_the_reserve_and_care_goes_on() {
    let machine = Machine::ordered();
    let process = machine.start_well();
    process.open(&machine.code).unwrap();
    process.sign_in(1);
    drop(process);
    fill_the_disk(&machine);
    let process = machine.start_well();
    assert_eq!(process.duty.record().incarnation, Incarnation(1));
    assert!(process.open(&machine.code).unwrap().resumed);
    assert_eq!(count(&machine, EntryKind::ReserveReleased), 1);
    process.close();
    assert!(machine.verified().is_sound());
}

#[test]
fn a_full_disk_without_reserve_is_said_and_begins_no_new_life() {
    let machine = Machine::ordered();
    drop(machine.start_well());
    let reserve = machine.folder.journal_dir().join("reserve/0000");
    machine.files.remove(&reserve).unwrap();
    fill_the_disk(&machine);
    let failure = machine.try_start().err().unwrap();
    assert_eq!(
        (failure.code.as_str(), failure.class),
        ("journal-not-opened", ErrorClass::Exhausted)
    );
    let lives = machine.files.list(&machine.folder.journal_dir()).unwrap();
    assert!(!lives.iter().any(|entry| entry.name == "00000002"));
    machine.files.set_capacity(1 << 40);
    assert_eq!(machine.start_well().duty.record().incarnation, Incarnation(1));
}

#[test]
fn while_the_journal_cannot_be_written_nothing_is_answered_and_it_is_said() {
    let machine = Machine::ordered();
    let process = machine.start_well();
    process.open(&machine.code).unwrap();
    let token = process.sign_in(1);
    machine.files.cut_power_before(machine.files.operations());
    assert_eq!(process.find(&token).unwrap_err().code, "journal-not-written");
    let codes = |process: &Process| -> Vec<String> {
        process.duty.journal_alarms().into_iter().map(|alarm| alarm.code).collect()
    };
    assert_eq!(codes(&process), ["journal-not-written"]);
    machine.files.restart_process();
    assert!(matches!(process.find(&token).unwrap(), DeskReply::Found { .. }));
    assert!(!codes(&process).contains(&"journal-not-written".to_owned()));
    process.close();
}
