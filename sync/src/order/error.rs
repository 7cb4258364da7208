//! Why an order is refused.

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::record::RegionCode;
use tomoshibi_policies::time::Timestamp;

use crate::codec::CodecError;
use crate::signed::SignedError;

/// Why an order is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OrderError {
    /// The envelope or its signatures.
    #[error(transparent)]
    Signed(#[from] SignedError),
    /// The encoding.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// Another region's.
    #[error("an order for region {found}, region {expected} is expected")]
    RegionMismatch {
        /// In the order.
        found: RegionCode,
        /// In the trust root.
        expected: RegionCode,
    },
    /// A drill's under a real trust root, or a real one under a drill's.
    #[error("an order with the drill flag {found} under a trust root with the other")]
    DrillMismatch {
        /// In the order.
        found: bool,
    },
    /// Closes before it opens, or is issued after it closed.
    #[error("an order from {opens_at} to {closes_at}, issued at {issued_at}, opens nothing")]
    EmptyPeriod {
        /// First instant.
        opens_at: Timestamp,
        /// First instant after.
        closes_at: Timestamp,
        /// When it was issued.
        issued_at: Timestamp,
    },
    /// Longer than an order may last.
    #[error("an order from {opens_at} to {closes_at} lasts more than {limit_days} days: extend it")]
    PeriodTooLong {
        /// First instant.
        opens_at: Timestamp,
        /// First instant after.
        closes_at: Timestamp,
        /// The limit in days.
        limit_days: i64,
    },
    /// Neither prefecture, municipality nor facility.
    #[error("an order names no prefecture, municipality or facility")]
    NoPlace,
    /// More places than Japan has municipalities.
    #[error("an order names {found} places of a kind, at most {limit} are read")]
    TooManyPlaces {
        /// Places.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// No category.
    #[error("an order opens no category")]
    NoCategory,
    /// A category this build does not know.
    #[error("an order opens category {number}, which is not known: update this program")]
    UnknownCategory {
        /// Its number.
        number: u8,
    },
    /// Consent hours out of range.
    #[error("an order lets a consent hold {found} h, 1 to {limit} h are allowed")]
    ConsentHours {
        /// In the order.
        found: u8,
        /// The limit.
        limit: u8,
    },
    /// A revocation that names no order.
    #[error("a revocation names no order")]
    RevokesNothing,
    /// A field breaks a rule of its form.
    #[error("{field} of an order is not valid")]
    Field {
        /// The field.
        field: &'static str,
    },
}

impl OrderError {
    /// The class of the cause.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Signed(error) => error.class(),
            Self::Codec(error) => error.class(),
            Self::RegionMismatch { .. } | Self::DrillMismatch { .. } => ErrorClass::Forged,
            Self::UnknownCategory { .. } => ErrorClass::Unsupported,
            Self::TooManyPlaces { .. } => ErrorClass::Exhausted,
            _ => ErrorClass::Invalid,
        }
    }
}
