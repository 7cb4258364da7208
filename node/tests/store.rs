//! The store as a whole: fetching, promotion, garbage, damage, and a power cut between any two changes.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use tomoshibi_node::folder::Folder;
use tomoshibi_node::state::{Change, MemoryState, State, key};
use tomoshibi_node::store::manifest::Reach;
use tomoshibi_node::store::{
    Fetching, ManifestInfo, ManifestRefusal, OpenManifest, PromoteError, Promoted, ScrubReport,
    SegmentRef, StageError, Store, StoreAlarm, StoreParts,
};
use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::record::RegionCode;
use tomoshibi_policies::time::{JstDate, Timestamp, YearMonth};
use tomoshibi_sync::id::{Digest, Hasher, SnapshotId};
use tomoshibi_sync::manifest::Manifest;
use tomoshibi_sync::pull::PullStore;
use tomoshibi_sync::seam::Files;

#[path = "store/crash_files.rs"]
mod crash_files;
use crash_files::{CrashFiles, CrashState, Tear};

const NOW: Timestamp = Timestamp::from_millis(1_795_000_000_000);

fn region() -> RegionCode {
    RegionCode::new(17).unwrap()
}

/// Manifests of these tests: `manifest <epoch> <number> <seals>` and a line `<digest> <len>` a segment.
struct TextManifests;

fn manifest(epoch: u32, number: u64, segments: &[&[u8]]) -> Vec<u8> {
    let mut text = format!("manifest {epoch} {number}\n");
    for bytes in segments {
        text += &format!("{} {}\n", Digest::of(bytes), bytes.len());
    }
    text.into_bytes()
}

impl OpenManifest for TextManifests {
    fn whole(&self, _: &[u8]) -> Result<Manifest, ManifestRefusal> {
        let what = "these manifests are not whole".into();
        Err(ManifestRefusal { what, class: ErrorClass::Unsupported })
    }

    fn open(&self, bytes: &[u8]) -> Result<ManifestInfo, ManifestRefusal> {
        parse(bytes).ok_or_else(|| ManifestRefusal {
            what: "not a manifest".into(),
            class: ErrorClass::Forged,
        })
    }
}

fn parse(bytes: &[u8]) -> Option<ManifestInfo> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut lines = text.lines();
    let mut head = lines.next()?.strip_prefix("manifest ")?.split(' ');
    let id = SnapshotId { epoch: head.next()?.parse().ok()?, number: head.next()?.parse().ok()? };
    let segment = |line: &str| {
        let (digest, len) = line.split_once(' ')?;
        Some(SegmentRef { digest: digest.parse().ok()?, len_bytes: len.parse().ok()? })
    };
    let day = JstDate::from_ymd(2026, 11, 12)?;
    Some(ManifestInfo {
        region: region(),
        id,
        digest: Digest::of(bytes),
        published_at: NOW,
        fresh_until: NOW.plus_hours(24),
        reach: Reach {
            claims_to: YearMonth::new(2026, 10)?,
            processed: day,
            eligibility_to: day,
            checkups_to: day,
        },
        drill: true,
        segments: lines.map(segment).collect::<Option<_>>()?,
    })
}

/// A machine that survives its processes.
struct Machine {
    disk: CrashFiles,
    values: Arc<MemoryState>,
    folder: Folder,
}

impl Machine {
    fn new() -> Self {
        let machine = Self {
            disk: CrashFiles::new(),
            values: Arc::new(MemoryState::default()),
            folder: Folder::new("/node"),
        };
        machine.folder.create(&machine.disk).unwrap();
        machine
    }

    fn try_start(&self) -> Option<(Store, Vec<StoreAlarm>)> {
        let state = CrashState { values: self.values.clone(), disk: self.disk.clone() };
        let parts = StoreParts {
            files: Arc::new(self.disk.clone()),
            folder: self.folder.clone(),
            state: State::new(Arc::new(state)),
            manifests: Arc::new(TextManifests),
            free_margin_bytes: 100,
        };
        Store::open(parts, &[region()], NOW).ok()
    }

    fn start(&self) -> (Store, Vec<StoreAlarm>) {
        self.try_start().unwrap()
    }

    fn start_well(&self) -> Store {
        let (store, alarms) = self.start();
        assert_eq!(alarms, []);
        store
    }

    fn has_file(&self, path: &Path) -> bool {
        self.disk.exists(path)
    }
}

/// Fetches the missing segments in pieces of 4 bytes, as far as the disk lets it.
fn fetch(store: &Store, bytes: &[u8], segments: &[&[u8]]) -> Result<Promoted, PromoteError> {
    let plan = store.begin(bytes)?;
    for SegmentRef { digest, .. } in &plan.missing {
        let segment = segments.iter().find(|s| Digest::of(s) == *digest).unwrap();
        let mut at = usize::try_from(store.staged_len(digest)?).unwrap();
        while at < segment.len() {
            let piece = &segment[at..segment.len().min(at + 4)];
            store.write_staged(digest, at as u64, piece)?;
            at += piece.len();
        }
        match store.finish(digest) {
            // A power cut garbled what was staged: this one segment again.
            Err(StageError::DigestMismatch { resumed: true, .. }) => {
                store.write_staged(digest, 0, segment)?;
                store.finish(digest)?;
            }
            other => other?,
        }
    }
    store.promote(bytes, NOW)
}

fn served_id(store: &Store) -> Option<SnapshotId> {
    store.pin(region()).map(|pin| pin.snapshot().id)
}

fn number(number: u64) -> SnapshotId {
    SnapshotId { epoch: 1, number }
}

const A: &[u8] = b"persons of the first day";
const B: &[u8] = b"medications of the first day";
const C: &[u8] = b"medications of the second day";

fn scrub(store: &Store) -> ScrubReport {
    store.scrub(true, &mut |_| ControlFlow::Continue(())).unwrap()
}

#[test]
fn a_snapshot_is_served_once_it_is_whole_and_not_before() {
    let machine = Machine::new();
    let store = machine.start_well();
    let first = manifest(1, 1, &[A, B]);
    let plan = store.begin(&first).unwrap();
    assert_eq!(plan.needed_bytes, (A.len() + B.len()) as u64);
    store.write_staged(&Digest::of(A), 0, A).unwrap();
    store.finish(&Digest::of(A)).unwrap();
    let error = store.promote(&first, NOW).unwrap_err();
    assert!(
        matches!(error, PromoteError::Incomplete { count: 1, first, .. } if first == Digest::of(B))
    );
    assert_eq!(served_id(&store), None);
    fetch(&store, &first, &[A, B]).unwrap();
    assert_eq!(served_id(&store), Some(number(1)));
    assert_eq!(served_id(&machine.start_well()), Some(number(1)));
}

#[test]
fn an_interrupted_segment_goes_on_where_it_stopped() {
    let machine = Machine::new();
    let first = manifest(1, 1, &[A]);
    let digest = Digest::of(A);
    {
        let store = machine.start_well();
        store.begin(&first).unwrap();
        store.write_staged(&digest, 0, &A[..10]).unwrap();
    }
    let store = machine.start_well();
    assert_eq!(store.staged_len(&digest).unwrap(), 10);
    assert_eq!(store.begin(&first).unwrap().needed_bytes, A.len() as u64 - 10);
    let error = store.write_staged(&digest, 9, &A[9..]).unwrap_err();
    assert!(matches!(error, StageError::Offset { offset: 9, staged: 10, .. }));
    store.write_staged(&digest, 10, &A[10..]).unwrap();
    store.finish(&digest).unwrap();
    store.promote(&first, NOW).unwrap();
}

#[test]
fn a_pull_sees_what_the_store_has_and_hears_the_disks_own_words() {
    let machine = Machine::new();
    let store = Arc::new(machine.start_well());
    let mut pull = Fetching::new(store.clone(), ());
    let digest = Digest::of(A);
    PullStore::write_staged(&mut pull, &digest, 0, &A[..5]).unwrap();
    let mut hasher = Hasher::default();
    assert_eq!(PullStore::hash_staged(&pull, &digest, &mut hasher).unwrap(), 5);
    assert_eq!(hasher.digest(), Digest::of(&A[..5]));
    let error = PullStore::finish(&mut pull, &digest).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidData);
    PullStore::write_staged(&mut pull, &digest, 0, &A[..5]).unwrap();
    PullStore::drop_staged(&mut pull, &digest).unwrap();
    assert_eq!(PullStore::staged_len(&pull, &digest).unwrap(), 0);
    assert_eq!(PullStore::hash_staged(&pull, &digest, &mut hasher).unwrap(), 0);
    PullStore::write_staged(&mut pull, &digest, 0, A).unwrap();
    PullStore::finish(&mut pull, &digest).unwrap();
    assert!(PullStore::has(&pull, &digest).unwrap());
}

#[test]
fn bytes_that_are_not_the_segment_are_thrown_away_and_named() {
    let machine = Machine::new();
    let store = machine.start_well();
    store.begin(&manifest(1, 1, &[A])).unwrap();
    let digest = Digest::of(A);
    store.write_staged(&digest, 0, b"something else").unwrap();
    let error = store.finish(&digest).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Forged);
    assert!(!store.has(&digest));
    assert_eq!(store.staged_len(&digest).unwrap(), 0);
}

#[test]
fn wrong_bytes_of_an_earlier_process_are_damage_not_forgery() {
    let machine = Machine::new();
    let first = manifest(1, 1, &[A]);
    let digest = Digest::of(A);
    {
        let store = machine.start_well();
        store.begin(&first).unwrap();
        store.write_staged(&digest, 0, b"garbled").unwrap();
    }
    let store = machine.start_well();
    store.write_staged(&digest, 7, &A[7..]).unwrap();
    assert_eq!(store.finish(&digest).unwrap_err().class(), ErrorClass::Corrupt);
}

#[test]
fn a_segment_longer_than_any_is_refused() {
    let machine = Machine::new();
    let store = machine.start_well();
    let long = vec![0; 9 << 20];
    let error = store.write_staged(&Digest::of(A), 0, &long).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Invalid);
}

#[test]
fn older_snapshots_and_second_manifests_of_one_number_are_refused() {
    let machine = Machine::new();
    let store = machine.start_well();
    let second = manifest(1, 2, &[A]);
    fetch(&store, &second, &[A]).unwrap();
    for (offered, class) in [
        (manifest(1, 1, &[A]), ErrorClass::Conflict),
        (manifest(1, 2, &[A, B]), ErrorClass::Forged),
        (b"junk".to_vec(), ErrorClass::Forged),
    ] {
        assert_eq!(store.begin(&offered).unwrap_err().class(), class);
        assert_eq!(store.promote(&offered, NOW).unwrap_err().class(), class);
    }
    assert!(matches!(store.promote(&second, NOW), Ok(Promoted::Already(_))));
    assert_eq!(served_id(&store), Some(number(2)));
}

#[test]
fn what_nothing_lists_is_removed_unless_a_reader_holds_it() {
    let machine = Machine::new();
    let store = machine.start_well();
    fetch(&store, &manifest(1, 1, &[A, B]), &[A, B]).unwrap();
    let pin = store.pin(region()).unwrap();
    fetch(&store, &manifest(1, 2, &[A, C]), &[A, C]).unwrap();
    assert!(store.has(&Digest::of(B)));
    assert!(store.open_segment(&pin, &Digest::of(B)).unwrap().is_some());
    assert!(store.open_segment(&pin, &Digest::of(C)).unwrap().is_none());
    assert_eq!(store.collect().unwrap(), 0);
    drop(pin);
    assert_eq!(store.collect().unwrap(), 1);
    assert!(!store.has(&Digest::of(B)) && store.has(&Digest::of(A)) && store.has(&Digest::of(C)));
    assert!(!machine.has_file(&machine.folder.manifest(region(), number(1))));
}

#[test]
fn what_is_being_fetched_survives_a_restart_and_a_collection() {
    let machine = Machine::new();
    let store = machine.start_well();
    fetch(&store, &manifest(1, 1, &[A]), &[A]).unwrap();
    let second = manifest(1, 2, &[A, B, C]);
    store.begin(&second).unwrap();
    store.write_staged(&Digest::of(B), 0, B).unwrap();
    store.finish(&Digest::of(B)).unwrap();
    drop(store);
    let store = machine.start_well();
    store.collect().unwrap();
    assert!(store.has(&Digest::of(B)));
    let wanted: Vec<_> = store.begin(&second).unwrap().missing.iter().map(|s| s.digest).collect();
    assert_eq!(wanted, [Digest::of(C)]);
}

#[test]
fn at_the_start_only_what_somebody_will_finish_stays_staged() {
    let machine = Machine::new();
    let store = machine.start_well();
    fetch(&store, &manifest(1, 1, &[A]), &[A]).unwrap();
    store.begin(&manifest(1, 2, &[A, B])).unwrap();
    for wanted_or_not in [B, C] {
        store.write_staged(&Digest::of(wanted_or_not), 0, &wanted_or_not[..4]).unwrap();
    }
    let stage = |name: &str, bytes: &[u8]| {
        machine.disk.replace(&machine.folder.staging_dir().join(name), bytes).unwrap();
    };
    stage("17.1.2.manifest.tmp", b"half");
    stage("17.1.3.manifest", b"not a manifest");
    stage("17.1.1.manifest", &manifest(1, 1, &[A]));
    drop(store);
    machine.start_well();
    let staged = machine.disk.list(&machine.folder.staging_dir()).unwrap();
    let names: Vec<_> = staged.into_iter().map(|entry| entry.name).collect();
    assert_eq!(names, ["17.1.2.manifest".to_owned(), format!("{}.part", Digest::of(B))]);
}

#[test]
fn a_newer_pull_gives_up_what_only_the_older_one_wanted() {
    let machine = Machine::new();
    let store = machine.start_well();
    store.begin(&manifest(1, 1, &[A, B])).unwrap();
    store.write_staged(&Digest::of(A), 0, &A[..4]).unwrap();
    store.write_staged(&Digest::of(B), 0, &B[..4]).unwrap();
    store.begin(&manifest(1, 2, &[B, C])).unwrap();
    assert_eq!(store.staged_len(&Digest::of(A)).unwrap(), 0);
    assert_eq!(store.staged_len(&Digest::of(B)).unwrap(), 4);
}

#[test]
fn too_little_room_is_said_with_its_numbers_before_anything_is_fetched() {
    let machine = Machine::new();
    let store = machine.start_well();
    machine.disk.set_free_bytes(110);
    let error = store.begin(&manifest(1, 1, &[A])).unwrap_err();
    assert!(matches!(
        error,
        StageError::NoSpace { needed_bytes: 24, margin_bytes: 100, free_bytes: 110 }
    ));
    assert!(error.class().is_retryable());
    machine.disk.set_free_bytes(124);
    store.begin(&manifest(1, 1, &[A])).unwrap();
}

#[test]
fn staging_can_be_given_up_and_fetched_again() {
    let machine = Machine::new();
    let store = machine.start_well();
    let first = manifest(1, 1, &[A]);
    store.begin(&first).unwrap();
    store.write_staged(&Digest::of(A), 0, &A[..4]).unwrap();
    store.evict_staging().unwrap();
    assert_eq!(machine.disk.list(&machine.folder.staging_dir()).unwrap(), []);
    fetch(&store, &first, &[A]).unwrap();
}

#[test]
fn a_scrub_names_what_is_missing_and_damaged_and_repair_brings_it_back() {
    let machine = Machine::new();
    let store = machine.start_well();
    let first = manifest(1, 1, &[A, B, C]);
    fetch(&store, &first, &[A, B, C]).unwrap();
    assert!(scrub(&store).is_clean());
    machine.disk.damage(&machine.folder.segment(&Digest::of(A)), |bytes| bytes[3] ^= 1);
    machine.disk.remove(&machine.folder.segment(&Digest::of(B))).unwrap();
    let report = scrub(&store);
    assert_eq!(report.good, 1);
    assert_eq!(report.missing, [Digest::of(B).to_string()]);
    assert_eq!(report.damaged[0].digest, Digest::of(A).to_string());
    assert!(report.damaged[0].set_aside);
    assert_eq!(store.set_aside_count().unwrap(), 1);
    fetch(&store, &first, &[A, B, C]).unwrap();
    assert!(scrub(&store).is_clean());
}

#[test]
fn a_damaged_segment_that_a_reader_holds_stays_in_place() {
    let machine = Machine::new();
    let store = machine.start_well();
    fetch(&store, &manifest(1, 1, &[A]), &[A]).unwrap();
    let pin = store.pin(region()).unwrap();
    machine.disk.damage(&machine.folder.segment(&Digest::of(A)), |bytes| bytes[3] ^= 1);
    assert!(!scrub(&store).damaged[0].set_aside);
    assert!(store.open_segment(&pin, &Digest::of(A)).unwrap().is_some());
}

#[test]
fn a_damaged_segment_that_cannot_be_fetched_again_stays_in_place() {
    let machine = Machine::new();
    let store = machine.start_well();
    let first = manifest(1, 1, &[A]);
    fetch(&store, &first, &[A]).unwrap();
    machine.disk.damage(&machine.folder.segment(&Digest::of(A)), |bytes| bytes[3] ^= 1);
    let report = store.scrub(false, &mut |_| ControlFlow::Continue(())).unwrap();
    assert!(!report.damaged[0].set_aside && !report.is_clean());
    assert!(store.has(&Digest::of(A)) && store.set_aside_count().unwrap() == 0);
    assert!(scrub(&store).damaged[0].set_aside);
}

#[test]
fn a_scrub_that_is_stopped_does_not_say_clean() {
    let machine = Machine::new();
    let store = machine.start_well();
    fetch(&store, &manifest(1, 1, &[A]), &[A]).unwrap();
    let report = store.scrub(true, &mut |_| ControlFlow::Break(())).unwrap();
    assert!(report.stopped && !report.is_clean());
}

#[test]
fn a_truncated_segment_is_fetched_again() {
    let machine = Machine::new();
    let store = machine.start_well();
    let first = manifest(1, 1, &[A]);
    fetch(&store, &first, &[A]).unwrap();
    machine.disk.damage(&machine.folder.segment(&Digest::of(A)), |bytes| bytes.truncate(3));
    let (store, alarms) = machine.start();
    assert!(matches!(alarms[..], [StoreAlarm::Incomplete { count: 1, .. }]));
    fetch(&store, &first, &[A]).unwrap();
    machine.start_well();
}

#[test]
fn a_damaged_snapshot_falls_back_to_a_whole_one_and_never_takes_an_older_from_outside() {
    let machine = Machine::new();
    let store = machine.start_well();
    fetch(&store, &manifest(1, 1, &[A]), &[A]).unwrap();
    let second = manifest(1, 2, &[A, B]);
    fetch(&store, &second, &[A, B]).unwrap();
    machine.disk.remove(&machine.folder.segment(&Digest::of(B))).unwrap();
    let (store, alarms) = machine.start();
    let fell_back = StoreAlarm::FellBack { region: region(), wanted: number(2), served: number(1) };
    assert_eq!(alarms, [fell_back]);
    assert_eq!(served_id(&store), Some(number(1)));
    let error = store.begin(&manifest(1, 1, &[A])).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Conflict);
    fetch(&store, &second, &[A, B]).unwrap();
    assert_eq!(served_id(&machine.start_well()), Some(number(2)));
}

#[test]
fn with_nothing_left_to_serve_the_node_starts_and_says_so() {
    let machine = Machine::new();
    fetch(&machine.start_well(), &manifest(1, 1, &[A]), &[A]).unwrap();
    machine.disk.damage(&machine.folder.manifest(region(), number(1)), Vec::clear);
    let (store, alarms) = machine.start();
    assert_eq!(alarms, [StoreAlarm::Lost { region: region(), wanted: number(1) }]);
    assert_eq!(served_id(&store), None);
}

#[test]
fn a_lost_pointer_is_read_back_from_the_manifests() {
    let machine = Machine::new();
    let store = machine.start_well();
    fetch(&store, &manifest(1, 1, &[A]), &[A]).unwrap();
    store.state().apply(Change::default().remove(&key::active(region()))).unwrap();
    let (store, alarms) = machine.start();
    assert_eq!(alarms, [StoreAlarm::PointerLost { region: region(), served: number(1) }]);
    assert_eq!(served_id(&store), Some(number(1)));
    machine.start_well();
}

#[test]
fn a_lost_pointer_is_no_way_back_and_hides_no_damage() {
    let machine = Machine::new();
    let store = machine.start_well();
    fetch(&store, &manifest(1, 1, &[A]), &[A]).unwrap();
    fetch(&store, &manifest(1, 2, &[A, B]), &[A, B]).unwrap();
    let lose = || {
        let store = machine.start().0;
        store.state().apply(Change::default().remove(&key::active(region()))).unwrap();
    };
    lose();
    machine.disk.remove(&machine.folder.segment(&Digest::of(B))).unwrap();
    let (store, alarms) = machine.start();
    let fell_back = StoreAlarm::FellBack { region: region(), wanted: number(2), served: number(1) };
    let lost = StoreAlarm::PointerLost { region: region(), served: number(1) };
    assert_eq!(alarms, [fell_back, lost.clone()]);
    assert_eq!(served_id(&store), Some(number(1)));
    assert_eq!(store.begin(&manifest(1, 1, &[A])).unwrap_err().class(), ErrorClass::Conflict);
    lose();
    machine.disk.remove(&machine.folder.segment(&Digest::of(A))).unwrap();
    let (store, alarms) = machine.start();
    let incomplete = |alarm: &StoreAlarm| matches!(alarm, StoreAlarm::Incomplete { .. });
    assert!(served_id(&store).is_some() && alarms.iter().any(incomplete), "{alarms:?}");
}

/// Two days of a node's life; stops at the first error. Tells which promotions said that they were durable.
fn two_days(machine: &Machine) -> u64 {
    let Some((store, _)) = machine.try_start() else { return 0 };
    let mut promised = 0;
    for (day, segments) in [(1, [A, B]), (2, [A, C])] {
        let manifest = manifest(1, day, &segments);
        if fetch(&store, &manifest, &segments).is_ok() {
            promised = day;
        }
    }
    promised
}

fn check_after_a_cut(machine: &Machine, promised: u64, case: &str) {
    let (store, alarms) = machine.start();
    assert_eq!(alarms, [], "{case}");
    let served = served_id(&store).map_or(0, |id| id.number);
    assert!(served >= promised, "{case}: {promised} was promised, {served} is served");
    for (path, bytes) in machine.disk.all() {
        if path.starts_with(machine.folder.segments_dir()) {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            assert_eq!(Digest::of(&bytes).to_string(), name, "{case}");
        }
        assert!(!path.to_string_lossy().ends_with(".tmp"), "{case}: {}", path.display());
    }
    drop(store);
    two_days(machine);
    let store = machine.start_well();
    assert_eq!(served_id(&store), Some(number(2)), "{case}");
    assert!(scrub(&store).is_clean(), "{case}");
    assert!(!store.has(&Digest::of(B)), "{case}");
}

#[test]
fn a_power_cut_between_any_two_changes_leaves_a_whole_snapshot() {
    let whole = Machine::new();
    let before = whole.disk.changes();
    two_days(&whole);
    let changes = whole.disk.changes() - before;
    assert!(changes > 30, "{changes}");
    for tear in [Tear::Lost, Tear::Half, Tear::Kept] {
        for after in 0..changes {
            let case = format!("cut after {after} changes, {tear:?}");
            let machine = Machine::new();
            machine.disk.cut_after(after, tear);
            let promised = two_days(&machine);
            assert!(machine.disk.is_cut(), "{case}");
            machine.disk.power_up();
            // The power goes again while the node starts, a change later each time.
            for again in 0..4 {
                machine.disk.cut_after(again, tear);
                machine.try_start();
                machine.disk.power_up();
            }
            check_after_a_cut(&machine, promised, &case);
        }
    }
}
