//! The bytes of the protocol: every message against its golden file, every bad file against the refusal it names, and
//! arbitrary bytes. `TOMOSHIBI_BLESS=1` writes golden files that are missing; it never changes one.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::record::{FacilityCode, RegionCode};
use tomoshibi_sync::enrol::{Applicant, EnrolGrant, EnrolRequest, EnrolSecret};
use tomoshibi_sync::id::{Digest, NodeId, SnapshotId};
use tomoshibi_sync::signed::{PublicKey, SigningKey};
use tomoshibi_sync::wire::{
    ENROL_REQUEST_LEN_BYTES_MAX, FRAME_LEN_BYTES_MAX, Frame, FrameReader, Held,
    INBOX_ITEM_LEN_BYTES_MAX, INBOX_ITEMS_MAX, InboxItem, InboxKind, InboxPage,
    RECONCILE_LEN_BYTES_MAX, RELEASE_LEN_BYTES_MAX, Refusal, Request, Response, WireError, code,
};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/wire/v1").join(name)
}

fn digest(n: u8) -> Digest {
    Digest::from_bytes([n; 32])
}

fn region() -> RegionCode {
    RegionCode::new(17).unwrap()
}

fn requests() -> Vec<(&'static str, Request)> {
    let snapshot = SnapshotId { epoch: 1, number: 300 };
    let have = Some(Held { snapshot, digest: digest(2) });
    vec![
        ("request_hello", Request::Hello),
        ("request_manifest_first", Request::NewestManifest { region: region(), have: None }),
        ("request_manifest_next", Request::NewestManifest { region: region(), have }),
        ("request_segment", Request::Segment { digest: digest(3), offset: 65_536 }),
        ("request_inbox", Request::Inbox { since: 7 }),
        ("request_announce_opening", Request::AnnounceOpening { recipient: "age1sample".into() }),
        ("request_release", Request::RequestRelease { order: digest(4) }),
        ("request_reconcile", Request::Reconcile { message: b"where".to_vec() }),
    ]
}

fn responses() -> Vec<(&'static str, Response)> {
    let item = |cursor, kind, bytes: &[u8]| InboxItem { cursor, kind, bytes: bytes.to_vec() };
    let items = vec![
        item(8, InboxKind::Order, b"order"),
        item(9, InboxKind::Release, b"release"),
        item(10, InboxKind::Revocations, b"revocations"),
        item(11, InboxKind::Notice, b"notice"),
        item(300, InboxKind::TrustRoot, b"root"),
    ];
    let later = vec![
        item(8, InboxKind::Order, b"order"),
        item(9, InboxKind::Unknown(6), b"of a later version"),
        item(10, InboxKind::Unknown(255), b"of a much later one"),
        item(11, InboxKind::Release, b"release"),
    ];
    let busy = Refusal::new(ErrorClass::Exhausted, code::BUSY, "too many requests at once");
    vec![
        ("response_welcome", Response::Welcome { node: NodeId::from_bytes([5; 16]) }),
        ("response_manifest", Response::Manifest { len_bytes: 70_000 }),
        ("response_up_to_date", Response::UpToDate),
        ("response_segment", Response::Segment { len_bytes: 8 << 20, offset: 65_536 }),
        ("response_inbox", Response::Inbox(InboxPage { items, more: true })),
        ("response_inbox_later", Response::Inbox(InboxPage { items: later, more: false })),
        ("response_announced", Response::Announced),
        ("response_release", Response::Release { bytes: b"sealed".to_vec() }),
        ("response_reconciled", Response::Reconciled { message: b"have".to_vec() }),
        ("response_refused", Response::Refused(busy)),
    ]
}

fn enrolment() -> EnrolRequest {
    let unset = PublicKey::from_bytes([0; 32]);
    let applicant = Applicant {
        tls_key: unset,
        journal_key: unset,
        release_recipient: "age1release".into(),
        opening_recipient: "age1opening".into(),
        facility: FacilityCode::parse("1711234567").unwrap(),
        name: "灯病院".into(),
    };
    let secret = EnrolSecret::from_bytes([6; 10]);
    let key = |n| SigningKey::from_seed(&[n; 32]);
    EnrolRequest::sign(secret, applicant, &key(1), &key(2)).unwrap()
}

fn grant() -> EnrolGrant {
    EnrolGrant {
        node: NodeId::from_bytes([5; 16]),
        region: region(),
        certificate: b"certificate".to_vec(),
        ca_certificate: b"ca certificate".to_vec(),
        trust_root: b"trust root".to_vec(),
        trust_root_digest: digest(7),
    }
}

fn frames() -> BTreeMap<String, Vec<u8>> {
    let requests = requests().into_iter().map(|(name, r)| (name, r.to_frame()));
    let responses = responses().into_iter().map(|(name, r)| (name, r.to_frame()));
    let enrol = [("enrol_request", enrolment().to_frame()), ("enrol_grant", grant().to_frame())];
    requests
        .chain(responses)
        .chain(enrol)
        .map(|(name, frame)| (name.to_string(), frame.unwrap().to_bytes()))
        .collect()
}

/// A self-describing file: lines of `key: value`, an empty line, then raw bytes.
fn open(path: &Path) -> (BTreeMap<String, String>, Vec<u8>) {
    let file = fs::read(path).unwrap();
    let end = file.windows(2).position(|w| w == b"\n\n").unwrap();
    let text = String::from_utf8(file[..end].to_vec()).unwrap();
    let pair = |line: &str| {
        let (key, value) = line.split_once(": ").unwrap();
        (key.to_string(), value.to_string())
    };
    (text.lines().map(pair).collect(), file[end + 2..].to_vec())
}

fn names_in(folder: &Path) -> BTreeSet<String> {
    let name = |entry: fs::DirEntry| entry.file_name().into_string().unwrap();
    fs::read_dir(folder).unwrap().map(|entry| name(entry.unwrap())).collect()
}

#[test]
fn every_message_has_the_bytes_of_its_golden_file() {
    let good = folder("good");
    for (name, bytes) in frames() {
        let path = good.join(&name);
        if std::env::var_os("TOMOSHIBI_BLESS").is_some() && !path.exists() {
            let head = format!("expect: ok\nnote: {}\n\n", name.replace('_', " "));
            fs::write(&path, [head.as_bytes(), &bytes].concat()).unwrap();
        }
        assert_eq!(open(&path).1, bytes, "{name}");
    }
    let written: BTreeSet<String> = frames().into_keys().collect();
    assert_eq!(names_in(&good), written, "a file that no message uses");
}

#[test]
fn every_message_comes_back_from_its_bytes() {
    for (name, request) in requests() {
        assert_eq!(Request::from_frame(request.to_frame().unwrap()), Ok(request), "{name}");
    }
    for (name, response) in responses() {
        assert_eq!(Response::from_frame(response.to_frame().unwrap()), Ok(response), "{name}");
    }
    assert_eq!(EnrolRequest::from_frame(enrolment().to_frame().unwrap()), Ok(enrolment()));
    assert_eq!(EnrolGrant::from_frame(grant().to_frame().unwrap()), Ok(Ok(grant())));
}

#[test]
fn a_refused_enrolment_is_told_from_a_grant() {
    let refusal = Refusal::new(ErrorClass::Denied, code::CODE_REFUSED, "no such code");
    let frame = Response::Refused(refusal.clone()).to_frame().unwrap();
    assert_eq!(EnrolGrant::from_frame(frame), Ok(Err(refusal)));
}

/// Reads a whole stream the way the receiver named by `reader` does.
fn read(reader: &str, bytes: &[u8]) -> Result<(), WireError> {
    let limit = match reader {
        "enrolment" => ENROL_REQUEST_LEN_BYTES_MAX,
        _ => FRAME_LEN_BYTES_MAX,
    };
    let mut frames = FrameReader::new(limit);
    let (_, frame) = frames.feed(bytes)?;
    let Some(frame) = frame else { return frames.end() };
    match reader {
        "request" => Request::from_frame(frame).map(drop),
        "response" => Response::from_frame(frame).map(drop),
        "enrolment" => EnrolRequest::from_frame(frame).map(drop),
        "grant" => EnrolGrant::from_frame(frame).map(drop),
        other => panic!("no reader {other}"),
    }
}

#[test]
fn every_bad_file_is_refused_as_it_says() {
    let bad = folder("bad");
    let names = names_in(&bad);
    assert!(names.len() >= 8, "{} bad files", names.len());
    for name in names {
        let (head, bytes) = open(&bad.join(&name));
        let error = read(&head["reader"], &bytes).expect_err(&name);
        assert_eq!(error.to_string(), head["expect"], "{name}");
        assert_eq!(error.class().as_str(), head["class"], "{name}");
        assert!(head.contains_key("note"), "{name}");
    }
}

#[test]
fn one_flipped_bit_of_an_enrolment_is_never_accepted() {
    let frame = enrolment().to_frame().unwrap();
    for place in 0..frame.body.len() * 8 {
        let mut bad = frame.clone();
        bad.body[place / 8] ^= 1 << (place % 8);
        assert!(EnrolRequest::from_frame(bad).is_err(), "bit {place}");
    }
}

#[test]
fn what_exceeds_a_limit_is_not_sent() {
    let too_long = |what, limit| WireError::TooLong { what, len: limit + 1, limit };
    let item = |cursor, len| InboxItem { cursor, kind: InboxKind::Order, bytes: vec![1; len] };
    let of_kind = |number| InboxItem { kind: InboxKind::Unknown(number), ..item(1, 1) };
    let page = |items| Response::Inbox(InboxPage { items, more: false });
    let many = (1..=INBOX_ITEMS_MAX as u64 + 1).map(|n| item(n, 1)).collect();
    for (result, error) in [
        (
            Request::Reconcile { message: vec![0; RECONCILE_LEN_BYTES_MAX + 1] }.to_frame(),
            too_long("reconciliation message", RECONCILE_LEN_BYTES_MAX),
        ),
        (
            Response::Release { bytes: vec![0; RELEASE_LEN_BYTES_MAX + 1] }.to_frame(),
            too_long("release", RELEASE_LEN_BYTES_MAX),
        ),
        (
            page(vec![item(1, INBOX_ITEM_LEN_BYTES_MAX + 1)]).to_frame(),
            too_long("inbox item", INBOX_ITEM_LEN_BYTES_MAX),
        ),
        (page(many).to_frame(), too_long("inbox items", INBOX_ITEMS_MAX)),
        (
            page(vec![item(2, 1), item(2, 1)]).to_frame(),
            WireError::Form { what: "order of inbox items" },
        ),
        (page(vec![item(0, 1)]).to_frame(), WireError::Form { what: "inbox item" }),
        (page(vec![item(1, 0)]).to_frame(), WireError::Form { what: "inbox item" }),
        (page(vec![of_kind(0)]).to_frame(), WireError::Form { what: "inbox kind" }),
        (page(vec![of_kind(3)]).to_frame(), WireError::Form { what: "inbox kind" }),
        (Response::Manifest { len_bytes: 0 }.to_frame(), WireError::Form { what: "manifest" }),
    ] {
        assert_eq!(result, Err(error));
    }
}

#[test]
fn the_longest_messages_fit_a_frame() {
    let longest = Request::Reconcile { message: vec![1; RECONCILE_LEN_BYTES_MAX] };
    assert_eq!(Request::from_frame(longest.to_frame().unwrap()), Ok(longest));
    let mut page = InboxPage::default();
    let item = |cursor| InboxItem { cursor, kind: InboxKind::Order, bytes: vec![1; 4000] };
    while page.has_room_for(&item(page.items.len() as u64 + 1)) {
        page.items.push(item(page.items.len() as u64 + 1));
    }
    let page = Response::Inbox(page);
    assert_eq!(Response::from_frame(page.to_frame().unwrap()), Ok(page));
}

/// Numbers of messages, known ones more often than others.
fn message() -> impl Strategy<Value = u16> {
    prop_oneof![0u16..0x20, 0x8000u16..0x8020, Just(0x80FF), any::<u16>()]
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic_and_what_is_read_is_written_the_same(
        message in message(),
        body in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let frame = Frame { message, body };
        if let Ok(request) = Request::from_frame(frame.clone()) {
            prop_assert_eq!(Request::from_frame(request.to_frame().unwrap()), Ok(request));
        }
        if let Ok(response) = Response::from_frame(frame.clone()) {
            prop_assert_eq!(Response::from_frame(response.to_frame().unwrap()), Ok(response));
        }
        let _ = EnrolRequest::from_frame(frame.clone());
        let _ = EnrolGrant::from_frame(frame);
    }

    #[test]
    fn arbitrary_streams_never_panic_and_never_hold_more_than_a_frame(
        bytes in prop::collection::vec(any::<u8>(), 0..600),
        piece in 1usize..50,
    ) {
        let mut reader = FrameReader::new(256);
        'stream: for mut part in bytes.chunks(piece) {
            while !part.is_empty() {
                let Ok((taken, frame)) = reader.feed(part) else { break 'stream };
                prop_assert!(taken > 0 && taken <= part.len());
                prop_assert!(frame.is_none_or(|frame| frame.body.len() <= 256));
                part = &part[taken..];
            }
        }
        let _ = reader.end();
    }

    #[test]
    fn segment_and_manifest_requests_come_back(
        number: u64, epoch: u32, offset: u64, name: [u8; 32], held: bool,
    ) {
        let snapshot = SnapshotId { epoch, number };
        let have = held.then_some(Held { snapshot, digest: Digest::from_bytes(name) });
        for request in [
            Request::NewestManifest { region: region(), have },
            Request::Segment { digest: Digest::from_bytes(name), offset },
        ] {
            prop_assert_eq!(Request::from_frame(request.to_frame().unwrap()), Ok(request));
        }
    }
}
