//! What the store needs to know of a manifest, and whom it asks.
//!
//! The store never reads a manifest's format: [`OpenManifest`] verifies the signatures and says what is listed. The one
//! that does so is [`TrustedManifests`](super::TrustedManifests); a node that is not enrolled has [`NotEnrolled`].

use std::collections::BTreeSet;

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::record::RegionCode;
use tomoshibi_policies::time::Timestamp;
use tomoshibi_sync::id::{Digest, SnapshotId};
use tomoshibi_sync::manifest::Manifest;

pub use tomoshibi_sync::manifest::{Reach, Succession, succession};

/// Longest manifest with its signatures: 5 MiB, the longest signed body and as much again as signatures can add.
pub const MANIFEST_LEN_BYTES_MAX: u64 = 5 << 20;

/// A segment as a manifest lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SegmentRef {
    /// Its name: the digest of its bytes.
    pub digest: Digest,
    /// Its length in bytes.
    pub len_bytes: u64,
}

/// A verified manifest, as far as the store and the status need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestInfo {
    /// The region.
    pub region: RegionCode,
    /// Its place in the region's history.
    pub id: SnapshotId,
    /// Digest of the signed bytes.
    pub digest: Digest,
    /// When it was published.
    pub published_at: Timestamp,
    /// Until when it counts as fresh.
    pub fresh_until: Timestamp,
    /// How far its sources reach.
    pub reach: Reach,
    /// True for a drill's.
    pub drill: bool,
    /// What it lists.
    pub segments: Vec<SegmentRef>,
}

impl ManifestInfo {
    /// What the store needs of `manifest`, whose signed bytes have `digest`.
    #[must_use]
    pub fn of(manifest: &Manifest, digest: Digest) -> Self {
        let segment = |s: &tomoshibi_sync::manifest::SegmentEntry| SegmentRef {
            digest: s.digest,
            len_bytes: s.len_bytes,
        };
        Self {
            region: manifest.region,
            id: manifest.id,
            digest,
            published_at: manifest.published_at,
            fresh_until: manifest.fresh_until,
            reach: manifest.reach,
            drill: manifest.drill,
            segments: manifest.segments.iter().map(segment).collect(),
        }
    }

    /// Bytes of all segments together.
    #[must_use]
    pub fn len_bytes(&self) -> u64 {
        self.segments.iter().fold(0, |sum, segment| sum.saturating_add(segment.len_bytes))
    }

    /// The names of all segments.
    #[must_use]
    pub fn digests(&self) -> BTreeSet<Digest> {
        self.segments.iter().map(|segment| segment.digest).collect()
    }
}

/// Why a manifest is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("manifest refused: {what}")]
pub struct ManifestRefusal {
    /// Which check failed, with ids.
    pub what: String,
    /// What it means.
    pub class: ErrorClass,
}

/// Verifies manifests against the trust root.
pub trait OpenManifest: Send + Sync {
    /// The whole manifest in `bytes`, verified.
    ///
    /// # Errors
    /// When any check fails.
    fn whole(&self, bytes: &[u8]) -> Result<Manifest, ManifestRefusal>;

    /// What the store needs of the manifest in `bytes`, verified.
    ///
    /// # Errors
    /// When any check fails.
    fn open(&self, bytes: &[u8]) -> Result<ManifestInfo, ManifestRefusal> {
        self.whole(bytes).map(|manifest| ManifestInfo::of(&manifest, Digest::of(bytes)))
    }
}

/// A node that is not enrolled has no trust root, so it can verify nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct NotEnrolled;

impl OpenManifest for NotEnrolled {
    fn whole(&self, _bytes: &[u8]) -> Result<Manifest, ManifestRefusal> {
        let what = "the node is not enrolled and has no trust root".into();
        Err(ManifestRefusal { what, class: ErrorClass::NotFound })
    }
}
