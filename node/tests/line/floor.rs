use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use tomoshibi_node::line;
use tomoshibi_node::node::{Node, Seams};
use tomoshibi_node::state::key;
use tomoshibi_node::status::ClockSanity;
use tomoshibi_policies::time::{JstDate, Timestamp};
use tomoshibi_sync::seam::Clock;
use tomoshibi_sync::trust::Role;

use super::centre::{TestCentre, role_key};
use super::house::{House, Publisher};

/// What the centre cosigns with.
const CENTRE: Timestamp = Timestamp::from_millis(1_795_000_000_000);

/// A host's clock that stands.
struct Standing(Timestamp);

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        self.0
    }

    fn running(&self) -> Duration {
        Duration::ZERO
    }
}

fn open_at(house: &House, at: Timestamp) -> Arc<Node> {
    house.open_with(Seams { clock: Arc::new(Standing(at)), ..Seams::of_host() })
}

fn floor(node: &Node) -> Option<Timestamp> {
    node.store().state().get(&key::time_floor()).unwrap().map(|floor| floor.0)
}

fn sync(node: &Node) {
    let report = line::now(node, &mut |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(report.failures, []);
}

#[test]
fn an_acknowledgement_raises_the_time_floor_and_a_restart_keeps_it() {
    let centre = TestCentre::start();
    let house = House::enrolled(&centre);
    let slow = CENTRE.plus_hours(-100);
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
