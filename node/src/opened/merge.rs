//! Merging the `persons` segments, each sorted by person: of several items of one person the newest stands.
//!
//! A segment is begun only when the merge reaches its first person, so that few are unsealed at a time.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use tomoshibi_policies::record::{PersonId, SourceOrder};
use tomoshibi_sync::id::Digest;
use tomoshibi_sync::item::Record;
use tomoshibi_sync::segment::{Scan, SegmentReader};

use super::LoadError;

/// One segment to merge.
pub(super) struct Part {
    /// Its name.
    pub(super) segment: Digest,
    /// First person inside.
    pub(super) first: PersonId,
    /// The segment.
    pub(super) reader: SegmentReader,
}

/// The newest item of one person.
pub(super) struct Newest {
    pub(super) person: PersonId,
    pub(super) order: SourceOrder,
    /// None for a delete.
    pub(super) record: Option<Record>,
}

/// Gives the newest item of each person, in the order of persons.
pub(super) struct Merge<'a> {
    /// Not begun yet, the one with the lowest first person last.
    waiting: Vec<&'a Part>,
    /// Begun, by a number.
    scans: BTreeMap<usize, (Digest, Scan<'a>)>,
    /// The next item of each scan that was begun.
    heads: BinaryHeap<Reverse<(PersonId, SourceOrder, usize)>>,
    /// What those items put.
    records: BTreeMap<usize, Option<Record>>,
}

impl<'a> Merge<'a> {
    pub(super) fn new(parts: &'a [Part]) -> Self {
        let mut waiting: Vec<_> = parts.iter().collect();
        waiting.sort_by_key(|part| Reverse(part.first));
        Self { waiting, scans: BTreeMap::new(), heads: BinaryHeap::new(), records: BTreeMap::new() }
    }

    /// The next person's newest item; none at the end.
    pub(super) fn next(&mut self) -> Result<Option<Newest>, LoadError> {
        let Some(mut newest) = self.pop()? else { return Ok(None) };
        // Items of one person come in the order in which they came in, so the last one stands.
        while self.heads.peek().is_some_and(|Reverse((person, ..))| *person == newest.person) {
            match self.pop()? {
                Some(later) => newest = later,
                None => break,
            }
        }
        Ok(Some(newest))
    }

    fn pop(&mut self) -> Result<Option<Newest>, LoadError> {
        self.begin_due()?;
        let Some(Reverse((person, order, scan))) = self.heads.pop() else { return Ok(None) };
        let record = self.records.remove(&scan).flatten();
        self.advance(scan)?;
        // Whoever begins with the next person must be there before that person is judged.
        self.begin_due()?;
        Ok(Some(Newest { person, order, record }))
    }

    /// Begins every segment that may hold the next person.
    fn begin_due(&mut self) -> Result<(), LoadError> {
        while let Some(part) = self.waiting.last().copied() {
            let next = self.heads.peek().map(|Reverse((person, ..))| *person);
            if next.is_some_and(|next| next < part.first) {
                break;
            }
            self.waiting.pop();
            let segment = part.segment;
            let scan = part.reader.scan();
            let scan = scan.map_err(|source| LoadError::Segment { segment, source })?;
            let number = self.waiting.len();
            self.scans.insert(number, (segment, scan));
            self.advance(number)?;
        }
        Ok(())
    }

    /// Takes the next item of a scan to the heads.
    fn advance(&mut self, number: usize) -> Result<(), LoadError> {
        let Some((segment, scan)) = self.scans.get_mut(&number) else { return Ok(()) };
        match scan.next() {
            Some(Ok(item)) => {
                self.heads.push(Reverse((item.key.person, item.order, number)));
                self.records.insert(number, item.record);
            }
            Some(Err(source)) => return Err(LoadError::Segment { segment: *segment, source }),
            None => {
                self.scans.remove(&number);
            }
        }
        Ok(())
    }
}
