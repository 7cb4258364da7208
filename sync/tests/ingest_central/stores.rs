//! The store by itself: supersession, spilling, merging of runs, damage.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::record::{
    CardClass, Checkup, CheckupItem, CheckupProgram, CheckupRegistration, CheckupValue, Coverage,
    Drug, DrugCode, DrugForm, FacilityCode, Institution, Insurer, InsurerNumber, ItemCode,
    ItemName, LineClass, LossReason, MedicationLine, NameUse, Person, PersonId, PersonName,
    Quantity, Receipt, ReceiptKey, ReceiptKind, ReceiptType, Relation, Sex, SourceOrder, Usage,
    Withdrawal, WithdrawalReason, WithdrawalTarget,
};
use tomoshibi_policies::time::{DatePeriod, JstDate, PartialDate, YearMonth};
use tomoshibi_sync::central::rejects::{Reject, RejectReason, SetAside};
use tomoshibi_sync::central::store::{
    BUFFER_LEN_BYTES_MAX, RUNS_MAX, SourceItem, SourceKind, SourceRecord, Store,
};
use tomoshibi_sync::id::Digest;
use tomoshibi_sync::seam::{Files, StdFiles};

fn day(text: &str) -> JstDate {
    JstDate::parse(text).unwrap()
}

fn order(accepted: &str, sequence: u64) -> SourceOrder {
    SourceOrder { accepted: day(accepted), sequence }
}

fn drug_item(code: u32, name: &str, order: SourceOrder) -> SourceItem {
    let drug = Drug {
        code: DrugCode::from_number(code).unwrap(),
        name: name.into(),
        unit: "錠".into(),
        price_list_code: "2325003B2029".into(),
        ingredient: "見本".into(),
        form: DrugForm::External,
        controlled: true,
        pseudo: true,
        ended: Some(day("20260401")),
    };
    SourceItem::new(SourceRecord::Drug(drug), order)
}

fn key() -> ReceiptKey {
    ReceiptKey {
        facility: FacilityCode::parse("1741234567").unwrap(),
        month: YearMonth::parse("202609").unwrap(),
        kind: ReceiptKind::Pharmacy,
        re_type: ReceiptType(4112),
        prescriber: FacilityCode::parse("1711234567").ok(),
    }
}

fn person_record(id: PersonId) -> SourceRecord {
    let until = Some(day("20260401"));
    let coverage = Coverage {
        insurer: InsurerNumber::parse("170993").unwrap(),
        symbol: "12-34".into(),
        number: "4260".into(),
        branch: Some(1),
        period: DatePeriod { from: day("20200401"), until },
        card: CardClass::PublicAssistance,
        relation: Relation::Family,
        burden_percent: Some(20),
        elderly_until: until,
        loss: Some(LossReason::OtherInsurance),
    };
    let name = PersonName {
        name_use: NameUse::Alias, kanji: "灯火".into(), kana: "ﾄﾓｼﾋﾞ".into()
    };
    SourceRecord::Person(Person {
        id,
        names: vec![name],
        sex: Sex::NotSet,
        birth: PartialDate::Year(1951),
        address: "石川県".into(),
        postal_code: "920-0000".into(),
        coverages: vec![coverage],
    })
}

fn receipt_record(person: PersonId, order: SourceOrder) -> SourceRecord {
    let line = MedicationLine {
        drug: DrugCode::from_number(610_406_079).unwrap(),
        amount: Quantity::parse("0.5").unwrap(),
        times: 14,
        class: LineClass::Administered,
        treatment_class: 31,
        form: 4,
        dispensed: PartialDate::Month(key().month),
        prescribed: Some(day("20260401")),
        usage: Usage { code: Some(900), text: "右膝".into() },
    };
    SourceRecord::Receipt(Receipt {
        person,
        key: key(),
        order,
        outside_prescriptions: vec![day("20260612")],
        lines: vec![line],
    })
}

fn checkup_record(person: PersonId, order: SourceOrder) -> SourceRecord {
    let values = [
        CheckupValue::Quantity { value: "138".into(), unit: "mmHg".into() },
        CheckupValue::Coded { code: "1".into(), list: 2003 },
        CheckupValue::Text("異常なし".into()),
        CheckupValue::NotDone,
        CheckupValue::Unmeasurable,
    ];
    let item = |value| CheckupItem {
        code: ItemCode::parse("9A755000000000001").unwrap(),
        value,
        interpretation: Some("H".into()),
        reference: Some((None, Some("129".into()))),
    };
    SourceRecord::Checkup(Checkup {
        person,
        exam_date: day("20260612"),
        program: CheckupProgram::Other(30),
        insurer: InsurerNumber::parse("170993").unwrap(),
        order,
        items: values.map(item).to_vec(),
    })
}

fn master_records(order: SourceOrder) -> Vec<SourceRecord> {
    let number = InsurerNumber::parse("170993").unwrap();
    let code = ItemCode::parse("9A755000000000001").unwrap();
    let facility = key().prescriber.unwrap();
    let municipality = Some(17201);
    let checkups = CheckupRegistration::Until(2025);
    vec![
        drug_item(610_406_079, "ガスター", order).record,
        SourceRecord::Institution(Institution {
            code: facility,
            name: "みほん".into(),
            municipality,
        }),
        SourceRecord::Insurer(Insurer { number, name: "見本市".into(), checkups }),
        SourceRecord::ItemName(ItemName { code, name: "収縮期血圧".into() }),
    ]
}

fn withdrawal_records(person: PersonId, order: SourceOrder) -> Vec<SourceRecord> {
    let exam_date = day("20260612");
    let program = CheckupProgram::Other(30);
    [
        (WithdrawalTarget::Person, WithdrawalReason::Death),
        (WithdrawalTarget::Receipt(key()), WithdrawalReason::Correction),
        (WithdrawalTarget::Checkup { exam_date, program }, WithdrawalReason::Deletion),
        (WithdrawalTarget::Facility(key().facility), WithdrawalReason::CourtOrder),
    ]
    .map(|(target, reason)| SourceRecord::Withdrawal(Withdrawal { person, target, reason, order }))
    .to_vec()
}

/// One record of every kind, with every optional part filled.
fn every_record(person: PersonId, order: SourceOrder) -> Vec<SourceRecord> {
    let mut records =
        vec![person_record(person), receipt_record(person, order), checkup_record(person, order)];
    records.extend(master_records(order));
    records.extend(withdrawal_records(person, order));
    records
}

fn commit(store: &mut Store<'_>, name: &str, items: &[SourceItem]) -> u64 {
    let mut batch = store.begin();
    for item in items {
        batch.push(item).unwrap();
    }
    batch.took(name, Digest::of(name.as_bytes()));
    batch.commit().unwrap()
}

fn names(store: &Store<'_>, since: Option<u64>) -> Vec<String> {
    let items = store.merged(SourceKind::Masters, since).unwrap();
    items
        .map(|item| match item.unwrap().record {
            SourceRecord::Drug(drug) => drug.name,
            _ => panic!("a drug"),
        })
        .collect()
}

#[test]
fn every_record_comes_back_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(&StdFiles, dir.path()).unwrap();
    let (person, order) = (PersonId::from_bytes([7; 16]), order("20261101", 3));
    let records = every_record(person, order);
    let items: Vec<_> = records.iter().map(|r| SourceItem::new(r.clone(), order)).collect();
    commit(&mut store, "a", &items);
    let store = Store::open(&StdFiles, dir.path()).unwrap();
    let mut found = Vec::new();
    for kind in SourceKind::ALL {
        found.extend(store.merged(kind, None).unwrap().map(|item| item.unwrap().record));
    }
    assert_eq!(found.len(), records.len());
    assert!(records.iter().all(|record| found.contains(record)));
}

/// The store that holds every record once, in one batch with one reject.
fn golden(dir: &Path) {
    let mut store = Store::open(&StdFiles, dir).unwrap();
    let (person, order) = (PersonId::from_bytes([7; 16]), order("20261101", 3));
    let mut batch = store.begin();
    for record in every_record(person, order) {
        batch.push(&SourceItem::new(record, order)).unwrap();
    }
    let aside = SetAside::file(3, RejectReason::Truncated);
    batch.reject(&Reject::of("receipts/2026-11-01/000001-1711234567.UKE", &aside)).unwrap();
    batch.took("a", Digest::of(b"a"));
    batch.commit().unwrap();
}

/// Every file below `dir`, by its name there.
fn tree(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in StdFiles.list(dir).unwrap() {
        let path = dir.join(&entry.name);
        if entry.is_dir {
            let inner = tree(&path);
            found.extend(
                inner.into_iter().map(|(name, bytes)| (format!("{}/{name}", entry.name), bytes)),
            );
        } else {
            found.insert(entry.name, fs::read(path).unwrap());
        }
    }
    found
}

#[test]
fn version_1_is_written_and_read_as_it_was() {
    let golden_dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/store/v1");
    if std::env::var("TOMOSHIBI_WRITE_FIXTURES").is_ok_and(|value| value == "1") {
        fs::remove_dir_all(&golden_dir).unwrap();
        golden(&golden_dir);
    }
    let dir = tempfile::tempdir().unwrap();
    golden(dir.path());
    assert!(tree(dir.path()) == tree(&golden_dir), "the bytes of version 1 have changed");
    let (person, order) = (PersonId::from_bytes([7; 16]), order("20261101", 3));
    let copy = tempfile::tempdir().unwrap();
    for (name, bytes) in tree(&golden_dir) {
        super::sources::put(copy.path(), &name, &bytes);
    }
    let store = Store::open(&StdFiles, copy.path()).unwrap();
    let records = SourceKind::ALL.map(|kind| store.merged(kind, None).unwrap());
    let found: Vec<_> = records.into_iter().flatten().map(|item| item.unwrap().record).collect();
    let expected = every_record(person, order);
    assert!(found.len() == expected.len() && expected.iter().all(|record| found.contains(record)));
}

#[test]
fn the_later_source_wins_whichever_batch_it_came_in() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(&StdFiles, dir.path()).unwrap();
    let early = drug_item(610_000_001, "early", order("20261101", 9));
    let late = drug_item(610_000_001, "late", order("20261102", 1));
    let first = commit(&mut store, "late", std::slice::from_ref(&late));
    commit(&mut store, "early", std::slice::from_ref(&early));
    assert_eq!(names(&store, None), ["late"]);
    // Asked for the second batch only, its item is given; readers compare orders.
    assert_eq!(names(&store, Some(first)), ["early"]);
    // The same order again: the later batch corrects the earlier.
    commit(&mut store, "again", &[drug_item(610_000_001, "corrected", late.order)]);
    assert_eq!(names(&store, None), ["corrected"]);
}

#[test]
fn items_come_sorted_over_many_runs_and_merging_keeps_history() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(&StdFiles, dir.path()).unwrap();
    let rounds = u32::try_from(RUNS_MAX).unwrap() + 12;
    for round in 0..rounds {
        // Each round brings one drug of its own and a new name of a common one.
        let own = drug_item(610_001_000 - round, &format!("own {round}"), order("20261101", 0));
        let common =
            drug_item(610_000_000, &format!("common {round}"), order("20261101", u64::from(round)));
        commit(&mut store, &format!("file {round}"), &[own, common]);
    }
    let runs = || fs::read_dir(dir.path().join("runs")).unwrap().count();
    assert!(runs() <= RUNS_MAX, "{}", runs());
    for store in [&store, &Store::open(&StdFiles, dir.path()).unwrap()] {
        let found = names(store, None);
        assert_eq!(found.len(), rounds as usize + 1);
        assert_eq!(found[0], format!("common {}", rounds - 1));
        assert_eq!(found[1], format!("own {}", rounds - 1));
        // What came with the last two batches is still told apart, though runs were merged.
        assert_eq!(names(store, Some(u64::from(rounds) - 2)).len(), 3);
        assert!(
            store.has_seen(&Digest::of(b"file 0")) && !store.has_seen(&Digest::of(b"file 999"))
        );
    }
    // History: every name of the common drug is still in the runs.
    let bytes: Vec<_> = fs::read_dir(dir.path().join("runs"))
        .unwrap()
        .flat_map(|entry| fs::read(entry.unwrap().path()).unwrap())
        .collect();
    assert!(bytes.windows(8).any(|window| window == b"common 0"));
}

#[test]
fn a_full_buffer_becomes_a_run_and_memory_is_free_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(&StdFiles, dir.path()).unwrap();
    let mut batch = store.begin();
    let name = "長".repeat(100_000);
    let count = u32::try_from(BUFFER_LEN_BYTES_MAX / name.len()).unwrap() + 2;
    for number in 0..count {
        batch.push(&drug_item(699_999_999 - number, &name, order("20261101", 0))).unwrap();
    }
    assert_eq!(fs::read_dir(dir.path().join("runs")).unwrap().count(), 1);
    batch.took("a", Digest::of(b"a"));
    batch.commit().unwrap();
    assert_eq!(names(&store, None).len(), count as usize);
}

#[test]
fn a_record_longer_than_an_item_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(&StdFiles, dir.path()).unwrap();
    let mut batch = store.begin();
    let error = batch
        .push(&drug_item(610_000_001, &"x".repeat(1 << 20), order("20261101", 0)))
        .unwrap_err();
    assert_eq!(error.class(), ErrorClass::Invalid);
}

#[test]
fn a_batch_that_took_no_file_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(&StdFiles, dir.path()).unwrap();
    let mut batch = store.begin();
    batch.push(&drug_item(610_000_001, "x", order("20261101", 0))).unwrap();
    assert_eq!(batch.commit().unwrap(), 0);
    assert!(names(&store, None).is_empty());
}

#[test]
fn damage_of_any_byte_of_a_run_is_noticed() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(&StdFiles, dir.path()).unwrap();
    commit(&mut store, "a", &[drug_item(610_000_001, "x", order("20261101", 0))]);
    let path = dir.path().join("runs/00000001.run");
    let whole = fs::read(&path).unwrap();
    let read = || match store.merged(SourceKind::Masters, None) {
        Ok(items) => items.collect::<Result<Vec<_>, _>>().map(|items| items.len()),
        Err(error) => Err(error),
    };
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        fs::write(&path, &bytes).unwrap();
        let class = read().unwrap_err().class();
        assert!(matches!(class, ErrorClass::Corrupt | ErrorClass::Unsupported), "byte {at}");
    }
    for len in 0..whole.len() {
        fs::write(&path, &whole[..len]).unwrap();
        assert_eq!(read().unwrap_err().class(), ErrorClass::Corrupt, "length {len}");
    }
    fs::write(&path, [&whole[..], b"x"].concat()).unwrap();
    assert_eq!(read().unwrap_err().class(), ErrorClass::Corrupt);
    fs::write(&path, &whole).unwrap();
    assert_eq!(read().unwrap(), 1);
}

#[test]
fn an_index_of_another_format_or_none_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(&StdFiles, dir.path()).unwrap();
    commit(&mut store, "a", &[drug_item(610_000_001, "x", order("20261101", 0))]);
    let path = dir.path().join("store.json");
    let text = fs::read_to_string(&path).unwrap();
    for (bad, class) in [
        (text.replace("\"format\": 1", "\"format\": 2"), ErrorClass::Unsupported),
        (text.replace("\"format\": 1", "\"format\": 1, \"more\": 1"), ErrorClass::Corrupt),
        (text[..text.len() / 2].to_owned(), ErrorClass::Corrupt),
    ] {
        fs::write(&path, bad).unwrap();
        assert_eq!(Store::open(&StdFiles, dir.path()).unwrap_err().class(), class);
    }
    fs::write(&path, &text).unwrap();
    fs::write(dir.path().join("batches/00000001.json"), "{}").unwrap();
    assert_eq!(Store::open(&StdFiles, dir.path()).unwrap_err().class(), ErrorClass::Corrupt);
}
