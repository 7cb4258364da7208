//! Opens a body with the centre's journal identity.

use secrecy::SecretString;
use tomoshibi_policies::ErrorClass;

use super::{Ledger, LedgerEntry, LedgerError};
use crate::journal::{BodyError, BodyKeyError, ClearPart, Event, FileBodies};
use crate::reconcile::JournalId;

/// Why a body cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenBodyError {
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The clear part is not one: the entry was refused when it came.
    #[error("entry {place} has no clear part that can be read")]
    Clear {
        /// Its place.
        place: u64,
    },
    /// The key of the entry's file never came.
    #[error("the key of entry {place} is not in the ledger")]
    NoKey {
        /// Its place.
        place: u64,
    },
    /// The body.
    #[error(transparent)]
    Body(#[from] BodyError),
}

impl OpenBodyError {
    /// The cause's class.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Ledger(error) => error.class(),
            Self::Clear { .. } => ErrorClass::Corrupt,
            Self::NoKey { .. } => ErrorClass::NotFound,
            Self::Body(error) => error.class(),
        }
    }
}

impl From<BodyKeyError> for OpenBodyError {
    fn from(error: BodyKeyError) -> Self {
        Self::Body(error.into())
    }
}

/// Opens the body of one entry.
///
/// # Errors
/// See [`OpenBodyError`].
pub fn open_body(
    ledger: &dyn Ledger,
    journal: JournalId,
    entry: &LedgerEntry,
    identity: &SecretString,
) -> Result<(ClearPart, Event), OpenBodyError> {
    let entry = &entry.entry;
    let place = entry.place;
    let clear = ClearPart::from_bytes(&entry.clear).ok_or(OpenBodyError::Clear { place })?;
    let key = ledger.sealed_key(entry.key)?.ok_or(OpenBodyError::NoKey { place })?;
    let bodies = FileBodies::unseal(&key, journal.node, journal.incarnation, identity)?;
    Ok((clear, bodies.open(&clear, &entry.sealed)?))
}
