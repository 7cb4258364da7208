//! Is a record that was shown the record of that person, whole and nothing else?
//!
//! Compares the node's JSON with the truth: name, birth date, coverages, every medication line as a multiset of what
//! a prescriber reads (drug, amount, times, class, day, month, danger), every checkup with every item, and that what
//! can kill stands first. Anything missing, extra or of somebody else is a fault. The reader of the JSON is this
//! module's own: it shares no type with the node.
//!
//! Not covered: names of drugs and insurers, words of statements, supply.

mod checkup;
mod eligibility;
mod medication;
mod multiset;
mod record;

use std::fmt;

use serde_json::Value;

use super::plan::Expected;
use crate::region::names::kana;
use crate::region::truth::TruthPerson;
use multiset::Difference;
use record::Record;

/// What is wrong with a record. Names fields, never their values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The JSON is no record.
    Shape,
    /// A field of the head is not what it must be.
    Head(&'static str),
    /// It is somebody else's.
    OtherPerson(&'static str),
    /// A category that must be there is not.
    Absent(&'static str),
    /// A category that must not be there is.
    NotPermitted(&'static str),
    /// Rows are missing or extra.
    Rows {
        /// Of what.
        of: &'static str,
        /// In the truth only.
        missing: usize,
        /// In the record only.
        extra: usize,
    },
    /// What can kill does not stand first.
    NotFirst(&'static str),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape => f.write_str("not a record"),
            Self::Head(field) => write!(f, "{field} is not what it must be"),
            Self::OtherPerson(field) => write!(f, "another person's {field}"),
            Self::Absent(category) => write!(f, "no {category}"),
            Self::NotPermitted(category) => write!(f, "{category} without a permit"),
            Self::Rows { of, missing, extra } => {
                write!(f, "{of}: {missing} missing, {extra} extra")
            }
            Self::NotFirst(what) => write!(f, "{what} not shown first"),
        }
    }
}

/// Everything that is wrong with `record` as the answer that `expected` asks for about `person`.
#[must_use]
pub fn check(record: &Value, person: &TruthPerson, expected: &Expected) -> Vec<Fault> {
    let Expected::Shown { categories, identity_confirmed, basis, .. } = expected else {
        return vec![Fault::Head("presence")];
    };
    let Ok(record) = serde_json::from_value::<Record>(record.clone()) else {
        return vec![Fault::Shape];
    };
    let mut faults = Vec::new();
    let mut head = |field, holds: bool| {
        if !holds {
            faults.push(Fault::Head(field));
        }
    };
    head("drill", record.drill);
    head("identity", record.identity_confirmed == *identity_confirmed);
    head("basis", record.basis == *basis);
    head("statements", !record.statements.is_empty());
    faults.extend(check_subject(&record, person));
    faults.extend(check_presence(&record, categories));
    if let Some(rows) = &record.eligibility {
        faults.extend(eligibility::check(rows, person));
    }
    if let Some(medication) = &record.medication {
        faults.extend(medication::check(medication, person));
    }
    if let Some(checkups) = &record.checkups {
        faults.extend(checkup::check(checkups, person));
    }
    faults
}

fn check_subject(record: &Record, person: &TruthPerson) -> Vec<Fault> {
    let subject = &record.subject;
    let registered = folded(&person.registered_name);
    let is_named = subject
        .names
        .iter()
        .any(|name| name.written.as_deref().map(folded).as_ref() == Some(&registered));
    let birth = person.birth_date.trim_end_matches("-00");
    let born = subject.birth_date.as_deref() == Some(birth);
    let sexed = subject.sex == Some(person.registered_sex);
    [("name", is_named), ("birth date", born), ("sex", sexed)]
        .into_iter()
        .filter(|(_, holds)| !holds)
        .map(|(field, _)| Fault::OtherPerson(field))
        .collect()
}

fn check_presence(record: &Record, categories: &[&str]) -> Vec<Fault> {
    let shown = [
        ("eligibility", record.eligibility.is_some()),
        ("medication", record.medication.is_some()),
        ("checkup", record.checkups.is_some()),
    ];
    shown
        .into_iter()
        .filter_map(|(category, is_shown)| match (categories.contains(&category), is_shown) {
            (true, false) => Some(Fault::Absent(category)),
            (false, true) => Some(Fault::NotPermitted(category)),
            _ => None,
        })
        .collect()
}

/// Widths and spaces apart, which registers and screens choose freely.
fn folded(text: &str) -> String {
    kana::half_width(text).replace(' ', "")
}

fn rows(of: &'static str, difference: &Difference) -> Option<Fault> {
    let Difference { missing, extra } = *difference;
    (missing + extra > 0).then_some(Fault::Rows { of, missing, extra })
}
