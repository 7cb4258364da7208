//! What a thief finds on the disks of nodes: nobody's name, and no key that opens anything.

use std::path::Path;

use super::plan::Register;
use crate::region::names::kana;
use crate::region::truth::TruthPerson;
use crate::thief::{ThiefError, search_names, try_keys};

/// What was found on one node's disk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Residue {
    /// Files in which somebody's name stands.
    pub files_with_names: usize,
    /// Patterns searched for.
    pub patterns: usize,
    /// Sealed files and fragments tried.
    pub sealed: usize,
    /// Age identities that lie on the disks in plain text.
    pub identities: usize,
    /// Sealed files and fragments that one of them opens.
    pub unsealed: usize,
}

impl Residue {
    /// True when the thief got nothing.
    #[must_use]
    pub const fn is_nothing(&self) -> bool {
        self.files_with_names == 0 && self.unsealed == 0
    }
}

/// Searches the disk of one node with everything that lies on the disks of all.
///
/// # Errors
/// When a file cannot be read: the search is not complete then.
pub fn search(node: &Path, all: &[&Path], register: &Register) -> Result<Residue, ThiefError> {
    let names: Vec<String> = register.people().iter().flat_map(spellings).collect();
    let (hits, patterns) = search_names(node, names.iter().map(String::as_str))?;
    let loot = try_keys(all, node)?;
    Ok(Residue {
        files_with_names: hits.len(),
        patterns,
        sealed: loot.sealed,
        identities: loot.identities,
        unsealed: loot.unsealed.len(),
    })
}

/// Every name of a person in kanji, kana of both widths, and as registered.
fn spellings(person: &TruthPerson) -> Vec<String> {
    let others = person.other_names.iter().flat_map(|other| [&other.name, &other.name_kana]);
    let known = [&person.name, &person.name_kana, &person.registered_name, &person.registered_kana];
    let mut all: Vec<String> = known.into_iter().chain(others).cloned().collect();
    let half: Vec<String> = all.iter().map(|name| kana::half_width(name)).collect();
    all.extend(half);
    all.sort_unstable();
    all.dedup();
    all
}
