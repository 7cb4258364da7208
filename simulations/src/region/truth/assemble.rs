//! One truth line from one life.

use std::collections::BTreeSet;

use super::{
    MedicationLine, OtherName, TruthCheckup, TruthCoverage, TruthItem, TruthPerson, Withdrawn,
    medication,
};
use crate::region::calendar::Day;
use crate::region::claims::filing::Filed;
use crate::region::lives::exam::{Exam, Item, ItemValue};
use crate::region::lives::person::Person;
use crate::region::lives::registration::{Registration, registrations};
use crate::region::render::VALUE_SET_ROOT;
use crate::region::withdrawal::{Target, Withdrawal};
use crate::region::world::World;

/// A life with everything that was filed and withdrawn.
pub(crate) struct Life<'a> {
    pub(crate) person: &'a Person,
    pub(crate) filed: Vec<&'a Filed>,
    pub(crate) exams: &'a [Exam],
    pub(crate) withdrawals: &'a [Withdrawal],
}

/// The truth about a life on the region's as-of day.
pub(crate) fn assemble(world: &World, life: &Life<'_>) -> TruthPerson {
    let person = life.person;
    let registered = registrations(world, person, 1);
    let newest = registered.last();
    let withdrawn = withdrawn(life.withdrawals);
    let lines = medication::lines(world, person, &life.filed, life.withdrawals);
    let (medications, medications_not_shown) =
        split(world.as_of, lines, |line| (line.visible_from, line.shown_until));
    let (checkups, checkups_not_shown) =
        split(world.as_of, checkups(world, life), |row| (row.visible_from, row.shown_until));
    let expected_danger = expected_danger(&medications, &checkups);
    let coverage = newest.map(|row| &row.coverage);
    TruthPerson {
        person: person.reference(),
        name: person.name.written(),
        name_kana: person.name.kana(),
        insurer_number: coverage
            .map(|row| world.insurer(row.insurer).number.clone())
            .unwrap_or_default(),
        birth_date: person.birth_dashed(),
        sex: 1 + u8::from(person.woman),
        registered_sex: newest.map_or(3, |row| row.sex),
        symbol: coverage.and_then(|row| row.symbol.clone()),
        number: coverage.map(|row| row.number.clone()).unwrap_or_default(),
        branch: coverage.and_then(|row| row.branch.clone()),
        address: person.home.address(),
        registered_address: newest.and_then(|row| row.address.clone()),
        registered_name: newest.map(|row| row.name.clone()).unwrap_or_default(),
        registered_kana: newest.map(|row| row.kana.clone()).unwrap_or_default(),
        other_names: other_names(person),
        coverages: registered.iter().map(|row| truth_coverage(world, row)).collect(),
        alive: person.died_on.is_none(),
        died_on: person.died_on,
        withdrawn,
        medications,
        medications_not_shown,
        checkups,
        checkups_not_shown,
        checkups_unregistered: unregistered(world, life.exams),
        traps: tags(person),
        expected_danger,
    }
}

/// The earliest withdrawal of the person as a whole.
fn withdrawn(withdrawals: &[Withdrawal]) -> Option<Withdrawn> {
    withdrawals
        .iter()
        .filter(|row| row.target == Target::Person)
        .min_by_key(|row| row.date)
        .map(|row| Withdrawn { kind: row.kind.to_owned(), date: row.date })
}

fn split<T>(
    as_of: Day,
    rows: Vec<T>,
    period: impl Fn(&T) -> (Day, Option<Day>),
) -> (Vec<T>, Vec<T>) {
    rows.into_iter().partition(|row| {
        let (from, until) = period(row);
        from <= as_of && until.is_none_or(|until| as_of < until)
    })
}

fn other_names(person: &Person) -> Vec<OtherName> {
    let former =
        person.former_name.as_ref().map(|(name, _)| ("former", name.written(), name.kana()));
    let alias = person.alias.clone().map(|(name, kana)| ("alias", name, kana));
    former
        .into_iter()
        .chain(alias)
        .map(|(kind, name, name_kana)| OtherName { kind: kind.to_owned(), name, name_kana })
        .collect()
}

fn truth_coverage(world: &World, row: &Registration) -> TruthCoverage {
    let coverage = row.coverage.clone();
    TruthCoverage {
        insurer_number: world.insurer(coverage.insurer).number.clone(),
        symbol: coverage.symbol,
        number: coverage.number,
        branch: coverage.branch,
        from: coverage.from,
        to: coverage.to,
    }
}

fn checkups(world: &World, life: &Life<'_>) -> Vec<TruthCheckup> {
    let on_time = |exam: &&Exam| exam.registered.is_some_and(|day| day <= world.as_of);
    life.exams
        .iter()
        .filter(on_time)
        .map(|exam| TruthCheckup {
            exam_date: exam.date,
            program: exam.program.to_owned(),
            visible_from: exam.registered.unwrap_or(exam.date),
            shown_until: life
                .withdrawals
                .iter()
                .filter(|row| {
                    row.target == Target::Person
                        || row.target == Target::Checkup { exam_date: exam.date }
                })
                .map(|row| row.date)
                .min(),
            items: exam.items.iter().map(truth_item).collect(),
        })
        .collect()
}

fn unregistered(world: &World, exams: &[Exam]) -> Vec<Day> {
    let known = |exam: &&Exam| exam.registered.is_none_or(|day| day > world.as_of);
    exams.iter().filter(known).map(|exam| exam.date).collect()
}

fn truth_item(item: &Item) -> TruthItem {
    let (value, unit, oid) = match &item.value {
        ItemValue::Quantity(value, unit) => (Some(value.clone()), Some((*unit).to_owned()), None),
        ItemValue::Coded(value, set) => {
            (Some(value.to_string()), None, Some(format!("{VALUE_SET_ROOT}.{set}")))
        }
        ItemValue::Text(words) => (Some((*words).to_owned()), None, None),
        ItemValue::NotDone | ItemValue::Unmeasurable => (None, None, None),
    };
    TruthItem {
        code: item.code.to_owned(),
        value,
        unit,
        oid,
        not_done: item.value == ItemValue::NotDone,
        unmeasurable: item.value == ItemValue::Unmeasurable,
    }
}

fn tags(person: &Person) -> Vec<String> {
    person.traps.iter().map(tag).collect()
}

/// The snake-case word of a unit variant.
fn tag(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// Yes in the two value sets of past illnesses: 1 in 2003, 0 in 2008.
fn says_yes(item: &TruthItem) -> bool {
    let set = item.oid.as_deref().and_then(|oid| oid.rsplit('.').next());
    matches!((set, item.value.as_deref()), (Some("2003"), Some("1")) | (Some("2008"), Some("0")))
}

fn expected_danger(medications: &[MedicationLine], checkups: &[TruthCheckup]) -> Vec<String> {
    let mut found: BTreeSet<String> =
        medications.iter().filter_map(|line| line.danger.as_ref().map(tag)).collect();
    if medications.iter().any(|line| line.drug_name.is_empty()) {
        found.insert("unknown_drug".to_owned());
    }
    let newest = checkups.iter().max_by_key(|row| row.exam_date);
    for (code, word) in
        [("9N716", "past_stroke"), ("9N721", "past_heart"), ("9N726", "kidney_failure")]
    {
        let yes = |item: &&TruthItem| item.code.starts_with(code);
        let item = newest.and_then(|row| row.items.iter().find(yes));
        if item.is_some_and(says_yes) {
            found.insert(word.to_owned());
        }
    }
    found.into_iter().collect()
}
