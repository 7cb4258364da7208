//! The desk, end to end, with a small region in memory and evidence that can fail.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
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
use tomoshibi_sync::journal::SearchOutcome;
use tomoshibi_sync::seam::SystemEntropy;
use tomoshibi_sync::signed::SigningKey;
use tomoshibi_sync::trust::{Role as KeyRole, RoleKeys};
use zeroize::Zeroizing;

use super::*;
use crate::index::IndexBuilder;
use crate::masters::Masters;
use crate::opened::{RecordError, RecordReader, Records, SnapshotFacts};
use crate::staff::{PinError, PinRecord};

const FACILITY: &str = "1710000001";
const NOTICE: &str = "notice-1";

fn day(text: &str) -> JstDate {
    JstDate::parse(text).unwrap()
}

fn noon() -> Timestamp {
    day("2026-11-22").start().plus_hours(12)
}

fn facility() -> FacilityCode {
    FacilityCode::parse(FACILITY).unwrap()
}

struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }

    fn running(&self) -> Duration {
        Duration::ZERO
    }
}

#[derive(Default)]
struct TestEvidence {
    events: Mutex<Vec<Event>>,
    fails: AtomicBool,
}

impl Evidence for TestEvidence {
    fn record(&self, event: &Event, _: Timestamp, _: ClockQuality) -> Result<(), EvidenceError> {
        if self.fails.load(Ordering::SeqCst) {
            return Err(EvidenceError { class: ErrorClass::Exhausted });
        }
        self.events.lock().unwrap().push(event.clone());
        Ok(())
    }
}

#[derive(Default)]
struct TestPins(Mutex<BTreeMap<BadgeId, PinRecord>>);

impl PinRecords for TestPins {
    fn get(&self, badge: BadgeId) -> Result<Option<PinRecord>, PinError> {
        Ok(self.0.lock().unwrap().get(&badge).cloned())
    }

    fn put(&self, badge: BadgeId, record: &PinRecord) -> Result<(), PinError> {
        self.0.lock().unwrap().insert(badge, record.clone());
        Ok(())
    }
}

/// Gives one receipt to whoever is permitted, and counts the reads.
struct TestReader(Arc<AtomicI64>);

impl RecordReader for TestReader {
    fn read(&self, permit: &Permit) -> Result<Records, RecordError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        let mut records = Records::default();
        if permit.categories().contains(&Category::Medication) {
            records.receipts.push(Change::Put(receipt(permit.person())));
        }
        Ok(records)
    }
}

fn receipt(person: PersonId) -> Receipt {
    Receipt {
        person,
        key: ReceiptKey {
            facility: facility(),
            month: YearMonth::new(2026, 9).unwrap(),
            kind: ReceiptKind::Pharmacy,
            re_type: ReceiptType(4112),
        },
        order: SourceOrder { accepted: day("2026-10-10"), sequence: 1 },
        prescriber: None,
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

fn person(n: u8, kanji: &str, kana: &str) -> Person {
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

fn key(n: u8) -> SigningKey {
    SigningKey::from_seed(&[n; 32])
}

fn badge(n: u8, role: Role) -> String {
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

struct Scene {
    desk: Desk,
    clock: Arc<TestClock>,
    evidence: Arc<TestEvidence>,
    reads: Arc<AtomicI64>,
}

impl Scene {
    /// An open node with two people, 太郎 and 次郎.
    fn open() -> Self {
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
            pins: Arc::new(TestPins::default()),
            clock: clock.clone(),
            entropy: Arc::new(SystemEntropy),
        });
        let reads = Arc::new(AtomicI64::new(0));
        let scene = Self { desk, clock, evidence, reads };
        scene.open_until(noon().plus_hours(48));
        scene
    }

    fn open_until(&self, until: Timestamp) {
        let mut builder = IndexBuilder::with_capacity(2, 1024);
        builder.add(&FoldedPerson::fold(person(1, "灯火　太郎", "ﾄﾓｼﾋﾞ ﾀﾛｳ")));
        builder.add(&FoldedPerson::fold(person(2, "見本　次郎", "ﾐﾎﾝ ｼﾞﾛｳ")));
        let site = SiteFacts { facility: facility(), municipality: Some(17201) };
        let opened = Opened {
            index: builder.finish(),
            masters: Masters::default(),
            withdrawals: BTreeMap::new(),
            reader: Box::new(TestReader(self.reads.clone())),
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

    fn sign_in(&self, n: u8, role: Role, witness: Option<&str>) -> String {
        let (badge, pin) = (badge(n, role), format!("27099{n}"));
        let witness = witness.map(str::to_owned);
        let set = DeskRequest::SetPin { badge: badge.clone(), pin: pin.clone(), witness };
        self.desk.handle(set).unwrap();
        match self.desk.handle(DeskRequest::SignIn { badge, pin }).unwrap() {
            DeskReply::SignedIn { token, .. } => token,
            other => panic!("{other:?}"),
        }
    }

    fn find(&self, token: &str, name: &str) -> DeskReply {
        let fields = NameFields {
            name: name.into(),
            birth: "S26.3.27".into(),
            sex: "1".into(),
            address: Some("金沢市".into()),
            insurer: None,
        };
        self.desk.handle(DeskRequest::FindByName { token: token.into(), fields }).unwrap()
    }

    fn visit(&self, token: &str, name: &str) -> String {
        match self.find(token, name) {
            DeskReply::Found { outcome: FindReply::One { visit, .. } } => visit,
            other => panic!("{other:?}"),
        }
    }

    fn consent(&self, token: &str, visit: &str, form: ConsentForm) -> DeskReply {
        let (token, visit) = (token.into(), visit.into());
        self.desk.handle(DeskRequest::Consent { token, visit, form }).unwrap()
    }

    fn look(&self, token: &str, visit: &str, categories: &[&str]) -> Result<DeskReply, Failure> {
        self.desk.handle(DeskRequest::Look {
            token: token.into(),
            visit: visit.into(),
            categories: categories.iter().map(|c| (*c).to_owned()).collect(),
            purpose: "care".into(),
        })
    }

    fn events(&self) -> Vec<Event> {
        self.evidence.events.lock().unwrap().clone()
    }
}

fn record(reply: DeskReply) -> crate::view::RecordView {
    match reply {
        DeskReply::Record { record } => *record,
        other => panic!("{other:?}"),
    }
}

fn reasons(reply: DeskReply) -> Vec<String> {
    match reply {
        DeskReply::Denied { reasons } => reasons,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_consented_look_shows_the_record_and_leaves_its_entry() {
    let scene = Scene::open();
    let token = scene.sign_in(1, Role::Doctor, None);
    let visit = scene.visit(&token, "ともしび たろう");
    scene.consent(&token, &visit, ConsentForm::Oral);
    let record = record(scene.look(&token, &visit, &["eligibility", "medication"]).unwrap());
    assert!(record.drill && !record.identity_confirmed);
    assert_eq!(record.subject.names[0].written.as_deref(), Some("灯火　太郎"));
    let medication = record.medication.unwrap();
    assert_eq!(medication.lines.len(), 1);
    assert_eq!(medication.lines[0].group, "danger-unknown");
    assert_eq!(record.eligibility.unwrap()[0].number.as_deref(), Some("4261"));
    assert!(record.checkups.is_none());
    let said: Vec<_> = record.statements.iter().map(|s| s.id.as_str()).collect();
    for id in ["drill", "identity-not-confirmed", "allergies-not-in-this-data", "claims-reach"] {
        assert!(said.contains(&id), "{id}");
    }
    match scene.events().last() {
        Some(Event::Disclosed { disclosure }) => {
            assert_eq!(disclosure.person, PersonId::from_bytes([1; 16]));
            let shown: Vec<_> =
                disclosure.shown.iter().map(|s| (s.category.as_str(), s.items)).collect();
            assert_eq!(shown, [("eligibility", 1), ("medication", 1)]);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn no_answer_leaves_without_a_durable_entry() {
    let scene = Scene::open();
    let token = scene.sign_in(1, Role::Doctor, None);
    let visit = scene.visit(&token, "灯火太郎");
    scene.consent(&token, &visit, ConsentForm::Oral);
    scene.evidence.fails.store(true, Ordering::SeqCst);
    let failure = scene.look(&token, &visit, &["medication"]).unwrap_err();
    assert_eq!(
        (failure.code.as_str(), failure.class),
        ("journal-not-written", ErrorClass::Exhausted)
    );
    let fields = NameFields {
        name: "灯火太郎".into(),
        birth: "19510327".into(),
        sex: "1".into(),
        address: Some("金沢市".into()),
        insurer: None,
    };
    let search = scene.desk.handle(DeskRequest::FindByName { token: token.clone(), fields });
    assert_eq!(search.unwrap_err().code, "journal-not-written");
    scene.evidence.fails.store(false, Ordering::SeqCst);
    assert!(matches!(scene.look(&token, &visit, &["medication"]), Ok(DeskReply::Record { .. })));
}

#[test]
fn a_consent_that_could_not_be_journalled_opens_nothing() {
    let scene = Scene::open();
    let token = scene.sign_in(1, Role::Doctor, None);
    let visit = scene.visit(&token, "灯火太郎");
    scene.evidence.fails.store(true, Ordering::SeqCst);
    let (form, of) = (ConsentForm::Oral, visit.clone());
    assert!(
        scene.desk.handle(DeskRequest::Consent { token: token.clone(), visit: of, form }).is_err()
    );
    scene.evidence.fails.store(false, Ordering::SeqCst);
    assert_eq!(reasons(scene.look(&token, &visit, &["medication"]).unwrap()), ["no-consent"]);
}

#[test]
fn without_consent_nothing_is_read_and_the_denial_is_journalled() {
    let scene = Scene::open();
    let token = scene.sign_in(1, Role::Doctor, None);
    let visit = scene.visit(&token, "灯火太郎");
    assert_eq!(reasons(scene.look(&token, &visit, &["medication"]).unwrap()), ["no-consent"]);
    assert!(matches!(scene.events().last(), Some(Event::Denied { .. })));
    scene.consent(&token, &visit, ConsentForm::Oral);
    scene.consent(&token, &visit, ConsentForm::Refused);
    assert_eq!(reasons(scene.look(&token, &visit, &["medication"]).unwrap()), ["consent-refused"]);
    assert_eq!(scene.reads.load(Ordering::SeqCst), 0);
}

#[test]
fn the_consent_of_one_patient_does_not_open_another() {
    let scene = Scene::open();
    let token = scene.sign_in(1, Role::Doctor, None);
    let first = scene.visit(&token, "灯火太郎");
    scene.consent(&token, &first, ConsentForm::Written);
    let second = scene.visit(&token, "見本次郎");
    assert_eq!(reasons(scene.look(&token, &second, &["medication"]).unwrap()), ["no-consent"]);
}

#[test]
fn a_consent_ends_after_its_hours() {
    let scene = Scene::open();
    let token = scene.sign_in(1, Role::Doctor, None);
    let visit = scene.visit(&token, "灯火太郎");
    scene.consent(&token, &visit, ConsentForm::Oral);
    scene.clock.0.store(noon().plus_hours(24).as_millis(), Ordering::SeqCst);
    let token = scene.sign_in(1, Role::Doctor, None);
    let visit = scene.visit(&token, "灯火太郎");
    assert_eq!(reasons(scene.look(&token, &visit, &["medication"]).unwrap()), ["consent-expired"]);
}

#[test]
fn reception_sees_eligibility_and_nothing_more() {
    let scene = Scene::open();
    let token = scene.sign_in(1, Role::Reception, None);
    let visit = scene.visit(&token, "灯火太郎");
    scene.consent(&token, &visit, ConsentForm::Oral);
    assert_eq!(
        reasons(scene.look(&token, &visit, &["medication"]).unwrap()),
        ["role-may-not-view"]
    );
    let record = record(scene.look(&token, &visit, &["eligibility", "medication"]).unwrap());
    assert!(record.eligibility.is_some() && record.medication.is_none());
}

#[test]
fn a_second_person_confirms_a_vital_interest_and_alone_is_marked() {
    let scene = Scene::open();
    let doctor = scene.sign_in(1, Role::Doctor, None);
    let visit = scene.visit(&doctor, "灯火太郎");
    let claim = |token: &str, second| DeskRequest::VitalInterest {
        token: token.into(),
        visit: visit.clone(),
        reason: "unconscious".into(),
        written: "梁の下から救出、呼びかけに反応なし".into(),
        second,
    };
    scene.desk.handle(claim(&doctor, Second::Alone)).unwrap();
    let alone = record(scene.look(&doctor, &visit, &["medication"]).unwrap());
    assert_eq!(alone.basis, "vital-interest-alone");

    scene.sign_in(2, Role::Pharmacist, Some(&doctor));
    let denied = scene.look(&doctor, &visit, &["medication"]).unwrap();
    assert_eq!(reasons(denied), ["vital-interest-not-alone"]);
    let second =
        |n: u8, pin: &str| Second::Badge { badge: badge(n, Role::Pharmacist), pin: pin.into() };
    let wrong = scene.desk.handle(claim(&doctor, second(2, "000001"))).unwrap_err();
    assert_eq!(wrong.code, "pin-wrong");
    scene.desk.handle(claim(&doctor, second(2, "270992"))).unwrap();
    let confirmed = record(scene.look(&doctor, &visit, &["medication"]).unwrap());
    assert_eq!(confirmed.basis, "vital-interest");
}

#[test]
fn identity_is_confirmed_by_a_fact_and_not_by_guessing() {
    let scene = Scene::open();
    let token = scene.sign_in(1, Role::Doctor, None);
    let visit = scene.visit(&token, "ともしびたろう");
    let say = |said: &str| {
        scene.desk.handle(DeskRequest::ConfirmIdentity {
            token: token.clone(),
            visit: visit.clone(),
            by: "patient".into(),
            fact: "card-number-tail".into(),
            said: said.into(),
        })
    };
    for left in (0..5).rev() {
        let expected = DeskReply::Identity { confirmed: false, attempts_left: left };
        assert_eq!(say("0000").unwrap(), expected);
    }
    assert_eq!(say("4261").unwrap_err().code, "confirm-attempts");

    let visit = scene.visit(&token, "ともしびたろう");
    scene.consent(&token, &visit, ConsentForm::Oral);
    scene
        .desk
        .handle(DeskRequest::ConfirmIdentity {
            token: token.clone(),
            visit: visit.clone(),
            by: "papers".into(),
            fact: "kanji-name".into(),
            said: "灯火太郎".into(),
        })
        .unwrap();
    assert!(record(scene.look(&token, &visit, &["medication"]).unwrap()).identity_confirmed);
}

#[test]
fn a_search_names_nobody_and_keeps_no_terms() {
    let scene = Scene::open();
    let token = scene.sign_in(1, Role::Doctor, None);
    let none = scene.find(&token, "該当　無子");
    assert_eq!(none, DeskReply::Found { outcome: FindReply::None { regions: vec![17] } });
    match scene.events().last() {
        Some(Event::Searched { outcome, .. }) => assert_eq!(*outcome, SearchOutcome::None),
        other => panic!("{other:?}"),
    }
}

#[test]
fn outside_the_period_nothing_is_searched_and_the_denial_is_journalled() {
    let scene = Scene::open();
    scene.open_until(noon().plus_hours(1));
    let token = scene.sign_in(1, Role::Doctor, None);
    let visit = scene.visit(&token, "灯火太郎");
    scene.consent(&token, &visit, ConsentForm::Oral);
    scene.clock.0.store(noon().plus_hours(1).as_millis() - 1, Ordering::SeqCst);
    // The session has paused too long by now; a new one is begun inside the period.
    let token = scene.sign_in(1, Role::Doctor, None);
    assert!(matches!(scene.find(&token, "灯火太郎"), DeskReply::Found { .. }));
    scene.clock.0.store(noon().plus_hours(1).as_millis(), Ordering::SeqCst);
    assert_eq!(reasons(scene.find(&token, "灯火太郎")), ["after-period"]);
    assert_eq!(reasons(scene.look(&token, &visit, &["eligibility"]).unwrap()), ["after-period"]);
    assert!(matches!(scene.events().last(), Some(Event::Denied { .. })));
}

#[test]
fn a_closed_desk_knows_nobody() {
    let scene = Scene::open();
    let token = scene.sign_in(1, Role::Doctor, None);
    let visit = scene.visit(&token, "灯火太郎");
    scene.desk.close(Activation::sealed());
    assert_eq!(scene.look(&token, &visit, &["eligibility"]).unwrap_err().code, "session-unknown");
    let again = DeskRequest::SignIn { badge: badge(1, Role::Doctor), pin: "270991".into() };
    assert_eq!(scene.desk.handle(again).unwrap_err().code, "not-open");
}

#[test]
fn wrong_badges_and_pins_are_refused_by_name_and_journalled() {
    let scene = Scene::open();
    let doctor = scene.sign_in(1, Role::Doctor, None);
    let sign_in = |badge: String, pin: &str| {
        let failure =
            scene.desk.handle(DeskRequest::SignIn { badge, pin: pin.into() }).unwrap_err();
        assert!(matches!(scene.events().last(), Some(Event::SignInRefused { .. })));
        failure.code
    };
    assert_eq!(sign_in("HC1:NONSENSE".into(), "270991"), "badge-form");
    assert_eq!(sign_in(badge(1, Role::Doctor), "270990"), "pin-wrong");
    assert_eq!(sign_in(badge(3, Role::Doctor), "270993"), "pin-not-set");
    let set = |witness: Option<&str>| {
        let witness = witness.map(str::to_owned);
        let (badge, pin) = (badge(3, Role::Doctor), "270993".into());
        scene.desk.handle(DeskRequest::SetPin { badge, pin, witness })
    };
    assert_eq!(set(None).unwrap_err().code, "witness-missing");
    assert_eq!(set(Some(&doctor)), Ok(DeskReply::Done));
}

#[test]
fn a_session_can_be_seen_and_ended_by_a_colleague() {
    let scene = Scene::open();
    let doctor = scene.sign_in(1, Role::Doctor, None);
    let pharmacist = scene.sign_in(2, Role::Pharmacist, Some(&doctor));
    let token = doctor.clone();
    let sessions = match scene.desk.handle(DeskRequest::Sessions { token }).unwrap() {
        DeskReply::Sessions { sessions } => sessions,
        other => panic!("{other:?}"),
    };
    let other = sessions.iter().find(|line| !line.own).unwrap();
    assert_eq!((sessions.len(), other.role.as_str()), (2, "pharmacist"));
    let end = DeskRequest::EndSession { token: doctor, number: other.number };
    scene.desk.handle(end).unwrap();
    let gone = scene.desk.handle(DeskRequest::SignOut { token: pharmacist }).unwrap_err();
    assert_eq!(gone.code, "session-unknown");
}

#[test]
fn after_closing_nobody_holds_what_was_opened() {
    let scene = Scene::open();
    let token = scene.sign_in(1, Role::Doctor, None);
    let visit = scene.visit(&token, "ともしび たろう");
    scene.consent(&token, &visit, ConsentForm::Oral);
    scene.look(&token, &visit, &["medication"]).unwrap();
    let held = Arc::downgrade(&scene.desk.opening().opened.unwrap());
    assert_eq!(held.strong_count(), 1);
    scene.desk.close(Activation::sealed());
    assert_eq!(held.strong_count(), 0);
    assert_eq!(scene.look(&token, &visit, &["medication"]).unwrap_err().code, "session-unknown");
}

#[test]
fn a_badge_for_any_notice_of_the_opening_goes_on_counting() {
    let scene = Scene::open();
    let site = SiteFacts { facility: facility(), municipality: Some(17201) };
    let first = scene.desk.opening().activation;
    let terms = OrderTerms {
        notice_id: "notice-2".into(),
        period: Period { from: noon().plus_hours(1), until: noon().plus_hours(96) },
        ..first.terms_at(noon()).unwrap().clone()
    };
    let event = ActivationEvent::Extended { extends: NOTICE.into(), terms };
    scene.desk.set_activation(first.after(event, &site, noon()).unwrap());
    scene.clock.0.store(noon().plus_hours(2).as_millis(), Ordering::SeqCst);
    scene.sign_in(1, Role::Doctor, None);
    assert!(!scene.desk.opening().activation.names_notice("notice-3"));
}
