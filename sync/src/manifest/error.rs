//! Why a manifest, or a file that claims to be its segment, is refused.

use std::io;

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::record::RegionCode;
use tomoshibi_policies::time::Timestamp;

use crate::codec::CodecError;
use crate::id::{Digest, Generation, SnapshotId};
use crate::item::KindError;
use crate::signed::SignedError;

/// Why a manifest, or a file that claims to be its segment, is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// The envelope or its signatures.
    #[error(transparent)]
    Signed(#[from] SignedError),
    /// The encoding.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// Another region's.
    #[error("a manifest of region {found}, region {expected} is expected")]
    RegionMismatch {
        /// In the manifest.
        found: RegionCode,
        /// In the trust root.
        expected: RegionCode,
    },
    /// A drill's under a real trust root, or a real one under a drill's.
    #[error("a manifest with the drill flag {found} under a trust root with the other")]
    DrillMismatch {
        /// In the manifest.
        found: bool,
    },
    /// A later epoch without enough root signatures.
    #[error("epoch {epoch} is granted by {found} root keys, {needed} are needed")]
    EpochGrant {
        /// The epoch.
        epoch: u32,
        /// Valid signatures.
        found: usize,
        /// The root threshold.
        needed: usize,
    },
    /// An epoch grant in the first epoch, none in a later, or one with too many signatures.
    #[error("the epoch grant of snapshot {id} is missing, superfluous or too long")]
    GrantForm {
        /// The snapshot.
        id: SnapshotId,
    },
    /// Epoch or number zero, or a link that should be there or should not.
    #[error("snapshot {id} has a number or a link to the one before that cannot be")]
    Chain {
        /// The snapshot.
        id: SnapshotId,
    },
    /// Fresh until before it was published.
    #[error("published at {published_at}, fresh only until {fresh_until}")]
    FreshUntil {
        /// When it was published.
        published_at: Timestamp,
        /// Until when it counts as fresh.
        fresh_until: Timestamp,
    },
    /// Names are folded in a way this build does not know.
    #[error("names are folded by version {found}, at most {known} is known: update this program")]
    Folding {
        /// In the manifest.
        found: u16,
        /// Newest known.
        known: u16,
    },
    /// A field breaks a rule.
    #[error("{field} of a manifest is out of range")]
    Field {
        /// The field.
        field: &'static str,
    },
    /// More segments than any region has.
    #[error("a manifest of {found} segments, at most {limit} are read")]
    TooManySegments {
        /// Segments.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// A segment is listed twice.
    #[error("segment {digest} is listed twice")]
    DuplicateSegment {
        /// The segment.
        digest: Digest,
    },
    /// Segments are not in ascending order of digest.
    #[error("segment {digest} is out of order")]
    SegmentOrder {
        /// The segment.
        digest: Digest,
    },
    /// A segment of a kind this build does not read.
    #[error("segment {digest}: {error}")]
    SegmentKind {
        /// The segment.
        digest: Digest,
        /// The kind.
        error: KindError,
    },
    /// An empty segment or one longer than any.
    #[error("segment {digest} has {found} bytes, 1 to {limit} are read")]
    SegmentLen {
        /// The segment.
        digest: Digest,
        /// In the manifest.
        found: u64,
        /// The limit.
        limit: u64,
    },
    /// A segment of a generation that does not exist yet.
    #[error("segment {digest} is of generation {found}, the manifest of {newest}")]
    SegmentGeneration {
        /// The segment.
        digest: Digest,
        /// Of the segment.
        found: Generation,
        /// Of the manifest.
        newest: Generation,
    },
    /// A segment without items, or with months or persons in the wrong order.
    #[error("segment {digest}: {field} cannot be")]
    SegmentRange {
        /// The segment.
        digest: Digest,
        /// What is wrong.
        field: &'static str,
    },
    /// A file that has not the length of the segment it stands for.
    #[error("segment {digest} has {found} bytes, the manifest says {expected}")]
    SegmentLenMismatch {
        /// The segment.
        digest: Digest,
        /// Of the file.
        found: u64,
        /// In the manifest.
        expected: u64,
    },
    /// A file that is not the segment it stands for.
    #[error("a segment's digest is {found}, the manifest says {expected}")]
    SegmentDigestMismatch {
        /// Of the file.
        found: Digest,
        /// In the manifest.
        expected: Digest,
    },
    /// The disk's.
    #[error("cannot read a segment: {kind}")]
    Io {
        /// What the system said.
        kind: io::ErrorKind,
    },
}

impl ManifestError {
    /// The class of the cause.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Signed(error) => error.class(),
            Self::Codec(error) => error.class(),
            Self::RegionMismatch { .. }
            | Self::DrillMismatch { .. }
            | Self::EpochGrant { .. }
            | Self::SegmentDigestMismatch { .. } => ErrorClass::Forged,
            Self::SegmentLenMismatch { .. } => ErrorClass::Corrupt,
            Self::Folding { .. } | Self::SegmentKind { .. } => ErrorClass::Unsupported,
            Self::TooManySegments { .. } | Self::SegmentLen { .. } => ErrorClass::Exhausted,
            Self::Io { .. } => ErrorClass::Transient,
            _ => ErrorClass::Invalid,
        }
    }
}
