//! The rules that a manifest obeys, signed or read.

use super::{Manifest, ManifestError, SegmentEntry, epoch};
use crate::id::Generation;
use crate::segment::SEGMENT_LEN_BYTES_MAX;

/// Most segments: 16,384 of 8 MiB are 128 GiB, and their list 1.5 MiB. A region has hundreds.
pub const SEGMENTS_MAX: usize = 1 << 14;
/// Newest version of the folding of names that this build searches by (`policies::names::FOLDING_VERSION`).
pub const FOLDING_KNOWN: u16 = 1;
/// Most months of medication: ten years, beyond any proposal (three and five years are discussed).
pub const MEDICATION_MONTHS_MAX: u16 = 120;
/// Most years of checkups.
pub const CHECKUP_YEARS_MAX: u8 = 10;

impl Manifest {
    pub(super) fn check(&self) -> Result<(), ManifestError> {
        self.check_chain()?;
        if self.fresh_until <= self.published_at {
            let (published_at, fresh_until) = (self.published_at, self.fresh_until);
            return Err(ManifestError::FreshUntil { published_at, fresh_until });
        }
        if self.folding > FOLDING_KNOWN {
            return Err(ManifestError::Folding { found: self.folding, known: FOLDING_KNOWN });
        }
        self.check_fields()?;
        self.check_segments()
    }

    fn check_chain(&self) -> Result<(), ManifestError> {
        let id = self.id;
        let is_first = id.number == 1;
        if id.epoch == 0 || id.number == 0 || is_first != self.previous.is_none() {
            return Err(ManifestError::Chain { id });
        }
        let well_formed = self.epoch_grant.as_ref().is_none_or(|grant| {
            grant.signatures.len() <= epoch::SIGNATURES_MAX
                && grant.signatures.is_sorted_by(|(a, _), (b, _)| a < b)
        });
        if (id.epoch > 1) != self.epoch_grant.is_some() || !well_formed {
            return Err(ManifestError::GrantForm { id });
        }
        Ok(())
    }

    fn check_fields(&self) -> Result<(), ManifestError> {
        let months = (1..=MEDICATION_MONTHS_MAX).contains(&self.retention.medication_months);
        let years = (1..=CHECKUP_YEARS_MAX).contains(&self.retention.checkup_years);
        for (field, good) in [
            ("folding", self.folding > 0),
            ("generation", self.generation > Generation(0)),
            ("retention of medication", months),
            ("retention of checkups", years),
            ("categories not carried", self.not_carried.is_sorted_by(|a, b| a < b)),
        ] {
            if !good {
                return Err(ManifestError::Field { field });
            }
        }
        Ok(())
    }

    fn check_segments(&self) -> Result<(), ManifestError> {
        let found = self.segments.len();
        if found > SEGMENTS_MAX {
            return Err(ManifestError::TooManySegments { found, limit: SEGMENTS_MAX });
        }
        let mut before = None;
        for segment in &self.segments {
            let digest = segment.digest;
            match before {
                Some(before) if before == digest => {
                    return Err(ManifestError::DuplicateSegment { digest });
                }
                Some(before) if before > digest => {
                    return Err(ManifestError::SegmentOrder { digest });
                }
                _ => before = Some(digest),
            }
            self.check_segment(segment)?;
        }
        Ok(())
    }

    fn check_segment(&self, segment: &SegmentEntry) -> Result<(), ManifestError> {
        let digest = segment.digest;
        let (found, limit) = (segment.len_bytes, SEGMENT_LEN_BYTES_MAX);
        if found == 0 || found > limit {
            return Err(ManifestError::SegmentLen { digest, found, limit });
        }
        let (found, newest) = (segment.generation, self.generation);
        if found == Generation(0) || found > newest {
            return Err(ManifestError::SegmentGeneration { digest, found, newest });
        }
        for (field, good) in [
            ("the number of items", segment.items > 0),
            ("the months", segment.from <= segment.to),
            ("the persons", segment.first_person <= segment.last_person),
        ] {
            if !good {
                return Err(ManifestError::SegmentRange { digest, field });
            }
        }
        Ok(())
    }
}
