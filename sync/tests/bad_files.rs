//! Bad files: each explains itself, is run through every reader that applies, and gets the refusal it names.
//!
//! A fixture that is not used, is missing, or expects another refusal than it gets, fails a test.
//! `TOMOSHIBI_WRITE_FIXTURES=1` writes the files anew from the tables in `snapshot/`.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

#[path = "snapshot/bad_release.rs"]
mod bad_release;
#[path = "snapshot/bad_revocation.rs"]
mod bad_revocation;
#[path = "snapshot/bad_segment.rs"]
mod bad_segment;
#[path = "snapshot/bad_signed.rs"]
mod bad_signed;
#[path = "snapshot/content.rs"]
mod content;
#[path = "snapshot/fixture.rs"]
mod fixture;
#[path = "snapshot/memory.rs"]
mod memory;
#[path = "snapshot/sample.rs"]
#[allow(dead_code, reason = "each test takes what it needs")]
mod sample;

use std::collections::BTreeMap;

use fixture::{Fixture, is_writing, names, testdata, variant};
use memory::Memory;
use tomoshibi_policies::time::YearMonth;
use tomoshibi_sync::id::{Digest, Generation};
use tomoshibi_sync::item::{Item, ItemKey, SegmentKind};
use tomoshibi_sync::keyring::Keyring;
use tomoshibi_sync::manifest::{Manifest, SegmentEntry};
use tomoshibi_sync::order::Order;
use tomoshibi_sync::release::{Addressee, ReleaseCode, open_fetched, open_prepositioned};
use tomoshibi_sync::revocation::RevocationList;
use tomoshibi_sync::seal::{AgeSealer, Identity};
use tomoshibi_sync::segment::{SegmentError, SegmentReader};
use tomoshibi_sync::trust::TrustRoot;

const FOLDERS: [&str; 6] = ["segment", "manifest", "order", "release", "keyring", "revocation"];

fn make(folder: &str) -> Vec<(&'static str, Fixture)> {
    match folder {
        "segment" => bad_segment::make(),
        "manifest" => bad_signed::manifests(),
        "order" => bad_signed::orders(),
        "release" => bad_release::releases(),
        "revocation" => bad_revocation::revocations(),
        "keyring" => bad_release::keyrings(),
        other => panic!("no table for {other}"),
    }
}

/// The bad files of a folder by name, which must be exactly those of its table.
fn bad_files(folder: &str) -> BTreeMap<String, Fixture> {
    let path = testdata().join(folder).join("v1/bad");
    let made = make(folder);
    if is_writing() {
        made.iter().for_each(|(name, fixture)| fixture.write(&path.join(name)));
    }
    let mut table: Vec<_> = made.iter().map(|(name, _)| (*name).to_string()).collect();
    table.sort();
    assert_eq!(names(&path), table, "the files of {folder}/v1/bad and their table differ");
    for (name, fixture) in &made {
        let stored = Fixture::read(&path.join(name));
        for field in ["expect", "note"] {
            assert_eq!(stored.field(field), fixture.field(field), "{folder}/v1/bad/{name}");
        }
    }
    table.into_iter().map(|name| (name.clone(), Fixture::read(&path.join(name)))).collect()
}

fn assert_refused<T>(folder: &str, read: impl Fn(&Fixture) -> Result<T, String>) {
    for (name, fixture) in bad_files(folder) {
        let found = read(&fixture).err().unwrap_or("Ok".into());
        assert_eq!(
            found,
            fixture.field("expect"),
            "{folder}/v1/bad/{name}: {}",
            fixture.field("note")
        );
    }
}

/// Opens a fixture as the segment it should be.
fn open(fixture: &Fixture) -> Result<SegmentReader, SegmentError> {
    let identity = Identity::parse(fixture.field("identity")).unwrap();
    let word = fixture.field("kind");
    let kind = SegmentKind::ALL.into_iter().find(|kind| kind.as_str() == word).unwrap();
    let generation = Generation(fixture.field("generation").parse().unwrap());
    SegmentReader::open(Box::new(Memory(fixture.bytes.clone())), &identity, kind, generation)
}

fn scan(fixture: &Fixture) -> Result<Vec<Item>, SegmentError> {
    open(fixture)?.scan()?.collect()
}

/// The entry by which a manifest would name a fixture.
fn entry(fixture: &Fixture) -> SegmentEntry {
    let digest = fixture.fields.get("digest").map(|digest| digest.parse().unwrap());
    SegmentEntry {
        digest: digest.unwrap_or(Digest::of(&fixture.bytes)),
        len_bytes: fixture.bytes.len() as u64,
        kind: SegmentKind::Persons,
        generation: sample::GENERATION,
        from: YearMonth::new(2026, 9).unwrap(),
        to: YearMonth::new(2026, 9).unwrap(),
        first_person: ItemKey::NOBODY,
        last_person: ItemKey::NOBODY,
        items: 1,
    }
}

#[test]
fn bad_segments_are_refused_when_verified_and_scanned() {
    assert_refused("segment", |fixture| {
        let file = Memory(fixture.bytes.clone());
        entry(fixture).verify(&file).map_err(|error| variant(&error))?;
        scan(fixture).map_err(|error| variant(&error))
    });
}

#[test]
fn a_lookup_in_a_bad_segment_gives_the_right_items_or_none_at_all() {
    for (name, fixture) in bad_files("segment") {
        let Ok(reader) = open(&fixture) else { continue };
        for item in bad_segment::base(fixture.field("base")) {
            if let Ok(found) = reader.items_of(&item.key.person) {
                assert!(found == [item], "{name}");
            }
        }
    }
}

#[test]
fn a_lookup_notices_a_block_that_begins_with_another_person() {
    let fixture = &bad_files("segment")["index_first_person_lies"];
    let reader = open(fixture).unwrap();
    let refused = bad_segment::base("many").into_iter().filter(|item| {
        let found = reader.items_of(&item.key.person);
        matches!(found, Err(SegmentError::ItemOrder { block: 1, item: 0 }))
    });
    assert!(refused.count() > 10);
}

#[test]
fn the_originals_of_the_bad_segments_are_good() {
    for base in ["many", "long"] {
        let items = bad_segment::base(base);
        let fixture = Fixture::new("Ok", base, sample::segment(SegmentKind::Persons, &items))
            .with("identity", sample::IDENTITY)
            .with("kind", SegmentKind::Persons)
            .with("generation", sample::GENERATION);
        assert!(scan(&fixture).unwrap() == items, "{base}");
    }
}

fn trust_root() -> TrustRoot {
    let fixture = Fixture::read(&testdata().join("manifest/v1/trust_root"));
    TrustRoot::open_pinned(&fixture.bytes, Digest::of(&fixture.bytes)).unwrap()
}

#[test]
fn bad_manifests_are_refused() {
    assert_refused("manifest", |fixture| {
        Manifest::open(&fixture.bytes, &trust_root()).map_err(|error| variant(&error))
    });
}

#[test]
fn bad_orders_are_refused() {
    assert_refused("order", |fixture| {
        Order::open(&fixture.bytes, &trust_root()).map_err(|error| variant(&error))
    });
}

#[test]
fn bad_revocation_lists_are_refused() {
    assert_refused("revocation", |fixture| {
        RevocationList::open(&fixture.bytes, &trust_root()).map_err(|error| variant(&error))
    });
}

#[test]
fn bad_keyrings_are_refused() {
    assert_refused("keyring", |fixture| {
        let identity = Identity::parse(fixture.field("identity")).unwrap();
        Keyring::open(&fixture.bytes, &identity).map_err(|error| variant(&error))
    });
}

#[test]
fn bad_releases_are_refused() {
    assert_refused("release", |fixture| {
        let identity = Identity::parse(fixture.field("identity")).unwrap();
        let node = fixture.field("node").parse().unwrap();
        let to = Addressee { node, ..sample::addressee() };
        let code = ReleaseCode::parse(fixture.field("code")).unwrap();
        let bytes = &fixture.bytes;
        let opened = match fixture.field("opened") {
            "fetched" => open_fetched(&AgeSealer, bytes, &to, &identity),
            _ => open_prepositioned(&AgeSealer, bytes, &to, &identity, &code),
        };
        opened.map_err(|error| variant(&error))
    });
}

#[test]
fn every_kind_of_file_is_refused_by_the_readers_of_the_others() {
    let (identity, to) = (sample::identity(), sample::addressee());
    for folder in FOLDERS {
        for (name, fixture) in bad_files(folder) {
            let bytes = &fixture.bytes;
            if folder != "segment" {
                let file = Box::new(Memory(bytes.clone()));
                let kind = SegmentKind::Persons;
                let opened = SegmentReader::open(file, &identity, kind, sample::GENERATION);
                assert!(opened.is_err(), "{folder} {name}");
            }
            // An envelope of another kind among the bad files of a folder may be a good one of its own.
            if !["manifest", "order", "revocation"].contains(&folder) {
                assert!(Manifest::open(bytes, &trust_root()).is_err(), "{folder} {name}");
                assert!(Order::open(bytes, &trust_root()).is_err(), "{folder} {name}");
            }
            if folder != "revocation" {
                assert!(RevocationList::open(bytes, &trust_root()).is_err(), "{folder} {name}");
            }
            if folder != "keyring" {
                assert!(Keyring::open(bytes, &identity).is_err(), "{folder} {name}");
            }
            if folder != "release" {
                assert!(
                    open_fetched(&AgeSealer, bytes, &to, &identity).is_err(),
                    "{folder} {name}"
                );
            }
        }
    }
}

#[test]
fn no_fixture_is_unused() {
    let golden = |folder: &str| -> Vec<String> {
        let own: Vec<&str> = match folder {
            "segment" => SegmentKind::ALL.iter().map(|kind| kind.as_str()).collect(),
            "manifest" => vec!["golden", "trust_root"],
            "release" => vec!["fetched", "prepositioned"],
            _ => vec!["golden"],
        };
        let mut names: Vec<_> = own.into_iter().chain(["bad"]).map(String::from).collect();
        names.sort();
        names
    };
    for folder in FOLDERS {
        assert_eq!(names(&testdata().join(folder)), ["v1"]);
        assert_eq!(names(&testdata().join(folder).join("v1")), golden(folder), "{folder}");
    }
}
