//! The source store: everything ingested, as plaintext sorted runs on disk, ready for the publisher.
//!
//! Promises: a batch is there whole or not at all, wherever the process is killed; a file of known content is never
//! taken twice; memory is bounded by [`BUFFER_LEN_BYTES_MAX`] while writing and by [`RUNS_MAX`] read buffers of 64 KiB
//! for each kind while merging, whatever the amount of data. The older of two items with one key stays in the runs as
//! history; [`Store::merged`] and [`Store::persons`] give the winner.
//!
//! Order of writes: runs, rejects and the batch's list of files aside, synced, renamed; then `store.json`, which is
//! the only pointer; then what it no longer names is removed. Whatever `store.json` does not name is a leftover of a
//! killed process and is removed on opening.
//!
//! FORMAT: `runs/<number>.run` (see [`run`]), `batches/<number>.json` (files taken), `rejects/<number>.jsonl`,
//! `store.json`. Not covered: two processes in one folder; the link table beside it is locked, so they meet there.

mod batch;
mod error;
mod index;
mod item;
mod layout;
mod merge;
mod persons;
mod run;
mod sub_key;
mod waiting;
mod wire;

use std::collections::BTreeSet;
use std::path::Path;

pub use batch::Batch;
pub use error::StoreError;
pub use item::{SourceItem, SourceKind, SourceRecord};
pub use merge::Merged;
pub use persons::Persons;
pub use waiting::Waiting;

use crate::id::Digest;
use crate::seam::Files;
use index::Index;
use layout::Layout;

/// Items held before they are sorted and written as runs: 64 MiB of encoded bytes, at most about 160 MiB of memory.
pub const BUFFER_LEN_BYTES_MAX: usize = 64 << 20;
/// Most runs of one kind: committing merges them when there are more.
pub const RUNS_MAX: usize = 48;

/// The store.
pub struct Store<'f> {
    files: &'f dyn Files,
    layout: Layout,
    index: Index,
    seen: BTreeSet<Digest>,
    /// A commit failed half-way: the index in memory may not be the one on the disk.
    stale: bool,
}

impl core::fmt::Debug for Store<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Store(batch {}, {} runs)", self.index.last_batch, self.index.runs.len())
    }
}

impl<'f> Store<'f> {
    /// Opens the store in `dir`, making it when missing, and removes what a killed process left.
    ///
    /// # Errors
    /// The disk's, and an index that is damaged or of an unknown format.
    pub fn open(files: &'f dyn Files, dir: &Path) -> Result<Self, StoreError> {
        let layout = Layout::new(dir);
        layout.create(files)?;
        let index = Index::load(files, &layout)?;
        index.sweep(files, &layout)?;
        let seen = index.seen(files, &layout)?;
        Ok(Self { files, layout, index, seen, stale: false })
    }

    /// Number of the last batch; 0 before the first.
    #[must_use]
    pub const fn last_batch(&self) -> u64 {
        self.index.last_batch
    }

    /// True when a file of this content was taken before.
    #[must_use]
    pub fn has_seen(&self, digest: &Digest) -> bool {
        self.seen.contains(digest)
    }

    /// Begins a batch; nothing of it is there before [`Batch::commit`].
    pub fn begin(&mut self) -> Batch<'_, 'f> {
        Batch::new(self)
    }

    /// Items of one kind, sorted by person and sub key, of each key only the one that came in last (by acceptance and
    /// sequence, then by batch, then by its place in the file).
    ///
    /// With `since`, only items that came in with later batches; one of them that is superseded by an older batch's
    /// (its file came late) is given too, so readers compare orders, as they do between segments.
    ///
    /// People come as [`Store::persons`], which merges their deliveries.
    ///
    /// # Errors
    /// The disk's, and a damaged run.
    pub fn merged(&self, kind: SourceKind, since: Option<u64>) -> Result<Merged, StoreError> {
        Merged::open(self.files, &self.layout, &self.index, kind, since)
    }

    /// People with all coverages and former names, sorted by id; with `since`, those delivered again by later batches.
    ///
    /// # Errors
    /// The disk's, and a damaged run.
    pub fn persons(&self, since: Option<u64>) -> Result<Persons, StoreError> {
        Persons::open(self.files, &self.layout, &self.index, since)
    }
}
