//! `kill -9` of a node, again and again: while it copies, while it is opened, while patients are looked up.
//!
//! Verified after each: the node starts again; its journal verifies; every request that was answered has its entry, so
//! that the journal grew by at least the answers. At the end: the centre holds at least as many disclosures as records
//! were shown. The moments are drawn by a seed; the result must not depend on them, so a slow machine only kills at
//! other moments. Not verified: loss of what the system had not written when power fails (the simulator does that).
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use tomoshibi_simulations::demo::plan::{NameFields, Post};
use tomoshibi_simulations::demo::process::{Program, Service, Side};
use tomoshibi_simulations::demo::socket::{Answer, Desk, Socket};
use tomoshibi_simulations::demo::visit::{Holder, Roster};
use tomoshibi_simulations::region::truth::{self, TruthPerson};
use tomoshibi_simulations::region::{RegionParameters, generate};

const SEED: u64 = 20_261_113;
const KILLS_IN_COPY: u32 = 20;
const KILLS_IN_OPENING: u32 = 15;
const KILLS_IN_LOOKUPS: u32 = 20;
const READY: Duration = Duration::from_secs(60);
const FACILITY: &str = "1710000003";

/// Draws moments: the numbers of a linear congruence (Knuth's constants).
struct Moments(u64);

impl Moments {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) % bound
    }

    fn within(&mut self, millis: u64) -> Duration {
        Duration::from_millis(self.below(millis))
    }
}

/// A centre, one node, and the people of a small region.
struct Scene {
    dir: TempDir,
    program: Program,
    people: Vec<TruthPerson>,
    code: String,
    roster: Roster,
    moments: Moments,
    _centre: Service,
}

impl Scene {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let logs = dir.path().join("logs");
        fs::create_dir(&logs).unwrap();
        let executable = PathBuf::from(env!("CARGO_BIN_EXE_tomoshibi-drill"));
        let program = Program { executable, logs };
        let region = dir.path().join("region");
        let parameters = RegionParameters { months: 3, ..RegionParameters::new(400, 3) };
        generate(&parameters, &region, |_| {}).unwrap();
        let people = truth::read(&region.join("truth.jsonl")).unwrap();
        let people = people.map(Result::unwrap).filter(is_plain).collect();

        let central = dir.path().join("central");
        let run = |name: &str, args: &[&str]| {
            let central = central.display().to_string();
            let args: Vec<&str> =
                ["--dir", &central].into_iter().chain(args.iter().copied()).collect();
            program.run(Side::Central, name, &args).unwrap()
        };
        run("init", &["init", "--region", "17", "--drill", "--listen", "127.0.0.1:0"]);
        run("ingest", &["ingest", &region.display().to_string(), "--as-of", "2026-11-13"]);
        run("publish", &["publish"]);
        let (centre, address) = serve_centre(&program, &central);
        let invited = run("invite", &["invite", "--name", "node", "--facility", FACILITY]);
        let node = dir.path().join("node").display().to_string();
        let place = ["--facility", FACILITY, "--municipality", "17201"];
        let init = [&["--data", &node, "init", "--name", "node"][..], &place[..]].concat();
        program.run(Side::Node, "node", &init).unwrap();
        let enrol = ["--data", &node, "enrol", "--centre", &address, "--code"];
        let enrol = [&enrol[..], &[invited.text("/code").unwrap()]].concat();
        program.run(Side::Node, "node", &enrol).unwrap();

        let order = ["order", "--notice", "KILL-1", "--prefecture", "17", "--closes", "+72h"];
        run("order", &order);
        let release = run("release", &["release", "preposition", "--node", "node"]);
        let code = release.text("/code").unwrap().to_owned();
        let badge = ["badge", "--name", "灯台　守", "--role", "doctor", "--facility", FACILITY];
        let badge = run("badge", &badge).text("/badge").unwrap().to_owned();
        let holder = Holder { badge, pin: "271828".into(), token: None };
        let holders = BTreeMap::from([(Post::Doctor, holder)]);
        let roster = Roster { holders, ..Roster::default() };
        let moments = Moments(SEED);
        Self { dir, program, people, code, roster, moments, _centre: centre }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn node_args(&self, args: &[&str]) -> Vec<String> {
        let node = self.path("node").display().to_string();
        ["--data", &node].into_iter().chain(args.iter().copied()).map(str::to_owned).collect()
    }

    fn node(&self, args: &[&str]) -> Value {
        let args = self.node_args(args);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        self.program.run(Side::Node, "node", &args).unwrap().value().clone()
    }

    fn central(&self, args: &[&str]) -> Value {
        let central = self.path("central").display().to_string();
        let args: Vec<&str> = ["--dir", &central].into_iter().chain(args.iter().copied()).collect();
        self.program.run(Side::Central, "central", &args).unwrap().value().clone()
    }

    fn serve(&self) -> Service {
        let ready = |line: &Value| line.get("ready")?.as_bool().filter(|ready| *ready);
        let args = self.node_args(&["serve", "--json"]);
        self.program.serve(Side::Node, "serve", &args, READY, ready).unwrap().0
    }

    /// Entries in a journal that verifies.
    fn entries(&self) -> u64 {
        let report = self.node(&["journal", "verify"]);
        assert_eq!(report["sound"], true, "{}", report["findings"]);
        report["size"].as_u64().unwrap()
    }
}

fn is_plain(person: &TruthPerson) -> bool {
    person.alive && person.withdrawn.is_none() && person.traps.is_empty()
}

fn serve_centre(program: &Program, central: &Path) -> (Service, String) {
    let listening = |line: &Value| line.get("listening")?.as_str()?.parse::<SocketAddr>().ok();
    let args = ["--dir", &central.display().to_string(), "serve", "--json"].map(str::to_owned);
    let served = program.serve(Side::Central, "centre", &args, READY, listening).unwrap();
    (served.0, served.1.to_string())
}

/// Kills while the node copies; what it has can always be read again, and the copy is whole in the end.
fn kill_in_copy(scene: &mut Scene) {
    for _ in 0..KILLS_IN_COPY {
        scene.central(&["publish", "--whole"]);
        let args = scene.node_args(&["sync", "--json"]);
        // It never announces anything: what comes back is the process, killed at the end of its time.
        let moment = scene.moments.within(400);
        let never = |_: &Value| None::<()>;
        let cut = scene.program.serve(Side::Node, "sync", &args, moment, never);
        assert!(cut.is_err());
        scene.node(&["status"]);
    }
    scene.node(&["sync"]);
    let scrubbed = scene.node(&["scrub"]);
    assert_eq!(scrubbed["damaged"], json!([]));
    assert_eq!(scrubbed["missing"], json!([]));
}

/// Opens the node; a node that a power cut left open may refuse to be opened twice.
fn open(scene: &Scene) {
    let args = scene.node_args(&["open", "--code", &scene.code]);
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    scene.program.try_run(Side::Node, "open", &args).unwrap();
}

/// Kills while the node is opened; it starts again, and can be opened.
fn kill_in_opening(scene: &mut Scene) {
    for _ in 0..KILLS_IN_OPENING {
        let service = scene.serve();
        let moment = scene.moments.within(900);
        thread::scope(|scope| {
            let scene = &*scene;
            let opening = scope.spawn(move || open(scene));
            thread::sleep(moment);
            service.kill();
            opening.join().unwrap();
        });
        scene.entries();
    }
}

/// Signs in and looks people up until the node is killed; counts answers and records.
fn look_up(scene: &mut Scene, patience: Duration) -> (u64, u64) {
    let service = scene.serve();
    open(scene);
    let mut socket = Socket::connect(&scene.path("node")).unwrap();
    let token = sign_in(scene, &mut socket);
    let mut counts = (0, 0);
    thread::scope(|scope| {
        let killer = scope.spawn(move || {
            thread::sleep(patience);
            service.kill();
        });
        for person in scene.people.iter().cycle() {
            if !visit(&mut socket, &token, person, &mut counts) {
                break;
            }
        }
        killer.join().unwrap();
    });
    counts
}

/// Signs the first member of staff in. PINs outlive a kill: they are set the first time only.
fn sign_in(scene: &Scene, socket: &mut Socket) -> String {
    let mut roster = scene.roster.clone();
    let first = roster.holders.values().next().unwrap();
    let request = json!({"ask": "sign-in", "badge": first.badge, "pin": first.pin});
    match socket.ask(request).unwrap() {
        Answer::Done(reply) => reply["token"].as_str().unwrap().to_owned(),
        Answer::Refused { code, .. } => {
            assert_eq!(code, "pin-not-set");
            assert_eq!(roster.sign_all_in(socket).unwrap(), None);
            roster.holders.values().next().and_then(|holder| holder.token.clone()).unwrap()
        }
    }
}

/// One visit; false when the node is gone. Each answer is counted when it has arrived.
fn visit(
    socket: &mut Socket,
    token: &str,
    person: &TruthPerson,
    (answers, records): &mut (u64, u64),
) -> bool {
    let fields = NameFields {
        name: person.name.clone(),
        birth: person.birth_date.clone(),
        sex: person.sex.to_string(),
        address: None,
        insurer: Some(person.insurer_number.clone()),
    };
    let mut ask = |request: Value| match socket.ask(request) {
        Ok(Answer::Done(reply)) => {
            *answers += 1;
            Some(reply)
        }
        Ok(Answer::Refused { code, .. }) => panic!("refused: {code}"),
        Err(_) => None,
    };
    let find = json!({"ask": "find-by-name", "token": token, "fields": fields});
    let Some(found) = ask(find) else { return false };
    let Some(visit) = found["visit"].as_str() else { return true };
    let consent = json!({"ask": "consent", "token": token, "visit": visit, "form": "oral"});
    if ask(consent).is_none() {
        return false;
    }
    let look = json!({"ask": "look", "token": token, "visit": visit,
        "categories": ["medication"], "purpose": "care"});
    let shown = ask(look);
    *records += u64::from(shown.as_ref().is_some_and(|reply| reply.get("record").is_some()));
    shown.is_some()
}

#[test]
fn a_node_killed_at_any_moment_starts_again_with_every_answer_in_its_journal() {
    let mut scene = Scene::new();
    kill_in_copy(&mut scene);
    kill_in_opening(&mut scene);
    let mut shown = 0;
    for _ in 0..KILLS_IN_LOOKUPS {
        let before = scene.entries();
        let patience = Duration::from_millis(5) + scene.moments.within(300);
        let (answers, records) = look_up(&mut scene, patience);
        shown += records;
        let after = scene.entries();
        assert!(after >= before + answers, "{before} entries, {answers} answers, then {after}");
    }
    assert!(shown > 0);
    scene.node(&["sync"]);
    let entries = scene.central(&["ledger", "entries"]);
    let disclosed = entries.as_array().unwrap().iter().filter(|entry| entry["kind"] == "disclosed");
    assert!(disclosed.count() as u64 >= shown);
}
