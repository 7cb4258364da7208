//! Checkups: every item of each, and what the newest says of the past.

use super::multiset::difference;
use super::record::{Checkup, Checkups, Item};
use super::{Fault, rows};
use crate::region::truth::{TruthCheckup, TruthItem, TruthPerson};

/// Code, value, unit, why there is no value.
type ItemKey = (String, String, String, &'static str);

/// Exam day, programme, items.
type Key = (String, String, Vec<ItemKey>);

/// Tag of the truth and question of the record.
const PAST: [(&str, &str); 3] = [
    ("past_stroke", "history-stroke"),
    ("past_heart", "history-heart"),
    ("kidney_failure", "history-kidney"),
];

pub(super) fn check(found: &Checkups, person: &TruthPerson) -> Vec<Fault> {
    let expected = person.checkups.iter().map(of_truth);
    let shown = found.checkups.iter().map(of_view);
    let faults = rows("checkups", &difference(expected, shown));
    let newest = found.checkups.first();
    let said = |question: &str| {
        let history = newest.iter().flat_map(|checkup| &checkup.history);
        history.into_iter().any(|row| row.question == question && row.answer == "yes")
    };
    let past = PAST.into_iter().filter(|(tag, question)| {
        said(question) != person.expected_danger.iter().any(|expected| expected == tag)
    });
    let past: Vec<_> = past.map(|(tag, _)| Fault::NotFirst(tag)).collect();
    faults.into_iter().chain(past).collect()
}

fn of_truth(checkup: &TruthCheckup) -> Key {
    let program = match checkup.program.as_str() {
        "010" => "specific",
        "020" => "late-elderly",
        other => other,
    };
    let mut items: Vec<_> = checkup.items.iter().map(item_of_truth).collect();
    items.sort_unstable();
    (checkup.exam_date.to_string(), program.to_owned(), items)
}

fn item_of_truth(item: &TruthItem) -> ItemKey {
    let absent = match (item.not_done, item.unmeasurable) {
        (true, _) => "not-done",
        (_, true) => "unmeasurable",
        _ => "",
    };
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    (item.code.clone(), text(&item.value), text(&item.unit), absent)
}

fn of_view(checkup: &Checkup) -> Key {
    let mut items: Vec<_> = checkup.items.iter().map(item_of_view).collect();
    items.sort_unstable();
    (checkup.exam_date.clone(), checkup.program.clone(), items)
}

fn item_of_view(item: &Item) -> ItemKey {
    let absent = match item.absent.as_deref() {
        Some("not-done") => "not-done",
        Some("unmeasurable") => "unmeasurable",
        Some(_) => "other",
        None => "",
    };
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    (item.code.clone(), text(&item.value), text(&item.unit), absent)
}
