//! Publishing: what is in a snapshot, what an increment adds, and what a kill leaves.
#![cfg(feature = "central")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

#[path = "central/begun.rs"]
mod begun;

use std::collections::BTreeSet;

use tomoshibi_policies::ErrorClass;
use tomoshibi_sync::central::keys;
use tomoshibi_sync::central::publisher::{Extent, PublishError, Published};
use tomoshibi_sync::id::{Digest, SnapshotId};
use tomoshibi_sync::item::SegmentKind;
use tomoshibi_sync::manifest::Manifest;
use tomoshibi_sync::seam::{Files, MemoryFiles, StdFiles};
use tomoshibi_sync::segment::SEGMENT_LEN_BYTES_MAX;

use begun::{Begun, NOW, Source, drug, person, receipt};

fn digests(manifest: &Manifest) -> BTreeSet<Digest> {
    manifest.segments.iter().map(|entry| entry.digest).collect()
}

fn two_people() -> Source {
    let mut source = Source::default();
    let people = (1..=2).map(|n| person(n, 1, "輪島市".into()));
    source.batch(people.chain([drug(610_000_001, 1)]));
    source
}

#[test]
fn the_first_publication_holds_everything_and_unseals_with_the_keyring() {
    let dir = tempfile::tempdir().unwrap();
    let begun = Begun::new(dir.path(), StdFiles);
    let source = two_people();
    let snapshot = begun.published(&source, Extent::New);
    let manifest = begun.current().unwrap();
    assert_eq!(manifest, snapshot.manifest);
    assert_eq!(manifest.id, SnapshotId { epoch: 1, number: 1 });
    assert_eq!(begun.read(&manifest), source.content());
    assert_eq!((manifest.published_at, manifest.fresh_until), (NOW, NOW.plus_hours(48)));
    assert_eq!((snapshot.new_segments, snapshot.new_items), (2, 3));
}

#[test]
fn an_increment_has_only_what_is_new() {
    let dir = tempfile::tempdir().unwrap();
    let begun = Begun::new(dir.path(), StdFiles);
    let mut source = two_people();
    let first = begun.published(&source, Extent::New);
    source.batch([person(2, 2, "金沢市".into()), person(3, 2, "珠洲市".into())]);
    let second = begun.published(&source, Extent::New);
    assert_eq!((second.new_segments, second.new_items), (1, 2));
    assert!(digests(&second.manifest).is_superset(&digests(&first.manifest)));
    assert_eq!(second.manifest.previous, Some(first.digest));
    assert_eq!(begun.read(&second.manifest), source.content());
}

#[test]
fn an_increment_has_only_the_receipt_of_the_prescriber_it_was_filed_for() {
    let dir = tempfile::tempdir().unwrap();
    let begun = Begun::new(dir.path(), StdFiles);
    let mut source = two_people();
    source.batch([receipt(1, 2), receipt(2, 2)]);
    let first = begun.published(&source, Extent::New);
    assert_eq!(begun.read(&first.manifest), source.content());
    source.batch([receipt(2, 3)]);
    let second = begun.published(&source, Extent::New);
    assert_eq!(second.new_items, 1);
    assert_eq!(begun.read(&second.manifest), source.content());
}

#[test]
fn nothing_new_takes_no_number_unless_it_is_to_be_renewed() {
    let dir = tempfile::tempdir().unwrap();
    let begun = Begun::new(dir.path(), StdFiles);
    let source = two_people();
    let first = begun.published(&source, Extent::New);
    let again = begun.publish(&source, Extent::New).unwrap();
    assert_eq!(again, Published::Nothing { id: first.manifest.id });
    let renewed = begun.published(&source, Extent::Renew);
    assert_eq!(renewed.manifest.id.number, 2);
    assert_eq!(renewed.manifest.segments, first.manifest.segments);
    let error = Begun::new(&dir.path().join("empty"), StdFiles)
        .publish(&Source::default(), Extent::New)
        .unwrap_err();
    assert!(matches!(error, PublishError::Empty));
}

#[test]
fn many_increments_read_as_the_source_and_layers_stay_few() {
    let dir = tempfile::tempdir().unwrap();
    let begun = Begun::new(dir.path(), MemoryFiles::new());
    let mut source = two_people();
    for batch in 2..=30 {
        let n = u32::try_from(batch).unwrap();
        source.batch([
            person(n % 7 + 1, batch, format!("{batch}")),
            drug(610_000_000 + n % 5, batch),
        ]);
        begun.published(&source, Extent::New);
    }
    let manifest = begun.current().unwrap();
    assert_eq!(begun.read(&manifest), source.content());
    let masters = manifest.segments.iter().filter(|s| s.kind == SegmentKind::Masters).count();
    assert!(masters <= 7, "{masters} segments of masters");
    // What no manifest names any more has been removed.
    let on_disk: usize = begun
        .files
        .list(&begun.folder.segments())
        .unwrap()
        .iter()
        .map(|front| begun.files.list(&begun.folder.segments().join(&front.name)).unwrap().len())
        .sum();
    assert!(on_disk <= 2 * manifest.segments.len(), "{on_disk} files");
}

#[test]
fn a_new_generation_seals_everything_anew() {
    let dir = tempfile::tempdir().unwrap();
    let begun = Begun::new(dir.path(), StdFiles);
    let source = two_people();
    let first = begun.published(&source, Extent::New);
    let generation = keys::rotate(&begun.folder, &begun.files).unwrap();
    let second = begun.published(&source, Extent::New);
    assert_eq!(second.manifest.generation, generation);
    assert!(digests(&second.manifest).is_disjoint(&digests(&first.manifest)));
    assert!(second.manifest.segments.iter().all(|entry| entry.generation == generation));
    assert_eq!(begun.read(&second.manifest), source.content());
}

#[test]
fn segments_are_split_by_size_and_people_stay_in_order() {
    let dir = tempfile::tempdir().unwrap();
    let begun = Begun::new(dir.path(), MemoryFiles::new());
    let mut source = Source::default();
    // Digits that do not compress below their 4 bits each.
    let noise = |n: u32| {
        (0..24_u32)
            .map(|i| Digest::of(&[n.to_le_bytes(), i.to_le_bytes()].concat()).to_string())
            .collect()
    };
    source.batch((1..=14_000).map(|n| person(n, 1, noise(n))));
    let manifest = begun.published(&source, Extent::New).manifest;
    let mut entries = manifest.segments.clone();
    entries.sort_by_key(|entry| entry.first_person);
    assert!(entries.len() > 1);
    assert!(entries.iter().all(|entry| entry.len_bytes <= SEGMENT_LEN_BYTES_MAX));
    assert!(entries.windows(2).all(|pair| pair[0].last_person < pair[1].first_person));
    assert_eq!(entries.iter().map(|entry| entry.items).sum::<u64>(), 14_000);
}

#[test]
fn a_source_that_breaks_leaves_the_current_manifest() {
    let dir = tempfile::tempdir().unwrap();
    let begun = Begun::new(dir.path(), StdFiles);
    let mut source = two_people();
    let first = begun.published(&source, Extent::New);
    source.batch([person(3, 2, "珠洲市".into())]);
    source.breaks = true;
    assert_eq!(begun.publish(&source, Extent::New).unwrap_err().class(), ErrorClass::Corrupt);
    assert_eq!(begun.current(), Some(first.manifest));
    source.breaks = false;
    let second = begun.published(&source, Extent::New);
    assert_eq!(begun.read(&second.manifest), source.content());
}

#[test]
fn a_power_cut_anywhere_leaves_the_old_snapshot_or_the_new_one_whole() {
    let dir = tempfile::tempdir().unwrap();
    let begun = Begun::new(dir.path(), MemoryFiles::new());
    let mut source = two_people();
    let first = begun.published(&source, Extent::New);
    let before = begun.files.synced_image();
    source.batch([person(2, 2, "金沢市".into()), person(3, 2, "珠洲市".into())]);
    let mut cut = 0;
    let mut seen = BTreeSet::new();
    loop {
        let disk = before.synced_image();
        let start = disk.operations();
        disk.cut_power_before(start + cut);
        let running = Begun::open(begun.folder.clone(), disk);
        let outcome = running.publish(&source, Extent::New);
        let after = Begun::open(begun.folder.clone(), running.files.synced_image());
        let current = after.current().unwrap();
        seen.insert(current.id.number);
        match current.id.number {
            1 => assert_eq!(current, first.manifest, "cut {cut}"),
            _ => assert_eq!(after.read(&current), source.content(), "cut {cut}"),
        }
        // The next run goes on from what is there.
        after.publish(&source, Extent::New).unwrap();
        let healed = after.current().unwrap();
        assert_eq!(healed.id.number, 2, "cut {cut}");
        assert_eq!(after.read(&healed), source.content(), "cut {cut}");
        if outcome.is_ok() {
            break;
        }
        cut += 1;
    }
    assert!(cut > 10 && seen == BTreeSet::from([1, 2]), "{cut} cuts, {seen:?}");
}
