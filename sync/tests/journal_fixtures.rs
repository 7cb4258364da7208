//! Journal files and checkpoints kept as fixtures, good and damaged, each saying what is expected of it. Every file
//! in the folders is run through every reader, so none can lie there unused.
//!
//! A fixture is lines `key: value`, an empty line, and the raw bytes. `expect` is what the reader says (`3 entries`,
//! with `, torn` or `, cosigned`, or the name of the error), `verify` the findings of the independent check in order.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

#[path = "support/journal.rs"]
mod support;

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::path::Path;

use age::secrecy::SecretString;
use support::{dir, disclosed, node_public, origin, path_of};
use tomoshibi_sync::journal::{
    BodyError, CheckpointError, FileError, ReadError, Reader, SignedCheckpoint, checkpoint_path,
    open_bodies, verify,
};
use tomoshibi_sync::seam::{Files, MemoryFiles};
use tomoshibi_sync::signed::SigningKey;

struct Fixture {
    name: String,
    says: BTreeMap<String, String>,
    bytes: Vec<u8>,
}

fn fixtures(folder: &str) -> Vec<Fixture> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/journal").join(folder);
    let mut fixtures = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let content = std::fs::read(entry.path()).unwrap();
        let end = content.windows(2).position(|pair| pair == b"\n\n").unwrap();
        let head = std::str::from_utf8(&content[..end]).unwrap();
        let says = head.lines().map(|line| {
            let (key, value) = line.split_once(": ").unwrap();
            (key.to_owned(), value.to_owned())
        });
        let name = entry.file_name().into_string().unwrap();
        let fixture = Fixture { name, says: says.collect(), bytes: content[end + 2..].to_vec() };
        assert!(fixture.says.contains_key("note"), "{}: says nothing about itself", fixture.name);
        fixtures.push(fixture);
    }
    fixtures
}

/// The name of a variant: what `Debug` prints before its fields.
fn variant(error: &impl Debug) -> String {
    let text = format!("{error:?}");
    text.split([' ', '(', '{']).next().unwrap_or_default().to_owned()
}

fn read(files: &MemoryFiles) -> String {
    let mut reader = Reader::open(files, &dir(), origin().node, origin().incarnation).unwrap();
    match reader.next_file() {
        Ok(file) => {
            let file = file.unwrap();
            let torn = if file.torn.is_some() { ", torn" } else { "" };
            format!("{} entries{torn}", file.records.len())
        }
        Err(ReadError::File { error: FileError::Header(error), .. }) => variant(&error),
        Err(ReadError::File { error, .. }) => variant(&error),
        Err(error) => variant(&error),
    }
}

fn checked(files: &MemoryFiles) -> String {
    let verified = verify(files, &dir(), origin(), &node_public(), None);
    let names: Vec<_> = verified.findings.iter().map(|found| variant(&found.problem)).collect();
    if names.is_empty() { "sound".to_owned() } else { names.join(", ") }
}

#[test]
fn every_journal_file_is_read_and_verified_as_it_says() {
    let fixtures = fixtures("v1");
    assert!(fixtures.len() >= 20);
    for fixture in fixtures {
        let files = MemoryFiles::new();
        files.replace(&path_of(0), &fixture.bytes).unwrap();
        assert_eq!(read(&files), fixture.says["expect"], "{}", fixture.name);
        assert_eq!(checked(&files), fixture.says["verify"], "{}", fixture.name);
    }
}

#[test]
fn the_bodies_of_the_first_version_still_open() {
    let mut opened = 0;
    for fixture in fixtures("v1") {
        let Some(identity) = fixture.says.get("identity") else { continue };
        let identity = SecretString::from(identity.split(' ').next().unwrap().to_owned());
        let files = MemoryFiles::new();
        files.replace(&path_of(0), &fixture.bytes).unwrap();
        let mut reader = Reader::open(&files, &dir(), origin().node, origin().incarnation).unwrap();
        let file = reader.next_file().unwrap().unwrap();
        for (n, (clear, event)) in (1..).zip(open_bodies(&file, &identity).unwrap()) {
            match event {
                Err(BodyError::Digest { at, .. }) => {
                    assert_eq!((fixture.name.as_str(), at.0), ("record_body_changed", 1));
                }
                event => {
                    assert_eq!(event, Ok(disclosed(n)), "{}", fixture.name);
                    assert_eq!(clear.time, support::at(n.into()));
                }
            }
            opened += 1;
        }
    }
    assert_eq!(opened, 6);
}

#[test]
fn every_checkpoint_is_read_as_it_says() {
    let centre = SigningKey::from_seed(&[9; 32]).public();
    let judged = |note: &str| -> Result<String, CheckpointError> {
        let signed = SignedCheckpoint::parse(note)?;
        let size = signed.verify(origin(), &node_public())?.size;
        if note.matches('\u{2014}').count() == 1 {
            return Ok(format!("{size} entries"));
        }
        signed.verify_cosignature(&origin().centre_name(), &centre)?;
        Ok(format!("{size} entries, cosigned"))
    };
    let fixtures = fixtures("checkpoint");
    assert!(fixtures.len() >= 10);
    for fixture in fixtures {
        let note = String::from_utf8(fixture.bytes).unwrap();
        let found = match judged(&note) {
            Ok(found) => found,
            Err(CheckpointError::Note(error)) => variant(&error),
            Err(error) => variant(&error),
        };
        assert_eq!(found, fixture.says["expect"], "{}", fixture.name);
    }
}

#[test]
fn the_independent_check_agrees_on_every_checkpoint() {
    let whole = fixtures("v1").into_iter().find(|fixture| fixture.name == "whole").unwrap();
    for fixture in fixtures("checkpoint") {
        let files = MemoryFiles::new();
        files.replace(&path_of(0), &whole.bytes).unwrap();
        let path = checkpoint_path(&dir(), origin().incarnation);
        files.replace(&path, &fixture.bytes).unwrap();
        let verified = verify(&files, &dir(), origin(), &node_public(), None);
        // Cosignatures are looked at beside `acknowledged` only.
        let is_good =
            fixture.says["expect"].ends_with("entries") || fixture.name.starts_with("cosign");
        assert_eq!(verified.is_sound(), is_good, "{}: {:?}", fixture.name, verified.findings);
    }
}
