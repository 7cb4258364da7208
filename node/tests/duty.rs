//! The duty of an enrolled node: opening, refusals, restarts, orders, closing, and what a thief finds.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use tomoshibi_node::desk::{DeskReply, FindReply};
use tomoshibi_node::duty::{ATTEMPTS_MAX, ClosingReport, Release};
use tomoshibi_node::failure::{Failure, Value};
use tomoshibi_node::folder::Secret;
use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::activation::ActivationState;
use tomoshibi_sync::id::{Digest, Incarnation};
use tomoshibi_sync::journal::{EntryKind, Event};
use tomoshibi_sync::order::Order;
use tomoshibi_sync::seam::Files;

#[path = "duty/centre.rs"]
mod centre;
#[path = "duty/crash.rs"]
mod crash;
#[path = "duty/disk.rs"]
mod disk;
#[path = "duty/follow.rs"]
mod follow;
#[path = "duty/host.rs"]
mod host;
#[path = "duty/machine.rs"]
mod machine;
#[path = "duty/officer.rs"]
mod officer;
#[path = "duty/thief.rs"]
mod thief;
#[path = "duty/time.rs"]
mod time;

use centre::{extension, key, noon, order, revocation, signed};
use machine::{Machine, Process};

fn kinds(machine: &Machine) -> Vec<EntryKind> {
    machine.events().iter().map(Event::kind).collect()
}

fn count(machine: &Machine, kind: EntryKind) -> usize {
    kinds(machine).into_iter().filter(|found| *found == kind).count()
}

fn is_sealed(process: &Process) -> bool {
    process.duty.activation().state() == ActivationState::Sealed
}

/// Opens, and expects a refusal that is an entry and changes nothing.
fn refused(machine: &Machine, process: &Process, code: &str) -> Failure {
    let failure = process.open(code).unwrap_err();
    assert!(!process.duty.is_unlocked() && is_sealed(process));
    let events = machine.events();
    let Some(Event::OpenRefused { reasons }) = events.last() else { panic!("{events:?}") };
    let reasons: Vec<_> = reasons.iter().map(|word| word.as_str().to_owned()).collect();
    assert_eq!(reasons, std::slice::from_ref(&failure.code));
    failure
}

fn wrong_code() -> String {
    let code = tomoshibi_sync::release::ReleaseCode::generate(&tomoshibi_sync::seam::SystemEntropy);
    secrecy::ExposeSecret::expose_secret(&code.unwrap().spoken()).to_owned()
}

#[test]
fn the_right_code_opens_and_the_desk_answers() {
    let machine = Machine::ordered();
    let process = machine.start_well();
    assert_eq!(process.try_sign_in(1).unwrap_err().code, "not-open");
    let opened = process.open(&machine.code).unwrap();
    assert_eq!((opened.persons, opened.drill, opened.resumed), (1, true, false));
    assert_eq!(opened.closes_at, noon().plus_hours(48).to_string());
    let token = process.sign_in(1);
    let DeskReply::Found { outcome: FindReply::One { .. } } = process.find(&token).unwrap() else {
        panic!("not found");
    };
    let expected = [
        EntryKind::Enrolled,
        EntryKind::Started,
        EntryKind::ReleaseReceived,
        EntryKind::Opened,
        EntryKind::PinSet,
        EntryKind::SignedIn,
        EntryKind::Searched,
    ];
    assert_eq!(kinds(&machine), expected);
    let again = process.open(&machine.code).unwrap_err();
    assert_eq!(again.code, "open-already");
    assert!(process.duty.is_unlocked() && machine.verified().is_sound());
}

#[test]
fn a_release_fetched_for_the_opening_identity_opens_too() {
    let machine = Machine::ordered();
    let process = machine.start_well();
    let opening = machine.identity(Secret::OpeningIdentity).to_recipient();
    let release = machine.centre.release_for(&opening);
    process.duty.open(&process.store, Some(centre::NOTICE), &Release::Fetched(&release)).unwrap();
    assert!(process.duty.is_unlocked());
}

#[test]
fn a_misheard_group_is_named_and_does_not_count() {
    let machine = Machine::ordered();
    let process = machine.start_well();
    for _ in 0..=ATTEMPTS_MAX {
        // The check digit of the third group, one up.
        let mut code = machine.code.clone().into_bytes();
        let at = 2 * 7 + 5;
        code[at] = if code[at] == b'9' { b'0' } else { code[at] + 1 };
        let failure = refused(&machine, &process, &String::from_utf8(code).unwrap());
        assert_eq!(failure.code, "code-group");
        assert_eq!(failure.args["group"], Value::Number(3));
    }
    process.open(&machine.code).unwrap();
}

#[test]
fn wrong_codes_are_counted_durably_and_end_a_release_but_not_the_next() {
    let machine = Machine::ordered();
    for left in (0..ATTEMPTS_MAX).rev() {
        let machine = machine.start_well();
        let failure = machine.open(&wrong_code()).unwrap_err();
        assert_eq!(failure.code, "code-wrong");
        assert_eq!(failure.args["left"], Value::Number(left.into()));
    }
    let process = machine.start_well();
    assert_eq!(refused(&machine, &process, &machine.code).code, "code-attempts");
    let next = machine.preposition(2);
    process.open(&next).unwrap();
}

#[test]
fn a_right_code_clears_the_count() {
    let machine = Machine::ordered();
    let process = machine.start_well();
    refused(&machine, &process, &wrong_code());
    process.open(&machine.code).unwrap();
    drop(process);
    let process = machine.start_well();
    let failure = process.open(&wrong_code()).unwrap_err();
    assert_eq!(failure.args["left"], Value::Number(i64::from(ATTEMPTS_MAX) - 1));
}

#[test]
fn without_an_order_for_this_site_now_nothing_opens() {
    let ended = Order {
        opens_at: noon().plus_hours(-9),
        closes_at: noon(),
        issued_at: noon().plus_hours(-9),
        ..order()
    };
    let far = tomoshibi_policies::record::RegionCode::new(16).unwrap();
    let other_site = Order { prefectures: [far].into(), ..order() };
    let mut below = Vec::from([order().sign(&[&key(3)]).unwrap()]);
    below.push(order().sign(&[&key(3), &key(2)]).unwrap());
    let not_begun = Order { opens_at: noon().plus_millis(1), ..order() };
    let real = Order { drill: false, ..order() };
    for (orders, expected) in [
        (vec![], "no-order"),
        (vec![signed(&not_begun)], "order-not-begun"),
        (vec![signed(&ended)], "order-ended"),
        (vec![signed(&other_site)], "order-other-site"),
        (
            vec![signed(&order()), signed(&revocation(Digest::of(&signed(&order()))))],
            "order-revoked",
        ),
        (vec![signed(&real)], "no-order"),
        (below, "no-order"),
        (vec![vec![7; 3 << 20], b"not an order".to_vec()], "no-order"),
        // What keeps the newest for this site from opening is said, not what an older one or another site's lacks.
        (vec![signed(&ended), signed(&not_begun), signed(&other_site)], "order-not-begun"),
    ] {
        let machine = Machine::enrolled();
        for order in &orders {
            machine.deliver(order);
        }
        let process = machine.start_well();
        assert_eq!(refused(&machine, &process, &machine.code).code, expected);
        assert_eq!(process.duty.order_to_open(None).unwrap_err().code, expected);
    }
}

#[test]
fn what_cannot_be_read_stands_before_no_order_and_no_release() {
    let machine = Machine::ordered();
    let release = machine.files_of_release();
    machine.put(&machine.folder.orders_dir().join("long"), &vec![7; 3 << 20]);
    machine.put(&machine.folder.orders_dir().join("folder/file"), b"");
    machine.put(&machine.folder.releases_dir().join("long"), &vec![7; 1 << 20]);
    machine.put(&machine.folder.releases_dir().join("folder/file"), b"");
    // The next release, cut in the middle of its writing.
    let mut torn = release[..release.len() / 2].to_vec();
    torn[48] = 2;
    machine.put(&machine.folder.releases_dir().join("next.tmp"), &torn);
    // Another node's, with a later number, and one that is sealed to an identity and under no code.
    let mut other = release.clone();
    (other[16], other[48]) = (0, 3);
    machine.put(&machine.folder.releases_dir().join("other"), &other);
    let opening = machine.identity(Secret::OpeningIdentity).to_recipient();
    let fetched = machine.centre.release_for(&opening);
    machine.put(&machine.folder.releases_dir().join("fetched"), &fetched);
    // A revocation is no order to open under, however new.
    machine.deliver(&signed(&revocation(Digest::of(b"another"))));
    machine.start_well().open(&machine.code).unwrap();
}

impl Machine {
    fn files_of_release(&self) -> Vec<u8> {
        let path = self.folder.releases_dir().join("first");
        Files::read(&self.files, &path, 1 << 20).unwrap()
    }
}

#[test]
fn releases_of_another_node_or_none_open_nothing() {
    let machine = Machine::ordered();
    let process = machine.start_well();
    let release = machine.files_of_release();
    let fetched =
        machine.centre.release_for(&machine.identity(Secret::ReleaseIdentity).to_recipient());
    for (bytes, code) in [(&release, "release-refused"), (&fetched, "release-refused")] {
        let failure =
            process.duty.open(&process.store, None, &Release::Fetched(bytes)).unwrap_err();
        assert_eq!(failure.code, code);
    }
    let mut other = fetched;
    other[16] ^= 1;
    let failure = process.duty.open(&process.store, None, &Release::Fetched(&other)).unwrap_err();
    assert_eq!(failure.code, "release-other-node");
    let path = machine.folder.releases_dir().join("first");
    Files::remove(&machine.files, &path).unwrap();
    assert_eq!(refused(&machine, &process, &machine.code).code, "no-release");
}

#[test]
fn another_notice_than_the_named_one_opens_nothing() {
    let machine = Machine::ordered();
    let process = machine.start_well();
    let release = Release::Code(&machine.code);
    let failure = process.duty.open(&process.store, Some("notice-2"), &release).unwrap_err();
    assert_eq!(failure.code, "no-order");
}

#[test]
fn a_restart_while_open_is_locked_until_the_code_is_spoken_again() {
    let machine = Machine::ordered();
    let process = machine.start_well();
    process.open(&machine.code).unwrap();
    let token = process.sign_in(1);
    drop(process);
    let process = machine.start_well();
    assert!(!process.duty.is_unlocked() && !is_sealed(&process));
    assert_eq!(process.try_sign_in(1).unwrap_err().code, "locked");
    assert_eq!(process.open(&wrong_code()).unwrap_err().code, "code-wrong");
    assert!(process.open(&machine.code).unwrap().resumed);
    assert_eq!(process.find(&token).unwrap_err().code, "session-unknown");
    process.try_sign_in(1).unwrap();
    let order = Digest::of(&signed(&order()));
    let by = machine.events().into_iter().filter_map(|event| match event {
        Event::Opened { order, .. } => Some(order),
        _ => None,
    });
    assert!(by.eq([Some(order), Some(order)]), "a restart is no opening by quorum");
    process.close();
}

#[test]
fn what_ended_or_was_revoked_while_the_power_was_off_does_not_come_back() {
    for (hours, revoked, expected) in [(48, false, "order-ended"), (1, true, "order-revoked")] {
        let machine = Machine::ordered();
        machine.start_well().open(&machine.code).unwrap();
        machine.set_hours(hours);
        if revoked {
            machine.deliver(&signed(&revocation(Digest::of(&signed(&order())))));
        }
        let process = machine.start_well();
        assert_eq!(process.open(&machine.code).unwrap_err().code, expected);
        assert!(!process.duty.is_unlocked());
    }
}

#[test]
fn the_period_ends_to_the_millisecond() {
    let machine = Machine::ordered();
    let process = machine.start_well();
    process.open(&machine.code).unwrap();
    machine.set_hours(47);
    assert_eq!(process.duty.close_if_over().unwrap(), None);
    machine.set_hours(48);
    let closed = process.duty.close_if_over().unwrap().unwrap();
    assert!(is_sealed(&process) && closed.destroyed.contains(&"first".to_owned()));
    assert_eq!(process.duty.close_if_over().unwrap(), None);
    assert_eq!(process.duty.close().unwrap_err().code, "sealed-already");
}

#[test]
fn extensions_are_followed_and_stand_after_a_restart() {
    let machine = Machine::ordered();
    let process = machine.start_well();
    process.open(&machine.code).unwrap();
    let first = Digest::of(&signed(&order()));
    // Both come long before the first of them begins.
    let second = machine.deliver(&signed(&extension(first, "notice-2", 48, 72)));
    machine.deliver(&signed(&extension(second, "notice-3", 72, 96)));
    let stranger = extension(Digest::of(b"stranger"), "notice-4", 0, 400);
    machine.deliver(&signed(&stranger));
    for _ in 0..2 {
        assert_eq!(process.duty.follow_orders().unwrap(), None);
    }
    let until = Some(noon().plus_hours(96));
    assert_eq!(process.duty.activation().closes_at(), until);
    assert_eq!(count(&machine, EntryKind::Extended), 2);
    drop(process);
    let process = machine.start_well();
    assert_eq!(process.duty.activation().closes_at(), until);
    process.open(&machine.code).unwrap();
    let third = Digest::of(&signed(&extension(second, "notice-3", 72, 96)));
    machine.deliver(&signed(&extension(third, centre::NOTICE, 96, 120)));
    process.duty.follow_orders().unwrap();
    machine.set_hours(119);
    assert_eq!(process.duty.close_if_over().unwrap(), None);
    // The desk knows of it too.
    let token = process.sign_in(1);
    assert!(matches!(process.find(&token).unwrap(), DeskReply::Found { .. }));
    assert_eq!(count(&machine, EntryKind::Extended), 3);
}

#[test]
fn an_extension_that_was_revoked_is_not_applied() {
    let machine = Machine::ordered();
    let process = machine.start_well();
    process.open(&machine.code).unwrap();
    let first = Digest::of(&signed(&order()));
    let second = machine.deliver(&signed(&extension(first, "notice-2", 0, 72)));
    machine.deliver(&signed(&revocation(second)));
    assert_eq!(process.duty.follow_orders().unwrap(), None);
    assert_eq!(process.duty.activation().closes_at(), Some(noon().plus_hours(48)));
}

#[test]
fn a_revocation_of_any_order_in_force_closes() {
    let first = Digest::of(&signed(&order()));
    let second_order = signed(&extension(first, "notice-2", 0, 72));
    let second = Digest::of(&second_order);
    for named in [first, second] {
        let machine = Machine::ordered();
        let process = machine.start_well();
        process.open(&machine.code).unwrap();
        machine.deliver(&second_order);
        process.duty.follow_orders().unwrap();
        machine.deliver(&signed(&revocation(Digest::of(b"another"))));
        assert_eq!(process.duty.follow_orders().unwrap(), None);
        machine.deliver(&signed(&revocation(named)));
        assert!(process.duty.follow_orders().unwrap().is_some());
        assert!(is_sealed(&process));
        let cause = machine.events().into_iter().find_map(|event| match event {
            Event::ClosingStarted { cause } => Some(cause.as_str().to_owned()),
            _ => None,
        });
        assert_eq!(cause.as_deref(), Some("revoked"));
    }
}

#[test]
fn an_extension_of_a_revoked_order_opens_nothing() {
    let machine = Machine::ordered();
    let first = Digest::of(&signed(&order()));
    let second = extension(first, "notice-2", -1, 72);
    let third = extension(machine.deliver(&signed(&second)), "notice-3", -1, 90);
    machine.deliver(&signed(&third));
    machine.deliver(&signed(&revocation(first)));
    let process = machine.start_well();
    assert_eq!(refused(&machine, &process, &machine.code).code, "order-revoked");
}

#[test]
fn closing_destroys_every_trace_and_says_so_under_its_signature() {
    let machine = Machine::ordered();
    let process = machine.start_well();
    process.open(&machine.code).unwrap();
    process.sign_in(1);
    drop(process);
    let process = machine.start_well();
    assert_eq!(process.open(&wrong_code()).unwrap_err().code, "code-wrong");
    let res = machine.folder.res_dir();
    machine.put(&res.join("RES1.csv"), b"a record");
    machine.put(&res.join("day/RES2.csv"), b"a record");
    machine.put(&res.join(OsStr::from_bytes(b"day/RES\xFF.csv")), b"a record");
    let old = machine.identity(Secret::OpeningIdentity).to_recipient().to_string();
    machine.tick();
    let closed = process.close();
    let expected =
        ["RES1.csv", "RES2.csv", "RES\\xff.csv", "first", "opening.identity", "pin verifiers: 1"];
    assert_eq!(closed.destroyed, expected);
    assert!(is_sealed(&process) && !process.duty.is_unlocked() && machine.pins() == 0);
    assert!(machine.names_in(&machine.folder.releases_dir()).is_empty());
    assert!(machine.names_in(&res.join("day")).is_empty());
    assert_eq!(machine.names_in(&res), ["day"]);
    assert_ne!(machine.identity(Secret::OpeningIdentity).to_recipient().to_string(), old);
    let reports = machine.folder.reports_dir();
    let names = machine.names_in(&reports);
    assert_eq!(names.len(), 1);
    let bytes = Files::read(&machine.files, &reports.join(&names[0]), 1 << 20);
    let bytes = bytes.unwrap();
    let report = ClosingReport::open(&bytes, &key(8).public()).unwrap();
    assert_eq!((report.destroyed, report.cause.as_str()), (closed.destroyed, "operator"));
    assert_eq!(report.orders, [(Digest::of(&signed(&order())), noon())]);
    let digest = Digest::of(&bytes);
    assert_eq!(closed.report, digest.to_string());
    assert_eq!(machine.events().last(), Some(&Event::Closed { report: digest }));
    let verified = machine.verified();
    assert!(verified.is_sound() && verified.checkpoints == 1);
    // The checkpoint that stays covers the entry of the closing, so nobody can cut that off unseen.
    assert_eq!(machine.checkpoint().size, machine.events().len() as u64);
    assert!(machine.state().get(&tomoshibi_node::state::key::code_attempts()).unwrap().is_none());
    assert_eq!(process.try_sign_in(1).unwrap_err().code, "not-open");
}

#[test]
fn only_an_opening_is_read_by_its_identity() {
    let machine = Machine::ordered();
    let opening = machine.identity(Secret::OpeningIdentity).expose();
    let process = machine.start_well();
    refused(&machine, &process, &wrong_code());
    process.open(&machine.code).unwrap();
    process.sign_in(1);
    drop(process);
    let process = machine.start_well();
    process.open(&machine.code).unwrap();
    process.close();
    let after = machine.identity(Secret::OpeningIdentity).expose();
    drop(process);
    drop(machine.start_well());
    let read: Vec<_> = machine.events_read_by(&opening).iter().map(Event::kind).collect();
    let expected = [
        EntryKind::PinSet,
        EntryKind::SignedIn,
        EntryKind::Started,
        EntryKind::ReleaseReceived,
        EntryKind::Opened,
        EntryKind::ClosingStarted,
    ];
    assert_eq!(read, expected);
    assert_eq!(machine.events_read_by(&after), []);
    assert_eq!(machine.events().len() as u64, machine.verified().size);
}

#[test]
fn a_second_opening_needs_a_new_release_and_a_new_order() {
    let machine = Machine::ordered();
    let process = machine.start_well();
    process.open(&machine.code).unwrap();
    machine.set_hours(48);
    process.duty.close_if_over().unwrap().unwrap();
    drop(process);
    let process = machine.start_well();
    assert_eq!(refused(&machine, &process, &machine.code).code, "order-ended");
    let next = Order { opens_at: noon(), closes_at: noon().plus_hours(90), ..order() };
    machine.deliver(&signed(&next));
    assert_eq!(refused(&machine, &process, &machine.code).code, "no-release");
    let code = machine.preposition(2);
    assert_eq!(refused(&machine, &process, &machine.code).code, "code-wrong");
    assert!(!process.open(&code).unwrap().resumed);
    process.sign_in(1);
    machine.tick();
    process.close();
    assert_eq!(machine.names_in(&machine.folder.reports_dir()).len(), 2);
    assert!(machine.verified().is_sound());
}

#[test]
fn two_closings_in_one_millisecond_have_a_report_each() {
    let machine = Machine::ordered();
    let process = machine.start_well();
    process.open(&machine.code).unwrap();
    let first = process.close();
    let code = machine.preposition(2);
    process.open(&code).unwrap();
    let second = process.close();
    assert_eq!(second.destroyed, ["opening.identity", "release-2"]);
    let reports = machine.folder.reports_dir();
    let kept: Vec<_> = machine
        .names_in(&reports)
        .iter()
        .map(|name| {
            let path = reports.join(name);
            let bytes = Files::read(&machine.files, &path, 1 << 20).unwrap();
            (Digest::of(&bytes).to_string(), ClosingReport::open(&bytes, &key(8).public()).unwrap())
        })
        .collect();
    let digests: Vec<_> = kept.iter().map(|(digest, _)| digest).collect();
    assert_eq!(digests, [&first.report, &second.report]);
    assert_eq!((&kept[0].1.destroyed, &kept[1].1.destroyed), (&first.destroyed, &second.destroyed));
    assert!(kept[0].1.closing_at < kept[1].1.closing_at);
}

#[test]
fn an_order_that_comes_twice_opens_and_extends_once() {
    let machine = Machine::ordered();
    let first = Digest::of(&signed(&order()));
    machine.put(&machine.folder.orders_dir().join("brought-again"), &signed(&order()));
    let process = machine.start_well();
    process.open(&machine.code).unwrap();
    let second = signed(&extension(first, "notice-2", 0, 72));
    machine.deliver(&second);
    machine.put(&machine.folder.orders_dir().join("extension-again"), &second);
    for _ in 0..2 {
        assert_eq!(process.duty.follow_orders().unwrap(), None);
    }
    assert_eq!(count(&machine, EntryKind::Extended), 1);
    // A restart replays each once, and a revocation reaches every copy.
    drop(process);
    let process = machine.start_well();
    assert_eq!(process.duty.activation().closes_at(), Some(noon().plus_hours(72)));
    machine.deliver(&signed(&revocation(first)));
    assert_eq!(process.open(&machine.code).unwrap_err().code, "order-revoked");
    process.duty.follow_orders().unwrap().unwrap();
    let code = machine.preposition(2);
    assert_eq!(refused(&machine, &process, &code).code, "order-revoked");
}

#[test]
fn two_orders_of_one_number_are_two_orders() {
    let machine = Machine::ordered();
    let other = Order { closes_at: noon().plus_hours(90), ..order() };
    assert_eq!((other.number, &other.notice_id), (order().number, &order().notice_id));
    let other = machine.deliver(&signed(&other));
    let process = machine.start_well();
    process.open(&machine.code).unwrap();
    let opened = machine.events().into_iter().find_map(|event| match event {
        Event::Opened { order, .. } => order,
        _ => None,
    });
    // One of them opens, the same on every node, and neither lengthens nor ends what the other opened.
    let first = Digest::of(&signed(&order()));
    let (of, until) = if first > other { (first, 48) } else { (other, 90) };
    assert_eq!(opened, Some(of));
    assert_eq!(process.duty.follow_orders().unwrap(), None);
    assert_eq!(process.duty.activation().closes_at(), Some(noon().plus_hours(until)));
    let not_in_force = if of == first { other } else { first };
    machine.deliver(&signed(&revocation(not_in_force)));
    assert_eq!(process.duty.follow_orders().unwrap(), None);
    machine.deliver(&signed(&revocation(of)));
    assert!(process.duty.follow_orders().unwrap().is_some());
}

#[test]
fn a_node_whose_order_is_lost_starts_with_an_alarm_and_can_be_closed() {
    let machine = Machine::ordered();
    let process = machine.start_well();
    process.open(&machine.code).unwrap();
    process.sign_in(1);
    drop(process);
    let path = machine.folder.orders_dir().join(Digest::of(&signed(&order())).to_string());
    Files::remove(&machine.files, &path).unwrap();
    let process = machine.start();
    assert_eq!(process.alarms[0].code, "order-missing");
    assert!(!process.duty.is_unlocked());
    process.close();
    assert_eq!(machine.pins(), 0);
    assert!(machine.names_in(&machine.folder.releases_dir()).is_empty());
}

#[test]
fn an_open_node_without_its_opening_identity_starts_and_opens_again() {
    let machine = Machine::ordered();
    machine.start_well().open(&machine.code).unwrap();
    machine.folder.erase_secret(&machine.files, Secret::OpeningIdentity).unwrap();
    let process = machine.start();
    assert_eq!(process.alarms.len(), 1);
    process.open(&machine.code).unwrap();
    process.sign_in(1);
    process.close();
    assert!(machine.folder.has_secret(&machine.files, Secret::OpeningIdentity));
}

#[test]
fn a_closing_that_the_disk_held_up_is_taken_up_and_nothing_opens_before() {
    for order_lost in [false, true] {
        let machine = Machine::ordered();
        let process = machine.start_well();
        process.open(&machine.code).unwrap();
        drop(process);
        if order_lost {
            let name = Digest::of(&signed(&order())).to_string();
            let path = machine.folder.orders_dir().join(name);
            Files::remove(&machine.files, &path).unwrap();
        }
        let process = machine.start();
        // After the entry, the copy and the state, before the first erasure.
        machine.files.cut_power_before(machine.files.operations() + 10);
        process.duty.close().unwrap_err();
        machine.files.restart_process();
        let next = Order { opens_at: noon(), ..order() };
        machine.deliver(&signed(&next));
        assert_eq!(process.open(&machine.code).unwrap_err().code, "closing");
        assert!(!process.duty.is_unlocked());
        assert!(process.duty.close_if_over().unwrap().is_some());
        assert!(is_sealed(&process) && machine.verified().is_sound());
    }
}

#[test]
fn the_operator_and_the_clock_close_once() {
    let machine = Machine::ordered();
    let process = machine.start_well();
    process.open(&machine.code).unwrap();
    machine.set_hours(48);
    std::thread::scope(|scope| {
        let duty = &process.duty;
        for _ in 0..4 {
            scope.spawn(|| duty.close_if_over().unwrap());
            scope.spawn(|| drop(duty.close()));
        }
    });
    assert_eq!(count(&machine, EntryKind::ClosingStarted), 1);
    assert_eq!(count(&machine, EntryKind::Closed), 1);
}
