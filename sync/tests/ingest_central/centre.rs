//! A centre with a source folder, and what its store gives back.

use std::fs;
use std::path::PathBuf;

use tomoshibi_policies::record::{Person, PersonId, Receipt, Withdrawal};
use tomoshibi_policies::time::JstDate;
use tomoshibi_sync::central::ingest::{IngestReport, run};
use tomoshibi_sync::central::links::Links;
use tomoshibi_sync::central::progress::{Progress, Silent};
use tomoshibi_sync::central::store::{SourceKind, SourceRecord, Store};
use tomoshibi_sync::seam::StdFiles;

use super::sources::{
    Counting, HANA, TARO, archive, drug_master, eligibility, iy, oral, put, receipts,
};

/// A source folder and a centre beside it.
pub(crate) struct Centre {
    pub(crate) dir: tempfile::TempDir,
    links: Links,
    entropy: Counting,
}

impl Centre {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let links = Links::open(&dir.path().join("links.redb")).unwrap();
        fs::create_dir(dir.path().join("source")).unwrap();
        Self { dir, links, entropy: Counting::default() }
    }

    pub(crate) fn source(&self) -> PathBuf {
        self.dir.path().join("source")
    }

    pub(crate) fn put(&self, name: &str, bytes: &[u8]) {
        put(&self.source(), name, bytes);
    }

    pub(crate) fn store(&self) -> Store<'static> {
        Store::open(&StdFiles, &self.dir.path().join("store")).unwrap()
    }

    pub(crate) fn ingest(&self, as_of: &str) -> IngestReport {
        self.ingest_with(as_of, &mut Silent)
    }

    pub(crate) fn ingest_with(&self, as_of: &str, progress: &mut dyn Progress) -> IngestReport {
        let as_of = JstDate::parse(as_of).unwrap();
        let mut store = self.store();
        run(&self.source(), &mut store, &self.links, as_of, &StdFiles, &self.entropy, progress)
            .unwrap()
    }

    pub(crate) fn person(&self, reference: &str) -> PersonId {
        self.links.resolver().unwrap().by_reference(reference).unwrap().unwrap()
    }

    pub(crate) fn receipts(&self) -> Vec<Receipt> {
        self.records(SourceKind::Medications, |record| match record {
            SourceRecord::Receipt(receipt) => receipt,
            _ => panic!("a receipt"),
        })
    }

    pub(crate) fn withdrawals(&self) -> Vec<Withdrawal> {
        self.records(SourceKind::Withdrawals, |record| match record {
            SourceRecord::Withdrawal(withdrawal) => withdrawal,
            _ => panic!("a withdrawal"),
        })
    }

    fn records<T>(&self, kind: SourceKind, of: impl Fn(SourceRecord) -> T) -> Vec<T> {
        let store = self.store();
        store.merged(kind, None).unwrap().map(|item| of(item.unwrap().record)).collect()
    }

    pub(crate) fn people(&self) -> Vec<Person> {
        self.store().persons(None).unwrap().map(Result::unwrap).collect()
    }

    pub(crate) fn rejects(&self, batch: u64) -> Vec<serde_json::Value> {
        let path = self.dir.path().join(format!("store/rejects/{batch:08}.jsonl"));
        let text = fs::read_to_string(path).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// Two people, a medical and a pharmacy receipt, a checkup, masters, as most tests want them.
pub(crate) fn small_region() -> Centre {
    let centre = Centre::new();
    centre.put("eligibility/OQSmuquc02res_202610310001.xml", &eligibility(&[&[TARO], &[HANA]]));
    centre.put(
        "masters/y_ALL20261001.csv",
        &drug_master(&[("610406079", "ガスター散２％", false), ("630010002", "薬剤料逓減", true)]),
    );
    centre.put(
        "masters/insurers.csv",
        "insurer_number,name,checkups_registered_until\n170993,見本市,2025\n".as_bytes(),
    );
    let pseudo = "IY,21,1,630010002,,0,1";
    let medical = receipts(
        1,
        &[
            TARO.medical(
                "202609",
                &["CO,21,1,810000001,毎食後", &iy("", "610406079", "3", "10", "14", 4), pseudo],
            ),
            HANA.medical("202609", &[&oral("620000001", "1")]),
        ],
    );
    centre.put("receipts/2026-10-08/000001-1711234567.UKE", &medical);
    let rows = ["SH,1,1,003,", "CZ,1,20260901,20260902,1,7", "IY,1,610406079,2"];
    centre.put(
        "receipts/2026-10-11/000001-1741234567.UKE",
        &receipts(4, &[TARO.pharmacy("202609", &rows)]),
    );
    centre.put(
        "checkups/1711234567_00170993_202610201_1.zip",
        &archive(&[TARO.document("20260612", "138")]),
    );
    centre
}
