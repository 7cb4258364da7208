//! Manifests: the signed list of a snapshot's segments. FORMAT.md, section "Manifest".
//!
//! Promises: what [`Manifest::open`] gives was signed by the publisher's threshold for this region, is no drill's unless
//! the trust root is, and obeys every rule below; so nothing it names is fetched or opened before that. A manifest is
//! known by the digest of its signed bytes.
//!
//! Invariants: segments are in ascending order of digest, each once; a segment's generation is at most the manifest's;
//! number 1 of an epoch has no previous manifest, every other names it; a manifest of a later epoch than the first
//! carries a grant signed by the root threshold, since only the root may break the chain.
//!
//! Not covered: whether a manifest is newer than the current one ([`succession`] tells, the node decides), whether the
//! segments are there, the age of the data.

mod category;
mod entry;
mod epoch;
mod error;
mod rules;
mod succession;
mod wire;

use tomoshibi_policies::category::Category;
use tomoshibi_policies::record::RegionCode;
use tomoshibi_policies::time::{JstDate, Timestamp, YearMonth};

pub use entry::SegmentEntry;
pub use epoch::EpochGrant;
pub use error::ManifestError;
pub use rules::{CHECKUP_YEARS_MAX, FOLDING_KNOWN, MEDICATION_MONTHS_MAX, SEGMENTS_MAX};
pub use succession::{Succession, succession};

pub(crate) use category::{category_number, read_category};

use crate::codec;
use crate::id::{Digest, Generation, SnapshotId};
use crate::signed::{BODY_LEN_BYTES_MAX, Signed, SignedKind, SigningKey};
use crate::trust::{Role, TrustRoot};

/// Newest version of the body.
pub const VERSION: u16 = 1;
const WHAT: &str = "manifest";

/// How far each source reaches. Shown on every view: absence after it means nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// Newest treatment month of the claims.
    pub claims_to: YearMonth,
    /// Day on which the claims were processed.
    pub processed: JstDate,
    /// Day of the eligibility data.
    pub eligibility_to: JstDate,
    /// Day up to which checkups were registered.
    pub checkups_to: JstDate,
}

/// How long data may be shown, counted from the treatment or exam. A node enforces it when it reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetentionTerms {
    /// Months of medication, 1 to [`MEDICATION_MONTHS_MAX`].
    pub medication_months: u16,
    /// Years of checkups, 1 to [`CHECKUP_YEARS_MAX`].
    pub checkup_years: u8,
}

/// The list of one snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The region.
    pub region: RegionCode,
    /// Place in the region's history.
    pub id: SnapshotId,
    /// Digest of the manifest before; none for number 1 of an epoch.
    pub previous: Option<Digest>,
    /// When it was published.
    pub published_at: Timestamp,
    /// Until when it counts as fresh; later than [`Manifest::published_at`].
    pub fresh_until: Timestamp,
    /// How far each source reaches.
    pub reach: Reach,
    /// Version of the folding of names, 1 to [`FOLDING_KNOWN`].
    pub folding: u16,
    /// Generation that new segments are sealed to.
    pub generation: Generation,
    /// How long data may be shown.
    pub retention: RetentionTerms,
    /// True for a drill: synthetic people, separate keys.
    pub drill: bool,
    /// Categories that no segment carries, each once, ascending. Named on every view.
    pub not_carried: Vec<Category>,
    /// The segments, in ascending order of digest.
    pub segments: Vec<SegmentEntry>,
    /// The root's grant for every epoch after the first.
    pub epoch_grant: Option<EpochGrant>,
}

impl Manifest {
    /// Signs the manifest. Segments and categories are put in the order of the format.
    ///
    /// # Errors
    /// [`ManifestError`] when it breaks a rule: what nobody would open is not signed.
    pub fn sign(&self, keys: &[&SigningKey]) -> Result<Vec<u8>, ManifestError> {
        let mut sorted = self.clone();
        sorted.segments.sort_by_key(|segment| segment.digest);
        sorted.not_carried.sort();
        sorted.check()?;
        let body = codec::encode(WHAT, &wire::ManifestV1::from(&sorted))?;
        // Read back what is about to be signed: a date outside the calendar would make it unreadable everywhere.
        Self::read_body(&body)?;
        Ok(Signed::sign(SignedKind::Manifest, VERSION, body, keys).to_bytes())
    }

    /// Opens a manifest of the trust root's region.
    ///
    /// # Errors
    /// See [`ManifestError`]: the signatures are checked first, then the region, then every rule.
    pub fn open(bytes: &[u8], trust: &TrustRoot) -> Result<Self, ManifestError> {
        let signed = Signed::parse(SignedKind::Manifest, VERSION, bytes)?;
        let (_, body) =
            signed.verify(trust.keys(Role::Publisher), trust.threshold(Role::Publisher))?;
        let manifest = Self::read_body(body)?;
        if manifest.region != trust.region {
            let (found, expected) = (manifest.region, trust.region);
            return Err(ManifestError::RegionMismatch { found, expected });
        }
        if manifest.drill != trust.drill {
            return Err(ManifestError::DrillMismatch { found: manifest.drill });
        }
        manifest.check()?;
        epoch::check(&manifest, trust)?;
        Ok(manifest)
    }

    fn read_body(body: &[u8]) -> Result<Self, ManifestError> {
        let wire: wire::ManifestV1 = codec::decode::<_, BODY_LEN_BYTES_MAX>(WHAT, body)?;
        wire.try_into()
    }

    /// The segments' total length, sealed, in bytes.
    #[must_use]
    pub fn len_bytes(&self) -> u64 {
        self.segments.iter().map(|segment| segment.len_bytes).fold(0, u64::saturating_add)
    }
}
