//! The drug master of the ministry (医薬品マスター, y_ALL…csv).

use tomoshibi_policies::record::{Drug, DrugCode, DrugForm};
use tomoshibi_policies::time::JstDate;

use super::lines::Lines;
use super::{Master, MasterRecord, NAME_CHARS_MAX};
use crate::central::ingest::text;
use crate::central::rejects::{RejectReason, SetAside, Unit};

/// Columns of a row.
const COLUMNS: usize = 42;
/// In column 31: has not ended.
const NOT_ENDED: &str = "99999999";
/// Price kind (金額種別) of items that are no drugs.
const PSEUDO: &str = "7";

/// Reads the master, splitting raw bytes: no second byte of code page 932 is a quote, comma or line end.
pub(super) fn read(bytes: &[u8]) -> Result<Master, SetAside> {
    if text::is_japanese_utf8(bytes) {
        return Err(SetAside::file(0, RejectReason::WrongEncoding));
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let mut master = Master::default();
    let mut lines = Lines::new(bytes);
    let mut record = csv::ByteRecord::new();
    while reader.read_byte_record(&mut record).is_ok_and(|more| more) {
        let line = lines.of(record.position());
        match (Columns { line, record: &record }).drug() {
            Ok(drug) => master.records.push(MasterRecord::Drug(drug)),
            Err(aside) => master.rejects.push(aside),
        }
    }
    Ok(master)
}

struct Columns<'r> {
    line: u64,
    record: &'r csv::ByteRecord,
}

impl Columns<'_> {
    /// Columns by the handbook's numbers, from 1.
    fn drug(&self) -> Result<Drug, SetAside> {
        if self.record.len() != COLUMNS {
            let short = self.record.len() < COLUMNS;
            let reason = if short { RejectReason::RowTooShort } else { RejectReason::RowTooLong };
            return Err(SetAside { unit: Unit::Row, line: self.line, column: None, reason });
        }
        let code = DrugCode::parse(&self.text(3)?);
        let (generic, base) = (self.text(38)?, self.text(35)?);
        Ok(Drug {
            code: code.map_err(|_| self.wrong(3, RejectReason::BadDrugCode))?,
            name: self.name(5)?,
            unit: self.text(10)?,
            price_list_code: self.text(32)?,
            ingredient: if generic.is_empty() { base } else { generic },
            form: match self.text(28)?.as_str() {
                "1" => DrugForm::Internal,
                "4" => DrugForm::Injection,
                "6" => DrugForm::External,
                "8" => DrugForm::Dental,
                _ => DrugForm::Other,
            },
            controlled: !matches!(self.text(14)?.as_str(), "" | "0"),
            pseudo: self.text(11)? == PSEUDO,
            ended: self.ended()?,
        })
    }

    /// Column 31; for a row marked deleted or ended without a day, the day of the change.
    fn ended(&self) -> Result<Option<JstDate>, SetAside> {
        let ended = self.text(31)?;
        if !matches!(ended.as_str(), "" | "0" | NOT_ENDED) {
            let day = JstDate::parse(&ended).map_err(|_| self.wrong(31, RejectReason::BadDate))?;
            // Taken as the last day on which the entry holds; the handbook does not say which of the two it is.
            return Ok(Some(day.plus_days(1)));
        }
        if matches!(self.text(1)?.as_str(), "1" | "9") {
            return Ok(JstDate::parse(&self.text(30)?).ok());
        }
        Ok(None)
    }

    fn name(&self, number: usize) -> Result<String, SetAside> {
        let name = self.text(number)?;
        if name.is_empty() || name.chars().count() > NAME_CHARS_MAX {
            return Err(self.wrong(number, RejectReason::BadText));
        }
        Ok(name)
    }

    fn text(&self, number: usize) -> Result<String, SetAside> {
        let bytes = self.record.get(number - 1).unwrap_or_default();
        let text = text::cp932(bytes).ok_or_else(|| self.wrong(number, RejectReason::BadText))?;
        Ok(text.trim_matches([' ', '\u{3000}']).to_owned())
    }

    fn wrong(&self, number: usize, reason: RejectReason) -> SetAside {
        let column = u16::try_from(number - 1).ok();
        SetAside { unit: Unit::Row, line: self.line, column, reason }
    }
}
