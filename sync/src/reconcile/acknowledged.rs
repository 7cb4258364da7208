//! How far the centre has confirmed a journal: the newest cosigned checkpoint, kept beside the files.
//!
//! Only ever grows. It is also what tells a node at its next opening that entries are gone.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::time::Timestamp;

use crate::journal::{
    Checkpoint, CheckpointError, DiskError, NOTE_LEN_BYTES_MAX, Origin, SignedCheckpoint,
    acknowledged_path,
};
use crate::seam::Files;
use crate::signed::PublicKey;

/// Why an acknowledgement is refused or cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AcknowledgedError {
    /// Not this node's checkpoint, or not the centre's cosignature.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

impl AcknowledgedError {
    /// The cause's class.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Checkpoint(error) => error.class(),
            Self::Disk(error) => error.class(),
        }
    }
}

/// Where acknowledgements of one journal are kept, and whose count.
pub struct Acknowledged {
    files: Arc<dyn Files>,
    path: PathBuf,
    origin: Origin,
    node: PublicKey,
    centre: Vec<PublicKey>,
}

impl Acknowledged {
    /// Of the journal of `origin` under `dir`, signed by `node` and cosigned by one of `centre`.
    #[must_use]
    pub fn new(
        files: Arc<dyn Files>,
        dir: &Path,
        origin: Origin,
        node: PublicKey,
        centre: Vec<PublicKey>,
    ) -> Self {
        Self { files, path: acknowledged_path(dir, origin.incarnation), origin, node, centre }
    }

    /// What is kept, verified, with the time of the cosignature.
    ///
    /// # Errors
    /// See [`AcknowledgedError`].
    pub fn load(&self) -> Result<Option<(Checkpoint, Timestamp)>, AcknowledgedError> {
        if !self.files.exists(&self.path) {
            return Ok(None);
        }
        let bytes = self.files.read(&self.path, NOTE_LEN_BYTES_MAX as u64);
        let bytes = bytes.map_err(DiskError::new("read the acknowledgement"))?;
        let note = SignedCheckpoint::parse(&String::from_utf8_lossy(&bytes))?;
        verify(&note, self.origin, &self.node, &self.centre).map(Some).map_err(Into::into)
    }

    /// Keeps a note, verified, unless a larger one is there. Returns what is kept then.
    ///
    /// # Errors
    /// See [`AcknowledgedError`].
    pub fn store(&self, note: &str) -> Result<Checkpoint, AcknowledgedError> {
        let signed = SignedCheckpoint::parse(note)?;
        let (checkpoint, _) = verify(&signed, self.origin, &self.node, &self.centre)?;
        match self.load() {
            Ok(Some((kept, _))) if kept.size > checkpoint.size => Ok(kept),
            // A damaged one is replaced by a good one.
            _ => {
                let replaced = self.files.replace(&self.path, note.as_bytes());
                replaced.map_err(DiskError::new("keep the acknowledgement"))?;
                Ok(checkpoint)
            }
        }
    }
}

/// Checks both signatures of an acknowledgement.
pub(super) fn verify(
    note: &SignedCheckpoint,
    origin: Origin,
    node: &PublicKey,
    centre: &[PublicKey],
) -> Result<(Checkpoint, Timestamp), CheckpointError> {
    let checkpoint = note.verify(origin, node)?;
    let name = origin.centre_name();
    let mut refused = None;
    for key in centre {
        match note.verify_cosignature(&name, key) {
            Ok(time) => return Ok((checkpoint, time)),
            Err(error) => refused = Some(error),
        }
    }
    let nobody = CheckpointError::Form { rule: "no key of the centre is known" };
    Err(refused.unwrap_or(nobody))
}
