//! One stage: its files, batch by batch.

use std::io::ErrorKind;

use super::super::cda::ZIP_LEN_BYTES_MAX;
use super::super::masters::MASTER_LEN_BYTES_MAX;
use super::super::oqs::OQS_LEN_BYTES_MAX;
use super::super::report::IngestReport;
use super::super::sources::{Found, Source, SourceKind};
use super::super::uke::{PseudoItems, UKE_LEN_BYTES_MAX};
use super::super::withdrawals::WITHDRAWALS_LEN_BYTES_MAX;
use super::take::Taking;
use super::{IngestError, nameless};
use crate::central::links::{Links, Resolver};
use crate::central::progress::{Progress, Stage};
use crate::central::rejects::{Reject, RejectReason, SetAside, Unit};
use crate::central::store::{SourceKind as Kind, SourceRecord, Store};
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

impl Work<'_, '_> {
    pub(super) fn take_all(
        &mut self,
        found: &Found,
        progress: &mut dyn Progress,
    ) -> Result<(), IngestError> {
        let pseudo = self.pseudo_items()?;
        let resolver = self.links.resolver()?;
        let mut nameless = found.nameless.as_slice();
        let mut rest = found.sources.as_slice();
        while !rest.is_empty() || !nameless.is_empty() {
            let taken = self.batch(nameless, rest, &pseudo, &resolver, progress)?;
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
        pseudo: &PseudoItems,
        resolver: &Resolver,
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
                pseudo,
                resolver,
                links: self.links,
                entropy: self.entropy,
                batch: &mut batch,
                report: self.report,
            };
            let records = file(self.files, taking)?;
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

/// Takes one file, unless its content is known; gives the number of records it held.
fn file(files: &dyn Files, mut taking: Taking<'_, '_, '_>) -> Result<u64, IngestError> {
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
        return Ok(0);
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
