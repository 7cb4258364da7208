//! The ten classes every error of the workspace falls into.

use core::fmt;

/// What an error means for whoever has to act: retry, alarm, refuse or stop.
///
/// Every typed error answers `class()`. None and several are outcomes of a search, not errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ErrorClass {
    /// Bytes are damaged: truncated, bit-flipped, or not what their own checksum says.
    Corrupt,
    /// Bytes are whole, but a signature, digest or seal says that someone else made them.
    Forged,
    /// A version, flag or kind that this build does not know.
    Unsupported,
    /// A rule refuses. Denials are journalled.
    Denied,
    /// The request or the input breaks a rule of its form.
    Invalid,
    /// The thing named does not exist here.
    NotFound,
    /// Another state or another writer is in the way.
    Conflict,
    /// A limit is reached: disk, memory, attempts, queue.
    Exhausted,
    /// It may work when tried again: the line, a busy peer.
    Transient,
    /// Our own fault.
    Internal,
}

impl ErrorClass {
    /// The word used in JSON, logs and metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Corrupt => "corrupt",
            Self::Forged => "forged",
            Self::Unsupported => "unsupported",
            Self::Denied => "denied",
            Self::Invalid => "invalid",
            Self::NotFound => "not_found",
            Self::Conflict => "conflict",
            Self::Exhausted => "exhausted",
            Self::Transient => "transient",
            Self::Internal => "internal",
        }
    }

    /// True when trying the same again, unchanged, may succeed.
    #[must_use]
    pub const fn is_retryable(self) -> bool {
        matches!(self, Self::Transient | Self::Exhausted)
    }

    /// True when a person has to be told, because somebody may be attacking or the disk may be failing.
    #[must_use]
    pub const fn is_alarm(self) -> bool {
        matches!(self, Self::Corrupt | Self::Forged)
    }
}

impl fmt::Display for ErrorClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
