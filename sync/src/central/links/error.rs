//! What can go wrong with the table itself.

use std::io;

use tomoshibi_policies::ErrorClass;

/// Why the link table could not be used. Carries no patient data.
#[derive(Debug, thiserror::Error)]
pub enum LinksError {
    /// The file could not be opened.
    #[error("the link table cannot be opened: {0}")]
    Open(#[source] io::Error),
    /// The table reports a fault.
    #[error("the link table reports: {0}")]
    Table(#[from] Box<redb::Error>),
    /// A row does not have the form it was written in.
    #[error("a row of the link table {table} is damaged")]
    Damaged {
        /// Name of the table.
        table: &'static str,
    },
    /// No random bytes for a new person.
    #[error("no random bytes for a new person: {0}")]
    Entropy(#[source] io::Error),
}

impl LinksError {
    /// [`ErrorClass::Corrupt`] for damage, [`ErrorClass::Conflict`] when another process holds the table,
    /// [`ErrorClass::Transient`] for the disk and for missing randomness.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Damaged { .. } => ErrorClass::Corrupt,
            Self::Open(_) | Self::Entropy(_) => ErrorClass::Transient,
            Self::Table(error) => match **error {
                redb::Error::DatabaseAlreadyOpen => ErrorClass::Conflict,
                redb::Error::Io(_) => ErrorClass::Transient,
                _ => ErrorClass::Corrupt,
            },
        }
    }
}

/// redb has an error type for each kind of call; all become one.
macro_rules! from_redb {
    ($($kind:ident),+) => {
        $(impl From<redb::$kind> for LinksError {
            fn from(error: redb::$kind) -> Self {
                Self::Table(Box::new(error.into()))
            }
        })+
    };
}

from_redb!(CommitError, DatabaseError, StorageError, TableError, TransactionError);
