//! Why a journal cannot be opened or written.

use tomoshibi_policies::ErrorClass;

use super::body_key::BodyKeyError;
use super::checkpoint::CheckpointError;
use super::layout::DiskError;
use super::reader::ReadError;
use super::{NoteError, TreeHash};
use crate::codec::CodecError;

/// Why a journal cannot be opened for writing. Whatever it is, care goes on with
/// [`Writer::open_next_incarnation`](super::Writer::open_next_incarnation), and the files stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The files are not one whole journal.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// What lies beside the files is not a checkpoint of this journal.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The files hold less than was signed or acknowledged: entries are lost, or an older copy was put back.
    #[error("the journal has {found} entries, a checkpoint states {stated}")]
    Behind {
        /// Entries found.
        found: u64,
        /// Size of the checkpoint.
        stated: u64,
    },
    /// The files hold another history than was signed or acknowledged.
    #[error("at entry {size} the journal's root is {found}, a checkpoint states {stated}")]
    Root {
        /// Size of the checkpoint.
        size: u64,
        /// Root of the files.
        found: TreeHash,
        /// Root of the checkpoint.
        stated: TreeHash,
    },
    /// A sync failed in this process: what is read back may be the page cache only.
    #[error("a sync of the journal failed; only the next incarnation can be opened")]
    AfterFailedSync,
    /// The first entries could not be written.
    #[error(transparent)]
    Append(#[from] AppendError),
}

impl OpenError {
    /// True when the disk is full and the same journal can be opened once there is room.
    #[must_use]
    pub const fn is_full_disk(&self) -> bool {
        match self {
            Self::Append(error) => error.is_full_disk(),
            Self::Disk(error) => error.is_full(),
            _ => false,
        }
    }

    /// True when another try may get further with more room: [`OpenError::is_full_disk`], or a sync that found none.
    #[must_use]
    pub const fn wants_room(&self) -> bool {
        match self {
            Self::Append(error) => error.wants_room(),
            other => other.is_full_disk(),
        }
    }
}

impl From<NoteError> for OpenError {
    fn from(error: NoteError) -> Self {
        Self::Checkpoint(error.into())
    }
}

impl OpenError {
    /// The cause's class.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Read(error) => error.class(),
            Self::Disk(error) => error.class(),
            Self::Checkpoint(error) => error.class(),
            Self::Behind { .. } => ErrorClass::Corrupt,
            Self::Root { .. } => ErrorClass::Forged,
            Self::AfterFailedSync => ErrorClass::Conflict,
            Self::Append(error) => error.class(),
        }
    }
}

/// Why an entry could not be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// The event itself. The journal goes on.
    #[error(transparent)]
    Event(#[from] CodecError),
    /// More entries than one commit takes. The journal goes on after a commit.
    #[error("{len} bytes wait for a commit, at most {limit} may")]
    Full {
        /// Bytes that wait.
        len: usize,
        /// The limit.
        limit: usize,
    },
    /// The disk, at an append. The writer takes nothing more.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// The disk, at a sync. The writer takes nothing more, and the kernel may have dropped what was written.
    #[error("the journal could not be synced: {0}")]
    Sync(DiskError),
    /// The body key of a new file.
    #[error(transparent)]
    BodyKey(#[from] BodyKeyError),
    /// An earlier failure.
    #[error("the journal failed earlier and takes nothing before it is opened again")]
    Poisoned,
}

impl AppendError {
    /// The cause's class.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Event(error) => error.class(),
            Self::Full { .. } => ErrorClass::Exhausted,
            Self::Disk(error) | Self::Sync(error) => error.class(),
            Self::BodyKey(error) => error.class(),
            Self::Poisoned => ErrorClass::Conflict,
        }
    }

    /// True when the disk is full and giving back room may help.
    #[must_use]
    pub const fn is_full_disk(&self) -> bool {
        matches!(self, Self::Disk(error) if error.is_full())
    }

    /// True when room is missing: at an append, or at a sync, after which only the next incarnation can be written.
    #[must_use]
    pub const fn wants_room(&self) -> bool {
        matches!(self, Self::Disk(error) | Self::Sync(error) if error.is_full())
    }
}
