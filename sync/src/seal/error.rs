//! Why something cannot be sealed or unsealed.

use std::io;

use age::DecryptError;
use tomoshibi_policies::ErrorClass;

/// Why something cannot be sealed or unsealed. Carries no key and no content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// A text that is not an age X25519 recipient.
    #[error("not an age recipient: it begins with age1 and has a checksum of its own")]
    Recipient,
    /// A text that is not an age X25519 identity.
    #[error("not an age identity: it begins with AGE-SECRET-KEY-1 and has a checksum of its own")]
    Identity,
    /// None, or more than any of our files has.
    #[error("{found} recipients, 1 to {limit} are sealed to")]
    Recipients {
        /// Recipients given.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// Not an age v1 file, or its header breaks the rules of the format.
    #[error("not a sealed file: the age header is missing or damaged")]
    Header,
    /// An age file of a version that age does not know yet.
    #[error("sealed in an unknown version of age: update this program")]
    Version,
    /// A header longer than any of ours: a stranger's file.
    #[error("the age header does not end within {limit} bytes")]
    HeaderTooLong {
        /// The limit.
        limit: usize,
    },
    /// The header's authentication code is wrong: somebody changed the header.
    #[error("the age header fails its authentication code")]
    HeaderMac,
    /// Sealed to somebody else.
    #[error("sealed to another recipient")]
    OtherRecipient,
    /// The code spoken is not the one this was sealed under.
    #[error("the code is not the one this was sealed under")]
    WrongCode,
    /// The work factor is not the one we seal with: a stranger's file that would cost time and memory.
    #[error("the work factor is {found}, at most {limit} is accepted")]
    WorkFactor {
        /// In the header.
        found: u8,
        /// The limit.
        limit: u8,
    },
    /// A chunk fails its authentication code: damaged, moved, or cut off at a chunk's end.
    #[error("a sealed chunk is damaged, misplaced or missing")]
    Damaged,
    /// The file ends too early.
    #[error("the sealed file is truncated")]
    Truncated,
    /// More content than the caller takes.
    #[error("the sealed content has more than {limit} bytes")]
    TooLong {
        /// The limit.
        limit: usize,
    },
    /// The disk's.
    #[error("cannot read or write: {kind}")]
    Io {
        /// What the system said.
        kind: io::ErrorKind,
    },
}

impl SealError {
    /// Corrupt, forged, unsupported, denied, invalid, exhausted or transient.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Recipient | Self::Identity | Self::Recipients { .. } => ErrorClass::Invalid,
            Self::Header | Self::Truncated | Self::Damaged => ErrorClass::Corrupt,
            Self::HeaderMac => ErrorClass::Forged,
            Self::Version => ErrorClass::Unsupported,
            Self::HeaderTooLong { .. } | Self::WorkFactor { .. } | Self::TooLong { .. } => {
                ErrorClass::Exhausted
            }
            Self::OtherRecipient | Self::WrongCode => ErrorClass::Denied,
            Self::Io { .. } => ErrorClass::Transient,
        }
    }

    /// The meaning of an error of age's stream. age reports damage as `InvalidData` and a missing last chunk as
    /// `UnexpectedEof`; [`super::Window`] makes sure that no disk error has those kinds.
    pub(crate) fn from_stream(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::InvalidData => Self::Damaged,
            io::ErrorKind::UnexpectedEof => Self::Truncated,
            kind => Self::Io { kind },
        }
    }

    pub(super) fn from_header(error: &DecryptError) -> Self {
        match error {
            DecryptError::InvalidMac => Self::HeaderMac,
            DecryptError::UnknownFormat => Self::Version,
            DecryptError::NoMatchingKeys => Self::OtherRecipient,
            DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => Self::WrongCode,
            DecryptError::ExcessiveWork { required, .. } => {
                Self::WorkFactor { found: *required, limit: super::CODE_WORK_FACTOR }
            }
            DecryptError::Io(error) => Self::from_stream(error),
            // `InvalidHeader`, and whatever a later age may add.
            _ => Self::Header,
        }
    }
}
