//! What a recomputation of the journal found, for people and programs.

use serde::{Deserialize, Serialize};
use tomoshibi_sync::id::Incarnation;
use tomoshibi_sync::journal::Verified;

/// The result of `journal verify`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalReport {
    /// True when nothing is wrong. A torn tail, which a power cut leaves, is nothing wrong.
    pub sound: bool,
    /// The lives of the journal in which something is wrong.
    pub unsound_lives: Vec<u32>,
    /// Entries that were read, of every life.
    pub entries: u64,
    /// Size of the present life's tree.
    pub size: u64,
    /// Files that were read.
    pub files: u64,
    /// RFC 6962 root over the present life's entries, hexadecimal; absent when it could not be computed.
    pub root: Option<String>,
    /// Time of the present life's earliest entry.
    pub earliest: Option<String>,
    /// Time of the present life's latest entry.
    pub latest: Option<String>,
    /// Records a power cut left unfinished.
    pub torn_tails: usize,
    /// Checkpoints that were checked.
    pub checkpoints: u64,
    /// What is wrong, each with its life, file and place.
    pub findings: Vec<String>,
}

impl JournalReport {
    /// Tells of the present life, and of those before it what is wrong and how much there is.
    #[must_use]
    pub fn new((present, verified): (Incarnation, &Verified)) -> Self {
        let hex = |root: [u8; 32]| tomoshibi_sync::id::Digest::from_bytes(root).to_string();
        let mut report = Self {
            sound: true,
            unsound_lives: Vec::new(),
            entries: 0,
            size: verified.size,
            files: 0,
            root: verified.root.map(hex),
            earliest: verified.earliest.map(|at| at.to_string()),
            latest: verified.latest.map(|at| at.to_string()),
            torn_tails: 0,
            checkpoints: 0,
            findings: Vec::new(),
        };
        report.add(present, verified);
        report
    }

    /// Adds another life.
    pub fn add(&mut self, life: Incarnation, verified: &Verified) {
        self.sound &= verified.is_sound();
        if !verified.is_sound() {
            self.unsound_lives.push(life.0);
        }
        self.entries = self.entries.saturating_add(verified.entries);
        self.files = self.files.saturating_add(verified.files);
        self.torn_tails = self.torn_tails.saturating_add(verified.torn_tails.len());
        self.checkpoints = self.checkpoints.saturating_add(verified.checkpoints);
        let named = |finding| format!("{:08}/{finding}", life.0);
        self.findings.extend(verified.findings.iter().map(named));
    }
}
