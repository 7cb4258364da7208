//! The demo's plan at a desk in this process: sources, ingest, two publications, index, decision and view are the real
//! ones; the line, the processes and the disk of a node are left out, so that a wrong answer is found without them.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tomoshibi_node::desk::{
    Desk as NodeDesk, DeskRequest, DeskSetup, Evidence, EvidenceError, Recorded, SlipSigner,
};
use tomoshibi_node::opened::{Opened, SealedSnapshot};
use tomoshibi_node::staff::{PinError, PinRecord, PinRecords};
use tomoshibi_policies::activation::{
    Activation, ActivationEvent, Area, OpenedBy, OrderTerms, SiteFacts,
};
use tomoshibi_policies::category::CARRIED;
use tomoshibi_policies::record::{FacilityCode, RegionCode};
use tomoshibi_policies::role::{BadgeId, Role};
use tomoshibi_policies::time::{Period, Timestamp};
use tomoshibi_simulations::demo::check::check;
use tomoshibi_simulations::demo::plan::{Asked, SignInPlan};
use tomoshibi_simulations::demo::plan::{BadgeFault, Case, Expected, Plan, Post, Register};
use tomoshibi_simulations::demo::process::{Program, Side};
use tomoshibi_simulations::demo::socket::{Answer, Desk, SocketError};
use tomoshibi_simulations::demo::visit::{Holder, Outcome, Roster, drive, is_as_expected};
use tomoshibi_simulations::region::{Day, RegionParameters, generate, truth};
use tomoshibi_sync::central::badges::{Holder as BadgeHolder, issue};
use tomoshibi_sync::central::folder::Folder;
use tomoshibi_sync::central::{access, keys, publisher};
use tomoshibi_sync::id::{Digest, Incarnation, NodeId};
use tomoshibi_sync::journal::{ClockQuality, Event, Origin, Sequence, TreeHash};
use tomoshibi_sync::seam::{Clock, Files, ReadAt, StdFiles, SystemClock, SystemEntropy};
use tomoshibi_sync::signed::SigningKey;
use tomoshibi_sync::trust::TrustRoot;

const FACILITY: &str = "1710000003";
const OTHER: &str = "1710000023";
const NOTICE: &str = "DRILL-1";

#[derive(Default)]
struct Pins(Mutex<BTreeMap<[u8; 16], PinRecord>>);

impl PinRecords for Pins {
    fn get(&self, badge: BadgeId) -> Result<Option<PinRecord>, PinError> {
        Ok(self.0.lock().unwrap().get(badge.as_bytes()).cloned())
    }

    fn put(&self, badge: BadgeId, record: &PinRecord) -> Result<(), PinError> {
        self.0.lock().unwrap().insert(*badge.as_bytes(), record.clone());
        Ok(())
    }

    fn is_empty(&self) -> Result<bool, PinError> {
        Ok(self.0.lock().unwrap().is_empty())
    }
}

/// Counts disclosures, as a journal would hold them.
#[derive(Default)]
struct Disclosures(Mutex<u32>);

impl Evidence for Disclosures {
    fn record(
        &self,
        event: &Event,
        _: Timestamp,
        _: ClockQuality,
    ) -> Result<Recorded, EvidenceError> {
        *self.0.lock().unwrap() += u32::from(matches!(event, Event::Disclosed { .. }));
        Ok(Recorded {
            incarnation: Incarnation(1),
            sequence: Sequence(0),
            leaf: TreeHash::of_nothing(),
        })
    }
}

/// A desk without a socket: requests and replies cross as JSON all the same.
struct Here(Arc<NodeDesk>);

impl Desk for Here {
    fn ask(&mut self, request: Value) -> Result<Answer, SocketError> {
        let request: DeskRequest = serde_json::from_value(request).unwrap();
        Ok(match self.0.handle(request) {
            Ok(reply) => Answer::Done(serde_json::to_value(reply).unwrap()),
            Err(failure) => {
                Answer::Refused { class: failure.class.as_str().into(), code: failure.code }
            }
        })
    }
}

/// A centre's folder after two publications.
fn publish(dir: &Path) -> Folder {
    let program = Program {
        executable: PathBuf::from(env!("CARGO_BIN_EXE_tomoshibi-drill")),
        logs: dir.to_owned(),
    };
    let (central, region) = (dir.join("central"), dir.join("region"));
    let (central_text, region) = (central.display().to_string(), region.display().to_string());
    let run = |args: &[&str]| {
        let args: Vec<&str> =
            ["--dir", &central_text].into_iter().chain(args.iter().copied()).collect();
        program.run(Side::Central, "central", &args).unwrap();
    };
    run(&["init", "--region", "17", "--drill", "--listen", "127.0.0.1:0"]);
    for day in ["2026-11-01", "2026-11-13"] {
        run(&["ingest", &region, "--as-of", day]);
        run(&["publish"]);
    }
    Folder::new(&central)
}

fn open(folder: &Folder, trust: &TrustRoot) -> Opened {
    let newest = publisher::newest(folder, &StdFiles, trust).unwrap().unwrap();
    let keyring = keys::keyring(folder, &StdFiles).unwrap();
    let open = |digest: &Digest| -> std::io::Result<Box<dyn ReadAt>> {
        StdFiles.open(&folder.segment(*digest))
    };
    let sealed =
        SealedSnapshot { manifest: &newest.manifest, open: &open, keyring: &Arc::new(keyring) };
    sealed.load(site()).unwrap()
}

fn site() -> SiteFacts {
    let facility = FacilityCode::parse(FACILITY).unwrap();
    SiteFacts { facility, municipality: Some(17201) }
}

fn activation(now: Timestamp) -> Activation {
    let prefectures = [RegionCode::new(17).unwrap()].into();
    let terms = OrderTerms {
        notice_id: NOTICE.into(),
        area: Area { prefectures, municipalities: [].into() },
        facilities: Vec::new(),
        period: Period { from: now.plus_hours(-1), until: now.plus_hours(71) },
        categories: CARRIED.to_vec(),
        vital_interest_allowed: true,
        consent_hours: 24,
        drill: true,
    };
    let event = ActivationEvent::Opened { by: OpenedBy::Order, terms };
    Activation::sealed().after(event, &site(), now).unwrap()
}

fn roster(folder: &Folder, trust: &TrustRoot, now: Timestamp) -> Roster {
    let badge = |role: &str, facility: &str, from: Timestamp, hours: u16| {
        let holder = BadgeHolder {
            name: "灯台　守".into(),
            role: Role::from_word(role).unwrap(),
            facility: Some(FacilityCode::parse(facility).unwrap()),
            incident: Some(NOTICE.into()),
        };
        issue(folder, &StdFiles, &SystemEntropy, trust, holder, (from, hours)).unwrap().text
    };
    let holders = Post::ALL.into_iter().zip(1_u32..).map(|(post, place)| {
        let badge = badge(post.role(), FACILITY, now, 12);
        (post, Holder { badge, pin: format!("{}", 271_828 + place * 31_415), token: None })
    });
    Roster {
        holders: holders.collect(),
        other_facility: badge("doctor", OTHER, now, 12),
        expired: badge("doctor", FACILITY, now.plus_hours(-10), 2),
        without_pin: badge("doctor", FACILITY, now, 12),
    }
}

/// What is wrong with the outcome of a case.
fn fault(register: &Register, case: &Case, outcome: &Outcome) -> Option<String> {
    if !is_as_expected(outcome, &case.expected) {
        return Some(match outcome {
            Outcome::Shown(_) => "a record".into(),
            other => format!("{other:?}"),
        });
    }
    let (Outcome::Shown(record), Expected::Shown { person, .. }) = (outcome, &case.expected) else {
        return None;
    };
    let faults = check(record, register.person(person).unwrap(), &case.expected);
    (!faults.is_empty()).then(|| format!("{faults:?}"))
}

#[test]
fn every_case_of_the_plan_has_its_outcome_and_every_record_is_the_truth() {
    let dir = tempfile::tempdir().unwrap();
    let region = dir.path().join("region");
    generate(&RegionParameters::new(2500, 5), &region, |_| {}).unwrap();
    let people = truth::read(&region.join("truth.jsonl")).unwrap().map(Result::unwrap).collect();
    let register = Register::new(people, Day::new(2026, 11, 13));
    let folder = publish(dir.path());
    let (_, trust, _) = access::open(&folder, &StdFiles).unwrap();
    let disclosures = Arc::new(Disclosures::default());
    let now = SystemClock::default().now();
    let mut roster = roster(&folder, &trust, now);
    let (region, node) = (trust.region, NodeId::from_bytes([1; 16]));
    let origin = Origin { region, node, incarnation: Incarnation(1) };
    let desk = Arc::new(NodeDesk::new(DeskSetup {
        evidence: disclosures.clone(),
        slips: SlipSigner { origin, signing: Arc::new(SigningKey::from_seed(&[1; 32])) },
        pins: Arc::new(Pins::default()),
        clock: Arc::new(SystemClock::default()),
        entropy: Arc::new(SystemEntropy),
        trust: trust.clone(),
    }));
    let mut here = Here(desk.clone());
    let plan = Plan::draw(&register, 5);
    let mut wrong = Vec::new();
    let mut try_all = |here: &mut Here, roster: &Roster, cases: &[Case]| {
        let mut shown = 0;
        for case in cases {
            let outcome = drive(here, roster, case).unwrap();
            shown += u32::from(matches!(outcome, Outcome::Shown(_)));
            let fault = fault(&register, case, &outcome);
            wrong.extend(fault.map(|fault| format!("{} {}: {fault}", case.number, case.why)));
        }
        shown
    };
    assert_eq!(try_all(&mut here, &roster, &plan.before), 0);
    desk.set_opening(activation(now), Some(Arc::new(open(&folder, &trust))));
    if let Some(refused) = roster.sign_all_in(&mut here).unwrap() {
        panic!("{refused:?}");
    }
    let shown = try_all(&mut here, &roster, &plan.open);
    desk.close(Activation::sealed());
    assert_eq!(try_all(&mut here, &roster, &plan.after), 0);
    assert_eq!(wrong, Vec::<String>::new());
    assert!(shown > 200, "{shown}");
    assert_eq!(*disclosures.0.lock().unwrap(), shown);
    let sealed = Asked::SignIn(SignInPlan { post: Post::Doctor, fault: BadgeFault::None });
    assert!(plan.before.iter().any(|case| case.asked == sealed));
}
