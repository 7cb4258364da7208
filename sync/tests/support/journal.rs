//! What the tests of the journal share: a deterministic source of randomness, one origin, and sample events.

#![allow(dead_code, unreachable_pub, reason = "shared by several tests, of which each uses a part")]

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use age::secrecy::SecretString;
use tomoshibi_policies::record::{FacilityCode, PersonId, RegionCode};
use tomoshibi_policies::time::Timestamp;
use tomoshibi_sync::id::{Digest, Incarnation, NodeId};
use tomoshibi_sync::journal::{
    ClockQuality, ConsentBasis, Disclosure, Event, Limits, OpenError, Origin, QueryKind, Shown,
    StaffRef, VisitId, Word, Writer, WriterSetup,
};
use tomoshibi_sync::seam::{Entropy, Files};
use tomoshibi_sync::signed::{PublicKey, SigningKey};

/// A counter through BLAKE3: never the same bytes twice, always the same in each run.
#[derive(Default)]
pub struct CountedEntropy(AtomicU64);

impl Entropy for CountedEntropy {
    fn fill(&self, bytes: &mut [u8]) -> std::io::Result<()> {
        let count = self.0.fetch_add(1, Ordering::Relaxed);
        blake3::Hasher::new().update(&count.to_le_bytes()).finalize_xof().fill(bytes);
        Ok(())
    }
}

pub fn dir() -> PathBuf {
    PathBuf::from("journal")
}

pub fn origin() -> Origin {
    Origin {
        region: RegionCode::new(17).unwrap(),
        node: NodeId::from_bytes([0xAB; 16]),
        incarnation: Incarnation(1),
    }
}

pub fn node_key() -> Arc<SigningKey> {
    Arc::new(SigningKey::from_seed(&[1; 32]))
}

pub fn node_public() -> PublicKey {
    node_key().public()
}

pub fn identity() -> &'static age::x25519::Identity {
    static IDENTITY: OnceLock<age::x25519::Identity> = OnceLock::new();
    IDENTITY.get_or_init(age::x25519::Identity::generate)
}

pub fn secret() -> SecretString {
    identity().to_string()
}

pub fn setup(files: Arc<dyn Files>) -> WriterSetup {
    WriterSetup {
        files,
        entropy: Arc::new(CountedEntropy::default()),
        dir: dir(),
        origin: origin(),
        signing: node_key(),
        recipients: vec![identity().to_public().to_string()],
        limits: Limits::default(),
    }
}

pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_795_000_000_000 + seconds * 1000)
}

pub fn open(files: Arc<dyn Files>, seconds: i64) -> Result<Writer, OpenError> {
    Writer::open(setup(files), at(seconds), ClockQuality::Synchronised)
}

pub fn word(text: &str) -> Word {
    Word::new(text).unwrap()
}

pub fn person(n: u8) -> PersonId {
    PersonId::from_bytes([n; 16])
}

pub fn disclosed(n: u8) -> Event {
    let staff = StaffRef { badge: [0x55; 16], role: word("doctor") };
    let shown = vec![Shown { category: word("medication"), items: u32::from(n) }];
    let disclosure = Disclosure {
        visit: VisitId([n; 16]),
        staff,
        facility: FacilityCode::from_number(1_710_000_001).unwrap(),
        person: person(n),
        basis: ConsentBasis::Expressed { form: word("oral") },
        query: QueryKind::FourFields,
        identity_confirmed: true,
        shown,
        items: Digest::of(&[n]),
    };
    Event::Disclosed { disclosure }
}

/// Appends and commits `count` disclosures, one commit each.
pub fn write_some(writer: &mut Writer, from: u8, count: u8) {
    for n in from..from + count {
        writer.append(&disclosed(n), at(n.into()), ClockQuality::Synchronised).unwrap();
        writer.commit().unwrap();
    }
}

pub fn path_of(file: u32) -> PathBuf {
    tomoshibi_sync::journal::file_path(Path::new("journal"), origin().incarnation, file)
}
