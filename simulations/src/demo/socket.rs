//! Asking a node at its `control.sock`, as any program of the hospital could: JSON lines, this module's own reader.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};

/// Longest path of a socket address on Linux without its final zero.
const PATH_LEN_BYTES_MAX: usize = 107;
/// Longest silence of a node.
const SILENCE: Duration = Duration::from_secs(60);

/// What a node answered.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// What was asked for.
    Done(Value),
    /// A refusal.
    Refused {
        /// Its class.
        class: String,
        /// Its code.
        code: String,
    },
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum SocketError {
    /// The node cannot be reached, or went away.
    #[error("the node does not answer: {0}")]
    Io(#[from] io::Error),
    /// The line is no answer.
    #[error("the node's answer is no answer of this version")]
    Shape,
}

/// Something that answers a desk's requests.
pub trait Desk {
    /// Asks once.
    ///
    /// # Errors
    /// When there is no answer; a refusal is an answer.
    fn ask(&mut self, request: Value) -> Result<Answer, SocketError>;
}

/// A connection to a node.
#[derive(Debug)]
pub struct Socket {
    stream: BufReader<UnixStream>,
    next_id: u64,
}

impl Socket {
    /// Connects to the node that owns `data`.
    ///
    /// # Errors
    /// When nobody listens.
    pub fn connect(data: &Path) -> Result<Self, SocketError> {
        let path = data.join("control.sock");
        let stream = if path.as_os_str().len() <= PATH_LEN_BYTES_MAX {
            UnixStream::connect(path)?
        } else {
            // A deep folder is reached through an open handle of it.
            let folder = File::open(data)?;
            let handle = format!("/proc/self/fd/{}/control.sock", folder.as_raw_fd());
            UnixStream::connect(PathBuf::from(handle))?
        };
        stream.set_read_timeout(Some(SILENCE))?;
        stream.set_write_timeout(Some(SILENCE))?;
        Ok(Self { stream: BufReader::new(stream), next_id: 1 })
    }
}

impl Desk for Socket {
    fn ask(&mut self, request: Value) -> Result<Answer, SocketError> {
        let id = self.next_id;
        self.next_id += 1;
        let line = json!({"id": id, "command": "desk", "request": request});
        self.stream.get_mut().write_all(format!("{line}\n").as_bytes())?;
        loop {
            let mut line = String::new();
            if self.stream.read_line(&mut line)? == 0 {
                return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
            }
            let line: Value = serde_json::from_str(&line).map_err(|_| SocketError::Shape)?;
            if line.get("progress").is_none() {
                return answer(&line);
            }
        }
    }
}

fn answer(line: &Value) -> Result<Answer, SocketError> {
    if let Some(done) = line.pointer("/done/desk") {
        return Ok(Answer::Done(done.clone()));
    }
    let word = |pointer| line.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    match (word("/failed/class"), word("/failed/code")) {
        (Some(class), Some(code)) => Ok(Answer::Refused { class, code }),
        _ => Err(SocketError::Shape),
    }
}
