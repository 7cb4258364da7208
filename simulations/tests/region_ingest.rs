//! What the central side takes in from a region is what the simulated lives say, line by line.
//!
//! Not covered: names, coverages and checkups, which the demo compares through a node.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[path = "region/tree.rs"]
mod tree;

use std::collections::{BTreeMap, BTreeSet};

use tomoshibi_policies::record::{LineClass, MedicationLine, PersonId, Receipt, ReceiptKind};
use tomoshibi_policies::time::JstDate;
use tomoshibi_policies::withdrawn::{Change, apply};
use tomoshibi_simulations::region::{RegionParameters, truth};
use tomoshibi_sync::central::ingest::run;
use tomoshibi_sync::central::links::Links;
use tomoshibi_sync::central::progress::Silent;
use tomoshibi_sync::central::store::{SourceKind, SourceRecord, Store};
use tomoshibi_sync::seam::{StdFiles, SystemEntropy};
use tree::Tree;

/// A central side that has taken in a region, as it stands on a day.
struct Centre {
    dir: tempfile::TempDir,
    links: Links,
    warnings: BTreeMap<&'static str, u64>,
}

impl Centre {
    fn of(tree: &Tree, as_of: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let links = Links::open(&dir.path().join("links.redb")).unwrap();
        let mut store = Store::open(&StdFiles, &dir.path().join("store")).unwrap();
        let as_of = JstDate::parse(as_of).unwrap();
        let (source, files, entropy) = (tree.path(""), &StdFiles, &SystemEntropy);
        let report = run(&source, &mut store, &links, as_of, files, entropy, &mut Silent).unwrap();
        Self { dir, links, warnings: report.warnings }
    }

    fn records<T>(&self, kind: SourceKind, of: impl Fn(SourceRecord) -> T) -> Vec<T> {
        let store = Store::open(&StdFiles, &self.dir.path().join("store")).unwrap();
        store.merged(kind, None).unwrap().map(|item| of(item.unwrap().record)).collect()
    }

    /// What is left to show.
    fn shown(&self) -> Vec<Receipt> {
        let receipts = self.records(SourceKind::Medications, |record| match record {
            SourceRecord::Receipt(receipt) => Change::Put(receipt),
            _ => panic!("a receipt"),
        });
        let withdrawals = self.records(SourceKind::Withdrawals, |record| match record {
            SourceRecord::Withdrawal(withdrawal) => withdrawal,
            _ => panic!("a withdrawal"),
        });
        apply(receipts, Vec::new(), &withdrawals).receipts
    }
}

/// Where and for which month something was filed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    facility: String,
    month: String,
    is_pharmacy: bool,
    re_type: u16,
}

/// One drug as somebody reads it, with the receipt it stands in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Line {
    place: Place,
    prescriber: Option<String>,
    drug: String,
    amount: String,
    times: u32,
    is_administered: bool,
    /// Day, or month when the claim knows no day.
    dispensed: String,
    prescribed: Option<String>,
}

fn of_truth(line: &truth::MedicationLine) -> Line {
    let month = line.treatment_month.to_string();
    Line {
        dispensed: line.date.map_or_else(|| month.clone(), |day| day.to_string()),
        place: Place {
            facility: line.facility10.clone(),
            month,
            is_pharmacy: line.kind == "pharmacy",
            re_type: line.receipt_type.parse().unwrap(),
        },
        prescriber: line.prescriber10.clone(),
        drug: line.drug_code.clone(),
        amount: line.amount.clone(),
        times: line.times,
        is_administered: line.class == "administered",
        prescribed: line.prescribed.map(|day| day.to_string()),
    }
}

fn of_store(receipt: &Receipt, line: &MedicationLine) -> Line {
    let key = receipt.key;
    Line {
        place: Place {
            facility: key.facility.to_string(),
            month: key.month.to_string(),
            is_pharmacy: key.kind == ReceiptKind::Pharmacy,
            re_type: key.re_type.0,
        },
        prescriber: key.prescriber.map(|code| code.to_string()),
        drug: line.drug.to_string(),
        amount: line.amount.to_string(),
        times: line.times,
        is_administered: line.class == LineClass::Administered,
        dispensed: line.dispensed.to_string(),
        prescribed: line.prescribed.map(|day| day.to_string()),
    }
}

/// Who prescribed what stands in `lines`, by place.
fn prescribers(lines: &[Line]) -> BTreeMap<&Place, BTreeSet<&Option<String>>> {
    let mut prescribers: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for line in lines {
        prescribers.entry(&line.place).or_default().insert(&line.prescriber);
    }
    prescribers
}

#[test]
fn everybodys_drugs_are_those_of_their_life_whoever_prescribed_them() {
    let tree = Tree::new(&RegionParameters::new(2048, 11));
    let centre = Centre::of(&tree, "2026-11-13");
    let mut shown: BTreeMap<PersonId, Vec<Line>> = BTreeMap::new();
    for receipt in centre.shown() {
        let lines = receipt.lines.iter().map(|line| of_store(&receipt, line));
        shown.entry(receipt.person).or_default().extend(lines);
    }
    let links = centre.links.resolver().unwrap();
    let (mut lines, mut pairs, mut refiled) = (0, 0, 0);
    for person in truth::read(&tree.path("truth.jsonl")).unwrap().map(Result::unwrap) {
        let id = links.by_reference(&person.person).unwrap();
        let mut found = id.and_then(|id| shown.remove(&id)).unwrap_or_default();
        let mut expected: Vec<_> = person.medications.iter().map(of_truth).collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{}", person.person);
        lines += found.len();
        // Where two prescribers' drugs are shown, and where those of only one of them were replaced.
        let replaced: Vec<_> = person.medications_not_shown.iter().map(of_truth).collect();
        let replaced = prescribers(&replaced);
        for (place, _) in prescribers(&found).iter().filter(|(_, shown)| shown.len() > 1) {
            pairs += 1;
            refiled += usize::from(replaced.get(place).is_some_and(|of| of.len() == 1));
        }
    }
    assert!(shown.values().all(Vec::is_empty), "receipts of nobody the truth knows");
    assert!(lines > 10_000 && pairs > 30 && refiled > 10, "{lines} lines, {pairs}, {refiled}");
    assert!(!centre.warnings.contains_key("receipt_twice"), "{:?}", centre.warnings);
}
