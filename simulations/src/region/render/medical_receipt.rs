//! A claim as the records of a medical receipt. Column positions: handbook 4.2.
//!
//! Blank 診療識別 means "as the record before"; points stand on the last record of a group, times
//! and days on every one. Words on usage come in a CO before the group; a CO 99 after it is a
//! remark. Not established and left blank: everything the handbook does not number.

use std::collections::BTreeMap;

use super::receipt_file::Sheet;
use super::record::Record;
use super::usage_words;
use crate::region::amount;
use crate::region::calendar::Day;
use crate::region::claims::filing::Filed;
use crate::region::claims::{DrugRef, Group, GroupClass, GroupDrug};
use crate::region::drugs::PSEUDO_ITEM;
use crate::region::world::World;

/// Columns of RE, and of SI and IY.
pub(crate) const RE_COLUMNS: usize = 38;
/// See [`RE_COLUMNS`].
pub(crate) const ACT_COLUMNS: usize = 44;
/// Day columns: day d stands in column 12 + d.
const DAY_COLUMN: usize = 12;
/// 再診料, 処方箋料, free text.
const REVISIT: u32 = 112_007_410;
const OUTSIDE_PRESCRIPTION: u32 = 120_002_910;
const FREE_TEXT: &str = "810000001";

/// The records of a claim, from RE on.
pub(crate) fn records(
    world: &World,
    sheet: &Sheet<'_>,
    filed: &Filed,
    number: usize,
) -> Vec<Record> {
    let claim = &filed.claim;
    let mut acts = Vec::new();
    acts.push(act("12", REVISIT, 73, &days_of(&claim.visits)));
    for group in &claim.groups {
        group_records(world, group, &mut acts);
    }
    if claim.pseudo_item {
        let mut row = Record::new("IY", ACT_COLUMNS).set(1, "21").set(2, "1");
        row.put(3, PSEUDO_ITEM.to_string());
        acts.push(row.set(5, "0").set(6, "1"));
    }
    if !claim.outside_prescriptions.is_empty() {
        acts.push(act("80", OUTSIDE_PRESCRIPTION, 68, &days_of(&claim.outside_prescriptions)));
    }
    let points: u32 = acts.iter().map(total_points).sum();
    let mut records = vec![head(sheet, filed, number)];
    records.extend(sheet.insurance(&filed.claim, points, claim.visits.len()));
    records.push(
        Record::new("SY", 8)
            .set(1, "0000999")
            .set(2, sheet.day(claim.month.first()))
            .set(3, "1")
            .set(5, "見本病名")
            .set(6, "01"),
    );
    records.extend(acts);
    records
}

fn head(sheet: &Sheet<'_>, filed: &Filed, number: usize) -> Record {
    let person = sheet.person;
    Record::new("RE", RE_COLUMNS)
        .set(1, number.to_string())
        .set(2, sheet.receipt_type(&filed.claim))
        .set(3, sheet.month(filed.claim.month))
        .set(4, sheet.name(filed.claim.month.last()))
        .set(5, (1 + u8::from(person.woman)).to_string())
        .set(6, sheet.birth())
        .set(13, format!("{:05}", person.index % 100_000))
        .set(36, sheet.kana(filed.claim.month.last()))
}

/// Count by day of the month.
fn days_of(days: &[Day]) -> BTreeMap<i32, u32> {
    let mut counts = BTreeMap::new();
    for day in days {
        *counts.entry(day.day()).or_insert(0) += 1;
    }
    counts
}

fn act(identification: &str, code: u32, points: u32, days: &BTreeMap<i32, u32>) -> Record {
    let record = Record::new("SI", ACT_COLUMNS)
        .set(1, identification)
        .set(2, "1")
        .set(3, code.to_string())
        .set(5, points.to_string());
    with_days(record, days, true)
}

fn with_days(mut record: Record, days: &BTreeMap<i32, u32>, write_days: bool) -> Record {
    record.put(6, days.values().sum::<u32>().to_string());
    for (day, count) in days {
        if write_days {
            record.put(DAY_COLUMN + usize::try_from(*day).unwrap_or(0), count.to_string());
        }
    }
    record
}

fn group_records(world: &World, group: &Group, acts: &mut Vec<Record>) {
    let mut identification = group.class.identification();
    // Only the first record of a group names it; the others leave it blank.
    let mut once = || std::mem::take(&mut identification);
    let days: BTreeMap<i32, u32> =
        group.dispensings.iter().map(|row| (row.day.day(), row.times)).collect();
    let words = usage_words(group.usage);
    if !words.is_empty() {
        acts.push(comment(once(), words));
    }
    if let Some(code) = group.act {
        let mut row = act(once(), code, 20, &days);
        // The act shares the group's points with its drugs, which stand on the last record.
        row.put(5, "");
        acts.push(row);
    }
    for (at, drug) in group.drugs.iter().enumerate() {
        let mut row = Record::new("IY", ACT_COLUMNS)
            .set(1, once())
            .set(2, "1")
            .set(3, drug_code(world, drug.drug))
            .set(4, amount::decimal(drug.amount));
        if at + 1 == group.drugs.len() {
            row.put(5, points(world, group).to_string());
        }
        acts.push(with_days(row, &days, !group.month_only));
    }
    if let Some(remark) = group.remark {
        acts.push(comment("99", remark));
    }
}

fn comment(identification: &str, words: &str) -> Record {
    Record::new("CO", 5).set(1, identification).set(2, "1").set(3, FREE_TEXT).set(4, words)
}

/// The nine digits of a drug.
pub(crate) fn drug_code(world: &World, drug: DrugRef) -> String {
    let code = match drug {
        DrugRef::Product(at) => world.products.get(at).map_or(0, |product| product.code),
        DrugRef::Unknown(code) => code,
    };
    format!("{code:09}")
}

/// Points of one unit of a group: the price of its drugs at ten yen a point, at least one.
pub(crate) fn points(world: &World, group: &Group) -> u32 {
    let price = |row: &GroupDrug| match row.drug {
        DrugRef::Product(at) => world.products.get(at).map_or(1000, |product| product.price),
        DrugRef::Unknown(_) => 1000,
    };
    let hundredths: u64 =
        group.drugs.iter().map(|row| u64::from(price(row)) * u64::from(row.amount) / 100_000).sum();
    let act = if matches!(group.class, GroupClass::Administered(_)) { 20 } else { 0 };
    u32::try_from(hundredths / 1000).unwrap_or(1).max(1) + act
}

fn total_points(record: &Record) -> u32 {
    let number = |column| record.get(column).parse::<u32>().unwrap_or(0);
    number(5) * number(6)
}
