//! What crosses the socket.

use serde::{Deserialize, Serialize};

use crate::desk::{DeskReply, DeskRequest};
use crate::duty::{Closed, Opened, OpeningView};
use crate::failure::Failure;
use crate::journal_report::JournalReport;
use crate::line::{SyncProgress, SyncReport};
use crate::status::Status;
use crate::store::{ScrubProgress, ScrubReport};

/// Longest line: 1 MiB, room for a scrub that names ten thousand damaged segments.
pub const LINE_LEN_BYTES_MAX: usize = 1 << 20;

/// What is asked.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case")]
pub enum Request {
    /// What does the node have, and how is it.
    Status,
    /// Read every segment again.
    Scrub,
    /// Do one round of sync now.
    Sync,
    /// Open the node.
    Open {
        /// The notice whose order is meant; the newest that covers this site without one.
        #[serde(default)]
        notice: Option<String>,
        /// The spoken code of the release that lies here; without one a release is fetched from the centre.
        #[serde(default)]
        code: Option<String>,
    },
    /// How the node could be opened, or until when it is open.
    Opening,
    /// Open the node at a tablet: a badge stands behind the attempt.
    OpenWithBadge {
        /// Text of the badge.
        badge: String,
        /// As in [`Request::Open`].
        #[serde(default)]
        notice: Option<String>,
        /// As in [`Request::Open`].
        #[serde(default)]
        code: Option<String>,
    },
    /// Close the node.
    Close,
    /// Ask the desk.
    Desk {
        /// What.
        request: DeskRequest,
    },
    /// Recompute the journal.
    JournalVerify,
}

// A request can hold a release code, a PIN or patient data: only its name is ever printed.
impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Status => "Status",
            Self::Scrub => "Scrub",
            Self::Sync => "Sync",
            Self::Open { .. } => "Open(hidden)",
            Self::Opening => "Opening",
            Self::OpenWithBadge { .. } => "OpenWithBadge(hidden)",
            Self::Close => "Close",
            Self::Desk { .. } => "Desk(hidden)",
            Self::JournalVerify => "JournalVerify",
        })
    }
}

/// A line to the owner: `{"id":1,"command":"status"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestLine {
    /// Chosen by the asker, given back with each answer.
    pub id: u64,
    /// What is asked.
    #[serde(flatten)]
    pub request: Request,
}

/// How far long work has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "work", rename_all = "kebab-case")]
pub enum Progress {
    /// Of a scrub.
    Scrub(ScrubProgress),
    /// Of a round of sync.
    Sync(SyncProgress),
}

/// What came of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Response {
    /// Of [`Request::Status`].
    Status(Box<Status>),
    /// Of [`Request::Scrub`].
    Scrub(ScrubReport),
    /// Of [`Request::Sync`].
    Sync(Box<SyncReport>),
    /// Of [`Request::Open`] and [`Request::OpenWithBadge`].
    Open(Opened),
    /// Of [`Request::Opening`].
    Opening(Box<OpeningView>),
    /// Of [`Request::Close`].
    Close(Closed),
    /// Of [`Request::Desk`].
    Desk(Box<DeskReply>),
    /// Of [`Request::JournalVerify`].
    JournalVerify(JournalReport),
}

/// One of the lines that answer a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// More will follow.
    Progress(Progress),
    /// The last one.
    Done(Response),
    /// The last one.
    Failed(Failure),
}

/// A line from the owner: `{"id":1,"done":{…}}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerLine {
    /// The request's id; absent when the request could not be read far enough to know it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// The answer.
    #[serde(flatten)]
    pub answer: Answer,
}

#[cfg(test)]
mod tests {
    use tomoshibi_policies::ErrorClass;

    use super::*;

    #[test]
    fn lines_have_the_shape_that_programs_rely_on() {
        let request = RequestLine { id: 7, request: Request::Status };
        assert_eq!(serde_json::to_string(&request).unwrap(), r#"{"id":7,"command":"status"}"#);
        let done_bytes = 1;
        let progress = Progress::Scrub(ScrubProgress { done_bytes, total_bytes: 2 });
        let failure = Failure::new(ErrorClass::Invalid, "control-request");
        for (answer, expected) in [
            (
                Answer::Progress(progress),
                r#"{"id":7,"progress":{"work":"scrub","done_bytes":1,"total_bytes":2}}"#,
            ),
            (
                Answer::Failed(failure),
                r#"{"id":7,"failed":{"class":"invalid","code":"control-request"}}"#,
            ),
        ] {
            let line = AnswerLine { id: Some(7), answer };
            let json = serde_json::to_string(&line).unwrap();
            assert_eq!(json, expected);
            assert_eq!(serde_json::from_str::<AnswerLine>(&json).unwrap(), line);
        }
    }
}
