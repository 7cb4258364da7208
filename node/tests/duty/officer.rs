//! Opening with a badge: whose it has to be, what is noted, and what whoever asks is shown.

use std::sync::Arc;

use tomoshibi_node::duty::OpeningView;
use tomoshibi_node::failure::Failure;
use tomoshibi_node::state::key;
use tomoshibi_node::status::Activation;
use tomoshibi_policies::record::{FacilityCode, RegionCode};
use tomoshibi_policies::role::{BadgeId, Role};
use tomoshibi_policies::time::Period;
use tomoshibi_sync::badge::Badge;
use tomoshibi_sync::id::Digest;
use tomoshibi_sync::journal::{EntryKind, Event};
use tomoshibi_sync::order::Order;
use tomoshibi_sync::revocation::{Reason, Revocation, RevocationList};

use crate::centre::{NOTICE, extension, key as signing, noon, order, region, revocation, signed};
use crate::machine::{Machine, Process};
use crate::{count, kinds, wrong_code};

const ID: BadgeId = BadgeId::from_bytes([5; 16]);

/// The badge of a receptionist: every role may open.
fn officer() -> Badge {
    Badge {
        id: ID,
        name: "当番　受付".into(),
        role: Role::Reception,
        facility: Some(FacilityCode::parse("1710000001").unwrap()),
        incident: Some(NOTICE.into()),
        region: region(),
        drill: true,
        valid: Period { from: noon(), until: noon().plus_hours(1) },
    }
}

fn text(badge: &Badge) -> String {
    badge.sign(&signing(4)).unwrap()
}

fn view(process: &Process) -> OpeningView {
    process.duty.opening_view(&process.store, false).unwrap()
}

/// Act, operator and detail of the newest entry.
fn last_act(machine: &Machine) -> [String; 3] {
    match machine.events().last() {
        Some(Event::OperatorAct { act, operator, detail }) => {
            [act.as_str(), operator.as_str(), detail.as_str()].map(str::to_owned)
        }
        other => panic!("{other:?}"),
    }
}

fn refused(machine: &Machine, process: &Process, badge: &str) -> Failure {
    let failure = process.duty.admit_officer(badge, None).unwrap_err();
    let [act, _, detail] = last_act(machine);
    assert_eq!((act.as_str(), &detail), ("open-refused", &failure.code));
    failure
}

#[test]
fn a_badge_that_does_not_count_tries_no_code_and_is_noted() {
    let machine = Machine::ordered();
    let process = machine.start_well();
    let period = |from: i64, until: i64| Period {
        from: noon().plus_hours(from),
        until: noon().plus_hours(until),
    };
    let other = FacilityCode::parse("1710000002").unwrap();
    let far = RegionCode::new(16).unwrap();
    for (badge, expected) in [
        (text(&Badge { valid: period(-2, 0), ..officer() }), "badge-period"),
        (text(&Badge { valid: period(1, 2), ..officer() }), "badge-period"),
        (text(&Badge { facility: Some(other), ..officer() }), "badge-facility"),
        (text(&Badge { incident: Some("notice-9".into()), ..officer() }), "badge-incident"),
    ] {
        assert_eq!(refused(&machine, &process, &badge).code, expected);
        assert_eq!(last_act(&machine)[1], format!("badge {ID}"));
    }
    for (badge, expected) in [
        (officer().sign(&signing(3)).unwrap(), "badge-signature"),
        (text(&Badge { region: far, ..officer() }), "badge-region"),
        (text(&Badge { drill: false, ..officer() }), "badge-drill"),
        ("rubbish".into(), "badge-form"),
        (String::new(), "badge-form"),
    ] {
        assert_eq!(refused(&machine, &process, &badge).code, expected);
        assert_eq!(last_act(&machine)[1], "unknown badge");
    }
    assert_eq!(machine.state().get(&key::code_attempts()).unwrap(), None);
    assert_eq!(view(&process).state, Activation::Sealed);
}

#[test]
fn the_badge_of_an_attempt_is_durable_before_the_code_is_tried() {
    let machine = Machine::ordered();
    let process = machine.start_well();
    let badge = format!(" {}\r\n", text(&officer()));
    assert_eq!(process.duty.admit_officer(&badge, Some(NOTICE)).unwrap(), NOTICE);
    let expected = ["open-asked".to_owned(), format!("badge {ID}"), NOTICE.to_owned()];
    assert_eq!(last_act(&machine), expected);
    let open_to_all = Badge { facility: None, incident: None, ..officer() };
    process.duty.admit_officer(&text(&open_to_all), None).unwrap();
    // A journal that cannot be written lets nobody try.
    machine.files.cut_power_before(machine.files.operations());
    let failure = process.duty.admit_officer(&badge, None).unwrap_err();
    assert_eq!(failure.code, "journal-not-written");
}

#[test]
fn a_revoked_badge_tries_no_code() {
    let machine = Machine::ordered();
    let process = machine.start_well();
    process.duty.admit_officer(&text(&officer()), None).unwrap();
    let revocation = Revocation { at: noon(), reason: Reason::from_word("stolen").unwrap() };
    let list = RevocationList {
        number: 1,
        region: region(),
        drill: true,
        issued_at: noon(),
        badges: [(ID, revocation)].into(),
        nodes: [].into(),
    };
    process.duty.desk().set_revocations(Arc::new(list));
    assert_eq!(refused(&machine, &process, &text(&officer())).code, "badge-revoked");
    assert_eq!(last_act(&machine)[1], format!("badge {ID}"));
}

#[test]
fn without_an_order_no_badge_tries_a_code() {
    let machine = Machine::enrolled();
    let process = machine.start_well();
    assert_eq!(refused(&machine, &process, &text(&officer())).code, "no-order");
    assert_eq!(last_act(&machine)[1], format!("badge {ID}"));
    let first = machine.deliver(&signed(&order()));
    assert_eq!(
        process.duty.admit_officer(&text(&officer()), Some("x")).unwrap_err().code,
        "no-order"
    );
    machine.deliver(&signed(&revocation(first)));
    assert_eq!(refused(&machine, &process, &text(&officer())).code, "order-revoked");
}

#[test]
fn a_badge_for_any_notice_of_the_chain_counts() {
    let machine = Machine::ordered();
    let first = Digest::of(&signed(&order()));
    let second = machine.deliver(&signed(&extension(first, "notice-2", -1, 72)));
    machine.deliver(&signed(&extension(second, "notice-3", -1, 96)));
    let process = machine.start_well();
    for notice in [NOTICE, "notice-2", "notice-3"] {
        let badge = Badge { incident: Some(notice.into()), ..officer() };
        let meant = process.duty.admit_officer(&text(&badge), Some("notice-3")).unwrap();
        assert_eq!(meant, "notice-3");
    }
    // The later ones are not of the first one's chain.
    let badge = Badge { incident: Some("notice-3".into()), ..officer() };
    let failure = process.duty.admit_officer(&text(&badge), Some(NOTICE)).unwrap_err();
    assert_eq!(failure.code, "badge-incident");
}

#[test]
fn a_locked_node_asks_for_a_badge_of_its_opening_and_an_open_one_for_none() {
    let machine = Machine::ordered();
    let process = machine.start_well();
    process.open(&machine.code).unwrap();
    let before = machine.events().len();
    let admit = |process: &Process, badge: &Badge| process.duty.admit_officer(&text(badge), None);
    assert_eq!(admit(&process, &officer()).unwrap_err().code, "open-already");
    assert_eq!(machine.events().len(), before);
    drop(process);
    let process = machine.start_well();
    assert_eq!(view(&process).state, Activation::Locked);
    let stranger = Badge { incident: Some("notice-9".into()), ..officer() };
    assert_eq!(admit(&process, &stranger).unwrap_err().code, "badge-incident");
    assert_eq!(admit(&process, &officer()).unwrap(), NOTICE);
    assert!(process.open(&machine.code).unwrap().resumed);
}

#[test]
fn two_openings_at_once_are_one() {
    let machine = Machine::ordered();
    let process = machine.start_well();
    let open = || process.open(&machine.code).map_err(|failure| failure.code);
    let results = std::thread::scope(|scope| {
        [scope.spawn(open), scope.spawn(open)].map(|thread| thread.join().unwrap())
    });
    let refused: Vec<_> = results.iter().filter_map(|opened| opened.as_ref().err()).collect();
    assert!(
        matches!(refused.as_slice(), [code] if *code == "opening-now" || *code == "open-already")
    );
    assert_eq!(count(&machine, EntryKind::Opened), 1);
    assert!(!view(&process).opening_now);
}

#[test]
fn whoever_asks_is_shown_what_can_be_done_and_nothing_of_anybody() {
    let machine = Machine::ordered();
    let first = Digest::of(&signed(&order()));
    let later = machine.deliver(&signed(&extension(first, "notice-2", 24, 72)));
    machine.deliver(&signed(&revocation(later)));
    let issued_at = noon().plus_hours(-3);
    let ended = Order { notice_id: "old".into(), closes_at: noon(), issued_at, ..order() };
    machine.deliver(&signed(&ended));
    let far = RegionCode::new(16).unwrap();
    let far = Order { notice_id: "far".into(), prefectures: [far].into(), issued_at, ..order() };
    machine.deliver(&signed(&far));
    let process = machine.start_well();
    let entries = kinds(&machine);
    let sealed = view(&process);
    assert_eq!(
        (sealed.state, sealed.codes_left, sealed.line),
        (Activation::Sealed, Some(20), false)
    );
    assert!(sealed.closes_at.is_none() && sealed.in_memory.is_none() && sealed.snapshot.is_some());
    assert_eq!(kinds(&machine), entries, "looking is no entry");
    let line = |notice: &str, revokes: bool| {
        let is = |line: &&_| -> bool {
            let line: &tomoshibi_node::duty::OrderLine = line;
            line.notice == notice && line.revokes == revokes
        };
        sealed.orders.iter().find(is).unwrap()
    };
    for (notice, expected) in [
        (NOTICE, None),
        ("notice-2", Some("order-revoked")),
        ("old", Some("order-ended")),
        ("far", Some("order-other-site")),
    ] {
        let line = line(notice, false);
        assert_eq!(line.unfit.as_deref(), expected, "{notice}");
        assert_eq!((line.opens(), line.in_force), (expected.is_none(), false));
    }
    assert_eq!(line("notice-2", false).extends.as_deref(), Some(NOTICE));
    let revokes = line(NOTICE, true);
    assert!(!revokes.opens() && revokes.extends.as_deref() == Some("notice-2"));
    assert_eq!(process.open(&wrong_code()).unwrap_err().code, "code-wrong");
    assert_eq!(view(&process).codes_left, Some(19));
    process.open(&machine.code).unwrap();
    let open = view(&process);
    assert_eq!(
        (open.state, open.closes_at),
        (Activation::Open, Some(noon().plus_hours(48).to_string()))
    );
    let in_memory = open.in_memory.unwrap();
    assert_eq!((in_memory.persons, in_memory.claims_to.len()), (1, 7));
    assert!(open.orders.iter().any(|line| line.in_force && line.notice == NOTICE));
    process.close();
    let closed = view(&process);
    assert_eq!((closed.state, closed.codes_left), (Activation::Sealed, None));
    assert!(closed.orders.iter().all(|line| !line.in_force));
}
