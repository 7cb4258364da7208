//! Invented people and records, the same in every run, and the keys the fixtures are made with.

use std::collections::{BTreeMap, BTreeSet};

use tomoshibi_policies::category::Category;
use tomoshibi_policies::record::*;
use tomoshibi_policies::role::BadgeId;
use tomoshibi_policies::time::*;
use tomoshibi_sync::id::{Digest, Generation, NodeId, SnapshotId};
use tomoshibi_sync::item::{FoldedKeys, Item, ItemKey, PersonItem, Record, SegmentKind, SubKey};
use tomoshibi_sync::keyring::Keyring;
use tomoshibi_sync::manifest::{EpochGrant, Manifest, Reach, RetentionTerms, SegmentEntry};
use tomoshibi_sync::order::Order;
use tomoshibi_sync::release::{Addressee, ReleaseHeader, ReleaseId, ReleaseKind};
use tomoshibi_sync::revocation::{Reason, Revocation, RevocationList};
use tomoshibi_sync::seal::Identity;
use tomoshibi_sync::segment::SegmentWriter;
use tomoshibi_sync::signed::SigningKey;
use tomoshibi_sync::trust::{Role, RoleKeys, TrustRoot};
use zeroize::Zeroizing;

/// Test only: the identity of generation 3 of the fixtures' region.
pub(crate) const IDENTITY: &str =
    "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
/// Test only: the identity of generation 2.
const OLDER_IDENTITY: &str =
    "AGE-SECRET-KEY-1GDP5XS6RGDP5XS6RGDP5XS6RGDP5XS6RGDP5XS6RGDP5XS6RGDPSST380Y";
pub(crate) const GENERATION: Generation = Generation(3);

pub(crate) fn identity() -> Identity {
    Identity::parse(IDENTITY).unwrap()
}

pub(crate) fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

pub(crate) fn region() -> RegionCode {
    RegionCode::new(17).unwrap()
}

fn day(y: i32, m: u32, d: u32) -> JstDate {
    JstDate::from_ymd(y, m, d).unwrap()
}

/// Root 1; publisher 2 and 12, both must sign; authority 3 and 13, both must sign; enrolment 4; centre 5.
pub(crate) fn trust_root() -> TrustRoot {
    let role = |role, seeds: &[u8]| RoleKeys {
        role,
        threshold: seeds.len() as u8,
        keys: seeds.iter().map(|seed| key(*seed).public()).collect(),
    };
    TrustRoot {
        number: 1,
        region: region(),
        drill: true,
        centre_recipient: identity().to_recipient().to_string(),
        roles: vec![
            role(Role::Root, &[1]),
            role(Role::Publisher, &[2, 12]),
            role(Role::Authority, &[3, 13]),
            role(Role::Enrolment, &[4]),
            role(Role::Centre, &[5]),
        ],
    }
}

pub(crate) fn person_id(n: u32) -> PersonId {
    let mut bytes = [0; 16];
    bytes[..4].copy_from_slice(&(n + 1).to_be_bytes());
    bytes[15] = 7;
    PersonId::from_bytes(bytes)
}

fn order(n: u64) -> SourceOrder {
    SourceOrder { accepted: day(2026, 11, 10), sequence: n }
}

fn coverage(n: u32) -> Coverage {
    Coverage {
        insurer: InsurerNumber::parse("170993").unwrap(),
        symbol: "12-34".into(),
        number: format!("{n}"),
        branch: Some((n % 100) as u8),
        period: DatePeriod { from: day(2020, 4, 1), until: Some(day(9999, 12, 31).plus_days(1)) },
        card: CardClass::General,
        relation: if n.is_multiple_of(2) { Relation::Insured } else { Relation::Family },
        burden_percent: Some(30),
        elderly_until: n.is_multiple_of(3).then(|| day(2027, 7, 31)),
        loss: n.is_multiple_of(5).then_some(LossReason::OtherInsurance),
    }
}

/// One of many persons, told apart by `n`.
pub(crate) fn person(n: u32) -> Item {
    let name = |name_use, kanji: String| PersonName {
        name_use, kanji, kana: "ﾄﾓｼﾋﾞ ﾀﾛｳ".into()
    };
    let mut names = vec![name(NameUse::Registered, format!("灯火　{n}太郎"))];
    if n.is_multiple_of(2) {
        names.push(name(NameUse::Former, "見本　太郎".into()));
    }
    let folded = names.iter().map(|name| FoldedKeys {
        kana: "トモシビタロウ".into(),
        given: n.is_multiple_of(3).then(|| "タロウ".into()),
        kanji: name.kanji.replace('　', ""),
    });
    let folded = folded.collect();
    let birth = match n % 3 {
        0 => PartialDate::Day(day(1951, 3, 1 + n % 28)),
        1 => PartialDate::Month(YearMonth::new(1951, 3).unwrap()),
        _ => PartialDate::Year(1951),
    };
    let person = Person {
        id: person_id(n),
        names,
        sex: [Sex::Male, Sex::Female, Sex::NotSet][n as usize % 3],
        birth,
        address: format!("石川県見本市{n}丁目"),
        postal_code: "920-0000".into(),
        coverages: vec![coverage(n), coverage(n + 1)],
    };
    Item::put(Record::Person(PersonItem { person, folded }), order(n.into()))
}

pub(crate) fn persons(count: u32) -> Vec<Item> {
    (0..count).map(person).collect()
}

/// A person with an address of `len` bytes that does not compress.
pub(crate) fn long_person(n: u32, len: usize) -> Item {
    let mut item = person(n);
    let mut noise = vec![0; len];
    let mut hasher = blake3::Hasher::new_derive_key("tomoshibi test noise");
    hasher.update(&n.to_le_bytes()).finalize_xof().fill(&mut noise);
    let letters = noise.iter().map(|byte| char::from(b' ' + byte % 64));
    if let Some(Record::Person(person)) = &mut item.record {
        person.person.address = letters.collect();
    }
    item
}

const PRESCRIBER: u64 = 1_711_234_567;

fn facility() -> FacilityCode {
    FacilityCode::parse("1741234567").unwrap()
}

/// From the prescription of one institution; nobody's that is named when it is 0.
fn receipt_key(month: u32, prescriber: u64) -> ReceiptKey {
    ReceiptKey {
        facility: facility(),
        month: YearMonth::new(2026, month).unwrap(),
        kind: ReceiptKind::Pharmacy,
        re_type: ReceiptType(4112),
        prescriber: FacilityCode::from_number(prescriber).ok(),
    }
}

fn medications() -> Vec<Item> {
    let line = |drug: &str, amount: &str| MedicationLine {
        drug: DrugCode::parse(drug).unwrap(),
        amount: Quantity::parse(amount).unwrap(),
        times: 14,
        class: LineClass::TakeHome,
        treatment_class: 21,
        form: 1,
        dispensed: PartialDate::Day(day(2026, 9, 4)),
        prescribed: Some(day(2026, 9, 4)),
        usage: Usage { code: Some(13), text: "１日３回毎食後".into() },
    };
    let receipt = |n, month, prescriber| Receipt {
        person: person_id(n),
        key: receipt_key(month, prescriber),
        order: order(u64::from(month)),
        outside_prescriptions: vec![day(2026, month, 4)],
        lines: vec![line("610406079", "3"), line("699999901", "0.5")],
    };
    let deleted =
        ItemKey { person: person_id(1), sub: SubKey::Receipt(receipt_key(9, PRESCRIBER)) };
    vec![
        Item::put(Record::Receipt(receipt(0, 8, PRESCRIBER)), order(0)),
        // One pharmacy and month: of no named prescriber, then of two.
        Item::put(Record::Receipt(receipt(0, 9, 0)), order(0)),
        Item::put(Record::Receipt(receipt(0, 9, PRESCRIBER)), order(0)),
        Item::put(Record::Receipt(receipt(0, 9, PRESCRIBER + 1)), order(0)),
        Item::delete(deleted, order(12)),
    ]
}

fn checkups() -> Vec<Item> {
    let item = |code: &str, value| CheckupItem {
        code: ItemCode::parse(code).unwrap(),
        value,
        interpretation: Some("H".into()),
        reference: Some((None, Some("129".into()))),
    };
    let quantity = CheckupValue::Quantity { value: "138".into(), unit: "mm[Hg]".into() };
    let coded = CheckupValue::Coded { code: "1".into(), list: 2003 };
    let checkup = |program, exam_date| Checkup {
        person: person_id(0),
        exam_date,
        program,
        insurer: InsurerNumber::parse("39179999").unwrap(),
        order: order(3),
        items: vec![
            item("9A755000000000001", quantity.clone()),
            item("9N701000000000011", coded.clone()),
            item("9N056160400000049", CheckupValue::Text("なし".into())),
            item("3D046000001920402", CheckupValue::NotDone),
            item("3D010000001926101", CheckupValue::Unmeasurable),
        ],
    };
    vec![
        Item::put(Record::Checkup(checkup(CheckupProgram::Specific, day(2025, 6, 12))), order(0)),
        Item::put(Record::Checkup(checkup(CheckupProgram::Other(30), day(2025, 6, 12))), order(0)),
        Item::put(
            Record::Checkup(checkup(CheckupProgram::LateElderly, day(2026, 6, 12))),
            order(0),
        ),
    ]
}

fn masters() -> Vec<Item> {
    let drug = Drug {
        code: DrugCode::parse("699999901").unwrap(),
        name: "見本錠".into(),
        unit: "錠".into(),
        price_list_code: "2171014F1020".into(),
        ingredient: "【般】見本錠".into(),
        form: DrugForm::Internal,
        controlled: false,
        pseudo: false,
        ended: Some(day(2027, 4, 1)),
    };
    let institution =
        Institution { code: facility(), name: "みほん薬局".into(), municipality: Some(17201) };
    let insurer = Insurer {
        number: InsurerNumber::parse("170993").unwrap(),
        name: "みほん市".into(),
        checkups: CheckupRegistration::Until(2025),
    };
    let name = ItemName {
        code: ItemCode::parse("9A755000000000001").unwrap(),
        name: "収縮期血圧(その他)".into(),
    };
    vec![
        Item::put(Record::Drug(drug), order(1)),
        Item::put(Record::Institution(institution), order(2)),
        Item::put(Record::Insurer(insurer), order(3)),
        Item::put(Record::ItemName(name), order(4)),
    ]
}

fn withdrawals() -> Vec<Item> {
    let targets = [
        WithdrawalTarget::Person,
        WithdrawalTarget::Receipt(receipt_key(9, PRESCRIBER)),
        WithdrawalTarget::Checkup {
            exam_date: day(2025, 6, 12),
            program: CheckupProgram::Specific,
        },
        WithdrawalTarget::Facility(facility()),
    ];
    let withdrawal = |target| Withdrawal {
        person: person_id(0),
        target,
        reason: WithdrawalReason::Correction,
        order: order(9),
    };
    targets.map(|t| Item::put(Record::Withdrawal(withdrawal(t)), order(0))).to_vec()
}

/// The items of the golden segment of a kind.
pub(crate) fn items(kind: SegmentKind) -> Vec<Item> {
    match kind {
        SegmentKind::Persons => persons(3),
        SegmentKind::Medications => medications(),
        SegmentKind::Checkups => checkups(),
        SegmentKind::Masters => masters(),
        SegmentKind::Withdrawals => withdrawals(),
    }
}

/// A sealed segment of these items.
pub(crate) fn segment(kind: SegmentKind, items: &[Item]) -> Vec<u8> {
    let recipients = [identity().to_recipient()];
    let mut writer = SegmentWriter::new(kind, &recipients, GENERATION, Vec::new()).unwrap();
    items.iter().for_each(|item| writer.push(item).unwrap());
    writer.finish().unwrap().0
}

/// A manifest with every field set.
pub(crate) fn manifest() -> Manifest {
    let entry = |n: u8, kind| SegmentEntry {
        digest: Digest::of(&[n]),
        len_bytes: 1000 + u64::from(n),
        kind,
        generation: Generation(u32::from(n)),
        from: YearMonth::new(2026, 9).unwrap(),
        to: YearMonth::new(2026, 10).unwrap(),
        first_person: person_id(0),
        last_person: person_id(9),
        items: 10,
    };
    let id = SnapshotId { epoch: 2, number: 42 };
    let mut segments = vec![entry(1, SegmentKind::Persons), entry(3, SegmentKind::Medications)];
    segments.sort_by_key(|segment| segment.digest);
    Manifest {
        region: region(),
        id,
        previous: Some(Digest::of(b"the manifest before")),
        published_at: day(2026, 11, 12).start(),
        fresh_until: day(2026, 11, 14).start(),
        reach: Reach {
            claims_to: YearMonth::new(2026, 10).unwrap(),
            processed: day(2026, 11, 12),
            eligibility_to: day(2026, 11, 11),
            checkups_to: day(2026, 10, 31),
        },
        folding: 1,
        generation: GENERATION,
        retention: RetentionTerms { medication_months: 36, checkup_years: 5 },
        drill: true,
        not_carried: vec![Category::Treatment, Category::Prescription],
        segments,
        epoch_grant: Some(EpochGrant::sign(region(), true, id.epoch, &[&key(1)])),
    }
}

/// An order with every field set.
pub(crate) fn an_order() -> Order {
    Order {
        notice_id: "事務連絡 2026-11-22".into(),
        number: 2,
        issuer: "保険局医療介護連携政策課".into(),
        region: region(),
        prefectures: BTreeSet::from([RegionCode::new(16).unwrap()]),
        municipalities: BTreeSet::from([17204, 17205]),
        facilities: BTreeSet::from([FacilityCode::parse("1711234567").unwrap()]),
        opens_at: day(2026, 11, 22).start(),
        closes_at: day(2026, 11, 28).end(),
        extends: Some(Digest::of(b"the order before")),
        revokes: false,
        categories: BTreeSet::from([
            Category::Eligibility,
            Category::Medication,
            Category::Checkup,
        ]),
        vital_interest_allowed: true,
        consent_hours: 24,
        drill: true,
        issued_at: day(2026, 11, 22).start().plus_hours(5),
    }
}

/// Two badges and two nodes, one of each revoked when the list was issued.
pub(crate) fn revocations() -> RevocationList {
    let issued_at = day(2026, 11, 23).start();
    let entry = |reason, hours| {
        let reason = Reason::from_word(reason).unwrap();
        Revocation { at: issued_at.plus_hours(hours), reason }
    };
    let (badge, node) = (BadgeId::from_bytes, NodeId::from_bytes);
    RevocationList {
        number: 300,
        region: region(),
        drill: true,
        issued_at,
        badges: BTreeMap::from([
            (badge([0xB1; 16]), entry("lost", -40)),
            (badge([0xB2; 16]), entry("misused", 0)),
        ]),
        nodes: BTreeMap::from([
            (node([0xA1; 16]), entry("stolen", 0)),
            (node([0xA2; 16]), entry("retired", -9000)),
        ]),
    }
}

/// Generations 2 and 3; the identity of 3 unseals the segments of the fixtures.
pub(crate) fn keyring() -> Keyring {
    let older = Identity::parse(OLDER_IDENTITY).unwrap();
    Keyring {
        region: region(),
        drill: true,
        identities: BTreeMap::from([(Generation(2), older), (GENERATION, identity())]),
        staff_secret: Zeroizing::new([0x5A; 32]),
    }
}

pub(crate) fn addressee() -> Addressee {
    Addressee { node: NodeId::from_bytes([0xA1; 16]), region: region(), drill: true }
}

pub(crate) fn release_header() -> ReleaseHeader {
    let Addressee { node, region, drill } = addressee();
    let id = ReleaseId([0xB2; 16]);
    ReleaseHeader { kind: ReleaseKind::Fetched, region, drill, node, id, number: 7 }
}
