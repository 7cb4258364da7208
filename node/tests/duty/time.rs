use tomoshibi_policies::activation::ActivationState;
use tomoshibi_sync::journal::{EntryKind, Event};

use super::machine::Machine;
use super::{count, is_sealed};

#[test]
fn a_time_floor_that_leapt_ahead_denies_and_destroys_nothing() {
    let machine = Machine::ordered();
    let process = machine.start_well();
    process.open(&machine.code).unwrap();
    machine.clock().lead_by_hours(9 * 365 * 24);
    assert_eq!(process.duty.close_if_over().unwrap(), None);
    assert!(process.duty.is_unlocked());
    drop(process);

    let process = machine.start_well();
    assert_eq!(process.open(&machine.code).unwrap_err().code, "order-ended");
    assert_eq!(process.duty.close_if_over().unwrap(), None);
    machine.clock().lead_by_hours(0);
    assert!(process.open(&machine.code).unwrap().resumed);
    assert_eq!(count(&machine, EntryKind::ClosingStarted), 0);
    machine.set_hours(48);
    assert!(process.duty.close_if_over().unwrap().is_some() && is_sealed(&process));
}

#[test]
fn running_time_ends_an_opening_under_a_clock_that_was_set_back() {
    let machine = Machine::ordered();
    let process = machine.start_well();
    process.open(&machine.code).unwrap();
    machine.set_hours(-9 * 365 * 24);
    machine.clock().run_hours(47);
    assert_eq!(process.duty.close_if_over().unwrap(), None);
    machine.clock().run_hours(1);
    assert!(process.duty.close_if_over().unwrap().is_some());
    assert!(is_sealed(&process) && machine.verified().is_sound());
    let ended = |event: &Event| matches!(event, Event::ClosingStarted { cause } if cause.as_str() == "period-ended");
    assert!(machine.events().iter().any(ended));

    // The next opening counts from its own beginning.
    machine.set_hours(0);
    let code = machine.preposition(2);
    process.open(&code).unwrap();
    machine.clock().run_hours(47);
    assert_eq!(process.duty.close_if_over().unwrap(), None);
}

#[test]
fn an_opening_is_taken_up_again_under_a_clock_that_went_back() {
    let machine = Machine::ordered();
    machine.start_well().open(&machine.code).unwrap();
    machine.set_hours(-200);
    let process = machine.start_well();
    assert!(process.open(&machine.code).unwrap().resumed);
    assert_eq!(process.duty.activation().state(), ActivationState::Open);
    assert!(process.duty.is_unlocked());
}
