//! What a recomputation of the journal found, for people and programs.

use serde::{Deserialize, Serialize};
use tomoshibi_sync::journal::Verified;

/// The result of `journal verify`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalReport {
    /// True when nothing is wrong. A torn tail, which a power cut leaves, is nothing wrong.
    pub sound: bool,
    /// Entries that were read.
    pub entries: u64,
    /// Size of the tree.
    pub size: u64,
    /// Files that were read.
    pub files: u64,
    /// RFC 6962 root over the entries, hexadecimal; absent when it could not be computed.
    pub root: Option<String>,
    /// Time of the earliest entry.
    pub earliest: Option<String>,
    /// Time of the latest entry.
    pub latest: Option<String>,
    /// Records a power cut left unfinished.
    pub torn_tails: usize,
    /// Checkpoints that were checked.
    pub checkpoints: u64,
    /// What is wrong, each with its file and place.
    pub findings: Vec<String>,
}

impl From<&Verified> for JournalReport {
    fn from(verified: &Verified) -> Self {
        let hex = |root: [u8; 32]| tomoshibi_sync::id::Digest::from_bytes(root).to_string();
        Self {
            sound: verified.is_sound(),
            entries: verified.entries,
            size: verified.size,
            files: verified.files,
            root: verified.root.map(hex),
            earliest: verified.earliest.map(|at| at.to_string()),
            latest: verified.latest.map(|at| at.to_string()),
            torn_tails: verified.torn_tails.len(),
            checkpoints: verified.checkpoints,
            findings: verified.findings.iter().map(ToString::to_string).collect(),
        }
    }
}
