//! Segments of any items: what is written is read again, damage is never believed, and a lookup reads little.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

#[path = "snapshot/any.rs"]
mod any;
#[path = "snapshot/memory.rs"]
mod memory;
#[path = "snapshot/sample.rs"]
#[allow(dead_code, reason = "each test takes what it needs")]
mod sample;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use memory::Memory;
use proptest::prelude::*;
use tomoshibi_policies::record::{ReceiptKey, ReceiptKind};
use tomoshibi_sync::id::Generation;
use tomoshibi_sync::item::{self, Item, ItemError, ItemKey, Record, SegmentKind, SubKey};
use tomoshibi_sync::seal::{CHUNK_LEN_BYTES, HEADER_LEN_BYTES_MAX, SealError, seal, unseal};
use tomoshibi_sync::seam::ReadAt;
use tomoshibi_sync::segment::{
    SEGMENT_LEN_BYTES_MAX, SegmentError, SegmentReader, SegmentSummary, SegmentWriter,
};

fn open(file: impl ReadAt + 'static, kind: SegmentKind) -> Result<SegmentReader, SegmentError> {
    SegmentReader::open(Box::new(file), &sample::identity(), kind, sample::GENERATION)
}

fn scan(sealed: Vec<u8>, kind: SegmentKind) -> Result<Vec<Item>, SegmentError> {
    open(Memory(sealed), kind)?.scan()?.collect()
}

fn writer(kind: SegmentKind) -> SegmentWriter<Vec<u8>> {
    let recipients = [sample::identity().to_recipient()];
    SegmentWriter::new(kind, &recipients, sample::GENERATION, Vec::new()).unwrap()
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn any_item_survives_its_encoding((kind, item) in any::item()) {
        let bytes = item::encode(&item).unwrap();
        prop_assert!(item::decode(kind, &bytes).unwrap() == item);
        prop_assert!(item::decode(kind, &bytes[..bytes.len() - 1]).is_err());
        prop_assert!(item::decode(kind, &[&bytes[..], b"\0"].concat()).is_err());
    }

    #[test]
    fn any_bytes_are_no_item_or_one_that_can_be_written_again(
        kind in any::kind(),
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        if let Ok(item) = item::decode(kind, &bytes) {
            let again = item::encode(&item).unwrap();
            prop_assert!(item::decode(kind, &again).unwrap() == item);
        }
    }
}

proptest! {
    #![proptest_config(config(48))]

    #[test]
    fn any_items_survive_their_segment((kind, items) in any::items()) {
        let mut writer = writer(kind);
        for item in &items {
            writer.push(item).unwrap();
        }
        let estimate = writer.sealed_len_estimate();
        let (sealed, summary) = writer.finish().unwrap();
        prop_assert!(sealed.len() as u64 <= estimate);
        prop_assert_eq!(summary, SegmentSummary {
            kind,
            generation: sample::GENERATION,
            items: items.len() as u64,
            first_person: items[0].key.person,
            last_person: items[items.len() - 1].key.person,
        });
        let reader = open(Memory(sealed.clone()), kind).unwrap();
        prop_assert_eq!(reader.items(), items.len() as u64);
        for item in &items {
            let person = item.key.person;
            let own: Vec<_> = items.iter().filter(|i| i.key.person == person).cloned().collect();
            prop_assert!(reader.items_of(&person).unwrap() == own);
        }
        prop_assert!(scan(sealed, kind).unwrap() == items);
    }

    #[test]
    fn damage_of_any_byte_never_gives_other_items(place in any::<usize>(), flip in 1..=u8::MAX) {
        let items = sample::persons(200);
        let mut sealed = sample::segment(SegmentKind::Persons, &items);
        let place = place % sealed.len();
        sealed[place] ^= flip;
        if let Ok(reader) = open(Memory(sealed.clone()), SegmentKind::Persons) {
            for item in &items {
                let found = reader.items_of(&item.key.person);
                prop_assert!(found.is_err() || found.unwrap() == std::slice::from_ref(item));
            }
        }
        let found = scan(sealed, SegmentKind::Persons);
        prop_assert!(found.is_err() || found.unwrap() == items);
    }

    #[test]
    fn damage_before_the_seal_never_gives_other_items(
        place in any::<usize>(),
        flip in 1..=u8::MAX,
        tail in any::<bool>(),
    ) {
        let items = sample::persons(200);
        let sealed = sample::segment(SegmentKind::Persons, &items);
        let mut plain = unseal(&[&sample::identity()], &sealed, 1 << 20).unwrap();
        // Half of the cases hit footer and index, where the lengths are.
        let len = plain.len();
        let place = if tail { len - 1 - place % 200 } else { place % len };
        plain[place] ^= flip;
        let sealed = seal(&[sample::identity().to_recipient()], &plain).unwrap();
        let found = scan(sealed, SegmentKind::Persons);
        prop_assert!(found.is_err() || found.unwrap() == items);
    }
}

/// Counts what is read of it.
struct Counting {
    memory: Memory,
    read: Arc<AtomicU64>,
}

impl ReadAt for Counting {
    fn len_bytes(&self) -> u64 {
        self.memory.len_bytes()
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.memory.read_at(offset, buf)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// A segment of about 3 MiB, and its items.
fn large() -> (Vec<u8>, Vec<Item>) {
    let items: Vec<_> = (0..3000).map(|n| sample::long_person(n, 1000 + n as usize)).collect();
    let sealed = sample::segment(SegmentKind::Persons, &items);
    assert!(sealed.len() > 3 << 20);
    (sealed, items)
}

#[test]
fn opening_and_one_lookup_read_the_header_and_three_chunks_at_most() {
    let (sealed, items) = large();
    let limit = (HEADER_LEN_BYTES_MAX + 3 * CHUNK_LEN_BYTES) as u64;
    for item in items.iter().step_by(61) {
        let read = Arc::new(AtomicU64::new(0));
        let file = Counting { memory: Memory(sealed.clone()), read: Arc::clone(&read) };
        let reader = open(file, SegmentKind::Persons).unwrap();
        assert!(reader.items_of(&item.key.person).unwrap() == std::slice::from_ref(item));
        let read = read.load(Ordering::Relaxed);
        assert!(read <= limit, "{read} bytes read, {limit} allowed");
    }
}

#[test]
fn several_threads_read_one_segment() {
    let (sealed, items) = large();
    let reader = open(Memory(sealed), SegmentKind::Persons).unwrap();
    std::thread::scope(|scope| {
        for start in 0..4 {
            let (reader, items) = (&reader, &items);
            scope.spawn(move || {
                for item in items.iter().skip(start).step_by(97) {
                    let found = reader.items_of(&item.key.person).unwrap();
                    assert!(found == std::slice::from_ref(item));
                }
            });
        }
        scope.spawn(|| {
            assert_eq!(reader.scan().unwrap().filter(Result::is_ok).count(), items.len())
        });
    });
}

#[test]
fn people_who_are_not_in_a_segment_are_not_found() {
    let items: Vec<_> = sample::persons(400).into_iter().step_by(2).collect();
    let sealed = sample::segment(SegmentKind::Persons, &items);
    let reader = open(Memory(sealed), SegmentKind::Persons).unwrap();
    for n in (1..400).step_by(2) {
        assert_eq!(reader.items_of(&sample::person_id(n)).unwrap(), []);
    }
    assert_eq!(reader.items_of(&ItemKey::NOBODY).unwrap(), []);
}

#[test]
fn items_that_are_not_ascending_or_not_of_the_kind_are_not_written() {
    let mut writer = writer(SegmentKind::Persons);
    writer.push(&sample::person(5)).unwrap();
    for n in [5, 4] {
        assert_eq!(writer.push(&sample::person(n)), Err(SegmentError::NotAscending));
    }
    let other = sample::items(SegmentKind::Checkups).pop().unwrap();
    let other = Item { key: ItemKey { person: sample::person_id(9), ..other.key }, ..other };
    let error = ItemError::Kind { found: SegmentKind::Checkups, expected: SegmentKind::Persons };
    assert_eq!(writer.push(&other), Err(SegmentError::Unwritable(error)));
    let mut disagreeing = sample::person(9);
    disagreeing.key.person = sample::person_id(8);
    let error = SegmentError::Unwritable(ItemError::Disagrees);
    assert_eq!(writer.push(&disagreeing), Err(error));
    // After an error the writer goes on.
    writer.push(&sample::person(10)).unwrap();
    let (sealed, summary) = writer.finish().unwrap();
    assert_eq!(summary.items, 2);
    assert!(scan(sealed, SegmentKind::Persons).unwrap() == [sample::person(5), sample::person(10)]);
}

#[test]
fn an_item_longer_than_the_limit_is_not_written_and_the_longest_is_read() {
    let len = item::encode(&sample::long_person(1, 100_000)).unwrap().len() - 100_000;
    let mut writer = writer(SegmentKind::Persons);
    let longest = sample::long_person(1, item::ITEM_LEN_BYTES_MAX - len);
    writer.push(&longest).unwrap();
    let long = sample::long_person(7, item::ITEM_LEN_BYTES_MAX - len + 1);
    let limit = item::ITEM_LEN_BYTES_MAX;
    let error = ItemError::TooLong { len: limit + 1, limit };
    assert_eq!(writer.push(&long), Err(SegmentError::Unwritable(error)));
    let (sealed, _) = writer.finish().unwrap();
    assert!(scan(sealed, SegmentKind::Persons).unwrap() == [longest]);
}

#[test]
fn an_item_of_very_many_small_numbers_is_read_again() {
    let mut item = sample::items(SegmentKind::Medications).remove(0);
    if let Some(Record::Receipt(receipt)) = &mut item.record {
        receipt.lines = vec![receipt.lines[0].clone(); 20_000];
        receipt.lines.iter_mut().for_each(|line| line.usage.text.clear());
    }
    let bytes = item::encode(&item).unwrap();
    assert!(item::decode(SegmentKind::Medications, &bytes).unwrap() == item);
}

#[test]
fn a_full_segment_says_so_and_is_within_the_limit() {
    let mut writer = writer(SegmentKind::Persons);
    let mut pushed = 0;
    let full = loop {
        match writer.push(&sample::long_person(pushed, 400_000)) {
            Ok(()) => pushed += 1,
            Err(error) => break error,
        }
    };
    assert_eq!(full, SegmentError::Full { limit: SEGMENT_LEN_BYTES_MAX });
    let (sealed, summary) = writer.finish().unwrap();
    let len = sealed.len() as u64;
    assert!(len <= SEGMENT_LEN_BYTES_MAX && len > SEGMENT_LEN_BYTES_MAX * 9 / 10, "{len}");
    assert_eq!(summary.items, u64::from(pushed));
    assert_eq!(scan(sealed, SegmentKind::Persons).unwrap().len(), pushed as usize);
}

#[test]
fn a_segment_without_items_or_recipients_is_not_written() {
    assert_eq!(writer(SegmentKind::Persons).finish().map(drop), Err(SegmentError::Empty));
    let kind = SegmentKind::Persons;
    let mut writer = SegmentWriter::new(kind, &[], sample::GENERATION, Vec::new()).unwrap();
    writer.push(&sample::person(1)).unwrap();
    let error = writer.finish().map(drop).unwrap_err();
    assert!(matches!(error, SegmentError::Seal(SealError::Recipients { found: 0, .. })));
}

/// A disk that says a file is as long as it likes, or fails.
struct Faulty {
    memory: Memory,
    len: u64,
    fails_after: AtomicU64,
}

impl ReadAt for Faulty {
    fn len_bytes(&self) -> u64 {
        self.len
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        match self.fails_after.fetch_sub(1, Ordering::Relaxed) {
            0 => Err(io::ErrorKind::InvalidData.into()),
            _ => self.memory.read_at(offset, buf),
        }
    }
}

#[test]
fn a_segment_longer_than_the_limit_is_not_read() {
    let (memory, len) = (Memory(Vec::new()), SEGMENT_LEN_BYTES_MAX + 1);
    let file = Faulty { memory, len, fails_after: AtomicU64::new(0) };
    let error = open(file, SegmentKind::Persons).err();
    assert_eq!(error, Some(SegmentError::TooLong { len, limit: SEGMENT_LEN_BYTES_MAX }));
}

#[test]
fn a_failing_disk_is_not_taken_for_damage_and_the_reader_stays_failed() {
    let (sealed, items) = large();
    let len = sealed.len() as u64;
    for fails_after in 0..3 {
        let fails_after = AtomicU64::new(fails_after);
        let file = Faulty { memory: Memory(sealed.clone()), len, fails_after };
        let disk = SegmentError::Seal(SealError::Io { kind: io::ErrorKind::Other });
        match open(file, SegmentKind::Persons) {
            Err(error) => assert_eq!(error, disk),
            Ok(reader) => {
                let person = items[1500].key.person;
                assert_eq!(reader.items_of(&person), Err(disk));
                assert_eq!(reader.items_of(&person), Err(SegmentError::Broken));
            }
        }
    }
}

#[test]
fn another_generation_is_refused_by_both_numbers() {
    let sealed = sample::segment(SegmentKind::Persons, &sample::persons(1));
    let (found, expected) = (sample::GENERATION, Generation(4));
    let file = Box::new(Memory(sealed));
    let kind = SegmentKind::Persons;
    let error = SegmentReader::open(file, &sample::identity(), kind, expected).err();
    assert_eq!(error, Some(SegmentError::GenerationMismatch { found, expected }));
}

#[test]
fn a_branch_and_a_burden_beyond_the_model_are_neither_written_nor_read() {
    let mut item = sample::person(1);
    let good = item::encode(&item).unwrap();
    let Some(Record::Person(person)) = &mut item.record else { return };
    let coverage = &mut person.person.coverages[0];
    (coverage.branch, coverage.burden_percent) = (Some(99), Some(100));
    let bytes = item::encode(&item).unwrap();
    assert!(item::decode(SegmentKind::Persons, &bytes).unwrap() == item);
    for (from, to) in [(99, 100), (100, 101)] {
        let place = (0..bytes.len()).find(|n| bytes[*n] == from && good[*n] != from).unwrap();
        let mut bad = bytes.clone();
        bad[place] = to;
        let error = item::decode(SegmentKind::Persons, &bad).unwrap_err();
        assert!(matches!(error, ItemError::Field { .. }));
    }
    for (branch, burden) in [(Some(100), None), (None, Some(101))] {
        let Some(Record::Person(person)) = &mut item.record else { return };
        let coverage = &mut person.person.coverages[0];
        (coverage.branch, coverage.burden_percent) = (branch, burden);
        assert!(matches!(item::encode(&item), Err(ItemError::Field { .. })));
    }
}

#[test]
fn a_prescriber_of_a_receipt_that_no_pharmacy_filed_is_neither_written_nor_read() {
    let with = |key: ReceiptKey| {
        let key = ItemKey { person: sample::person_id(1), sub: SubKey::Receipt(key) };
        item::encode(&Item::delete(key, sample::person(1).order))
    };
    let SubKey::Receipt(named) = sample::items(SegmentKind::Medications).pop().unwrap().key.sub
    else {
        return;
    };
    let bytes = with(named).unwrap();
    let unnamed = ReceiptKey { prescriber: None, ..named };
    for kind in [ReceiptKind::Medical, ReceiptKind::Dental, ReceiptKind::Dpc] {
        let refused = ItemError::Field { field: "prescriber" };
        assert_eq!(with(ReceiptKey { kind, ..named }), Err(refused));
        // The byte of the kind is the one in which two keys without a prescriber differ.
        let (pharmacy, other) =
            (with(unnamed).unwrap(), with(ReceiptKey { kind, ..unnamed }).unwrap());
        let place = (0..other.len()).find(|n| pharmacy[*n] != other[*n]).unwrap();
        let mut bad = bytes.clone();
        bad[place] = other[place];
        assert_eq!(item::decode(SegmentKind::Medications, &bad), Err(refused));
        assert!(item::decode(SegmentKind::Medications, &other).is_ok());
    }
}

#[test]
fn a_record_of_nobody_and_a_master_of_somebody_are_not_encoded() {
    let mut person = sample::person(1);
    if let Some(Record::Person(item)) = &mut person.record {
        item.person.id = ItemKey::NOBODY;
    }
    person.key.person = ItemKey::NOBODY;
    assert_eq!(item::encode(&person), Err(ItemError::Nobody));
    let master = sample::items(SegmentKind::Masters).pop().unwrap();
    let owned = ItemKey { person: sample::person_id(1), ..master.key };
    assert_eq!(item::encode(&Item::delete(owned, master.order)), Err(ItemError::Nobody));
}
