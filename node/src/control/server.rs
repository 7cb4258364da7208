//! Answering commands. Requests block, so they run on threads for blocking work.

use std::fs::{self, Permissions};
use std::io;
use std::ops::ControlFlow;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tomoshibi_policies::ErrorClass;

use super::address::Address;
use super::{Answer, AnswerLine, LINE_LEN_BYTES_MAX, Progress, Request, RequestLine, Response};
use crate::config::ControlConfig;
use crate::disk::DiskError;
use crate::failure::Failure;
use crate::folder::Folder;
use crate::serve::Stop;

/// Hears how far long work has got, and says whether to go on.
pub type ProgressFn<'a> = &'a mut dyn FnMut(Progress) -> ControlFlow<()>;

/// Does what is asked. Blocks.
pub trait Handler: Send + Sync + 'static {
    /// Does what `request` asks.
    ///
    /// # Errors
    /// What went wrong, without words.
    fn handle(&self, request: Request, progress: ProgressFn<'_>) -> Result<Response, Failure>;
}

/// Binds the socket of `folder`, whose lock the caller holds: a socket that is there is a dead owner's.
///
/// # Errors
/// The disk's.
pub fn bind(folder: &Folder) -> Result<UnixListener, DiskError> {
    let path = folder.control_socket();
    let bind = || -> io::Result<UnixListener> {
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let listener = UnixListener::bind(Address::of(folder)?.path)?;
        // Between the two calls the folder's own mode keeps others out.
        fs::set_permissions(&path, Permissions::from_mode(0o600))?;
        Ok(listener)
    };
    bind().map_err(DiskError::at("listen on", &path))
}

/// Answers until `stop`; then lets requests that are running end.
pub async fn serve(
    listener: UnixListener,
    handler: Arc<dyn Handler>,
    config: ControlConfig,
    mut stop: Stop,
) {
    let places = usize::try_from(config.connections_max).unwrap_or(usize::MAX);
    let places = Arc::new(Semaphore::new(places.min(Semaphore::MAX_PERMITS)));
    let mut connections = JoinSet::new();
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    // Out of file handles, most likely: wait, instead of turning in a circle.
                    tracing::warn!(%error, "cannot accept a command");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
            () = stop.stopped() => break,
        };
        while connections.try_join_next().is_some() {}
        let Ok(place) = places.clone().try_acquire_owned() else {
            connections.spawn(refuse(stream));
            continue;
        };
        let connection =
            Connection::new(stream, handler.clone(), config.idle_seconds_max, stop.clone());
        connections.spawn(async move {
            // A client that went away is no concern of the node's.
            let _ = connection.run().await;
            drop(place);
        });
    }
    while connections.join_next().await.is_some() {}
}

async fn refuse(mut stream: UnixStream) {
    let failure = Failure::new(ErrorClass::Exhausted, "control-busy");
    let line = line_of(None, Answer::Failed(failure));
    // Nobody has to hear it.
    let _ = timeout(Duration::from_secs(1), stream.write_all(&line)).await;
}

fn line_of(id: Option<u64>, answer: Answer) -> Vec<u8> {
    let internal = || br#"{"failed":{"class":"internal","code":"control-answer"}}"#.to_vec();
    let line = serde_json::to_vec(&AnswerLine { id, answer });
    let mut line =
        line.ok().filter(|line| line.len() < LINE_LEN_BYTES_MAX).unwrap_or_else(internal);
    line.push(b'\n');
    line
}

struct Connection {
    read: BufReader<OwnedReadHalf>,
    write: OwnedWriteHalf,
    handler: Arc<dyn Handler>,
    idle: Duration,
    stop: Stop,
}

/// What came on a connection.
enum Line {
    Whole(Vec<u8>),
    TooLong,
    End,
}

impl Connection {
    fn new(stream: UnixStream, handler: Arc<dyn Handler>, idle_seconds: u64, stop: Stop) -> Self {
        let (read, write) = stream.into_split();
        let idle = Duration::from_secs(idle_seconds);
        Self { read: BufReader::new(read), write, handler, idle, stop }
    }

    async fn run(mut self) -> io::Result<()> {
        loop {
            let mut stop = self.stop.clone();
            let line = tokio::select! {
                line = timeout(self.idle, self.read_line()) => line??,
                () = stop.stopped() => return Ok(()),
            };
            match line {
                Line::End => return Ok(()),
                Line::TooLong => {
                    let failure = Failure::new(ErrorClass::Exhausted, "control-line")
                        .with("limit", LINE_LEN_BYTES_MAX);
                    // What follows is the rest of that line: nothing more can be understood.
                    return self.write.write_all(&line_of(None, Answer::Failed(failure))).await;
                }
                Line::Whole(line) => match parse(&line) {
                    Ok(RequestLine { id, request }) => self.answer(id, request).await?,
                    Err((id, failure)) => {
                        self.write.write_all(&line_of(id, Answer::Failed(failure))).await?;
                    }
                },
            }
        }
    }

    async fn read_line(&mut self) -> io::Result<Line> {
        let mut line = Vec::new();
        let limit = LINE_LEN_BYTES_MAX as u64 + 1;
        (&mut self.read).take(limit).read_until(b'\n', &mut line).await?;
        Ok(match line.last() {
            Some(b'\n') => Line::Whole(line),
            Some(_) if line.len() > LINE_LEN_BYTES_MAX => Line::TooLong,
            // A line cut short is a client that went away.
            _ => Line::End,
        })
    }

    async fn answer(&mut self, id: u64, request: Request) -> io::Result<()> {
        let (sender, mut receiver) = mpsc::channel(16);
        let handler = self.handler.clone();
        let stop = self.stop.clone();
        let work = tokio::task::spawn_blocking(move || {
            let mut progress = |so_far| {
                // Never waits: work that itself waits for the line reports from inside a runtime. A report that finds the
                // queue full is left out, the next one tells more anyway.
                let heard = !matches!(sender.try_send(so_far), Err(TrySendError::Closed(_)));
                if heard && !stop.is_stopped() {
                    ControlFlow::Continue(())
                } else {
                    ControlFlow::Break(())
                }
            };
            handler.handle(request, &mut progress)
        });
        while let Some(so_far) = receiver.recv().await {
            // When nobody hears it any more, leaving drops the receiver, and the work stops at its next report.
            self.write.write_all(&line_of(Some(id), Answer::Progress(so_far))).await?;
        }
        let answer = match work.await {
            Ok(Ok(response)) => Answer::Done(response),
            Ok(Err(failure)) => Answer::Failed(failure),
            Err(_) => Answer::Failed(Failure::new(ErrorClass::Internal, "internal")),
        };
        self.write.write_all(&line_of(Some(id), answer)).await
    }
}

fn parse(line: &[u8]) -> Result<RequestLine, (Option<u64>, Failure)> {
    let refuse = |id, code| (id, Failure::new(ErrorClass::Invalid, code));
    let value: serde_json::Value =
        serde_json::from_slice(line).map_err(|_| refuse(None, "control-request"))?;
    let id = value.get("id").and_then(serde_json::Value::as_u64);
    serde_json::from_value(value).map_err(|_| refuse(id, "control-request"))
}
