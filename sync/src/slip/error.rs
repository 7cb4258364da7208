//! Why a slip is refused. Each variant names the check that failed.

use tomoshibi_policies::ErrorClass;

/// See the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SlipError {
    /// Longer than any slip.
    #[error("a slip's text has {len} bytes, at most {limit} are read")]
    TooLong {
        /// Length given.
        len: usize,
        /// The limit.
        limit: usize,
    },
    /// The text of something else.
    #[error("not the text of a slip: it does not begin with TMSR1:")]
    Prefix,
    /// The text of a slip of another version.
    #[error("the text of a slip of another version: update this program")]
    TextVersion,
    /// Characters that are not Base45, or not its one spelling.
    #[error("the text of a slip is not base45")]
    Base45,
    /// The bytes of something else.
    #[error("not a slip: the first bytes are wrong")]
    Magic,
    /// Another version of the bytes.
    #[error("version {found} of a slip is not known, at most {known} is: update this program")]
    Version {
        /// Version found.
        found: u8,
        /// Newest version known.
        known: u8,
    },
    /// A flag that this build does not know.
    #[error("flags {flags:#04x} of a slip are not known: update this program")]
    Flags {
        /// All flags.
        flags: u8,
    },
    /// The bytes end too early.
    #[error("a slip of {len} bytes is truncated")]
    Truncated {
        /// Bytes given.
        len: usize,
    },
    /// Bytes follow the signature.
    #[error("{count} bytes follow the end of a slip")]
    TrailingBytes {
        /// How many.
        count: usize,
    },
    /// Not a prefecture.
    #[error("region {code} of a slip is no prefecture")]
    Region {
        /// Code found.
        code: u8,
    },
    /// Not a facility.
    #[error("{number} of a slip is no facility")]
    Facility {
        /// Number found.
        number: u64,
    },
    /// No look, or too many.
    #[error("a slip has {found} looks, it can have 1 to {limit}")]
    LookCount {
        /// How many.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// No category in a look, or too many.
    #[error("a look on a slip has {found} categories, it can have 1 to {limit}")]
    CategoryCount {
        /// How many.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// A category that this build does not know.
    #[error("category {number} of a slip is not known")]
    Category {
        /// Number found.
        number: u8,
    },
    /// Looks that do not descend, or categories that do not ascend: repeated or out of order.
    #[error("the {what} of a slip are repeated or out of order")]
    Order {
        /// `looks` or `categories`.
        what: &'static str,
    },
    /// Not signed by this key, or changed.
    #[error("the slip is not signed by this node")]
    Signature,
}

impl SlipError {
    /// The class of the cause.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::TooLong { .. } => ErrorClass::Exhausted,
            Self::Prefix
            | Self::Base45
            | Self::Magic
            | Self::Truncated { .. }
            | Self::TrailingBytes { .. }
            | Self::Region { .. }
            | Self::Facility { .. }
            | Self::LookCount { .. }
            | Self::CategoryCount { .. }
            | Self::Order { .. } => ErrorClass::Corrupt,
            Self::TextVersion
            | Self::Version { .. }
            | Self::Flags { .. }
            | Self::Category { .. } => ErrorClass::Unsupported,
            Self::Signature => ErrorClass::Forged,
        }
    }
}
