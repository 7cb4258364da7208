//! The independent check against damage everywhere, and beside the reader.

#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "support/journal.rs"]
mod support;

use std::path::PathBuf;
use std::sync::Arc;

use support::{dir, node_public, open, origin, path_of, write_some};
use tomoshibi_sync::journal::{Finding, Problem, Verified, checkpoint_path, verify};
use tomoshibi_sync::seam::{Files, MemoryFiles};

/// Three files of two entries each, closed in order: the last checkpoint covers all.
fn journal() -> MemoryFiles {
    let files = MemoryFiles::new();
    for n in 0..3 {
        let mut writer = open(Arc::new(files.clone()), i64::from(n)).unwrap();
        write_some(&mut writer, 2 * n, 2);
        writer.close().unwrap();
    }
    files
}

fn copy(files: &MemoryFiles) -> MemoryFiles {
    files.synced_image()
}

fn check(files: &MemoryFiles) -> Verified {
    verify(files, &dir(), origin(), &node_public(), None)
}

fn all_files() -> Vec<PathBuf> {
    let mut paths: Vec<_> = (0..3).map(path_of).collect();
    paths.push(checkpoint_path(&dir(), origin().incarnation));
    paths
}

#[test]
fn a_whole_journal_is_sound() {
    let verified = check(&journal());
    assert!(verified.is_sound(), "{:?}", verified.findings);
    assert_eq!((verified.entries, verified.size, verified.files), (6, 6, 3));
    assert_eq!(verified.checkpoints, 1);
    assert!(verified.root.is_some());
}

#[test]
fn a_changed_byte_anywhere_is_found_by_the_check_and_by_the_writer() {
    let whole = journal();
    for path in all_files() {
        let len = whole.read(&path, 1 << 20).unwrap().len();
        for place in 0..len {
            let files = copy(&whole);
            files.damage(&path, |bytes| bytes[place] ^= 0x20).unwrap();
            let verified = check(&files);
            assert!(!verified.is_sound(), "{} at {place}", path.display());
            // Opening reads every file; a few places are enough.
            if place % 16 == 0 {
                assert!(open(Arc::new(files), 9).is_err(), "{} at {place}", path.display());
            }
        }
    }
}

#[test]
fn a_file_cut_anywhere_is_found() {
    let whole = journal();
    for path in all_files() {
        let len = whole.read(&path, 1 << 20).unwrap().len();
        for kept in (0..len).step_by(5) {
            let files = copy(&whole);
            files.damage(&path, |bytes| bytes.truncate(kept)).unwrap();
            assert!(!check(&files).is_sound(), "{} at {kept}", path.display());
        }
    }
}

#[test]
fn a_finding_says_which_file_where_and_what_and_the_rest_is_still_checked() {
    let files = journal();
    files.damage(&path_of(0), |bytes| bytes[600] ^= 1).unwrap();
    files.remove(&path_of(1)).unwrap();
    let verified = check(&files);
    let problems: Vec<_> = verified.findings.iter().map(|found| &found.problem).collect();
    let gap = Problem::Gap { found: 4, expected: 2 };
    assert_eq!(problems, [&Problem::Damaged, &Problem::MissingFile, &gap]);
    let Finding { file, offset, .. } = &verified.findings[0];
    assert!(
        file == "0000000000.tmj" && *offset > 300 && *offset <= 600,
        "{}",
        verified.findings[0]
    );
    assert_eq!(verified.entries, 3, "the whole ones");
}

#[test]
fn nothing_is_sound_too() {
    let verified = check(&MemoryFiles::new());
    assert!(verified.is_sound());
    assert_eq!((verified.entries, verified.files), (0, 0));
}
