//! Writes a region district by district.
//!
//! Memory: one district's people, claims and checkups (about 60 MB for 14 months), and of the whole
//! region only counts, withdrawal lines by day and the list of checkup items.

use std::collections::BTreeMap;

use super::RegionError;
use super::calendar::Day;
use super::claims::filing::{Filed, file, number};
use super::claims::visit::claims;
use super::lives::condition::treatments;
use super::lives::exam::{Exam, exams};
use super::lives::person::{Person, people_between};
use super::lives::registration::{changed_registrations, registrations};
use super::output::{Lines, Output};
use super::places::{DISTRICT_PEOPLE, NEIGHBOURHOOD_PEOPLE};
use super::render::receipt_file::{payer, receipt_file};
use super::render::{checkup, eligibility, masters, withdrawal as withdrawal_file};
use super::staff::staff;
use super::summary::RegionCounts;
use super::truth::TruthPerson;
use super::truth::assemble::{Life, assemble};
use super::withdrawal::{Withdrawal, withdrawals};
use super::world::World;

/// A region while it is written.
pub(crate) struct Region<'a> {
    world: &'a World,
    output: &'a mut Output,
    truth: Lines,
    rejects: Lines,
    withdrawals: BTreeMap<Day, String>,
    items: masters::CheckupItems,
    counts: RegionCounts,
}

/// The people of a district with everything that happened to them.
struct Told {
    first: u32,
    people: Vec<Person>,
    /// In the order of the files.
    filed: Vec<Filed>,
    /// By person.
    exams: Vec<Vec<Exam>>,
    withdrawals: Vec<Vec<Withdrawal>>,
}

impl<'a> Region<'a> {
    /// Writes what does not depend on people, and opens the growing files.
    pub(crate) fn new(world: &'a World, output: &'a mut Output) -> Result<Self, RegionError> {
        output.write(&masters::drug_master_path(world), &masters::drug_master(world))?;
        output.write("masters/institutions.csv", masters::institutions(world).as_bytes())?;
        output.write("masters/insurers.csv", masters::insurers(world).as_bytes())?;
        let classes = masters::therapeutic_classes();
        output.write("masters/therapeutic_classes.csv", classes.as_bytes())?;
        output.write_json("staff.json", &staff())?;
        let truth = output.lines("truth.jsonl")?;
        let rejects = output.lines("expected_rejects.jsonl")?;
        Ok(Self {
            world,
            output,
            truth,
            rejects,
            withdrawals: BTreeMap::new(),
            items: masters::CheckupItems::new(),
            counts: RegionCounts::default(),
        })
    }

    /// Tells and writes one district.
    pub(crate) fn write_district(&mut self, district: u32) -> Result<(), RegionError> {
        let told = tell(self.world, district);
        self.write_eligibility(&told.people)?;
        self.write_receipts(&told)?;
        self.write_checkups(district, &told)?;
        self.gather_withdrawals(&told);
        self.write_truth(&told)
    }

    /// Writes what was gathered, and closes the growing files.
    pub(crate) fn finish(self) -> Result<RegionCounts, RegionError> {
        for (date, lines) in &self.withdrawals {
            let text = format!("{}{lines}", withdrawal_file::HEADER);
            self.output.write(&withdrawal_file::path(*date), text.as_bytes())?;
        }
        let items = masters::checkup_items(&self.items);
        self.output.write("masters/checkup_items.csv", items.as_bytes())?;
        self.output.bytes += self.truth.finish()? + self.rejects.finish()?;
        Ok(self.counts)
    }

    fn write_eligibility(&mut self, people: &[Person]) -> Result<(), RegionError> {
        let world = self.world;
        for neighbours in people.chunk_by(|a, b| a.neighbourhood == b.neighbourhood) {
            let Some(first) = neighbours.first() else { continue };
            let neighbourhood = first.neighbourhood;
            let everybody =
                neighbours.iter().map(|person| (person, registrations(world, person, 0)));
            let changed = neighbours
                .iter()
                .filter_map(|person| Some((person, changed_registrations(world, person)?)));
            let [delivered, again] = world.deliveries;
            let known = everybody.filter(|(_, rows)| !rows.is_empty()).collect::<Vec<_>>();
            for (day, entries) in [(delivered, known), (again, changed.collect())] {
                if !entries.is_empty() {
                    let bytes = eligibility::file(world, day, neighbourhood, &entries);
                    self.output.write(&eligibility::path(day, neighbourhood), &bytes)?;
                }
            }
        }
        Ok(())
    }

    fn write_receipts(&mut self, told: &Told) -> Result<(), RegionError> {
        let same_file = |a: &Filed, b: &Filed| a.accepted == b.accepted && a.sequence == b.sequence;
        for together in told.filed.chunk_by(same_file) {
            let Some(file) = receipt_file(self.world, &told.people, told.first, together) else {
                continue;
            };
            self.output.write(&file.path, &file.bytes)?;
            self.counts.receipt_files += 1;
            self.counts.receipts += file.receipts;
            self.counts.expected_rejects += file.rejects.len() as u64;
            for reject in &file.rejects {
                self.rejects.push(reject)?;
            }
        }
        Ok(())
    }

    fn write_checkups(&mut self, district: u32, told: &Told) -> Result<(), RegionError> {
        let exams = told.people.iter().zip(&told.exams);
        let exams = exams.flat_map(|(person, exams)| exams.iter().map(move |exam| (person, exam)));
        for ((registered, insurer), content) in checkup::packages(self.world, exams) {
            let path = checkup::path(self.world, registered, insurer, district);
            let bytes = checkup::package(self.world, registered, insurer, &content)
                .map_err(|source| RegionError::Package { path: path.clone(), source })?;
            self.output.write(&path, &bytes)?;
            for (_, exam) in content {
                masters::gather(&mut self.items, &exam.items);
            }
        }
        Ok(())
    }

    fn gather_withdrawals(&mut self, told: &Told) {
        for (person, rows) in told.people.iter().zip(&told.withdrawals) {
            for row in rows {
                let line = withdrawal_file::line(self.world, person, row);
                self.withdrawals.entry(row.date).or_default().push_str(&line);
                self.counts.withdrawals += 1;
            }
        }
    }

    fn write_truth(&mut self, told: &Told) -> Result<(), RegionError> {
        let mut filed: BTreeMap<u32, Vec<&Filed>> = BTreeMap::new();
        for row in &told.filed {
            filed.entry(row.claim.person).or_default().push(row);
        }
        let lives = told.people.iter().zip(&told.exams).zip(&told.withdrawals);
        for ((person, exams), withdrawals) in lives {
            let filed = filed.remove(&person.index).unwrap_or_default();
            self.counts.two_prescribers += u64::from(has_two_prescribers(&filed));
            let truth = assemble(self.world, &Life { person, filed, exams, withdrawals });
            self.truth.push(&truth)?;
            self.count(person, &truth);
        }
        Ok(())
    }

    fn count(&mut self, person: &Person, truth: &TruthPerson) {
        let counts = &mut self.counts;
        counts.people += 1;
        counts.aged_65 += u64::from(self.world.today().age_of(person.birth) >= 65);
        counts.medication_lines += truth.medications.len() as u64;
        counts.checkups += truth.checkups.len() as u64;
        for trap in &person.traps {
            *counts.traps.entry(*trap).or_default() += 1;
        }
    }
}

/// True when one pharmacy filed for two prescribers in one month.
fn has_two_prescribers(filed: &[&Filed]) -> bool {
    let mut known = BTreeMap::new();
    filed.iter().map(|row| &row.claim).any(|claim| {
        let first = known.entry((claim.facility, claim.month)).or_insert(claim.prescriber);
        *first != claim.prescriber
    })
}

fn tell(world: &World, district: u32) -> Told {
    let first = district * DISTRICT_PEOPLE;
    debug_assert_eq!(DISTRICT_PEOPLE % NEIGHBOURHOOD_PEOPLE, 0);
    let people = people_between(world, first, first + DISTRICT_PEOPLE);
    let mut told =
        Told { first, people, filed: Vec::new(), exams: Vec::new(), withdrawals: Vec::new() };
    for person in &told.people {
        let treated = treatments(world, person);
        let filed = file(world, person, claims(world, person, &treated));
        let examined = exams(world, person, &treated);
        told.withdrawals.push(withdrawals(world, person, &filed, &examined));
        told.filed.extend(filed);
        told.exams.push(examined);
    }
    let people = &told.people;
    number(district, &mut told.filed, |claim| payer(world, people, first, claim));
    told
}
