//! Medication as claims tell it: receipts and their lines.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::{DrugCode, FacilityCode, PersonId, Quantity};
use crate::time::{JstDate, PartialDate, YearMonth};

/// Which kind of receipt (レセプト種別).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReceiptKind {
    /// 医科.
    Medical,
    /// 歯科.
    Dental,
    /// 調剤.
    Pharmacy,
    /// DPC. Its bundled drugs (CD records) are not read: the column order is not established.
    Dpc,
}

/// The four-digit receipt type of the RE record, such as 1112; part of the supersession key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReceiptType(pub u16);

/// What makes two receipts "the same one filed again".
///
/// The prescriber is part of it because a pharmacy files one receipt (調剤レセプト) per prescribing institution, patient
/// and month, and says in the RE record who that is: without it, two receipts that both stand would replace each other.
/// The insurer is deliberately no part of it. A claim returned for its insurer and filed again under the right one is
/// the most common re-filing, and must replace the first; the price is that of two receipts of a month in which the
/// insurer changed only the later stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReceiptKey {
    /// The facility that filed it.
    pub facility: FacilityCode,
    /// The month of treatment or dispensing.
    pub month: YearMonth,
    /// Medical, dental, pharmacy or DPC.
    pub kind: ReceiptKind,
    /// The RE type.
    pub re_type: ReceiptType,
    /// The institution that prescribed, for pharmacy receipts; none when the receipt names none that can be read. Always
    /// none for the other kinds, whose facility prescribes itself.
    pub prescriber: Option<FacilityCode>,
}

/// When a source came in: the later one wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceOrder {
    /// The day the operating body accepted it.
    pub accepted: JstDate,
    /// Its place on that day.
    pub sequence: u64,
}

/// Whether the patient takes a drug home or was given it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LineClass {
    /// 処方薬: taken at home.
    TakeHome,
    /// 施行薬: given at the facility.
    Administered,
}

/// How a drug is to be taken, as far as the claim says.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Usage {
    /// Usage code of a pharmacy receipt (001-048, 900 uncoded).
    pub code: Option<u16>,
    /// Free text, from the pharmacy's special instruction or from a comment of the same group. May be empty.
    pub text: String,
}

impl fmt::Debug for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Usage(hidden)")
    }
}

/// One drug of one receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MedicationLine {
    /// The drug; its name is in the master, and an unknown one is shown by its code.
    pub drug: DrugCode,
    /// Amount: per day for oral drugs, per time for others (domain rule 4.5).
    pub amount: Quantity,
    /// Days for oral drugs, times for others. For alternate-day drugs this counts doses.
    pub times: u32,
    /// Taken home or administered.
    pub class: LineClass,
    /// The treatment class (診療識別) of medical receipts, 0 when there is none.
    pub treatment_class: u8,
    /// The form code of pharmacy receipts (剤形, 1-9), 0 when there is none.
    pub form: u8,
    /// Day of dispensing or administration, or its month when the claim tells no day.
    pub dispensed: PartialDate,
    /// Day of the prescription, when the claim tells it.
    pub prescribed: Option<JstDate>,
    /// How to take it.
    pub usage: Usage,
}

/// A whole receipt: the unit that supersedes and is superseded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Whose.
    pub person: PersonId,
    /// What makes it the same one filed again.
    pub key: ReceiptKey,
    /// When it came in.
    pub order: SourceOrder,
    /// Days on which a prescription to be filled outside was issued: drugs that are not in this receipt.
    pub outside_prescriptions: Vec<JstDate>,
    /// The drugs.
    pub lines: Vec<MedicationLine>,
}
