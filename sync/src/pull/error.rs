//! Why a pull ended without success.

use core::fmt;
use std::io;

use tomoshibi_policies::ErrorClass;

use crate::id::Digest;
use crate::wire::{Refusal, WireError};

/// What an exchange is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The newest manifest.
    Manifest,
    /// A segment.
    Segment(Digest),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Manifest => f.write_str("manifest"),
            Self::Segment(digest) => write!(f, "segment {digest}"),
        }
    }
}

/// Why a pull ended without success.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PullError {
    /// The answer could not be read.
    #[error("{subject}: {error}")]
    Wire {
        /// What was asked for.
        subject: Subject,
        /// Why.
        error: WireError,
    },
    /// An answer to another question, or raw bytes where none belong.
    #[error("{subject}: the peer answered with {found}")]
    Unexpected {
        /// What was asked for.
        subject: Subject,
        /// What came.
        found: &'static str,
    },
    /// The peer's segment has another length.
    #[error("segment {segment}: the peer offers {found} bytes, the manifest says {expected}")]
    Length {
        /// Which.
        segment: Digest,
        /// Length offered.
        found: u64,
        /// Length in the manifest.
        expected: u64,
    },
    /// The peer begins elsewhere.
    #[error("segment {segment}: the peer begins at byte {found}, asked from {expected} on")]
    Offset {
        /// Which.
        segment: Digest,
        /// Offset offered.
        found: u64,
        /// Offset asked for.
        expected: u64,
    },
    /// More bytes than announced.
    #[error("{subject}: the peer sends more than the {expected} bytes it announced")]
    TooLong {
        /// What was asked for.
        subject: Subject,
        /// Length announced.
        expected: u64,
    },
    /// The peer said that was all, and it was not.
    #[error("{subject}: the peer ended after {found} of {expected} bytes")]
    TooShort {
        /// What was asked for.
        subject: Subject,
        /// Bytes there are.
        found: u64,
        /// Length announced.
        expected: u64,
    },
    /// Wrong bytes, twice.
    #[error("segment {expected}: the bytes have digest {found}, the manifest says {expected}")]
    Digest {
        /// Digest of the bytes.
        found: Digest,
        /// Digest in the manifest, the segment's name.
        expected: Digest,
    },
    /// The peer refused.
    #[error("{subject}: {refusal}")]
    Refused {
        /// What was asked for.
        subject: Subject,
        /// Its refusal.
        refusal: Refusal,
    },
    /// No new byte after every repetition.
    #[error("{subject}: nothing arrived in {times} tries")]
    Stalled {
        /// What was asked for.
        subject: Subject,
        /// Tries.
        times: u8,
    },
    /// It took too long, although bytes arrived.
    #[error("{subject}: not done after {ms} ms")]
    TooSlow {
        /// What was asked for.
        subject: Subject,
        /// The limit in milliseconds.
        ms: i64,
    },
    /// The caller refused the manifest.
    #[error("manifest refused: {reason}")]
    Manifest {
        /// Class of the caller's error.
        class: ErrorClass,
        /// The caller's words.
        reason: String,
    },
    /// The caller wants what cannot be.
    #[error("the manifest wants {what}")]
    Wanted {
        /// What is wrong.
        what: &'static str,
    },
    /// The store failed.
    #[error("segment {segment}: could not {action}: {kind}")]
    Store {
        /// Which.
        segment: Digest,
        /// What was being done.
        action: &'static str,
        /// The disk's error.
        kind: io::ErrorKind,
    },
}

impl PullError {
    /// Forged for wrong bytes and lengths, transient for the line, exhausted for a full disk.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Wire { error, .. } => error.class(),
            Self::Refused { refusal, .. } => refusal.class(),
            Self::Manifest { class, .. } => *class,
            Self::Unexpected { .. } | Self::Wanted { .. } => ErrorClass::Invalid,
            Self::Length { .. } | Self::Offset { .. } | Self::Digest { .. } => ErrorClass::Forged,
            Self::TooLong { .. } | Self::TooShort { .. } => ErrorClass::Corrupt,
            Self::Stalled { .. } | Self::TooSlow { .. } => ErrorClass::Transient,
            Self::Store {
                kind: io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded, ..
            } => ErrorClass::Exhausted,
            Self::Store { .. } => ErrorClass::Internal,
        }
    }
}
