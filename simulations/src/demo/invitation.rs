//! What somebody who walks in has to know: `walk.json` for programs, [`guide`](super::guide) for people.
//!
//! Promise: the file appears whole and last, so that whoever waits for it finds everything it speaks of.
//!
//! FORMAT of `walk.json`: one JSON object. `address` and `page_root` of node-a's page, `fingerprint` of that root where
//! the node tells it, `seed`, `people`; `badges` with `role`, `name`, `pin`, `text_file`, `svg` (paths); `examples` with
//! `key`, `search` (`name` or `number`), `fields`, `confirm` (`fact`, `said`, `by`; null where nobody is met) and
//! `expect` (`found`: `one`, `several`, `none`; for several `ask` and `next`; for a person `name`, `registered_name`,
//! `registered_kana`, `medications`, `checkups`, `dangers`); `node_b` with `address`, `page_root`, `code`, `badge`.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::badges::Badge;
use super::plan::{Confirm, Example, Meeting, NameFields, NumberFields, Search};
use crate::region::truth::TruthPerson;

/// Name of the file in the demo's folder.
pub const FILE: &str = "walk.json";

/// All of it.
#[derive(Debug, Clone, Serialize)]
pub struct Invitation {
    /// Of node-a's page.
    pub address: String,
    /// File of the root certificate of that page.
    pub page_root: PathBuf,
    /// Of that certificate, where the node tells it.
    pub fingerprint: Option<String>,
    /// Of the region.
    pub seed: u64,
    /// In the region.
    pub people: u32,
    /// Folder of badges, with a sheet to print.
    #[serde(skip)]
    pub badge_folder: PathBuf,
    /// For node-a.
    pub badges: Vec<Badge>,
    /// Patients to look up.
    pub examples: Vec<Told>,
    /// The node that is still sealed.
    pub node_b: SealedNode,
}

/// A node for people to open.
#[derive(Clone, Serialize)]
pub struct SealedNode {
    /// Of its page.
    pub address: String,
    /// File of the root certificate of that page.
    pub page_root: PathBuf,
    /// To speak at opening.
    pub code: String,
    /// Whoever opens it signs in with this one and sets a PIN.
    pub badge: Badge,
}

// The code opens a node: never in Debug.
impl std::fmt::Debug for SealedNode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SealedNode({})", self.address)
    }
}

/// What is typed.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "search", content = "fields", rename_all = "kebab-case")]
pub enum Typed {
    /// By name.
    Name(NameFields),
    /// By card.
    Number(NumberFields),
}

/// A fact to say.
#[derive(Debug, Clone, Serialize)]
pub struct Fact {
    /// Word of the fact.
    pub fact: &'static str,
    /// What is said.
    pub said: String,
    /// `patient`, `papers` or `family`.
    pub by: &'static str,
}

/// An example that was tried and does what is told of it.
#[derive(Debug, Clone, Serialize)]
pub struct Told {
    /// Names it.
    pub key: &'static str,
    /// What to type.
    #[serde(flatten)]
    pub typed: Typed,
    /// What to confirm.
    pub confirm: Option<Fact>,
    /// What comes of it.
    pub expect: Expect,
}

/// What comes of an example.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "found", rename_all = "kebab-case")]
pub enum Expect {
    /// One person.
    One(Person),
    /// More than one.
    Several {
        /// What the node asks for next.
        ask: String,
        /// What to type then.
        next: Typed,
        /// Who is met then.
        #[serde(flatten)]
        person: Person,
    },
    /// Nobody.
    None,
}

/// Somebody invented.
#[derive(Debug, Clone, Serialize)]
pub struct Person {
    /// As written.
    pub name: String,
    /// As registered.
    pub registered_name: String,
    /// As registered.
    pub registered_kana: String,
    /// Lines to be shown.
    pub medications: usize,
    /// Checkups to be shown.
    pub checkups: usize,
    /// What must be seen first.
    pub dangers: Vec<String>,
}

impl Told {
    /// Tells an example that meets `person`. `ask` is what the node asked for, where several are met.
    #[must_use]
    pub fn new(example: &Example, person: Option<&TruthPerson>, ask: Option<String>) -> Self {
        let expect = match (&example.meets, person.map(Person::of)) {
            (Meeting::One(_), Some(person)) => Expect::One(person),
            (Meeting::Several(next, _), Some(person)) => {
                let (ask, next) = (ask.unwrap_or_default(), Typed::from(next));
                Expect::Several { ask, next, person }
            }
            _ => Expect::None,
        };
        Self {
            key: example.key,
            typed: Typed::from(&example.search),
            confirm: example.confirm.as_ref().map(Fact::from),
            expect,
        }
    }

    /// Whoever is met in the end.
    #[must_use]
    pub const fn person(&self) -> Option<&Person> {
        match &self.expect {
            Expect::One(person) | Expect::Several { person, .. } => Some(person),
            Expect::None => None,
        }
    }
}

impl Person {
    fn of(person: &TruthPerson) -> Self {
        Self {
            name: person.name.clone(),
            registered_name: person.registered_name.clone(),
            registered_kana: person.registered_kana.clone(),
            medications: person.medications.len(),
            checkups: person.checkups.len(),
            dangers: person.expected_danger.clone(),
        }
    }
}

impl From<&Search> for Typed {
    fn from(search: &Search) -> Self {
        match search {
            Search::Name(fields) => Self::Name(fields.clone()),
            Search::Number(fields) => Self::Number(fields.clone()),
        }
    }
}

impl From<&Confirm> for Fact {
    fn from(confirm: &Confirm) -> Self {
        Self { fact: confirm.fact, said: confirm.said.clone(), by: confirm.by }
    }
}

impl Invitation {
    /// Writes `walk.json` into `folder`; it holds PINs, so it is for its owner alone.
    ///
    /// # Errors
    /// The disk's.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        let unfinished = folder.join("walk.json.part");
        let mut file =
            fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished)?;
        serde_json::to_writer_pretty(&mut file, self)?;
        writeln!(file)?;
        file.sync_all()?;
        fs::rename(unfinished, folder.join(FILE))
    }
}
