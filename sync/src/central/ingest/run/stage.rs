//! One stage: its files, batch by batch.

use std::collections::BTreeSet;
use std::io::ErrorKind;

use super::super::cda::ZIP_LEN_BYTES_MAX;
use super::super::masters::MASTER_LEN_BYTES_MAX;
use super::super::oqs::OQS_LEN_BYTES_MAX;
use super::super::report::IngestReport;
use super::super::sources::{Found, Source, SourceKind};
use super::super::uke::{PseudoItems, UKE_LEN_BYTES_MAX};
use super::super::withdrawals::WITHDRAWALS_LEN_BYTES_MAX;
use super::late::Late;
use super::take::Taking;
use super::{IngestError, nameless};
use crate::central::links::{Links, Resolver};
use crate::central::progress::{Progress, Stage};
use crate::central::rejects::{Reject, RejectReason, SetAside, Unit};
use crate::central::store::{SourceKind as Kind, SourceRecord, Store, Waiting};
use crate::id::Digest;
use crate::seam::{Entropy, Files};

/// Source bytes after which a batch is committed: what a killed run has to read again.
const BATCH_LEN_BYTES: u64 = 256 << 20;

/// What a stage works with.
pub(super) struct Work<'w, 'f> {
    pub(super) stage: Stage,
    pub(super) store: &'w mut Store<'f>,
    pub(super) links: &'w Links,
    pub(super) files: &'w dyn Files,
    pub(super) entropy: &'w dyn Entropy,
    pub(super) report: &'w mut IngestReport,
}

/// What a stage knows from its beginning on.
struct Known<'k> {
    pseudo: &'k PseudoItems,
    resolver: &'k Resolver,
    waiting: &'k Waiting,
}

impl Work<'_, '_> {
    pub(super) fn take_all(
        &mut self,
        found: &Found,
        progress: &mut dyn Progress,
    ) -> Result<(), IngestError> {
        let pseudo = self.pseudo_items()?;
        let resolver = self.links.resolver()?;
        let waiting = match self.stage {
            Stage::Withdrawals => self.store.waiting("withdrawals")?,
            Stage::Checkups => self.store.waiting("checkups")?,
            Stage::Receipts => self.store.waiting("receipts")?,
            Stage::Masters | Stage::Eligibility => Waiting::new(),
        };
        let known = Known { pseudo: &pseudo, resolver: &resolver, waiting: &waiting };
        let mut nameless = found.nameless.as_slice();
        let mut rest = found.sources.as_slice();
        while !rest.is_empty() || !nameless.is_empty() {
            let taken = self.batch(nameless, rest, &known, progress)?;
            nameless = &[];
            rest = rest.get(taken..).unwrap_or_default();
        }
        Ok(())
    }

    /// One batch; gives how many of `sources` it has dealt with.
    fn batch(
        &mut self,
        names: &[String],
        sources: &[Source],
        known: &Known<'_>,
        progress: &mut dyn Progress,
    ) -> Result<usize, IngestError> {
        let before = self.store.last_batch();
        let mut batch = self.store.begin();
        for name in names {
            self.report.rejected(Unit::File, RejectReason::FileName);
            batch.reject(&nameless(name))?;
            progress.file_done(self.stage, 0);
        }
        let (mut dealt_with, mut len_bytes) = (0, 0);
        for source in sources {
            dealt_with += 1;
            len_bytes += source.len_bytes;
            let taking = Taking {
                source,
                pseudo: known.pseudo,
                resolver: known.resolver,
                links: self.links,
                entropy: self.entropy,
                batch: &mut batch,
                report: self.report,
                late: None,
            };
            let records = file(self.files, taking, known.waiting.get(&source.name))?;
            progress.file_done(self.stage, records);
            if len_bytes >= BATCH_LEN_BYTES {
                break;
            }
        }
        let number = batch.commit()?;
        if number > before {
            self.report.batches.push(number);
        }
        Ok(dealt_with)
    }

    /// Pseudo items of the drug master, needed for receipts only.
    fn pseudo_items(&self) -> Result<PseudoItems, IngestError> {
        let mut pseudo = PseudoItems::new();
        if self.stage == Stage::Receipts {
            for item in self.store.merged(Kind::Masters, None)? {
                if let SourceRecord::Drug(drug) = item?.record
                    && drug.pseudo
                {
                    pseudo.insert(drug.code.number());
                }
            }
        }
        Ok(pseudo)
    }
}

/// Takes one file, unless its content is known; of a known one what `waits` and can be taken by now. Gives the number of
/// records it held.
fn file<'t>(
    files: &dyn Files,
    mut taking: Taking<'t, '_, '_>,
    waits: Option<&'t BTreeSet<u32>>,
) -> Result<u64, IngestError> {
    let source = taking.source;
    let bytes = match files.read(&source.path, len_bytes_max(source.kind)) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::FileTooLarge => {
            let aside = SetAside::file(0, RejectReason::FileTooLong);
            taking.report.rejected(aside.unit, aside.reason);
            taking.batch.reject(&Reject::of(&source.name, &aside))?;
            return Ok(0);
        }
        Err(error) => return Err(IngestError::Read { file: source.name.clone(), error }),
    };
    let digest = content_digest(source, &bytes);
    if taking.batch.has_seen(&digest) {
        taking.report.files_known += 1;
        return match waits {
            Some(lines) => {
                taking.late = Some(Late { lines, linked: Vec::new() });
                taking.take_late(&bytes)
            }
            None => Ok(0),
        };
    }
    let records = taking.take(&bytes)?;
    taking.batch.took(&source.name, digest);
    taking.report.files += 1;
    Ok(records)
}

/// The digest of name and content: the same bytes under another name came in at another time.
fn content_digest(source: &Source, bytes: &[u8]) -> Digest {
    let mut hasher = crate::id::Hasher::default();
    hasher.update(source.name.as_bytes());
    hasher.update(&[0]);
    hasher.update(bytes);
    hasher.digest()
}

const fn len_bytes_max(kind: SourceKind) -> u64 {
    match kind {
        SourceKind::Master(_) => MASTER_LEN_BYTES_MAX,
        SourceKind::Eligibility => OQS_LEN_BYTES_MAX,
        SourceKind::Withdrawals => WITHDRAWALS_LEN_BYTES_MAX,
        SourceKind::Checkups => ZIP_LEN_BYTES_MAX,
        SourceKind::Receipts(_) => UKE_LEN_BYTES_MAX,
    }
}
