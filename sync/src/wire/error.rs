//! Why a frame or a message is refused.

use tomoshibi_policies::ErrorClass;

use crate::codec::CodecError;

/// Why a frame or a message is refused. Carries no content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// The header announces more than may follow.
    #[error("a frame announces {len} bytes, at most {limit} are read")]
    FrameTooLong {
        /// Length announced, in bytes.
        len: u32,
        /// The limit, in bytes.
        limit: u32,
    },
    /// The stream ended inside a frame.
    #[error("the stream ended inside a frame, after {len} bytes of it")]
    FrameCut {
        /// Bytes of the frame that arrived, header included.
        len: usize,
    },
    /// A message that this build does not know.
    #[error("{what} {number:#06x} is not known to this build: update this program")]
    UnknownMessage {
        /// `request` or `response`.
        what: &'static str,
        /// Its number in the frame header.
        number: u16,
    },
    /// A value inside a message that this build does not know.
    #[error("{what} {number} is not known to this build: update this program")]
    UnknownValue {
        /// What the value stands for.
        what: &'static str,
        /// The value.
        number: u64,
    },
    /// A value outside its limits.
    #[error("{what} has {len} bytes or entries, at most {limit} are allowed")]
    TooLong {
        /// What is too long.
        what: &'static str,
        /// Its length.
        len: usize,
        /// The limit.
        limit: usize,
    },
    /// A value that breaks a rule of its form.
    #[error("{what} is not in its form")]
    Form {
        /// What is malformed.
        what: &'static str,
    },
    /// The encoding.
    #[error(transparent)]
    Codec(#[from] CodecError),
}

impl WireError {
    /// Corrupt, unsupported, invalid or exhausted.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::FrameTooLong { .. } | Self::TooLong { .. } => ErrorClass::Exhausted,
            Self::FrameCut { .. } => ErrorClass::Corrupt,
            Self::UnknownMessage { .. } | Self::UnknownValue { .. } => ErrorClass::Unsupported,
            Self::Form { .. } => ErrorClass::Invalid,
            Self::Codec(error) => error.class(),
        }
    }
}

/// Refuses a length above its limit.
pub(super) const fn within(what: &'static str, len: usize, limit: usize) -> Result<(), WireError> {
    if len > limit { Err(WireError::TooLong { what, len, limit }) } else { Ok(()) }
}
