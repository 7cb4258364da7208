//! Revocation lists that the line brings.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use tomoshibi_node::desk::DeskRequest;
use tomoshibi_node::line;
use tomoshibi_node::node::Node;
use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::role::BadgeId;
use tomoshibi_policies::time::{Period, Timestamp};
use tomoshibi_sync::badge::Badge;
use tomoshibi_sync::id::{Digest, NodeId};
use tomoshibi_sync::journal::{Event, Reader, open_bodies};
use tomoshibi_sync::revocation::{Reason, Revocation, RevocationList};
use tomoshibi_sync::seam::{Files, StdFiles};
use tomoshibi_sync::signed::SigningKey;
use tomoshibi_sync::trust::Role;
use tomoshibi_sync::wire::InboxKind;

use super::centre::{NODE, TestCentre, region, role_key};
use super::house::House;

fn a_list(number: u64, nodes: &[NodeId], signed_by: &SigningKey) -> Vec<u8> {
    let issued_at = Timestamp::from_millis(1_795_000_000_000 + number as i64);
    let reason = Reason::from_word("stolen").unwrap();
    let revocation = Revocation { at: issued_at, reason };
    RevocationList {
        number,
        region: region(),
        drill: true,
        issued_at,
        badges: BTreeMap::from([(BadgeId::from_bytes([1; 16]), revocation.clone())]),
        nodes: nodes.iter().map(|node| (*node, revocation.clone())).collect(),
    }
    .sign(&[signed_by])
    .unwrap()
}

fn good(number: u64) -> Vec<u8> {
    a_list(number, &[], &role_key(Role::Authority))
}

fn put(centre: &TestCentre, lists: &[&Vec<u8>]) {
    let items = lists.iter().map(|list| (InboxKind::Revocations, (*list).clone()));
    centre.service.change(|desk| desk.inbox.extend(items));
}

fn kept(house: &House) -> Vec<String> {
    let dir = house.folder.revocations_dir();
    StdFiles.list(&dir).unwrap().into_iter().map(|entry| entry.name).collect()
}

fn alarms(house: &House) -> Vec<String> {
    house.open().status().unwrap().alarms.into_iter().map(|alarm| alarm.code).collect()
}

/// What the centre reads of the node's journal about revocation lists: number or reason.
fn told(house: &House, centre: &TestCentre) -> Vec<String> {
    let record = *house.open().record().unwrap();
    let identity = centre.service.centre_identity.expose();
    let dir = house.folder.journal_dir();
    let mut reader = Reader::open(&StdFiles, &dir, record.node, record.incarnation).unwrap();
    let mut events = Vec::new();
    while let Some(file) = reader.next_file().unwrap() {
        events.extend(open_bodies(&file, &identity).unwrap().into_iter().map(|(_, e)| e.unwrap()));
    }
    let told = events.into_iter().filter_map(|event| match event {
        Event::RevocationsReceived { number, .. } => Some(number.to_string()),
        Event::RevocationsRefused { reason, .. } => Some(reason.as_str().to_owned()),
        _ => None,
    });
    told.collect()
}

#[test]
fn a_newer_list_is_kept_and_journalled_and_every_other_is_refused_by_name() {
    let centre = TestCentre::start();
    let house = House::enrolled(&centre);
    let forged = a_list(9, &[], &role_key(Role::Enrolment));
    let second_of_three = a_list(3, &[NODE], &role_key(Role::Authority));
    put(&centre, &[&good(2), &forged, &good(3), &good(3), &good(1), &second_of_three]);
    let node = house.open();
    let duty = node.duty().unwrap();
    let report = line::now(&node, &mut |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(report.failures, []);
    let inbox = report.inbox.unwrap();
    assert_eq!((inbox.revocations, inbox.aside), (2, 3));
    duty.end();
    drop((duty, node));
    assert_eq!(told(&house, &centre), ["2", "threshold", "3", "older", "two-of-one-number"]);
    let digest = |bytes: &[u8]| Digest::of(bytes).to_string();
    let mut two = [digest(&good(2)), digest(&good(3))];
    two.sort();
    assert_eq!(kept(&house), two);
    // The second of one number would have revoked this very node.
    assert!(!alarms(&house).contains(&"node-revoked".into()));
    assert!(alarms(&house).contains(&"aside".into()));
}

fn sign_in(node: &Node) -> String {
    let from = Timestamp::from_millis(0);
    let badge = Badge {
        id: BadgeId::from_bytes([1; 16]),
        name: "当番".into(),
        role: tomoshibi_policies::role::Role::Doctor,
        facility: None,
        incident: None,
        region: region(),
        drill: true,
        valid: Period { from, until: from.plus_hours(24 * 365 * 100) },
    };
    let badge = badge.sign(&role_key(Role::Enrolment)).unwrap();
    let request = DeskRequest::SignIn { badge, pin: "270991".into() };
    node.duty().unwrap().desk().handle(request).unwrap_err().code
}

#[test]
fn a_list_from_the_line_counts_at_the_desk_at_once_and_after_a_restart() {
    let centre = TestCentre::start();
    let house = House::enrolled(&centre);
    let node = house.open();
    assert_eq!(sign_in(&node), "not-open");
    put(&centre, &[&good(1)]);
    line::now(&node, &mut |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(sign_in(&node), "badge-revoked");
    drop(node);
    assert_eq!(sign_in(&house.open()), "badge-revoked");
}

#[test]
fn a_node_that_finds_itself_on_the_list_says_so_in_its_status() {
    let centre = TestCentre::start();
    let house = House::enrolled(&centre);
    put(&centre, &[&a_list(1, &[NodeId::from_bytes([1; 16])], &role_key(Role::Authority))]);
    house.sync();
    assert_eq!(alarms(&house), [""; 0]);
    put(&centre, &[&a_list(2, &[NODE], &role_key(Role::Authority))]);
    house.sync();
    let alarms = house.open().status().unwrap().alarms;
    let alarm = alarms.iter().find(|alarm| alarm.code == "node-revoked").unwrap();
    assert_eq!((alarm.class, &alarm.args["reason"]), (ErrorClass::Denied, &"stolen".into()));
}

#[test]
fn a_lost_list_is_an_alarm_and_is_fetched_again() {
    let centre = TestCentre::start();
    let house = House::enrolled(&centre);
    put(&centre, &[&good(4)]);
    house.sync();
    let path = house.folder.revocations_dir().join(Digest::of(&good(4)).to_string());
    StdFiles.replace(&path, b"damaged").unwrap();
    assert_eq!(alarms(&house), ["revocations-damaged"]);
    assert_eq!(house.sync().failures, []);
    assert_eq!(alarms(&house), [""; 0]);
    assert_eq!(StdFiles.read(&path, 1 << 20).unwrap(), good(4));
}
