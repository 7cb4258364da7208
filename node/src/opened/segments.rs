//! Reading one person's records out of the sealed segments of an opened snapshot.
//!
//! Promises: a segment that is missing or damaged costs the category it holds, for the persons it spans, and nothing
//! else; a category is read whole or not at all. A segment that failed is opened anew for the next reader, so that a
//! damaged piece of it costs the person whose piece it is and nobody else.
//!
//! Not covered: finding damage that nobody's look-up touches; that is `scrub`.

use std::collections::BTreeSet;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::category::Category;
use tomoshibi_policies::decision::Permit;
use tomoshibi_policies::record::PersonId;
use tomoshibi_policies::withdrawn::Change;
use tomoshibi_sync::id::Digest;
use tomoshibi_sync::item::{Item, Record, SegmentKind, SubKey};
use tomoshibi_sync::keyring::Keyring;
use tomoshibi_sync::manifest::SegmentEntry;
use tomoshibi_sync::seam::ReadAt;
use tomoshibi_sync::segment::SegmentReader;

use super::{RecordError, RecordReader, Records, Unread};

/// The segments with medication and checkups, open for reading.
pub struct SegmentRecords {
    keyring: Arc<Keyring>,
    segments: Vec<Segment>,
    /// Those that could not be read when it was last tried.
    failed: Mutex<BTreeSet<Digest>>,
}

struct Segment {
    entry: SegmentEntry,
    /// None when the disk did not give it.
    file: Option<Shared>,
    /// None after a failure: the reader that failed has lost its place.
    reader: Mutex<Option<Arc<SegmentReader>>>,
}

/// A file that several readers, one after the other, are opened on.
#[derive(Clone)]
struct Shared(Arc<dyn ReadAt>);

impl ReadAt for Shared {
    fn len_bytes(&self) -> u64 {
        self.0.len_bytes()
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        self.0.read_at(offset, buf)
    }
}

impl SegmentRecords {
    /// No segments yet; `keyring` unseals those to come.
    #[must_use]
    pub fn new(keyring: Arc<Keyring>) -> Self {
        Self { keyring, segments: Vec::new(), failed: Mutex::default() }
    }

    /// Adds a segment. One that cannot be opened is kept, so that whoever it may hold is not taken for somebody without
    /// records.
    pub fn add(&mut self, entry: SegmentEntry, file: io::Result<Box<dyn ReadAt>>) {
        let file = file.map_err(|error| {
            tracing::error!(segment = %entry.digest, %error, "a segment is not there");
        });
        let file = file.ok().map(|file| Shared(file.into()));
        let segment = Segment { entry, file, reader: Mutex::default() };
        if let Err(error) = segment.reader(&self.keyring) {
            tracing::error!(class = %error.class, what = error.what, "a segment cannot be opened");
            self.failed().insert(entry.digest);
        }
        self.segments.push(segment);
    }

    /// What all segments of a kind hold of a person.
    fn of_kind(&self, kind: SegmentKind, person: &PersonId) -> Result<Vec<Item>, RecordError> {
        let mut items = Vec::new();
        let of_kind = |segment: &&Segment| segment.entry.kind == kind;
        for segment in self.segments.iter().filter(of_kind) {
            if !segment.entry.spans(person) {
                continue;
            }
            let found = segment.items_of(&self.keyring, person);
            match &found {
                Ok(_) => self.failed().remove(&segment.entry.digest),
                Err(_) => self.failed().insert(segment.entry.digest),
            };
            items.extend(found?);
        }
        Ok(items)
    }

    fn failed(&self) -> MutexGuard<'_, BTreeSet<Digest>> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Segment {
    /// The reader, opened anew when the one before failed.
    fn reader(&self, keyring: &Keyring) -> Result<Arc<SegmentReader>, RecordError> {
        let mut held = self.held();
        if let Some(reader) = &*held {
            return Ok(reader.clone());
        }
        let SegmentEntry { digest, kind, generation, .. } = self.entry;
        let missing = |what: &str| RecordError {
            what: format!("segment {digest}: {what}"),
            class: ErrorClass::NotFound,
        };
        let file = self.file.clone().ok_or_else(|| missing("not there"))?;
        let identity = keyring.identities.get(&generation);
        let identity = identity.ok_or_else(|| missing("the keyring lacks its generation"))?;
        let reader = SegmentReader::open(Box::new(file), identity, kind, generation);
        let reader = Arc::new(reader.map_err(|error| RecordError {
            what: format!("segment {digest}: {error}"),
            class: error.class(),
        })?);
        *held = Some(reader.clone());
        Ok(reader)
    }

    /// What it holds of a person. Tried twice: the first reader may have lost its place over somebody else's records.
    fn items_of(&self, keyring: &Keyring, person: &PersonId) -> Result<Vec<Item>, RecordError> {
        self.try_items_of(keyring, person).or_else(|_| self.try_items_of(keyring, person))
    }

    fn try_items_of(&self, keyring: &Keyring, person: &PersonId) -> Result<Vec<Item>, RecordError> {
        let reader = self.reader(keyring)?;
        reader.items_of(person).map_err(|error| {
            let mut held = self.held();
            if held.as_ref().is_some_and(|held| Arc::ptr_eq(held, &reader)) {
                *held = None;
            }
            let what = format!("segment {}: {error}", self.entry.digest);
            RecordError { what, class: error.class() }
        })
    }

    // A panic while it was held leaves a reader or none behind.
    fn held(&self) -> MutexGuard<'_, Option<Arc<SegmentReader>>> {
        self.reader.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RecordReader for SegmentRecords {
    fn read(&self, permit: &Permit) -> Records {
        let person = permit.person();
        let mut records = Records::default();
        for category in permit.categories() {
            let kind = match category {
                Category::Medication => SegmentKind::Medications,
                Category::Checkup => SegmentKind::Checkups,
                _ => continue,
            };
            match self.of_kind(kind, &person) {
                Ok(items) => items.into_iter().for_each(|item| take(item, &mut records)),
                Err(error) => records.unread.push(Unread { category: *category, error }),
            }
        }
        records
    }

    fn unread_segments(&self) -> usize {
        self.failed().len()
    }
}

fn take(item: Item, records: &mut Records) {
    let (person, order) = (item.key.person, item.order);
    match (item.record, item.key.sub) {
        (Some(Record::Receipt(receipt)), _) => records.receipts.push(Change::Put(receipt)),
        (Some(Record::Checkup(checkup)), _) => records.checkups.push(Change::Put(checkup)),
        (None, SubKey::Receipt(key)) => {
            records.receipts.push(Change::Delete { key: (person, key), order });
        }
        (None, SubKey::Checkup { exam_date, program }) => {
            records.checkups.push(Change::Delete { key: (person, exam_date, program), order });
        }
        // Other kinds are in other segments, and a reader refuses items that are not of its kind.
        _ => {}
    }
}
