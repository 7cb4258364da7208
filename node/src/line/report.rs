//! What came of a round.

use serde::{Deserialize, Serialize};

use crate::failure::Failure;

/// A part of a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// Reaching the centre and being admitted.
    Connect,
    /// The newest snapshot.
    Snapshot,
    /// Orders, releases, and what else waits for this node.
    Inbox,
    /// The public half of the next opening identity.
    Opening,
    /// The journal.
    Journal,
}

impl Step {
    /// Its name, for programs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Snapshot => "snapshot",
            Self::Inbox => "inbox",
            Self::Opening => "opening",
            Self::Journal => "journal",
        }
    }

    /// Id of its name for people.
    #[must_use]
    pub const fn message_id(self) -> &'static str {
        match self {
            Self::Connect => "step-connect",
            Self::Snapshot => "step-snapshot",
            Self::Inbox => "step-inbox",
            Self::Opening => "step-opening",
            Self::Journal => "step-journal",
        }
    }
}

/// How far the fetch of a snapshot has got.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncProgress {
    /// Bytes of it that are here.
    pub done_bytes: u64,
    /// Bytes of all of it.
    pub total_bytes: u64,
}

/// A step that did not go well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepFailure {
    /// Which.
    pub step: Step,
    /// Why.
    pub why: Failure,
}

/// What became of the snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotReport {
    /// The newest; absent when the centre has published none.
    pub id: Option<String>,
    /// True when it became current in this round.
    pub promoted: bool,
    /// Bytes that came over the line for it, repetitions included.
    pub received_bytes: u64,
}

/// What was in the inbox.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboxReport {
    /// Orders that are new here.
    pub orders: u64,
    /// Releases that are new here.
    pub releases: u64,
    /// Revocation lists that are new here.
    #[serde(default)]
    pub revocations: u64,
    /// Things that were refused or not understood, and put aside.
    pub aside: u64,
    /// True when the centre knows less than it did, so that all of its inbox was read again.
    #[serde(default)]
    pub went_back: bool,
}

/// How far the journal has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalReport {
    /// Entries of the newest life.
    pub size: u64,
    /// Of these, entries that are durable at the centre.
    pub acknowledged: u64,
}

/// What came of a round. Absent parts belong to steps that failed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncReport {
    /// The snapshot.
    pub snapshot: Option<SnapshotReport>,
    /// The inbox.
    pub inbox: Option<InboxReport>,
    /// The journal.
    pub journal: Option<JournalReport>,
    /// What did not go well, in the order of the steps.
    pub failures: Vec<StepFailure>,
}

impl SyncReport {
    /// The first failure, which is the round's.
    ///
    /// # Errors
    /// That failure.
    pub fn into_result(self) -> Result<(), Failure> {
        self.failures.into_iter().next().map_or(Ok(()), |failure| Err(failure.why))
    }
}
