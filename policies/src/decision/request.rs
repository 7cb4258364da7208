//! What is asked.

use alloc::vec::Vec;

use crate::activation::SiteFacts;
use crate::category::Category;
use crate::record::PersonId;
use crate::role::{BadgeId, Staff};

/// Whether the patient, papers or family confirmed a fact that had not been shown first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdentityState {
    /// Confirmed.
    Confirmed,
    /// Nobody could: permitted, but every page and print says so.
    NotConfirmed,
}

/// What the data is for. Viewing is for the care of that patient and nothing else; a claim needs eligibility only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// Care of this patient.
    Care,
    /// The claim for care already given.
    Claim,
}

impl Purpose {
    /// The word used in tables, JSON and the journal.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Care => "care",
            Self::Claim => "claim",
        }
    }
}

/// One look-up: one member of staff, one person, one purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookupRequest {
    /// Who asks.
    pub staff: Staff,
    /// Badges with an open session on this node beside the asker's.
    pub others_signed_in: Vec<BadgeId>,
    /// Where the node stands.
    pub site: SiteFacts,
    /// True when the node runs as a drill.
    pub node_drill: bool,
    /// Whose data.
    pub person: PersonId,
    /// Whether it is certain that the patient is that person.
    pub identity: IdentityState,
    /// The categories asked for.
    pub categories: Vec<Category>,
    /// What for.
    pub purpose: Purpose,
}
