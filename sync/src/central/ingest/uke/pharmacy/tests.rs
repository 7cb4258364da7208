use super::*;
use crate::central::ingest::uke::record::Records;

fn read(rows: &str) -> Result<Vec<MedicationLine>, SetAside> {
    let (bytes, _, _) = encoding_rs::SHIFT_JIS.encode(rows);
    let pseudo = PseudoItems::from([630_010_002]);
    let mut groups = PharmacyGroups::new(YearMonth::parse("202609").unwrap(), &pseudo);
    for record in Records::new(&bytes) {
        groups.take(&record)?;
    }
    Ok(groups.finish())
}

#[test]
fn every_dispensing_of_a_group_gives_every_drug() {
    let lines = read(
        "SH,1,1,003,\nCZ,1,20260901,20260902,1,14\nCZ,1,5080920,5080921,2,7\nIY,1,610406079,3\n\
         IY,1,620000001,0.5\nCO,810000001,他院より継続\nSH,2,5,900,右膝に貼付\nCZ,1,20260901,20260902,1,1\nIY,1,620000002,70",
    )
    .unwrap();
    let shown: Vec<_> = lines
        .iter()
        .map(|l| {
            let prescribed = l.prescribed.unwrap();
            let (code, text) = (l.usage.code.unwrap(), &l.usage.text);
            format!(
                "{} {}x{} {prescribed} {} {} {code} {text}",
                l.drug, l.amount, l.times, l.dispensed, l.form
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            "610406079 3x14 2026-09-01 2026-09-02 1 3 ",
            "620000001 0.5x14 2026-09-01 2026-09-02 1 3 ",
            "610406079 3x7 2026-09-20 2026-09-21 1 3 ",
            "620000001 0.5x7 2026-09-20 2026-09-21 1 3 ",
            "620000002 70x1 2026-09-01 2026-09-02 5 900 右膝に貼付",
        ]
    );
    assert!(lines.iter().all(|line| line.class == LineClass::TakeHome));
}

#[test]
fn without_a_day_only_the_month_is_known() {
    let lines = read("SH,1,1,003,\nCZ,1,,,1,14\nIY,1,610406079,3").unwrap();
    assert_eq!(lines[0].dispensed.to_string(), "2026-09");
    assert_eq!(lines[0].prescribed, None);
}

#[test]
fn pseudo_items_and_materials_are_dropped() {
    let lines =
        read("SH,1,1,003,\nCZ,1,,,1,14\nIY,1,630010002,\nIY,1,710010001,1\nIY,1,610406079,3");
    assert_eq!(lines.unwrap().len(), 1);
}

#[test]
fn a_drug_needs_a_dispensing_and_a_dispensing_a_quantity() {
    for (rows, reason, column) in [
        ("SH,1,1,003,\nIY,1,610406079,3", RejectReason::DrugWithoutDispensing, None),
        ("SH,1,1,003,\nCZ,1,,,1,", RejectReason::BadCount, Some(5)),
        ("SH,1,1,003,\nCZ,1,,,1,0", RejectReason::BadCount, Some(5)),
        ("SH,1,1,003,\nCZ,1,,20260931,1,1", RejectReason::BadDate, Some(3)),
        ("SH,1,1,003,\nCZ,1,,20260930", RejectReason::RowTooShort, None),
        ("SH,1,1,abc,", RejectReason::BadCount, Some(3)),
    ] {
        let error = read(rows).err().unwrap();
        assert_eq!((error.reason, error.column), (reason, column), "{rows}");
    }
}
