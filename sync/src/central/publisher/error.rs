//! Why nothing was published.

use tomoshibi_policies::ErrorClass;

use super::SourceError;
use crate::central::keyfile::KeyFileError;
use crate::central::keys::KeysError;
use crate::item::SegmentKind;
use crate::manifest::ManifestError;
use crate::segment::SegmentError;

/// Why nothing was published. The manifest that was current stays current.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The generation's recipient.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The publisher's key.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// The source store.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A segment.
    #[error("a segment of {kind}: {error}")]
    Segment {
        /// Its kind.
        kind: SegmentKind,
        /// Why.
        error: SegmentError,
    },
    /// The current manifest, or the one to be.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// The disk's answer.
    #[error("{what}: {source}")]
    Io {
        /// What was written or read.
        what: &'static str,
        /// Why.
        source: std::io::Error,
    },
    /// The source does not give people in ascending order, as it promises.
    #[error("the source gives {kind} out of order")]
    Order {
        /// Of which kind.
        kind: SegmentKind,
    },
    /// There is nothing in the source store.
    #[error("there is nothing to publish: ingest first")]
    Empty,
    /// No number is left.
    #[error("the numbers of this epoch are used up")]
    Numbers,
    /// The thread that seals ended without a word.
    #[error("sealing {kind} was interrupted")]
    Thread {
        /// Of which kind.
        kind: SegmentKind,
    },
}

impl PublishError {
    /// The class of the cause.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Keys(error) => error.class(),
            Self::Key(error) => error.class(),
            Self::Source(error) => error.class,
            Self::Segment { error, .. } => error.class(),
            Self::Manifest(error) => error.class(),
            Self::Io { source, .. } if source.kind() == std::io::ErrorKind::StorageFull => {
                ErrorClass::Exhausted
            }
            Self::Io { .. } | Self::Order { .. } | Self::Thread { .. } => ErrorClass::Internal,
            Self::Empty => ErrorClass::NotFound,
            Self::Numbers => ErrorClass::Exhausted,
        }
    }
}
