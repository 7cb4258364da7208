//! What the store needs to know of a manifest, and whom it asks.
//!
//! The store never reads a manifest's format: [`OpenManifest`] verifies the signatures and says what is listed.

use std::collections::BTreeSet;

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::record::RegionCode;
use tomoshibi_policies::time::{JstDate, Timestamp, YearMonth};
use tomoshibi_sync::id::{Digest, SnapshotId};

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

/// How far each source reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// Last treatment month of the claims.
    pub claims_to: YearMonth,
    /// Day on which the claims were processed.
    pub processed: JstDate,
    /// Last day that eligibility is known for.
    pub eligibility_to: JstDate,
    /// Last day that checkups are known for.
    pub checkups_to: JstDate,
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
    /// The manifest in `bytes`, verified.
    ///
    /// # Errors
    /// When any check fails.
    fn open(&self, bytes: &[u8]) -> Result<ManifestInfo, ManifestRefusal>;
}

/// A node that is not enrolled has no trust root, so it can verify nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct NotEnrolled;

impl OpenManifest for NotEnrolled {
    fn open(&self, _bytes: &[u8]) -> Result<ManifestInfo, ManifestRefusal> {
        let what = "the node is not enrolled and has no trust root".into();
        Err(ManifestRefusal { what, class: ErrorClass::NotFound })
    }
}

/// How an offered snapshot stands to the newest that was ever current.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Succession {
    /// There was none.
    First,
    /// It is newer.
    Newer,
    /// It is the same.
    Same,
    /// It is older: never taken.
    Older,
    /// It has the same number and another digest: an alarm, never taken.
    Conflict,
}

/// How `next` stands to `current`.
#[must_use]
pub fn succession(
    current: Option<(&SnapshotId, &Digest)>,
    next: &SnapshotId,
    next_digest: &Digest,
) -> Succession {
    match current {
        None => Succession::First,
        Some((id, _)) if next > id => Succession::Newer,
        Some((id, _)) if next < id => Succession::Older,
        Some((_, digest)) if digest == next_digest => Succession::Same,
        Some(_) => Succession::Conflict,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_never_goes_back() {
        let id = |epoch, number| SnapshotId { epoch, number };
        let (a, b) = (Digest::of(b"a"), Digest::of(b"b"));
        let current = id(2, 5);
        for (next, digest, expected) in [
            (id(2, 6), b, Succession::Newer),
            (id(3, 1), b, Succession::Newer),
            (id(2, 5), a, Succession::Same),
            (id(2, 5), b, Succession::Conflict),
            (id(2, 4), b, Succession::Older),
            (id(1, 99), b, Succession::Older),
        ] {
            assert_eq!(succession(Some((&current, &a)), &next, &digest), expected, "{next}");
        }
        assert_eq!(succession(None, &current, &a), Succession::First);
    }
}
