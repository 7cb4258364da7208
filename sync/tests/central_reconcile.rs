//! Reconciliation over real parts: a journal's writer, the sender, the centre's service with its ledger on a disk, and
//! `ledger verify` over what has come together there, whole and damaged.
#![cfg(feature = "central")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

#[path = "central/begun.rs"]
#[expect(dead_code, reason = "shared with the tests of the publisher")]
mod begun;
#[path = "support/journal.rs"]
mod support;

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};
use serde_json::{Value, json};
use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::record::FacilityCode;
use tomoshibi_policies::time::Timestamp;
use tomoshibi_sync::central::directory::Invited;
use tomoshibi_sync::central::init::name;
use tomoshibi_sync::central::ledger::{Ledger, RedbLedger, open_body};
use tomoshibi_sync::central::service::{Service, World};
use tomoshibi_sync::central::{access, invitations, keyfile};
use tomoshibi_sync::enrol::{Applicant, EnrolRequest};
use tomoshibi_sync::id::{Incarnation, NodeId};
use tomoshibi_sync::journal::{ClockQuality, Origin, Writer, WriterSetup};
use tomoshibi_sync::reconcile::{
    Acknowledged, Ended, JournalEvidence, JournalId, Message, Sender, SenderEvent,
};
use tomoshibi_sync::seal::Identity;
use tomoshibi_sync::seam::{Clock, MemoryFiles, StdFiles, SystemEntropy};
use tomoshibi_sync::service::CentreService;
use tomoshibi_sync::signed::{PublicKey, SigningKey};
use tomoshibi_sync::trust::Role;
use tomoshibi_sync::wire::code;

use begun::{Begun, NOW};
use support::{at, dir, disclosed, node_key, node_public, setup, write_some};

const FACILITY: &str = "1711234567";
const HEADS: TableDefinition<'_, [u8; 20], &[u8]> = TableDefinition::new("heads");
const ENTRIES: TableDefinition<'_, [u8; 28], &[u8]> = TableDefinition::new("entries");

struct Standing;

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        NOW
    }

    fn running(&self) -> Duration {
        Duration::ZERO
    }
}

/// A centre in `root` and a node that is enrolled with it.
struct Scene {
    begun: Begun<StdFiles>,
    node: NodeId,
    /// The node's disk.
    files: MemoryFiles,
}

impl Scene {
    fn new(root: &Path) -> Self {
        let begun = Begun::new(root, StdFiles);
        let mut scene =
            Self { begun, node: NodeId::from_bytes([0; 16]), files: MemoryFiles::new() };
        scene.node = scene.enrol(&node_key());
        scene
    }

    fn enrol(&self, journal: &SigningKey) -> NodeId {
        let invited =
            Invited {
                name: "みほん病院".into(), facility: FACILITY.into(), municipality: None
            };
        let (folder, entropy) = (&self.begun.folder, &SystemEntropy);
        let code = invitations::invite(folder, &StdFiles, entropy, invited, (NOW, 24)).unwrap();
        let unset = PublicKey::from_bytes([0; 32]);
        let recipient = || Identity::generate().to_recipient().to_string();
        let applicant = Applicant {
            tls_key: unset,
            journal_key: unset,
            release_recipient: recipient(),
            opening_recipient: recipient(),
            facility: FacilityCode::parse(FACILITY).unwrap(),
            name: "みほん病院".into(),
        };
        let tls = SigningKey::from_seed(&[3; 32]);
        let request = EnrolRequest::sign(code.secret, applicant, &tls, journal).unwrap();
        self.service().enrol(&request).unwrap().node
    }

    /// The service as a process of its own would begin it; the ledger is on the disk between two.
    fn service(&self) -> Service {
        let entropy = Arc::new(SystemEntropy);
        let world = World { files: Arc::new(StdFiles), clock: Arc::new(Standing), entropy };
        let (_, trust, bytes) = access::open(&self.begun.folder, &StdFiles).unwrap();
        let ledger = Arc::new(RedbLedger::open(&self.begun.folder.ledger()).unwrap());
        Service::open(self.begun.folder.clone(), world, (trust, bytes), ledger).unwrap()
    }

    fn origin(&self, incarnation: u32) -> Origin {
        let region = self.begun.trust.region;
        Origin { region, node: self.node, incarnation: Incarnation(incarnation) }
    }

    /// Writes `count` disclosures, from `first` on, into one life's journal; gives its size.
    fn write(&self, incarnation: u32, first: u8, count: u8) -> u64 {
        let setup = WriterSetup {
            origin: self.origin(incarnation),
            recipients: vec![self.begun.trust.centre_recipient.clone()],
            ..setup(Arc::new(self.files.clone()))
        };
        let mut writer = Writer::open(setup, at(0), ClockQuality::Synchronised).unwrap();
        write_some(&mut writer, first, count);
        writer.close().unwrap().size
    }

    fn kept(&self, incarnation: u32) -> Acknowledged {
        let files = Arc::new(self.files.clone());
        let centre = self.begun.trust.keys(Role::Centre).to_vec();
        Acknowledged::new(files, &dir(), self.origin(incarnation), node_public(), centre)
    }

    fn evidence(&self, incarnation: u32, size: u64) -> JournalEvidence {
        let files = Arc::new(self.files.clone());
        JournalEvidence::open(files, dir(), self.origin(incarnation), node_key(), size).unwrap()
    }

    /// Hands a life's journal over, message by message; gives how it ended.
    fn hand_over(&self, service: &Service, incarnation: u32, size: u64) -> Ended {
        let mut evidence = self.evidence(incarnation, size);
        let centre = self.begun.trust.keys(Role::Centre).to_vec();
        let known = self.kept(incarnation).load().unwrap().map_or(0, |(known, _)| known.size);
        let mut sender = Sender::new(self.origin(incarnation), node_public(), centre, known);
        loop {
            let message = sender.poll(&mut evidence).unwrap().unwrap().to_bytes().unwrap();
            let answer = service.reconcile(self.node, &message).unwrap();
            let answer = Message::from_bytes(&answer).unwrap();
            for event in sender.handle(&answer, &mut evidence).unwrap() {
                match event {
                    SenderEvent::Acknowledged { note, .. } => {
                        self.kept(incarnation).store(&note).unwrap();
                    }
                    SenderEvent::Ended(ended) => return ended,
                }
            }
        }
    }

    /// `ledger verify`, as a program: exit code and what it found.
    fn verify(&self, root: &Path) -> (i32, Value) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tomoshibi-central"));
        let asked = command.arg("--dir").arg(root).args(["ledger", "verify", "--json"]);
        let output = asked.output().unwrap();
        let answer = serde_json::from_slice(&output.stdout);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.code().unwrap(), answer.unwrap_or_else(|_| panic!("{told}")))
    }

    /// Changes the bytes of one stored entry.
    fn damage_entry(&self, place: u64, change: impl FnOnce(&mut Vec<u8>)) {
        let database = Database::open(self.begun.folder.ledger()).unwrap();
        let write = database.begin_write().unwrap();
        {
            let mut table = write.open_table(ENTRIES).unwrap();
            let mut key = [0; 28];
            key[..16].copy_from_slice(self.node.as_bytes());
            key[16..20].copy_from_slice(&1_u32.to_be_bytes());
            key[20..].copy_from_slice(&place.to_be_bytes());
            let mut bytes = table.get(key).unwrap().unwrap().value().to_vec();
            change(&mut bytes);
            table.insert(key, bytes.as_slice()).unwrap();
        }
        write.commit().unwrap();
    }

    fn damage_heads(&self) {
        let database = Database::open(self.begun.folder.ledger()).unwrap();
        let keys: Vec<_> = {
            let read = database.begin_read().unwrap();
            let table = read.open_table(HEADS).unwrap();
            table.iter().unwrap().map(|item| item.unwrap().0.value()).collect()
        };
        let write = database.begin_write().unwrap();
        for key in keys {
            write.open_table(HEADS).unwrap().insert(key, &[0xFF; 3][..]).unwrap();
        }
        write.commit().unwrap();
    }
}

/// What is done to a stored record.
type Damage = fn(&mut Vec<u8>);

/// A ledger with two lives of a node: 30 entries, and 4.
fn filled(root: &Path) -> Scene {
    let scene = Scene::new(root);
    let service = scene.service();
    assert_eq!(scene.write(1, 0, 30), 30);
    assert_eq!(scene.hand_over(&service, 1, 30), Ended::UpToDate);
    assert_eq!(scene.write(2, 0, 4), 4);
    assert_eq!(scene.hand_over(&service, 2, 4), Ended::UpToDate);
    scene
}

#[test]
fn what_a_node_wrote_is_acknowledged_durably_and_verifies() {
    let root = tempfile::tempdir().unwrap();
    let scene = filled(root.path());
    let (kept, time) = scene.kept(1).load().unwrap().unwrap();
    assert_eq!((kept.size, time.as_millis() / 1000), (30, NOW.as_millis() / 1000));
    // Another process of the centre goes on where the first one stopped, and repeats change nothing.
    let service = scene.service();
    assert_eq!(scene.write(1, 30, 5), 35);
    for _ in 0..2 {
        assert_eq!(scene.hand_over(&service, 1, 35), Ended::UpToDate);
    }
    drop(service);
    let (code, found) = scene.verify(root.path());
    assert_eq!(code, 0, "{found}");
    for (at, incarnation, size) in [(0, 1, 35), (1, 2, 4)] {
        let journal = &found[at];
        assert_eq!(journal["journal"], format!("{}/{incarnation}", scene.node));
        assert_eq!((&journal["entries"], &journal["acknowledged"]), (&json!(size), &json!(size)));
        assert_eq!((&journal["branches"], &journal["findings"]), (&json!(0), &json!([])));
    }
}

#[test]
fn the_service_takes_no_journal_of_another_node_and_nothing_that_is_no_message() {
    let root = tempfile::tempdir().unwrap();
    let scene = filled(root.path());
    let other = scene.enrol(&SigningKey::from_seed(&[4; 32]));
    let service = scene.service();
    let centre = scene.begun.trust.keys(Role::Centre).to_vec();
    let sender = Sender::new(scene.origin(1), node_public(), centre, 0);
    let asked = sender.poll(&mut scene.evidence(1, 30)).unwrap().unwrap().to_bytes().unwrap();
    let stranger = NodeId::from_bytes([9; 16]);
    for (node, message, class, code) in [
        (other, &asked[..], ErrorClass::Denied, "not-reconciled"),
        (stranger, &asked, ErrorClass::Denied, code::NOT_ENROLLED),
        (scene.node, &asked[..asked.len() - 1], ErrorClass::Corrupt, code::BAD_MESSAGE),
    ] {
        let refusal = service.reconcile(node, message).unwrap_err();
        assert_eq!((refusal.class(), refusal.code()), (class, code));
    }
    drop(service);
    assert_eq!(scene.verify(root.path()).0, 0);
}

#[test]
fn a_restored_node_is_kept_as_a_branch_and_the_ledger_still_verifies() {
    let root = tempfile::tempdir().unwrap();
    let scene = filled(root.path());
    // The same life again from an empty disk, with other entries.
    let scene = Scene { files: MemoryFiles::new(), ..scene };
    assert_eq!(scene.write(1, 100, 30), 30);
    let service = scene.service();
    assert_eq!(scene.hand_over(&service, 1, 30), Ended::Forked);
    drop(service);
    let (code, found) = scene.verify(root.path());
    assert_eq!(code, 0, "{found}");
    assert_eq!((&found[0]["entries"], &found[0]["branches"]), (&json!(30), &json!(30)));
}

#[test]
fn a_damaged_entry_is_found_and_named() {
    let body = |bytes: &mut Vec<u8>| {
        // In the middle of the record lies the sealed body.
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
    };
    let clear = |bytes: &mut Vec<u8>| bytes[30] ^= 1;
    let short = |bytes: &mut Vec<u8>| bytes.truncate(20);
    let cases: [(Damage, &str, u64); 3] = [
        (body, "its body is not the one its clear part names", 30),
        (clear, "its body is not the one its clear part names", 30),
        (short, "it cannot be read", 17),
    ];
    for (change, problem, entries) in cases {
        let root = tempfile::tempdir().unwrap();
        let scene = filled(root.path());
        scene.damage_entry(17, change);
        let (code, found) = scene.verify(root.path());
        assert_eq!((code, &found[0]["entries"]), (1, &json!(entries)), "{found}");
        assert_eq!(found[0]["journal"], format!("{}/1", scene.node));
        let first = json!({ "place": 17, "problem": problem });
        assert_eq!(found[0]["findings"][0], first, "{found}");
        // The other journal is checked all the same.
        assert_eq!((&found[1]["entries"], &found[1]["findings"]), (&json!(4), &json!([])));
    }
}

#[test]
fn a_damaged_head_is_found_and_named() {
    let root = tempfile::tempdir().unwrap();
    let scene = filled(root.path());
    scene.damage_heads();
    let (code, found) = scene.verify(root.path());
    let finding = json!([{ "place": null, "problem": "the head cannot be read" }]);
    assert_eq!((code, &found[0]["findings"], &found[1]["findings"]), (1, &finding, &finding));
    assert_eq!(found[0]["entries"], 30);
}

#[test]
fn every_entry_is_read_as_it_was_written() {
    let root = tempfile::tempdir().unwrap();
    let scene = filled(root.path());
    let folder = &scene.begun.folder;
    let identity = keyfile::read_identity(&StdFiles, &folder.key(name::JOURNAL)).unwrap();
    let ledger = RedbLedger::open(&folder.ledger()).unwrap();
    let journal = JournalId { node: scene.node, incarnation: Incarnation(1) };
    let entries = ledger.entries(journal, 0, 99).unwrap();
    let read = entries.iter().map(|entry| {
        assert_eq!(entry.received_at, NOW);
        open_body(&ledger, journal, entry, &identity.expose()).unwrap().1
    });
    assert!(read.eq((0..30).map(disclosed)));
}
