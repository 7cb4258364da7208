//! Why a release, or a spoken code, is refused.

use tomoshibi_policies::ErrorClass;

use crate::id::NodeId;
use crate::keyring::KeyringError;
use crate::seal::SealError;

/// Why a release is refused. Carries no secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReleaseError {
    /// The seal.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The keyring inside.
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// Shorter than its header.
    #[error("a release of {len} bytes is truncated: its header alone has {needed}")]
    Truncated {
        /// Its length.
        len: usize,
        /// The header's.
        needed: usize,
    },
    /// Longer than any.
    #[error("a release of {len} bytes, at most {limit} are read")]
    TooLong {
        /// Its length.
        len: usize,
        /// The limit.
        limit: usize,
    },
    /// Not a release.
    #[error("not a release: the first bytes are wrong")]
    Magic,
    /// A version this build does not read.
    #[error("version {found} of a release is not known, {known} is: update this program")]
    Version {
        /// In the header.
        found: u16,
        /// The one known.
        known: u16,
    },
    /// A flag this build does not know.
    #[error("unknown flags {unknown:#04x} in the header of a release: update this program")]
    Flag {
        /// The unknown bits.
        unknown: u8,
    },
    /// A kind this build does not know.
    #[error("kind {found} of a release is not known: update this program")]
    Kind {
        /// In the header.
        found: u8,
    },
    /// For another node.
    #[error("a release for node {found}, this is node {expected}")]
    OtherNode {
        /// In the header.
        found: NodeId,
        /// The node that opens it.
        expected: NodeId,
    },
    /// For another region, another way of opening, or of a drill where none is (or the reverse).
    #[error("a release in which {field} differs from what is expected")]
    Mismatch {
        /// The field.
        field: &'static str,
    },
    /// The clear header is not the one that was sealed.
    #[error("the header of release {number} is not the one it was sealed with")]
    HeaderSwapped {
        /// In the clear header.
        number: u64,
    },
    /// The code is another release's.
    #[error("the code is not the one for release {number} of this node")]
    WrongCode {
        /// The release's number.
        number: u64,
    },
}

impl ReleaseError {
    /// The class of the cause.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Seal(error) => error.class(),
            Self::Keyring(error) => error.class(),
            Self::Truncated { .. } | Self::Magic => ErrorClass::Corrupt,
            Self::TooLong { .. } => ErrorClass::Exhausted,
            Self::Version { .. } | Self::Flag { .. } | Self::Kind { .. } => ErrorClass::Unsupported,
            Self::OtherNode { .. } | Self::Mismatch { .. } => ErrorClass::Invalid,
            Self::HeaderSwapped { .. } => ErrorClass::Forged,
            Self::WrongCode { .. } => ErrorClass::Denied,
        }
    }
}

/// Why a spoken code was misheard or mistyped. Names the group, never its digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Too few or too many digits.
    #[error("a code has {expected} digits, {found} were given")]
    Length {
        /// Digits given.
        found: usize,
        /// Digits of a code.
        expected: usize,
    },
    /// Something that is neither digit nor separator.
    #[error("a code has digits only; group {group} has something else")]
    Character {
        /// The group, from 1.
        group: usize,
    },
    /// The check digit of a group is wrong.
    #[error("group {group} of the code is wrong: ask for it again")]
    Group {
        /// The group, from 1.
        group: usize,
    },
}

impl CodeError {
    /// Always [`ErrorClass::Invalid`].
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        ErrorClass::Invalid
    }
}
