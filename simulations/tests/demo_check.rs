//! The check of records: a right record passes, and whatever is changed in it is caught.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

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

#[test]
fn whatever_is_changed_is_caught() {
    let people = people();
    let person = rich(&people);
    let rows = |of, missing, extra| Fault::Rows { of, missing, extra };
    let of_array = |record: &mut Value, at: &str, change: &dyn Fn(&mut Vec<Value>)| {
        change(record.pointer_mut(at).unwrap().as_array_mut().unwrap());
    };
    let lines = "/medication/lines";
    let last = person.medications.len() - 1;
    type Change<'a> = Box<dyn Fn(&mut Value) + 'a>;
    let set = |at: String, value: Value| -> Change<'_> {
        Box::new(move |record| *record.pointer_mut(&at).unwrap() = value.clone())
    };
    let cases: Vec<(&str, Change<'_>, Fault)> = vec![
        (
            "a line is missing",
            Box::new(|record| of_array(record, lines, &|rows| drop(rows.pop()))),
            rows("medication", 1, 0),
        ),
        (
            "a line is there twice",
            Box::new(|record| of_array(record, lines, &|rows| rows.push(rows[last].clone()))),
            rows("medication", 0, 1),
        ),
        (
            "another amount",
            set(format!("{lines}/{last}/amount"), json!("77")),
            rows("medication", 1, 1),
        ),
        (
            "another drug",
            set(format!("{lines}/{last}/drug_code"), json!("1")),
            rows("medication", 1, 1),
        ),
        (
            "another count",
            set(format!("{lines}/{last}/times"), json!(999)),
            rows("medication", 1, 1),
        ),
        (
            "another day",
            set(format!("{lines}/{last}/dispensed"), json!("1999-01-01")),
            rows("medication", 1, 1),
        ),
        (
            "another name",
            set("/subject/names/0/written".into(), json!("誰か")),
            Fault::OtherPerson("name"),
        ),
        (
            "another birth",
            set("/subject/birth_date".into(), json!("1900-01-01")),
            Fault::OtherPerson("birth date"),
        ),
        (
            "another insurer",
            set("/eligibility/0/insurer_number".into(), json!("6999999")),
            rows("coverages", 1, 1),
        ),
        (
            "another end",
            set("/eligibility/0/until".into(), json!("1999-01-01")),
            rows("coverages", 1, 1),
        ),
        (
            "an item's value",
            set("/checkups/checkups/0/items/0/value".into(), json!("1")),
            rows("checkups", 1, 1),
        ),
        (
            "a checkup is missing",
            Box::new(|record| of_array(record, "/checkups/checkups", &|rows| drop(rows.remove(0)))),
            rows("checkups", 1, 0),
        ),
        (
            "a danger stands last",
            Box::new(|record| of_array(record, lines, &|rows| rows.reverse())),
            Fault::NotFirst("dangerous lines"),
        ),
        (
            "a danger without its row",
            Box::new(|record| of_array(record, "/medication/first", &|rows| drop(rows.remove(0)))),
            Fault::NotFirst("rows of dangerous lines"),
        ),
        ("no drill mark", set("/drill".into(), json!(false)), Fault::Head("drill")),
        ("identity", set("/identity_confirmed".into(), json!(false)), Fault::Head("identity")),
        ("basis", set("/basis".into(), json!("written")), Fault::Head("basis")),
        ("no medication", set("/medication".into(), Value::Null), Fault::Absent("medication")),
        ("no record", Box::new(|record| *record = json!({})), Fault::Shape),
    ];
    for (what, change, fault) in cases {
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
    let Expected::Shown { person: id, basis, .. } = expected(person) else { panic!() };
    let only = Expected::Shown {
        person: id,
        categories: vec!["eligibility"],
        identity_confirmed: true,
        basis,
    };
    let faults = check(&record(person), person, &only);
    assert_eq!(faults, [Fault::NotPermitted("medication"), Fault::NotPermitted("checkup")]);
}
