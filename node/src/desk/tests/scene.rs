//! A small region in memory, an open node, and evidence that can fail.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering};
use std::time::Duration;

use tomoshibi_policies::activation::{ActivationEvent, Area, OpenedBy, OrderTerms, SiteFacts};
use tomoshibi_policies::category::{CARRIED, Category};
use tomoshibi_policies::decision::Permit;
use tomoshibi_policies::find::FoldedPerson;
use tomoshibi_policies::record::*;
use tomoshibi_policies::retention::Retention;
use tomoshibi_policies::role::{BadgeId, Role};
use tomoshibi_policies::staleness::SourceReach;
use tomoshibi_policies::time::{DatePeriod, JstDate, PartialDate, YearMonth};
use tomoshibi_policies::withdrawn::Change;
use tomoshibi_sync::id::{Incarnation, NodeId};
use tomoshibi_sync::journal::{Origin, Sequence, TreeHash};
use tomoshibi_sync::keyring::Keyring;
use tomoshibi_sync::seam::SystemEntropy;
use tomoshibi_sync::signed::SigningKey;
use tomoshibi_sync::trust::{Role as KeyRole, RoleKeys};
use zeroize::Zeroizing;

use super::super::*;
use crate::index::IndexBuilder;
use crate::masters::Masters;
use crate::opened::{RecordError, RecordReader, Records, SnapshotFacts, Unread};
use crate::staff::{PinError, PinRecord};

pub(super) const FACILITY: &str = "1710000001";
pub(super) const NOTICE: &str = "notice-1";

pub(super) fn day(text: &str) -> JstDate {
    JstDate::parse(text).unwrap()
}

pub(super) fn noon() -> Timestamp {
    day("2026-11-22").start().plus_hours(12)
}

pub(super) fn facility() -> FacilityCode {
    FacilityCode::parse(FACILITY).unwrap()
}

pub(super) fn origin() -> Origin {
    Origin {
        region: RegionCode::new(17).unwrap(),
        node: NodeId::from_bytes([9; 16]),
        incarnation: Incarnation(2),
    }
}

pub(super) struct TestClock(pub(super) AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }

    fn running(&self) -> Duration {
        Duration::ZERO
    }
}

#[derive(Default)]
pub(super) struct TestEvidence {
    pub(super) events: Mutex<Vec<Event>>,
    pub(super) fails: AtomicBool,
    /// Lives that began since the first.
    pub(super) lives: AtomicU32,
}

impl Evidence for TestEvidence {
    fn record(
        &self,
        event: &Event,
        _: Timestamp,
        _: ClockQuality,
    ) -> Result<Recorded, EvidenceError> {
        if self.fails.load(Ordering::SeqCst) {
            return Err(EvidenceError { class: ErrorClass::Exhausted });
        }
        let mut events = self.events.lock().unwrap();
        events.push(event.clone());
        let sequence = events.len() as u64;
        Ok(Recorded {
            incarnation: Incarnation(2 + self.lives.load(Ordering::SeqCst)),
            sequence: Sequence(sequence),
            leaf: TreeHash::of_leaf(&sequence.to_le_bytes()),
        })
    }
}

#[derive(Default)]
pub(super) struct TestPins(Mutex<BTreeMap<BadgeId, PinRecord>>);

impl PinRecords for TestPins {
    fn get(&self, badge: BadgeId) -> Result<Option<PinRecord>, PinError> {
        Ok(self.0.lock().unwrap().get(&badge).cloned())
    }

    fn put(&self, badge: BadgeId, record: &PinRecord) -> Result<(), PinError> {
        self.0.lock().unwrap().insert(badge, record.clone());
        Ok(())
    }

    fn is_empty(&self) -> Result<bool, PinError> {
        Ok(self.0.lock().unwrap().is_empty())
    }
}

/// Gives one receipt to whoever is permitted, and counts the reads. Cannot read checkups when told so.
pub(super) struct TestReader(Arc<AtomicI64>, Arc<AtomicBool>);

impl RecordReader for TestReader {
    fn read(&self, permit: &Permit) -> Records {
        self.0.fetch_add(1, Ordering::SeqCst);
        let mut records = Records::default();
        if permit.categories().contains(&Category::Medication) {
            records.receipts.push(Change::Put(receipt(permit.person())));
        }
        if self.1.load(Ordering::SeqCst) && permit.categories().contains(&Category::Checkup) {
            let error = RecordError { what: "segment x".into(), class: ErrorClass::Corrupt };
            records.unread.push(Unread { category: Category::Checkup, error });
        }
        records
    }

    fn unread_segments(&self) -> usize {
        usize::from(self.1.load(Ordering::SeqCst))
    }
}

pub(super) fn receipt(person: PersonId) -> Receipt {
    Receipt {
        person,
        key: ReceiptKey {
            facility: facility(),
            month: YearMonth::new(2026, 9).unwrap(),
            kind: ReceiptKind::Pharmacy,
            re_type: ReceiptType(4112),
            prescriber: None,
        },
        order: SourceOrder { accepted: day("2026-10-10"), sequence: 1 },
        outside_prescriptions: vec![],
        lines: vec![MedicationLine {
            drug: DrugCode::parse("699999901").unwrap(),
            amount: Quantity::parse("3").unwrap(),
            times: 60,
            class: LineClass::TakeHome,
            treatment_class: 0,
            form: 1,
            dispensed: PartialDate::Day(day("2026-09-04")),
            prescribed: None,
            usage: Usage::default(),
        }],
    }
}

pub(super) fn person(n: u8, kanji: &str, kana: &str) -> Person {
    let names =
        vec![PersonName { name_use: NameUse::Registered, kanji: kanji.into(), kana: kana.into() }];
    Person {
        id: PersonId::from_bytes([n; 16]),
        names,
        sex: Sex::Male,
        birth: PartialDate::Day(day("1951-03-27")),
        address: "石川県金沢市見本一丁目".into(),
        postal_code: "920-0000".into(),
        coverages: vec![Coverage {
            insurer: InsurerNumber::parse("170993").unwrap(),
            symbol: "12".into(),
            number: format!("426{n}"),
            branch: Some(1),
            period: DatePeriod { from: day("2020-04-01"), until: None },
            card: CardClass::General,
            relation: Relation::Insured,
            burden_percent: Some(30),
            elderly_until: None,
            loss: None,
        }],
    }
}

pub(super) fn key(n: u8) -> SigningKey {
    SigningKey::from_seed(&[n; 32])
}

pub(super) fn badge(n: u8, role: Role) -> String {
    let badge = Badge {
        id: BadgeId::from_bytes([n; 16]),
        name: format!("職員{n}"),
        role,
        facility: None,
        incident: Some(NOTICE.into()),
        region: RegionCode::new(17).unwrap(),
        drill: true,
        valid: Period { from: noon().plus_hours(-24), until: noon().plus_hours(240) },
    };
    badge.sign(&key(4)).unwrap()
}

pub(super) struct Scene {
    pub(super) desk: Desk,
    pub(super) clock: Arc<TestClock>,
    pub(super) evidence: Arc<TestEvidence>,
    pub(super) reads: Arc<AtomicI64>,
    /// True when checkups cannot be read.
    pub(super) damaged: Arc<AtomicBool>,
}

impl Scene {
    /// An open node with two people, 太郎 and 次郎.
    pub(super) fn open() -> Self {
        let role = |role, n: u8| RoleKeys { role, threshold: 1, keys: vec![key(n).public()] };
        let trust = TrustRoot {
            number: 1,
            region: RegionCode::new(17).unwrap(),
            drill: true,
            centre_recipient: String::new(),
            roles: KeyRole::ALL.into_iter().zip(1..).map(|(r, n)| role(r, n)).collect(),
        };
        let clock = Arc::new(TestClock(AtomicI64::new(noon().as_millis())));
        let evidence = Arc::new(TestEvidence::default());
        let desk = Desk::new(DeskSetup {
            trust,
            evidence: evidence.clone(),
            slips: SlipSigner { origin: origin(), signing: Arc::new(key(9)) },
            pins: Arc::new(TestPins::default()),
            clock: clock.clone(),
            entropy: Arc::new(SystemEntropy),
        });
        let reads = Arc::new(AtomicI64::new(0));
        let scene = Self { desk, clock, evidence, reads, damaged: Arc::default() };
        scene.open_until(noon().plus_hours(48));
        scene
    }

    pub(super) fn open_until(&self, until: Timestamp) {
        let mut builder = IndexBuilder::with_capacity(2, 1024);
        builder.add(&FoldedPerson::fold(person(1, "灯火　太郎", "ﾄﾓｼﾋﾞ ﾀﾛｳ")));
        builder.add(&FoldedPerson::fold(person(2, "見本　次郎", "ﾐﾎﾝ ｼﾞﾛｳ")));
        let site = SiteFacts { facility: facility(), municipality: Some(17201) };
        let opened = Opened {
            index: builder.finish(),
            masters: Masters::default(),
            withdrawals: BTreeMap::new(),
            reader: Box::new(TestReader(self.reads.clone(), self.damaged.clone())),
            snapshot: SnapshotFacts {
                name: "1.1".into(),
                regions: vec![RegionCode::new(17).unwrap()],
                published_at: noon(),
                fresh_until: noon().plus_hours(48),
                reach: SourceReach {
                    claims_to: YearMonth::new(2026, 10).unwrap(),
                    processed: day("2026-11-12"),
                    eligibility_to: day("2026-11-01"),
                    checkups_to: day("2026-11-01"),
                },
                retention: Retention {
                    medication_months: 36,
                    checkup_years: 5,
                    eligibility_years: 10,
                },
            },
            keyring: Arc::new(
                Keyring::generate(RegionCode::new(17).unwrap(), true, &SystemEntropy).unwrap(),
            ),
            staff_secret: Zeroizing::new([7; 32]),
            site: site.clone(),
            pin: None,
        };
        let terms = OrderTerms {
            notice_id: NOTICE.into(),
            area: Area {
                prefectures: [RegionCode::new(17).unwrap()].into(),
                municipalities: [].into(),
            },
            facilities: vec![],
            period: Period { from: noon().plus_hours(-1), until },
            categories: CARRIED.to_vec(),
            vital_interest_allowed: true,
            consent_hours: 24,
            drill: true,
        };
        let event = ActivationEvent::Opened { by: OpenedBy::Order, terms };
        let activation = Activation::sealed().after(event, &site, noon()).unwrap();
        self.desk.set_opening(activation, Some(Arc::new(opened)));
    }

    /// Signs in; sets the PIN when there is none.
    pub(super) fn sign_in(&self, n: u8, role: Role, witness: Option<&str>) -> String {
        let (badge, pin) = (badge(n, role), format!("27099{n}"));
        let witness = witness.map(str::to_owned);
        if self.desk.setup.pins.get(BadgeId::from_bytes([n; 16])).unwrap().is_none() {
            let set = DeskRequest::SetPin { badge: badge.clone(), pin: pin.clone(), witness };
            self.desk.handle(set).unwrap();
        }
        match self.desk.handle(DeskRequest::SignIn { badge, pin }).unwrap() {
            DeskReply::SignedIn { token, .. } => token,
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn find(&self, token: &str, name: &str) -> DeskReply {
        let fields = NameFields {
            name: name.into(),
            birth: "S26.3.27".into(),
            sex: "1".into(),
            address: Some("金沢市".into()),
            insurer: None,
        };
        self.desk.handle(DeskRequest::FindByName { token: token.into(), fields }).unwrap()
    }

    pub(super) fn visit(&self, token: &str, name: &str) -> String {
        match self.find(token, name) {
            DeskReply::Found { outcome: FindReply::One { visit, .. } } => visit,
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn consent(&self, token: &str, visit: &str, form: ConsentForm) -> DeskReply {
        let (token, visit) = (token.into(), visit.into());
        self.desk.handle(DeskRequest::Consent { token, visit, form }).unwrap()
    }

    pub(super) fn look(
        &self,
        token: &str,
        visit: &str,
        categories: &[&str],
    ) -> Result<DeskReply, Failure> {
        self.desk.handle(DeskRequest::Look {
            token: token.into(),
            visit: visit.into(),
            categories: categories.iter().map(|c| (*c).to_owned()).collect(),
            purpose: "care".into(),
        })
    }

    pub(super) fn print(
        &self,
        token: &str,
        visit: &str,
        categories: &[&str],
    ) -> Result<DeskReply, Failure> {
        self.desk.handle(DeskRequest::Print {
            token: token.into(),
            visit: visit.into(),
            categories: categories.iter().map(|c| (*c).to_owned()).collect(),
            purpose: "care".into(),
        })
    }

    pub(super) fn confirm(&self, token: &str, visit: &str, fact: &str, said: &str) -> DeskReply {
        let request = DeskRequest::ConfirmIdentity {
            token: token.into(),
            visit: visit.into(),
            by: "papers".into(),
            fact: fact.into(),
            said: said.into(),
        };
        self.desk.handle(request).unwrap()
    }

    pub(super) fn vital_interest(
        &self,
        token: &str,
        visit: &str,
        second: Second,
    ) -> Result<DeskReply, Failure> {
        self.desk.handle(DeskRequest::VitalInterest {
            token: token.into(),
            visit: visit.into(),
            reason: "unconscious".into(),
            written: "梁の下から救出、呼びかけに反応なし".into(),
            second,
        })
    }

    /// The word of somebody whose PIN was set by `sign_in`.
    pub(super) fn second(&self, n: u8, role: Role) -> Second {
        Second::Badge { badge: badge(n, role), pin: format!("27099{n}") }
    }

    pub(super) fn pass_minutes(&self, minutes: i64) {
        self.clock.0.fetch_add(minutes * 60_000, Ordering::SeqCst);
    }

    /// Minutes since noon.
    pub(super) fn minutes(&self) -> i64 {
        (self.clock.0.load(Ordering::SeqCst) - noon().as_millis()) / 60_000
    }

    pub(super) fn events(&self) -> Vec<Event> {
        self.evidence.events.lock().unwrap().clone()
    }
}

pub(super) fn record(reply: DeskReply) -> crate::view::RecordView {
    match reply {
        DeskReply::Record { record } => *record,
        other => panic!("{other:?}"),
    }
}

pub(super) fn reasons(reply: DeskReply) -> Vec<String> {
    match reply {
        DeskReply::Denied { reasons } => reasons,
        other => panic!("{other:?}"),
    }
}
