use std::collections::BTreeSet;

use tomoshibi_node::folder::Secret;
use tomoshibi_node::keys;
use tomoshibi_node::line::ReleaseLine;
use tomoshibi_node::node::FetchRelease;
use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::category::Category;
use tomoshibi_policies::time::Timestamp;
use tomoshibi_sync::id::{Digest, NodeId};
use tomoshibi_sync::keyring::Keyring;
use tomoshibi_sync::order::Order;
use tomoshibi_sync::release::{ReleaseCode, ReleaseHeader, ReleaseId, ReleaseKind, preposition};
use tomoshibi_sync::seal::{AgeSealer, Identity};
use tomoshibi_sync::seam::{Files, StdFiles, SystemEntropy};
use tomoshibi_sync::signed::SigningKey;
use tomoshibi_sync::trust::Role;
use tomoshibi_sync::wire::InboxKind;

use super::centre::{NODE, TestCentre, key, region, role_key};
use super::house::House;

pub(crate) fn an_order(number: u32, signed_by: &SigningKey) -> Vec<u8> {
    let opens_at = Timestamp::from_millis(1_795_000_000_000);
    Order {
        notice_id: "事務連絡 訓練1".into(),
        number,
        issuer: "訓練本部".into(),
        region: region(),
        prefectures: BTreeSet::from([region()]),
        municipalities: BTreeSet::new(),
        facilities: BTreeSet::new(),
        opens_at,
        closes_at: opens_at.plus_hours(72),
        extends: None,
        revokes: false,
        categories: BTreeSet::from([Category::Medication]),
        vital_interest_allowed: true,
        consent_hours: 24,
        drill: true,
        issued_at: opens_at,
    }
    .sign(&[signed_by])
    .unwrap()
}

fn a_release(node: NodeId) -> Vec<u8> {
    let keyring = Keyring::generate(region(), true, &SystemEntropy).unwrap();
    let to = ReleaseHeader {
        kind: ReleaseKind::Prepositioned,
        region: region(),
        drill: true,
        node,
        id: ReleaseId([7; 16]),
        number: 1,
    };
    let code = ReleaseCode::generate(&SystemEntropy).unwrap();
    let recipient = Identity::generate().to_recipient();
    preposition(&AgeSealer, &keyring, &to, &recipient, &code).unwrap()
}

fn names(dir: &std::path::Path) -> Vec<String> {
    StdFiles.list(dir).unwrap().into_iter().map(|entry| entry.name).collect()
}

#[test]
fn what_the_centre_sends_is_kept_once_and_what_is_bad_is_put_aside() {
    let centre = TestCentre::start();
    let house = House::enrolled(&centre);
    let good = an_order(1, &role_key(Role::Authority));
    let forged = an_order(2, &key(77));
    let (ours, other) = (a_release(NODE), a_release(NodeId::from_bytes([1; 16])));
    let notice = b"a word of the centre".to_vec();
    let later = b"what only a later version knows".to_vec();
    centre.service.change(|desk| {
        desk.inbox = vec![
            (InboxKind::Order, forged.clone()),
            (InboxKind::Unknown(200), later.clone()),
            (InboxKind::Order, good.clone()),
            (InboxKind::Release, ours.clone()),
            (InboxKind::Order, good.clone()),
            (InboxKind::Release, other.clone()),
            (InboxKind::Notice, notice.clone()),
        ];
    });
    let report = house.sync();
    assert_eq!(report.failures, []);
    let inbox = report.inbox.unwrap();
    assert_eq!((inbox.orders, inbox.releases, inbox.aside), (1, 1, 4));
    let digest = |bytes: &[u8]| Digest::of(bytes).to_string();
    assert_eq!(names(&house.folder.orders_dir()), [digest(&good)]);
    assert_eq!(names(&house.folder.releases_dir()), [digest(&ours)]);
    let mut aside = [
        format!("kind-200.{}", digest(&later)),
        format!("notice.{}", digest(&notice)),
        format!("order.{}", digest(&forged)),
        format!("release.{}", digest(&other)),
    ];
    aside.sort();
    assert_eq!(names(&house.folder.aside_dir()), aside);
    let alarms = house.open().status().unwrap().alarms;
    let alarm = alarms.iter().find(|alarm| alarm.code == "aside").unwrap();
    assert_eq!(alarm.args["count"], 4_u8.into());

    let inbox = house.sync().inbox.unwrap();
    assert_eq!((inbox.orders, inbox.releases, inbox.aside), (0, 0, 0));
    let second = an_order(2, &role_key(Role::Authority));
    centre.service.change(|desk| desk.inbox.push((InboxKind::Order, second.clone())));
    assert_eq!(house.sync().inbox.unwrap().orders, 1);
    assert_eq!(names(&house.folder.orders_dir()).len(), 2);
}

#[test]
fn a_centre_restored_from_a_backup_still_brings_its_next_order() {
    let centre = TestCentre::start();
    let house = House::enrolled(&centre);
    let signed = |number| (InboxKind::Order, an_order(number, &role_key(Role::Authority)));
    centre.service.change(|desk| desk.inbox = vec![signed(1), signed(2), signed(3)]);
    assert!(!house.sync().inbox.unwrap().went_back);
    // The backup is from before the second; the next order gets its number.
    centre.service.change(|desk| desk.inbox = vec![signed(1), signed(4)]);
    let report = house.sync();
    assert_eq!(report.failures, []);
    let inbox = report.inbox.unwrap();
    assert_eq!((inbox.orders, inbox.went_back), (1, true));
    assert_eq!(names(&house.folder.orders_dir()).len(), 4);
    assert!(!house.sync().inbox.unwrap().went_back);
    // A backup that holds nothing for this node takes the cursor back too.
    centre.service.change(|desk| desk.inbox.clear());
    assert!(house.sync().inbox.unwrap().went_back);
    centre.service.change(|desk| desk.inbox = vec![signed(5), signed(6), signed(7)]);
    assert_eq!(house.sync().inbox.unwrap().orders, 3);
}

#[test]
fn the_opening_identity_is_announced_and_a_destroyed_one_replaced() {
    let centre = TestCentre::start();
    let house = House::enrolled(&centre);
    house.sync();
    house.sync();
    house.folder.erase_secret(&StdFiles, Secret::OpeningIdentity).unwrap();
    house.sync();
    let announced = centre.service.change(|desk| desk.announced.clone());
    let [first, again, next] = &announced[..] else { panic!("{}", announced.len()) };
    assert_eq!(first, again);
    assert_ne!(first, next);
}

#[test]
fn a_release_is_fetched_for_the_identity_that_is_here_now() {
    let centre = TestCentre::start();
    let house = House::enrolled(&centre);
    let node = house.open();
    let line = ReleaseLine::of(&node);
    let order = Digest::of(b"order");
    let refused = line.fetch(order).unwrap_err();
    assert_eq!((refused.code.as_str(), refused.class), ("centre-refused", ErrorClass::Denied));
    centre.service.change(|desk| desk.release = Some(b"sealed".to_vec()));
    assert_eq!(line.fetch(order).unwrap(), b"sealed");
    let identity = keys::identity(&house.folder, node.seams(), Secret::OpeningIdentity).unwrap();
    let announced = centre.service.change(|desk| desk.announced.clone());
    assert_eq!(announced, vec![identity.to_recipient().to_string(); 2]);
    drop(node);
    assert_eq!(line.fetch(order).unwrap_err().code, "no-line");
}
