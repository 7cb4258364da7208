//! Why an item cannot be written or read.

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::record::{CodeError, InsurerNumberError};

use super::{DateError, SegmentKind};
use crate::codec::CodecError;

/// Why an item cannot be written or read. Says which field, never its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ItemError {
    /// The encoding.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// Longer than any record.
    #[error("an item has {len} bytes, at most {limit} are stored")]
    TooLong {
        /// Its length.
        len: usize,
        /// The limit.
        limit: usize,
    },
    /// A key of another kind of segment.
    #[error("a key of {found} in a segment of {expected}")]
    Kind {
        /// The kind the key belongs to.
        found: SegmentKind,
        /// The segment's kind.
        expected: SegmentKind,
    },
    /// Key or source order differ from those of the record itself.
    #[error("the key or the source order is not the record's own")]
    Disagrees,
    /// A master that belongs to somebody, or a record of nobody.
    #[error("a master belongs to a person, or a record to none")]
    Nobody,
    /// A field breaks a rule of the model.
    #[error("{field} breaks a rule of the model")]
    Field {
        /// The field.
        field: &'static str,
    },
    /// A code breaks the rule of its form.
    #[error(transparent)]
    Code(#[from] CodeError),
    /// An insurer number breaks its rule.
    #[error(transparent)]
    Insurer(#[from] InsurerNumberError),
    /// A date outside years 1 to 9999.
    #[error(transparent)]
    Date(#[from] DateError),
}

impl ItemError {
    /// Corrupt for the encoding, exhausted for length, invalid for the rest.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Codec(error) => error.class(),
            Self::TooLong { .. } => ErrorClass::Exhausted,
            _ => ErrorClass::Invalid,
        }
    }
}
