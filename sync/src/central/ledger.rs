//! The centre's ledger: every node's journal, as it came, and the branches beside it.
//!
//! Promises: a batch is stored in one transaction that is durable before it is acknowledged; nothing is ever changed
//! or removed; an entry is stored once however often it comes. Entries keep their clear part, sealed body, the key of
//! their file, how they were taken and when, so that a disclosure feed, a status and a review can be made from them.
//!
//! [`RedbLedger`] is the embedded one; `tests/ledger_contract.rs` is generic, so that another runs the same tests.
//!
//! Not covered: who may write. The caller has authenticated the node.

mod body;
mod entry;
mod receive;
mod redb;

use tomoshibi_policies::ErrorClass;

use crate::codec::CodecError;
use crate::id::Digest;
use crate::journal::Head;
use crate::reconcile::JournalId;

pub use body::{OpenBodyError, open_body};
pub use entry::{Intake, LedgerEntry, LedgerHead};
pub use receive::{KnownNode, ReceiveError, receive};
pub use redb::RedbLedger;

/// Why the ledger cannot answer.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The database.
    #[error("the ledger's database: {0}")]
    Database(String),
    /// What is stored cannot be read.
    #[error("the ledger holds what it cannot read: {0}")]
    Codec(#[from] CodecError),
    /// What is stored breaks a rule of its own.
    #[error("the ledger holds a broken {what}")]
    Broken {
        /// What.
        what: &'static str,
    },
    /// Written by a later version.
    #[error("the ledger has version {found}, at most {known} is known")]
    Version {
        /// Version in the database.
        found: u64,
        /// Newest known.
        known: u64,
    },
    /// Another batch of the same journal came in between.
    #[error(
        "the ledger holds {found} entries of {journal}, the batch was judged against {expected}"
    )]
    Moved {
        /// Whose.
        journal: JournalId,
        /// Entries held.
        found: u64,
        /// Entries it was judged against.
        expected: u64,
    },
}

impl LedgerError {
    /// Transient for the database and a moved head, corrupt for what cannot be read.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Database(_) | Self::Moved { .. } => ErrorClass::Transient,
            Self::Codec(_) | Self::Broken { .. } => ErrorClass::Corrupt,
            Self::Version { .. } => ErrorClass::Unsupported,
        }
    }
}

/// The ledger. Blocking; called from threads that may block.
pub trait Ledger: Send + Sync {
    /// How far a journal has come; of one that is not known, nothing.
    ///
    /// # Errors
    /// See [`LedgerError`].
    fn head(&self, journal: JournalId) -> Result<LedgerHead, LedgerError>;
    /// Stores an intake in one transaction, durable when this returns. Branch entries that are there are left alone.
    ///
    /// # Errors
    /// [`LedgerError::Moved`] when the journal has not the size the intake was judged against; nothing is stored then.
    fn take(&self, intake: &Intake) -> Result<(), LedgerError>;
    /// Up to `count` entries of a journal from `first` on, in order.
    ///
    /// # Errors
    /// See [`LedgerError`].
    fn entries(
        &self,
        journal: JournalId,
        first: u64,
        count: usize,
    ) -> Result<Vec<LedgerEntry>, LedgerError>;
    /// What lies beside a journal, by place and leaf hash.
    ///
    /// # Errors
    /// See [`LedgerError`].
    fn branches(&self, journal: JournalId) -> Result<Vec<LedgerEntry>, LedgerError>;
    /// The sealed body key with this digest.
    ///
    /// # Errors
    /// See [`LedgerError`].
    fn sealed_key(&self, digest: Digest) -> Result<Option<Vec<u8>>, LedgerError>;
    /// Every journal of which there is an entry, a branch entry included, in order.
    ///
    /// # Errors
    /// See [`LedgerError`].
    fn journals(&self) -> Result<Vec<JournalId>, LedgerError>;
}

/// The head of a journal of which nothing is held.
fn head_of_nothing(journal: JournalId) -> LedgerHead {
    LedgerHead { head: Head::of_nothing(journal.node, journal.incarnation), cosigned: None }
}
