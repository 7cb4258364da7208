use tomoshibi_policies::record::DrugForm;

use super::*;

fn drug_row(set: &[(usize, &str)]) -> String {
    let mut columns = vec![String::new(); 42];
    let whole = [
        (1, "0"),
        (2, "Y"),
        (3, "610406079"),
        (5, "ガスター散２％"),
        (10, "ｇ"),
        (11, "1"),
        (14, "0"),
        (28, "1"),
        (30, "20260401"),
        (31, "99999999"),
        (32, "2325003B2029"),
        (35, "ファモチジン散"),
        (38, "【般】ファモチジン散２％"),
    ];
    for (number, text) in whole.iter().chain(set) {
        columns[number - 1] = format!("\"{text}\"");
    }
    columns.join(",")
}

fn drugs(rows: &[String]) -> Master {
    let text = rows.join("\r\n");
    let (bytes, _, lossy) = encoding_rs::SHIFT_JIS.encode(&text);
    assert!(!lossy);
    read(MasterKind::Drugs, &bytes).unwrap()
}

fn drug(set: &[(usize, &str)]) -> Drug {
    match &drugs(&[drug_row(set)]).records[..] {
        [MasterRecord::Drug(drug)] => drug.clone(),
        _ => panic!("one drug"),
    }
}

#[test]
fn a_drug_row_is_read_by_column() {
    let drug = drug(&[]);
    assert_eq!(
        (drug.code.number(), drug.name.as_str(), drug.unit.as_str()),
        (610_406_079, "ガスター散２％", "ｇ")
    );
    assert_eq!(
        (drug.price_list_code.as_str(), drug.ingredient.as_str()),
        ("2325003B2029", "【般】ファモチジン散２％")
    );
    assert_eq!(
        (drug.form, drug.controlled, drug.pseudo, drug.ended),
        (DrugForm::Internal, false, false, None)
    );
}

#[test]
fn marks_and_ends_are_read() {
    assert!(drug(&[(14, "1")]).controlled);
    assert!(drug(&[(11, "7")]).pseudo);
    assert_eq!(drug(&[(38, "")]).ingredient, "ファモチジン散");
    for (code, form) in [
        ("4", DrugForm::Injection),
        ("6", DrugForm::External),
        ("8", DrugForm::Dental),
        ("3", DrugForm::Other),
    ] {
        assert_eq!(drug(&[(28, code)]).form, form);
    }
}

#[test]
fn a_deleted_drug_is_kept_with_the_day_it_ended() {
    assert_eq!(drug(&[(1, "1"), (31, "20260331")]).ended.unwrap().to_string(), "2026-04-01");
    assert_eq!(drug(&[(1, "1")]).ended.unwrap().to_string(), "2026-04-01");
    assert_eq!(drug(&[(1, "9"), (30, "")]).ended, None);
}

#[test]
fn a_wrong_row_is_set_aside_and_the_rest_stays() {
    let short = drug_row(&[]).rsplit_once(',').unwrap().0.to_owned();
    let long = drug_row(&[]) + ",";
    for (row, reason, column) in [
        (short, RejectReason::RowTooShort, None),
        (long, RejectReason::RowTooLong, None),
        (drug_row(&[(3, "120002910")]), RejectReason::BadDrugCode, Some(2)),
        (drug_row(&[(5, "")]), RejectReason::BadText, Some(4)),
        (drug_row(&[(31, "20260231")]), RejectReason::BadDate, Some(30)),
    ] {
        let master = drugs(&[row, drug_row(&[])]);
        assert_eq!(master.records.len(), 1);
        assert_eq!(
            (master.rejects[0].line, master.rejects[0].reason, master.rejects[0].column),
            (1, reason, column)
        );
    }
}

#[test]
fn our_own_masters_are_read_by_heading() {
    let text = "name,code10,municipality_code,x\nみほん病院,1711234567,17201,\nみほん医院,17112345,,\n\"み,ほ\",1711234568,,";
    let master = read(MasterKind::Institutions, text.as_bytes()).unwrap();
    assert_eq!(master.records.len(), 2);
    assert_eq!((master.rejects[0].line, master.rejects[0].reason), (3, RejectReason::BadFacility));
    let text = "insurer_number,name,checkups_registered_until\n00170993,見本市,2024\n06170012,見本健保,none\n133066,不明,\n99999999,だれか,\n133066,不明,24";
    let master = read(MasterKind::Insurers, text.as_bytes()).unwrap();
    let states: Vec<_> = master
        .records
        .iter()
        .map(|r| match r {
            MasterRecord::Insurer(insurer) => insurer.checkups,
            _ => panic!("insurer"),
        })
        .collect();
    assert_eq!(
        states,
        [CheckupRegistration::Until(2024), CheckupRegistration::None, CheckupRegistration::Unknown]
    );
    assert_eq!(master.rejects.len(), 2);
    let text = "\u{FEFF}item17,name\n9A755000000000001,収縮期血圧\n9A755,短い";
    let master = read(MasterKind::CheckupItems, text.as_bytes()).unwrap();
    assert_eq!((master.records.len(), master.rejects[0].reason), (1, RejectReason::BadItemCode));
}

#[test]
fn a_file_without_its_columns_or_in_another_encoding_is_set_aside() {
    let missing = read(MasterKind::Institutions, b"name,code\n").unwrap_err();
    assert_eq!(missing.reason, RejectReason::ColumnNames);
    let wrong =
        read(MasterKind::Insurers, b"insurer_number,name,checkups_registered_until\n\x8D\x82")
            .unwrap_err();
    assert_eq!(wrong.reason, RejectReason::WrongEncoding);
    let wrong = read(MasterKind::Drugs, drug_row(&[]).as_bytes()).unwrap_err();
    assert_eq!(wrong.reason, RejectReason::WrongEncoding);
}

#[test]
fn names_tell_the_kind() {
    assert_eq!(MasterKind::of_name("y_ALL20261001.csv"), Some(MasterKind::Drugs));
    assert_eq!(MasterKind::of_name("insurers.csv"), Some(MasterKind::Insurers));
    assert_eq!(MasterKind::of_name("readme.txt"), None);
}
