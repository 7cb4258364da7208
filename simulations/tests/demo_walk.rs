//! The demo for people, as a process: what they are told is true, and however it ends nothing is left behind.
//!
//! Waits are for files and processes, with limits far above what a slow machine needs.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use serde_json::{Value, json};
use tempfile::TempDir;
use tomoshibi_simulations::demo::plan::{Example, Post};
use tomoshibi_simulations::demo::process::{Program, Side};
use tomoshibi_simulations::demo::socket::{Answer, Desk, Socket};

const LIMIT: Duration = Duration::from_secs(400);
const DRILL: &str = env!("CARGO_BIN_EXE_tomoshibi-drill");

/// A demo under way. Dropped, it is killed, and takes its processes with it.
struct Walk {
    folder: TempDir,
    demo: Child,
    told: Value,
}

fn command(folder: &TempDir, more: &[&str]) -> Command {
    let mut command = Command::new(DRILL);
    command.args(["demo", "--people", "300", "--dir"]).arg(folder.path().join("demo")).args(more);
    command
}

fn wait_for<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + LIMIT;
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(Instant::now() < deadline, "{what} did not come");
        sleep(Duration::from_millis(20));
    }
}

impl Walk {
    fn begin(more: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = |name| File::create(folder.path().join(name)).unwrap();
        let demo = command(&folder, &[&["--port", "0", "--json"], more].concat())
            // As a terminal does, which sends Ctrl-C to the group.
            .process_group(0)
            .stdout(file("out"))
            .stderr(file("err"))
            .spawn()
            .unwrap();
        let mut walk = Self { folder, demo, told: Value::Null };
        let path = walk.path("walk.json");
        wait_for("walk.json", || {
            if let Some(status) = walk.demo.try_wait().unwrap() {
                panic!("{status}: {}", walk.read("err"));
            }
            path.exists().then_some(())
        });
        walk.told = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        walk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("demo").join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    fn pid(&self) -> Pid {
        Pid::from_child(&self.demo)
    }

    fn signal(&self, signal: Signal) {
        kill_process_group(self.pid(), signal).unwrap();
    }

    fn ended(&mut self) -> ExitStatus {
        let demo = &mut self.demo;
        wait_for("the end of the demo", || demo.try_wait().unwrap())
    }

    /// The last line of standard output.
    fn report(&self) -> Value {
        let out = self.read("out");
        serde_json::from_str(out.lines().last().unwrap()).unwrap_or_else(|_| panic!("{out}"))
    }

    /// The processes that the demo started and that run: id and arguments.
    fn children(&self) -> Vec<(Pid, String)> {
        let all = fs::read_dir("/proc").unwrap().filter_map(|entry| {
            let path = entry.ok()?.path();
            let pid = path.file_name()?.to_str()?.parse().ok().and_then(Pid::from_raw)?;
            let stat = fs::read_to_string(path.join("stat")).ok()?;
            let parent: u32 = stat.rsplit(") ").next()?.split(' ').nth(1)?.parse().ok()?;
            let args = fs::read_to_string(path.join("cmdline")).ok()?.replace('\0', " ");
            (parent == self.demo.id()).then_some((pid, args))
        });
        all.collect()
    }

    fn child(&self, of: &str) -> Pid {
        let found = self.children().into_iter().find(|(_, args)| args.contains(of));
        found.unwrap_or_else(|| panic!("no {of}")).0
    }

    /// A command of a node, as people at its console type it.
    fn node(&self, node: &str, args: &[&str]) {
        let program = Program { executable: DRILL.into(), logs: self.folder.path().to_owned() };
        let data = self.path(node).display().to_string();
        program.run(Side::Node, node, &[&["--data", &data], args].concat()).unwrap();
    }

    fn sign_in(&self, socket: &mut Socket, role: &str) -> String {
        let badges = self.told["badges"].as_array().unwrap();
        let badge = badges.iter().find(|badge| badge["role"] == role).unwrap();
        let text = fs::read_to_string(badge["text_file"].as_str().unwrap()).unwrap();
        let asked = json!({"ask": "sign-in", "badge": text.trim(), "pin": badge["pin"]});
        done(socket, asked)["token"].as_str().unwrap().to_owned()
    }

    fn badge_and_pin(&self, role: &str) -> (String, String) {
        let badges = self.told["badges"].as_array().unwrap();
        let badge = badges.iter().find(|badge| badge["role"] == role).unwrap();
        let text = fs::read_to_string(badge["text_file"].as_str().unwrap()).unwrap();
        (text.trim().to_owned(), badge["pin"].as_str().unwrap().to_owned())
    }

    fn example(&self, key: &str) -> &Value {
        let examples = self.told["examples"].as_array().unwrap();
        examples.iter().find(|example| example["key"] == key).unwrap()
    }

    /// Finds an example's person and shows the medication, on this evidence.
    fn look(&self, socket: &mut Socket, token: &str, key: &str, evidence: Value) -> Value {
        let fields = &self.example(key)["fields"];
        let find = json!({"ask": "find-by-name", "token": token, "fields": fields});
        let visit = done(socket, find)["visit"].clone();
        let mut evidence = evidence;
        evidence["token"] = token.into();
        evidence["visit"] = visit.clone();
        done(socket, evidence);
        let look = json!({"ask": "look", "token": token, "visit": visit,
            "categories": ["medication"], "purpose": "care"});
        done(socket, look)["record"].clone()
    }
}

impl Drop for Walk {
    fn drop(&mut self) {
        let _ = self.demo.kill();
        let _ = self.demo.wait();
    }
}

fn done(socket: &mut Socket, request: Value) -> Value {
    match socket.ask(request).unwrap() {
        Answer::Done(reply) => reply,
        Answer::Refused { code, .. } => panic!("refused: {code}"),
    }
}

/// Gone, or dead and not yet taken away by whoever inherits it.
fn is_gone(pid: Pid) -> bool {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()));
    stat.map_or(true, |stat| stat.rsplit(") ").next().unwrap().starts_with('Z'))
}

fn wait_until_gone(children: &[(Pid, String)]) {
    for (pid, args) in children {
        wait_for(&format!("the end of {args}"), || is_gone(*pid).then_some(()));
    }
}

#[test]
fn people_can_do_what_they_are_told_and_all_of_it_reaches_the_centre() {
    let mut walk = Walk::begin(&["--lang", "en"]);
    let told = walk.told.clone();
    for address in [&told["address"], &told["node_b"]["address"]] {
        let at = address.as_str().unwrap().strip_prefix("https://").unwrap();
        TcpStream::connect(at).unwrap();
    }
    for root in [&told["page_root"], &told["node_b"]["page_root"]] {
        assert!(fs::read_to_string(root.as_str().unwrap()).unwrap().contains("CERTIFICATE"));
    }
    assert_eq!(told["node_b"]["code"].as_str().unwrap().split(' ').count(), 8);
    let keys: Vec<&str> =
        told["examples"].as_array().unwrap().iter().map(|e| e["key"].as_str().unwrap()).collect();
    assert_eq!(keys, Example::keys().collect::<Vec<_>>());
    for example in told["examples"].as_array().unwrap() {
        let is_found = example["expect"]["found"] != "none";
        assert_eq!(example["confirm"]["said"].is_string(), is_found, "{}", example["key"]);
        assert_eq!(example["expect"]["name"].is_string(), is_found, "{}", example["key"]);
    }
    assert_eq!(walk.example("no-medication")["expect"]["medications"], 0);
    assert_eq!(walk.example("several")["expect"]["ask"], "insurer");
    let guide = walk.read("out");
    assert!(guide.contains("DRILL") && !guide.contains("missing"), "{guide}");
    assert!(walk.path("badges/index.html").exists());

    let mut socket = Socket::connect(&walk.path("node-a")).unwrap();
    for post in Post::ALL {
        let badges = told["badges"].as_array().unwrap();
        let badge = badges.iter().find(|badge| badge["role"] == post.word()).unwrap();
        assert!(fs::read_to_string(badge["svg"].as_str().unwrap()).unwrap().contains("<svg"));
        walk.sign_in(&mut socket, post.word());
    }
    let doctor = walk.sign_in(&mut socket, "doctor");
    let oral = json!({"ask": "consent", "form": "oral"});
    let record = walk.look(&mut socket, &doctor, "dangerous-combination", oral);
    let group = record["medication"]["lines"][0]["group"].as_str().unwrap();
    assert!(group.starts_with("danger-"), "{group}");
    let (badge, pin) = walk.badge_and_pin("second-doctor");
    let vital = json!({"ask": "vital-interest", "reason": "unconscious", "written": "no answer",
        "second": {"by": "badge", "badge": badge, "pin": pin}});
    walk.look(&mut socket, &doctor, "vital-interest", vital);
    drop(socket);

    let children = walk.children();
    assert_eq!(children.len(), 3, "{children:?}");
    walk.signal(Signal::INT);
    assert_eq!(walk.ended().code(), Some(0), "{}", walk.read("err"));
    let report = walk.report();
    assert_eq!(report["entries"]["journalled"], report["entries"]["acknowledged"]);
    assert_eq!(report["account"]["entries"], report["entries"]["acknowledged"]);
    // The demo's own trials are the reception's, and are not counted.
    assert_eq!(report["account"]["looks"], json!({"doctor": 2}));
    assert_eq!(report["account"]["overrides"], 1);
    assert_eq!(report["account"]["closings"], 1);
    wait_until_gone(&children);
}

#[test]
fn what_people_opened_or_closed_themselves_is_settled_all_the_same() {
    let mut walk = Walk::begin(&["--lang", "ja"]);
    let guide = walk.read("out");
    assert!(guide.contains("訓練") && !guide.contains("missing"), "{guide}");
    walk.node("node-a", &["close"]);
    let code = walk.told["node_b"]["code"].as_str().unwrap().to_owned();
    walk.node("node-b", &["open", "--code", &code]);
    walk.signal(Signal::TERM);
    assert_eq!(walk.ended().code(), Some(0), "{}", walk.read("err"));
    let report = walk.report();
    assert_eq!(report["account"]["closings"], 2);
    assert_eq!(report["account"]["entries"], report["entries"]["acknowledged"]);
    assert_eq!(report["account"]["looks"], json!({}));
}

#[test]
fn a_second_ctrl_c_ends_everything_at_once() {
    let mut walk = Walk::begin(&["--lang", "en"]);
    let children = walk.children();
    // A node that does not answer would keep the first one waiting for minutes.
    kill_process(walk.child("node-a"), Signal::STOP).unwrap();
    walk.signal(Signal::INT);
    wait_for("the first answer", || walk.read("err").contains("The drill ends").then_some(()));
    walk.signal(Signal::INT);
    assert_eq!(walk.ended().code(), Some(130));
    assert!(walk.read("err").contains("Stopped at once"));
    wait_until_gone(&children);
}

#[test]
fn a_process_that_dies_is_named_with_its_log() {
    let mut walk = Walk::begin(&["--lang", "en"]);
    let children = walk.children();
    kill_process(walk.child("node-b"), Signal::KILL).unwrap();
    assert_eq!(walk.ended().code(), Some(1));
    let error = walk.read("err");
    let log = walk.path("logs/node-b-serve.jsonl");
    assert!(error.contains("node-b-serve ended with signal: 9"), "{error}");
    assert!(error.contains(&log.display().to_string()), "{error}");
    wait_until_gone(&children);
}

#[test]
fn a_port_in_use_and_a_used_folder_are_refused_before_anything_is_made() {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let folder = tempfile::tempdir().unwrap();
    let refused = |more: &[&str]| {
        let output = command(&folder, more).stdin(Stdio::null()).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap()
    };
    let error = refused(&["--port", &port.to_string()]);
    assert!(error.contains(&format!("port {port} is in use")) && error.contains("--port"));
    assert!(!folder.path().join("demo").exists());
    fs::create_dir(folder.path().join("demo")).unwrap();
    fs::write(folder.path().join("demo/mine"), "").unwrap();
    assert!(refused(&["--port", "0"]).contains("is not empty"));
}
