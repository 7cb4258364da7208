//! Processes of the demo: the same executable, run again as a node or as the centre.
//!
//! Promises: a service counts as started when it announced itself in a JSON line on standard output; standard error
//! goes to a file of its own; whatever happens, no service outlives its [`Service`]; a Ctrl-C at the terminal reaches
//! the demo alone, which then ends its processes in good order; a demo that is killed takes all of them with it
//! (`programs`).
//!
//! Not covered: services that fork.

use std::fs::OpenOptions;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tomoshibi_policies::ErrorClass;

/// How often the end of a process is looked for.
const POLL: Duration = Duration::from_millis(20);

/// Which program the executable is run as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// `tomoshibi-central`.
    Central,
    /// `tomoshibi-node`.
    Node,
}

impl Side {
    /// The hidden subcommand.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Central => "__central",
            Self::Node => "__node",
        }
    }
}

/// The executable, and where logs go.
#[derive(Debug, Clone)]
pub struct Program {
    /// Run again.
    pub executable: PathBuf,
    /// Folder of `<name>.jsonl`.
    pub logs: PathBuf,
}

/// Why a process did not do what it was started for.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    /// It cannot be started, or its log cannot be written.
    #[error("{name} cannot be started: {source}")]
    Start {
        /// Of the process.
        name: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// It ended, or was silent for too long, before it announced itself.
    #[error("{name} did not get ready within {} s; see its log {}", limit.as_secs(), log.display())]
    NotReady {
        /// Of the process.
        name: String,
        /// How long it was waited for.
        limit: Duration,
        /// Its standard error.
        log: PathBuf,
    },
    /// It did not end when it was asked to, and was killed.
    #[error("{name} did not stop within {} s and was killed", limit.as_secs())]
    NotStopped {
        /// Of the process.
        name: String,
        /// How long it was waited for.
        limit: Duration,
    },
    /// It ended on its own.
    #[error("{name} ended with {status}; see its log {}", log.display())]
    Ended {
        /// Of the process.
        name: String,
        /// How.
        status: ExitStatus,
        /// Its standard error.
        log: PathBuf,
    },
}

impl ProcessError {
    /// How a caller should react.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Start { .. } => ErrorClass::Internal,
            Self::NotReady { .. } | Self::NotStopped { .. } | Self::Ended { .. } => {
                ErrorClass::Transient
            }
        }
    }
}

impl Program {
    /// This executable, with its logs in `logs`.
    ///
    /// # Errors
    /// When the system does not say where the executable lies.
    pub fn of_this_process(logs: &Path) -> std::io::Result<Self> {
        Ok(Self { executable: std::env::current_exe()?, logs: logs.to_owned() })
    }

    /// The log of a process.
    #[must_use]
    pub fn log(&self, name: &str) -> PathBuf {
        self.logs.join(format!("{name}.jsonl"))
    }

    /// Starts a process with its standard output read and its standard error appended to its log.
    pub(super) fn spawn(
        &self,
        side: Side,
        name: &str,
        args: &[String],
    ) -> Result<Child, ProcessError> {
        let start = || {
            let log = OpenOptions::new().create(true).append(true).open(self.log(name))?;
            Command::new(&self.executable)
                .arg(side.word())
                .args(args)
                // The terminal sends Ctrl-C to a whole group of processes.
                .process_group(0)
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(log)
                .spawn()
        };
        start().map_err(|source| ProcessError::Start { name: name.into(), source })
    }

    /// Starts a service and waits for the line in which `announced` finds what it looks for.
    ///
    /// # Errors
    /// When it cannot be started or is not ready within `limit`; it is not running then.
    pub fn serve<T>(
        &self,
        side: Side,
        name: &str,
        args: &[String],
        limit: Duration,
        announced: impl Fn(&Value) -> Option<T>,
    ) -> Result<(Service, T), ProcessError> {
        let mut child = self.spawn(side, name, args)?;
        let lines = child.stdout.take().map(read_lines);
        let service = Service { child, name: name.into(), log: self.log(name) };
        let deadline = Instant::now() + limit;
        let found = lines.and_then(|lines| wait_for(&lines, deadline, announced));
        match found {
            Some(found) => Ok((service, found)),
            None => Err(ProcessError::NotReady { name: name.into(), limit, log: self.log(name) }),
        }
    }
}

/// Lines of a process's standard output, read on a thread of their own so that it never blocks on a full pipe.
pub(super) fn read_lines(stdout: ChildStdout) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            // Nobody may listen any more; the pipe is read on all the same.
            let _ = sender.send(line);
        }
    });
    receiver
}

fn wait_for<T>(
    lines: &Receiver<String>,
    deadline: Instant,
    announced: impl Fn(&Value) -> Option<T>,
) -> Option<T> {
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        match lines.recv_timeout(left) {
            Ok(line) => {
                let found = serde_json::from_str(&line).ok().and_then(|value| announced(&value));
                if found.is_some() {
                    return found;
                }
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return None,
        }
    }
}

/// Waits until a process has ended.
pub(super) fn wait_until_ended(child: &mut Child, limit: Duration) -> Option<ExitStatus> {
    let deadline = Instant::now() + limit;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if Instant::now() < deadline => thread::sleep(POLL),
            _ => return None,
        }
    }
}

/// A running service. Dropped, it is killed.
#[derive(Debug)]
pub struct Service {
    child: Child,
    name: String,
    log: PathBuf,
}

impl Service {
    /// Its process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Fails when it is not running any more.
    ///
    /// # Errors
    /// [`ProcessError::Ended`].
    pub fn check(&mut self) -> Result<(), ProcessError> {
        match self.child.try_wait() {
            Ok(Some(status)) => {
                let (name, log) = (self.name.clone(), self.log.clone());
                Err(ProcessError::Ended { name, status, log })
            }
            _ => Ok(()),
        }
    }

    /// Asks it to end (SIGTERM) and waits.
    ///
    /// # Errors
    /// When it is still running after `limit`; it is killed then.
    pub fn stop(mut self, limit: Duration) -> Result<(), ProcessError> {
        let pid = i32::try_from(self.child.id()).ok().and_then(rustix::process::Pid::from_raw);
        if let Some(pid) = pid {
            // It may have ended a moment ago.
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        }
        match wait_until_ended(&mut self.child, limit) {
            Some(_) => Ok(()),
            None => Err(ProcessError::NotStopped { name: self.name.clone(), limit }),
        }
    }

    /// Ends it at once (SIGKILL), as a power cut does.
    pub fn kill(mut self) {
        self.end();
    }

    fn end(&mut self) {
        // Both fail only for a process that is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.end();
    }
}
