//! A node's folder, and snapshots for it.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use tomoshibi_node::enrol::{self, EnrolFailure};
use tomoshibi_node::folder::{Folder, Owner, OwnerError};
use tomoshibi_node::line::{self, SyncReport};
use tomoshibi_node::node::{Node, Seams};
use tomoshibi_node::state::NodeRecord;
use tomoshibi_policies::record::*;
use tomoshibi_policies::time::{JstDate, PartialDate, YearMonth};
use tomoshibi_sync::id::{Digest, Generation, SnapshotId};
use tomoshibi_sync::item::{FoldedKeys, Item, ItemKey, PersonItem, Record, SegmentKind, SubKey};
use tomoshibi_sync::manifest::{Manifest, Reach, RetentionTerms, SegmentEntry};
use tomoshibi_sync::net::Timeouts;
use tomoshibi_sync::seal::{Identity, Recipient};
use tomoshibi_sync::seam::{Files, StdFiles};
use tomoshibi_sync::segment::SegmentWriter;
use tomoshibi_sync::signed::SigningKey;

use super::centre::{TestCentre, region};

/// A node's folder.
pub(crate) struct House {
    pub(crate) folder: Folder,
    _dir: tempfile::TempDir,
}

impl House {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path());
        folder.create(&StdFiles).unwrap();
        let text = "[node]\nname = \"本館\"\nfacility = \"1710000001\"\nmunicipality = \"17201\"\n\
                    [sync]\nconnect_seconds_max = 2\n[journal]\nreserve_bytes = 1048576\n\
                    [limits]\nfree_margin_bytes = 0\n";
        StdFiles.replace(&folder.config(), text.as_bytes()).unwrap();
        Self { folder, _dir: dir }
    }

    /// A folder that is enrolled with `centre`.
    pub(crate) fn enrolled(centre: &TestCentre) -> Self {
        let house = Self::new();
        house.enrol(centre, &centre.service.invite(1)).unwrap();
        house
    }

    pub(crate) fn enrol(&self, to: &TestCentre, code: &str) -> Result<NodeRecord, EnrolFailure> {
        let address = to.address.to_string();
        enrol::enrol(&self.open(), &address, code, &Timeouts::default())
    }

    pub(crate) fn open(&self) -> Arc<Node> {
        self.open_with(Seams::of_host())
    }

    pub(crate) fn open_with(&self, seams: Seams) -> Arc<Node> {
        // A test beside this one starts programs: between fork and exec they hold every lock of this process.
        let owner = loop {
            match Owner::claim(&self.folder) {
                Err(OwnerError::Owned { .. }) => std::thread::sleep(Duration::from_millis(1)),
                other => break other.unwrap(),
            }
        };
        Arc::new(Node::open(owner, &self.folder, seams).unwrap())
    }

    /// One round, by a process that begins and ends.
    pub(crate) fn sync(&self) -> SyncReport {
        line::now(&self.open(), &mut |_| ControlFlow::Continue(())).unwrap()
    }
}

/// The snapshots of a region, one after the other.
pub(crate) struct Publisher {
    recipient: Recipient,
    pub(crate) entries: Vec<SegmentEntry>,
    previous: Option<Digest>,
    number: u64,
}

impl Publisher {
    pub(crate) fn new() -> Self {
        let recipient = Identity::generate().to_recipient();
        Self { recipient, entries: Vec::new(), previous: None, number: 0 }
    }

    /// Puts a segment with one person at the centre.
    pub(crate) fn add(&mut self, centre: &TestCentre, person: u8) -> Digest {
        let recipients = [self.recipient.clone()];
        let generation = Generation(1);
        let mut writer =
            SegmentWriter::new(SegmentKind::Persons, &recipients, generation, vec![]).unwrap();
        writer.push(&a_person(person)).unwrap();
        let (bytes, summary) = writer.finish().unwrap();
        let digest = Digest::of(&bytes);
        let month = YearMonth::new(2026, 10).unwrap();
        self.entries.push(SegmentEntry {
            digest,
            len_bytes: bytes.len() as u64,
            kind: SegmentKind::Persons,
            generation,
            from: month,
            to: month,
            first_person: summary.first_person,
            last_person: summary.last_person,
            items: summary.items,
        });
        centre.service.change(|desk| desk.segments.insert(digest, bytes));
        digest
    }

    /// Publishes what was added, signed by `key`; gives the manifest.
    pub(crate) fn publish(&mut self, centre: &TestCentre, key: &SigningKey) -> Vec<u8> {
        self.number += 1;
        let bytes = self.manifest().sign(&[key]).unwrap();
        self.previous = Some(Digest::of(&bytes));
        centre.service.change(|desk| desk.manifest = bytes.clone());
        bytes
    }

    fn manifest(&self) -> Manifest {
        let day = JstDate::from_ymd(2026, 11, 12).unwrap();
        Manifest {
            region: region(),
            id: SnapshotId { epoch: 1, number: self.number },
            previous: self.previous,
            published_at: day.start(),
            fresh_until: day.end(),
            reach: Reach {
                claims_to: YearMonth::new(2026, 10).unwrap(),
                processed: day,
                eligibility_to: day,
                checkups_to: day,
            },
            folding: 1,
            generation: Generation(1),
            retention: RetentionTerms { medication_months: 36, checkup_years: 5 },
            drill: true,
            not_carried: vec![],
            segments: self.entries.clone(),
            epoch_grant: None,
        }
    }
}

fn a_person(n: u8) -> Item {
    let id = PersonId::from_bytes([n; 16]);
    let name = PersonName {
        name_use: NameUse::Registered,
        kanji: String::new(),
        kana: "ヤマダ　ハナ".into(),
    };
    let person = Person {
        id,
        names: vec![name],
        sex: Sex::Female,
        birth: PartialDate::Day(JstDate::from_ymd(1951, 3, 27).unwrap()),
        address: "石川県金沢市".into(),
        postal_code: String::new(),
        coverages: vec![],
    };
    let folded =
        vec![FoldedKeys { kana: "ヤマダハナ".into(), given: None, kanji: String::new() }];
    let order = SourceOrder { accepted: JstDate::from_ymd(2026, 11, 1).unwrap(), sequence: 1 };
    let record = Some(Record::Person(PersonItem { person, folded }));
    Item { key: ItemKey { person: id, sub: SubKey::Person }, order, record }
}
