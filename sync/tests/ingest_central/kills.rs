//! An ingest killed at every single write goes on to the same end.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use tomoshibi_policies::record::{Person, PersonId};
use tomoshibi_policies::time::JstDate;
use tomoshibi_sync::central::ingest::run;
use tomoshibi_sync::central::links::Links;
use tomoshibi_sync::central::progress::Silent;
use tomoshibi_sync::central::store::{SourceKind, SourceRecord, Store};
use tomoshibi_sync::seam::{Append, FileEntry, Files, ReadAt, StdFiles};

use super::sources::{
    Counting, HANA, TARO, Who, archive, drug_master, eligibility, iy, put, receipts,
};

/// The host's files until a number of writes is used up; the write that goes beyond is torn, and all later calls fail.
struct Mortal {
    left: Arc<AtomicI64>,
}

struct MortalAppend {
    file: Box<dyn Append>,
    left: Arc<AtomicI64>,
}

fn dead() -> io::Error {
    io::Error::other("killed")
}

fn step(left: &AtomicI64) -> io::Result<()> {
    if left.fetch_sub(1, Ordering::Relaxed) > 0 { Ok(()) } else { Err(dead()) }
}

impl Mortal {
    fn alive(&self) -> io::Result<()> {
        if self.left.load(Ordering::Relaxed) >= 0 { Ok(()) } else { Err(dead()) }
    }
}

impl Append for MortalAppend {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        match step(&self.left) {
            Ok(()) => self.file.append(bytes),
            Err(error) => {
                // Torn: half of it is in the file.
                self.file.append(&bytes[..bytes.len() / 2])?;
                Err(error)
            }
        }
    }

    fn sync(&mut self) -> io::Result<()> {
        step(&self.left)?;
        self.file.sync()
    }

    fn len_bytes(&self) -> u64 {
        self.file.len_bytes()
    }
}

impl Files for Mortal {
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        self.alive()?;
        StdFiles.read(path, limit)
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn ReadAt>> {
        self.alive()?;
        StdFiles.open(path)
    }

    fn append(&self, path: &Path) -> io::Result<Box<dyn Append>> {
        step(&self.left)?;
        Ok(Box::new(MortalAppend { file: StdFiles.append(path)?, left: Arc::clone(&self.left) }))
    }

    fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        step(&self.left)?;
        StdFiles.replace(path, bytes)?;
        // Killed after the new file stands, before the caller hears of it.
        step(&self.left)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        step(&self.left)?;
        StdFiles.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        step(&self.left)?;
        StdFiles.remove(path)
    }

    fn erase(&self, path: &Path) -> io::Result<()> {
        step(&self.left)?;
        StdFiles.erase(path)
    }

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        step(&self.left)?;
        StdFiles.create_dir(path)
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        StdFiles.sync_dir(path)
    }

    fn list(&self, path: &Path) -> io::Result<Vec<FileEntry>> {
        self.alive()?;
        StdFiles.list(path)
    }

    fn free_bytes(&self, path: &Path) -> io::Result<u64> {
        StdFiles.free_bytes(path)
    }

    fn exists(&self, path: &Path) -> bool {
        StdFiles.exists(path)
    }
}

fn sources(dir: &Path) {
    put(dir, "eligibility/x_202610310001.xml", &eligibility(&[&[TARO], &[HANA]]));
    put(
        dir,
        "eligibility/x_202611010001.xml",
        &eligibility(&[&[Who { name: "灯火　太郎", ..TARO }]]),
    );
    put(dir, "masters/y_ALL20261001.csv", &drug_master(&[("610406079", "ガスター散２％", false)]));
    let drug = iy("21", "610406079", "3", "10", "14", 4);
    let claims = [
        TARO.medical("202609", &[&drug]),
        HANA.medical("202609", &[&drug]),
        HANA.medical("202608", &["IY,21"]),
    ];
    put(dir, "receipts/2026-10-08/000001-1711234567.UKE", &receipts(1, &claims));
    let late = [TARO.medical("202609", &[&drug, &iy("", "620000001", "1", "1", "7", 5)])];
    put(dir, "receipts/2026-11-06/000001-1711234567.UKE", &receipts(1, &late));
    put(dir, "checkups/x_20261030.zip", &archive(&[TARO.document("20260612", "138")]));
}

fn ingest(dir: &Path, files: &dyn Files, entropy: &Counting) -> Result<(), String> {
    let links = Links::open(&dir.join("links.redb")).map_err(|error| error.to_string())?;
    let mut store = Store::open(files, &dir.join("store")).map_err(|error| error.to_string())?;
    let as_of = JstDate::parse("20261122").unwrap();
    run(&dir.join("source"), &mut store, &links, as_of, files, entropy, &mut Silent)
        .map(drop)
        .map_err(|error| error.to_string())
}

/// Everything in the store, with people named by their numbers instead of their random ids.
fn content(dir: &Path) -> Vec<String> {
    let store = Store::open(&StdFiles, &dir.join("store")).unwrap();
    let people: Vec<Person> = store.persons(None).unwrap().map(Result::unwrap).collect();
    let number = |person: &Person| person.coverages[0].number.clone();
    let ids: BTreeMap<PersonId, String> = people.iter().map(|p| (p.id, number(p))).collect();
    let mut content: Vec<_> = people
        .iter()
        .map(|p| {
            format!("{} {:?}", number(p), p.names.iter().map(|n| &n.kanji).collect::<Vec<_>>())
        })
        .collect();
    for kind in [SourceKind::Medications, SourceKind::Checkups, SourceKind::Masters] {
        for item in store.merged(kind, None).unwrap().map(Result::unwrap) {
            let owner = ids.get(&item.person).map_or("-", String::as_str);
            let inside = match &item.record {
                SourceRecord::Receipt(receipt) => receipt.lines.len(),
                SourceRecord::Checkup(checkup) => checkup.items.len(),
                _ => 0,
            };
            content.push(format!("{owner} {kind:?} {:?} {inside}", item.sub));
        }
    }
    content.sort();
    content
}

fn rejects(dir: &Path) -> Vec<String> {
    let files = StdFiles.list(&dir.join("store/rejects")).unwrap();
    let read = |name: &str| StdFiles.read(&dir.join("store/rejects").join(name), 1 << 20).unwrap();
    let text: String =
        files.iter().map(|file| String::from_utf8(read(&file.name)).unwrap()).collect();
    text.lines().map(str::to_owned).collect()
}

#[test]
fn killed_at_any_write_it_ends_the_same() {
    let undisturbed = tempfile::tempdir().unwrap();
    sources(&undisturbed.path().join("source"));
    ingest(undisturbed.path(), &StdFiles, &Counting::default()).unwrap();
    let expected = content(undisturbed.path());
    assert_eq!(expected.len(), 2 + 2 + 1 + 1);
    assert_eq!(rejects(undisturbed.path()).len(), 1);

    let mut kills = 0;
    for writes in 0.. {
        let dir = tempfile::tempdir().unwrap();
        sources(&dir.path().join("source"));
        let entropy = Counting::default();
        let mortal = Mortal { left: Arc::new(AtomicI64::new(writes)) };
        let survived = ingest(dir.path(), &mortal, &entropy).is_ok();
        ingest(dir.path(), &StdFiles, &entropy).unwrap();
        assert_eq!(content(dir.path()), expected, "killed at write {writes}");
        assert_eq!(rejects(dir.path()), rejects(undisturbed.path()), "killed at write {writes}");
        let leftovers = StdFiles.list(&dir.path().join("store/runs")).unwrap();
        assert!(
            leftovers.iter().all(|file| file.name.ends_with(".run")),
            "killed at write {writes}"
        );
        if survived {
            break;
        }
        kills += 1;
    }
    assert!(kills > 40, "only {kills} writes");
}
