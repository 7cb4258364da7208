//! Medication: every line, and what can kill on top.

use super::multiset::difference;
use super::record::{Line, Medication};
use super::{Fault, rows};
use crate::region::Danger;
use crate::region::truth::{MedicationLine, TruthPerson};

/// What a prescriber reads of a line.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    drug_code: String,
    amount: String,
    times: u32,
    is_administered: bool,
    /// Day, or month when the claim knows no day.
    when: String,
    prescribed: String,
    month: String,
    source: String,
    danger: Option<&'static str>,
}

pub(super) fn check(found: &Medication, person: &TruthPerson) -> Vec<Fault> {
    let expected = person.medications.iter().map(of_truth);
    let shown = found.lines.iter().map(of_view);
    let faults = rows("medication", &difference(expected, shown));
    let first = (!is_on_top(&found.lines)).then_some(Fault::NotFirst("dangerous lines"));
    let listed = (!are_rows_whole(found)).then_some(Fault::NotFirst("rows of dangerous lines"));
    [faults, first, listed].into_iter().flatten().collect()
}

fn of_truth(line: &MedicationLine) -> Key {
    let day = |day: Option<crate::region::Day>| day.map(|day| day.to_string());
    Key {
        drug_code: line.drug_code.clone(),
        amount: line.amount.clone(),
        times: line.times,
        is_administered: line.class == "administered",
        when: day(line.date).unwrap_or_else(|| line.treatment_month.to_string()),
        prescribed: day(line.prescribed).unwrap_or_default(),
        month: line.treatment_month.to_string(),
        source: line.kind.clone(),
        danger: match line.danger {
            None if line.drug_name.is_empty() => Some("unknown"),
            danger => danger.map(word),
        },
    }
}

fn of_view(line: &Line) -> Key {
    Key {
        drug_code: line.drug_code.clone(),
        amount: line.amount.clone(),
        times: line.times,
        is_administered: line.class == "administered",
        when: line.dispensed.clone(),
        prescribed: line.prescribed.clone().unwrap_or_default(),
        month: line.month.clone(),
        source: line.source.clone(),
        danger: line.group.strip_prefix("danger-").and_then(known),
    }
}

const fn word(danger: Danger) -> &'static str {
    match danger {
        Danger::Anticoagulant => "anticoagulant",
        Danger::Insulin => "insulin",
        Danger::Antiepileptic => "antiepileptic",
        Danger::Steroid => "steroid",
        Danger::Opioid => "opioid",
        Danger::Immunosuppressant => "immunosuppressant",
    }
}

/// The dangers the truth knows. A node may warn of more classes than these.
fn known(class: &str) -> Option<&'static str> {
    // The therapeutic class of immunosuppressants holds other drugs too, so a node may say no more than "possible".
    let class = class.strip_prefix("possible-").unwrap_or(class);
    [
        "unknown",
        "anticoagulant",
        "insulin",
        "antiepileptic",
        "steroid",
        "opioid",
        "immunosuppressant",
    ]
    .into_iter()
    .find(|known| *known == class)
}

fn is_dangerous(line: &Line) -> bool {
    line.group.starts_with("danger-")
}

fn is_on_top(lines: &[Line]) -> bool {
    lines.iter().skip_while(|line| is_dangerous(line)).all(|line| !is_dangerous(line))
}

/// Every dangerous line stands in the row of its class, and an empty row says what that means.
fn are_rows_whole(found: &Medication) -> bool {
    let dangerous = found.lines.iter().filter(|line| is_dangerous(line)).count();
    let listed: usize = found.first.iter().map(|row| row.lines.len()).sum();
    let right = found.first.iter().all(|row| {
        let of_class =
            |at: &usize| found.lines.get(*at).is_some_and(|line| line.group == row.class);
        row.lines.iter().all(of_class) && row.empty.is_some() == row.lines.is_empty()
    });
    dangerous == listed && right
}
