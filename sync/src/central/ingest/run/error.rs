//! What can stop an ingest.

use std::io;

use tomoshibi_policies::ErrorClass;

use crate::central::links::LinksError;
use crate::central::store::StoreError;

/// Why an ingest stopped. What was committed before stays, and running again goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The source folder cannot be listed.
    #[error("the source folder cannot be listed: {0}")]
    List(#[source] io::Error),
    /// A source file cannot be read.
    #[error("{file} cannot be read: {error}")]
    Read {
        /// Name under the source folder.
        file: String,
        /// What the disk said.
        #[source]
        error: io::Error,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The link table.
    #[error(transparent)]
    Links(#[from] LinksError),
}

impl IngestError {
    /// The class of what stopped it.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::List(_) | Self::Read { .. } => ErrorClass::Transient,
            Self::Store(error) => error.class(),
            Self::Links(error) => error.class(),
        }
    }
}
