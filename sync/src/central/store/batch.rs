//! A batch: what one stretch of work adds to the store, whole or not at all.

use std::collections::{BTreeMap, BTreeSet};

use super::index::{BatchFiles, Index, Late, RunEntry, SeenFile, save};
use super::item::{SourceItem, SourceKind};
use super::layout::{self, failed};
use super::merge::Merge;
use super::run::{RawItem, RunWriter};
use super::{BUFFER_LEN_BYTES_MAX, RUNS_MAX, Store, StoreError, wire};
use crate::central::rejects::Reject;
use crate::id::Digest;
use crate::seam::Append;

/// How many of the smallest runs become one when there are too many.
const RUNS_MERGED: usize = 32;
/// Memory an item takes besides its bytes.
const ITEM_OVERHEAD_LEN_BYTES: usize = 96;
/// Rejects held before they are written.
const REJECTS_BUFFER_LEN_BYTES: usize = 64 << 10;

/// A batch being gathered. Dropping it leaves the store as it was.
pub struct Batch<'s, 'f> {
    store: &'s mut Store<'f>,
    /// The index as it will be.
    index: Index,
    number: u64,
    buffers: BTreeMap<SourceKind, Vec<RawItem>>,
    buffered_len_bytes: usize,
    rejects: Option<Box<dyn Append>>,
    rejects_buffer: Vec<u8>,
    taken: Vec<SeenFile>,
    late: Vec<Late>,
    digests: BTreeSet<Digest>,
}

impl<'s, 'f> Batch<'s, 'f> {
    pub(super) fn new(store: &'s mut Store<'f>) -> Self {
        let mut index = store.index.clone();
        index.last_batch += 1;
        let number = index.last_batch;
        Self {
            store,
            index,
            number,
            buffers: BTreeMap::new(),
            buffered_len_bytes: 0,
            rejects: None,
            rejects_buffer: Vec::new(),
            taken: Vec::new(),
            late: Vec::new(),
            digests: BTreeSet::new(),
        }
    }

    /// The number the batch will have.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// True when a file of this content was taken before, or in this batch.
    #[must_use]
    pub fn has_seen(&self, digest: &Digest) -> bool {
        self.store.has_seen(digest) || self.digests.contains(digest)
    }

    /// Adds an item.
    ///
    /// # Errors
    /// A record that is too long to be stored, and the disk's.
    pub fn push(&mut self, item: &SourceItem) -> Result<(), StoreError> {
        let record = wire::encode(&item.record)?;
        self.buffered_len_bytes += record.len() + item.sub.len() + ITEM_OVERHEAD_LEN_BYTES;
        let (person, sub, order) = (item.person, item.sub.clone(), item.order);
        let raw = RawItem { person, sub, order, batch: self.number, record };
        self.buffers.entry(item.kind).or_default().push(raw);
        if self.buffered_len_bytes >= BUFFER_LEN_BYTES_MAX { self.spill() } else { Ok(()) }
    }

    /// Adds a line to the batch's rejects.
    ///
    /// # Errors
    /// The disk's.
    pub fn reject(&mut self, reject: &Reject<'_>) -> Result<(), StoreError> {
        let line = serde_json::to_vec(reject).map_err(|_| StoreError::Damaged {
            file: layout::rejects(self.number),
            what: "a line cannot be written as JSON",
        })?;
        self.rejects_buffer.extend(line);
        self.rejects_buffer.push(b'\n');
        if self.rejects_buffer.len() >= REJECTS_BUFFER_LEN_BYTES {
            self.write_rejects()
        } else {
            Ok(())
        }
    }

    /// Notes that a file was taken whole, so that its content is never taken again.
    pub fn took(&mut self, name: &str, digest: Digest) {
        self.taken.push(SeenFile { name: name.to_owned(), digest: digest.to_string() });
        self.digests.insert(digest);
    }

    /// Notes which lines of a known file, set aside before, were taken now. See [`Store::waiting`].
    pub fn took_late(&mut self, name: &str, lines: Vec<u32>) {
        if !lines.is_empty() {
            self.late.push(Late { name: name.to_owned(), lines });
        }
    }

    /// Makes the batch part of the store. A batch that took nothing changes nothing. Gives the number of the last
    /// batch.
    ///
    /// # Errors
    /// The disk's. The store on disk is then as before or as after; open it again to learn which.
    pub fn commit(mut self) -> Result<u64, StoreError> {
        if self.taken.is_empty() && self.late.is_empty() {
            return Ok(self.store.last_batch());
        }
        self.spill()?;
        self.finish_rejects()?;
        let (files, layout) = (self.store.files, self.store.layout.clone());
        let (taken, late) = (core::mem::take(&mut self.taken), core::mem::take(&mut self.late));
        let taken = BatchFiles::new(self.number, taken, late);
        save(files, &layout, &layout::batch(self.number), &taken)?;
        let replaced = self.merge_small_runs()?;
        // From here on the batch is part of the store; everything it names is durable. If this fails, nobody knows
        // which index is on the disk, and numbers of runs must not be given again.
        self.store.stale = true;
        self.index.save(files, &layout)?;
        for number in replaced {
            let name = layout::run(number);
            files.remove(&layout.path(&name)).map_err(failed("remove", &name))?;
        }
        self.store.index = self.index;
        self.store.seen.extend(self.digests);
        self.store.stale = false;
        Ok(self.number)
    }

    /// Sorts what is held and writes it as runs.
    fn spill(&mut self) -> Result<(), StoreError> {
        if self.store.stale {
            return Err(StoreError::Stale);
        }
        self.buffered_len_bytes = 0;
        for (kind, mut items) in core::mem::take(&mut self.buffers) {
            items.sort_by(RawItem::compare);
            let number = self.next_run();
            let mut writer = RunWriter::create(self.store.files, &self.store.layout, number, kind)?;
            for item in &items {
                writer.push(item)?;
            }
            let (items, len_bytes) = writer.finish()?;
            let (first_batch, last_batch) = (self.number, self.number);
            let run = RunEntry { number, kind, items, len_bytes, first_batch, last_batch };
            self.index.runs.push(run);
        }
        Ok(())
    }

    const fn next_run(&mut self) -> u64 {
        let number = self.index.next_run;
        self.index.next_run += 1;
        number
    }

    /// Merges the smallest runs of each kind that has too many; gives the numbers of the runs no longer needed.
    fn merge_small_runs(&mut self) -> Result<Vec<u64>, StoreError> {
        let mut replaced = Vec::new();
        for kind in SourceKind::ALL {
            while self.index.of_kind(kind).count() > RUNS_MAX {
                let mut runs: Vec<_> = self.index.of_kind(kind).cloned().collect();
                runs.sort_by_key(|run| run.len_bytes);
                runs.truncate(RUNS_MERGED);
                // Readers break ties by place, so runs go in the order in which they were written.
                runs.sort_by_key(|run| run.number);
                let merged = self.merge_runs(kind, &runs)?;
                let numbers: Vec<_> = runs.iter().map(|run| run.number).collect();
                self.index.runs.retain(|run| !numbers.contains(&run.number));
                self.index.runs.push(merged);
                replaced.extend(numbers);
            }
        }
        Ok(replaced)
    }

    fn merge_runs(&mut self, kind: SourceKind, runs: &[RunEntry]) -> Result<RunEntry, StoreError> {
        let (files, layout) = (self.store.files, self.store.layout.clone());
        let number = self.next_run();
        let mut merge = Merge::open(files, &layout, runs.iter())?;
        let mut writer = RunWriter::create(files, &layout, number, kind)?;
        while let Some(item) = merge.next_item()? {
            writer.push(&item)?;
        }
        let (items, len_bytes) = writer.finish()?;
        let batches = runs.iter().flat_map(|run| [run.first_batch, run.last_batch]);
        let first_batch = batches.clone().min().unwrap_or(self.number);
        let last_batch = batches.max().unwrap_or(self.number);
        Ok(RunEntry { number, kind, items, len_bytes, first_batch, last_batch })
    }

    fn write_rejects(&mut self) -> Result<(), StoreError> {
        let aside = layout::aside(&layout::rejects(self.number));
        let path = self.store.layout.path(&aside);
        if self.rejects.is_none() {
            self.store.files.remove(&path).map_err(failed("remove", &aside))?;
            self.rejects = Some(self.store.files.append(&path).map_err(failed("create", &aside))?);
        }
        if let Some(file) = &mut self.rejects {
            file.append(&self.rejects_buffer).map_err(failed("write", &aside))?;
        }
        self.rejects_buffer.clear();
        Ok(())
    }

    fn finish_rejects(&mut self) -> Result<(), StoreError> {
        self.write_rejects()?;
        let name = layout::rejects(self.number);
        let aside = layout::aside(&name);
        if let Some(mut file) = self.rejects.take() {
            file.sync().map_err(failed("sync", &aside))?;
        }
        let (from, to) = (self.store.layout.path(&aside), self.store.layout.path(&name));
        self.store.files.rename(&from, &to).map_err(failed("rename", &aside))
    }
}
