//! The journal: evidence of everything that happened on a node, append-only, hash-linked, sealed.
//!
//! Promises: an entry that was answered for is durable; no written byte is ever changed; every entry hangs on the one
//! before and is a leaf of an RFC 6962 tree whose heads are signed, so that a lost, changed, added or reordered entry
//! shows; what happened to whom can be read by the centre only, and on the node while it is open.
//!
//! An entry has a *clear part* of fixed length (when, what kind, digest of the body, link to the entry before) and a
//! *sealed body* (the [`Event`]). Entries lie in numbered files, each with a body key of its own that is age-sealed to
//! those who may read. A [`Checkpoint`] is the signed size and root.
//!
//! Not covered: a node whose owner rewrites files and checkpoints alike. That shows only against a witness, first of
//! all the centre, and only below the size it last cosigned.
//!
//! FORMAT.md, section "Journal". Reading order: [`clear`](ClearPart), [`tree`](Frontier), [`event`](EventV1),
//! [`file`](JournalFile), [`Writer`], [`Group`], [`Reader`], [`verify`](verify()).

mod bodies;
mod body;
mod body_key;
mod checkpoint;
mod clear;
mod error;
mod event;
mod event_fields;
mod file;
mod group;
mod header;
mod kind;
mod layout;
mod note;
mod reader;
mod record;
mod recover;
mod reserve;
mod tree;
mod verify;
mod word;
mod writer;

pub use bodies::{BodyError, FileBodies, OpenedBody, open_bodies};
pub use body::SEALED_LEN_BYTES_MAX;
pub use body_key::BodyKeyError;
pub use checkpoint::{Checkpoint, CheckpointError, Origin, SignedCheckpoint};
pub use clear::{CLEAR_LEN_BYTES, ClearPart, ClockQuality, Sequence, genesis};
pub use error::{AppendError, OpenError};
pub use event::{EVENT_LEN_BYTES_MAX, Event, EventV1};
pub use event_fields::{
    ConsentBasis, Disclosure, QueryKind, SearchOutcome, Shown, StaffRef, VisitId,
};
pub use file::{FILE_LEN_BYTES_MAX, FileError, JournalFile, TornTail};
pub use group::{Durable, Group, GroupError, HearLife, LIVES_MAX, Ticket};
pub use header::{FileHeader, HEADER_LEN_BYTES_MAX, HeaderError};
pub use kind::EntryKind;
pub use layout::{
    DiskError, acknowledged_path, checkpoint_path, file_path, incarnation_dir, newest_incarnation,
};
pub use note::{NOTE_LEN_BYTES_MAX, NoteError};
pub use reader::{Head, ReadError, Reader};
pub use record::Record;
pub use recover::stated_size;
pub use reserve::{RESERVE_LEN_BYTES_DEFAULT, Reserve, ReserveState};
pub use tree::{Frontier, TreeHash};
pub use verify::{Finding, Problem, Verified, verify};
pub use word::{TEXT_LEN_BYTES_MAX, Text, WORD_LEN_BYTES_MAX, Word, WordError};
pub use writer::{COMMIT_LEN_BYTES_MAX, Committed, Limits, Writer, WriterSetup};
