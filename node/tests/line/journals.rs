use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use tomoshibi_node::control::{Handler, Request, Response};
use tomoshibi_node::folder::Secret;
use tomoshibi_node::keys;
use tomoshibi_node::line::{self, Step, SyncReport};
use tomoshibi_node::node::Node;
use tomoshibi_node::state::{Change, Parted, Parting, key};
use tomoshibi_policies::time::Timestamp;
use tomoshibi_sync::id::Incarnation;
use tomoshibi_sync::journal::{
    ClockQuality, Event, Limits, Origin, Text, Writer, WriterSetup, file_path, incarnation_dir,
};
use tomoshibi_sync::reconcile::JournalId;
use tomoshibi_sync::seam::{StdFiles, SystemEntropy};

use super::centre::{NODE, TestCentre, region};
use super::house::House;

const NOW: Timestamp = Timestamp::from_millis(1_795_000_000_000);

fn journal(incarnation: u32) -> JournalId {
    JournalId { node: NODE, incarnation: Incarnation(incarnation) }
}

/// Writes so many entries into a life's journal.
fn write(house: &House, centre: &TestCentre, incarnation: u32, count: u64) {
    let node = house.open();
    let signing = keys::signing_key(&house.folder, node.seams(), Secret::JournalSigning).unwrap();
    let setup = WriterSetup {
        files: Arc::new(StdFiles),
        entropy: Arc::new(SystemEntropy),
        dir: house.folder.journal_dir(),
        origin: Origin { region: region(), node: NODE, incarnation: Incarnation(incarnation) },
        signing: Arc::new(signing),
        recipients: vec![centre.service.centre_identity.to_recipient().to_string()],
        limits: Limits::default(),
    };
    let mut writer = Writer::open(setup, NOW, ClockQuality::Manual).unwrap();
    for _ in 0..count {
        let event = Event::Started { program: Text::new("test").unwrap(), snapshot: None };
        writer.append(&event, NOW, ClockQuality::Manual).unwrap();
    }
    writer.close().unwrap();
}

fn copy(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

#[test]
fn every_life_of_the_journal_is_acknowledged_oldest_first() {
    let centre = TestCentre::start();
    let house = House::enrolled(&centre);
    write(&house, &centre, 1, 3);
    let report = house.sync().journal.unwrap();
    assert_eq!((report.size, report.acknowledged), (3, 3));
    assert_eq!(centre.service.holds(journal(1)), (3, 0));
    let status = house.open().status().unwrap().journal;
    assert_eq!((status.size, status.acknowledged), (Some(3), Some(3)));
    assert_eq!(status.acknowledged_at, Some(NOW.to_string()));

    write(&house, &centre, 1, 2);
    write(&house, &centre, 2, 4);
    let report = house.sync();
    assert_eq!(report.failures, []);
    assert_eq!(centre.service.holds(journal(1)), (5, 0));
    assert_eq!(centre.service.holds(journal(2)), (4, 0));
    let acknowledged = house.open().store().state().get(&key::acknowledged()).unwrap().unwrap();
    assert_eq!((acknowledged.incarnation, acknowledged.size), (Incarnation(2), 4));
    let batches = centre.service.change(|desk| desk.batches);
    house.sync();
    assert_eq!(centre.service.change(|desk| desk.batches), batches);
}

#[test]
fn an_older_disk_that_was_put_back_is_an_alarm_and_everything_is_evidence_once() {
    let centre = TestCentre::start();
    let house = House::enrolled(&centre);
    write(&house, &centre, 1, 3);
    let dir = incarnation_dir(&house.folder.journal_dir(), Incarnation(1));
    let backup = house.folder.root().join("backup");
    copy(&dir, &backup);
    write(&house, &centre, 1, 2);
    assert_eq!(house.sync().failures, []);
    copy(&backup, &dir);
    let report = house.sync();
    let [failure] = &report.failures[..] else { panic!("{:?}", report.failures) };
    assert_eq!((failure.step, failure.why.code.as_str()), (Step::Journal, "journal-behind"));
    let node = house.open();
    let parted = node.store().state().get(&key::parted(Incarnation(1))).unwrap().unwrap();
    assert_eq!((parted.how, parted.size), (Parting::Behind, 3));
    let alarms = node.status().unwrap().alarms;
    assert!(alarms.iter().any(|alarm| alarm.code == "journal-behind"));
    drop(node);

    let batches = centre.service.change(|desk| desk.batches);
    assert_eq!(house.sync().failures[0].why.code, "journal-behind");
    assert_eq!(centre.service.change(|desk| desk.batches), batches);
    write(&house, &centre, 2, 1);
    assert_eq!(house.sync().failures, []);
    assert_eq!(centre.service.holds(journal(2)), (1, 0));
}

fn round(node: &Node) -> SyncReport {
    line::now(node, &mut |_| ControlFlow::Continue(())).unwrap()
}

fn codes(node: &Node) -> Vec<String> {
    node.status().unwrap().alarms.into_iter().map(|alarm| alarm.code).collect()
}

#[test]
fn a_node_on_duty_hands_over_what_is_durable_and_goes_on_in_a_new_life_after_a_parting() {
    let centre = TestCentre::start();
    let house = House::enrolled(&centre);
    let node = house.open();
    let duty = node.duty().unwrap();
    let size = duty.committed().unwrap();
    let report = round(&node).journal.unwrap();
    assert_eq!((report.size, report.acknowledged), (size, size));
    assert_eq!(centre.service.holds(journal(1)), (size, 0));
    // Enrolled, then started.
    assert_eq!(size, 2);
    let parted = Parted { how: Parting::Forked, size, at: NOW };
    let change = Change::default().put(&key::parted(Incarnation(1)), &parted);
    node.store().state().apply(change).unwrap();
    assert_eq!(round(&node).failures[0].why.code, "journal-forked");
    // Without a restart: what comes now is in the next life, and the centre takes it.
    assert_eq!(duty.record().incarnation, Incarnation(2));
    let event = Event::Started { program: Text::new("test").unwrap(), snapshot: None };
    duty.note(&event, NOW).unwrap();
    let report = round(&node);
    assert_eq!(report.failures, []);
    assert_eq!(report.journal.unwrap().acknowledged, 2);
    assert_eq!((centre.service.holds(journal(1)).0, centre.service.holds(journal(2)).0), (size, 2));
    assert_eq!(codes(&node), ["journal-damaged"]);
    drop((duty, node));

    let node = house.open();
    assert_eq!(node.duty().unwrap().record().incarnation, Incarnation(2));
    let report = round(&node);
    assert_eq!(report.failures, []);
    assert_eq!(report.journal.unwrap().acknowledged, centre.service.holds(journal(2)).0);
    assert!(node.status().unwrap().alarms.is_empty());
}

#[test]
fn a_life_that_was_left_for_a_parting_is_left_by_the_next_start_too() {
    let centre = TestCentre::start();
    let house = House::enrolled(&centre);
    drop(house.open().duty().unwrap());
    let parted = Parted { how: Parting::Refused, size: 2, at: NOW };
    let node = house.open();
    let change = Change::default().put(&key::parted(Incarnation(1)), &parted);
    node.store().state().apply(change).unwrap();
    drop(node);
    assert_eq!(house.open().duty().unwrap().record().incarnation, Incarnation(2));
}

#[test]
fn a_journal_that_is_damaged_while_the_node_serves_is_not_written_on() {
    let centre = TestCentre::start();
    let house = House::enrolled(&centre);
    let node = house.open();
    let duty = node.duty().unwrap();
    let path = file_path(&house.folder.journal_dir(), Incarnation(1), 0);
    let mut bytes = fs::read(&path).unwrap();
    bytes[40] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let report = round(&node);
    let [failure] = &report.failures[..] else { panic!("{:?}", report.failures) };
    assert_eq!(failure.why.code, "journal-unreadable");
    assert_eq!(duty.record().incarnation, Incarnation(2));
    assert!(codes(&node).contains(&"journal-damaged".to_owned()));
    // The damaged one goes on being told, and keeps the new one from nothing.
    assert_eq!(round(&node).failures[0].why.code, "journal-unreadable");
    assert_eq!(centre.service.holds(journal(2)).0, 1);
    assert_eq!(fs::read(&path).unwrap(), bytes);
}

/// What the node says it is, without a journal that says so.
fn live(house: &House, incarnation: u32) {
    let node = house.open();
    let mut record = node.store().state().get(&key::node()).unwrap().unwrap();
    record.incarnation = Incarnation(incarnation);
    node.store().state().apply(Change::default().put(&key::node(), &record)).unwrap();
}

#[test]
fn what_the_centre_lacks_of_an_earlier_life_is_not_hidden_by_the_present_one() {
    let centre = TestCentre::start();
    let house = House::enrolled(&centre);
    write(&house, &centre, 1, 3);
    assert_eq!(house.sync().failures, []);
    write(&house, &centre, 1, 2);
    write(&house, &centre, 2, 4);
    live(&house, 2);
    let told = |house: &House| {
        let journal = house.open().status().unwrap().journal;
        (journal.size, journal.acknowledged, journal.unacknowledged_before)
    };
    assert_eq!(told(&house), (Some(4), None, Some(2)));
    assert_eq!(house.sync().failures, []);
    assert_eq!(told(&house), (Some(4), Some(4), Some(0)));
}

#[test]
fn every_life_of_the_journal_is_verified_and_the_damaged_one_named() {
    let centre = TestCentre::start();
    let house = House::enrolled(&centre);
    write(&house, &centre, 1, 3);
    write(&house, &centre, 2, 4);
    live(&house, 2);
    let verify = || {
        let node = house.open();
        match node.handle(Request::JournalVerify, &mut |_| ControlFlow::Continue(())).unwrap() {
            Response::JournalVerify(report) => report,
            other => panic!("{other:?}"),
        }
    };
    let report = verify();
    assert!(report.sound && report.unsound_lives.is_empty());
    assert_eq!((report.entries, report.size, report.files), (7, 4, 2));
    let path = file_path(&house.folder.journal_dir(), Incarnation(1), 0);
    let mut bytes = fs::read(&path).unwrap();
    bytes[40] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let report = verify();
    assert_eq!((report.sound, report.unsound_lives, report.size), (false, vec![1], 4));
    assert!(report.findings.iter().all(|finding| finding.starts_with("00000001/")));
}

#[test]
fn a_folder_that_a_failed_beginning_left_is_no_life() {
    let centre = TestCentre::start();
    let house = House::enrolled(&centre);
    write(&house, &centre, 1, 3);
    fs::create_dir(incarnation_dir(&house.folder.journal_dir(), Incarnation(2))).unwrap();
    let parted = Parted { how: Parting::Forked, size: 3, at: NOW };
    let change = Change::default().put(&key::parted(Incarnation(1)), &parted);
    house.open().store().state().apply(change).unwrap();
    let report = house.sync();
    let [failure] = &report.failures[..] else { panic!("{:?}", report.failures) };
    assert_eq!(failure.why.code, "journal-forked");
}
