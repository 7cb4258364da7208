//! What the centre and the authority make: trust root, a small snapshot, orders, releases, badges.

use std::collections::BTreeMap;

use secrecy::ExposeSecret;
use tomoshibi_policies::category::CARRIED;
use tomoshibi_policies::names;
use tomoshibi_policies::record::*;
use tomoshibi_policies::role::{BadgeId, Role};
use tomoshibi_policies::time::{JstDate, PartialDate, Period, Timestamp, YearMonth};
use tomoshibi_sync::badge::Badge;
use tomoshibi_sync::id::{Digest, Generation, NodeId, SnapshotId};
use tomoshibi_sync::item::{FoldedKeys, Item, ItemKey, PersonItem, Record, SegmentKind, SubKey};
use tomoshibi_sync::keyring::Keyring;
use tomoshibi_sync::manifest::{Manifest, Reach, RetentionTerms, SegmentEntry};
use tomoshibi_sync::order::Order;
use tomoshibi_sync::release::{self, ReleaseCode, ReleaseHeader, ReleaseId, ReleaseKind};
use tomoshibi_sync::seal::{AgeSealer, Identity, Recipient};
use tomoshibi_sync::seam::SystemEntropy;
use tomoshibi_sync::segment::SegmentWriter;
use tomoshibi_sync::signed::SigningKey;
use tomoshibi_sync::trust::{Role as KeyRole, RoleKeys, TrustRoot};

pub(crate) const NOTICE: &str = "notice-1";
pub(crate) const NODE: NodeId = NodeId::from_bytes([9; 16]);

pub(crate) fn region() -> RegionCode {
    RegionCode::new(17).unwrap()
}

fn today() -> JstDate {
    JstDate::from_ymd(2026, 11, 22).unwrap()
}

/// When every scene begins.
pub(crate) fn noon() -> Timestamp {
    today().start().plus_hours(12)
}

pub(crate) fn key(n: u8) -> SigningKey {
    SigningKey::from_seed(&[n; 32])
}

/// The centre of a region, with the authority's two keys.
pub(crate) struct Centre {
    pub(crate) trust_root: Vec<u8>,
    pub(crate) journal: Identity,
    pub(crate) keyring: Keyring,
    pub(crate) manifest: Vec<u8>,
    pub(crate) segments: BTreeMap<Digest, Vec<u8>>,
}

impl Centre {
    pub(crate) fn new() -> Self {
        let journal = Identity::generate();
        let role = |role, ns: &[u8]| {
            let keys: Vec<_> = ns.iter().map(|n| key(*n).public()).collect();
            RoleKeys { role, threshold: u8::try_from(keys.len()).unwrap(), keys }
        };
        let keys: [&[u8]; 5] = [&[1], &[2], &[3, 6], &[4], &[5]];
        let trust = TrustRoot {
            number: 1,
            region: region(),
            drill: true,
            centre_recipient: journal.to_recipient().to_string(),
            roles: KeyRole::ALL.into_iter().zip(keys).map(|(r, ns)| role(r, ns)).collect(),
        };
        let keyring = Keyring::generate(region(), true, &SystemEntropy).unwrap();
        let (entry, bytes) = segment(&keyring, SegmentKind::Persons, &person());
        let manifest = manifest(1, vec![entry]).sign(&[&key(2)]).unwrap();
        Self {
            trust_root: trust.sign(&[&key(1)]).unwrap(),
            journal,
            keyring,
            manifest,
            segments: BTreeMap::from([(entry.digest, bytes)]),
        }
    }

    /// The next snapshot, which withdraws the person, sealed to `keyring`: its manifest, and its new segment.
    pub(crate) fn withdrawing(&self, keyring: &Keyring) -> (Vec<u8>, Vec<u8>) {
        let target = WithdrawalTarget::Person;
        let order = SourceOrder { accepted: JstDate::from_ymd(2026, 11, 20).unwrap(), sequence: 1 };
        let person = PersonId::from_bytes([1; 16]);
        let withdrawal = Withdrawal { person, target, reason: WithdrawalReason::CourtOrder, order };
        let item = Item::put(Record::Withdrawal(withdrawal), order);
        let (entry, bytes) = segment(keyring, SegmentKind::Withdrawals, &item);
        let trust = TrustRoot::open_pinned(&self.trust_root, Digest::of(&self.trust_root)).unwrap();
        let mut segments = Manifest::open(&self.manifest, &trust).unwrap().segments;
        segments.push(entry);
        let previous = Some(Digest::of(&self.manifest));
        let next = Manifest { previous, ..manifest(2, segments) };
        (next.sign(&[&key(2)]).unwrap(), bytes)
    }

    /// A pre-positioned release, and the code that is spoken for it.
    pub(crate) fn preposition(&self, number: u64, node: &Recipient) -> (Vec<u8>, String) {
        let code = ReleaseCode::generate(&SystemEntropy).unwrap();
        let to = header(number);
        let bytes = release::preposition(&AgeSealer, &self.keyring, &to, node, &code).unwrap();
        (bytes, code.spoken().expose_secret().to_owned())
    }

    /// A release sealed to an opening identity.
    pub(crate) fn release_for(&self, opening: &Recipient) -> Vec<u8> {
        release::for_opening(&AgeSealer, &self.keyring, &header(7), opening).unwrap()
    }
}

pub(crate) fn header(number: u64) -> ReleaseHeader {
    ReleaseHeader {
        kind: ReleaseKind::Prepositioned,
        region: region(),
        drill: true,
        node: NODE,
        id: ReleaseId([u8::try_from(number).unwrap(); 16]),
        number,
    }
}

/// An order for Ishikawa, from an hour before noon for two days.
pub(crate) fn order() -> Order {
    Order {
        notice_id: NOTICE.into(),
        number: 1,
        issuer: "drill office".into(),
        region: region(),
        prefectures: [region()].into(),
        municipalities: [].into(),
        facilities: [].into(),
        opens_at: noon().plus_hours(-1),
        closes_at: noon().plus_hours(48),
        extends: None,
        revokes: false,
        categories: CARRIED.into_iter().collect(),
        vital_interest_allowed: true,
        consent_hours: 24,
        drill: true,
        issued_at: noon().plus_hours(-2),
    }
}

/// An order that extends `before` until `hours` after noon.
pub(crate) fn extension(before: Digest, notice: &str, from: i64, hours: i64) -> Order {
    Order {
        notice_id: notice.into(),
        number: 2,
        opens_at: noon().plus_hours(from),
        closes_at: noon().plus_hours(hours),
        extends: Some(before),
        ..order()
    }
}

/// An order that ends `named`.
pub(crate) fn revocation(named: Digest) -> Order {
    let issued_at = noon().plus_hours(-1);
    Order { number: 9, extends: Some(named), revokes: true, issued_at, ..order() }
}

pub(crate) fn signed(order: &Order) -> Vec<u8> {
    order.sign(&[&key(3), &key(6)]).unwrap()
}

pub(crate) fn badge(n: u8) -> String {
    let badge = Badge {
        id: BadgeId::from_bytes([n; 16]),
        name: format!("職員{n}"),
        role: Role::Doctor,
        facility: None,
        incident: Some(NOTICE.into()),
        region: region(),
        drill: true,
        valid: Period { from: noon().plus_hours(-24), until: noon().plus_hours(240) },
    };
    badge.sign(&key(4)).unwrap()
}

fn person() -> Item {
    let id = PersonId::from_bytes([1; 16]);
    let name = "トモシビ タロウ";
    let names =
        vec![PersonName { name_use: NameUse::Registered, kanji: String::new(), kana: name.into() }];
    let folded =
        vec![FoldedKeys { kana: names::kana_key(name), given: None, kanji: String::new() }];
    let person = Person {
        id,
        names,
        sex: Sex::Male,
        birth: PartialDate::Day(JstDate::from_ymd(1951, 3, 27).unwrap()),
        address: "石川県金沢市見本一丁目".into(),
        postal_code: String::new(),
        coverages: vec![],
    };
    let order = SourceOrder { accepted: JstDate::from_ymd(2026, 11, 1).unwrap(), sequence: 1 };
    let record = Some(Record::Person(PersonItem { person, folded }));
    Item { key: ItemKey { person: id, sub: SubKey::Person }, order, record }
}

fn segment(keyring: &Keyring, kind: SegmentKind, item: &Item) -> (SegmentEntry, Vec<u8>) {
    let generation = Generation(1);
    let recipients = [keyring.recipients()[&generation].clone()];
    let mut writer = SegmentWriter::new(kind, &recipients, generation, vec![]).unwrap();
    writer.push(item).unwrap();
    let (bytes, summary) = writer.finish().unwrap();
    let month = YearMonth::new(2026, 10).unwrap();
    let entry = SegmentEntry {
        digest: Digest::of(&bytes),
        len_bytes: bytes.len() as u64,
        kind,
        generation,
        from: month,
        to: month,
        first_person: summary.first_person,
        last_person: summary.last_person,
        items: summary.items,
    };
    (entry, bytes)
}

fn manifest(number: u64, segments: Vec<SegmentEntry>) -> Manifest {
    Manifest {
        region: region(),
        id: SnapshotId { epoch: 1, number },
        previous: None,
        published_at: noon(),
        fresh_until: noon().plus_hours(48),
        reach: Reach {
            claims_to: YearMonth::new(2026, 10).unwrap(),
            processed: today(),
            eligibility_to: today(),
            checkups_to: today(),
        },
        folding: names::FOLDING_VERSION,
        generation: Generation(1),
        retention: RetentionTerms { medication_months: 36, checkup_years: 5 },
        drill: true,
        not_carried: vec![],
        segments,
        epoch_grant: None,
    }
}
