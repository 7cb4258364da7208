//! `control.sock` under good and bad clients.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::io::{BufRead, BufReader, Read, Write};
use std::ops::ControlFlow;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;
use tomoshibi_node::config::ControlConfig;
use tomoshibi_node::control::{
    CallError, Client, Handler, LINE_LEN_BYTES_MAX, Progress, ProgressFn, Request, Response, bind,
    serve,
};
use tomoshibi_node::failure::Failure;
use tomoshibi_node::folder::Folder;
use tomoshibi_node::serve::{Stop, Stopper};
use tomoshibi_node::store::{ScrubProgress, ScrubReport};
use tomoshibi_policies::ErrorClass;

/// Refuses `status`; scrubs until it is told to stop, and says how that ended.
struct Endless(Sender<u64>);

impl Handler for Endless {
    fn handle(&self, request: Request, progress: ProgressFn<'_>) -> Result<Response, Failure> {
        if request == Request::Status {
            return Err(Failure::new(ErrorClass::Denied, "state").with("what", "test"));
        }
        let mut done_bytes = 0;
        while let ControlFlow::Continue(()) =
            progress(Progress::Scrub(ScrubProgress { done_bytes, total_bytes: 0 }))
        {
            done_bytes += 1;
        }
        self.0.send(done_bytes).unwrap();
        Ok(Response::Scrub(ScrubReport { stopped: true, ..ScrubReport::default() }))
    }
}

struct Panics;

impl Handler for Panics {
    fn handle(&self, _: Request, _: ProgressFn<'_>) -> Result<Response, Failure> {
        panic!("a fault in a handler")
    }
}

struct Server {
    runtime: Runtime,
    folder: Folder,
    stopper: Stopper,
    task: JoinHandle<()>,
    _dir: tempfile::TempDir,
}

impl Server {
    fn start(handler: Arc<dyn Handler>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path());
        let runtime = Runtime::new().unwrap();
        let (stopper, stop) = Stopper::pair();
        let entered = runtime.enter();
        let task = spawn(&folder, handler, stop);
        drop(entered);
        Self { runtime, folder, stopper, task, _dir: dir }
    }

    fn endless() -> (Self, Receiver<u64>) {
        let (sender, receiver) = channel();
        (Self::start(Arc::new(Endless(sender))), receiver)
    }

    fn connect(&self) -> BufReader<UnixStream> {
        BufReader::new(UnixStream::connect(self.folder.control_socket()).unwrap())
    }

    fn stop(self) {
        self.stopper.stop();
        self.runtime.block_on(self.task).unwrap();
    }
}

fn spawn(folder: &Folder, handler: Arc<dyn Handler>, stop: Stop) -> JoinHandle<()> {
    let listener = bind(folder).unwrap();
    let config = ControlConfig { connections_max: 2, idle_seconds_max: 3600 };
    tokio::spawn(serve(listener, handler, config, stop))
}

fn answer(connection: &mut BufReader<UnixStream>, line: &str) -> Value {
    connection.get_mut().write_all(line.as_bytes()).unwrap();
    next(connection)
}

fn next(connection: &mut BufReader<UnixStream>) -> Value {
    let mut line = String::new();
    connection.read_line(&mut line).unwrap();
    serde_json::from_str(&line).unwrap()
}

fn is_closed(connection: &mut BufReader<UnixStream>) -> bool {
    let mut rest = Vec::new();
    // A reset is an end as well: the server closed while bytes of ours were still unread.
    connection.read_to_end(&mut rest).map_or(true, |_| rest.is_empty())
}

#[test]
fn requests_that_cannot_be_read_are_refused_and_the_connection_goes_on() {
    let (server, _) = Server::endless();
    let mut connection = server.connect();
    let invalid = json!({ "class": "invalid", "code": "control-request" });
    for (line, id) in [
        ("\n", Value::Null),
        ("not json\n", Value::Null),
        ("{}\n", Value::Null),
        ("{\"id\":4,\"command\":\"open-sesame\"}\n", json!(4)),
        ("{\"id\":5}\n", json!(5)),
        ("{\"id\":-1,\"command\":\"status\"}\n", Value::Null),
        ("\u{0}\u{1}\n", Value::Null),
    ] {
        let answer = answer(&mut connection, line);
        assert_eq!(answer["failed"], invalid, "{line}");
        assert_eq!(answer["id"], id, "{line}");
    }
    let denied = answer(&mut connection, "{\"id\":6,\"command\":\"status\"}\n");
    assert_eq!(denied["id"], 6);
    assert_eq!(denied["failed"]["class"], "denied");
    server.stop();
}

#[test]
fn a_line_without_an_end_is_cut_off_at_the_limit() {
    let (server, _) = Server::endless();
    let mut connection = server.connect();
    let long = "x".repeat(LINE_LEN_BYTES_MAX + 1);
    let answer = answer(&mut connection, &long);
    assert_eq!(answer["failed"]["code"], "control-line");
    assert!(is_closed(&mut connection));
    server.stop();
}

#[test]
fn a_connection_too_many_is_told_so_and_a_place_that_is_free_again_is_used() {
    let (server, _) = Server::endless();
    let status = "{\"id\":1,\"command\":\"status\"}\n";
    let mut first = server.connect();
    let mut second = server.connect();
    assert_eq!(answer(&mut first, status)["id"], 1);
    assert_eq!(answer(&mut second, status)["id"], 1);
    let mut third = server.connect();
    assert_eq!(next(&mut third)["failed"]["code"], "control-busy");
    let mut fourth = Client::connect(&server.folder).unwrap();
    let error = fourth.call(Request::Status, &mut |_| ()).unwrap_err();
    assert!(matches!(error, CallError::Failed(failure) if failure.code == "control-busy"));
    drop(first);
    // The place is given back when the server has noticed; until then, it says that it is busy.
    loop {
        let mut again = server.connect();
        // The server may have closed already; what it said can still be read.
        let _ = again.get_mut().write_all(status.as_bytes());
        if next(&mut again)["failed"]["code"] != "control-busy" {
            break;
        }
    }
    server.stop();
}

#[test]
fn long_work_reports_and_stops_when_nobody_listens_any_more() {
    let (server, stopped) = Server::endless();
    let mut connection = server.connect();
    let first = answer(&mut connection, "{\"id\":9,\"command\":\"scrub\"}\n");
    assert_eq!(
        first,
        json!({ "id": 9, "progress": { "work": "scrub", "done_bytes": 0, "total_bytes": 0 } })
    );
    drop(connection);
    assert!(stopped.recv().unwrap() > 0);
    server.stop();
}

#[test]
fn the_end_of_the_node_stops_long_work_and_its_client_gets_the_result() {
    let (server, stopped) = Server::endless();
    let mut client = Client::connect(&server.folder).unwrap();
    let mut server = Some(server);
    let (sender, receiver) = channel();
    let ending = std::thread::spawn(move || {
        let server: Server = receiver.recv().unwrap();
        server.stop();
    });
    let mut reports = 0;
    let response = client.call(Request::Scrub, &mut |_| {
        reports += 1;
        server.take().into_iter().for_each(|server| sender.send(server).unwrap());
    });
    assert!(matches!(response, Ok(Response::Scrub(report)) if report.stopped));
    assert!(reports > 0 && stopped.recv().is_ok());
    ending.join().unwrap();
}

#[test]
fn a_fault_in_a_handler_fails_one_request_and_not_the_node() {
    let server = Server::start(Arc::new(Panics));
    for _ in 0..2 {
        let mut client = Client::connect(&server.folder).unwrap();
        let error = client.call(Request::Status, &mut |_| ()).unwrap_err();
        assert!(matches!(error, CallError::Failed(failure) if failure.code == "internal"));
    }
    server.stop();
}

#[test]
fn nobody_there_is_unreachable_and_an_end_in_the_middle_is_broken() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::new(dir.path());
    assert!(matches!(Client::connect(&folder), Err(CallError::Unreachable(_))));
    let listener = std::os::unix::net::UnixListener::bind(folder.control_socket()).unwrap();
    for (said, unknown) in [("{\"id\":1,\"do", false), ("{\"id\":1,\"else\":2}\n", true)] {
        let mut client = Client::connect(&folder).unwrap();
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(said.as_bytes()).unwrap();
        drop(stream);
        let error = client.call(Request::Status, &mut |_| ()).unwrap_err();
        assert_eq!(matches!(error, CallError::Unknown), unknown, "{error}");
    }
}
