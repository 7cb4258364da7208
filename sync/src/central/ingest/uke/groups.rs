//! Drug groups (剤) of medical, dental and DPC claims: from records to medication lines.
//!
//! Domain 4.5, in its order: 1 the treatment class (診療識別) is carried over blank columns, comment text that precedes
//! a drug in its group is its usage, points close a group; 2 only codes that begin with 6 are kept, and no pseudo
//! items; 3 classes 14, 21, 22 and 23 are taken home, all others administered; 4 amounts and times are kept as claimed
//! (oral: per day and days; others: per time and times); 5 a day column holds the count of that day, so each day is a
//! line of its own, and without day columns only the month is known; 6 code 120002910 is a prescription to be filled
//! outside. A comment that follows a closed group (class 99 in practice) is a remark, never usage.

use tomoshibi_policies::record::{DrugCode, LineClass, MedicationLine, Quantity, Usage};
use tomoshibi_policies::time::{JstDate, PartialDate, YearMonth};

use super::PseudoItems;
use super::field::Fields;
use super::record::Record;
use crate::central::rejects::{Noticed, RejectReason, SetAside, Warning};

/// 処方箋料: a prescription to be filled outside was issued that day.
const OUTSIDE_PRESCRIPTION: &str = "120002910";
/// 14 home care, 21 oral, 22 as needed, 23 external.
const TAKE_HOME: [u8; 4] = [14, 21, 22, 23];
/// Longest usage, in characters: 20 comments of 40.
const USAGE_CHARS_MAX: usize = 800;

/// Where the columns of drug records stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// Medical and DPC: SI and IY days from column 13, TO days from column 17.
    Medical,
    /// Dental: IY days from column 8; of SI and SS only the treatment class is established.
    Dental,
}

/// Walks the records of one claim.
pub(super) struct DrugGroups<'p> {
    layout: Layout,
    month: YearMonth,
    pseudo: &'p PseudoItems,
    class: Option<u8>,
    usage: String,
    open: Vec<OpenDrug>,
    lines: Vec<MedicationLine>,
    outside: Vec<JstDate>,
    warnings: Vec<Noticed>,
}

/// A drug whose group is not closed yet.
struct OpenDrug {
    aside: SetAside,
    drug: DrugCode,
    amount: Quantity,
    counts: Counts,
    class: u8,
    usage: String,
}

/// Times and days of one record.
#[derive(Clone, Default)]
struct Counts {
    times: Option<u32>,
    days: Vec<(JstDate, u32)>,
}

/// What came out of a claim's drug records.
pub(super) struct Drugs {
    pub(super) lines: Vec<MedicationLine>,
    pub(super) outside: Vec<JstDate>,
    pub(super) warnings: Vec<Noticed>,
}

impl<'p> DrugGroups<'p> {
    pub(super) const fn new(layout: Layout, month: YearMonth, pseudo: &'p PseudoItems) -> Self {
        Self {
            layout,
            month,
            pseudo,
            class: None,
            usage: String::new(),
            open: Vec::new(),
            lines: Vec::new(),
            outside: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// Takes the next record; those that say nothing of drugs are passed over.
    pub(super) fn take(&mut self, record: &Record<'_>) -> Result<(), SetAside> {
        match (record.id(), self.layout) {
            (b"CO", _) => self.take_comment(record),
            (b"IY", Layout::Medical) => self.take_drug(record, 13),
            (b"IY", Layout::Dental) => self.take_drug(record, 8),
            (b"SI", Layout::Medical) => self.take_act(record, 13),
            (b"TO", Layout::Medical) => self.take_act(record, 17),
            (b"SI" | b"SS" | b"TO", Layout::Dental) => {
                let fields = Fields::of(record, 2)?;
                self.carry_class(&fields)
            }
            _ => Ok(()),
        }
    }

    /// The lines, once the claim has ended.
    pub(super) fn finish(mut self) -> Result<Drugs, SetAside> {
        self.close(&Counts::default())?;
        Ok(Drugs { lines: self.lines, outside: self.outside, warnings: self.warnings })
    }

    /// Column 1: a class other than the carried one begins a group.
    fn carry_class(&mut self, fields: &Fields<'_>) -> Result<(), SetAside> {
        let Some(class) = fields.count(1)? else { return Ok(()) };
        let class = u8::try_from(class).map_err(|_| fields.wrong(1, RejectReason::BadCode))?;
        if self.class != Some(class) {
            self.close(&Counts::default())?;
            self.class = Some(class);
        }
        Ok(())
    }

    /// CO: 1 class 3 comment code 4 text. A code without text says what only the comment master knows.
    fn take_comment(&mut self, record: &Record<'_>) -> Result<(), SetAside> {
        let fields = Fields::of(record, 4)?;
        self.carry_class(&fields)?;
        let text = fields.words(4)?;
        if !text.is_empty() && self.usage.chars().count() + text.chars().count() < USAGE_CHARS_MAX {
            if !self.usage.is_empty() {
                self.usage.push('　');
            }
            self.usage.push_str(&text);
        }
        Ok(())
    }

    /// IY: 1 class 3 code 4 amount 5 points 6 times, then days.
    fn take_drug(&mut self, record: &Record<'_>, first_day: usize) -> Result<(), SetAside> {
        let fields = Fields::of(record, 7)?;
        self.carry_class(&fields)?;
        let class = self.class;
        let class = class.ok_or_else(|| fields.wrong(1, RejectReason::TreatmentClassMissing))?;
        let counts = self.counts(&fields, first_day)?;
        let drug = fields.drug(3)?.filter(|drug| !self.pseudo.contains(&drug.number()));
        if let Some(drug) = drug {
            let (amount, usage) = (fields.quantity(4)?, self.usage.clone());
            let aside = fields.wrong(6, RejectReason::GroupWithoutTimes);
            let counts = counts.clone();
            self.open.push(OpenDrug { aside, drug, amount, counts, class, usage });
        }
        self.close_at_points(&fields, &counts)
    }

    /// SI and TO: they share a group, and its points, with drugs.
    fn take_act(&mut self, record: &Record<'_>, first_day: usize) -> Result<(), SetAside> {
        let fields = Fields::of(record, 7)?;
        self.carry_class(&fields)?;
        let counts = self.counts(&fields, first_day)?;
        if record.id() == b"SI" && fields.text(3)? == OUTSIDE_PRESCRIPTION {
            self.outside.extend(counts.days.iter().map(|(day, _)| *day));
            if counts.days.is_empty() {
                let warning = Warning::OutsidePrescriptionWithoutDay;
                self.warnings.push(Noticed { line: record.line, warning });
            }
        }
        self.close_at_points(&fields, &counts)
    }

    fn close_at_points(&mut self, fields: &Fields<'_>, last: &Counts) -> Result<(), SetAside> {
        if fields.is_blank(5) { Ok(()) } else { self.close(last) }
    }

    /// Times in column 6 and 31 day columns.
    fn counts(&self, fields: &Fields<'_>, first_day: usize) -> Result<Counts, SetAside> {
        let mut days = Vec::new();
        for day in 1..=31_u32 {
            let column = first_day + day as usize - 1;
            let Some(count) = fields.count(column)?.filter(|count| *count > 0) else { continue };
            let date = self.month.day(day);
            days.push((date.ok_or_else(|| fields.wrong(column, RejectReason::BadDay))?, count));
        }
        Ok(Counts { times: fields.count(6)?, days })
    }

    /// Ends the group: drugs without times or days of their own have those of its last record.
    fn close(&mut self, last: &Counts) -> Result<(), SetAside> {
        self.usage.clear();
        for open in core::mem::take(&mut self.open) {
            let times = open.counts.times.or(last.times);
            let own = &open.counts.days;
            let days = if own.is_empty() { last.days.clone() } else { own.clone() };
            self.emit(open, times, &days)?;
        }
        Ok(())
    }

    fn emit(
        &mut self,
        open: OpenDrug,
        times: Option<u32>,
        days: &[(JstDate, u32)],
    ) -> Result<(), SetAside> {
        let line = |times, dispensed| MedicationLine {
            drug: open.drug,
            amount: open.amount,
            times,
            class: line_class(open.class),
            treatment_class: open.class,
            form: 0,
            dispensed,
            prescribed: None,
            usage: Usage { code: None, text: open.usage.clone() },
        };
        if days.is_empty() {
            let times = times.filter(|times| *times > 0).ok_or(open.aside)?;
            self.lines.push(line(times, PartialDate::Month(self.month)));
            return Ok(());
        }
        let sum = days.iter().fold(0_u32, |sum, (_, count)| sum.saturating_add(*count));
        if times.is_some_and(|times| times != sum) {
            let warning = Warning::DaySumDiffers;
            self.warnings.push(Noticed { line: open.aside.line, warning });
        }
        self.lines.extend(days.iter().map(|(day, count)| line(*count, PartialDate::Day(*day))));
        Ok(())
    }
}

fn line_class(class: u8) -> LineClass {
    if TAKE_HOME.contains(&class) { LineClass::TakeHome } else { LineClass::Administered }
}

/// True for records that only DPC claims have: 診断群分類 and the coding data.
pub(super) fn marks_dpc(record: &Record<'_>) -> bool {
    matches!(record.id(), b"BU" | b"HH" | b"GT" | b"CD")
}

#[cfg(test)]
mod tests;
