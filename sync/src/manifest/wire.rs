//! The manifest's body on the wire.

use serde::{Deserialize, Serialize};
use tomoshibi_policies::record::{PersonId, RegionCode};
use tomoshibi_policies::time::{JstDate, Timestamp};

use super::category::{category_number, read_category};
use super::{EpochGrant, Manifest, ManifestError, Reach, RetentionTerms, SegmentEntry};
use crate::id::{Digest, Generation, SnapshotId};
use crate::item::{DateError, SegmentKind, read_date, read_month};
use crate::signed::{KeyId, Signature};

#[derive(Serialize, Deserialize)]
pub(super) struct ManifestV1 {
    region: u8,
    id: SnapshotId,
    previous: Option<Digest>,
    published_at: i64,
    fresh_until: i64,
    claims_to: i32,
    processed: i64,
    eligibility_to: i64,
    checkups_to: i64,
    folding: u16,
    generation: Generation,
    medication_months: u16,
    checkup_years: u8,
    drill: bool,
    not_carried: Vec<u8>,
    segments: Vec<SegmentEntryV1>,
    epoch_grant: Option<Vec<(KeyId, [[u8; 32]; 2])>>,
}

#[derive(Serialize, Deserialize)]
struct SegmentEntryV1 {
    digest: Digest,
    len_bytes: u64,
    kind: u8,
    generation: Generation,
    from: i32,
    to: i32,
    first_person: [u8; 16],
    last_person: [u8; 16],
    items: u64,
}

impl From<&Manifest> for ManifestV1 {
    fn from(manifest: &Manifest) -> Self {
        let grant = |grant: &EpochGrant| {
            grant.signatures.iter().map(|(id, signature)| (*id, halves(signature))).collect()
        };
        Self {
            region: manifest.region.get(),
            id: manifest.id,
            previous: manifest.previous,
            published_at: manifest.published_at.as_millis(),
            fresh_until: manifest.fresh_until.as_millis(),
            claims_to: manifest.reach.claims_to.index(),
            processed: manifest.reach.processed.days(),
            eligibility_to: manifest.reach.eligibility_to.days(),
            checkups_to: manifest.reach.checkups_to.days(),
            folding: manifest.folding,
            generation: manifest.generation,
            medication_months: manifest.retention.medication_months,
            checkup_years: manifest.retention.checkup_years,
            drill: manifest.drill,
            not_carried: manifest.not_carried.iter().copied().map(category_number).collect(),
            segments: manifest.segments.iter().map(SegmentEntryV1::from).collect(),
            epoch_grant: manifest.epoch_grant.as_ref().map(grant),
        }
    }
}

impl TryFrom<ManifestV1> for Manifest {
    type Error = ManifestError;

    fn try_from(wire: ManifestV1) -> Result<Self, ManifestError> {
        let field = |field| ManifestError::Field { field };
        let day = |days| -> Result<JstDate, _> { read_date(days).map_err(|_| field("reach")) };
        let category = |number| read_category(number).ok_or(field("categories not carried"));
        let grant = |signatures: Vec<(KeyId, [[u8; 32]; 2])>| EpochGrant {
            signatures: signatures.into_iter().map(|(id, h)| (id, whole(h))).collect(),
        };
        Ok(Self {
            region: RegionCode::new(wire.region).map_err(|_| field("region"))?,
            id: wire.id,
            previous: wire.previous,
            published_at: Timestamp::from_millis(wire.published_at),
            fresh_until: Timestamp::from_millis(wire.fresh_until),
            reach: Reach {
                claims_to: read_month(wire.claims_to).map_err(|_| field("reach"))?,
                processed: day(wire.processed)?,
                eligibility_to: day(wire.eligibility_to)?,
                checkups_to: day(wire.checkups_to)?,
            },
            folding: wire.folding,
            generation: wire.generation,
            retention: RetentionTerms {
                medication_months: wire.medication_months,
                checkup_years: wire.checkup_years,
            },
            drill: wire.drill,
            not_carried: wire.not_carried.into_iter().map(category).collect::<Result<_, _>>()?,
            segments: wire.segments.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()?,
            epoch_grant: wire.epoch_grant.map(grant),
        })
    }
}

// serde knows arrays of up to 32.
fn halves(signature: &Signature) -> [[u8; 32]; 2] {
    let (halves, _) = signature.0.as_chunks::<32>();
    halves.try_into().unwrap_or_default()
}

fn whole(halves: [[u8; 32]; 2]) -> Signature {
    Signature(halves.as_flattened().try_into().unwrap_or([0; 64]))
}

impl From<&SegmentEntry> for SegmentEntryV1 {
    fn from(entry: &SegmentEntry) -> Self {
        Self {
            digest: entry.digest,
            len_bytes: entry.len_bytes,
            kind: entry.kind.number(),
            generation: entry.generation,
            from: entry.from.index(),
            to: entry.to.index(),
            first_person: *entry.first_person.as_bytes(),
            last_person: *entry.last_person.as_bytes(),
            items: entry.items,
        }
    }
}

impl TryFrom<SegmentEntryV1> for SegmentEntry {
    type Error = ManifestError;

    fn try_from(wire: SegmentEntryV1) -> Result<Self, ManifestError> {
        let digest = wire.digest;
        let wrong = |_: DateError| ManifestError::SegmentRange { digest, field: "the months" };
        Ok(Self {
            digest,
            len_bytes: wire.len_bytes,
            kind: SegmentKind::from_number(wire.kind)
                .map_err(|error| ManifestError::SegmentKind { digest, error })?,
            generation: wire.generation,
            from: read_month(wire.from).map_err(wrong)?,
            to: read_month(wire.to).map_err(wrong)?,
            first_person: PersonId::from_bytes(wire.first_person),
            last_person: PersonId::from_bytes(wire.last_person),
            items: wire.items,
        })
    }
}
