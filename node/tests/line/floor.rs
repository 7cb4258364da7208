use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tomoshibi_node::line;
use tomoshibi_node::node::{Node, Seams};
use tomoshibi_node::state;
use tomoshibi_node::status::ClockSanity;
use tomoshibi_policies::time::{JstDate, Timestamp};
use tomoshibi_sync::seam::Clock;
use tomoshibi_sync::trust::Role;
use tomoshibi_sync::wire::InboxKind;

use super::centre::{TestCentre, key, role_key};
use super::house::{House, Publisher};
use super::inbox::an_order;

/// What the centre cosigns with.
const CENTRE: Timestamp = Timestamp::from_millis(1_795_000_000_000);

/// A host's clock that stands, and the minutes that the host has run.
struct Standing(Timestamp, AtomicU64);

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        self.0
    }

    fn running(&self) -> Duration {
        Duration::from_secs(60 * self.1.load(Ordering::SeqCst))
    }
}

fn open_at(house: &House, at: Timestamp) -> Arc<Node> {
    open_with(house, Arc::new(Standing(at, AtomicU64::new(0))))
}

fn open_with(house: &House, clock: Arc<Standing>) -> Arc<Node> {
    house.open_with(Seams { clock, ..Seams::of_host() })
}

fn floor(node: &Node) -> Option<Timestamp> {
    node.store().state().get(&state::key::time_floor()).unwrap().map(|floor| floor.0)
}

fn sync(node: &Node) {
    let report = line::now(node, &mut |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(report.failures, []);
}

#[test]
fn an_acknowledgement_raises_the_time_floor_and_a_restart_keeps_it() {
    let centre = TestCentre::start();
    let house = House::enrolled(&centre);
    let slow = CENTRE.plus_hours(-20);
    let node = open_at(&house, slow);
    assert_eq!((floor(&node), node.seams().clock.now()), (None, slow));
    // The node's own entries never raise it.
    let duty = node.duty().unwrap();
    assert_eq!(floor(&node), None);
    sync(&node);
    assert_eq!((floor(&node), node.seams().clock.now()), (Some(CENTRE), CENTRE));
    // The host's clock goes on being judged by what it says itself.
    assert_eq!(node.status().unwrap().clock, ClockSanity::BeforeFloor);
    drop((duty, node));

    let node = open_at(&house, slow);
    assert_eq!(node.seams().clock.now(), CENTRE);
    drop(node);
    let late = CENTRE.plus_hours(5);
    let node = open_at(&house, late);
    let _duty = node.duty().unwrap();
    sync(&node);
    assert_eq!((floor(&node), node.seams().clock.now()), (Some(CENTRE), late));
}

#[test]
fn a_snapshot_that_is_made_current_raises_the_time_floor() {
    let centre = TestCentre::start();
    let house = House::enrolled(&centre);
    let mut publisher = Publisher::new();
    publisher.add(&centre, 1);
    publisher.publish(&centre, &role_key(Role::Publisher));
    let published = JstDate::from_ymd(2026, 11, 12).unwrap().start();
    let node = open_at(&house, published.plus_hours(-1));
    sync(&node);
    assert_eq!((floor(&node), node.seams().clock.now()), (Some(published), published));
}

#[test]
fn a_centre_that_is_far_ahead_is_an_alarm_and_no_floor() {
    let centre = TestCentre::start();
    let house = House::enrolled(&centre);
    let host = CENTRE.plus_hours(-100);
    let node = open_at(&house, host);
    let _duty = node.duty().unwrap();
    sync(&node);
    assert_eq!((floor(&node), node.seams().clock.now()), (None, host));
    let alarms = node.status().unwrap().alarms;
    assert_eq!(alarms.iter().filter(|alarm| alarm.code == "floor-leap").count(), 1, "{alarms:?}");
}

#[test]
fn the_issue_of_an_order_raises_the_time_floor_and_a_forged_one_does_not() {
    let centre = TestCentre::start();
    let house = House::enrolled(&centre);
    for (signed_by, expected) in [(key(77), None), (role_key(Role::Authority), Some(CENTRE))] {
        let order = (InboxKind::Order, an_order(1, &signed_by));
        centre.service.change(|desk| desk.inbox.push(order));
        let node = open_at(&house, CENTRE.plus_hours(-1));
        sync(&node);
        assert_eq!(floor(&node), expected);
    }
}

#[test]
fn watching_keeps_running_time_so_that_time_goes_on_after_a_power_cut() {
    let centre = TestCentre::start();
    let house = House::enrolled(&centre);
    // The clock of a host without a battery.
    let dead = || Arc::new(Standing(Timestamp::from_millis(0), AtomicU64::new(0)));
    let clock = dead();
    let node = open_with(&house, clock.clone());
    let duty = node.duty().unwrap();
    sync(&node);
    clock.1.store(90, Ordering::SeqCst);
    node.watch().unwrap();
    let then = CENTRE.plus_millis(90 * 60_000);
    assert_eq!(node.seams().clock.now(), then);
    drop((duty, node));
    assert_eq!(open_with(&house, dead()).seams().clock.now(), then);
}
