//! The check of records: a right record passes, and whatever is changed in it is caught.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

#[path = "region/tree.rs"]
mod tree;

use serde_json::{Value, json};
use tomoshibi_simulations::demo::check::{Fault, check};
use tomoshibi_simulations::demo::plan::Expected;
use tomoshibi_simulations::region::truth::{self, MedicationLine, TruthItem, TruthPerson};
use tree::Tree;

fn people() -> Vec<TruthPerson> {
    truth::read(&Tree::shared().path("truth.jsonl")).unwrap().map(Result::unwrap).collect()
}

/// Somebody with dangerous lines, other lines, and a checkup.
fn rich(people: &[TruthPerson]) -> &TruthPerson {
    let is_rich = |person: &&TruthPerson| {
        let dangerous = person.medications.iter().filter(|line| line.danger.is_some()).count();
        person.withdrawn.is_none()
            && dangerous > 0
            && person.medications.len() > dangerous
            && !person.checkups.is_empty()
    };
    people.iter().find(is_rich).unwrap()
}

fn expected(person: &TruthPerson) -> Expected {
    Expected::Shown {
        person: person.person.clone(),
        categories: vec!["eligibility", "medication", "checkup"],
        identity_confirmed: true,
        basis: "oral",
    }
}

fn group(line: &MedicationLine) -> String {
    match serde_json::to_value(line.danger).unwrap() {
        Value::String(danger) => format!("danger-{danger}"),
        _ if line.drug_name.is_empty() => "danger-unknown".into(),
        _ => "older".into(),
    }
}

fn item(item: &TruthItem) -> Value {
    let absent = match (item.not_done, item.unmeasurable) {
        (true, _) => Some("not-done"),
        (_, true) => Some("unmeasurable"),
        _ => None,
    };
    json!({"code": item.code, "value": item.value, "unit": item.unit, "absent": absent})
}

/// The record that a node without faults shows.
fn record(person: &TruthPerson) -> Value {
    let mut lines: Vec<_> = person.medications.iter().collect();
    lines.sort_by_key(|line| !group(line).starts_with("danger-"));
    let mut classes: Vec<String> = lines.iter().map(|line| group(line)).collect();
    classes.retain(|class| class.starts_with("danger-"));
    classes.sort();
    classes.dedup();
    let first = classes.iter().map(|class| {
        let places = (0..lines.len()).filter(|at| group(lines[*at]) == *class);
        json!({"class": class, "lines": places.collect::<Vec<_>>()})
    });
    let empty = json!({"class": "danger-lithium", "lines": [], "empty": {"id": "none-in-claims"}});
    let says =
        |tag: &str| if person.expected_danger.iter().any(|t| t == tag) { "yes" } else { "no" };
    let history = json!([
        {"question": "history-stroke", "answer": says("past_stroke")},
        {"question": "history-heart", "answer": says("past_heart")},
        {"question": "history-kidney", "answer": says("kidney_failure")},
    ]);
    let mut checkups: Vec<_> = person.checkups.iter().collect();
    checkups.sort_by_key(|checkup| std::cmp::Reverse(checkup.exam_date));
    json!({
        "drill": true, "identity_confirmed": true, "basis": "oral",
        "statements": [{"id": "drill"}],
        "subject": {
            "names": [{"name_use": "registered", "written": person.registered_name}],
            "sex": person.registered_sex,
            "birth_date": person.birth_date.trim_end_matches("-00"),
        },
        "eligibility": person.coverages.iter().map(|row| json!({
            "insurer_number": format!("{:0>8}", row.insurer_number), "symbol": row.symbol,
            "number": row.number, "branch": row.branch, "from": row.from, "until": row.to,
        })).collect::<Vec<_>>(),
        "medication": {
            "first": first.chain([empty]).collect::<Vec<_>>(),
            "lines": lines.iter().map(|line| json!({
                "drug_code": line.drug_code, "group": group(line),
                "class": if line.class == "takehome" { "take-home" } else { "administered" },
                "dispensed": line.date.map_or(line.treatment_month.to_string(), |d| d.to_string()),
                "prescribed": line.prescribed, "amount": line.amount, "times": line.times,
                "month": line.treatment_month.to_string(), "source": line.kind,
            })).collect::<Vec<_>>(),
        },
        "checkups": {"checkups": checkups.iter().map(|checkup| json!({
            "exam_date": checkup.exam_date,
            "program": if checkup.program == "010" { "specific" } else { "late-elderly" },
            "history": history,
            "items": checkup.items.iter().map(item).collect::<Vec<_>>(),
        })).collect::<Vec<_>>()},
    })
}

#[test]
fn a_right_record_passes_for_everybody() {
    let people = people();
    for person in people.iter().filter(|person| person.withdrawn.is_none()).take(800) {
        assert_eq!(check(&record(person), person, &expected(person)), [], "{}", person.person);
    }
}

/// A change of a record, and the fault it must be.
type Change = (&'static str, Box<dyn Fn(&mut Value)>, Fault);

fn rows(of: &'static str, missing: usize, extra: usize) -> Fault {
    Fault::Rows { of, missing, extra }
}

fn set(what: &'static str, at: &str, value: Value, fault: Fault) -> Change {
    let at = at.to_owned();
    let change = move |record: &mut Value| *record.pointer_mut(&at).unwrap() = value.clone();
    (what, Box::new(change), fault)
}

fn of_list(
    what: &'static str,
    at: &'static str,
    change: impl Fn(&mut Vec<Value>) + 'static,
    fault: Fault,
) -> Change {
    let change = move |record: &mut Value| {
        change(record.pointer_mut(at).unwrap().as_array_mut().unwrap());
    };
    (what, Box::new(change), fault)
}

const LINES: &str = "/medication/lines";

fn changes_of_lines(last: usize) -> Vec<Change> {
    let line = |what, member: &str, value| {
        set(what, &format!("{LINES}/{last}/{member}"), value, rows("medication", 1, 1))
    };
    let on_top = Fault::NotFirst("dangerous lines");
    let in_row = Fault::NotFirst("rows of dangerous lines");
    vec![
        of_list("a line is missing", LINES, |l| drop(l.pop()), rows("medication", 1, 0)),
        of_list("a line twice", LINES, move |l| l.push(l[last].clone()), rows("medication", 0, 1)),
        line("another amount", "amount", json!("77")),
        line("another drug", "drug_code", json!("1")),
        line("another count", "times", json!(999)),
        line("another day", "dispensed", json!("1999-01-01")),
        of_list("a danger stands last", LINES, |lines| lines.reverse(), on_top),
        of_list("a danger without its row", "/medication/first", |f| drop(f.remove(0)), in_row),
    ]
}

fn changes_of_the_rest() -> Vec<Change> {
    let (name, birth) = (Fault::OtherPerson("name"), Fault::OtherPerson("birth date"));
    let checkups = "/checkups/checkups";
    let item = "/checkups/checkups/0/items/0/value";
    let coverage = || rows("coverages", 1, 1);
    let absent = Fault::Absent("medication");
    vec![
        set("another name", "/subject/names/0/written", json!("誰か"), name),
        set("another birth", "/subject/birth_date", json!("1900-01-01"), birth),
        set("another insurer", "/eligibility/0/insurer_number", json!("6999999"), coverage()),
        set("another end", "/eligibility/0/until", json!("1999-01-01"), coverage()),
        set("an item's value", item, json!("other"), rows("checkups", 1, 1)),
        of_list("a checkup is missing", checkups, |c| drop(c.remove(0)), rows("checkups", 1, 0)),
        set("no drill mark", "/drill", json!(false), Fault::Head("drill")),
        set("identity", "/identity_confirmed", json!(false), Fault::Head("identity")),
        set("basis", "/basis", json!("written"), Fault::Head("basis")),
        set("no medication", "/medication", Value::Null, absent),
        set("no record", "", json!({}), Fault::Shape),
    ]
}

#[test]
fn whatever_is_changed_is_caught() {
    let people = people();
    let person = rich(&people);
    let lines = changes_of_lines(person.medications.len() - 1);
    for (what, change, fault) in lines.into_iter().chain(changes_of_the_rest()) {
        let mut changed = record(person);
        change(&mut changed);
        let faults = check(&changed, person, &expected(person));
        assert!(faults.contains(&fault), "{what}: {faults:?}");
    }
}

#[test]
fn somebody_elses_record_is_caught_in_every_part() {
    let people = people();
    let person = rich(&people);
    let other = people.iter().find(|other| {
        other.person != person.person && other.checkups.len() == person.checkups.len()
    });
    let faults = check(&record(other.unwrap()), person, &expected(person));
    assert!(faults.contains(&Fault::OtherPerson("name")));
    assert!(faults.len() >= 4, "{faults:?}");
}

#[test]
fn a_category_without_a_permit_is_caught() {
    let people = people();
    let person = rich(&people);
    let only = Expected::Shown {
        person: person.person.clone(),
        categories: vec!["eligibility"],
        identity_confirmed: true,
        basis: "oral",
    };
    let faults = check(&record(person), person, &only);
    assert_eq!(faults, [Fault::NotPermitted("medication"), Fault::NotPermitted("checkup")]);
}
