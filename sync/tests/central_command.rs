//! The program itself: begin, invite, ingest, publish, order, badge, serve, and what it says when used wrongly.
#![cfg(feature = "central")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tomoshibi_sync::central::access;
use tomoshibi_sync::central::directory::{Directory, EnrolledNode};
use tomoshibi_sync::central::folder::Folder;
use tomoshibi_sync::central::revocations;
use tomoshibi_sync::enrol::EnrolCode;
use tomoshibi_sync::id::NodeId;
use tomoshibi_sync::seam::StdFiles;
use tomoshibi_sync::signed::PublicKey;

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
fn badges_and_nodes_are_revoked_once_and_for_good() {
    let dir = begun();
    let dir = dir.path();
    assert_eq!(json(dir, "node list"), Value::Array(Vec::new()));
    let badge = json(dir, "badge --name 医師 --role doctor")["id"].as_str().unwrap().to_owned();
    let first = json(dir, &format!("badge revoke {badge} --reason lost"));
    assert_eq!((&first["list"], &first["new"]), (&1.into(), &true.into()));
    let again = json(dir, &format!("badge revoke {badge} --reason stolen"));
    assert_eq!((&again["list"], &again["new"]), (&1.into(), &false.into()));
    assert_eq!((&again["reason"], &again["at"]), (&"lost".into(), &first["at"]));
    let other = json(dir, &format!("badge revoke {} --reason left", "b2".repeat(16)));
    assert_eq!(other["list"], 2);

    let folder = Folder::new(&dir.join("centre"));
    let (_, trust, _) = access::open(&folder, &StdFiles).unwrap();
    let issued = revocations::current(&folder, &StdFiles, &trust).unwrap().unwrap();
    let ids: Vec<_> = issued.list.badges.keys().map(ToString::to_string).collect();
    assert!(ids.contains(&badge) && ids.len() == 2);

    assert_eq!(refused(dir, "node revoke nobody --reason lost"), (1, 1));
    let nobody = "a1".repeat(16);
    assert_eq!(refused(dir, &format!("node revoke {nobody} --reason lost")), (1, 1));
    for line in ["badge revoke b1 --reason lost", "node revoke x --reason bored", "node fly"] {
        assert_eq!(refused(dir, line).0, 2, "{line}");
    }
    // Without the authority's keys nothing is revoked, and the folder says which key is missing.
    let apart = dir.join("apart").display().to_string();
    let line = format!("badge revoke {} --reason lost --authority {apart}", "b3".repeat(16));
    assert_eq!(refused(dir, &line).0, 1);
    assert_eq!(revocations::current(&folder, &StdFiles, &trust).unwrap(), Some(issued));
}

/// Puts a node into the directory, as an enrolment does.
fn enrolled(dir: &Path, n: u8, name: &str) -> String {
    let folder = Folder::new(&dir.join("centre"));
    let mut directory = Directory::load(&StdFiles, &folder.directory()).unwrap();
    let id = NodeId::from_bytes([n; 16]).to_string();
    directory.add(EnrolledNode {
        id: id.clone(),
        name: name.into(),
        facility: "1711234567".into(),
        municipality: Some(17_204),
        certificate: format!("{n:064x}"),
        release_recipient: "age1r".into(),
        opening_recipient: "age1o".into(),
        journal_key: PublicKey::from_bytes([n; 32]),
        enrolled_at: 1_795_000_000_000,
        revoked: false,
    });
    directory.save(&StdFiles, &folder.directory()).unwrap();
    id
}

#[test]
fn nodes_are_listed_and_of_two_with_one_name_none_is_cut_off_by_it() {
    let dir = begun();
    let dir = dir.path();
    let (one, two) = (enrolled(dir, 1, "みほん病院"), enrolled(dir, 2, "みほん病院"));
    enrolled(dir, 3, "別病院");
    assert_eq!(refused(dir, "node revoke みほん病院 --reason stolen"), (1, 1));
    assert_eq!(json(dir, &format!("node revoke {two} --reason stolen"))["new"], true);
    assert_eq!(json(dir, "node revoke 別病院 --reason retired")["list"], 2);
    let listed = json(dir, "node list");
    let told = |n: usize, field: &str| listed[n][field].clone();
    assert_eq!((told(0, "node"), told(0, "revoked")), (one.into(), false.into()));
    assert_eq!((told(1, "revoked"), told(1, "reason")), (true.into(), "stolen".into()));
    assert_eq!(told(2, "name"), "別病院");
    assert_eq!(told(0, "certificate_until"), "9999-12-31");
    assert!(told(0, "enrolled_at").as_str().unwrap().starts_with("2026-11-"));
    let text = String::from_utf8(output(dir, "node list").stdout).unwrap();
    assert_eq!(text.lines().count(), 3);
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
