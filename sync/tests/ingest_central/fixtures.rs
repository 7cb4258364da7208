//! Every file under `testdata/ingest` says what is wrong with it; each goes through its parser.
//!
//! A fixture is lines of text, an empty line, then the raw bytes. `parser`: `uke`, `oqs`, `cda` (archive), `document`,
//! `drugs`, `institutions`, `withdrawals`. `records`: how many are read. `expect`: `<unit> <reason> line <line>`, once
//! for each thing set aside, in order. `note`: what it is.

use std::fs;
use std::path::Path;

use tomoshibi_sync::central::ingest::masters::MasterKind;
use tomoshibi_sync::central::ingest::uke::PseudoItems;
use tomoshibi_sync::central::ingest::{cda, masters, oqs, uke, withdrawals};
use tomoshibi_sync::central::rejects::SetAside;

/// Records read, and what was set aside.
type Outcome = (usize, Vec<SetAside>);

fn whole_file(aside: SetAside) -> Outcome {
    (0, vec![aside])
}

fn counted<T>(records: impl Iterator<Item = Result<T, SetAside>>) -> Outcome {
    let (good, bad): (Vec<_>, Vec<_>) = records.partition(Result::is_ok);
    (good.len(), bad.into_iter().filter_map(Result::err).collect())
}

/// Runs one parser over bytes.
pub(crate) fn parse(parser: &str, bytes: &[u8]) -> Outcome {
    let master = |kind| match masters::read(kind, bytes) {
        Ok(master) => (master.records.len(), master.rejects),
        Err(aside) => whole_file(aside),
    };
    match parser {
        "uke" => match uke::read(bytes) {
            Ok(file) => counted(file.claims(&PseudoItems::from([630_010_002]))),
            Err(aside) => whole_file(aside),
        },
        "oqs" => match oqs::read(bytes) {
            Ok(found) => (found.people.len(), found.rejects),
            Err(aside) => whole_file(aside),
        },
        "cda" => match cda::Archive::open(bytes) {
            Ok(archive) => counted(archive.documents()),
            Err(aside) => whole_file(aside),
        },
        "document" => counted(std::iter::once(cda::read_document(bytes, 1))),
        "drugs" => master(MasterKind::Drugs),
        "institutions" => master(MasterKind::Institutions),
        "withdrawals" => match withdrawals::read(bytes) {
            Ok(found) => (found.rows.len(), found.rejects),
            Err(aside) => whole_file(aside),
        },
        other => panic!("no parser {other}"),
    }
}

/// Every parser there is.
pub(crate) const PARSERS: [&str; 7] =
    ["uke", "oqs", "cda", "document", "drugs", "institutions", "withdrawals"];

/// Head and raw bytes of a fixture.
pub(crate) fn split(bytes: &[u8]) -> (String, &[u8]) {
    let end =
        bytes.windows(2).position(|pair| pair == b"\n\n").expect("an empty line after the head");
    (String::from_utf8(bytes[..end].to_vec()).expect("a head of text"), &bytes[end + 2..])
}

/// All fixtures, sorted by name.
pub(crate) fn all() -> Vec<(String, Vec<u8>)> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/ingest");
    let mut found: Vec<_> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap())
        })
        .collect();
    found.sort();
    found
}

#[test]
fn every_fixture_gets_what_it_says() {
    let fixtures = all();
    assert!(fixtures.len() >= 30, "{} fixtures", fixtures.len());
    for (name, bytes) in &fixtures {
        let (head, raw) = split(bytes);
        let value = |key: &str| {
            let prefix = format!("{key}: ");
            head.lines()
                .filter_map(|line| line.strip_prefix(&prefix).map(str::to_owned))
                .collect::<Vec<_>>()
        };
        let [parser] = &value("parser")[..] else { panic!("{name}: one parser") };
        assert_eq!(value("note").len(), 1, "{name}: one note");
        let (records, asides) = parse(parser, raw);
        let shown: Vec<_> = asides
            .iter()
            .map(|aside| {
                format!("{} {} line {}", aside.unit.as_str(), aside.reason.code(), aside.line)
            })
            .collect();
        assert_eq!(shown, value("expect"), "{name}");
        assert_eq!(vec![records.to_string()], value("records"), "{name}");
    }
}
