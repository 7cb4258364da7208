//! What can go wrong with the store.

use std::io;

use tomoshibi_policies::ErrorClass;

use crate::codec::CodecError;

/// Why the store could not be used. Names files of the store, never a person.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk.
    #[error("{action} {file}: {error}")]
    Disk {
        /// What was tried.
        action: &'static str,
        /// The file, relative to the store.
        file: String,
        /// What the disk said.
        #[source]
        error: io::Error,
    },
    /// A file of the store is not what was written.
    #[error("{file} is damaged: {what}")]
    Damaged {
        /// The file, relative to the store.
        file: String,
        /// What is wrong.
        what: &'static str,
    },
    /// A file of the store has a format this build does not know.
    #[error("{file} has format {found}, this build knows {known}")]
    Format {
        /// The file, relative to the store.
        file: String,
        /// The format it says.
        found: u32,
        /// The format that is known.
        known: u32,
    },
    /// A commit failed before, so this view of the store may be wrong.
    #[error("an earlier commit failed; open the store again")]
    Stale,
    /// An item cannot be encoded.
    #[error("an item cannot be stored: {0}")]
    Encode(#[from] CodecError),
    /// An item is longer than an item may be.
    #[error("an item has {len_bytes} bytes, at most {limit} are stored")]
    ItemTooLong {
        /// Its length.
        len_bytes: usize,
        /// The limit.
        limit: usize,
    },
}

impl StoreError {
    /// The class; a full disk is [`ErrorClass::Exhausted`], other faults of the disk [`ErrorClass::Transient`].
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Disk { error, .. } if error.kind() == io::ErrorKind::StorageFull => {
                ErrorClass::Exhausted
            }
            Self::Disk { .. } => ErrorClass::Transient,
            Self::Stale => ErrorClass::Conflict,
            Self::Damaged { .. } => ErrorClass::Corrupt,
            Self::Format { .. } => ErrorClass::Unsupported,
            Self::Encode(error) => error.class(),
            Self::ItemTooLong { .. } => ErrorClass::Invalid,
        }
    }
}
