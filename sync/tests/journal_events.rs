//! The bytes of every kind of event are pinned: the order of variants and fields is the format.

#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "support/journal.rs"]
mod support;

use std::fmt::Write as _;
use std::path::Path;

use support::{at, disclosed, person, word};
use tomoshibi_policies::record::{FacilityCode, RegionCode};
use tomoshibi_sync::id::{Digest, SnapshotId};
use tomoshibi_sync::journal::{
    ConsentBasis, EVENT_LEN_BYTES_MAX, EntryKind, Event, QueryKind, SearchOutcome, StaffRef, Text,
    VisitId,
};

fn digest() -> Digest {
    Digest::from_bytes([0xDD; 32])
}

fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

fn staff() -> StaffRef {
    StaffRef { badge: [0x55; 16], role: word("doctor") }
}

fn facility() -> FacilityCode {
    FacilityCode::from_number(1_710_000_001).unwrap()
}

fn region() -> RegionCode {
    RegionCode::new(17).unwrap()
}

const VISIT: VisitId = VisitId([0x77; 16]);

/// One event of each kind, in the order of the kinds.
fn samples() -> Vec<Event> {
    let snapshot = SnapshotId { epoch: 1, number: 42 };
    let mut samples = about_the_node(snapshot);
    samples.extend(about_opening());
    samples.extend(about_staff());
    samples.extend(about_patients());
    let (operator, detail) = (text("root"), text(""));
    samples.push(Event::OperatorAct { act: word("close"), operator, detail });
    samples.push(Event::RevocationsReceived { list: digest(), number: 300 });
    samples.push(Event::RevocationsRefused { list: digest(), reason: word("older") });
    samples
}

fn about_the_node(snapshot: SnapshotId) -> Vec<Event> {
    let carrier = text("usb");
    vec![
        Event::Started { program: text("0.1.0"), snapshot: Some(snapshot) },
        Event::Stopped { cause: word("signal") },
        Event::Enrolled { region: region(), trust_root: digest() },
        Event::IncarnationStarted { before: 1, cause: word("fork") },
        Event::TornTail { file: 2, offset: 300, len_bytes: 9 },
        Event::ClockJumped { expected: at(0), found: at(-5) },
        Event::ReserveReleased { released_bytes: 1 << 24, left_bytes: 0 },
        Event::SnapshotPromoted { region: region(), snapshot, manifest: digest() },
        Event::SnapshotRefused { region: region(), manifest: digest(), reason: word("older") },
        Event::Imported { what: word("segment"), digest: digest(), carrier: carrier.clone() },
        Event::Exported { what: word("journal"), digest: digest(), carrier },
    ]
}

fn about_opening() -> Vec<Event> {
    let way = word("quorum");
    vec![
        Event::OrderReceived { order: digest(), notice_id: text("その2") },
        Event::OrderRefused { order: digest(), reason: word("threshold") },
        Event::ReleaseReceived { release: digest(), way: way.clone() },
        Event::Opened { order: None, way, closes_at: at(60) },
        Event::OpenRefused { reasons: vec![word("not-open"), word("after-period")] },
        Event::Extended { order: digest(), closes_at: at(120) },
        Event::ClosingStarted { cause: word("period-ended") },
        Event::Closed { report: digest() },
    ]
}

fn about_staff() -> Vec<Event> {
    let reasons = vec![word("badge-expired")];
    vec![
        Event::SignedIn { staff: staff(), facility: facility() },
        Event::SignInRefused { badge: None, reasons },
        Event::SignedOut { staff: staff(), cause: word("expired") },
        Event::PinSet { staff: staff(), witness: Some([0x66; 16]) },
        Event::BadgeIssued { staff: staff(), vouchers: vec![[1; 16], [2; 16]], expires_at: at(9) },
    ]
}

fn about_patients() -> Vec<Event> {
    let (visit, staff, facility, person) = (VISIT, staff(), facility(), person(0x99));
    let basis = ConsentBasis::VitalInterest { reason: word("unconscious"), alone: true };
    let categories = vec![word("medication")];
    let disclosed = disclosed(3);
    let Event::Disclosed { disclosure } = disclosed.clone() else { return Vec::new() };
    let (query, outcome) = (QueryKind::Number, SearchOutcome::Several);
    vec![
        Event::Searched { visit, staff: staff.clone(), facility, query, outcome },
        Event::IdentityConfirmed { visit, staff: staff.clone(), person, by: word("family") },
        Event::Consented {
            visit,
            staff: staff.clone(),
            facility,
            person,
            basis: basis.clone(),
            expires_at: at(86_400),
            second: Some([0x44; 16]),
            reason: text("意識なし"),
        },
        Event::Permitted {
            visit,
            staff: staff.clone(),
            person,
            categories: categories.clone(),
            basis,
        },
        Event::Denied {
            visit,
            staff,
            person: Some(person),
            categories,
            reasons: vec![word("no-consent")],
        },
        disclosed,
        Event::Printed { disclosure, form: word("paper") },
        Event::VisitRecorded { visit, facility, person, coverage: None, cared_at: at(1) },
    ]
}

#[test]
fn the_bytes_of_every_kind_are_the_golden_ones() {
    let kinds: Vec<_> = samples().iter().map(Event::kind).collect();
    assert_eq!(kinds, EntryKind::ALL, "one sample a kind, in their order");
    let mut found = String::new();
    for event in samples() {
        let bytes = event.to_bytes().unwrap();
        assert_eq!(Event::from_bytes(&bytes), Ok(event.clone()));
        write!(found, "{} ", event.kind().as_str()).unwrap();
        bytes.iter().for_each(|byte| write!(found, "{byte:02x}").unwrap());
        found.push('\n');
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/journal/events");
    let golden = std::fs::read_to_string(path).unwrap_or_default();
    let lines = golden.lines().filter(|line| !line.starts_with('#'));
    let golden: String = lines.map(|line| format!("{line}\n")).collect();
    assert_eq!(found, golden, "a change of these bytes is a change of the format");
}

#[test]
fn bytes_that_are_no_event_are_refused() {
    let whole = disclosed(3).to_bytes().unwrap();
    for len in 0..whole.len() {
        assert!(Event::from_bytes(&whole[..len]).is_err(), "{len}");
    }
    let future = [&[2], &whole[1..]].concat();
    let trailing = [&whole[..], &[0]].concat();
    let unknown = [1, 99].to_vec();
    for bad in [future, trailing, unknown, vec![1; EVENT_LEN_BYTES_MAX + 1]] {
        assert!(Event::from_bytes(&bad).is_err());
    }
}

#[test]
fn a_word_or_facility_that_breaks_its_rule_is_refused_when_read() {
    let bytes = Event::Stopped { cause: word("signal") }.to_bytes().unwrap();
    let mut bad = bytes;
    *bad.last_mut().unwrap() = b'!';
    assert!(Event::from_bytes(&bad).is_err());
    let bytes = Event::Enrolled { region: region(), trust_root: digest() }.to_bytes().unwrap();
    let mut bad = bytes;
    assert_eq!(bad[2], 17);
    bad[2] = 48;
    assert!(Event::from_bytes(&bad).is_err());
}

#[test]
fn what_is_about_a_person_is_not_printed() {
    let printed = format!("{:?}", samples());
    assert!(
        !printed.contains("意識") && !printed.contains("153, 153") && !printed.contains("119, 119")
    );
}
