//! The rules of domain 4.5, one table row each.

use super::*;
use crate::central::ingest::uke::record::Records;

/// A drug record: class, code, amount, points, times, and `day:count` pairs.
fn iy(
    class: &str,
    code: u32,
    amount: &str,
    points: &str,
    times: &str,
    days: &[(u32, u32)],
) -> String {
    row("IY", class, &code.to_string(), amount, points, times, days)
}

fn row(
    id: &str,
    class: &str,
    code: &str,
    amount: &str,
    points: &str,
    times: &str,
    days: &[(u32, u32)],
) -> String {
    let mut columns = vec![String::new(); 44];
    for (index, text) in
        [(0, id), (1, class), (2, "1"), (3, code), (4, amount), (5, points), (6, times)]
    {
        columns[index] = text.to_owned();
    }
    for (day, count) in days {
        columns[12 + *day as usize] = count.to_string();
    }
    columns.join(",")
}

fn co(class: &str, text: &str) -> String {
    format!("CO,{class},1,810000001,{text}")
}

fn read(rows: &[String], pseudo: &PseudoItems) -> Result<Drugs, SetAside> {
    read_as(Layout::Medical, rows, pseudo)
}

fn read_as(layout: Layout, rows: &[String], pseudo: &PseudoItems) -> Result<Drugs, SetAside> {
    let text = rows.join("\r\n");
    let (bytes, _, _) = encoding_rs::SHIFT_JIS.encode(&text);
    let mut groups = DrugGroups::new(layout, YearMonth::parse("202609").unwrap(), pseudo);
    for record in Records::new(&bytes) {
        groups.take(&record)?;
    }
    groups.finish()
}

fn lines(rows: &[String]) -> Vec<String> {
    read(rows, &PseudoItems::new()).unwrap().lines.iter().map(shown).collect()
}

fn shown(line: &MedicationLine) -> String {
    let class = match line.class {
        LineClass::TakeHome => "home",
        LineClass::Administered => "given",
    };
    let usage = &line.usage.text;
    format!("{} {}x{} {} {class} {usage}", line.drug, line.amount, line.times, line.dispensed)
}

const DRUG: u32 = 610_406_079;

#[test]
fn a_blank_class_is_that_of_the_record_before() {
    let rows = [co("22", "疼痛時"), iy("", DRUG, "1", "1", "2", &[(1, 2)])];
    assert_eq!(lines(&rows), ["610406079 1x2 2026-09-01 home 疼痛時"]);
    // The class goes on over a closed group: the drugs after an injection's act are injected.
    let rows = [
        row("SI", "31", "130000510", "", "20", "1", &[(12, 1)]),
        iy("", DRUG, "1", "168", "1", &[(12, 1)]),
    ];
    assert_eq!(lines(&rows), ["610406079 1x1 2026-09-12 given "]);
    // No record before it names one: the claim cannot be read truthfully.
    let error = read(&[iy("", DRUG, "1", "1", "1", &[])], &PseudoItems::new()).err().unwrap();
    assert_eq!((error.reason, error.column), (RejectReason::TreatmentClassMissing, Some(1)));
}

#[test]
fn usage_is_the_comment_before_the_drug_in_its_group() {
    let closed = [
        co("21", "毎食後"),
        iy("", DRUG, "3", "10", "7", &[(4, 7)]),
        co("99", "他院より継続"),
        iy("21", DRUG + 1, "1", "5", "7", &[(4, 7)]),
    ];
    assert_eq!(
        lines(&closed),
        ["610406079 3x7 2026-09-04 home 毎食後", "610406080 1x7 2026-09-04 home "]
    );
}

#[test]
fn a_drug_before_the_comment_does_not_get_it() {
    let rows = [
        iy("21", DRUG, "3", "", "7", &[(4, 7)]),
        co("", "就寝前"),
        iy("", DRUG + 1, "1", "10", "7", &[(4, 7)]),
    ];
    assert_eq!(
        lines(&rows),
        ["610406079 3x7 2026-09-04 home ", "610406080 1x7 2026-09-04 home 就寝前"]
    );
}

#[test]
fn several_comments_are_one_usage() {
    let rows = [
        co("23", "１日１回朝"),
        co("", "１４日処方分"),
        co("", ""),
        iy("", DRUG, "70", "120", "1", &[(7, 1)]),
    ];
    assert_eq!(lines(&rows), ["610406079 70x1 2026-09-07 home １日１回朝　１４日処方分"]);
}

#[test]
fn points_and_times_of_the_last_record_are_the_groups() {
    let rows = [iy("21", DRUG, "3", "", "", &[]), iy("", DRUG + 1, "2", "10", "14", &[(4, 14)])];
    assert_eq!(
        lines(&rows),
        ["610406079 3x14 2026-09-04 home ", "610406080 2x14 2026-09-04 home "]
    );
    // A material or an act may close it too.
    let rows = [
        iy("40", DRUG, "3", "", "", &[]),
        row("SI", "", "140000610", "", "52", "2", &[(5, 1), (6, 1)]),
    ];
    assert_eq!(
        lines(&rows),
        ["610406079 3x1 2026-09-05 given ", "610406079 3x1 2026-09-06 given "]
    );
}

#[test]
fn only_home_care_oral_as_needed_and_external_are_taken_home() {
    for class in 11..=97_u8 {
        let rows = [iy(&class.to_string(), DRUG, "1", "1", "1", &[(1, 1)])];
        let home = lines(&rows)[0].contains(" home ");
        assert_eq!(home, matches!(class, 14 | 21 | 22 | 23), "{class}");
    }
}

#[test]
fn each_day_is_a_line_with_its_count() {
    let rows = [iy("21", DRUG, "3", "10", "14", &[(4, 7), (18, 7)])];
    assert_eq!(lines(&rows), ["610406079 3x7 2026-09-04 home ", "610406079 3x7 2026-09-18 home "]);
    let rows = [iy("21", DRUG, "3", "10", "14", &[])];
    assert_eq!(lines(&rows), ["610406079 3x14 2026-09 home "]);
}

#[test]
fn days_that_do_not_add_up_to_the_times_are_warned_of() {
    let drugs = read(&[iy("21", DRUG, "3", "10", "14", &[(4, 7)])], &PseudoItems::new()).unwrap();
    assert_eq!(drugs.warnings, [Noticed { line: 1, warning: Warning::DaySumDiffers }]);
    assert_eq!(drugs.lines[0].times, 7);
    let drugs = read(&[iy("21", DRUG, "3", "10", "7", &[(4, 7)])], &PseudoItems::new()).unwrap();
    assert!(drugs.warnings.is_empty());
}

#[test]
fn pseudo_items_and_codes_that_are_no_drugs_are_dropped() {
    let pseudo = PseudoItems::from([630_010_002]);
    let rows = [
        // The pseudo item has no amount, and that is not an error.
        iy("21", 630_010_002, "", "", "1", &[]),
        row("IY", "", "710010001", "1", "", "1", &[]),
        iy("", DRUG, "3", "10", "7", &[(4, 7)]),
    ];
    let drugs = read(&rows, &pseudo).unwrap();
    assert_eq!(drugs.lines.len(), 1);
}

#[test]
fn an_outside_prescription_is_a_day_not_a_drug() {
    let rows = [row("SI", "80", OUTSIDE_PRESCRIPTION, "", "68", "2", &[(13, 1), (20, 1)])];
    let drugs = read(&rows, &PseudoItems::new()).unwrap();
    let days: Vec<_> = drugs.outside.iter().map(ToString::to_string).collect();
    assert_eq!(days, ["2026-09-13", "2026-09-20"]);
    let rows = [row("SI", "80", OUTSIDE_PRESCRIPTION, "", "68", "1", &[])];
    let drugs = read(&rows, &PseudoItems::new()).unwrap();
    assert_eq!(drugs.warnings[0].warning, Warning::OutsidePrescriptionWithoutDay);
}

#[test]
fn dental_days_stand_elsewhere() {
    let mut columns = vec![String::new(); 39];
    for (index, text) in
        [(0, "IY"), (1, "21"), (3, "610406079"), (4, "3"), (5, "9"), (6, "3"), (7, "1"), (11, "3")]
    {
        columns[index] = text.to_owned();
    }
    let rows = ["SS,11,1,309000110".to_owned(), columns.join(",")];
    let drugs = read_as(Layout::Dental, &rows, &PseudoItems::new()).unwrap();
    assert_eq!(
        drugs.lines.iter().map(shown).collect::<Vec<_>>(),
        ["610406079 3x3 2026-09-04 home "]
    );
}

#[test]
fn a_wrong_row_sets_the_claim_aside_and_names_the_column() {
    for (rows, reason, column) in [
        (vec![iy("21", DRUG, "", "1", "1", &[])], RejectReason::BadQuantity, Some(4)),
        (vec![iy("21", DRUG, "-1", "1", "1", &[])], RejectReason::BadQuantity, Some(4)),
        (vec![iy("21", 61_040, "1", "1", "1", &[])], RejectReason::BadDrugCode, Some(3)),
        (vec![iy("21", DRUG, "1", "1", "x", &[])], RejectReason::BadCount, Some(6)),
        (vec![iy("21", DRUG, "1", "1", "1", &[(31, 1)])], RejectReason::BadDay, Some(43)),
        (vec![iy("21", DRUG, "1", "1", "", &[])], RejectReason::GroupWithoutTimes, Some(6)),
        (vec![iy("21", DRUG, "1", "1", "0", &[])], RejectReason::GroupWithoutTimes, Some(6)),
        (vec![iy("999", DRUG, "1", "1", "1", &[])], RejectReason::BadCode, Some(1)),
        (vec!["IY,21,1".to_owned()], RejectReason::RowTooShort, None),
    ] {
        let error = read(&rows, &PseudoItems::new()).err().unwrap();
        assert_eq!((error.reason, error.column), (reason, column));
    }
}
