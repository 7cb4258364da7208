//! The program itself: what a person types.

use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;
use tomoshibi_node::control::Client;
use tomoshibi_sync::trust::Role;

use super::centre::{TestCentre, role_key};
use super::house::{House, Publisher};

fn program(house: &House, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tomoshibi-node"));
    command.args(args).args(["--lang", "en", "--data"]).arg(house.folder.root());
    command
}

fn run(house: &House, args: &[&str]) -> Output {
    program(house, args).output().unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

struct Served(Child);

impl Served {
    fn start(house: &House) -> Self {
        let child = program(house, &["serve"]).stderr(Stdio::null()).spawn().unwrap();
        let mut served = Self(child);
        while Client::connect(&house.folder).is_err() {
            assert_eq!(served.0.try_wait().unwrap(), None, "serve ended by itself");
            std::thread::sleep(Duration::from_millis(10));
        }
        served
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn enrol_and_sync_by_hand_and_through_the_node_that_serves() {
    let mut centre = TestCentre::start();
    let house = House::new();
    let address = centre.address.to_string();
    let enrol = |code: &str| run(&house, &["enrol", "--centre", &address, "--code", code]);
    let before = run(&house, &["sync", "--json"]);
    assert_eq!(before.status.code(), Some(1));
    assert_eq!(enrol("nonsense").status.code(), Some(2));
    let code = centre.service.invite(1);
    let done = enrol(&code);
    assert!(stdout(&done).starts_with("DRILL. Enrolled: node 6363"), "{}", stdout(&done));
    assert_eq!(enrol(&centre.service.invite(2)).status.code(), Some(1));

    let mut publisher = Publisher::new();
    publisher.add(&centre, 1);
    publisher.publish(&centre, &role_key(Role::Publisher));
    let report = json(&run(&house, &["sync", "--json"]));
    assert_eq!(report["snapshot"]["id"], "1.1");
    assert_eq!(report["failures"], serde_json::json!([]));

    let served = Served::start(&house);
    publisher.add(&centre, 2);
    publisher.publish(&centre, &role_key(Role::Publisher));
    // The node's own first round may be under way: then this one has to wait.
    loop {
        let output = run(&house, &["sync", "--json"]);
        if output.status.code() == Some(0) {
            break;
        }
        let error: Value = serde_json::from_slice(&output.stderr).unwrap();
        assert_eq!(error["error"]["code"], "sync-running");
    }
    let status = json(&run(&house, &["status", "--json"]));
    assert_eq!(status["snapshots"][0]["id"], "1.2");
    centre.stop();
    let failed = run(&house, &["sync"]);
    assert_eq!(failed.status.code(), Some(1));
    let status = json(&run(&house, &["status", "--json"]));
    assert!(status["sync"]["reached_at"].is_string(), "{status}");
    assert_eq!(status["journal"]["acknowledged"], status["journal"]["size"]);
    drop(served);

    let _served = Served::start(&house);
    let words = stdout(&run(&house, &["status"]));
    assert!(words.contains("Centre last reached at"), "{words}");
}
