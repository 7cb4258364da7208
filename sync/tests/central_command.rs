//! The program itself: begin, invite, ingest, publish, order, badge, serve, and what it says when used wrongly.
#![cfg(feature = "central")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tomoshibi_sync::central::access;
use tomoshibi_sync::central::folder::Folder;
use tomoshibi_sync::enrol::EnrolCode;
use tomoshibi_sync::seam::StdFiles;

const ONE_PERSON: &str = include_str!("central/one_person.xml");

fn command(dir: &Path, line: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tomoshibi-central"));
    command.arg("--dir").arg(dir.join("centre")).args(line.split_whitespace());
    command
}

fn output(dir: &Path, line: &str) -> Output {
    command(dir, line).output().unwrap()
}

fn json(dir: &Path, line: &str) -> Value {
    let output = command(dir, line).arg("--json").output().unwrap();
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Exit code, and the lines on standard error.
fn refused(dir: &Path, line: &str) -> (i32, usize) {
    let output = output(dir, line);
    assert!(output.stdout.is_empty(), "{line}");
    let lines = String::from_utf8(output.stderr).unwrap().lines().count();
    (output.status.code().unwrap(), lines)
}

fn begun() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let made = json(dir.path(), "init --region 17 --drill --listen 127.0.0.1:0 --name localhost");
    assert_eq!((made["region"].as_u64(), made["generation"].as_u64()), (Some(17), Some(1)));
    dir
}

#[test]
fn a_region_goes_from_source_files_to_a_signed_snapshot() {
    let dir = begun();
    let dir = dir.path();
    fs::create_dir_all(dir.join("region/eligibility")).unwrap();
    fs::write(dir.join("region/eligibility/20261001.xml"), ONE_PERSON).unwrap();
    let source = dir.join("region").display().to_string();
    assert_eq!(refused(dir, "publish"), (1, 1));
    let taken = json(dir, &format!("ingest {source} --as-of 2026-11-13"));
    assert_eq!((taken["persons"].as_u64(), taken["files"].as_u64()), (Some(1), Some(1)));
    let published = json(dir, "publish");
    assert_eq!(
        (published["published"].as_bool(), published["items"].as_u64()),
        (Some(true), Some(1))
    );
    assert_eq!(published["claims_to"], "2026-10");
    assert_eq!(json(dir, "publish")["published"], false);
    assert_eq!(json(dir, "publish --force")["snapshot"], "1.2");
    assert_eq!(json(dir, "publish --rotate")["generation"], 2);
    let status = json(dir, "status");
    assert_eq!(status["snapshot"]["id"], "1.3");
    assert_eq!(status["snapshot"]["reach"]["claims_to"], "2026-10");
    assert_eq!(status["ledger"], Value::Array(Vec::new()));
}

#[test]
fn codes_orders_and_badges_are_printed_as_the_other_side_reads_them() {
    let dir = begun();
    let dir = dir.path();
    let invited = json(dir, "invite --name みほん病院 --facility 1711234567 --hours 24");
    let code: EnrolCode = invited["code"].as_str().unwrap().parse().unwrap();
    let folder = Folder::new(&dir.join("centre"));
    assert_eq!(code.ca, access::ca(&folder, &StdFiles).unwrap().pin());
    let order = json(dir, "order --notice 2026-11-22 --prefecture 17 --closes +72h");
    let longer = json(dir, &format!("order --extends {} --closes +90h", order["order"]));
    assert_eq!((longer["number"].as_u64(), &longer["extends"]), (Some(2), &order["digest"]));
    let badge = json(dir, "badge --name 医師 --role doctor --facility 1711234567 --hours 12");
    let (_, trust, _) = access::open(&folder, &StdFiles).unwrap();
    let text = badge["badge"].as_str().unwrap();
    assert!(tomoshibi_sync::badge::Badge::open(text, &trust).is_ok());
}

#[test]
fn wrong_use_is_told_in_one_line_and_by_the_exit_code() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    assert_eq!(refused(dir, "status"), (1, 1));
    json(dir, "init --region 17 --drill");
    assert_eq!(refused(dir, "init --region 17 --drill"), (1, 1));
    assert_eq!(refused(dir, "order --notice N --closes +72h"), (2, 1));
    assert_eq!(refused(dir, "order --revokes 7"), (1, 1));
    assert_eq!(refused(dir, "release preposition --node nobody"), (1, 1));
    assert_eq!(refused(dir, "ingest nowhere --as-of 2026-11-13"), (1, 1));
    for line in
        ["", "fly", "init --region 48", "invite --name x --facility 17", "badge --role king"]
    {
        assert_eq!(refused(dir, line).0, 2, "{line}");
    }
    assert!(output(dir, "--help").status.success());
}

#[test]
fn while_it_serves_the_others_ask_it_and_it_ends_in_order() {
    let dir = begun();
    let dir = dir.path();
    let mut serving =
        command(dir, "serve --json").stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(serving.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let listening: Value = serde_json::from_str(&line).unwrap();
    assert!(listening["listening"].as_str().unwrap().starts_with("127.0.0.1:"));
    // The ledger's file is the serving process's.
    assert_eq!(json(dir, "ledger verify"), Value::Array(Vec::new()));
    assert_eq!(refused(dir, "serve"), (1, 1));
    assert_eq!(json(dir, "status")["drill"], true);
    let pid = serving.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert!(serving.wait().unwrap().success());
    assert_eq!(json(dir, "ledger status"), Value::Array(Vec::new()));
}
