//! A facility's file of one filing day: IR or YK, the receipts, GO. Code page 932, CRLF.
//!
//! Habits differ by facility (digits in full width, names in half-width kana, no space in names)
//! and by file (a few files of old software carry era dates).

use super::ghost;
use super::record::Record;
use super::{medical_receipt, pharmacy_receipt};
use crate::region::calendar::{Day, Month};
use crate::region::claims::filing::Filed;
use crate::region::claims::receipt_type::receipt_type;
use crate::region::claims::{Claim, ClaimKind};
use crate::region::code_page::encode;
use crate::region::dice::{Dice, Domain};
use crate::region::lives::person::Person;
use crate::region::names::kana;
use crate::region::names::traps::Trap;
use crate::region::places::{FacilityId, FacilityKind, PREFECTURE};
use crate::region::world::World;

/// Of 1,000 facilities: symbols and numbers in full width; names in half-width kana; no space.
const FULL_WIDTH_PER_MILLE: u32 = 200;
const HALF_WIDTH_NAMES_PER_MILLE: u32 = 80;
const NO_SPACE_PER_MILLE: u32 = 200;
/// Of 1,000 files: dates in the era form of before.
pub(crate) const ERA_DATES_PER_MILLE: u32 = 30;

/// How a facility's software writes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Habits {
    pub(crate) full_width: bool,
    pub(crate) half_width_names: bool,
    pub(crate) no_space: bool,
    pub(crate) era_dates: bool,
}

impl Habits {
    fn of(world: &World, facility: FacilityId, accepted: Day, sequence: u32) -> Self {
        let mut dice = Dice::new(world.seed, Domain::Habits, facility.stream());
        let file = u64::from(accepted.since(Day::new(2000, 1, 1)).unsigned_abs()) << 32;
        let mut file = Dice::new(world.seed, Domain::ReceiptFile, file | u64::from(sequence));
        Self {
            full_width: dice.per_mille(FULL_WIDTH_PER_MILLE),
            half_width_names: dice.per_mille(HALF_WIDTH_NAMES_PER_MILLE),
            no_space: dice.per_mille(NO_SPACE_PER_MILLE),
            era_dates: file.per_mille(ERA_DATES_PER_MILLE),
        }
    }
}

/// What the records of one receipt need to know.
pub(crate) struct Sheet<'a> {
    pub(crate) world: &'a World,
    pub(crate) person: &'a Person,
    pub(crate) habits: Habits,
}

impl Sheet<'_> {
    /// A date in the file's form.
    pub(crate) fn day(&self, day: Day) -> String {
        if self.habits.era_dates { day.era_form() } else { day.compact() }
    }

    /// A month in the file's form.
    pub(crate) fn month(&self, month: Month) -> String {
        if self.habits.era_dates { month.era_form() } else { month.compact() }
    }

    /// The birth date, day 00 where unknown.
    pub(crate) fn birth(&self) -> String {
        let text = self.day(self.person.birth);
        if self.person.birth_day_known {
            return text;
        }
        format!("{}00", text.get(..text.len() - 2).unwrap_or(""))
    }

    /// The name in the facility's way, at most 20 full-width or 40 half-width characters.
    pub(crate) fn name(&self, day: Day) -> String {
        let name = self.person.name_on(day);
        if self.habits.half_width_names {
            return kana::half_width(&name.kana()).chars().take(40).collect();
        }
        let written = kana::full_width_ascii(&name.written());
        let written = if self.habits.no_space { written.replace('　', "") } else { written };
        written.chars().take(20).collect()
    }

    /// The reading in full width, without a space.
    pub(crate) fn kana(&self, day: Day) -> String {
        self.person.name_on(day).kana().replace('　', "")
    }

    /// RE column 2.
    pub(crate) fn receipt_type(&self, claim: &Claim) -> String {
        receipt_type(self.world, self.person, claim)
    }

    /// HO and SN, or KO alone for public assistance.
    pub(crate) fn insurance(&self, claim: &Claim, points: u32, days: usize) -> Vec<Record> {
        let Some(coverage) = self.person.coverages.get(claim.coverage) else { return Vec::new() };
        let insurer = self.world.insurer(coverage.insurer);
        let (points, days) = (points.to_string(), days.to_string());
        let wide = |text: &str| match self.habits.full_width {
            true => kana::full_width_ascii(text),
            false => text.to_owned(),
        };
        if insurer.is_public_assistance() {
            let record = Record::new("KO", 12).set(1, insurer.number.as_str());
            return vec![
                record.set(2, coverage.number.as_str()).set(4, days).set(5, points).set(6, "0"),
            ];
        }
        let mut records = vec![
            Record::new("HO", 15)
                .set(1, format!("{:>8}", insurer.number))
                .set(2, coverage.symbol.as_deref().map(wide).unwrap_or_default())
                .set(3, wide(&coverage.number))
                .set(4, days)
                .set(5, points),
        ];
        if let Some(branch) = &coverage.branch {
            let sloppy = insurer.is_kokuho() && self.person.has(Trap::BranchWritten00);
            let branch = if sloppy { "00" } else { branch.as_str() };
            records.push(Record::new("SN", 9).set(1, "1").set(2, "01").set(6, branch));
        }
        records
    }
}

/// A rendered file.
pub(crate) struct ReceiptFile {
    pub(crate) path: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) receipts: u64,
    pub(crate) rejects: Vec<ghost::ExpectedReject>,
}

/// Renders the claims that are filed together, in their order. `people` starts at `first_person`.
pub(crate) fn receipt_file(
    world: &World,
    people: &[Person],
    first_person: u32,
    filed: &[Filed],
) -> Option<ReceiptFile> {
    let first = filed.first()?;
    let facility = first.claim.facility;
    let path =
        format!("receipts/{}/{:06}-{}.UKE", first.accepted, first.sequence, facility.code10());
    let habits = Habits::of(world, facility, first.accepted, first.sequence);
    let mut text = String::new();
    let mut lines = 1;
    let mut receipts = 0;
    let mut rejects = Vec::new();
    let payer = payer(world, people, first_person, &first.claim);
    head(facility, payer, first.filed_in, habits).write_to(&mut text);
    for row in filed {
        let Some(person) = people.get((row.claim.person - first_person) as usize) else { continue };
        let sheet = Sheet { world, person, habits };
        receipts += 1;
        let records = records(world, &sheet, row, receipts);
        write_all(&records, &mut text, &mut lines);
        if let Some(ghost) = ghost::ghost(&sheet, row, &records, receipts + 1) {
            receipts += 1;
            rejects.push(ghost.expected(&path, lines));
            write_all(&ghost.records, &mut text, &mut lines);
        }
    }
    Record::new("GO", 4).set(1, receipts.to_string()).set(2, "0").set(3, "99").write_to(&mut text);
    Some(ReceiptFile { path, bytes: encode(&text), receipts: receipts as u64, rejects })
}

fn write_all(records: &[Record], text: &mut String, lines: &mut usize) {
    for record in records {
        record.write_to(text);
        *lines += 1;
    }
}

fn records(world: &World, sheet: &Sheet<'_>, row: &Filed, number: usize) -> Vec<Record> {
    match row.claim.kind {
        ClaimKind::Medical => medical_receipt::records(world, sheet, row, number),
        ClaimKind::Pharmacy => pharmacy_receipt::records(world, sheet, row, number),
    }
}

/// The body a claim goes to: 1 社保, 2 国保.
pub(crate) fn payer(world: &World, people: &[Person], first_person: u32, claim: &Claim) -> u8 {
    people
        .get((claim.person - first_person) as usize)
        .and_then(|person| person.coverages.get(claim.coverage))
        .map_or(2, |coverage| world.insurer(coverage.insurer).payer())
}

fn head(facility: FacilityId, payer: u8, filed_in: Month, habits: Habits) -> Record {
    let month = if habits.era_dates { filed_in.era_form() } else { filed_in.compact() };
    let table = facility.kind().table().to_string();
    if facility.kind() == FacilityKind::Pharmacy {
        return Record::new("YK", 9)
            .set(1, payer.to_string())
            .set(2, PREFECTURE)
            .set(3, table)
            .set(4, facility.code7())
            .set(5, facility.name())
            .set(6, month)
            .set(7, "00");
    }
    Record::new("IR", 10)
        .set(1, payer.to_string())
        .set(2, PREFECTURE)
        .set(3, table)
        .set(4, facility.code7())
        .set(6, facility.name())
        .set(7, month)
        .set(8, "00")
        .set(9, "0760000000")
}
