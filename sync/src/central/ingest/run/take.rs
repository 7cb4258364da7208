//! Taking one file: parse, link, put into the batch.

use std::collections::BTreeSet;

use tomoshibi_policies::record::{
    Checkup, FacilityCode, Person, PersonId, Receipt, SourceOrder, Withdrawal,
};
use tomoshibi_policies::time::{DatePeriod, YearMonth};
use tomoshibi_policies::withdrawn::{PersonReceiptKey, Record as _};

use super::super::report::IngestReport;
use super::super::sources::{Source, SourceKind};
use super::super::uke::{Claim, PseudoItems};
use super::super::withdrawals::{DeliveredWithdrawal, Whose};
use super::super::{cda, masters, oqs, uke, withdrawals};
use super::IngestError;
use super::late::{Again, Late};
use crate::central::links::{Claimant, Links, Resolver, Unlinked};
use crate::central::rejects::{Noticed, Reject, RejectReason, SetAside, Unit, Warning};
use crate::central::store::{Batch, SourceItem, SourceRecord, StoreError};
use crate::seam::Entropy;

/// The month in which this data begins (domain 2.4).
const FIRST_MONTH: (i32, u32) = (2021, 9);

/// How long before a withdrawal the coverage it names may have ended: ten years, as long as eligibility is kept after
/// its loss (domain 1.7).
const WITHDRAWAL_REACH_DAYS: i64 = 3_653;

/// One file on its way into the batch.
pub(super) struct Taking<'t, 's, 'f> {
    pub(super) source: &'t Source,
    pub(super) pseudo: &'t PseudoItems,
    pub(super) resolver: &'t Resolver,
    pub(super) links: &'t Links,
    pub(super) entropy: &'t dyn Entropy,
    pub(super) batch: &'t mut Batch<'s, 'f>,
    pub(super) report: &'t mut IngestReport,
    /// Set when the file is known and only what had waited in it is taken.
    pub(super) late: Option<Late<'t>>,
}

impl Taking<'_, '_, '_> {
    /// Takes the file; gives the number of records it held.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<u64, IngestError> {
        match self.source.kind {
            SourceKind::Master(kind) => self.take_master(masters::read(kind, bytes)),
            SourceKind::Eligibility => self.take_eligibility(oqs::read(bytes)),
            SourceKind::Withdrawals => self.take_withdrawals(withdrawals::read(bytes)),
            SourceKind::Checkups => self.take_checkups(bytes),
            SourceKind::Receipts(facility) => match uke::read(bytes) {
                Ok(file) if file.facility == facility => self.take_receipts(file),
                Ok(_) => self.set_aside(&SetAside::file(1, RejectReason::HeaderDiffers)),
                Err(aside) => self.set_aside(&aside),
            },
        }
    }

    /// Takes what had waited of a known file; gives how many records that are.
    pub(super) fn take_late(&mut self, bytes: &[u8]) -> Result<u64, IngestError> {
        self.take(bytes)?;
        let linked = self.late.take().map(|late| late.linked).unwrap_or_default();
        let count = linked.len() as u64;
        self.batch.took_late(&self.source.name, linked);
        Ok(count)
    }

    fn take_master(&mut self, read: Result<masters::Master, SetAside>) -> Result<u64, IngestError> {
        let master = match read {
            Ok(master) => master,
            Err(aside) => return self.set_aside(&aside),
        };
        for aside in &master.rejects {
            self.set_aside(aside)?;
        }
        let count = master.records.len() as u64;
        for record in master.records {
            let record = match record {
                masters::MasterRecord::Drug(drug) => SourceRecord::Drug(drug),
                masters::MasterRecord::Institution(one) => SourceRecord::Institution(one),
                masters::MasterRecord::Insurer(insurer) => SourceRecord::Insurer(insurer),
                masters::MasterRecord::ItemName(item) => SourceRecord::ItemName(item),
            };
            self.batch.push(&SourceItem::new(record, self.source.order))?;
        }
        self.report.masters += count;
        Ok(count)
    }

    fn take_eligibility(
        &mut self,
        read: Result<oqs::Deliveries, SetAside>,
    ) -> Result<u64, IngestError> {
        let deliveries = match read {
            Ok(deliveries) => deliveries,
            Err(aside) => return self.set_aside(&aside),
        };
        for aside in &deliveries.rejects {
            self.set_aside(aside)?;
        }
        for noticed in &deliveries.warnings {
            self.warn(noticed)?;
        }
        let count = deliveries.people.len() as u64;
        let mut registration = self.links.register()?;
        for (place, delivered) in deliveries.people.into_iter().enumerate() {
            let order = self.source.order_at(place as u64);
            let registered = registration.register(&delivered, order, self.entropy)?;
            if registered.contested {
                let warning = Warning::IdentityContested;
                self.warn(&Noticed { line: delivered.line, warning })?;
            }
            self.report.persons += 1;
            self.report.coverages += delivered.coverages.len() as u64;
            let person = Person {
                id: registered.person,
                names: delivered.names,
                sex: delivered.sex,
                birth: delivered.birth,
                address: delivered.address,
                postal_code: delivered.postal_code,
                coverages: delivered.coverages,
            };
            self.batch.push(&SourceItem::new(SourceRecord::Person(person), order))?;
        }
        // Links before the batch: a person without records may exist, records without a person may not.
        registration.commit()?;
        Ok(count)
    }

    fn take_withdrawals(
        &mut self,
        read: Result<withdrawals::Withdrawals, SetAside>,
    ) -> Result<u64, IngestError> {
        let found = match read {
            Ok(found) => found,
            Err(aside) => return self.set_aside(&aside),
        };
        for aside in &found.rejects {
            self.set_aside(aside)?;
        }
        for row in &found.rows {
            if self.skips(row.line) {
                continue;
            }
            match self.whose(row)? {
                Ok(person) => self.put_withdrawal(person, row)?,
                Err(unlinked) => self.unlinked(Unit::Row, row.line, unlinked)?,
            }
        }
        Ok(found.rows.len() as u64)
    }

    fn put_withdrawal(
        &mut self,
        person: PersonId,
        row: &DeliveredWithdrawal,
    ) -> Result<(), IngestError> {
        // A withdrawal hides what came in up to its day: a receipt filed again later is shown.
        let order = SourceOrder { accepted: row.date, sequence: u64::MAX };
        for target in &row.targets {
            let withdrawal = Withdrawal { person, target: *target, reason: row.reason, order };
            self.batch.push(&SourceItem::new(SourceRecord::Withdrawal(withdrawal), order))?;
        }
        self.report.withdrawals += 1;
        self.linked(row.line);
        Ok(())
    }

    fn whose(&self, row: &DeliveredWithdrawal) -> Result<Result<PersonId, Unlinked>, IngestError> {
        Ok(match &row.whose {
            Whose::Reference(reference) => {
                self.resolver.by_reference(&reference.0)?.ok_or(Unlinked::Unknown)
            }
            Whose::Insured(insured) => self.resolver.resolve(&Claimant {
                insurer: insured.insurer,
                symbol: &insured.symbol,
                number: &insured.number,
                branch: insured.branch,
                facts: None,
                // The coverage may have ended with the death that the row reports.
                during: DatePeriod {
                    from: row.date.plus_days(-WITHDRAWAL_REACH_DAYS),
                    until: None,
                },
            })?,
        })
    }

    fn take_checkups(&mut self, bytes: &[u8]) -> Result<u64, IngestError> {
        let archive = match cda::Archive::open(bytes) {
            Ok(archive) => archive,
            Err(aside) => return self.set_aside(&aside),
        };
        let mut count = 0;
        for document in archive.documents() {
            match document {
                Ok(document) if self.skips(document.line) => {}
                Ok(document) => {
                    count += 1;
                    self.take_checkup(document)?;
                }
                Err(aside) => {
                    self.set_aside(&aside)?;
                }
            }
        }
        Ok(count)
    }

    fn take_checkup(&mut self, document: cda::DeliveredCheckup) -> Result<(), IngestError> {
        // Said when it was set aside.
        if self.late.is_none() {
            document.warnings.iter().try_for_each(|noticed| self.warn(noticed))?;
        }
        let exam_date = document.exam_date;
        let resolved = self.resolver.resolve(&Claimant {
            insurer: document.insurer,
            symbol: &document.symbol,
            number: &document.number,
            branch: document.branch,
            facts: Some((document.birth, document.sex)),
            during: DatePeriod { from: exam_date, until: Some(exam_date.plus_days(1)) },
        })?;
        let person = match resolved {
            Ok(person) => person,
            Err(unlinked) => return self.unlinked(Unit::Document, document.line, unlinked),
        };
        let (line, order) = (document.line, self.source.order_at(document.line));
        let (program, insurer, items) = (document.program, document.insurer, document.items);
        let checkup = Checkup { person, exam_date, program, insurer, order, items };
        self.batch.push(&SourceItem::new(SourceRecord::Checkup(checkup), order))?;
        self.report.checkups += 1;
        self.linked(line);
        Ok(())
    }

    fn take_receipts(&mut self, file: uke::UkeFile<'_>) -> Result<u64, IngestError> {
        let facility = file.facility;
        let again = self.again(&file)?;
        let mut count = 0;
        let mut keys = BTreeSet::new();
        for claim in file.claims(self.pseudo) {
            match claim.and_then(|claim| self.in_scope(claim)) {
                Ok(claim) => {
                    count += 1;
                    self.take_claim(facility, claim, &mut keys, again.as_ref())?;
                }
                Err(aside) => {
                    self.set_aside(&aside)?;
                }
            }
        }
        Ok(count)
    }

    /// Only months from September 2021 up to the one of acceptance can be meant.
    pub(super) fn in_scope(&self, claim: Claim) -> Result<Claim, SetAside> {
        let first = YearMonth::new(FIRST_MONTH.0, FIRST_MONTH.1);
        let reason = if first.is_some_and(|first| claim.month < first) {
            RejectReason::MonthBeforeScope
        } else if claim.month > self.source.order.accepted.year_month() {
            RejectReason::MonthAfterAcceptance
        } else {
            return Ok(claim);
        };
        Err(SetAside { unit: Unit::Claim, line: claim.line, column: Some(3), reason })
    }

    /// `keys` are those of the file so far; of a file that is read again, only the receipts in `again` are taken.
    fn take_claim(
        &mut self,
        facility: FacilityCode,
        claim: Claim,
        keys: &mut BTreeSet<PersonReceiptKey>,
        again: Option<&Again>,
    ) -> Result<(), IngestError> {
        let person = match self.claimed_by(&claim)? {
            Ok(person) => person,
            Err(unlinked) => return self.unlinked(Unit::Claim, claim.line, unlinked),
        };
        let (line, lines) = (claim.line, claim.lines.len() as u64);
        let key = claim.key(facility);
        if again.is_some_and(|again| !again.contains(&(person, key))) {
            return Ok(());
        }
        let order = self.source.order;
        let receipt = Receipt {
            person,
            key,
            order,
            outside_prescriptions: claim.outside_prescriptions,
            lines: claim.lines,
        };
        let is_second = !keys.insert(receipt.key());
        match self.batch.push(&SourceItem::new(SourceRecord::Receipt(receipt), order)) {
            Ok(()) => {}
            Err(StoreError::ItemTooLong { .. }) => {
                let reason = RejectReason::ClaimTooLarge;
                self.set_aside(&SetAside { unit: Unit::Claim, line, column: None, reason })?;
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        }
        if self.skips(line) {
            return Ok(());
        }
        for noticed in &claim.warnings {
            self.warn(noticed)?;
        }
        if is_second {
            self.warn(&Noticed { line, warning: Warning::ReceiptTwice })?;
        }
        self.report.receipts += 1;
        self.report.lines += lines;
        self.linked(line);
        Ok(())
    }

    /// By insurance; a claim of public payers only by the first payer that links it.
    pub(super) fn claimed_by(
        &self,
        claim: &Claim,
    ) -> Result<Result<PersonId, Unlinked>, IngestError> {
        let facts = Some((claim.birth, claim.sex));
        let until = Some(claim.month.plus_months(1).first_day());
        let during = DatePeriod { from: claim.month.first_day(), until };
        if let Some(insured) = &claim.insurance {
            let (insurer, branch) = (insured.insurer, insured.branch);
            let (symbol, number) = (insured.symbol.as_str(), insured.number.as_str());
            let claimant = Claimant { insurer, symbol, number, branch, facts, during };
            return Ok(self.resolver.resolve(&claimant)?);
        }
        let mut first_reason = None;
        for public in &claim.public {
            let (insurer, number) = (public.payer, public.recipient.as_str());
            let claimant = Claimant { insurer, symbol: "", number, branch: None, facts, during };
            match self.resolver.resolve(&claimant)? {
                Ok(person) => return Ok(Ok(person)),
                Err(reason) => first_reason = first_reason.or(Some(reason)),
            }
        }
        Ok(Err(first_reason.unwrap_or(Unlinked::NoIdentity)))
    }

    fn unlinked(&mut self, unit: Unit, line: u64, unlinked: Unlinked) -> Result<(), IngestError> {
        if self.late.is_some() {
            return Ok(());
        }
        self.report.unlinked += 1;
        self.set_aside(&SetAside { unit, line, column: None, reason: unlinked.reason() })?;
        Ok(())
    }

    /// Reports something set aside, once; gives 0, the records it held.
    fn set_aside(&mut self, aside: &SetAside) -> Result<u64, IngestError> {
        if self.late.is_some() {
            return Ok(0);
        }
        self.report.rejected(aside.unit, aside.reason);
        self.batch.reject(&Reject::of(&self.source.name, aside))?;
        Ok(0)
    }

    fn warn(&mut self, noticed: &Noticed) -> Result<(), IngestError> {
        self.report.warned(noticed.warning);
        self.batch.reject(&Reject::warning(&self.source.name, noticed))?;
        Ok(())
    }
}
