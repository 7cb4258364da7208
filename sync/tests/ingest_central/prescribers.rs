//! Receipts of one pharmacy, person and month from several prescribers.

use std::collections::BTreeMap;

use tomoshibi_policies::record::ReceiptKind;
use tomoshibi_policies::withdrawn::{Change, apply};

use super::centre::{Centre, small_region};
use super::sources::{TARO, receipts};

const CLINIC: [&str; 3] = ["17", "1", "7654321"];
const DENTIST: [&str; 3] = ["17", "3", "7654321"];
const NOBODY: [&str; 3] = ["", "", ""];

/// Taro's claim of September from one prescriber, with one drug.
fn one_drug(prescriber: [&str; 3], drug: u32) -> String {
    let iy = format!("IY,1,{drug},2");
    TARO.pharmacy_for(prescriber, "202609", &["SH,1,1,003,", "CZ,1,20260901,20260902,1,7", &iy])
}

/// Taro's pharmacy receipts as (prescriber, drugs).
fn dispensed(centre: &Centre) -> Vec<(String, Vec<u32>)> {
    let taro = centre.person("R1");
    let receipts = centre.receipts().into_iter();
    let of_taro = receipts.filter(|r| r.person == taro && r.key.kind == ReceiptKind::Pharmacy);
    let shown = of_taro.map(|r| {
        let prescriber = r.key.prescriber.map(|code| code.to_string()).unwrap_or_default();
        (prescriber, r.lines.iter().map(|line| line.drug.number()).collect())
    });
    shown.collect()
}

fn of(prescriber: [&str; 3], drug: u32) -> (String, Vec<u32>) {
    (prescriber.concat(), vec![drug])
}

#[test]
fn two_prescribers_at_one_pharmacy_have_a_receipt_each_in_one_file_or_in_two() {
    let together =
        vec![receipts(4, &[one_drug(CLINIC, 620_000_001), one_drug(DENTIST, 620_000_002)])];
    let apart = vec![
        receipts(4, &[one_drug(CLINIC, 620_000_001)]),
        receipts(4, &[one_drug(DENTIST, 620_000_002)]),
    ];
    let (clinic, dentist) = (of(CLINIC, 620_000_001), of(DENTIST, 620_000_002));
    for files in [together, apart] {
        let centre = small_region();
        for (place, file) in files.iter().enumerate() {
            centre.put(&format!("receipts/2026-10-12/00000{}-1741234567.UKE", place + 1), file);
        }
        assert!(centre.ingest("2026-11-22").warnings.is_empty());
        // The third is the small region's own.
        let own = of(["17", "1", "1234567"], 610_406_079);
        assert_eq!(dispensed(&centre), [own, clinic.clone(), dentist.clone()]);
    }
}

#[test]
fn a_filing_for_one_prescriber_replaces_only_that_ones_receipt() {
    let first = [one_drug(CLINIC, 620_000_001), one_drug(DENTIST, 620_000_002)];
    let files = [
        ("receipts/2026-10-12/000001-1741234567.UKE", receipts(4, &first)),
        (
            "receipts/2026-11-06/000001-1741234567.UKE",
            receipts(4, &[one_drug(DENTIST, 620_000_003)]),
        ),
    ];
    for order in [[0, 1], [1, 0]] {
        let centre = small_region();
        for index in order {
            centre.put(files[index].0, &files[index].1);
            centre.ingest("2026-11-22");
        }
        let found = dispensed(&centre);
        assert_eq!(found[1..], [of(CLINIC, 620_000_001), of(DENTIST, 620_000_003)]);
    }
}

#[test]
fn a_withdrawal_for_one_prescriber_leaves_the_others_receipts() {
    let centre = small_region();
    let file = [one_drug(CLINIC, 620_000_001), one_drug(DENTIST, 620_000_002)];
    centre.put("receipts/2026-10-12/000001-1741234567.UKE", &receipts(4, &file));
    let list = "id,date,kind,target,reference_number,insurer_number,symbol,number,branch,facility10,treatment_month,\
        receipt_kind,re_type,prescriber10,exam_date\n\
        W1,2026-11-02,deletion,receipt,R1,,,,,1741234567,2026-09,pharmacy,4112,1737654321,\n";
    centre.put("withdrawals/withdrawals.csv", list.as_bytes());
    assert_eq!(centre.ingest("2026-11-22").withdrawals, 1);
    let receipts = centre.receipts().into_iter().map(Change::from);
    let shown = apply(receipts, Vec::new(), &centre.withdrawals()).receipts;
    let pharmacy = shown.iter().filter(|r| r.key.kind == ReceiptKind::Pharmacy);
    let left: Vec<_> = pharmacy.map(|r| r.key.prescriber.unwrap().to_string()).collect();
    assert_eq!(left, ["1711234567", "1717654321"]);
}

#[test]
fn a_pharmacy_receipt_without_a_prescriber_is_kept_as_one_of_its_own() {
    for prescriber in [NOBODY, ["17", "1", "x"]] {
        let centre = small_region();
        let file = [one_drug(prescriber, 620_000_001), one_drug(CLINIC, 620_000_002)];
        centre.put("receipts/2026-10-12/000001-1741234567.UKE", &receipts(4, &file));
        let report = centre.ingest("2026-11-22");
        assert_eq!(report.warnings, BTreeMap::from([("prescriber_unreadable", 1)]));
        let unnamed = of(NOBODY, 620_000_001);
        let found = dispensed(&centre);
        assert_eq!((found.len(), &found[0]), (3, &unnamed));
        // It, too, is replaced by what is filed for it later, and by nothing else.
        let again = receipts(4, &[one_drug(NOBODY, 620_000_003)]);
        centre.put("receipts/2026-11-06/000001-1741234567.UKE", &again);
        centre.ingest("2026-11-22");
        let found = dispensed(&centre);
        assert_eq!((found.len(), &found[0]), (3, &of(NOBODY, 620_000_003)));
    }
}

#[test]
fn of_two_receipts_of_one_key_in_one_file_the_later_stands_and_the_file_is_reported() {
    let centre = small_region();
    let file = [
        one_drug(CLINIC, 620_000_001),
        one_drug(DENTIST, 620_000_002),
        one_drug(CLINIC, 620_000_003),
    ];
    centre.put("receipts/2026-10-12/000001-1741234567.UKE", &receipts(4, &file));
    let report = centre.ingest("2026-11-22");
    assert_eq!(report.warnings, BTreeMap::from([("receipt_twice", 1)]));
    let found = dispensed(&centre);
    assert_eq!(found[1..], [of(CLINIC, 620_000_003), of(DENTIST, 620_000_002)]);
    let rejects = centre.rejects(*report.batches.last().unwrap());
    let twice = rejects.iter().find(|reject| reject["reason"] == "receipt_twice").unwrap();
    // Each claim has six rows behind the head of the file: the third begins in line 14.
    assert_eq!((twice["line"].as_u64(), &twice["set_aside"]), (Some(14), &"nothing".into()));
}
