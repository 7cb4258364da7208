//! The golden files of version 1: they decode to known values, and what is deterministic is encoded to the same bytes.
//!
//! A golden file is never written again once a release has been made from it; `TOMOSHIBI_WRITE_FIXTURES=1` writes the
//! sealed ones anew (a new seal is another file each time) and is for a format that is not released yet.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

#[path = "snapshot/content.rs"]
#[allow(dead_code, reason = "each test takes what it needs")]
mod content;
#[path = "snapshot/fixture.rs"]
#[allow(dead_code, reason = "each test takes what it needs")]
mod fixture;
#[path = "snapshot/memory.rs"]
mod memory;
#[path = "snapshot/sample.rs"]
#[allow(dead_code, reason = "each test takes what it needs")]
mod sample;

use content::Content;
use fixture::{Fixture, is_writing, testdata};
use memory::Memory;
use secrecy::ExposeSecret;
use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::record::RegionCode;
use tomoshibi_policies::time::JstDate;
use tomoshibi_sync::id::{Digest, SnapshotId};
use tomoshibi_sync::item::{self, SegmentKind};
use tomoshibi_sync::keyring::Keyring;
use tomoshibi_sync::manifest::{EpochGrant, Manifest, ManifestError, SegmentEntry};
use tomoshibi_sync::order::{Order, OrderError};
use tomoshibi_sync::release::{self, ReleaseCode, ReleaseKind, open_fetched, open_prepositioned};
use tomoshibi_sync::revocation::RevocationList;
use tomoshibi_sync::seal::{AgeSealer, Identity, unseal};
use tomoshibi_sync::segment::SegmentReader;
use tomoshibi_sync::signed::KeyId;
use tomoshibi_sync::trust::TrustRoot;

const CODE: &str = "123453 000004 655353 310080 543215 000071 100006 424244";

/// Reads `sync/testdata/<path>`, after writing it when asked to.
fn golden(path: &str, make: impl FnOnce() -> Fixture) -> Fixture {
    let path = testdata().join(path);
    if is_writing() {
        make().write(&path);
    }
    let fixture = Fixture::read(&path);
    assert_eq!(fixture.field("expect"), "Ok");
    fixture
}

fn golden_segment(kind: SegmentKind) -> Fixture {
    golden(&format!("segment/v1/{kind}"), || {
        let note = format!("every field of {kind} set at least once; the values are in sample.rs");
        Fixture::new("Ok", &note, sample::segment(kind, &sample::items(kind)))
            .with("identity", sample::IDENTITY)
            .with("kind", kind)
            .with("generation", sample::GENERATION)
    })
}

#[test]
fn golden_segments_hold_the_known_items() {
    for kind in SegmentKind::ALL {
        let fixture = golden_segment(kind);
        let identity = Identity::parse(fixture.field("identity")).unwrap();
        let file = Box::new(Memory(fixture.bytes));
        let reader = SegmentReader::open(file, &identity, kind, sample::GENERATION).unwrap();
        let items: Vec<_> = reader.scan().unwrap().collect::<Result<_, _>>().unwrap();
        assert_eq!(items, sample::items(kind), "{kind}");
    }
}

#[test]
fn items_are_encoded_to_the_bytes_of_the_golden_segments() {
    for kind in SegmentKind::ALL {
        let fixture = golden_segment(kind);
        let plain = unseal(&[&sample::identity()], &fixture.bytes, 1 << 20).unwrap();
        let content = Content::read(&plain);
        let stored: Vec<_> = content.blocks.iter().flat_map(content::Block::items).collect();
        let encoded: Vec<_> =
            sample::items(kind).iter().map(|item| item::encode(item).unwrap()).collect();
        assert_eq!(stored, encoded, "{kind}");
        // Our own description of the format gives the same content again.
        assert_eq!(content.to_bytes(), *plain, "{kind}");
    }
}

/// The trust root of all fixtures of manifests and orders.
fn trust_root() -> TrustRoot {
    let fixture = golden("manifest/v1/trust_root", || {
        let note = "region 17, a drill; keys are Ed25519 of 32 equal bytes: root 1, publisher 2 and 12, \
                    authority 3 and 13, enrolment 4, centre 5; every key of a role must sign";
        Fixture::new("Ok", note, sample::trust_root().sign(&[&sample::key(1)]).unwrap())
    });
    TrustRoot::open_pinned(&fixture.bytes, Digest::of(&fixture.bytes)).unwrap()
}

#[test]
fn the_golden_manifest_is_the_known_one_and_signs_to_the_same_bytes() {
    let signed = sample::manifest().sign(&[&sample::key(2), &sample::key(12)]).unwrap();
    let fixture = golden("manifest/v1/golden", || {
        Fixture::new("Ok", "every field set; an epoch after the first", signed.clone())
    });
    assert_eq!(Manifest::open(&fixture.bytes, &trust_root()).unwrap(), sample::manifest());
    assert_eq!(signed, fixture.bytes);
}

#[test]
fn the_golden_order_is_the_known_one_and_signs_to_the_same_bytes() {
    let signed = sample::an_order().sign(&[&sample::key(3), &sample::key(13)]).unwrap();
    let fixture = golden("order/v1/golden", || {
        Fixture::new("Ok", "every field set; the trust root is the manifests'", signed.clone())
    });
    assert_eq!(Order::open(&fixture.bytes, &trust_root()).unwrap(), sample::an_order());
    assert_eq!(signed, fixture.bytes);
}

#[test]
fn the_golden_revocation_list_is_the_known_one_and_signs_to_the_same_bytes() {
    let signed = sample::revocations().sign(&[&sample::key(3), &sample::key(13)]).unwrap();
    let fixture = golden("revocation/v1/golden", || {
        let note = "two badges and two nodes; the trust root is the manifests'";
        Fixture::new("Ok", note, signed.clone())
    });
    let opened = RevocationList::open(&fixture.bytes, &trust_root()).unwrap();
    assert_eq!(opened, sample::revocations());
    assert_eq!(signed, fixture.bytes);
}

fn assert_is_known(keyring: &Keyring) {
    let known = sample::keyring();
    assert_eq!(keyring.recipients(), known.recipients());
    assert_eq!(keyring.staff_secret, known.staff_secret);
    assert_eq!((keyring.region, keyring.drill), (known.region, known.drill));
}

#[test]
fn the_golden_keyring_is_the_known_one() {
    let fixture = golden("keyring/v1/golden", || {
        let sealed = sample::keyring().seal(&[sample::identity().to_recipient()]).unwrap();
        Fixture::new("Ok", "generations 2 and 3", sealed).with("identity", sample::IDENTITY)
    });
    assert_is_known(&Keyring::open(&fixture.bytes, &sample::identity()).unwrap());
    let text = unseal(&[&sample::identity()], &fixture.bytes, 4096).unwrap();
    let lines: Vec<_> = std::str::from_utf8(&text).unwrap().lines().collect();
    assert_eq!(lines[0], "# tomoshibi keyring 1");
    assert_eq!(lines[7], sample::IDENTITY);
}

#[test]
fn the_golden_releases_bring_the_known_keyring() {
    let (recipient, identity) = (sample::identity().to_recipient(), sample::identity());
    let (header, keyring) = (sample::release_header(), sample::keyring());
    let code = ReleaseCode::parse(CODE).unwrap();
    assert_eq!(code.spoken().expose_secret(), CODE);
    let prepositioned = golden("release/v1/prepositioned", || {
        let bytes = release::preposition(&AgeSealer, &keyring, &header, &recipient, &code).unwrap();
        Fixture::new("Ok", "under the code, then to the node", bytes).with("code", CODE)
    });
    let fetched = golden("release/v1/fetched", || {
        let bytes = release::for_opening(&AgeSealer, &keyring, &header, &recipient).unwrap();
        Fixture::new("Ok", "to the opening identity", bytes).with("identity", sample::IDENTITY)
    });
    let to = sample::addressee();
    let bytes = &prepositioned.bytes;
    let (found, keyring) = open_prepositioned(&AgeSealer, bytes, &to, &identity, &code).unwrap();
    assert_eq!(found, release::ReleaseHeader { kind: ReleaseKind::Prepositioned, ..header });
    assert_is_known(&keyring);
    let (found, keyring) = open_fetched(&AgeSealer, &fetched.bytes, &to, &identity).unwrap();
    assert_eq!(found, header);
    assert_is_known(&keyring);
}

#[test]
fn a_first_manifest_has_no_link_and_no_grant_and_is_put_in_order() {
    let keys = [2, 12].map(sample::key);
    let mut first = sample::manifest();
    first.id = SnapshotId { epoch: 1, number: 1 };
    (first.previous, first.epoch_grant) = (None, None);
    let mut shuffled = first.clone();
    shuffled.segments.reverse();
    shuffled.not_carried.reverse();
    let bytes = shuffled.sign(&[&keys[0], &keys[1]]).unwrap();
    assert_eq!(bytes, first.sign(&[&keys[1], &keys[0]]).unwrap());
    let opened = Manifest::open(&bytes, &sample::trust_root()).unwrap();
    assert_eq!(opened, first);
    assert_eq!(opened.len_bytes(), 2004);
}

#[test]
fn what_nobody_would_open_is_not_signed() {
    let key = sample::key(2);
    let mut manifest = sample::manifest();
    manifest.reach.processed = JstDate::from_days(10_237_000);
    assert_eq!(manifest.sign(&[&key]), Err(ManifestError::Field { field: "reach" }));
    let mut manifest = sample::manifest();
    manifest.fresh_until = manifest.published_at;
    assert!(matches!(manifest.sign(&[&key]), Err(ManifestError::FreshUntil { .. })));
    let mut manifest = sample::manifest();
    let entry = manifest.segments[0];
    let digest = |n: u32| Digest::of(&n.to_le_bytes());
    manifest.segments = (0..16_385).map(|n| SegmentEntry { digest: digest(n), ..entry }).collect();
    let error = ManifestError::TooManySegments { found: 16_385, limit: 16_384 };
    assert_eq!(manifest.sign(&[&key]), Err(error));
    manifest.segments.pop();
    assert!(Manifest::sign(&manifest, &[&key]).is_ok());
    let mut manifest = sample::manifest();
    let signature = manifest.epoch_grant.unwrap().signatures[0].1;
    let signatures = (0..65).map(|n| (KeyId([n; 8]), signature)).collect();
    manifest.epoch_grant = Some(EpochGrant { signatures });
    assert_eq!(manifest.sign(&[&key]), Err(ManifestError::GrantForm { id: manifest.id }));
    let mut order = sample::an_order();
    order.consent_hours = 0;
    assert!(matches!(order.sign(&[&key]), Err(OrderError::ConsentHours { .. })));
}

#[test]
fn a_keyring_is_not_released_under_another_regions_header() {
    let recipient = sample::identity().to_recipient();
    let header = sample::release_header();
    let other = RegionCode::new(16).unwrap();
    for header in [
        release::ReleaseHeader { region: other, ..header },
        release::ReleaseHeader { drill: false, ..header },
    ] {
        let error = release::for_opening(&AgeSealer, &sample::keyring(), &header, &recipient);
        assert!(matches!(error, Err(release::ReleaseError::Mismatch { .. })));
    }
}

#[test]
fn a_file_is_the_segment_that_a_manifest_names_or_is_refused() {
    let bytes = vec![7; 200_000];
    let mut entry = sample::manifest().segments[0];
    (entry.digest, entry.len_bytes) = (Digest::of(&bytes), bytes.len() as u64);
    assert_eq!(entry.verify(&Memory(bytes.clone())), Ok(()));
    let short = Memory(bytes[1..].to_vec());
    let (digest, found, expected) = (entry.digest, 199_999, 200_000);
    let error = ManifestError::SegmentLenMismatch { digest, found, expected };
    assert_eq!(entry.verify(&short), Err(error));
    let mut other = bytes;
    other[150_000] = 8;
    let error = entry.verify(&Memory(other)).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Forged);
}
