//! Why a revocation list is refused.

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::record::RegionCode;
use tomoshibi_policies::time::Timestamp;

use super::Revoked;
use crate::codec::CodecError;
use crate::id::Digest;
use crate::signed::SignedError;

/// Why a revocation list is refused. Names badges and nodes by their ids, and no person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RevocationError {
    /// The envelope or its signatures.
    #[error(transparent)]
    Signed(#[from] SignedError),
    /// The encoding.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// Another region's.
    #[error("a revocation list of region {found}, region {expected} is expected")]
    RegionMismatch {
        /// In the list.
        found: RegionCode,
        /// In the trust root.
        expected: RegionCode,
    },
    /// A drill's under a real trust root, or a real one under a drill's.
    #[error("a revocation list with the drill flag {found} under a trust root with the other")]
    DrillMismatch {
        /// In the list.
        found: bool,
    },
    /// More entries than are read.
    #[error("a revocation list has {found} entries, at most {limit} are read")]
    TooManyEntries {
        /// Entries.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// An entry that lies ahead of the list.
    #[error("{subject} is revoked at {at}, after the list was issued at {issued_at}")]
    NotYet {
        /// What is revoked.
        subject: Revoked,
        /// Since when.
        at: Timestamp,
        /// When the list was issued.
        issued_at: Timestamp,
    },
    /// Something breaks a rule of its form, or stands in the list twice or out of order.
    #[error("{field} of a revocation list is not valid")]
    Field {
        /// The field.
        field: &'static str,
    },
    /// A list that leaves out what the one before it revokes.
    #[error("{subject} is revoked and cannot be left out or changed")]
    Dropped {
        /// What is missing.
        subject: Revoked,
    },
    /// An older list than the one that is held.
    #[error("revocation list {found} is older than list {held}, which is here")]
    Older {
        /// Number of the list.
        found: u64,
        /// Number of the list that is held.
        held: u64,
    },
    /// Two lists of one number.
    #[error("revocation list {number} has digest {found}, the one that is here {held}")]
    Conflict {
        /// The number of both.
        number: u64,
        /// Digest of the list.
        found: Digest,
        /// Digest of the list that is held.
        held: Digest,
    },
}

impl RevocationError {
    /// The class of the cause.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Signed(error) => error.class(),
            Self::Codec(error) => error.class(),
            Self::RegionMismatch { .. } | Self::DrillMismatch { .. } => ErrorClass::Forged,
            Self::TooManyEntries { .. } => ErrorClass::Exhausted,
            Self::Dropped { .. } => ErrorClass::Denied,
            Self::Conflict { .. } => ErrorClass::Conflict,
            Self::NotYet { .. } | Self::Field { .. } | Self::Older { .. } => ErrorClass::Invalid,
        }
    }

    /// The stable word of journal and alarms: the check that failed.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Signed(SignedError::Threshold { .. }) => "threshold",
            Self::Signed(SignedError::Version { .. }) => "version",
            Self::Signed(_) | Self::Codec(_) => "not-readable",
            Self::RegionMismatch { .. } => "other-region",
            Self::DrillMismatch { .. } => "other-use",
            Self::TooManyEntries { .. } => "too-many",
            Self::NotYet { .. } | Self::Field { .. } => "not-valid",
            Self::Dropped { .. } => "dropped",
            Self::Older { .. } => "older",
            Self::Conflict { .. } => "two-of-one-number",
        }
    }
}
