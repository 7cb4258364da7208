//! What a command prints.

use std::io::{self, IsTerminal, Write};

use serde::Serialize;
use tomoshibi_policies::ErrorClass;

use crate::failure::{Args, Failure};
use crate::locale::{Lang, failure_text, text};

/// How a command prints.
#[derive(Debug, Clone, Copy)]
pub(super) struct Output {
    pub(super) lang: Lang,
    pub(super) json: bool,
}

impl Output {
    /// Prints a result as JSON, one line.
    pub(super) fn json<T: Serialize>(self, result: &T) -> Result<(), Failure> {
        let line = serde_json::to_string(result);
        let line = line.map_err(|_| Failure::new(ErrorClass::Internal, "internal"))?;
        self.line(&line)
    }

    /// Prints one line of a result. A result that nobody could be shown is a failure: a script must not go on.
    pub(super) fn line(self, line: &str) -> Result<(), Failure> {
        let printed = writeln!(io::stdout().lock(), "{line}");
        printed.map_err(|error| {
            Failure::new(ErrorClass::Internal, "output").with("cause", error.to_string())
        })
    }

    /// Prints a message as a line of a result.
    pub(super) fn say(self, id: &str, args: &Args) -> Result<(), Failure> {
        self.line(&text(self.lang, id, args))
    }

    /// Prints a failure and its causes, a line each, to standard error.
    pub(super) fn failure(self, failure: &Failure) {
        // Nothing can be done when standard error is gone; the exit code still tells.
        let _ = if self.json {
            let line = serde_json::json!({
                "error": failure,
                "text": failure_text(self.lang, failure),
            });
            writeln!(io::stderr().lock(), "{line}")
        } else {
            self.failure_lines(failure)
        };
    }

    fn failure_lines(self, failure: &Failure) -> io::Result<()> {
        let mut stderr = io::stderr().lock();
        writeln!(stderr, "tomoshibi-node: {}", failure_text(self.lang, failure))?;
        for cause in &failure.causes {
            writeln!(stderr, "  {}", failure_text(self.lang, cause))?;
        }
        Ok(())
    }

    /// True when long work should show how far it has got.
    pub(super) fn shows_progress(self) -> bool {
        !self.json && io::stderr().is_terminal()
    }
}

/// What the command line itself has wrong, beyond what its parser can see.
pub(super) fn wrong_use(code: &'static str) -> Failure {
    debug_assert!(WRONG_USE.contains(&code), "exit_code knows it");
    Failure::new(ErrorClass::Invalid, code)
}

const WRONG_USE: [&str; 7] = [
    "data-missing",
    "init-arguments",
    "enrol-address",
    "enrol-code-form",
    "enrol-code-group",
    "open-arguments",
    "lookup-arguments",
];

/// 2 for wrong use, else the failure's own.
pub(super) fn exit_code(failure: &Failure) -> u8 {
    if WRONG_USE.contains(&failure.code.as_str()) { 2 } else { failure.exit_code() }
}
