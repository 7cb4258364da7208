//! Wrong receipts: rows that an ingest must set aside, written beside right ones.
//!
//! A ghost is a receipt that nobody's truth contains, with one drug and one defect. So whether an
//! ingest drops the row or the receipt, no person's medication changes; and `expected_rejects.jsonl`
//! gives the row and the receipt's span. A ghost that does name a real person is for a treatment
//! month before the region's history, so that it can replace nothing.

use serde::{Deserialize, Serialize};

use super::receipt_file::Sheet;
use super::record::Record;
use crate::region::calendar::{Day, Month};
use crate::region::claims::ClaimKind;
use crate::region::claims::filing::Filed;
use crate::region::code_page::INVALID_MARK;
use crate::region::dice::{Dice, Domain};

/// Of 1,000 receipts, how many are followed by a ghost.
pub const GHOST_PER_MILLE: u32 = 2;

/// What is wrong with a ghost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Defect {
    /// The drug row has three columns.
    ColumnCount,
    /// A byte that is no character in code page 932.
    InvalidBytes,
    /// An insurer number that no list has.
    UnknownInsurer,
    /// Insurer 99999999, number 999999999: no identity.
    NoIdentity,
    /// A right number with somebody else's birth date.
    BirthDate,
    /// 31 February.
    ImpossibleDate,
}

/// One line of `expected_rejects.jsonl`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpectedReject {
    /// Path under the region's folder.
    pub file: String,
    /// The wrong row, from 1.
    pub line: usize,
    /// What is wrong.
    pub why: Defect,
    /// The RE row of the receipt that holds it.
    pub receipt_first_line: usize,
    /// The receipt's last row.
    pub receipt_last_line: usize,
}

/// A ghost receipt.
pub(crate) struct Ghost {
    pub(crate) records: Vec<Record>,
    defect: Defect,
    /// Place of the wrong row among the records.
    at: usize,
}

impl Ghost {
    /// The reject it must cause when written after `lines` lines of a file.
    pub(crate) fn expected(&self, file: &str, lines: usize) -> ExpectedReject {
        ExpectedReject {
            file: file.to_owned(),
            line: lines + self.at + 1,
            why: self.defect,
            receipt_first_line: lines + 1,
            receipt_last_line: lines + self.records.len(),
        }
    }
}

const DEFECTS: &[Defect] = &[
    Defect::ColumnCount,
    Defect::InvalidBytes,
    Defect::UnknownInsurer,
    Defect::NoIdentity,
    Defect::BirthDate,
    Defect::ImpossibleDate,
];

/// The ghost after a receipt, if there is one; `number` is its receipt number.
pub(crate) fn ghost(
    sheet: &Sheet<'_>,
    filed: &Filed,
    receipt: &[Record],
    number: usize,
) -> Option<Ghost> {
    let claim = &filed.claim;
    let mut dice = Dice::new(sheet.world.seed, Domain::Ghost, stream(filed));
    if !dice.per_mille(GHOST_PER_MILLE) {
        return None;
    }
    let defect = *dice.pick(DEFECTS);
    let has_insurance = receipt.iter().any(|record| record.id() == "HO");
    if defect == Defect::UnknownInsurer && !has_insurance {
        return None;
    }
    let mut records = one_drug(receipt)?;
    let head = records.first_mut()?;
    head.put(1, number.to_string());
    head.put(3, sheet.month(sheet.world.first_month.plus(-1)));
    let id = defective_record(defect);
    let at = records.iter().position(|record| record.id() == id)?;
    spoil(sheet, defect, claim.kind, records.get_mut(at)?);
    Some(Ghost { records, defect, at })
}

/// One stream for each filed receipt: person, place in the district, month, delay, round.
fn stream(filed: &Filed) -> u64 {
    let claim = &filed.claim;
    let months = u64::from(claim.month.since(Month::new(1970, 1)).unsigned_abs());
    let delay = u64::from(filed.filed_in.since(claim.month).unsigned_abs());
    let receipt = (u64::from(claim.person) << 6) | (claim.facility.stream() % 64);
    (((receipt << 16) | months) << 8) | (delay << 1) | u64::from(filed.round)
}

/// Head, insurance and the first drug (with its SH and CZ in a pharmacy's receipt).
fn one_drug(receipt: &[Record]) -> Option<Vec<Record>> {
    let mut kept: Vec<Record> = Vec::new();
    for id in ["RE", "HO", "KO", "SN", "SY", "SH", "CZ", "IY"] {
        kept.extend(receipt.iter().find(|record| record.id() == id).cloned());
    }
    let drug = kept.last_mut()?;
    if drug.id() != "IY" {
        return None;
    }
    // The group may have been headed by a comment that is not kept.
    if drug.get(1).is_empty() {
        drug.put(1, "21");
    }
    Some(kept)
}

const fn defective_record(defect: Defect) -> &'static str {
    match defect {
        Defect::ColumnCount | Defect::InvalidBytes => "IY",
        Defect::UnknownInsurer | Defect::NoIdentity => "HO",
        Defect::BirthDate | Defect::ImpossibleDate => "RE",
    }
}

fn spoil(sheet: &Sheet<'_>, defect: Defect, kind: ClaimKind, record: &mut Record) {
    match defect {
        Defect::ColumnCount => record.truncate(3),
        Defect::InvalidBytes => {
            let column = if kind == ClaimKind::Medical { 3 } else { 2 };
            let code = format!("6900{INVALID_MARK}{INVALID_MARK}");
            record.put(column, code);
        }
        // Type 06, prefecture 99: no insurer can have it.
        Defect::UnknownInsurer => record.put(1, "06990016"),
        Defect::NoIdentity => {
            record.put(1, "99999999");
            record.put(2, "");
            record.put(3, "999999999");
        }
        Defect::BirthDate => record.put(6, sheet.day(stranger(sheet))),
        Defect::ImpossibleDate => record.put(6, "19510231"),
    }
}

/// A birth date that nobody under the person's number has.
fn stranger(sheet: &Sheet<'_>) -> Day {
    let mut day = sheet.person.birth.plus(-37);
    while sheet.person.household_births.contains(&day) {
        day = day.plus(-37);
    }
    day
}
