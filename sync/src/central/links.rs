//! Whose a record is. The one place that links numbers to people.
//!
//! A reference number is a person, with a random id that nothing is derived from. An identity (insurer, symbol, number,
//! branch) belongs to that person for a period. A record links to the one person whose identity held at the time **and**
//! whose birth date and sex agree; anything else is set aside with a reason. Names are never used.
//!
//! Doubtful links (紐付け誤り) stay separate people: when two reference numbers claim one identity at the same time, both
//! exist, the claim is warned of, and records of that identity are set aside.
//!
//! FORMAT: one redb file. `references-v1`: reference number -> id (16 bytes). `facts-v1`: id -> birth, sex, order of the
//! newest delivery. `identities-v1`: insurer, symbol key, number key, branch, id, from -> until. Memory: a cache of
//! [`CACHE_LEN_BYTES`], whatever the number of people.
//!
//! Not covered: merging two reference numbers into one person, and splitting one; both need an act of the operating
//! body that no source here carries.

mod claimant;
mod error;
mod identity;
mod registration;
mod resolver;
mod table;

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use redb::{Builder, Database};

pub use claimant::{Claimant, Unlinked};
pub use error::LinksError;
pub use registration::{Registered, Registration};
pub use resolver::Resolver;

/// Memory for pages of the table: 64 MiB.
pub const CACHE_LEN_BYTES: usize = 64 << 20;

/// The link table. One process owns it: redb locks the file.
pub struct Links {
    database: Database,
}

impl core::fmt::Debug for Links {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Links(hidden)")
    }
}

impl Links {
    /// Opens the table, making it (mode 0600) when missing.
    ///
    /// # Errors
    /// The disk's, or a file that is no link table.
    pub fn open(path: &Path) -> Result<Self, LinksError> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let file = options.open(path).map_err(LinksError::Open)?;
        let database = Builder::new().set_cache_size(CACHE_LEN_BYTES).create_file(file)?;
        let links = Self { database };
        // Reading needs the tables to exist.
        links.register()?.commit()?;
        Ok(links)
    }

    /// Starts a change: people are registered, then all of it is committed or nothing.
    ///
    /// # Errors
    /// The table's.
    pub fn register(&self) -> Result<Registration, LinksError> {
        Registration::begin(&self.database)
    }

    /// A view of everything committed so far.
    ///
    /// # Errors
    /// The table's.
    pub fn resolver(&self) -> Result<Resolver, LinksError> {
        Resolver::begin(&self.database)
    }
}

#[cfg(test)]
mod tests;
