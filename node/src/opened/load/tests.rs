//! Segments sealed in memory, opened as an opening does.

use std::io::Cursor;
use std::sync::atomic::{AtomicI64, Ordering};

use tomoshibi_policies::activation::{Activation, ActivationEvent, OpenedBy, OrderTerms};
use tomoshibi_policies::category::Category;
use tomoshibi_policies::consent::{ConsentEvidence, ConsentForm};
use tomoshibi_policies::decide;
use tomoshibi_policies::decision::{IdentityState, LookupRequest, Permit, Purpose};
use tomoshibi_policies::find::{NameQuery, Outcome, Query};
use tomoshibi_policies::names;
use tomoshibi_policies::record::*;
use tomoshibi_policies::role::{BadgeId, Role, Staff};
use tomoshibi_policies::time::{JstDate, PartialDate, Period, Timestamp, YearMonth};
use tomoshibi_sync::id::{Generation, SnapshotId};
use tomoshibi_sync::item::{FoldedKeys, ItemKey};
use tomoshibi_sync::manifest::{Reach, RetentionTerms};
use tomoshibi_sync::seam::SystemEntropy;
use tomoshibi_sync::segment::SegmentWriter;

use super::*;

fn id(n: u8) -> PersonId {
    PersonId::from_bytes([n; 16])
}

fn order(day: u32) -> SourceOrder {
    SourceOrder { accepted: JstDate::from_ymd(2026, 11, day).unwrap(), sequence: 1 }
}

fn person(n: u8, name: &str, day: u32) -> Item {
    let names =
        vec![PersonName { name_use: NameUse::Registered, kanji: String::new(), kana: name.into() }];
    let kana = names::kana_key(name);
    let folded = vec![FoldedKeys { kana, given: None, kanji: String::new() }];
    let person = Person {
        id: id(n),
        names,
        sex: Sex::Female,
        birth: PartialDate::Day(JstDate::from_ymd(1951, 3, 27).unwrap()),
        address: "石川県金沢市".into(),
        postal_code: String::new(),
        coverages: vec![],
    };
    let record = Some(Record::Person(PersonItem { person, folded }));
    Item { key: ItemKey { person: id(n), sub: SubKey::Person }, order: order(day), record }
}

fn withdrawn(n: u8, day: u32) -> Item {
    let withdrawal = Withdrawal {
        person: id(n),
        target: WithdrawalTarget::Person,
        reason: WithdrawalReason::Deletion,
        order: order(day),
    };
    let sub = SubKey::Withdrawal(WithdrawalTarget::Person);
    let record = Some(Record::Withdrawal(withdrawal));
    Item { key: ItemKey { person: id(n), sub }, order: order(day), record }
}

struct Scene {
    keyring: Arc<Keyring>,
    manifest: Manifest,
    files: BTreeMap<Digest, Vec<u8>>,
    /// Reads that the disk refuses before it answers again.
    refusals: Arc<AtomicI64>,
}

struct Bytes(Vec<u8>, Arc<AtomicI64>);

impl ReadAt for Bytes {
    fn len_bytes(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> std::io::Result<usize> {
        if self.1.load(Ordering::SeqCst) > 0 {
            self.1.fetch_sub(1, Ordering::SeqCst);
            return Err(std::io::Error::other("the disk"));
        }
        let mut cursor = Cursor::new(&self.0);
        cursor.set_position(offset);
        std::io::Read::read(&mut cursor, buf)
    }
}

impl Scene {
    fn new(segments: &[(SegmentKind, Vec<Item>)]) -> Self {
        let region = RegionCode::new(17).unwrap();
        let keyring = Keyring::generate(region, true, &SystemEntropy).unwrap();
        let generation = Generation(1);
        let recipient = keyring.recipients()[&generation].clone();
        let month = YearMonth::new(2026, 10).unwrap();
        let (mut files, mut entries) = (BTreeMap::new(), vec![]);
        for (kind, items) in segments {
            let recipients = [recipient.clone()];
            let mut writer = SegmentWriter::new(*kind, &recipients, generation, vec![]).unwrap();
            items.iter().for_each(|item| writer.push(item).unwrap());
            let (bytes, summary) = writer.finish().unwrap();
            let digest = Digest::of(&bytes);
            entries.push(SegmentEntry {
                digest,
                len_bytes: bytes.len() as u64,
                kind: *kind,
                generation,
                from: month,
                to: month,
                first_person: summary.first_person,
                last_person: summary.last_person,
                items: summary.items,
            });
            files.insert(digest, bytes);
        }
        let day = JstDate::from_ymd(2026, 11, 12).unwrap();
        let manifest = Manifest {
            region,
            id: SnapshotId { epoch: 1, number: 1 },
            previous: None,
            published_at: day.start(),
            fresh_until: day.end(),
            reach: Reach {
                claims_to: month,
                processed: day,
                eligibility_to: day,
                checkups_to: day,
            },
            folding: names::FOLDING_VERSION,
            generation,
            retention: RetentionTerms { medication_months: 36, checkup_years: 5 },
            drill: true,
            not_carried: vec![],
            segments: entries,
            epoch_grant: None,
        };
        Self { keyring: Arc::new(keyring), manifest, files, refusals: Arc::default() }
    }

    fn load(&self) -> Result<Opened, LoadError> {
        let open = |digest: &Digest| -> std::io::Result<Box<dyn ReadAt>> {
            let bytes = self.files.get(digest).ok_or(std::io::ErrorKind::NotFound)?;
            Ok(Box::new(Bytes(bytes.clone(), self.refusals.clone())))
        };
        let snapshot =
            SealedSnapshot { manifest: &self.manifest, open: &open, keyring: &self.keyring };
        snapshot.load(SITE)
    }
}

const SITE: SiteFacts = SiteFacts { facility: facility(1_710_000_001), municipality: None };

const fn facility(number: u64) -> FacilityCode {
    match FacilityCode::from_number(number) {
        Ok(code) => code,
        Err(_) => panic!("a facility"),
    }
}

fn now() -> Timestamp {
    JstDate::from_ymd(2026, 11, 22).unwrap().start()
}

/// A doctor's, for the medication of person `n`.
fn permit(n: u8) -> Permit {
    permit_for(n, vec![Category::Medication])
}

fn permit_for(n: u8, categories: Vec<Category>) -> Permit {
    let terms = OrderTerms::by_quorum("Q".into(), SITE.facility, now(), 72, true);
    let event = ActivationEvent::Opened { by: OpenedBy::Quorum, terms };
    let open = Activation::sealed().after(event, &SITE, now()).unwrap();
    let hours = Period { from: now(), until: now().plus_hours(8) };
    let staff = Staff {
        badge: BadgeId::from_bytes([1; 16]),
        role: Role::Doctor,
        facility: SITE.facility,
        validity: hours,
        revoked: false,
        drill: true,
        session: hours,
    };
    let request = LookupRequest {
        staff,
        others_signed_in: vec![],
        site: SITE,
        node_drill: true,
        person: id(n),
        identity: IdentityState::Confirmed,
        categories,
        purpose: Purpose::Care,
    };
    let consent = ConsentEvidence::Expressed {
        form: ConsentForm::Oral,
        given_at: now(),
        person: id(n),
        facility: SITE.facility,
    };
    decide(&request, &open, Some(&consent), now()).permitted().unwrap()
}

/// What person 1's pharmacy filed in October for a prescriber, accepted on `day`.
fn receipt(prescriber: Option<FacilityCode>, day: u32) -> Item {
    let key = ReceiptKey {
        facility: facility(1_741_234_567),
        month: YearMonth::new(2026, 10).unwrap(),
        kind: ReceiptKind::Pharmacy,
        re_type: ReceiptType(4112),
        prescriber,
    };
    let receipt = Receipt {
        person: id(1),
        key,
        order: order(day),
        outside_prescriptions: vec![],
        lines: vec![],
    };
    Item::put(Record::Receipt(receipt), order(day))
}

fn withdrawn_receipt(prescriber: Option<FacilityCode>, day: u32) -> Item {
    let SubKey::Receipt(key) = receipt(prescriber, day).key.sub else { panic!("a receipt") };
    let target = WithdrawalTarget::Receipt(key);
    let reason = WithdrawalReason::Deletion;
    let withdrawal = Withdrawal { person: id(1), target, reason, order: order(day) };
    Item::put(Record::Withdrawal(withdrawal), order(day))
}

fn is_found(opened: &Opened, name: &str) -> bool {
    let query = Query::Name(NameQuery {
        name: name.into(),
        birth: JstDate::from_ymd(1951, 3, 27).unwrap(),
        sex: Sex::Female,
        address: Some("石川県金沢市".into()),
        insurer: None,
    });
    matches!(opened.index.find(&query), Outcome::One(_))
}

#[test]
fn the_newest_of_several_items_stands_whatever_segment_it_lies_in() {
    use SegmentKind::Persons;
    let base =
        vec![person(1, "アオキ イチ", 1), person(2, "イノウエ ニ", 1), person(5, "ウエダ ゴ", 1)];
    let changed = vec![person(2, "カトウ ニ", 3), person(3, "キムラ サン", 3)];
    // A late delivery of older facts must not win over what is known already.
    let late = vec![person(2, "クドウ ニ", 2), person(9, "ケンモチ ク", 2)];
    for segments in [[&base, &changed, &late], [&late, &changed, &base], [&changed, &late, &base]] {
        let segments: Vec<_> = segments.iter().map(|items| (Persons, (*items).clone())).collect();
        let opened = Scene::new(&segments).load().unwrap();
        assert_eq!(opened.index.len(), 5);
        for name in ["アオキ イチ", "カトウ ニ", "キムラ サン", "ウエダ ゴ", "ケンモチ ク"]
        {
            assert!(is_found(&opened, name), "{name}");
        }
        assert!(!is_found(&opened, "イノウエ ニ") && !is_found(&opened, "クドウ ニ"));
    }
}

#[test]
fn a_withdrawn_person_is_not_found_until_registered_again() {
    let persons = vec![person(1, "アオキ イチ", 1), person(2, "イノウエ ニ", 5)];
    let withdrawals = vec![withdrawn(1, 3), withdrawn(2, 3)];
    let scene =
        Scene::new(&[(SegmentKind::Persons, persons), (SegmentKind::Withdrawals, withdrawals)]);
    let opened = scene.load().unwrap();
    assert!(!is_found(&opened, "アオキ イチ") && is_found(&opened, "イノウエ ニ"));
}

#[test]
fn a_deleted_person_is_gone() {
    let deleted = Item { record: None, ..person(1, "アオキ イチ", 2) };
    let segments = [
        (SegmentKind::Persons, vec![person(1, "アオキ イチ", 1)]),
        (SegmentKind::Persons, vec![deleted]),
    ];
    assert!(Scene::new(&segments).load().unwrap().index.is_empty());
}

#[test]
fn one_damaged_or_missing_segment_fails_the_opening_by_name() {
    let segments = [
        (SegmentKind::Persons, vec![person(1, "アオキ イチ", 1)]),
        (SegmentKind::Persons, vec![person(2, "イノウエ ニ", 1)]),
    ];
    let mut scene = Scene::new(&segments);
    let digest = scene.manifest.segments[1].digest;
    if let Some(bytes) = scene.files.get_mut(&digest) {
        let middle = bytes.len() / 2 + 40;
        bytes[middle] ^= 1;
    }
    let error = scene.load().unwrap_err();
    assert!(matches!(error, LoadError::Segment { segment, .. } if segment == digest), "{error}");
    scene.files.remove(&digest);
    let error = scene.load().unwrap_err();
    assert!(matches!(error, LoadError::Disk { segment, .. } if segment == digest), "{error}");
}

/// Medication of person 1, and checkups of persons 1 and 2 in a segment each.
fn records() -> Scene {
    let checkup = |n: u8| {
        let checkup = Checkup {
            person: id(n),
            exam_date: JstDate::from_ymd(2026, 6, 1).unwrap(),
            program: CheckupProgram::Specific,
            insurer: InsurerNumber::parse("06170001").unwrap(),
            order: order(1),
            items: vec![],
        };
        vec![Item::put(Record::Checkup(checkup), order(1))]
    };
    Scene::new(&[
        (SegmentKind::Medications, vec![receipt(None, 8)]),
        (SegmentKind::Checkups, checkup(1)),
        (SegmentKind::Checkups, checkup(2)),
    ])
}

/// Receipts, checkups and unread categories that a look at both finds.
fn seen(opened: &Opened, n: u8) -> (usize, usize, Vec<Category>) {
    let found = opened.read(&permit_for(n, vec![Category::Medication, Category::Checkup]), now());
    let unread = found.unread.iter().map(|unread| unread.category).collect();
    (found.shown.receipts.len(), found.shown.checkups.len(), unread)
}

#[test]
fn a_flipped_bit_in_one_checkup_segment_costs_the_checkups_of_its_persons_and_nothing_else() {
    let whole = records();
    assert_eq!(seen(&whole.load().unwrap(), 1), (1, 1, vec![]));
    let digest = whole.manifest.segments[1].digest;
    let len = whole.files[&digest].len();
    // The header of age, the sealed content, its last tag; and a file that is not there.
    for place in [Some(30), Some(len / 2 + 40), Some(len - 1), None] {
        let mut scene = records();
        let digest = scene.manifest.segments[1].digest;
        match place {
            Some(place) => scene.files.get_mut(&digest).unwrap()[place] ^= 1,
            None => drop(scene.files.remove(&digest)),
        }
        let opened = scene.load().unwrap();
        assert_eq!(seen(&opened, 1), (1, 0, vec![Category::Checkup]), "{place:?}");
        assert_eq!(seen(&opened, 2), (0, 1, vec![]), "{place:?}");
        assert_eq!(opened.reader.unread_segments(), 1, "{place:?}");
        let alone = opened.read(&permit_for(1, vec![Category::Checkup]), now());
        assert!(alone.unread[0].error.what.contains(&digest.to_string()));
        assert!(opened.read(&permit(1), now()).unread.is_empty(), "medication alone is whole");
    }
}

#[test]
fn a_segment_that_failed_is_opened_anew_for_the_next_reader() {
    let scene = records();
    scene.refusals.store(1 << 20, Ordering::SeqCst);
    let opened = scene.load().unwrap();
    assert_eq!(seen(&opened, 1).2.len(), 2);
    assert_eq!(opened.reader.unread_segments(), 3);
    scene.refusals.store(0, Ordering::SeqCst);
    assert_eq!((seen(&opened, 1), seen(&opened, 2)), ((1, 1, vec![]), (0, 1, vec![])));
    assert_eq!(opened.reader.unread_segments(), 0);
}

#[test]
fn the_keyring_of_another_region_use_or_generation_opens_nothing() {
    let segments = [(SegmentKind::Persons, vec![person(1, "アオキ イチ", 1)])];
    let mut scene = Scene::new(&segments);
    let change = |scene: &mut Scene, change: fn(&mut Keyring)| {
        change(Arc::get_mut(&mut scene.keyring).unwrap());
    };
    change(&mut scene, |keyring| keyring.drill = false);
    assert!(matches!(scene.load(), Err(LoadError::OtherRegion)));
    change(&mut scene, |keyring| keyring.drill = true);
    change(&mut scene, |keyring| keyring.identities.clear());
    assert!(matches!(scene.load(), Err(LoadError::Generation { .. })));
    let region = RegionCode::new(17).unwrap();
    scene.keyring = Arc::new(Keyring::generate(region, true, &SystemEntropy).unwrap());
    assert!(matches!(scene.load(), Err(LoadError::Segment { .. })));
}

#[test]
fn each_prescriber_at_one_pharmacy_keeps_a_receipt_through_increments_and_withdrawals() {
    let (clinic, dentist) = (Some(facility(1_711_111_111)), Some(facility(1_731_111_111)));
    let base = vec![receipt(None, 8), receipt(clinic, 8), receipt(dentist, 8)];
    let increment = vec![receipt(clinic, 11)];
    let found = |withdrawals: Vec<Item>| {
        let mut segments = vec![
            (SegmentKind::Medications, increment.clone()),
            (SegmentKind::Medications, base.clone()),
        ];
        if !withdrawals.is_empty() {
            segments.push((SegmentKind::Withdrawals, withdrawals));
        }
        let opened = Scene::new(&segments).load().unwrap();
        let shown = opened.read(&permit(1), now()).shown;
        shown.receipts.iter().map(|r| (r.key.prescriber, r.order)).collect::<Vec<_>>()
    };
    let all = [(None, order(8)), (clinic, order(11)), (dentist, order(8))];
    assert_eq!(found(vec![]), all);
    assert_eq!(found(vec![withdrawn_receipt(clinic, 12)]), [all[0], all[2]]);
    assert_eq!(found(vec![withdrawn_receipt(dentist, 12)]), [all[0], all[1]]);
    assert_eq!(found(vec![withdrawn_receipt(None, 12)]), [all[1], all[2]]);
    // Of before the re-filing: it hides nothing any more.
    assert_eq!(found(vec![withdrawn_receipt(clinic, 9)]), all);
}
