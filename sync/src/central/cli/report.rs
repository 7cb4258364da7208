//! What a command has to say.

use std::io::{self, Write};

use serde_json::Value;

use super::failure::Failure;

/// A result, for people and for programs.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) json: Value,
    pub(super) text: String,
}

impl Report {
    pub(super) fn new(json: Value, text: impl Into<String>) -> Self {
        Self { json, text: text.into() }
    }

    /// Prints it on standard output.
    pub(super) fn print(&self, json: bool) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        if json {
            writeln!(out, "{}", self.json)?;
        } else if !self.text.is_empty() {
            writeln!(out, "{}", self.text)?;
        }
        Ok(out.flush()?)
    }
}
