//! The files of a region have the forms that real systems hand over: columns, encodings, shapes.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

#[path = "region/tree.rs"]
mod tree;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};

use encoding_rs::SHIFT_JIS;
use quick_xml::Reader;
use quick_xml::events::Event;
use tomoshibi_simulations::region::{Day, Defect, ExpectedReject, truth};
use tree::Tree;

/// Columns of a record by its id, in medical and in pharmacy files.
fn columns(pharmacy: bool, id: &str) -> usize {
    match (pharmacy, id) {
        (false, "IR") => 10,
        (false, "RE") => 38,
        (false, "SI" | "IY") => 44,
        (false, "CO") => 5,
        (true, "YK") => 9,
        (true, "RE") => 42,
        (true, "SH") => 5,
        (true, "CZ") => 71,
        (true, "IY") => 10,
        (true, "CO") => 3,
        (_, "HO") => 15,
        (_, "KO") => 12,
        (_, "SN") => 9,
        (_, "SY") => 8,
        (_, "GO") => 4,
        other => panic!("unknown record {other:?}"),
    }
}

/// Lines of a receipt file as columns; invalid bytes replaced, as a careful reader would.
fn lines(bytes: &[u8]) -> Vec<Vec<String>> {
    let text = SHIFT_JIS.decode(bytes).0.into_owned();
    assert!(text.ends_with("\r\n"), "every line ends with CRLF");
    text.trim_end_matches("\r\n")
        .split("\r\n")
        .map(|line| {
            assert!(!line.contains('\n'));
            line.split(',').map(str::to_owned).collect()
        })
        .collect()
}

fn rejects(tree: &Tree) -> Vec<ExpectedReject> {
    let text = std::fs::read_to_string(tree.path("expected_rejects.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn receipts_have_the_columns_of_their_records_except_where_they_are_wrong_on_purpose() {
    let tree = Tree::shared();
    let rejects = rejects(tree);
    let mut invalid_files = BTreeSet::new();
    for (path, bytes) in tree.files("receipts") {
        let cut: Vec<usize> = rejects
            .iter()
            .filter(|reject| reject.file == path && reject.why == Defect::ColumnCount)
            .map(|reject| reject.line)
            .collect();
        if SHIFT_JIS.decode(&bytes).2 {
            invalid_files.insert(path.clone());
        }
        let lines = lines(&bytes);
        let pharmacy = lines[0][0] == "YK";
        for (at, line) in lines.iter().enumerate() {
            let whole = line.len() == columns(pharmacy, &line[0]);
            assert_eq!(whole, !cut.contains(&(at + 1)), "{path} line {}", at + 1);
        }
        assert_eq!(lines.last().unwrap()[0], "GO");
        let code10 = lines[0][2..5].concat();
        assert!(path.ends_with(&format!("-{code10}.UKE")), "{path}");
        let day = Day::parse(path.split('/').nth(1).unwrap()).unwrap().date().2;
        assert!((5..=12).contains(&day), "{path}");
    }
    let expected: BTreeSet<String> = rejects
        .iter()
        .filter(|reject| reject.why == Defect::InvalidBytes)
        .map(|reject| reject.file.clone())
        .collect();
    assert_eq!(invalid_files, expected);
}

#[test]
fn every_defect_occurs_and_points_at_its_row() {
    let tree = Tree::shared();
    let files: BTreeMap<String, Vec<u8>> = tree.files("receipts").into_iter().collect();
    let rejects = rejects(tree);
    let kinds: BTreeSet<Defect> = rejects.iter().map(|reject| reject.why).collect();
    assert_eq!(kinds.len(), 6, "{kinds:?}");
    for reject in &rejects {
        let lines = lines(&files[&reject.file]);
        let line = &lines[reject.line - 1];
        assert_eq!(lines[reject.receipt_first_line - 1][0], "RE");
        assert!(["RE", "GO"].contains(&lines[reject.receipt_last_line][0].as_str()));
        match reject.why {
            Defect::ColumnCount => assert_eq!((line[0].as_str(), line.len()), ("IY", 3)),
            Defect::InvalidBytes => assert!(line.iter().any(|field| field.contains('\u{fffd}'))),
            Defect::UnknownInsurer => assert_eq!(line[1], "06990016"),
            Defect::NoIdentity => assert_eq!(line[3], "999999999"),
            Defect::BirthDate => assert_eq!(line[0], "RE"),
            Defect::ImpossibleDate => assert_eq!(line[6], "19510231"),
        }
    }
}

#[test]
fn counts_by_day_add_up_to_the_times_of_their_row() {
    let tree = Tree::shared();
    let (mut rows, mut without_days, mut carried) = (0, 0, 0);
    for (_, bytes) in tree.files("receipts") {
        let lines = lines(&bytes);
        if lines[0][0] == "YK" {
            continue;
        }
        for line in lines.iter().filter(|line| line[0] == "IY" && line.len() == 44) {
            let days: u32 = line[13..].iter().filter_map(|day| day.parse::<u32>().ok()).sum();
            carried += u32::from(line[1].is_empty());
            if days == 0 {
                without_days += 1;
            } else {
                assert_eq!(days.to_string(), line[6]);
                rows += 1;
            }
        }
    }
    assert!(rows > 1000 && carried > 500 && without_days > 10, "{rows} {carried} {without_days}");
}

/// True when two receipts of a pharmacy's file differ in the prescriber, and neither in the person nor in the month.
fn has_two_prescribers(lines: &[Vec<String>]) -> bool {
    let mut receipts: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for pair in lines.windows(2).filter(|pair| pair[0][0] == "RE" && pair[1][0] == "HO") {
        let (head, insurance) = (&pair[0], &pair[1]);
        let prescriber = head.get(9..12).filter(|_| lines[0][0] == "YK");
        receipts.entry((&head[2..7], &insurance[1..4])).or_default().insert(prescriber);
    }
    receipts.values().any(|prescribers| prescribers.len() > 1)
}

#[test]
fn receipts_hold_the_forms_that_readers_stumble_over() {
    let tree = Tree::shared();
    let mut seen = BTreeSet::new();
    for (_, bytes) in tree.files("receipts") {
        let lines = lines(&bytes);
        if has_two_prescribers(&lines) {
            seen.insert("two prescribers");
        }
        for receipt in lines.chunk_by(|_, next| next[0] != "RE") {
            let ids: BTreeSet<&str> = receipt.iter().map(|line| line[0].as_str()).collect();
            if ids.contains("RE") && !ids.contains("HO") && ids.contains("KO") {
                seen.insert("no HO");
            }
        }
        for pair in lines.windows(2) {
            if pair[0][0] == "CO" && pair[1][0] == "IY" && pair[1][1].is_empty() {
                seen.insert("comment before");
            }
            if pair[0][0] == "IY" && pair[1][0] == "CO" && pair[1][1] == "99" {
                seen.insert("comment after");
            }
        }
        for line in &lines {
            match line[0].as_str() {
                "RE" if line[6].len() == 7 => drop(seen.insert("era date")),
                "RE" if line[6].ends_with("00") => drop(seen.insert("unknown birth day")),
                "RE" if line[4].contains('髙') => drop(seen.insert("variant kanji")),
                "RE" if line[4].contains('●') => drop(seen.insert("outside the code page")),
                "HO" if line[3].starts_with('１') => drop(seen.insert("full-width number")),
                "SN" if line[6] == "00" => drop(seen.insert("branch 00")),
                "SI" if line[3] == "120002910" => drop(seen.insert("outside prescription")),
                "IY" if line.contains(&"630010002".to_owned()) => {
                    seen.insert("pseudo item");
                }
                "IY" if line.iter().any(|field| field.starts_with("69999")) => {
                    seen.insert("unknown drug");
                }
                _ => {}
            }
        }
    }
    assert_eq!(seen.len(), 13, "{seen:?}");
}

#[test]
fn medication_truth_agrees_with_a_plain_reading_of_pharmacy_rows() {
    // Counts only: the truth never comes from files, and this shows that both tell one story.
    let tree = Tree::shared();
    let ghosts: BTreeSet<(String, usize)> = rejects(tree)
        .into_iter()
        .flat_map(|row| {
            (row.receipt_first_line..=row.receipt_last_line).map(move |at| (row.file.clone(), at))
        })
        .collect();
    let mut rows = 0;
    for (path, bytes) in tree.files("receipts") {
        let lines = lines(&bytes);
        let mut dispensings = 0;
        for (at, line) in lines.iter().enumerate() {
            let ghost = ghosts.contains(&(path.clone(), at + 1));
            match line[0].as_str() {
                "SH" => dispensings = 0,
                "CZ" => dispensings += 1,
                "IY" if lines[0][0] == "YK" && !ghost => rows += dispensings,
                _ => {}
            }
        }
    }
    let people = truth::read(&tree.path("truth.jsonl")).unwrap().map(Result::unwrap);
    let lines: usize = people
        .map(|person| {
            let all = person.medications.iter().chain(&person.medications_not_shown);
            all.filter(|line| line.kind == "pharmacy").count()
        })
        .sum();
    assert_eq!(rows, lines);
}

/// Names of all elements, after reading the whole document as XML.
fn elements(text: &str) -> BTreeMap<String, usize> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let mut names = BTreeMap::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) | Event::Empty(tag) => {
                let name = tag.name().as_ref().to_owned();
                *names.entry(name).or_default() += 1;
            }
            Event::Eof => return names,
            _ => {}
        }
    }
}

#[test]
fn eligibility_is_xml_in_the_encoding_it_declares() {
    let tree = Tree::shared();
    let mut encodings = BTreeSet::new();
    let mut people = BTreeMap::new();
    for (path, bytes) in tree.files("eligibility") {
        let legacy = bytes.starts_with(b"<?xml version=\"1.0\" encoding=\"Shift_JIS\"");
        let text = if legacy {
            let (text, _, wrong) = SHIFT_JIS.decode(&bytes);
            assert!(!wrong, "{path}");
            text.into_owned()
        } else {
            String::from_utf8(bytes).unwrap()
        };
        encodings.insert(legacy);
        let names = elements(&text);
        assert_eq!(names["BulkConfirmUnit"], names["ReferenceNumber"], "{path}");
        assert_eq!(names["BulkConfirmUnit"], names["ResultList"], "{path}");
        assert!(names["ResultOfQualificationConfirmation"] >= names["ResultList"]);
        assert!(text.contains("<InsurerNumber>  17"), "six digits are filled with spaces");
        let delivery = path[path.len() - 16..path.len() - 8].to_owned();
        *people.entry(delivery).or_insert(0) += names["BulkConfirmUnit"];
    }
    assert_eq!(encodings.len(), 2);
    let deliveries: Vec<(String, usize)> = people.into_iter().collect();
    assert_eq!(deliveries[0].0, "20261001");
    assert_eq!(deliveries[1].0, "20261101");
    assert!(deliveries[0].1 > 4980 && (50..500).contains(&deliveries[1].1), "{deliveries:?}");
}

#[test]
fn checkup_packages_hold_well_formed_documents_of_the_truth() {
    let tree = Tree::shared();
    let (mut documents, mut not_done, mut unmeasurable) = (0, 0, 0);
    for (path, bytes) in tree.files("checkups") {
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        for at in 0..zip.len() {
            let mut entry = zip.by_index(at).unwrap();
            assert_eq!(entry.compression(), zip::CompressionMethod::Stored);
            let mut text = String::new();
            entry.read_to_string(&mut text).unwrap();
            let names = elements(&text);
            if entry.name().contains("/DATA/h") {
                documents += 1;
                assert!(names["observation"] > 25, "{path}");
                not_done += text.matches("negationInd=\"true\"").count();
                unmeasurable += text.matches("\"CD\" nullFlavor=").count();
            }
        }
    }
    let people = truth::read(&tree.path("truth.jsonl")).unwrap().map(Result::unwrap);
    let known: usize =
        people.map(|person| person.checkups.len() + person.checkups_not_shown.len()).sum();
    assert_eq!(documents, known);
    assert!(not_done > 100 && unmeasurable > 20, "{not_done} {unmeasurable}");
}

#[test]
fn masters_cover_what_the_claims_name() {
    let tree = Tree::shared();
    let masters: BTreeMap<String, Vec<u8>> = tree.files("masters").into_iter().collect();
    let (drugs, _, wrong) = SHIFT_JIS.decode(&masters["masters/y_ALL20261101.csv"]);
    assert!(!wrong);
    let mut names = BTreeMap::new();
    let mut changes = BTreeSet::new();
    for row in drugs.lines() {
        let columns: Vec<&str> = row.split(',').map(|field| field.trim_matches('"')).collect();
        assert_eq!(columns.len(), 42);
        names.insert(columns[2].to_owned(), columns[4].to_owned());
        changes.insert(columns[0].to_owned());
    }
    assert!(names.len() > 180, "{}", names.len());
    assert_eq!(changes.into_iter().collect::<Vec<_>>().concat(), "019");
    let text = |name: &str| String::from_utf8(masters[name].clone()).unwrap();
    let institutions = text("masters/institutions.csv");
    let insurers = text("masters/insurers.csv");
    let items = text("masters/checkup_items.csv");
    let mut unknown = 0;
    for person in truth::read(&tree.path("truth.jsonl")).unwrap().map(Result::unwrap) {
        for coverage in &person.coverages {
            assert!(insurers.contains(&format!("\n{},", coverage.insurer_number)));
        }
        for line in &person.medications {
            assert!(institutions.contains(&format!("\n{},", line.facility10)));
            match names.get(&line.drug_code) {
                Some(name) => assert_eq!(*name, line.drug_name),
                None => {
                    assert!(line.drug_name.is_empty());
                    unknown += 1;
                }
            }
        }
        for item in person.checkups.iter().flat_map(|row| &row.items) {
            assert!(items.contains(&item.code), "{}", item.code);
        }
    }
    assert!(unknown > 20, "{unknown}");
}
