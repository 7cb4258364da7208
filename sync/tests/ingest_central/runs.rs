//! Whole runs over small source folders.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tomoshibi_policies::record::{NameUse, Receipt, ReceiptKind};
use tomoshibi_sync::central::progress::{Progress, Stage};
use tomoshibi_sync::central::store::{SourceKind, SourceRecord};

use super::centre::small_region;
use super::sources::{HANA, TARO, Who, archive, cp932, eligibility, oral, receipts};

#[test]
fn a_small_region_is_taken_whole() {
    let centre = small_region();
    let report = centre.ingest("2026-11-22");
    assert_eq!((report.files, report.persons, report.coverages), (6, 2, 2));
    assert_eq!((report.receipts, report.lines, report.checkups, report.masters), (3, 3, 1, 3));
    assert!(report.rejected.is_empty(), "{report:?}");

    let taro = centre.person("R1");
    let people = centre.people();
    let person = people.iter().find(|person| person.id == taro).unwrap();
    assert_eq!(person.names[0].kanji, "髙﨑　太郎");
    let receipts = centre.receipts();
    let of_taro: Vec<_> = receipts.iter().filter(|receipt| receipt.person == taro).collect();
    assert_eq!(of_taro.len(), 2);
    let pharmacy =
        of_taro.iter().find(|receipt| receipt.key.kind == ReceiptKind::Pharmacy).unwrap();
    assert_eq!(pharmacy.key.prescriber.unwrap().to_string(), "1711234567");
    let medical = of_taro.iter().find(|receipt| receipt.key.kind == ReceiptKind::Medical).unwrap();
    // The pseudo item of the master is no drug.
    assert_eq!((medical.lines.len(), medical.lines[0].usage.text.as_str()), (1, "毎食後"));
}

#[test]
fn only_what_is_visible_on_the_morning_is_taken() {
    let centre = small_region();
    let report = centre.ingest("2026-10-10");
    // Both receipt files, the eligibility of the 31st and the checkups of the 20th stay for later.
    assert_eq!(
        (report.receipts, report.persons, report.checkups, report.files_waiting),
        (0, 0, 0, 4)
    );
    let report = centre.ingest("2026-11-11");
    assert_eq!(
        (report.receipts, report.persons, report.checkups, report.files_waiting),
        (3, 2, 1, 0)
    );

    let centre = small_region();
    centre.put("eligibility/OQSmuquc02res_202610010001.xml", &eligibility(&[&[TARO], &[HANA]]));
    let report = centre.ingest("2026-10-11");
    assert_eq!((report.receipts, report.files_waiting), (2, 3));
    assert_eq!(centre.ingest("2026-10-12").receipts, 1);
}

#[test]
fn running_again_takes_nothing_twice() {
    let centre = small_region();
    let first = centre.ingest("2026-11-22");
    let (people, receipts) = (centre.people(), centre.receipts());
    let second = centre.ingest("2026-11-22");
    assert_eq!((second.files, second.files_known), (0, first.files));
    assert_eq!((second.batches.len(), second.receipts), (0, 0));
    assert!(people == centre.people() && receipts == centre.receipts());
}

#[test]
fn a_later_filed_receipt_replaces_all_lines_of_the_earlier_one() {
    for late_comes_first in [true, false] {
        let centre = small_region();
        let early = receipts(
            1,
            &[TARO.medical("202609", &[&oral("610406079", "3"), &oral("620000001", "1")])],
        );
        let late = receipts(1, &[TARO.medical("202609", &[&oral("620000002", "2")])]);
        let files = [
            ("receipts/2026-10-09/000001-1711234567.UKE", early),
            ("receipts/2026-11-06/000007-1711234567.UKE", late),
        ];
        let order = if late_comes_first { [1, 0] } else { [0, 1] };
        for index in order {
            centre.put(files[index].0, &files[index].1);
            centre.ingest("2026-11-22");
        }
        let taro = centre.person("R1");
        let receipts = centre.receipts();
        let medical = |r: &&Receipt| r.person == taro && r.key.kind == ReceiptKind::Medical;
        let [receipt] = receipts.iter().filter(medical).collect::<Vec<_>>()[..] else {
            panic!("one receipt")
        };
        assert_eq!((receipt.lines.len(), receipt.lines[0].drug.number()), (1, 620_000_002));
        assert_eq!(receipt.order.accepted.to_string(), "2026-11-06");
    }
}

#[test]
fn wrong_claims_are_set_aside_and_the_rest_is_taken() {
    let centre = small_region();
    let stranger = Who { birth: "19510328", ..TARO };
    let unknown = Who { number: "9999", ..TARO };
    let nobody = Who { insurer: "99999999", number: "999999999", ..TARO };
    let file = receipts(
        1,
        &[
            TARO.medical("202608", &[&oral("610406079", "3")]),
            TARO.medical("202608", &[&oral("620000001", "1"), &oral("620000002", "x")]),
            stranger.medical("202608", &[&oral("620000002", "2")]),
            unknown.medical("202608", &[&oral("620000002", "2")]),
            nobody.medical("202608", &[&oral("620000002", "2")]),
            TARO.medical("202108", &[&oral("620000002", "2")]),
            TARO.medical("202611", &[&oral("620000002", "2")]),
            TARO.medical("201903", &[&oral("620000002", "2")]),
        ],
    );
    centre.put("receipts/2026-10-09/000009-1711234567.UKE", &file);
    let report = centre.ingest("2026-11-22");
    assert_eq!(report.receipts, 4);
    let expected = BTreeMap::from([
        ("bad_quantity", 1),
        ("birth_or_sex_differs", 1),
        ("month_after_acceptance", 1),
        ("month_before_scope", 2),
        ("no_identity", 1),
        ("unknown_person", 1),
    ]);
    assert_eq!(report.rejected, expected);
    assert_eq!((report.unlinked, report.set_aside["claim"]), (2, 7));
    // The good drug of the bad claim is not there either.
    assert!(
        !centre
            .receipts()
            .iter()
            .any(|r| r.key.month.to_string() == "2026-08" && r.lines.len() != 1)
    );

    let rejects = centre.rejects(*report.batches.last().unwrap());
    let bad = rejects.iter().find(|reject| reject["reason"] == "bad_quantity").unwrap();
    assert_eq!(bad["file"], "receipts/2026-10-09/000009-1711234567.UKE");
    assert_eq!(
        (bad["line"].as_u64(), bad["column"].as_u64(), &bad["set_aside"]),
        (Some(10), Some(4), &"claim".into())
    );
    let text = serde_json::to_string(&rejects).unwrap();
    for private in [TARO.name, TARO.number, TARO.birth, TARO.symbol, "R1", "9999"] {
        assert!(!text.contains(private), "{private}");
    }
}

/// Somebody who is registered a month after their claim, checkup and withdrawal came in.
const JIRO: Who = Who { reference: "R9", number: "7777", birth: "19610501", ..TARO };

#[test]
fn a_late_registration_brings_what_was_set_aside_into_the_next_increment() {
    let centre = small_region();
    let file = receipts(
        1,
        &[
            TARO.medical("202608", &[&oral("610406079", "3")]),
            JIRO.medical("202608", &[&oral("620000002", "2")]),
            Who { number: "8888", ..TARO }.medical("202608", &[&oral("620000002", "2")]),
        ],
    );
    centre.put("receipts/2026-10-09/000009-1711234567.UKE", &file);
    centre.put(
        "checkups/1711234567_00170993_202610211_1.zip",
        &archive(&[JIRO.document("20260613", "140")]),
    );
    let first = centre.ingest("2026-11-22");
    assert_eq!((first.receipts, first.unlinked, first.linked_late), (4, 3, 0));
    // Nobody new: nothing is taken, and nothing said twice.
    let second = centre.ingest("2026-11-23");
    assert_eq!((second.batches.len(), second.linked_late, second.unlinked), (0, 0, 0));
    assert!(second.rejected.is_empty());

    centre.put("eligibility/OQSmuquc02res_202611240001.xml", &eligibility(&[&[JIRO]]));
    let before = centre.store().last_batch();
    let third = centre.ingest("2026-11-24");
    assert_eq!((third.receipts, third.checkups, third.linked_late), (1, 1, 2));
    assert!(third.rejected.is_empty(), "{third:?}");
    let jiro = centre.person("R9");
    let increment = |kind| -> Vec<_> {
        let store = centre.store();
        let items = store.merged(kind, Some(before)).unwrap();
        items.map(|item| (item.as_ref().unwrap().person, item.unwrap().record)).collect()
    };
    let [(whose, SourceRecord::Receipt(receipt))] = &increment(SourceKind::Medications)[..] else {
        panic!("one receipt")
    };
    assert_eq!((*whose, receipt.lines.len()), (jiro, 1));
    // It came in when its file did: what was filed later still replaces it.
    assert_eq!(receipt.order.accepted.to_string(), "2026-10-09");
    let checkups = increment(SourceKind::Checkups);
    assert!(checkups.len() == 1 && checkups[0].0 == jiro);

    let fourth = centre.ingest("2026-11-25");
    assert_eq!((fourth.batches.len(), fourth.linked_late), (0, 0), "nothing is taken late twice");
    assert_eq!(centre.receipts().len(), 5);
}

#[test]
fn of_two_claims_of_one_key_the_later_stands_also_when_it_was_linked_late() {
    // One under a card that is known, one under a card that is not yet: known from the first, the second would stand.
    let new_card = Who { number: "7777", ..TARO };
    let centre = small_region();
    let file = receipts(
        1,
        &[
            TARO.medical("202608", &[&oral("610406079", "3")]),
            new_card.medical("202608", &[&oral("620000002", "2")]),
        ],
    );
    centre.put("receipts/2026-10-09/000009-1711234567.UKE", &file);
    assert_eq!(centre.ingest("2026-11-22").unlinked, 1);
    let cards: &[&[Who]] = &[&[TARO, new_card]];
    centre.put("eligibility/OQSmuquc02res_202611240001.xml", &eligibility(cards));
    let report = centre.ingest("2026-11-24");
    assert_eq!((report.receipts, report.linked_late), (1, 1));
    let receipts = centre.receipts();
    let of_month = |r: &&Receipt| r.key.month.to_string() == "2026-08";
    let [receipt] = receipts.iter().filter(of_month).collect::<Vec<_>>()[..] else {
        panic!("one receipt")
    };
    let drugs: Vec<_> = receipt.lines.iter().map(|line| line.drug.to_string()).collect();
    assert_eq!(drugs, ["620000002"]);
}

#[test]
fn a_file_that_was_changed_or_is_gone_is_not_taken_late() {
    let centre = small_region();
    let name = "receipts/2026-10-09/000009-1711234567.UKE";
    let file = |amount| receipts(1, &[JIRO.medical("202608", &[&oral("620000002", amount)])]);
    centre.put(name, &file("2"));
    assert_eq!(centre.ingest("2026-11-22").unlinked, 1);
    // Other content under the name: a file of its own, set aside of its own.
    centre.put(name, &file("3"));
    assert_eq!(centre.ingest("2026-11-23").unlinked, 1);
    centre.put("eligibility/OQSmuquc02res_202611240001.xml", &eligibility(&[&[JIRO]]));
    fs::remove_file(centre.source().join(name)).unwrap();
    assert_eq!(centre.ingest("2026-11-24").linked_late, 0);
    centre.put(name, &file("3"));
    assert_eq!(centre.ingest("2026-11-25").linked_late, 1);
    let jiro = centre.person("R9");
    let receipts = centre.receipts();
    let amounts: Vec<_> = receipts.iter().filter(|r| r.person == jiro).collect();
    assert_eq!(amounts.len(), 1);
}

#[test]
fn damaged_files_are_set_aside_whole() {
    let centre = small_region();
    let whole = receipts(1, &[TARO.medical("202608", &[&oral("610406079", "3")])]);
    centre.put("receipts/2026-10-09/000001-1711234567.UKE", &whole[..whole.len() - 12]);
    centre.put("receipts/2026-10-09/000002-1719999999.UKE", &whole);
    centre.put("receipts/2026-10-09/no-number.UKE", &whole);
    centre.put("receipts/soon/000001-1711234567.UKE", &whole);
    centre.put("eligibility/undated.xml", b"<a/>");
    centre.put("eligibility/x_20261030.xml", b"<XmlMsg><unclosed>");
    centre.put("checkups/x_20261030.zip", b"PK no zip");
    centre.put("withdrawals/w_20261030.csv", b"id,date\n");
    let report = centre.ingest("2026-11-22");
    let expected = BTreeMap::from([
        ("column_names", 1),
        ("file_name", 3),
        ("header_differs", 1),
        ("truncated", 1),
        ("xml_malformed", 1),
        ("zip_damaged", 1),
    ]);
    assert_eq!(report.rejected, expected);
    assert_eq!((report.receipts, report.set_aside["file"]), (3, 8));
}

#[test]
fn a_claim_without_insurance_links_by_its_public_payer() {
    let centre = small_region();
    let aided = Who {
        reference: "R3",
        insurer: "12143210",
        symbol: "",
        number: "7000123",
        branch: "",
        birth: "19800101",
        ..TARO
    };
    centre.put("eligibility/x_202610310002.xml", &eligibility(&[&[aided]]));
    let claim = |who: &Who| {
        who.medical("202608", &[&oral("610406079", "3")]).replace(
            &format!("HO,{},{},{},1,100", who.insurer, who.symbol, who.number),
            &format!("KO,{},{},,1,100", who.insurer, who.number),
        )
    };
    let unknown = Who { number: "0000000", ..aided };
    centre.put(
        "receipts/2026-10-09/000009-1711234567.UKE",
        &receipts(1, &[claim(&aided), claim(&unknown)]),
    );
    let report = centre.ingest("2026-11-22");
    assert_eq!((report.receipts, report.rejected["unknown_person"]), (4, 1));
    let aided = centre.person("R3");
    assert!(centre.receipts().iter().any(|receipt| receipt.person == aided));
}

#[test]
fn an_identity_claimed_twice_is_a_doubtful_link() {
    let centre = small_region();
    let double = Who { reference: "R9", ..TARO };
    centre.put("eligibility/x_202610310002.xml", &eligibility(&[&[double]]));
    let report = centre.ingest("2026-11-22");
    assert_eq!(report.warnings["identity_contested"], 1);
    // Both of the one receipt file's and the pharmacy's claims of that identity, and the checkup.
    assert_eq!(report.rejected["identity_contested"], 3);
    assert_ne!(centre.person("R1"), centre.person("R9"));
    assert!(centre.receipts().iter().all(|receipt| receipt.person == centre.person("R2")));
}

#[test]
fn deliveries_of_one_person_come_together() {
    let centre = small_region();
    let married = Who {
        name: "灯火　太郎",
        kana: "ﾄﾓｼﾋﾞ ﾀﾛｳ",
        insurer: "06170012",
        symbol: "5",
        number: "77",
        from: "20261101",
        ..TARO
    };
    let ended = Who { until: "20261101", ..TARO };
    centre.ingest("2026-11-01");
    centre.put(
        "eligibility/x_202611150001.xml",
        &eligibility(&[&[Who { name: married.name, kana: married.kana, ..ended }, married]]),
    );
    let before = centre.store().last_batch();
    centre.ingest("2026-11-22");
    let taro = centre.person("R1");
    let people = centre.people();
    let person = people.iter().find(|person| person.id == taro).unwrap();
    let names: Vec<_> = person.names.iter().map(|n| (n.name_use, n.kanji.as_str())).collect();
    assert_eq!(names, [(NameUse::Registered, "灯火　太郎"), (NameUse::Former, "髙﨑　太郎")]);
    assert_eq!(person.coverages.len(), 2);
    assert_eq!(person.coverages[1].period.until.unwrap().to_string(), "2026-11-01");
    // Only the person delivered again is new, but with everything known.
    let store = centre.store();
    let newer: Vec<_> = store.persons(Some(before)).unwrap().map(Result::unwrap).collect();
    assert!(newer.len() == 1 && newer[0] == *person);
    // The new insurer's claims and the old one's are the same person's.
    let claims = [
        TARO.medical("202610", &[&oral("610406079", "3")]),
        married.medical("202611", &[&oral("610406079", "3")]),
    ];
    centre.put("receipts/2026-11-12/000001-1711234567.UKE", &receipts(1, &claims));
    assert_eq!(centre.ingest("2026-11-22").receipts, 2);
    let months = centre.receipts().iter().filter(|receipt| receipt.person == taro).count();
    assert_eq!(months, 4);
}

#[test]
fn withdrawals_and_checkups_link_too() {
    let centre = small_region();
    let list = "id,date,kind,target,reference_number,insurer_number,symbol,number,branch,facility10,treatment_month,\
        receipt_kind,re_type,prescriber10,exam_date\n\
        W1,2026-11-01,death,person,R2,,,,,,,,,,\n\
        W2,2026-11-02,deletion,receipt,,170993,12-34,4260,01,1711234567,2026-09,medical,1112,,\n\
        W3,2026-11-02,correction,checkup,R1,,,,,,,,,,2026-06-12\n\
        W4,2026-11-02,death,person,R77,,,,,,,,,,\n\
        W5,2026-13-02,death,person,R1,,,,,,,,,,\n";
    centre.put("withdrawals/withdrawals.csv", list.as_bytes());
    let stranger = Who { sex: "2", ..TARO };
    centre.put(
        "checkups/x_20261030.zip",
        &archive(&[stranger.document("20250612", "120"), HANA.document("20250613", "x")]),
    );
    let report = centre.ingest("2026-11-22");
    assert_eq!((report.withdrawals, report.checkups), (3, 1));
    let expected = BTreeMap::from([
        ("bad_date", 1),
        ("bad_quantity", 1),
        ("birth_or_sex_differs", 1),
        ("unknown_person", 1),
    ]);
    assert_eq!(report.rejected, expected);
    let withdrawals = centre.withdrawals();
    // The checkup's day stands for both programmes.
    assert_eq!(withdrawals.len(), 4);
    assert!(withdrawals.iter().any(|w| w.person == centre.person("R2")));
}

#[test]
fn progress_hears_of_every_file() {
    #[derive(Default)]
    struct Heard(Vec<(Stage, u64)>, u64);
    impl Progress for Heard {
        fn begin(&mut self, stage: Stage, files: u64) {
            self.0.push((stage, files));
        }
        fn file_done(&mut self, _: Stage, records: u64) {
            self.1 += records;
        }
    }
    let centre = small_region();
    let mut heard = Heard::default();
    centre.ingest_with("2026-11-22", &mut heard);
    let files: u64 = heard.0.iter().map(|(_, files)| files).sum();
    assert_eq!((heard.0.len(), files, heard.1), (5, 6, 2 + 3 + 3 + 1));
}

#[test]
fn a_utf8_receipt_file_is_refused_and_written_names_are_private() {
    let centre = small_region();
    let text = String::from_utf8(cp932("x")).unwrap();
    assert_eq!(text, "x");
    let utf8 = format!(
        "IR,1,17,1,1234567,,みほん医院,202610,00,\r\n{}GO,1,0,99\r\n",
        TARO.medical("202609", &[])
    );
    centre.put("receipts/2026-10-09/000003-1711234567.UKE", utf8.as_bytes());
    assert_eq!(centre.ingest("2026-11-22").rejected, BTreeMap::from([("wrong_encoding", 1)]));
    let mode = |path: &Path| {
        use std::os::unix::fs::PermissionsExt;
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    };
    assert_eq!(mode(&centre.dir.path().join("links.redb")), 0o600);
    assert_eq!(mode(&centre.dir.path().join("store/store.json")), 0o600);
}
