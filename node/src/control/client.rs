//! Asking the owner. Blocks; for commands, not for the owner's own threads.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use tomoshibi_policies::ErrorClass;

use super::address::Address;
use super::{Answer, AnswerLine, LINE_LEN_BYTES_MAX, Progress, Request, RequestLine, Response};
use crate::failure::Failure;
use crate::folder::Folder;

/// A connection to the owner of a folder.
pub struct Client {
    stream: BufReader<UnixStream>,
    next_id: u64,
}

/// Why a call brought no response.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// No owner listens.
    #[error("cannot reach the owner: {0}")]
    Unreachable(io::Error),
    /// The connection broke, or the owner is silent.
    #[error("the owner went away: {0}")]
    Broken(io::Error),
    /// The owner is another version, or not one of ours.
    #[error("the owner gave an answer that this build does not know")]
    Unknown,
    /// The owner refused.
    #[error("the owner refused: {}", .0.code)]
    Failed(Failure),
}

impl CallError {
    /// The class of the cause.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Unreachable(_) | Self::Broken(_) => ErrorClass::Transient,
            Self::Unknown => ErrorClass::Unsupported,
            Self::Failed(failure) => failure.class,
        }
    }
}

impl From<CallError> for Failure {
    fn from(error: CallError) -> Self {
        let class = error.class();
        match error {
            CallError::Unreachable(cause) | CallError::Broken(cause) => {
                Self::new(class, "control-silent").with("cause", cause.to_string())
            }
            CallError::Unknown => Self::new(class, "control-answer"),
            CallError::Failed(failure) => failure,
        }
    }
}

impl Client {
    /// Connects to the owner of `folder`.
    ///
    /// # Errors
    /// [`CallError::Unreachable`].
    pub fn connect(folder: &Folder) -> Result<Self, CallError> {
        let connect = || UnixStream::connect(Address::of(folder)?.path);
        let stream = connect().map_err(CallError::Unreachable)?;
        // Long work reports at least with each segment of 8 MiB; a minute of silence is an owner that hangs.
        let timeout = Some(Duration::from_secs(60));
        stream.set_read_timeout(timeout).map_err(CallError::Broken)?;
        stream.set_write_timeout(timeout).map_err(CallError::Broken)?;
        Ok(Self { stream: BufReader::new(stream), next_id: 1 })
    }

    /// Asks, and waits for the last answer. `progress` hears the others.
    ///
    /// # Errors
    /// See [`CallError`].
    pub fn call(
        &mut self,
        request: Request,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Response, CallError> {
        let id = self.next_id;
        self.next_id = self.next_id.saturating_add(1);
        let line = serde_json::to_string(&RequestLine { id, request });
        let line = line.map_err(|error| CallError::Broken(error.into()))?;
        let stream = self.stream.get_mut();
        // An owner that is busy says so and closes, perhaps before it was asked: what it said is still to be read.
        let mut unsent = stream.write_all(format!("{line}\n").as_bytes()).err();
        loop {
            let answer = match (self.read_line(), unsent.take()) {
                (Err(CallError::Broken(_)), Some(error)) => return Err(CallError::Broken(error)),
                (answer, _) => answer?,
            };
            // Without an id the owner could not read the line at all, so it speaks of this one.
            if answer.id.is_some_and(|answered| answered != id) {
                continue;
            }
            match answer.answer {
                Answer::Progress(so_far) => progress(so_far),
                Answer::Done(response) => return Ok(response),
                Answer::Failed(failure) => return Err(CallError::Failed(failure)),
            }
        }
    }

    fn read_line(&mut self) -> Result<AnswerLine, CallError> {
        let mut line = Vec::new();
        let limit = LINE_LEN_BYTES_MAX as u64 + 1;
        let read = (&mut self.stream).take(limit).read_until(b'\n', &mut line);
        read.map_err(CallError::Broken)?;
        match line.last() {
            Some(b'\n') => serde_json::from_slice(&line).map_err(|_| CallError::Unknown),
            Some(_) if line.len() > LINE_LEN_BYTES_MAX => Err(CallError::Unknown),
            _ => Err(CallError::Broken(io::ErrorKind::UnexpectedEof.into())),
        }
    }
}
