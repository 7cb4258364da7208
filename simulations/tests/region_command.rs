//! `tomoshibi-drill region` as a command: results on standard output, exit codes, one-line errors.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::Path;
use std::process::{Command, Output};

fn region(folder: &Path, more: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tomoshibi-drill"))
        .args(["region", "--seed", "3", "--months", "2", "--out"])
        .arg(folder)
        .args(more)
        .output()
        .unwrap()
}

#[test]
fn a_region_is_written_and_summed_up_in_one_json_object() {
    let folder = tempfile::tempdir().unwrap();
    let done = region(folder.path(), &["--people", "100", "--json"]);
    assert_eq!(done.status.code(), Some(0));
    assert!(done.stderr.is_empty());
    let summary: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(summary["counts"]["people"], 100);
    let written = std::fs::read(folder.path().join("region.json")).unwrap();
    assert_eq!(serde_json::from_slice::<serde_json::Value>(&written).unwrap(), summary);
}

#[test]
fn wrong_use_is_2_and_a_used_folder_is_1_and_both_say_why_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    for (more, code) in [
        (["--people", "0"], 2),
        (["--people", "many"], 2),
        (["--as-of", "2026-02-30"], 2),
        (["--people", "10"], 0),
        (["--people", "10"], 1),
    ] {
        let done = region(folder.path(), &more);
        assert_eq!(done.status.code(), Some(code), "{more:?}");
        assert_eq!(done.stdout.is_empty(), code != 0);
        assert_eq!(done.stderr.is_empty(), code == 0);
    }
    let refused = region(folder.path(), &["--people", "10"]);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.contains("not empty") && said.contains("new folder"), "{said}");
}
