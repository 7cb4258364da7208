//! What a thief reads who has the disk of a node that is not open.

use secrecy::SecretString;
use tomoshibi_sync::release::{self, Addressee};
use tomoshibi_sync::seal::{AgeSealer, Identity, unseal};

use crate::centre::{NODE, region};
use crate::machine::Machine;

const LIMIT: usize = 32 << 20;

/// Every age identity that stands anywhere under the data folder.
fn identities(machine: &Machine) -> Vec<String> {
    let mut found = Vec::new();
    for (_, bytes) in machine.all_files() {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        for (at, _) in text.match_indices("AGE-SECRET-KEY-1") {
            let end = text[at..].find(|c: char| !c.is_ascii_alphanumeric() && c != '-');
            found.push(text[at..end.map_or(text.len(), |end| at + end)].to_owned());
        }
    }
    found
}

/// Tries every identity on every place in every file where an age file may begin, and on the journal.
pub(crate) fn assert_nothing_unseals(machine: &Machine) {
    let keys = identities(machine);
    assert!(keys.len() >= 2, "release and opening identity: {}", keys.len());
    let to = Addressee { node: NODE, region: region(), drill: true };
    for text in keys {
        let identity = Identity::parse(&text).unwrap();
        for (path, bytes) in machine.all_files() {
            const MAGIC: &[u8] = b"age-encryption.org/v1\n";
            let begins = bytes.windows(MAGIC.len()).enumerate().filter(|(_, w)| *w == MAGIC);
            for (at, _) in begins {
                let opened = unseal(&[&identity], &bytes[at..], LIMIT);
                assert!(opened.is_err(), "{} at {at}", path.display());
            }
            assert!(release::open_fetched(&AgeSealer, &bytes, &to, &identity).is_err());
        }
        assert_eq!(machine.events_read_by(&SecretString::from(text)), []);
    }
}

#[test]
fn a_node_that_never_opened_gives_nothing_away() {
    let machine = Machine::ordered();
    let process = machine.start_well();
    process.open("not a code").unwrap_err();
    drop(process);
    assert!(!machine.names_in(&machine.folder.releases_dir()).is_empty());
    assert_nothing_unseals(&machine);
}

#[test]
fn a_node_that_has_closed_gives_nothing_away() {
    let machine = Machine::ordered();
    let process = machine.start_well();
    process.open(&machine.code).unwrap();
    process.sign_in(1);
    drop(process);
    let process = machine.start_well();
    process.open(&machine.code).unwrap();
    process.close();
    drop(process);
    drop(machine.start_well());
    assert_nothing_unseals(&machine);
}

#[test]
fn the_thief_of_these_tests_reads_what_can_be_read() {
    let machine = Machine::ordered();
    let process = machine.start_well();
    process.open(&machine.code).unwrap();
    process.sign_in(1);
    let read = |text: &String| machine.events_read_by(&SecretString::from(text.as_str())).len();
    assert_eq!(identities(&machine).iter().map(read).sum::<usize>(), 2);
}
