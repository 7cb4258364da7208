//! Reads single columns of a record and names the column when it is wrong.

use tomoshibi_policies::record::{DrugCode, Quantity};
use tomoshibi_policies::time::PartialDate;

use super::super::text;
use super::day_form;
use super::record::Record;
use crate::central::rejects::{RejectReason, SetAside, Unit};

/// The columns of one record, with an error for each that is wrong. The unit set aside is always the claim.
pub(super) struct Fields<'a> {
    line: u64,
    columns: Vec<&'a [u8]>,
}

impl<'a> Fields<'a> {
    /// Splits `record`, which must have at least `columns` columns.
    pub(super) fn of(record: &Record<'a>, columns: usize) -> Result<Self, SetAside> {
        let fields = Self { line: record.line, columns: record.columns() };
        if record.is_too_long() {
            return Err(fields.whole(RejectReason::RowTooLong));
        }
        if fields.columns.len() < columns {
            return Err(fields.whole(RejectReason::RowTooShort));
        }
        if !record.bytes().is_ascii() && text::cp932(record.bytes()).is_none() {
            return Err(fields.whole(RejectReason::BadText));
        }
        Ok(fields)
    }

    /// Line of the record.
    pub(super) const fn line(&self) -> u64 {
        self.line
    }

    /// The claim, because of the record as a whole.
    pub(super) const fn whole(&self, reason: RejectReason) -> SetAside {
        SetAside { unit: Unit::Claim, line: self.line, column: None, reason }
    }

    /// The claim, because of one column.
    pub(super) fn wrong(&self, column: usize, reason: RejectReason) -> SetAside {
        SetAside { column: u16::try_from(column).ok(), ..self.whole(reason) }
    }

    /// A column with full-width ASCII made narrow and without the spaces around it; empty beyond the last.
    pub(super) fn text(&self, column: usize) -> Result<String, SetAside> {
        let bytes = self.columns.get(column).copied().unwrap_or_default();
        text::plain(bytes).ok_or_else(|| self.wrong(column, RejectReason::BadText))
    }

    /// A column as written.
    pub(super) fn words(&self, column: usize) -> Result<String, SetAside> {
        let bytes = self.columns.get(column).copied().unwrap_or_default();
        let text = text::cp932(bytes).ok_or_else(|| self.wrong(column, RejectReason::BadText))?;
        Ok(text.trim_matches([' ', '\u{3000}']).to_owned())
    }

    /// True when nothing stands in the column.
    pub(super) fn is_blank(&self, column: usize) -> bool {
        self.columns.get(column).is_none_or(|bytes| bytes.iter().all(|b| *b == b' '))
    }

    /// A whole number, or none when blank.
    pub(super) fn count(&self, column: usize) -> Result<Option<u32>, SetAside> {
        if self.is_blank(column) {
            return Ok(None);
        }
        let number = text::number(&self.text(column)?);
        number.map(Some).ok_or_else(|| self.wrong(column, RejectReason::BadCount))
    }

    /// A day, or none when blank.
    pub(super) fn day(&self, column: usize) -> Result<Option<PartialDate>, SetAside> {
        if self.is_blank(column) {
            return Ok(None);
        }
        let day = day_form::day(&self.text(column)?);
        day.map(Some).ok_or_else(|| self.wrong(column, RejectReason::BadDate))
    }

    /// An amount.
    pub(super) fn quantity(&self, column: usize) -> Result<Quantity, SetAside> {
        Quantity::parse(&self.text(column)?)
            .map_err(|_| self.wrong(column, RejectReason::BadQuantity))
    }

    /// A code of nine digits: a drug, or none when it names something else (a material, an act).
    pub(super) fn drug(&self, column: usize) -> Result<Option<DrugCode>, SetAside> {
        let code = self.text(column)?;
        if !text::is_digits(&code, 9) {
            return Err(self.wrong(column, RejectReason::BadDrugCode));
        }
        Ok(DrugCode::parse(&code).ok())
    }
}
