//! One-shot commands: run to the end, with `--json`, and what they printed.

use std::sync::mpsc::Receiver;
use std::time::Duration;

use serde_json::Value;
use tomoshibi_policies::ErrorClass;

use super::process::{ProcessError, Program, Side, read_lines, wait_until_ended};

/// Longest run of one command; an ingest of a million people takes minutes.
const LIMIT: Duration = Duration::from_secs(1800);

/// Why a command brought no result.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// It could not be run.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// It failed.
    #[error("{name} ended with {code}; see its log {log}")]
    Failed {
        /// Of the command.
        name: String,
        /// Its exit code, or that a signal ended it.
        code: String,
        /// Where its standard error went.
        log: String,
    },
    /// It printed no JSON, or not the member that is needed.
    #[error("{name} printed no {member}")]
    Output {
        /// Of the command.
        name: String,
        /// What was looked for.
        member: &'static str,
    },
}

impl CommandError {
    /// How a caller should react.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Process(error) => error.class(),
            Self::Failed { .. } => ErrorClass::Transient,
            Self::Output { .. } => ErrorClass::Unsupported,
        }
    }
}

/// What a command printed.
#[derive(Debug, Clone, PartialEq)]
pub struct Printed {
    name: String,
    value: Value,
}

impl Program {
    /// Runs a command to its end; `--json` is added.
    ///
    /// # Errors
    /// When it fails, whatever it printed, or prints no JSON.
    pub fn run(&self, side: Side, name: &str, args: &[&str]) -> Result<Printed, CommandError> {
        let (code, printed) = self.try_run(side, name, args)?;
        match code {
            Some(0) => printed.ok_or(CommandError::Output { name: name.into(), member: "json" }),
            code => Err(CommandError::Failed {
                name: name.into(),
                code: code.map_or_else(|| "a signal".into(), |code| format!("code {code}")),
                log: self.log(name).display().to_string(),
            }),
        }
    }

    /// Runs a command to its end and gives its exit code, for commands that may be refused.
    ///
    /// # Errors
    /// When it cannot be run, or does not end.
    pub fn try_run(
        &self,
        side: Side,
        name: &str,
        args: &[&str],
    ) -> Result<(Option<i32>, Option<Printed>), CommandError> {
        let args: Vec<String> = args.iter().copied().chain(["--json"]).map(str::to_owned).collect();
        let mut child = self.spawn(side, name, &args)?;
        let lines = child.stdout.take().map(read_lines);
        let Some(status) = wait_until_ended(&mut child, LIMIT) else {
            // Both fail only for a process that is gone already.
            let _ = child.kill();
            let _ = child.wait();
            return Err(ProcessError::NotStopped { name: name.into(), limit: LIMIT }.into());
        };
        let value = lines.and_then(|lines| last_json(&lines));
        Ok((status.code(), value.map(|value| Printed { name: name.into(), value })))
    }
}

/// The last line that is JSON: progress may come before it.
fn last_json(lines: &Receiver<String>) -> Option<Value> {
    lines.iter().filter_map(|line| serde_json::from_str(&line).ok()).last()
}

impl Printed {
    /// All of it.
    #[must_use]
    pub const fn value(&self) -> &Value {
        &self.value
    }

    /// A text member, by its JSON pointer.
    ///
    /// # Errors
    /// When there is none.
    pub fn text(&self, pointer: &'static str) -> Result<&str, CommandError> {
        let member = self.value.pointer(pointer).and_then(Value::as_str);
        member.ok_or_else(|| self.lacks(pointer))
    }

    /// A number, by its JSON pointer.
    ///
    /// # Errors
    /// When there is none.
    pub fn number(&self, pointer: &'static str) -> Result<u64, CommandError> {
        let member = self.value.pointer(pointer).and_then(Value::as_u64);
        member.ok_or_else(|| self.lacks(pointer))
    }

    fn lacks(&self, member: &'static str) -> CommandError {
        CommandError::Output { name: self.name.clone(), member }
    }
}
