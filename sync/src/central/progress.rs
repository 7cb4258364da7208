//! How a long work tells how far it has got, without knowing who listens.

/// What an ingest is busy with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Drug, institution, insurer and item names.
    Masters,
    /// Eligibility: who is covered by whom.
    Eligibility,
    /// What must no longer be shown.
    Withdrawals,
    /// Checkups.
    Checkups,
    /// Receipts.
    Receipts,
}

/// Hears of progress. Every method may be called from the thread that works only.
pub trait Progress {
    /// A stage begins, with this many files before it.
    fn begin(&mut self, stage: Stage, files: u64);
    /// One more file is done; `records` people, claims, checkups or rows came out of it.
    fn file_done(&mut self, stage: Stage, records: u64);
}

/// Tells nobody.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&mut self, _: Stage, _: u64) {}
    fn file_done(&mut self, _: Stage, _: u64) {}
}
