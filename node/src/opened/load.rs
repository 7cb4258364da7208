//! Opening a snapshot: from a keyring and sealed segments to what a look-up works on.
//!
//! Promises: of a person told several times the newest stands, whatever segment it lies in; a person who is withdrawn
//! is not found; one damaged segment of persons, masters or withdrawals fails the opening with its digest, because a
//! person silently missing would read as "not in this data", and a withdrawal silently missing would show what must not
//! be shown. A damaged segment of records does not keep the others from being used: see [`SegmentRecords`].

use std::collections::BTreeMap;
use std::sync::Arc;

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::activation::SiteFacts;
use tomoshibi_policies::find::{FoldedCoverage, FoldedPerson};
use tomoshibi_policies::names::FoldedName;
use tomoshibi_policies::record::{PersonId, SourceOrder, Withdrawal};
use tomoshibi_policies::retention::Retention;
use tomoshibi_policies::staleness::SourceReach;
use tomoshibi_policies::withdrawn::hides_person;
use tomoshibi_sync::id::Digest;
use tomoshibi_sync::item::{Item, PersonItem, Record, SegmentKind, SubKey};
use tomoshibi_sync::keyring::Keyring;
use tomoshibi_sync::manifest::{Manifest, SegmentEntry};
use tomoshibi_sync::seam::ReadAt;
use tomoshibi_sync::segment::{SegmentError, SegmentReader};
use zeroize::Zeroizing;

use super::merge::{Merge, Part};
use super::segments::SegmentRecords;
use super::{Opened, SnapshotFacts};
use crate::index::{IndexBuilder, PersonIndex};
use crate::masters::Masters;

/// Packed length of an average person, in bytes, for taking memory at once.
const PACKED_LEN_BYTES: usize = 320;
/// Years that an ended coverage is kept for viewing (handbook 1.7).
const ELIGIBILITY_YEARS: u8 = 10;

/// Why a snapshot cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The keyring lacks the generation of a segment.
    #[error("segment {segment} is sealed to generation {generation}, which the keyring lacks")]
    Generation {
        /// The segment.
        segment: Digest,
        /// Its generation.
        generation: u32,
    },
    /// A segment could not be opened on disk.
    #[error("segment {segment}: {source}")]
    Disk {
        /// The segment.
        segment: Digest,
        /// Why.
        source: std::io::Error,
    },
    /// A segment is damaged or not what the manifest says.
    #[error("segment {segment}: {source}")]
    Segment {
        /// The segment.
        segment: Digest,
        /// Why.
        source: SegmentError,
    },
    /// Keyring and snapshot are not of the same region and use.
    #[error("the keyring is for another region or use than the snapshot")]
    OtherRegion,
}

impl LoadError {
    /// The class of the cause.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Generation { .. } => ErrorClass::NotFound,
            Self::Disk { .. } => ErrorClass::Internal,
            Self::Segment { source, .. } => source.class(),
            Self::OtherRegion => ErrorClass::Denied,
        }
    }
}

/// A snapshot before it is opened.
pub struct SealedSnapshot<'a> {
    /// The verified manifest.
    pub manifest: &'a Manifest,
    /// Opens the file of a segment.
    pub open: &'a dyn Fn(&Digest) -> std::io::Result<Box<dyn ReadAt>>,
    /// What unseals it.
    pub keyring: &'a Arc<Keyring>,
}

impl SealedSnapshot<'_> {
    /// Opens the snapshot for a site. Reads every `persons`, `masters` and `withdrawals` segment once; the others are
    /// opened and read when somebody looks.
    ///
    /// # Errors
    /// See [`LoadError`].
    pub fn load(&self, site: SiteFacts) -> Result<Opened, LoadError> {
        let manifest = self.manifest;
        if (self.keyring.region, self.keyring.drill) != (manifest.region, manifest.drill) {
            return Err(LoadError::OtherRegion);
        }
        let withdrawals = self.withdrawals()?;
        let index = self.persons(&withdrawals)?;
        let masters = self.masters()?;
        let mut records = SegmentRecords::new(self.keyring.clone());
        for entry in &manifest.segments {
            if matches!(entry.kind, SegmentKind::Medications | SegmentKind::Checkups) {
                records.add(*entry, (self.open)(&entry.digest));
            }
        }
        Ok(Opened {
            index,
            masters,
            withdrawals,
            reader: Box::new(records),
            snapshot: facts(manifest),
            keyring: self.keyring.clone(),
            staff_secret: Zeroizing::new(*self.keyring.staff_secret),
            site,
            pin: None,
        })
    }

    fn entries(&self, kind: SegmentKind) -> impl Iterator<Item = &SegmentEntry> {
        self.manifest.segments.iter().filter(move |entry| entry.kind == kind)
    }

    fn reader(&self, entry: &SegmentEntry) -> Result<SegmentReader, LoadError> {
        let (segment, generation) = (entry.digest, entry.generation);
        let identity = self.keyring.identities.get(&generation);
        let identity =
            identity.ok_or(LoadError::Generation { segment, generation: generation.0 })?;
        let file = (self.open)(&segment).map_err(|source| LoadError::Disk { segment, source })?;
        SegmentReader::open(file, identity, entry.kind, generation)
            .map_err(|source| LoadError::Segment { segment, source })
    }

    /// Hands over every item of the segments of a kind, segment by segment.
    fn each_item(&self, kind: SegmentKind, mut take: impl FnMut(Item)) -> Result<(), LoadError> {
        for entry in self.entries(kind) {
            let segment = entry.digest;
            let damaged = |source| LoadError::Segment { segment, source };
            let reader = self.reader(entry)?;
            for item in reader.scan().map_err(damaged)? {
                take(item.map_err(damaged)?);
            }
        }
        Ok(())
    }

    fn withdrawals(&self) -> Result<BTreeMap<PersonId, Vec<Withdrawal>>, LoadError> {
        let mut withdrawals: BTreeMap<PersonId, Vec<Withdrawal>> = BTreeMap::new();
        self.each_item(SegmentKind::Withdrawals, |item| {
            if let Some(Record::Withdrawal(withdrawal)) = item.record {
                withdrawals.entry(withdrawal.person).or_default().push(withdrawal);
            }
        })?;
        Ok(withdrawals)
    }

    fn masters(&self) -> Result<Masters, LoadError> {
        let mut newest: BTreeMap<SubKey, SourceOrder> = BTreeMap::new();
        let mut masters = Masters::default();
        self.each_item(SegmentKind::Masters, |item| {
            let known = newest.get(&item.key.sub);
            if known.is_some_and(|known| *known > item.order) {
                return;
            }
            newest.insert(item.key.sub, item.order);
            match item.record {
                Some(Record::Drug(drug)) => masters.add_drug(drug),
                Some(Record::Insurer(insurer)) => masters.add_insurer(insurer),
                Some(Record::ItemName(name)) => masters.add_item(name),
                // Institution names are not shown to facilities (the disclosure table), so they are not held.
                _ => {}
            }
        })?;
        Ok(masters)
    }

    fn persons(
        &self,
        withdrawals: &BTreeMap<PersonId, Vec<Withdrawal>>,
    ) -> Result<PersonIndex, LoadError> {
        let count: u64 = self.entries(SegmentKind::Persons).map(|entry| entry.items).sum();
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        let arena_len_bytes = count.saturating_mul(PACKED_LEN_BYTES);
        let mut builder = IndexBuilder::with_capacity(count, arena_len_bytes);
        let part = |entry: &SegmentEntry| -> Result<Part, LoadError> {
            let (segment, first) = (entry.digest, entry.first_person);
            Ok(Part { segment, first, reader: self.reader(entry)? })
        };
        let parts: Vec<Part> =
            self.entries(SegmentKind::Persons).map(part).collect::<Result<_, _>>()?;
        let mut merge = Merge::new(&parts);
        while let Some(newest) = merge.next()? {
            let withdrawn = withdrawals.get(&newest.person).map_or(&[][..], Vec::as_slice);
            if hides_person(withdrawn, newest.person, newest.order) {
                continue;
            }
            if let Some(Record::Person(item)) = newest.record {
                builder.add(&folded(item));
            }
        }
        Ok(builder.finish())
    }
}

fn folded(item: PersonItem) -> FoldedPerson {
    let names = item.folded.into_iter();
    let names = names.map(|f| FoldedName { kana: f.kana, given: f.given, kanji: f.kanji });
    let coverages = item.person.coverages.iter().map(FoldedCoverage::fold).collect();
    FoldedPerson { names: names.collect(), coverages, person: item.person }
}

fn facts(manifest: &Manifest) -> SnapshotFacts {
    SnapshotFacts {
        name: manifest.id.to_string(),
        regions: vec![manifest.region],
        published_at: manifest.published_at,
        fresh_until: manifest.fresh_until,
        reach: SourceReach {
            claims_to: manifest.reach.claims_to,
            processed: manifest.reach.processed,
            eligibility_to: manifest.reach.eligibility_to,
            checkups_to: manifest.reach.checkups_to,
        },
        retention: Retention {
            medication_months: manifest.retention.medication_months,
            checkup_years: manifest.retention.checkup_years,
            eligibility_years: ELIGIBILITY_YEARS,
        },
    }
}

#[cfg(test)]
mod tests;
