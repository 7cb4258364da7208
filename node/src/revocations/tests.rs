use std::collections::BTreeMap;
use std::path::Path;

use tomoshibi_policies::record::RegionCode;
use tomoshibi_policies::role::BadgeId;
use tomoshibi_policies::time::Timestamp;
use tomoshibi_sync::revocation::{Reason, Revocation};
use tomoshibi_sync::seam::StdFiles;
use tomoshibi_sync::signed::SigningKey;
use tomoshibi_sync::trust::{Role, RoleKeys};

use super::*;
use crate::state::MemoryState;

struct House {
    dir: tempfile::TempDir,
    folder: Folder,
    state: State,
    trust: TrustRoot,
}

fn key(n: u8) -> SigningKey {
    SigningKey::from_seed(&[n; 32])
}

/// List `number`, which revokes as many badges; `issued` tells two of one number apart.
fn list(number: u64, issued: i64) -> Vec<u8> {
    let issued_at = Timestamp::from_millis(issued);
    let revocation = Revocation { at: issued_at, reason: Reason::from_word("lost").unwrap() };
    let badge = |n| BadgeId::from_bytes([n; 16]);
    let list = RevocationList {
        number,
        region: RegionCode::new(17).unwrap(),
        drill: true,
        issued_at,
        badges: (1..=number as u8).map(|n| (badge(n), revocation.clone())).collect(),
        nodes: BTreeMap::new(),
    };
    list.sign(&[&key(3)]).unwrap()
}

impl House {
    fn new() -> Self {
        let role = |role, n: u8| RoleKeys { role, threshold: 1, keys: vec![key(n).public()] };
        let dir = tempfile::tempdir().unwrap();
        Self {
            folder: Folder::new(dir.path()),
            dir,
            state: State::new(Arc::new(MemoryState::default())),
            trust: TrustRoot {
                number: 1,
                region: RegionCode::new(17).unwrap(),
                drill: true,
                centre_recipient: String::new(),
                roles: Role::ALL.into_iter().zip(1..).map(|(r, n)| role(r, n)).collect(),
            },
        }
    }

    fn shelf(&self) -> Shelf<'_> {
        let Self { folder, state, trust, .. } = self;
        Shelf { folder, files: &StdFiles, state, trust }
    }

    fn take(&self, bytes: &[u8]) -> Result<Succession, String> {
        match self.shelf().take(bytes, |_| {}) {
            Ok(succession) => Ok(succession),
            Err(TakeError::Refused(error)) => Err(error.code().into()),
            Err(TakeError::NotKept(why)) => panic!("{why:?}"),
        }
    }

    fn number(&self) -> u64 {
        self.shelf().held().unwrap().list.map_or(0, |list| list.number)
    }

    fn file(&self, bytes: &[u8]) -> std::path::PathBuf {
        let digest = tomoshibi_sync::id::Digest::of(bytes);
        Path::new(self.dir.path()).join("revocations").join(digest.to_string())
    }
}

#[test]
fn a_higher_list_replaces_and_nothing_else_does() {
    let house = House::new();
    assert_eq!(house.number(), 0);
    assert_eq!(house.take(&list(3, 10)), Ok(Succession::Newer));
    assert_eq!(house.take(&list(3, 10)), Ok(Succession::Same));
    assert_eq!(house.take(&list(2, 20)), Err("older".into()));
    assert_eq!(house.take(&list(3, 20)), Err("two-of-one-number".into()));
    let forged = RevocationList::open(&list(9, 1), &house.trust).unwrap().sign(&[&key(4)]).unwrap();
    assert_eq!(house.take(&forged), Err("threshold".into()));
    assert_eq!(house.number(), 3);
    assert_eq!(house.take(&list(7, 30)), Ok(Succession::Newer));
    assert_eq!(house.number(), 7);
    assert!(house.shelf().held().unwrap().alarm.is_none());
}

#[test]
fn only_a_newer_list_is_told_and_before_it_is_kept() {
    let house = House::new();
    let mut told = Vec::new();
    for bytes in [list(3, 10), list(3, 10), list(2, 1), list(4, 11)] {
        let _ =
            house.shelf().take(&bytes, |id| told.push((id.number, house.file(&bytes).exists())));
    }
    assert_eq!(told, [(3, false), (4, false)]);
}

#[test]
fn a_damaged_list_is_an_alarm_leaves_the_one_before_and_can_be_brought_again() {
    let house = House::new();
    for number in [1, 2, 3] {
        house.take(&list(number, 10)).unwrap();
    }
    assert!(!house.file(&list(1, 10)).exists() && house.file(&list(2, 10)).exists());
    let newest = house.file(&list(3, 10));
    let mut damaged = std::fs::read(&newest).unwrap();
    damaged[30] ^= 1;
    std::fs::write(&newest, damaged).unwrap();
    let held = house.shelf().held().unwrap();
    assert_eq!(held.list.unwrap().badges.len(), 2);
    let alarm = held.alarm.unwrap();
    assert_eq!((alarm.code.as_str(), alarm.class), ("revocations-damaged", ErrorClass::Corrupt));
    // The number is known though the list is not: nobody goes back behind it.
    assert_eq!(house.take(&list(2, 10)), Err("older".into()));
    assert_eq!(house.take(&list(3, 10)), Ok(Succession::Same));
    assert_eq!(house.number(), 3);
    assert!(house.shelf().held().unwrap().alarm.is_none());
}

#[test]
fn when_the_state_is_lost_the_list_on_the_disk_counts_and_is_the_floor() {
    let mut house = House::new();
    house.take(&list(4, 10)).unwrap();
    house.take(&list(5, 10)).unwrap();
    house.state = State::new(Arc::new(MemoryState::default()));
    assert_eq!(house.number(), 5);
    assert_eq!(house.take(&list(4, 10)), Err("older".into()));
    assert_eq!(house.take(&list(5, 10)), Ok(Succession::Same));
    let known = house.state.get(&key::revocations()).unwrap().unwrap();
    assert_eq!(known.number, 5);
}

#[test]
fn what_is_no_list_of_ours_is_not_gone_by() {
    let house = House::new();
    house.take(&list(1, 10)).unwrap();
    // A good list under another name, and half of one: somebody was at the disk.
    let dir = house.folder.revocations_dir();
    std::fs::write(dir.join("x"), list(8, 10)).unwrap();
    std::fs::write(house.file(&list(9, 10)), &list(9, 10)[..40]).unwrap();
    std::fs::write(dir.join("y.tmp"), list(8, 10)).unwrap();
    assert_eq!(house.number(), 1);
}
