//! The program as people and scripts meet it: real processes, a real folder.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;
use tomoshibi_node::control::{Client, Request, Response};
use tomoshibi_node::folder::Folder;

const PROGRAM: &str = env!("CARGO_BIN_EXE_tomoshibi-node");

fn program(data: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(args).arg("--data").arg(data);
    for variable in ["LC_ALL", "LC_MESSAGES", "LANG", "TOMOSHIBI_DATA", "TOMOSHIBI_LOG"] {
        command.env_remove(variable);
    }
    command
}

fn run(data: &Path, args: &[&str]) -> Output {
    program(data, args).output().unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

const INIT: [&str; 7] =
    ["init", "--name", "本館", "--facility", "1710000001", "--municipality", "17201"];

/// A new folder with a small journal reserve, so that the test machine's disk is always large enough.
fn new_node() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("node");
    let output = run(&data, &INIT);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let config = data.join("node.toml");
    let text = fs::read_to_string(&config).unwrap();
    let text = text
        .replace("reserve_bytes = 1073741824", "reserve_bytes = 1048576")
        .replace("free_margin_bytes = 268435456", "free_margin_bytes = 0");
    fs::write(&config, text).unwrap();
    (dir, data)
}

/// A served node; ended when dropped.
struct Served {
    child: Child,
    folder: Folder,
}

impl Served {
    fn start(data: &Path) -> Self {
        let child = program(data, &["serve"]).stderr(Stdio::piped()).spawn().unwrap();
        let mut served = Self { child, folder: Folder::new(data) };
        while Client::connect(&served.folder).is_err() {
            assert_eq!(served.child.try_wait().unwrap(), None, "serve ended by itself");
            std::thread::sleep(Duration::from_millis(10));
        }
        served
    }

    fn end(mut self, signal: &str) -> (Option<i32>, String) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        let status = self.child.wait().unwrap();
        let log = std::io::read_to_string(self.child.stderr.take().unwrap()).unwrap();
        (status.code(), log)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Ended already, in a test that went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn init_makes_a_private_folder_once() {
    let (_dir, data) = new_node();
    for (path, mode) in [
        ("", 0o700),
        ("keys", 0o700),
        ("segments", 0o700),
        ("node.toml", 0o600),
        ("keys/journal-signing.key", 0o600),
    ] {
        let found = fs::metadata(data.join(path)).unwrap().permissions().mode() & 0o777;
        assert_eq!(found, mode, "{path}");
    }
    let key = fs::read(data.join("keys/journal-signing.key")).unwrap();
    let again = run(&data, &INIT);
    assert_eq!(again.status.code(), Some(1));
    assert!(stderr(&again).contains("すでに"), "{}", stderr(&again));
    assert_eq!(fs::read(data.join("keys/journal-signing.key")).unwrap(), key);
}

#[test]
fn an_init_that_was_cut_off_can_be_run_again_and_keeps_its_key() {
    let (_dir, data) = new_node();
    let key = fs::read(data.join("keys/journal-signing.key")).unwrap();
    fs::remove_file(data.join("node.toml")).unwrap();
    assert_eq!(run(&data, &["status"]).status.code(), Some(1));
    assert_eq!(run(&data, &INIT).status.code(), Some(0));
    assert_eq!(fs::read(data.join("keys/journal-signing.key")).unwrap(), key);
}

#[test]
fn init_refuses_what_contradicts_itself_and_leaves_nothing_behind() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("node");
    let mut args = INIT;
    args[6] = "16201";
    let output = run(&data, &args);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("16201"), "{}", stderr(&output));
    assert!(!data.exists());
}

#[test]
fn wrong_use_is_two_and_a_failure_is_one_line_that_says_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("none");
    for args in [&["frobnicate"][..], &["init"], &["status", "--lang", "fr"], &[]] {
        assert_eq!(run(&data, args).status.code(), Some(2), "{args:?}");
    }
    let bare = Command::new(PROGRAM).arg("status").env_remove("TOMOSHIBI_DATA").output().unwrap();
    assert_eq!(bare.status.code(), Some(2));
    let missing = run(&data, &["status", "--lang", "en"]);
    assert_eq!(missing.status.code(), Some(1));
    assert_eq!(stdout(&missing), "");
    let words = stderr(&missing);
    assert_eq!(words.lines().count(), 1, "{words}");
    assert!(words.contains("not a node's data folder") && words.contains("init"), "{words}");
    let as_json = run(&data, &["status", "--json"]);
    let error: Value = serde_json::from_slice(&as_json.stderr).unwrap();
    assert_eq!(error["error"]["code"], "folder-missing");
    assert_eq!(error["error"]["class"], "not_found");
}

#[test]
fn the_language_is_japanese_unless_english_is_asked_for() {
    let (_dir, data) = new_node();
    let words = |variable: Option<(&str, &str)>, args: &[&str]| {
        let mut command = program(&data, args);
        command.envs(variable);
        stdout(&command.output().unwrap())
    };
    assert!(words(None, &["status"]).contains("封印中"));
    assert!(words(Some(("LANG", "C.UTF-8")), &["status"]).contains("封印中"));
    assert!(words(Some(("LANG", "en_US.UTF-8")), &["status"]).contains("sealed"));
    assert!(words(Some(("LANG", "en_US.UTF-8")), &["status", "--lang", "ja"]).contains("封印中"));
    assert!(words(None, &["--help"]).contains("データフォルダー"));
    assert!(words(None, &["--help", "--lang", "en"]).contains("Data folder"));
}

#[test]
fn help_names_the_commands_that_there_are_and_no_others() {
    let (_dir, data) = new_node();
    let help = stdout(&run(&data, &["--help", "--lang", "en"]));
    let commands = help.split("Commands:").nth(1).unwrap().split("Options:").next().unwrap();
    let names: Vec<_> = commands
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(
        names,
        [
            "init", "enrol", "sync", "serve", "status", "scrub", "doctor", "open", "close",
            "lookup", "page", "badge", "journal"
        ]
    );
}

#[test]
fn a_new_node_says_that_it_has_nothing_and_knows_nothing() {
    let (_dir, data) = new_node();
    let status = json(&run(&data, &["status", "--json"]));
    assert_eq!(status["name"], "本館");
    assert_eq!(status["activation"], "sealed");
    assert_eq!(status["serving"], false);
    assert_eq!(status["snapshots"], Value::Array(Vec::new()));
    for unknown in ["enrolment", "sync"] {
        assert!(status[unknown].is_null(), "{unknown}");
    }
    assert!(status["journal"]["acknowledged"].is_null());
    assert!(stdout(&run(&data, &["status"])).contains("不明"));
}

#[test]
fn every_fault_of_the_configuration_is_told_at_once() {
    let (_dir, data) = new_node();
    let config = data.join("node.toml");
    let text = fs::read_to_string(&config).unwrap();
    let text = text
        .replace("interval_seconds = 900", "interval_second = 900")
        .replace("worker_threads = 2", "worker_threads = 0");
    fs::write(&config, text).unwrap();
    for args in [["status", "--lang", "en"], ["serve", "--lang", "en"]] {
        let output = run(&data, &args);
        assert_eq!(output.status.code(), Some(1));
        let words = stderr(&output);
        assert!(words.contains("2 faults") && words.contains("interval_seconds"), "{words}");
        assert!(words.contains("limits.worker_threads"), "{words}");
    }
}

#[test]
fn commands_reach_the_process_that_serves_and_it_ends_in_good_order() {
    let (_dir, data) = new_node();
    let served = Served::start(&data);
    let socket = served.folder.control_socket();
    assert_eq!(fs::metadata(&socket).unwrap().permissions().mode() & 0o777, 0o600);
    let status = json(&run(&data, &["status", "--json"]));
    assert_eq!(status["serving"], true);
    assert_eq!(status["sync"]["on"], false);
    assert!(status["sync"]["last_success_at"].is_null());
    let scrub = json(&run(&data, &["scrub", "--json"]));
    assert_eq!(scrub["good"], 0);
    let second = run(&data, &["serve", "--lang", "en"]);
    assert_eq!(second.status.code(), Some(1));
    assert!(stderr(&second).contains("in use by another process"), "{}", stderr(&second));
    let (code, log) = served.end("-TERM");
    assert_eq!(code, Some(0), "{log}");
    assert!(!socket.exists());
    for line in log.lines() {
        let entry: Value = serde_json::from_str(line).unwrap();
        assert!(entry["level"].is_string(), "{line}");
        assert!(!line.contains("本館"), "{line}");
    }
    assert_eq!(json(&run(&data, &["status", "--json"]))["serving"], false);
}

#[test]
fn a_killed_process_leaves_nothing_in_the_way_of_the_next() {
    let (_dir, data) = new_node();
    let served = Served::start(&data);
    let socket = served.folder.control_socket();
    let (code, _) = served.end("-KILL");
    assert_eq!(code, None);
    assert!(socket.exists());
    assert_eq!(json(&run(&data, &["status", "--json"]))["serving"], false);
    let (code, log) = Served::start(&data).end("-INT");
    assert_eq!(code, Some(0), "{log}");
}

#[test]
fn a_folder_with_a_long_path_is_served_too() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("d".repeat(100)).join("node");
    fs::create_dir_all(data.parent().unwrap()).unwrap();
    assert_eq!(run(&data, &INIT).status.code(), Some(0));
    let served = Served::start(&data);
    let mut client = Client::connect(&served.folder).unwrap();
    let response = client.call(Request::Status, &mut |_| ()).unwrap();
    assert!(matches!(response, Response::Status(status) if status.serving));
}

#[test]
fn doctor_finds_open_rights_and_a_broken_configuration_and_returns_one() {
    let (_dir, data) = new_node();
    let outcome = |checks: &Value, name: &str| {
        let checks = checks.as_array().unwrap();
        checks.iter().find(|check| check["check"] == name).unwrap()["outcome"].clone()
    };
    let checks = json(&run(&data, &["doctor", "--json"]));
    for good in ["config", "modes", "space", "clock", "alarms"] {
        assert_eq!(outcome(&checks, good), "good", "{good}");
    }
    assert_eq!(outcome(&checks, "serving"), "warning");
    let key = data.join("keys/journal-signing.key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let output = run(&data, &["doctor", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(outcome(&json(&output), "modes"), "bad");
    fs::write(data.join("node.toml"), "x = 1\n").unwrap();
    let output = run(&data, &["doctor", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(outcome(&json(&output), "config"), "bad");
    assert!(stdout(&run(&data, &["doctor"])).contains("問題"));
}

#[test]
fn page_names_the_root_that_tablets_need_once_there_is_one() {
    let (_dir, data) = new_node();
    let failed = |expected: &str| {
        let output = run(&data, &["page", "--lang", "en"]);
        assert_eq!(output.status.code(), Some(1));
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
    };
    failed("has no page");
    let config = data.join("node.toml");
    let text = fs::read_to_string(&config).unwrap();
    let page = "[page]\nlisten = \"127.0.0.1:0\"\nnames = [\"akari.local\"]\n";
    fs::write(&config, format!("{text}\n{page}")).unwrap();
    failed("no certificate yet");
    let checked = |outcome: &str| {
        let checks = json(&run(&data, &["doctor", "--json"]));
        let checks = checks.as_array().unwrap();
        let page = checks.iter().find(|check| check["check"] == "page").unwrap();
        assert_eq!(page["outcome"], outcome, "{page}");
    };
    checked("warning");
    let _served = Served::start(&data);
    checked("good");
    let pem = stdout(&run(&data, &["page", "--root"]));
    assert_eq!(pem, fs::read_to_string(data.join("page-root.pem")).unwrap());
    let told = json(&run(&data, &["page", "--json"]));
    assert_eq!(told["urls"][0], "https://akari.local:0");
    assert!(told["pem"].is_null() && told["root"].as_str().unwrap().ends_with("page-root.pem"));
    let words = stdout(&run(&data, &["page"]));
    assert!(words.contains(told["fingerprint"].as_str().unwrap()), "{words}");
    assert!(words.contains("akari.local") && !words.contains("local:0"), "{words}");
}

#[test]
fn a_state_that_cannot_be_read_is_an_alarm_and_not_an_end() {
    let (_dir, data) = new_node();
    assert_eq!(run(&data, &["status"]).status.code(), Some(0));
    fs::write(data.join("state/conf"), "not settings of a database").unwrap();
    let status = json(&run(&data, &["status", "--json"]));
    assert_eq!(status["alarms"][0]["code"], "alarm-state-set-aside");
    assert!(data.join("state.damaged-1").is_dir());
}
