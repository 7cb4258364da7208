//! What an ingest sets aside, and what it only warns of. Neither ever carries patient data.
//!
//! The unit set aside is the smallest that keeps the record truthful: a wrong row inside a claim sets aside the whole
//! claim, because a claim with a dropped drug would mislead; damage of a file sets aside the file.
//!
//! FORMAT: `rejects/<batch>.jsonl`, one JSON object a line:
//! `{"file","line","column","set_aside","reason","text"}`. `line` counts from 1 (0: the file as a whole; for archives
//! the place of the document), `column` from 0 (the record id) and is absent when no single column is wrong;
//! `set_aside` is `nothing` for warnings. Reason codes never change their meaning; new ones may be added.

mod reason;

use serde::Serialize;

pub use reason::{RejectReason, Warning};

/// What was set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// The whole file.
    File,
    /// One claim of a receipt file.
    Claim,
    /// One person of an eligibility file, with all coverages.
    Person,
    /// One coverage; the person's others stay.
    Coverage,
    /// One checkup document.
    Document,
    /// One row of a master or of a list of withdrawals.
    Row,
}

impl Unit {
    /// The word used in the rejects file.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Claim => "claim",
            Self::Person => "person",
            Self::Coverage => "coverage",
            Self::Document => "document",
            Self::Row => "row",
        }
    }
}

/// Something set aside, by a parser or by the links, before it is known in which file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {} set aside: {}", unit.as_str(), reason.text())]
pub struct SetAside {
    /// What was set aside.
    pub unit: Unit,
    /// Line, from 1; 0 for the file as a whole.
    pub line: u64,
    /// Column, from 0, when one column is wrong.
    pub column: Option<u16>,
    /// Why.
    pub reason: RejectReason,
}

impl SetAside {
    /// A whole file, for damage at `line`.
    #[must_use]
    pub const fn file(line: u64, reason: RejectReason) -> Self {
        Self { unit: Unit::File, line, column: None, reason }
    }

    /// Always [`tomoshibi_policies::ErrorClass::Invalid`].
    #[must_use]
    pub const fn class(&self) -> tomoshibi_policies::ErrorClass {
        tomoshibi_policies::ErrorClass::Invalid
    }
}

/// Something odd at a line that sets nothing aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Noticed {
    /// Line, from 1.
    pub line: u64,
    /// What is odd.
    pub warning: Warning,
}

/// One line of a rejects file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reject<'a> {
    /// Path of the file inside the source folder.
    pub file: &'a str,
    /// Line, from 1; 0 for the file as a whole.
    pub line: u64,
    /// Column, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u16>,
    /// What was set aside, or `nothing`.
    pub set_aside: &'static str,
    /// Reason code.
    pub reason: &'static str,
    /// The reason in words.
    pub text: &'static str,
}

impl<'a> Reject<'a> {
    /// The line for something set aside in `file`.
    #[must_use]
    pub const fn of(file: &'a str, aside: &SetAside) -> Self {
        Self {
            file,
            line: aside.line,
            column: aside.column,
            set_aside: aside.unit.as_str(),
            reason: aside.reason.code(),
            text: aside.reason.text(),
        }
    }

    /// The line for a warning in `file`.
    #[must_use]
    pub const fn warning(file: &'a str, noticed: &Noticed) -> Self {
        Self {
            file,
            line: noticed.line,
            column: None,
            set_aside: "nothing",
            reason: noticed.warning.code(),
            text: noticed.warning.text(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reject_says_file_line_column_and_reason() {
        let aside = SetAside {
            unit: Unit::Claim,
            line: 12,
            column: Some(4),
            reason: RejectReason::BadQuantity,
        };
        assert_eq!(
            serde_json::to_string(&Reject::of("receipts/x.UKE", &aside)).unwrap(),
            r#"{"file":"receipts/x.UKE","line":12,"column":4,"set_aside":"claim","reason":"bad_quantity","text":"the amount is not a number of at most five digits on either side"}"#
        );
        assert_eq!(
            aside.to_string(),
            "line 12: claim set aside: the amount is not a number of at most five digits on either side"
        );
    }
}
