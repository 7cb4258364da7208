//! Where entries are made durable, as a seam.

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::time::Timestamp;
use tomoshibi_sync::id::Incarnation;
use tomoshibi_sync::journal::{ClockQuality, Event, Sequence, TreeHash};

/// An entry that was not made durable: nothing may be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the journal entry could not be made durable")]
pub struct EvidenceError {
    /// What it means.
    pub class: ErrorClass,
}

/// An entry that is durable: enough to name it on paper and find it at the centre.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recorded {
    /// The life of the node in whose journal it stands.
    pub incarnation: Incarnation,
    /// Its place there.
    pub sequence: Sequence,
    /// Leaf hash of its clear part.
    pub leaf: TreeHash,
}

/// The journal, as the desk sees it.
pub trait Evidence: Send + Sync {
    /// Makes an event durable. When this returns, the entry survives a power cut.
    ///
    /// # Errors
    /// When it is not durable.
    fn record(
        &self,
        event: &Event,
        now: Timestamp,
        quality: ClockQuality,
    ) -> Result<Recorded, EvidenceError>;
}
