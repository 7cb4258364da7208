//! The RE record: type, month, sex, birth date, and the prescriber of pharmacy receipts.

use tomoshibi_policies::record::{FacilityCode, ReceiptType, Sex};
use tomoshibi_policies::time::{PartialDate, YearMonth};

use super::day_form;
use super::field::Fields;
use super::record::Record;
use crate::central::rejects::{Noticed, RejectReason, SetAside, Warning};

/// Columns up to the birth date.
const RE_COLUMNS_MIN: usize = 7;

/// What RE says. Column 4, the name, is not read.
pub(super) struct Head {
    pub(super) line: u64,
    pub(super) re_type: ReceiptType,
    pub(super) month: YearMonth,
    pub(super) sex: Sex,
    pub(super) birth: PartialDate,
    pub(super) prescriber: Option<FacilityCode>,
    pub(super) warnings: Vec<Noticed>,
}

impl Head {
    /// Reads RE: 2 type, 3 month, 5 sex, 6 birth; of a pharmacy also 9 to 11, the prescriber.
    pub(super) fn read(record: &Record<'_>, is_pharmacy: bool) -> Result<Self, SetAside> {
        let fields = Fields::of(record, RE_COLUMNS_MIN)?;
        let re_type = fields.text(2)?.parse().ok().filter(|number| *number < 10_000);
        let month = day_form::month(&fields.text(3)?);
        let sex = Sex::from_code(&fields.text(5)?);
        let birth = fields.day(6)?;
        let mut head = Self {
            line: fields.line(),
            re_type: ReceiptType(
                re_type.ok_or_else(|| fields.wrong(2, RejectReason::BadReceiptType))?,
            ),
            month: month.ok_or_else(|| fields.wrong(3, RejectReason::BadMonth))?,
            sex: sex.ok_or_else(|| fields.wrong(5, RejectReason::BadSex))?,
            birth: birth.ok_or_else(|| fields.wrong(6, RejectReason::BadDate))?,
            prescriber: None,
            warnings: Vec::new(),
        };
        if is_pharmacy {
            head.read_prescriber(&fields)?;
        }
        Ok(head)
    }

    // A prescriber that is missing or unreadable does not make the drugs less true, so it only warns. Such receipts are
    // filed again and withdrawn as the receipt of no named prescriber.
    fn read_prescriber(&mut self, fields: &Fields<'_>) -> Result<(), SetAside> {
        self.prescriber = facility(fields, [9, 10, 11])?;
        if self.prescriber.is_none() {
            self.warnings.push(Noticed { line: self.line, warning: Warning::PrescriberUnreadable });
        }
        Ok(())
    }
}

/// A facility code from three columns: prefecture, fee table, number of seven digits.
pub(super) fn facility(
    fields: &Fields<'_>,
    [prefecture, table, number]: [usize; 3],
) -> Result<Option<FacilityCode>, SetAside> {
    let (prefecture, table) = (fields.text(prefecture)?, fields.text(table)?);
    let number = fields.text(number)?;
    Ok(FacilityCode::parse(&format!("{prefecture:0>2}{table}{number:0>7}")).ok())
}
