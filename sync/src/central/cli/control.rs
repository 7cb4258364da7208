//! `control.sock`: the ledger's file belongs to one process, so the others ask the one that serves.
//!
//! One line asks, one JSON line answers. The socket's mode is 0600: whoever may read the folder may ask. Nothing can be
//! changed over it.

use std::fs::Permissions;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;
use tomoshibi_policies::ErrorClass;

use super::failure::Failure;
use super::ledger::Question;
use crate::central::folder::Folder;

const ASK_LEN_BYTES_MAX: u64 = 64;
const ANSWER_LEN_BYTES_MAX: u64 = 256 << 20;
/// A verification of a large ledger takes a while.
const PATIENCE: Duration = Duration::from_secs(120);

fn path(folder: &Folder) -> PathBuf {
    folder.root().join("control.sock")
}

/// Asks the process that serves; none when nobody does.
pub(super) fn ask(folder: &Folder, question: Question) -> Result<Option<Value>, Failure> {
    let mut stream = match UnixStream::connect(path(folder)) {
        Ok(stream) => stream,
        Err(error) if is_nobody(&error) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    stream.set_read_timeout(Some(PATIENCE))?;
    writeln!(stream, "{}", question.word())?;
    let mut answer = Vec::new();
    stream.take(ANSWER_LEN_BYTES_MAX).read_to_end(&mut answer)?;
    let answer: Option<Value> = serde_json::from_slice(&answer).ok();
    let failed = || Failure::new(ErrorClass::Internal, "the serving process gave no answer");
    answer.map(Some).ok_or_else(failed)
}

fn is_nobody(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused)
}

/// Answers until the process ends, on a thread of its own. The caller owns the ledger, so a socket that is there is a
/// dead process's.
pub(super) fn listen(
    folder: &Folder,
    answer: impl Fn(Question) -> Option<Value> + Send + 'static,
) -> io::Result<()> {
    let path = path(folder);
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(&path)?;
    std::fs::set_permissions(&path, Permissions::from_mode(0o600))?;
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            if let Err(error) = serve(&stream, &answer) {
                tracing::warn!(%error, "control socket");
            }
        }
    });
    Ok(())
}

fn serve(stream: &UnixStream, answer: &impl Fn(Question) -> Option<Value>) -> io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let mut line = String::new();
    BufReader::new(stream.take(ASK_LEN_BYTES_MAX)).read_line(&mut line)?;
    let question = Question::ALL.into_iter().find(|question| question.word() == line.trim());
    if let Some(answer) = question.and_then(answer) {
        writeln!(&*stream, "{answer}")?;
    }
    Ok(())
}

/// Removes the socket.
pub(super) fn forget(folder: &Folder) {
    let _ = std::fs::remove_file(path(folder));
}
