//! A claim as the records of a pharmacy receipt. Column positions: handbook 4.4.
//!
//! A drug group is SH, then a CZ for each dispensing, then its IY, then CO. Not established: RE
//! columns after 41 (we end there) and CZ columns 54-70 (left blank).

use super::medical_receipt::{drug_code, points};
use super::receipt_file::Sheet;
use super::record::Record;
use crate::region::amount;
use crate::region::claims::filing::Filed;
use crate::region::claims::{Dispensing, Group};
use crate::region::lives::condition::Usage;
use crate::region::places::PREFECTURE;
use crate::region::world::World;

/// Columns of RE, CZ and IY.
pub(crate) const RE_COLUMNS: usize = 42;
/// See [`RE_COLUMNS`].
pub(crate) const CZ_COLUMNS: usize = 71;
/// See [`RE_COLUMNS`].
pub(crate) const IY_COLUMNS: usize = 10;

/// The records of a claim, from RE on.
pub(crate) fn records(
    world: &World,
    sheet: &Sheet<'_>,
    filed: &Filed,
    number: usize,
) -> Vec<Record> {
    let claim = &filed.claim;
    let dispensings = claim.groups.iter().flat_map(|group| {
        let points = points(world, group);
        group.dispensings.iter().map(move |row| row.times * points)
    });
    let total = dispensings.sum();
    let mut records = vec![head(sheet, filed, number)];
    records.extend(sheet.insurance(claim, total, claim.visits.len()));
    for (at, group) in claim.groups.iter().enumerate() {
        group_records(world, sheet, group, at + 1, &mut records);
    }
    records
}

fn head(sheet: &Sheet<'_>, filed: &Filed, number: usize) -> Record {
    let claim = &filed.claim;
    let mut record = Record::new("RE", RE_COLUMNS)
        .set(1, number.to_string())
        .set(2, sheet.receipt_type(claim))
        .set(3, sheet.month(claim.month))
        .set(4, sheet.name(claim.month.last()))
        .set(5, (1 + u8::from(sheet.person.woman)).to_string())
        .set(6, sheet.birth())
        .set(41, sheet.kana(claim.month.last()));
    if let Some(prescriber) = claim.prescriber {
        record.put(9, PREFECTURE);
        record.put(10, prescriber.kind().table().to_string());
        record.put(11, prescriber.code7());
        record.put(12, prescriber.name());
        record.put(13, "石川県見本市一丁目");
        record.put(14, "処方　医師");
    }
    record
}

fn group_records(
    world: &World,
    sheet: &Sheet<'_>,
    group: &Group,
    number: usize,
    records: &mut Vec<Record>,
) {
    let (code, words) = match group.usage {
        Usage::Coded(code) => (format!("{code:03}"), ""),
        Usage::Words(words) => ("900".to_owned(), words),
    };
    records.push(
        Record::new("SH", 5)
            .set(1, number.to_string())
            .set(2, group.class.pharmacy_form())
            .set(3, code)
            .set(4, words),
    );
    for (at, row) in group.dispensings.iter().enumerate() {
        records.push(dispensing(world, sheet, group, row, at + 1));
    }
    for drug in &group.drugs {
        records.push(
            Record::new("IY", IY_COLUMNS)
                .set(1, "1")
                .set(2, drug_code(world, drug.drug))
                .set(3, amount::decimal(drug.amount)),
        );
    }
    if let Some(remark) = group.remark {
        records.push(Record::new("CO", 3).set(1, "810000001").set(2, remark));
    }
}

fn dispensing(
    world: &World,
    sheet: &Sheet<'_>,
    group: &Group,
    row: &Dispensing,
    number: usize,
) -> Record {
    Record::new("CZ", CZ_COLUMNS)
        .set(1, "1")
        .set(2, sheet.day(row.prescribed))
        .set(3, sheet.day(row.day))
        .set(4, number.to_string())
        .set(5, row.times.to_string())
        .set(6, "1")
        .set(13, (row.times * points(world, group)).to_string())
}
