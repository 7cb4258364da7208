//! Merging runs, and choosing among items with one key.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::StoreError;
use super::index::{Index, RunEntry};
use super::item::{SourceItem, SourceKind};
use super::layout::Layout;
use super::run::{RawItem, RunReader};
use super::wire;
use crate::seam::Files;

/// All items of several runs in the order of runs.
pub(super) struct Merge {
    readers: Vec<RunReader>,
    heap: BinaryHeap<Head>,
}

/// The next item of one reader; the heap gives the smallest first.
struct Head {
    item: RawItem,
    reader: usize,
}

impl Ord for Head {
    fn cmp(&self, other: &Self) -> Ordering {
        other.item.compare(&self.item).then_with(|| other.reader.cmp(&self.reader))
    }
}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Head {}

impl Merge {
    pub(super) fn open<'r>(
        files: &dyn Files,
        layout: &Layout,
        runs: impl Iterator<Item = &'r RunEntry>,
    ) -> Result<Self, StoreError> {
        let mut merge = Self { readers: Vec::new(), heap: BinaryHeap::new() };
        for run in runs {
            merge.readers.push(RunReader::open(files, layout, run.number, run.kind)?);
        }
        for reader in 0..merge.readers.len() {
            merge.refill(reader)?;
        }
        Ok(merge)
    }

    pub(super) fn next_item(&mut self) -> Result<Option<RawItem>, StoreError> {
        let Some(Head { item, reader }) = self.heap.pop() else { return Ok(None) };
        self.refill(reader)?;
        Ok(Some(item))
    }

    fn refill(&mut self, reader: usize) -> Result<(), StoreError> {
        let next = match self.readers.get_mut(reader) {
            Some(reader) => reader.next_item()?,
            None => None,
        };
        self.heap.extend(next.map(|item| Head { item, reader }));
        Ok(())
    }
}

/// Groups of items with one key, oldest first.
pub(super) struct Groups {
    merge: Merge,
    next: Option<RawItem>,
}

impl Groups {
    pub(super) fn open<'r>(
        files: &dyn Files,
        layout: &Layout,
        runs: impl Iterator<Item = &'r RunEntry>,
    ) -> Result<Self, StoreError> {
        let mut merge = Merge::open(files, layout, runs)?;
        let next = merge.next_item()?;
        Ok(Self { merge, next })
    }

    pub(super) fn next_group(&mut self) -> Result<Option<Vec<RawItem>>, StoreError> {
        let Some(first) = self.next.take() else { return Ok(None) };
        let mut group = vec![first];
        loop {
            self.next = self.merge.next_item()?;
            match (&self.next, group.first()) {
                (Some(next), Some(first)) if next.is_same_key(first) => {
                    group.extend(self.next.take());
                }
                _ => return Ok(Some(group)),
            }
        }
    }
}

/// The winners of one kind. Stops after the first error.
pub struct Merged {
    groups: Groups,
    kind: SourceKind,
    since: Option<u64>,
    failed: bool,
}

impl Merged {
    pub(super) fn open(
        files: &dyn Files,
        layout: &Layout,
        index: &Index,
        kind: SourceKind,
        since: Option<u64>,
    ) -> Result<Self, StoreError> {
        let is_newer = |run: &&RunEntry| since.is_none_or(|since| run.last_batch > since);
        let groups = Groups::open(files, layout, index.of_kind(kind).filter(is_newer))?;
        Ok(Self { groups, kind, since, failed: false })
    }

    fn next_winner(&mut self) -> Result<Option<SourceItem>, StoreError> {
        while let Some(mut group) = self.groups.next_group()? {
            group.retain(|item| self.since.is_none_or(|since| item.batch > since));
            // Equal places keep the order in which they came: of two in one file the later stands.
            let Some(last) = group.pop() else { continue };
            return decode(self.kind, last).map(Some);
        }
        Ok(None)
    }
}

impl Iterator for Merged {
    type Item = Result<SourceItem, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let next = self.next_winner();
        self.failed = next.is_err();
        next.transpose()
    }
}

pub(super) fn decode(kind: SourceKind, raw: RawItem) -> Result<SourceItem, StoreError> {
    let record = wire::decode(raw.person, raw.order, &raw.record);
    let record = record.filter(|record| record.kind() == kind).ok_or_else(|| {
        let file = format!("a run of {kind:?}");
        StoreError::Damaged { file, what: "a record cannot be read" }
    })?;
    Ok(SourceItem { kind, person: raw.person, sub: raw.sub, order: raw.order, record })
}
