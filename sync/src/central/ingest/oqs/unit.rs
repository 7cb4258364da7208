//! One person: the coverages of a unit brought together.

use tomoshibi_policies::record::{NameUse, PersonName, Sex};
use tomoshibi_policies::time::PartialDate;

use super::coverage::{self, Registered};
use super::{Delivered, Deliveries};
use crate::central::ingest::xml::Element;
use crate::central::rejects::{RejectReason, SetAside, Unit};

/// Longest reference number, in characters (OQS-IF-003).
const REFERENCE_CHARS_MAX: usize = 50;

/// Reads a unit into `deliveries`: a person, or what was set aside.
pub(super) fn read(unit: &Element, deliveries: &mut Deliveries) {
    let aside = |reason| SetAside { unit: Unit::Person, line: unit.line, column: None, reason };
    let status = unit.text_of("ProcessingResultStatus").trim();
    if !matches!(status, "" | "1") {
        deliveries.rejects.push(aside(RejectReason::ResultFailed));
        return;
    }
    let reference = unit.find("ReferenceNumber").map_or("", |element| element.text.trim());
    let length = reference.chars().count();
    if !(1..=REFERENCE_CHARS_MAX).contains(&length) || reference.chars().any(char::is_control) {
        deliveries.rejects.push(aside(RejectReason::NoReferenceNumber));
        return;
    }
    let registered = registered(unit, deliveries);
    match bring_together(reference, unit.line, registered) {
        Ok(delivered) => deliveries.people.push(delivered),
        Err(reason) => deliveries.rejects.push(aside(reason)),
    }
}

/// The coverages that can be read, newest first.
fn registered(unit: &Element, deliveries: &mut Deliveries) -> Vec<Registered> {
    let mut results = Vec::new();
    unit.find_all("ResultOfQualificationConfirmation", &mut results);
    let mut registered = Vec::new();
    for result in results {
        match coverage::read(result, &mut deliveries.warnings) {
            Ok(one) => registered.push(one),
            Err(reason) => {
                let (unit, line) = (Unit::Coverage, result.line);
                deliveries.rejects.push(SetAside { unit, line, column: None, reason });
            }
        }
    }
    // Stable: of two that begin on one day the first of the file stays first.
    registered.sort_by_key(|one| core::cmp::Reverse(one.coverage.period.from));
    registered
}

fn bring_together(
    reference: &str,
    line: u64,
    registered: Vec<Registered>,
) -> Result<Delivered, RejectReason> {
    let newest = registered.first().ok_or(RejectReason::NoCoverage)?;
    // Different people under one reference number are a doubtful link: none of it is taken.
    let agrees =
        |one: &Registered| births_agree(one.birth, newest.birth) && one.sex.agrees_with(newest.sex);
    if !registered.iter().all(agrees) {
        return Err(RejectReason::PersonContradicts);
    }
    let sex = registered.iter().map(|one| one.sex).find(|sex| *sex != Sex::NotSet);
    let birth = registered.iter().map(|one| one.birth).find(|birth| birth.day().is_some());
    Ok(Delivered {
        line,
        reference: reference.to_owned(),
        names: names(&registered),
        sex: sex.unwrap_or(Sex::NotSet),
        birth: birth.unwrap_or(newest.birth),
        address: newest.address.clone(),
        postal_code: newest.postal_code.clone(),
        coverages: registered.into_iter().map(|one| one.coverage).collect(),
    })
}

/// The newest registration's names, then names of older ones that differ.
fn names(registered: &[Registered]) -> Vec<PersonName> {
    let mut names: Vec<PersonName> = Vec::new();
    for (age, one) in registered.iter().enumerate() {
        for name in &one.names {
            if names.iter().any(|known| known.kanji == name.kanji && known.kana == name.kana) {
                continue;
            }
            let is_former = age > 0 && name.name_use == NameUse::Registered;
            let name_use = if is_former { NameUse::Former } else { name.name_use };
            names.push(PersonName { name_use, ..name.clone() });
        }
    }
    names
}

/// True when the two can be one birth date: equal, or one unknown in part and covering the other.
fn births_agree(a: PartialDate, b: PartialDate) -> bool {
    a == b || a.day().is_some_and(|day| b.covers(day)) || b.day().is_some_and(|day| a.covers(day))
}
