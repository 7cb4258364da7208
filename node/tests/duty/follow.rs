//! A snapshot that is promoted while the node is open.

use tomoshibi_node::desk::{DeskReply, FindReply};
use tomoshibi_sync::id::Digest;
use tomoshibi_sync::keyring::Keyring;
use tomoshibi_sync::seam::SystemEntropy;

use crate::centre::{noon, region};
use crate::machine::{Machine, Process};

/// Takes the snapshot that withdraws the person, as the line would.
fn promote(process: &Process, machine: &Machine, keyring: &Keyring) {
    let (manifest, segment) = machine.centre.withdrawing(keyring);
    let digest = Digest::of(&segment);
    process.store.begin(&manifest).unwrap();
    process.store.write_staged(&digest, 0, &segment).unwrap();
    process.store.finish(&digest).unwrap();
    process.store.promote(&manifest, noon()).unwrap();
}

fn is_found(process: &Process, token: &str) -> bool {
    let reply = process.find(token).unwrap();
    matches!(reply, DeskReply::Found { outcome: FindReply::One { .. } })
}

fn alarms(process: &Process) -> Vec<String> {
    let alarms = process.duty.snapshot_alarms(&process.store).into_iter();
    alarms
        .flat_map(|alarm| {
            std::iter::once(alarm.code).chain(alarm.causes.into_iter().map(|c| c.code))
        })
        .collect()
}

#[test]
fn a_withdrawal_that_is_promoted_while_open_counts_and_until_then_the_status_says_not() {
    let machine = Machine::ordered();
    let process = machine.start_well();
    assert!(!process.duty.follow_snapshot(&process.store).unwrap(), "nothing is open");
    process.open(&machine.code).unwrap();
    let token = process.sign_in(1);
    assert!(!process.duty.follow_snapshot(&process.store).unwrap(), "nothing is newer");
    promote(&process, &machine, &machine.centre.keyring);
    assert_eq!(alarms(&process), ["alarm-snapshot-behind"]);
    assert!(is_found(&process, &token));
    assert!(process.duty.follow_snapshot(&process.store).unwrap());
    assert!(!is_found(&process, &token) && alarms(&process).is_empty());
    process.close();
    assert!(!process.duty.follow_snapshot(&process.store).unwrap());
    assert!(!process.duty.is_unlocked());
}

#[test]
fn a_promoted_snapshot_that_does_not_open_leaves_the_old_one_in_use_and_is_told() {
    let machine = Machine::ordered();
    let process = machine.start_well();
    process.open(&machine.code).unwrap();
    let token = process.sign_in(1);
    let other = Keyring::generate(region(), true, &SystemEntropy).unwrap();
    promote(&process, &machine, &other);
    let failure = process.duty.follow_snapshot(&process.store).unwrap_err();
    assert_eq!(failure.code, "snapshot-not-opened");
    assert!(is_found(&process, &token));
    assert_eq!(alarms(&process), ["alarm-snapshot-behind", "snapshot-not-opened"]);
}
