//! Why an order is not issued, or does not open a node.

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::record::FacilityCode;
use tomoshibi_policies::time::Timestamp;

use crate::central::keyfile::KeyFileError;
use crate::id::Digest;
use crate::order::OrderError;

/// Why an order is not issued, or does not open a node.
#[derive(Debug, thiserror::Error)]
pub enum OrdersError {
    /// The order breaks a rule.
    #[error(transparent)]
    Order(#[from] OrderError),
    /// An authority key.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// The disk's answer.
    #[error("orders: {0}")]
    Io(#[from] std::io::Error),
    /// No order has this number.
    #[error("there is no order with number {number}")]
    NoSuchOrder {
        /// The number asked for.
        number: u64,
    },
    /// No order has this digest.
    #[error("there is no order {digest}")]
    Unknown {
        /// The digest asked for.
        digest: Digest,
    },
    /// Revoked, or itself a revocation.
    #[error("order {digest} is revoked")]
    Revoked {
        /// Which order.
        digest: Digest,
    },
    /// Not now.
    #[error("order {digest} is not in force at {now}")]
    Period {
        /// Which order.
        digest: Digest,
        /// The time.
        now: Timestamp,
    },
    /// Not here.
    #[error("order {digest} does not open facility {facility}")]
    Site {
        /// Which order.
        digest: Digest,
        /// Where the node stands.
        facility: FacilityCode,
    },
}

impl OrdersError {
    /// The class of the cause.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Order(error) => error.class(),
            Self::Key(error) => error.class(),
            Self::Io(_) => ErrorClass::Internal,
            Self::NoSuchOrder { .. } => ErrorClass::NotFound,
            Self::Unknown { .. }
            | Self::Revoked { .. }
            | Self::Period { .. }
            | Self::Site { .. } => ErrorClass::Denied,
        }
    }

    /// The word for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Order(_) => "order-refused",
            Self::Key(_) => "authority-keys",
            Self::Io(_) => "internal",
            Self::NoSuchOrder { .. } | Self::Unknown { .. } => "no-such-order",
            Self::Revoked { .. } => "order-revoked",
            Self::Period { .. } => "order-not-in-force",
            Self::Site { .. } => "order-other-place",
        }
    }
}
