//! A node on the host's files, whose loads can be held up: what its status says meanwhile.

use std::io;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tomoshibi_node::control::{Handler, Request, Response};
use tomoshibi_node::failure::Failure;
use tomoshibi_node::folder::{Folder, Owner};
use tomoshibi_node::node::{Node, Seams};
use tomoshibi_node::state::{SledState, StateStore};
use tomoshibi_node::status::{Activation, Status};
use tomoshibi_sync::id::Digest;
use tomoshibi_sync::seam::{Append, FileEntry, Files, ReadAt, StdFiles, SystemEntropy};

use crate::centre::{badge, order, signed};
use crate::machine::Machine;

/// Longest wait for what must not wait at all: it ends a test that fails, and no other.
const STUCK: Duration = Duration::from_secs(60);

/// The host's files; while it is shut, the first opening of a segment tells of itself and waits.
struct Gate {
    shut: AtomicBool,
    arrived: SyncSender<()>,
    go: Mutex<Receiver<()>>,
}

impl Files for Gate {
    fn open(&self, path: &Path) -> io::Result<Box<dyn ReadAt>> {
        let is_segment = path.components().any(|part| part.as_os_str() == "segments");
        if is_segment && self.shut.swap(false, Ordering::SeqCst) {
            self.arrived.send(()).map_err(io::Error::other)?;
            let go = self.go.lock().unwrap_or_else(PoisonError::into_inner);
            go.recv().map_err(io::Error::other)?;
        }
        StdFiles.open(path)
    }

    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        StdFiles.read(path, limit)
    }

    fn append(&self, path: &Path) -> io::Result<Box<dyn Append>> {
        StdFiles.append(path)
    }

    fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        StdFiles.replace(path, bytes)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        StdFiles.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        StdFiles.remove(path)
    }

    fn erase(&self, path: &Path) -> io::Result<()> {
        StdFiles.erase(path)
    }

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        StdFiles.create_dir(path)
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        StdFiles.sync_dir(path)
    }

    fn list(&self, path: &Path) -> io::Result<Vec<FileEntry>> {
        StdFiles.list(path)
    }

    fn free_bytes(&self, path: &Path) -> io::Result<u64> {
        StdFiles.free_bytes(path)
    }

    fn exists(&self, path: &Path) -> bool {
        StdFiles.exists(path)
    }
}

/// A machine's folder and state, on the host's disk, and a gate before its segments.
struct Host {
    machine: Machine,
    folder: Folder,
    gate: Arc<Gate>,
    arrived: Receiver<()>,
    go: SyncSender<()>,
    _dir: tempfile::TempDir,
}

impl Host {
    fn of(machine: Machine) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path());
        folder.create(&StdFiles).unwrap();
        for (path, bytes) in machine.all_files() {
            let path = dir.path().join(path.strip_prefix(machine.folder.root()).unwrap());
            StdFiles.create_dir(path.parent().unwrap()).unwrap();
            StdFiles.replace(&path, &bytes).unwrap();
        }
        StdFiles.replace(&folder.config(), crate::machine::CONFIG.as_bytes()).unwrap();
        let state = SledState::open(&folder.state_dir()).unwrap();
        state.put_all(&machine.values()).unwrap();
        drop(state);
        let ((arrived_at, arrived), (go, waits)) = (sync_channel(1), sync_channel(1));
        let gate =
            Gate { shut: AtomicBool::new(false), arrived: arrived_at, go: Mutex::new(waits) };
        Self { machine, folder, gate: Arc::new(gate), arrived, go, _dir: dir }
    }

    /// A process that serves.
    fn serve(&self) -> Arc<Node> {
        let seams = Seams {
            files: self.gate.clone(),
            clock: self.machine.clock(),
            entropy: Arc::new(SystemEntropy),
        };
        let owner = Owner::claim(&self.folder).unwrap();
        let node = Arc::new(Node::open(owner, &self.folder, seams).unwrap());
        node.set_sync_status(|_| ());
        node
    }
}

impl Host {
    /// Writes over the database's settings.
    fn damage_state(&self) {
        std::fs::write(self.folder.state_dir().join("conf"), "not settings of a database").unwrap();
    }
}

fn codes(status: &Status) -> Vec<&str> {
    status.alarms.iter().map(|alarm| alarm.code.as_str()).collect()
}

fn open(node: &Node, code: &str) {
    let request = Request::Open { notice: None, code: Some(code.to_owned()) };
    node.handle(request, &mut |_| ControlFlow::Continue(())).unwrap();
}

/// The status, from a thread of its own; none when it waits for something.
fn status(node: &Arc<Node>) -> Option<Status> {
    let (told, hears) = sync_channel(1);
    let node = node.clone();
    std::thread::spawn(move || told.send(Box::new(node.status().unwrap())));
    hears.recv_timeout(STUCK).ok().map(|status| *status)
}

#[test]
fn a_status_does_not_wait_for_a_load_and_tells_its_end() {
    let host = Host::of(Machine::ordered());
    let node = host.serve();
    assert_eq!(node.status().unwrap().activation, Activation::Sealed);
    node.duty().unwrap();
    host.gate.shut.store(true, Ordering::SeqCst);
    let code = &host.machine.code;
    let during = std::thread::scope(|scope| {
        let opening = scope.spawn(|| open(&node, code));
        host.arrived.recv_timeout(STUCK).unwrap();
        let during = status(&node);
        host.go.send(()).unwrap();
        opening.join().unwrap();
        during
    });
    // Nothing is durable before the load is over: a power cut now leaves the node sealed.
    assert_eq!(during.unwrap().activation, Activation::Sealed);
    assert_eq!(node.status().unwrap().activation, Activation::Open);
}

#[test]
fn a_node_whose_order_is_lost_does_not_call_itself_sealed() {
    let machine = Machine::ordered();
    machine.start_well().open(&machine.code).unwrap();
    let name = Digest::of(&signed(&order())).to_string();
    let host = Host::of(machine);
    StdFiles.remove(&host.folder.orders_dir().join(&name)).unwrap();
    let node = host.serve();
    assert_eq!(node.status().unwrap().activation, Activation::Locked);
    node.duty().unwrap();
    let status = node.status().unwrap();
    assert_eq!(status.activation, Activation::Locked);
    assert!(status.alarms.iter().any(|alarm| alarm.code == "order-missing"));
    // Brought again, it opens; what it opened is closed.
    StdFiles.replace(&host.folder.orders_dir().join(&name), &signed(&order())).unwrap();
    open(&node, &host.machine.code);
    assert_eq!(node.status().unwrap().activation, Activation::Open);
    node.handle(Request::Close, &mut |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(node.status().unwrap().activation, Activation::Sealed);
}

fn ask(node: &Node, request: Request) -> Result<Response, Failure> {
    node.handle(request, &mut |_| ControlFlow::Continue(()))
}

#[test]
fn at_a_tablet_only_a_badge_opens_and_whoever_asks_meanwhile_is_told() {
    let host = Host::of(Machine::ordered());
    let node = host.serve();
    node.duty().unwrap();
    let by = |badge: String, code: Option<&str>| Request::OpenWithBadge {
        badge,
        notice: None,
        code: code.map(str::to_owned),
    };
    let code = host.machine.code.as_str();
    assert_eq!(ask(&node, by("rubbish".into(), Some(code))).unwrap_err().code, "badge-form");
    assert_eq!(ask(&node, by(badge(1), None)).unwrap_err().code, "no-line");
    assert_eq!(node.status().unwrap().activation, Activation::Sealed);
    host.gate.shut.store(true, Ordering::SeqCst);
    let view = || match ask(&node, Request::Opening).unwrap() {
        Response::Opening(view) => *view,
        other => panic!("{other:?}"),
    };
    let during = std::thread::scope(|scope| {
        let opening = scope.spawn(|| ask(&node, by(badge(1), Some(code))));
        host.arrived.recv_timeout(STUCK).unwrap();
        let during = view();
        assert_eq!(ask(&node, by(badge(2), Some(code))).unwrap_err().code, "opening-now");
        host.go.send(()).unwrap();
        assert!(
            matches!(opening.join().unwrap(), Ok(Response::Open(opened)) if opened.persons == 1)
        );
        during
    });
    assert!(during.opening_now && during.state == Activation::Sealed);
    let open = view();
    assert!(!open.opening_now && open.state == Activation::Open && open.in_memory.is_some());
}

#[test]
fn an_enrolled_node_whose_state_is_damaged_is_enrolled_has_its_data_and_opens() {
    let host = Host::of(Machine::ordered());
    let before = host.serve();
    before.duty().unwrap();
    let told = before.status().unwrap();
    before.end_duty();
    drop(before);
    host.damage_state();
    // The first process is a command that nobody watches.
    drop(host.serve());
    let node = host.serve();
    let status = node.status().unwrap();
    assert_eq!(codes(&status), ["alarm-state-set-aside"]);
    assert_eq!(status.enrolment, told.enrolment);
    assert_eq!(status.snapshots, told.snapshots);
    assert_eq!(status.activation, Activation::Sealed);
    node.duty().unwrap();
    assert_eq!(node.status().unwrap().enrolment, told.enrolment);
    open(&node, &host.machine.code);
    assert_eq!(node.status().unwrap().activation, Activation::Open);
    std::fs::remove_dir_all(host.folder.root().join("state.damaged-1")).unwrap();
    assert_eq!(codes(&node.status().unwrap()), Vec::<&str>::new());
}

#[test]
fn orders_that_cannot_be_read_keep_no_node_open_after_its_period() {
    let host = Host::of(Machine::ordered());
    let node = host.serve();
    open(&node, &host.machine.code);
    let orders = host.folder.orders_dir();
    std::fs::remove_dir_all(&orders).unwrap();
    StdFiles.replace(&orders, b"no folder").unwrap();
    assert_eq!(node.watch().unwrap_err().code, "disk");
    assert_eq!(node.status().unwrap().activation, Activation::Open);
    host.machine.set_hours(48);
    assert_eq!(node.watch().unwrap_err().code, "disk");
    assert_eq!(node.status().unwrap().activation, Activation::Sealed);
    node.watch().unwrap();
}

#[test]
fn an_open_node_whose_state_is_damaged_is_locked_and_resumes_and_closes() {
    let host = Host::of(Machine::ordered());
    let first = host.serve();
    open(&first, &host.machine.code);
    first.end_duty();
    drop(first);
    host.damage_state();
    let node = host.serve();
    assert_eq!(node.status().unwrap().activation, Activation::Locked);
    node.duty().unwrap();
    assert_eq!(node.status().unwrap().activation, Activation::Locked);
    let code = Some(host.machine.code.clone());
    let resumed = ask(&node, Request::Open { notice: None, code }).unwrap();
    assert!(matches!(resumed, Response::Open(opened) if opened.resumed));
    assert_eq!(node.status().unwrap().activation, Activation::Open);
    node.end_duty();
    drop(node);
    // Lost again, and closed without the code.
    host.damage_state();
    let node = host.serve();
    assert_eq!(node.status().unwrap().activation, Activation::Locked);
    ask(&node, Request::Close).unwrap();
    assert_eq!(node.status().unwrap().activation, Activation::Sealed);
    assert!(!host.folder.activation().exists());
    assert!(StdFiles.list(&host.folder.releases_dir()).unwrap().is_empty());
    drop(node);
    host.damage_state();
    assert_eq!(host.serve().status().unwrap().activation, Activation::Sealed);
}
