//! Drug groups of pharmacy claims: SH, then a CZ for each dispensing, then the IY of the group.
//!
//! Each dispensing gives a line for each drug: amount from the drug, times (days or times) and dates from the
//! dispensing, form and usage from SH. Comments after the group are not read: their columns are not established, and
//! they are remarks, not usage.

use tomoshibi_policies::record::{DrugCode, LineClass, MedicationLine, Quantity, Usage};
use tomoshibi_policies::time::{JstDate, PartialDate, YearMonth};

use super::PseudoItems;
use super::field::Fields;
use super::record::Record;
use crate::central::rejects::{RejectReason, SetAside};

/// Walks the records of one claim.
pub(super) struct PharmacyGroups<'p> {
    month: YearMonth,
    pseudo: &'p PseudoItems,
    form: u8,
    usage: Usage,
    dispensings: Vec<Dispensing>,
    drugs: Vec<(DrugCode, Quantity)>,
    lines: Vec<MedicationLine>,
}

struct Dispensing {
    prescribed: Option<JstDate>,
    dispensed: PartialDate,
    times: u32,
}

impl<'p> PharmacyGroups<'p> {
    pub(super) fn new(month: YearMonth, pseudo: &'p PseudoItems) -> Self {
        Self {
            month,
            pseudo,
            form: 0,
            usage: Usage::default(),
            dispensings: Vec::new(),
            drugs: Vec::new(),
            lines: Vec::new(),
        }
    }

    /// Takes the next record; those that say nothing of drugs are passed over.
    pub(super) fn take(&mut self, record: &Record<'_>) -> Result<(), SetAside> {
        match record.id() {
            b"SH" => self.take_form(record),
            b"CZ" => self.take_dispensing(record),
            b"IY" => self.take_drug(record),
            _ => Ok(()),
        }
    }

    /// The lines, once the claim has ended.
    pub(super) fn finish(mut self) -> Vec<MedicationLine> {
        self.close();
        self.lines
    }

    /// SH: 2 form 3 usage code 4 special instruction.
    fn take_form(&mut self, record: &Record<'_>) -> Result<(), SetAside> {
        self.close();
        let fields = Fields::of(record, 4)?;
        let form = fields.count(2)?.unwrap_or(0);
        self.form = u8::try_from(form).ok().filter(|form| *form < 10).unwrap_or(0);
        let code = fields.count(3)?.map(u16::try_from).transpose();
        let code = code.map_err(|_| fields.wrong(3, RejectReason::BadCode))?;
        self.usage = Usage { code, text: fields.words(4)? };
        Ok(())
    }

    /// CZ: 2 prescribed 3 dispensed 5 quantity (days or times).
    fn take_dispensing(&mut self, record: &Record<'_>) -> Result<(), SetAside> {
        let fields = Fields::of(record, 6)?;
        // A new dispensing after drugs belongs to a group whose SH is not repeated.
        if !self.drugs.is_empty() {
            self.close_keeping_usage();
        }
        let prescribed = fields.day(2)?.and_then(PartialDate::day);
        let dispensed = fields.day(3)?.unwrap_or(PartialDate::Month(self.month));
        let times = fields.count(5)?.filter(|times| *times > 0);
        let times = times.ok_or_else(|| fields.wrong(5, RejectReason::BadCount))?;
        self.dispensings.push(Dispensing { prescribed, dispensed, times });
        Ok(())
    }

    /// IY: 2 code 3 amount for one of CZ's quantity.
    fn take_drug(&mut self, record: &Record<'_>) -> Result<(), SetAside> {
        let fields = Fields::of(record, 4)?;
        if self.dispensings.is_empty() {
            return Err(fields.whole(RejectReason::DrugWithoutDispensing));
        }
        let drug = fields.drug(2)?.filter(|drug| !self.pseudo.contains(&drug.number()));
        if let Some(drug) = drug {
            self.drugs.push((drug, fields.quantity(3)?));
        }
        Ok(())
    }

    fn close(&mut self) {
        self.close_keeping_usage();
        self.form = 0;
        self.usage = Usage::default();
    }

    fn close_keeping_usage(&mut self) {
        let drugs = core::mem::take(&mut self.drugs);
        for dispensing in core::mem::take(&mut self.dispensings) {
            for (drug, amount) in &drugs {
                self.lines.push(MedicationLine {
                    drug: *drug,
                    amount: *amount,
                    times: dispensing.times,
                    class: LineClass::TakeHome,
                    treatment_class: 0,
                    form: self.form,
                    dispensed: dispensing.dispensed,
                    prescribed: dispensing.prescribed,
                    usage: self.usage.clone(),
                });
            }
        }
    }
}

#[cfg(test)]
mod tests;
