//! The outside check: Debian's `age` reads what we seal, and we read what it seals.
//!
//! Fails when `age` is missing: an outside check that is skipped in silence is none.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

#[path = "snapshot/sample.rs"]
#[allow(dead_code, reason = "each test takes what it needs")]
mod sample;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use tomoshibi_sync::item::SegmentKind;
use tomoshibi_sync::seal::{seal, unseal};

const LIMIT: usize = 1 << 20;

/// Runs `age` and gives its standard output.
fn age(arguments: &[&str]) -> Vec<u8> {
    let output = Command::new("age").args(arguments).output().unwrap_or_else(|error| {
        panic!("cannot run `age` ({error}): install Debian's package age (apt-get install age)")
    });
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "age {arguments:?}: {told}");
    output.stdout
}

struct Folder(TempDir);

impl Folder {
    fn put(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }
}

fn folder() -> Folder {
    Folder(tempfile::tempdir().unwrap())
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn stock_age_opens_a_keyring_and_with_it_a_segment() {
    let folder = folder();
    let sealed = sample::keyring().seal(&[sample::identity().to_recipient()]).unwrap();
    let recovery = folder.put("recovery.txt", sample::IDENTITY.as_bytes());
    let sealed = folder.put("keyring.age", &sealed);
    let keyring = age(&["--decrypt", "-i", text(&recovery), text(&sealed)]);
    assert!(keyring.starts_with(b"# tomoshibi keyring 1\n"));

    let items = sample::persons(300);
    let segment = sample::segment(SegmentKind::Persons, &items);
    let expected = unseal(&[&sample::identity()], &segment, LIMIT).unwrap();
    let keyring = folder.put("keyring.txt", &keyring);
    let segment = folder.put("segment", &segment);
    let plain = age(&["--decrypt", "-i", text(&keyring), text(&segment)]);
    assert_eq!(plain, *expected);
    assert_eq!(&plain[..8], b"TMSEGM\x1A\x0A");
}

#[test]
fn we_unseal_what_stock_age_sealed() {
    let folder = folder();
    let content: Vec<u8> = (0..150_000_u32).map(|n| (n % 251) as u8).collect();
    let plain = folder.put("plain", &content);
    let recipient = sample::identity().to_recipient().to_string();
    let sealed = age(&["--encrypt", "-r", &recipient, text(&plain)]);
    assert_eq!(*unseal(&[&sample::identity()], &sealed, LIMIT).unwrap(), content);
}

#[test]
fn stock_age_opens_what_is_sealed_to_several() {
    let folder = folder();
    let other = tomoshibi_sync::seal::Identity::generate().to_recipient();
    let sealed = seal(&[other, sample::identity().to_recipient()], b"for two").unwrap();
    let identity = folder.put("identity.txt", sample::IDENTITY.as_bytes());
    let sealed = folder.put("sealed", &sealed);
    assert_eq!(age(&["--decrypt", "-i", text(&identity), text(&sealed)]), b"for two");
}
