//! What is shown first, because it can kill.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;
use tomoshibi_policies::danger::{
    DangerClass, FirstItem, Group, History, HistoryAnswer, Ranked, classify, first_rows,
    high_risk_rows, history, rank,
};
use tomoshibi_policies::record::{
    Checkup, CheckupItem, CheckupProgram, CheckupValue, Drug, DrugCode, DrugForm, FacilityCode,
    InsurerNumber, ItemCode, LineClass, MedicationLine, PersonId, Quantity, Receipt, ReceiptKey,
    ReceiptKind, ReceiptType, SourceOrder, Usage,
};
use tomoshibi_policies::time::{JstDate, PartialDate, YearMonth};
use tomoshibi_policies::wording::Statement;

fn drug(code: u32, price_list_code: &str) -> Drug {
    Drug {
        code: DrugCode::from_number(600_000_000 + code).unwrap(),
        name: "見本".into(),
        unit: "錠".into(),
        price_list_code: price_list_code.into(),
        ingredient: String::new(),
        form: DrugForm::Internal,
        controlled: false,
        pseudo: false,
        ended: None,
    }
}

#[test]
fn every_row_of_the_danger_table_is_classed_as_it_says() {
    let table = include_str!("../testdata/danger.csv");
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(table.as_bytes());
    let mut seen = BTreeSet::new();
    for row in reader.deserialize() {
        let (code, name, class): (String, String, String) = row.unwrap();
        let found = classify(Some(&drug(1, &code)));
        assert_eq!(found.map_or("", DangerClass::as_str), class, "{code} {name}");
        seen.extend(found);
    }
    assert_eq!(seen, DangerClass::ALL.into(), "every class has a row");
}

#[test]
fn a_drug_the_master_lacks_is_dangerous_and_a_pseudo_item_is_not() {
    assert_eq!(classify(None), Some(DangerClass::Unknown));
    assert_eq!(classify(Some(&Drug { pseudo: true, ..drug(1, "") })), None);
}

/// Drugs 1 to 4 of a small master; 5 and above are not in it.
fn master() -> BTreeMap<DrugCode, Drug> {
    let drugs = [
        drug(1, "333200100000"),
        drug(2, "245600100000"),
        drug(3, "217102200000"),
        drug(4, "399900000000"),
    ];
    drugs.into_iter().map(|d| (d.code, d)).collect()
}

/// A receipt of one month with `drugs`, dispensed on the days given.
fn receipt(number: u64, month: &str, drugs: &[(u32, u32)]) -> Receipt {
    let month = YearMonth::parse(month).unwrap();
    let line = |(code, day): &(u32, u32)| MedicationLine {
        drug: DrugCode::from_number(600_000_000 + code).unwrap(),
        amount: Quantity::parse("1").unwrap(),
        times: 14,
        class: LineClass::TakeHome,
        treatment_class: 0,
        form: 1,
        dispensed: month.day(*day).map_or(PartialDate::Month(month), PartialDate::Day),
        prescribed: None,
        usage: Usage::default(),
    };
    Receipt {
        person: PersonId::from_bytes([1; 16]),
        key: ReceiptKey {
            facility: FacilityCode::from_number(1_740_000_000 + number).unwrap(),
            month,
            kind: ReceiptKind::Pharmacy,
            re_type: ReceiptType(4112),
            prescriber: None,
        },
        order: SourceOrder { accepted: JstDate::from_days(20_000), sequence: number },
        outside_prescriptions: Vec::new(),
        lines: drugs.iter().map(line).collect(),
    }
}

fn claims_to() -> YearMonth {
    YearMonth::parse("2026-10").unwrap()
}

fn codes(ranked: &[Ranked<'_>]) -> Vec<(u32, String)> {
    ranked
        .iter()
        .map(|r| (r.line.drug.number() - 600_000_000, r.line.dispensed.to_string()))
        .collect()
}

#[test]
fn danger_comes_first_then_recent_then_older_each_newest_first() {
    let receipts = [
        receipt(1, "2026-10", &[(3, 2), (2, 2), (3, 20)]),
        receipt(2, "2026-08", &[(3, 31), (1, 5), (9, 5)]),
        receipt(3, "2026-07", &[(3, 30), (1, 30), (1, 31), (8, 1)]),
    ];
    let master = master();
    let ranked = rank(&receipts, |code| master.get(&code), claims_to());
    let wanted = [
        (9, "2026-08-05"),
        (1, "2026-08-05"),
        (2, "2026-10-02"),
        (8, "2026-07-01"),
        (1, "2026-07-31"),
        (1, "2026-07-30"),
        (3, "2026-10-20"),
        (3, "2026-10-02"),
        (3, "2026-08-31"),
        (3, "2026-07-30"),
    ];
    assert_eq!(codes(&ranked), wanted.map(|(code, day)| (code, day.to_owned())));
    let groups: Vec<_> = ranked.iter().map(|r| r.group).collect();
    assert_eq!(groups.last(), Some(&Group::Older));
    assert_eq!(groups.first(), Some(&Group::Danger(DangerClass::Unknown)));
    assert!(ranked.first().unwrap().drug.is_none(), "shown by its code");
}

#[test]
fn a_line_without_a_day_is_not_pushed_below_its_month() {
    let receipts = [receipt(1, "2026-10", &[(3, 30), (3, 99)])];
    let master = master();
    let ranked = rank(&receipts, |code| master.get(&code), claims_to());
    assert_eq!(codes(&ranked), [(3, "2026-10".into()), (3, "2026-10-30".into())]);
}

fn empty_rows(receipts: &[Receipt]) -> BTreeMap<DangerClass, Option<Statement>> {
    let master = master();
    let ranked = rank(receipts, |code| master.get(&code), claims_to());
    high_risk_rows(&ranked, claims_to()).into_iter().map(|row| (row.class, row.empty)).collect()
}

#[test]
fn an_empty_class_says_none_in_claims_to_and_never_none() {
    let rows = empty_rows(&[receipt(1, "2026-10", &[(1, 2)])]);
    assert_eq!(rows.len(), DangerClass::ALL.len() - 2, "no row for doubts that do not exist");
    for (class, empty) in rows {
        let none = Statement::NoneInClaimsTo(claims_to());
        assert_eq!(empty, (class != DangerClass::Anticoagulant).then_some(none), "{class:?}");
    }
}

#[test]
fn a_drug_of_unknown_class_puts_every_empty_row_in_doubt() {
    let rows = empty_rows(&[receipt(1, "2026-10", &[(3, 2), (9, 2)])]);
    assert_eq!(rows.get(&DangerClass::Unknown), Some(&None));
    let doubt = Statement::NoneRecognisedInClaimsTo(claims_to());
    assert_eq!(rows.get(&DangerClass::Insulin), Some(&Some(doubt.clone())));

    let rows = empty_rows(&[receipt(1, "2026-10", &[(4, 2)])]);
    assert_eq!(rows.get(&DangerClass::Immunosuppressant), Some(&Some(doubt)));
    let none = Statement::NoneInClaimsTo(claims_to());
    assert_eq!(rows.get(&DangerClass::Insulin), Some(&Some(none)));
    assert_eq!(rows.get(&DangerClass::PossibleImmunosuppressant), Some(&None));
}

fn item(code: &str, value: CheckupValue) -> CheckupItem {
    let code = ItemCode::parse(code).unwrap();
    CheckupItem { code, value, interpretation: None, reference: None }
}

fn coded(code: &str, answer: &str, list: u32) -> CheckupItem {
    item(code, CheckupValue::Coded { code: answer.into(), list })
}

fn checkup(items: Vec<CheckupItem>) -> Checkup {
    Checkup {
        person: PersonId::from_bytes([1; 16]),
        exam_date: JstDate::parse("2026-06-12").unwrap(),
        program: CheckupProgram::Specific,
        insurer: InsurerNumber::parse("170993").unwrap(),
        order: SourceOrder { accepted: JstDate::from_days(20_000), sequence: 1 },
        items,
    }
}

const STROKE: &str = "9N716000000000011";
const HEART: &str = "9N721000000000011";
const KIDNEY: &str = "9N726000000000011";

#[test]
fn history_is_decoded_by_its_list_and_never_by_the_item() {
    for (answer, list, wanted) in [
        ("1", 2003, HistoryAnswer::Yes),
        ("2", 2003, HistoryAnswer::No),
        ("0", 2008, HistoryAnswer::Yes),
        ("1", 2008, HistoryAnswer::No),
        ("1", 2100, HistoryAnswer::Unreadable),
        ("1", 9999, HistoryAnswer::Unreadable),
        ("3", 2003, HistoryAnswer::Unreadable),
    ] {
        for (question, code) in
            [(History::Stroke, STROKE), (History::Heart, HEART), (History::Kidney, KIDNEY)]
        {
            let found = history(&checkup(vec![coded(code, answer, list)]), question);
            assert_eq!(found, wanted, "{question:?} {answer} of {list}");
        }
    }
    assert!(HistoryAnswer::Yes.is_danger() && HistoryAnswer::Unreadable.is_danger());
    assert!(!HistoryAnswer::No.is_danger() && !HistoryAnswer::NotAsked.is_danger());
}

#[test]
fn a_question_that_was_not_put_is_no_no() {
    let late_elderly = checkup(vec![coded("9N932000000000011", "1", 19_010)]);
    assert_eq!(history(&late_elderly, History::Stroke), HistoryAnswer::NotAsked);
    for value in [CheckupValue::NotDone, CheckupValue::Unmeasurable] {
        let skipped = checkup(vec![item(STROKE, value)]);
        assert_eq!(history(&skipped, History::Stroke), HistoryAnswer::NotAnswered);
    }
    let text = checkup(vec![item(STROKE, CheckupValue::Text("脳出血".into()))]);
    assert_eq!(history(&text, History::Stroke), HistoryAnswer::Unreadable);
    let heart_only = checkup(vec![coded(HEART, "1", 2003)]);
    assert_eq!(history(&heart_only, History::Kidney), HistoryAnswer::NotAsked);
}

#[test]
fn of_two_answers_the_graver_counts() {
    let both = checkup(vec![coded(STROKE, "2", 2003), coded(STROKE, "1", 2003)]);
    assert_eq!(history(&both, History::Stroke), HistoryAnswer::Yes);
}

#[test]
fn first_items_are_found_by_test_and_not_by_method_or_family() {
    let quantity = |code| item(code, CheckupValue::Quantity { value: "1".into(), unit: "".into() });
    for (wanted, codes) in [
        (FirstItem::Systolic, &["9A755000000000001", "9A751000000000001", "9A752000000000001"][..]),
        (FirstItem::Diastolic, &["9A765000000000001", "9A761000000000001", "9A762000000000001"]),
        (FirstItem::Hba1c, &["3D046000001906202", "3D046000001920402", "3D046000001999902"]),
        (FirstItem::Creatinine, &["3C015000002327101", "3C015000002399901"]),
        (FirstItem::Egfr, &["8A065000002391901"]),
        (FirstItem::Haemoglobin, &["2A030000001930101"]),
        (FirstItem::Ecg, &["9A110160700000011", "9A110160800000049"]),
        (FirstItem::PressureDrug, &["9N701000000000011"]),
        (FirstItem::SugarDrug, &["9N706000000000011"]),
        (FirstItem::LipidDrug, &["9N711000000000011"]),
        (FirstItem::Stroke, &[STROKE]),
        (FirstItem::Heart, &[HEART]),
        (FirstItem::Kidney, &[KIDNEY]),
    ] {
        for code in codes {
            let checkup = checkup(vec![quantity(code)]);
            for row in first_rows(&checkup) {
                assert_eq!(!row.found.is_empty(), row.item == wanted, "{code} {:?}", row.item);
            }
        }
    }
    // JDS HbA1c, the subject of creatinine, insurer's re-check, subject and reason of the ECG.
    for code in [
        "3D045000001906202",
        "3C015161602399911",
        "9N702167200000049",
        "9A110161600000011",
        "9A110161000000049",
        "9N001000000000001",
    ] {
        let checkup = checkup(vec![quantity(code)]);
        assert!(first_rows(&checkup).iter().all(|row| row.found.is_empty()), "{code}");
    }
    assert_eq!(
        first_rows(&checkup(Vec::new())).len(),
        FirstItem::ALL.len(),
        "empty rows are shown"
    );
}

/// Number of the facility, month, drugs with their days.
type Part = (u64, u32, Vec<(u32, u32)>);

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_line_is_lost_and_danger_never_stands_below(
        parts in vec((0u64..4, 6u32..=10, vec((1u32..7, 1u32..40), 0..4)), 0..5)
            .prop_flat_map(|parts| (Just(parts.clone()), Just(parts).prop_shuffle())),
    ) {
        let build = |parts: &[Part]| -> Vec<Receipt> {
            let numbered = parts.iter();
            numbered.map(|(n, month, drugs)| receipt(*n, &format!("2026-{month:02}"), drugs)).collect()
        };
        let (first, second) = (build(&parts.0), build(&parts.1));
        let master = master();
        let ranked = rank(&first, |code| master.get(&code), claims_to());
        prop_assert_eq!(ranked.len(), first.iter().map(|r| r.lines.len()).sum::<usize>());
        let groups: Vec<_> = ranked.iter().map(|r| match r.group {
            Group::Danger(_) => 0,
            Group::Recent => 1,
            Group::Older => 2,
        }).collect();
        prop_assert!(groups.is_sorted());
        let again = rank(&second, |code| master.get(&code), claims_to());
        prop_assert_eq!(codes(&ranked), codes(&again));
    }
}
