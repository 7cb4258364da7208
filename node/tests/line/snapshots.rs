use std::ops::ControlFlow;

use tomoshibi_node::line::{self, Line, Step};
use tomoshibi_node::serve::SyncOnce;
use tomoshibi_node::status::SyncStatus;
use tomoshibi_policies::ErrorClass;
use tomoshibi_sync::seam::{Files, StdFiles};
use tomoshibi_sync::trust::Role;

use super::centre::{TestCentre, key, region, role_key};
use super::house::{House, Publisher};

fn publisher_key() -> tomoshibi_sync::signed::SigningKey {
    role_key(Role::Publisher)
}

#[test]
fn the_newest_snapshot_becomes_current_and_an_increment_brings_only_what_is_new() {
    let centre = TestCentre::start();
    let house = House::enrolled(&centre);
    let nothing = house.sync();
    assert_eq!(nothing.failures, []);
    assert_eq!(nothing.snapshot.unwrap().id, None);

    let mut publisher = Publisher::new();
    let first = publisher.add(&centre, 1);
    publisher.publish(&centre, &publisher_key());
    let report = house.sync();
    assert_eq!(report.failures, []);
    let snapshot = report.snapshot.unwrap();
    assert_eq!((snapshot.id.as_deref(), snapshot.promoted), (Some("1.1"), true));

    let second = publisher.add(&centre, 2);
    publisher.publish(&centre, &publisher_key());
    assert!(house.sync().snapshot.unwrap().promoted);
    assert_eq!(centre.service.change(|desk| desk.asked.clone()), [first, second]);

    let snapshot = house.sync().snapshot.unwrap();
    assert_eq!((snapshot.id.as_deref(), snapshot.promoted), (Some("1.2"), false));
    assert_eq!(snapshot.received_bytes, 0);

    let node = house.open();
    let pin = node.store().pin(region()).unwrap();
    let manifest = node.store().manifest(&pin).unwrap();
    assert_eq!((manifest.id.number, manifest.segments.len()), (2, 2));
    let path = node.store().folder().manifest(region(), manifest.id);
    StdFiles.replace(&path, b"another").unwrap();
    assert_eq!(node.store().manifest(&pin).unwrap_err().class(), ErrorClass::Corrupt);
}

#[test]
fn a_segment_that_was_lost_is_fetched_again_for_the_same_snapshot() {
    let centre = TestCentre::start();
    let house = House::enrolled(&centre);
    let mut publisher = Publisher::new();
    let (lost, _) = (publisher.add(&centre, 1), publisher.add(&centre, 2));
    publisher.publish(&centre, &publisher_key());
    house.sync();
    StdFiles.remove(&house.folder.segment(&lost)).unwrap();
    let snapshot = house.sync().snapshot.unwrap();
    assert!(!snapshot.promoted && snapshot.received_bytes > 0);
    let node = house.open();
    assert!(node.store().missing(&node.store().served()[0]).unwrap().is_empty());
}

#[test]
fn a_forged_or_an_older_manifest_changes_nothing_and_keeps_no_other_step_back() {
    let centre = TestCentre::start();
    let house = House::enrolled(&centre);
    let mut publisher = Publisher::new();
    publisher.add(&centre, 1);
    let first = publisher.publish(&centre, &publisher_key());
    publisher.publish(&centre, &publisher_key());
    house.sync();

    publisher.add(&centre, 2);
    publisher.publish(&centre, &key(77));
    let report = house.sync();
    let [failure] = &report.failures[..] else { panic!("{:?}", report.failures) };
    assert_eq!((failure.step, failure.why.code.as_str()), (Step::Snapshot, "manifest-refused"));
    assert_eq!(failure.why.class, ErrorClass::Forged);
    assert!(report.snapshot.is_none() && report.inbox.is_some() && report.journal.is_some());
    assert_eq!(house.open().store().served()[0].id.number, 2);

    centre.service.change(|desk| desk.manifest = first);
    let report = house.sync();
    assert_eq!(report.failures[0].why.code, "snapshot-older");
    assert_eq!(house.open().store().served()[0].id.number, 2);

    publisher.publish(&centre, &publisher_key());
    assert_eq!(house.sync().failures, []);
    assert_eq!(house.open().store().served()[0].id.number, 4);
}

#[test]
fn a_round_that_is_cut_off_goes_on_where_it_stopped() {
    let centre = TestCentre::start();
    let house = House::enrolled(&centre);
    let mut publisher = Publisher::new();
    let (first, second) = (publisher.add(&centre, 1), publisher.add(&centre, 2));
    publisher.publish(&centre, &publisher_key());
    centre.service.change(|desk| desk.held_back = Some(second));
    let len_bytes = publisher.entries[0].len_bytes;
    let report = line::now(&house.open(), &mut |so_far| match so_far.done_bytes {
        0 => ControlFlow::Continue(()),
        done_bytes => {
            assert_eq!(done_bytes, len_bytes);
            ControlFlow::Break(())
        }
    })
    .unwrap();
    assert_eq!(report.failures[0].why.code, "sync-stopped");
    assert!(house.open().store().has(&first));

    centre.service.change(|desk| desk.held_back = None);
    assert!(house.sync().snapshot.unwrap().promoted);
    let asked = centre.service.change(|desk| desk.asked.clone());
    assert_eq!(asked.iter().filter(|asked| **asked == first).count(), 1);
}

#[test]
fn when_the_line_is_cut_the_status_tells_since_when_and_a_restart_does_not_forget() {
    let mut centre = TestCentre::start();
    let house = House::enrolled(&centre);
    let mut publisher = Publisher::new();
    publisher.add(&centre, 1);
    publisher.publish(&centre, &publisher_key());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let status = |node: &tomoshibi_node::node::Node| node.status().unwrap().sync.unwrap();

    let node = house.open();
    node.set_sync_status(|_| ());
    let line = Line::of(&node).unwrap();
    runtime.block_on(line.sync_once()).unwrap();
    let well: SyncStatus = status(&node);
    let reached_at = well.reached_at.clone().unwrap();
    assert!(well.steps.iter().all(|told| told.failure.is_none()));
    assert_eq!(well.steps.len(), 5);
    let progress = well.progress.unwrap();
    assert_eq!(progress.done_bytes, progress.total_bytes);

    centre.stop();
    let why = runtime.block_on(line.sync_once()).unwrap_err();
    assert_eq!((why.code.as_str(), why.class), ("line-silent", ErrorClass::Transient));
    let cut = status(&node);
    assert_eq!(cut.reached_at.as_deref(), Some(reached_at.as_str()));
    let connect = &cut.steps[0];
    assert!(connect.step == Step::Connect && connect.failure.is_some());
    assert!(connect.success_at.is_some());
    assert_eq!(node.store().served().len(), 1);
    drop((line, node));

    let node = house.open();
    let record = node.store().state().get(&tomoshibi_node::state::key::line()).unwrap().unwrap();
    assert_eq!(record.reached_at.unwrap().to_string(), reached_at);
}

#[test]
fn a_revoked_node_is_told_so() {
    let centre = TestCentre::start();
    let house = House::enrolled(&centre);
    centre.service.change(|desk| desk.admitted.clear());
    let report = house.sync();
    let [failure] = &report.failures[..] else { panic!("{:?}", report.failures) };
    assert_eq!((failure.step, failure.why.code.as_str()), (Step::Connect, "line-not-admitted"));
}
