//! Writing a segment.

use std::io::Write;
use std::sync::Arc;

use tomoshibi_policies::record::PersonId;
use zeroize::Zeroizing;
use zstd::zstd_safe::compress_bound;

use super::SegmentError;
use super::layout::{
    CHUNK_PLAIN_LEN_BYTES, ENTRY_LEN_BYTES, FOOTER_LEN_BYTES, Footer, Header, ITEM_LEN_FIELD_BYTES,
    SEGMENT_LEN_BYTES_MAX,
};
use super::pack::Packer;
use crate::id::Generation;
use crate::item::{Item, ItemError, ItemKey, SegmentKind, encode_onto};
use crate::seal::{AgeSealer, HEADER_LEN_BYTES_MAX, Recipient, Sealer};

/// age's tag at the end of each chunk.
const TAG_LEN_BYTES: u64 = 16;

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SegmentSummary {
    /// The kind.
    pub kind: SegmentKind,
    /// The generation sealed to.
    pub generation: Generation,
    /// Number of items, at least 1.
    pub items: u64,
    /// Person of the first item.
    pub first_person: PersonId,
    /// Person of the last item.
    pub last_person: PersonId,
}

/// Writes one segment. The content is gathered in memory, at most 8 MiB, and sealed at the end.
pub struct SegmentWriter<W> {
    out: W,
    sealer: Arc<dyn Sealer>,
    recipients: Vec<Recipient>,
    header: Header,
    plain: Zeroizing<Vec<u8>>,
    index: Vec<u8>,
    packer: Packer,
    item: Zeroizing<Vec<u8>>,
    first: Option<PersonId>,
    last: Option<ItemKey>,
    items: u64,
}

impl<W: Write> SegmentWriter<W> {
    /// A writer of a segment of `kind`, sealed to `recipients`, the first of which is the generation's.
    ///
    /// # Errors
    /// zstd's, when it finds no memory. Recipients are checked by [`SegmentWriter::finish`].
    pub fn new(
        kind: SegmentKind,
        recipients: &[Recipient],
        generation: Generation,
        out: W,
    ) -> Result<Self, SegmentError> {
        Self::with_sealer(Arc::new(AgeSealer), kind, recipients, generation, out)
    }

    /// As [`SegmentWriter::new`], sealing with `sealer`.
    ///
    /// # Errors
    /// As [`SegmentWriter::new`].
    pub fn with_sealer(
        sealer: Arc<dyn Sealer>,
        kind: SegmentKind,
        recipients: &[Recipient],
        generation: Generation,
        out: W,
    ) -> Result<Self, SegmentError> {
        let header = Header { kind, generation };
        Ok(Self {
            out,
            sealer,
            recipients: recipients.to_vec(),
            header,
            plain: Zeroizing::new(header.to_bytes().to_vec()),
            index: Vec::new(),
            packer: Packer::new()?,
            item: Zeroizing::default(),
            first: None,
            last: None,
            items: 0,
        })
    }

    /// Adds an item. After an error nothing was added and the writer goes on; after [`SegmentError::Full`] finish it
    /// and begin the next segment with the item.
    ///
    /// # Errors
    /// [`SegmentError::NotAscending`], [`SegmentError::Unwritable`], [`SegmentError::Full`].
    pub fn push(&mut self, item: &Item) -> Result<(), SegmentError> {
        if self.last.is_some_and(|last| last >= item.key) {
            return Err(SegmentError::NotAscending);
        }
        let (found, expected) = (item.key.sub.kind(), self.header.kind);
        if found != expected {
            return Err(SegmentError::Unwritable(ItemError::Kind { found, expected }));
        }
        self.item.clear();
        encode_onto(item, &mut self.item).map_err(SegmentError::Unwritable)?;
        let framed = self.item.len().saturating_add(ITEM_LEN_FIELD_BYTES);
        if self.bound(framed) > SEGMENT_LEN_BYTES_MAX {
            return Err(SegmentError::Full { limit: SEGMENT_LEN_BYTES_MAX });
        }
        if !self.packer.has_room(framed) {
            self.close_block()?;
        }
        let before = self.last.map(|last| last.person);
        self.packer.put(item.key.person, before, &self.item);
        self.first.get_or_insert(item.key.person);
        self.last = Some(item.key);
        self.items += 1;
        Ok(())
    }

    /// Length of the sealed segment if it were finished now, never less than it will be and a few KiB more.
    #[must_use]
    pub fn sealed_len_estimate(&self) -> u64 {
        self.bound(0)
    }

    /// Number of items so far.
    #[must_use]
    pub fn items(&self) -> u64 {
        self.items
    }

    /// Seals the segment onto the output and gives it back. The output is not synced.
    ///
    /// # Errors
    /// [`SegmentError::Empty`], [`SegmentError::Seal`].
    pub fn finish(mut self) -> Result<(W, SegmentSummary), SegmentError> {
        let (Some(first_person), Some(last)) = (self.first, self.last) else {
            return Err(SegmentError::Empty);
        };
        self.close_block()?;
        let tail = (self.index.len() + FOOTER_LEN_BYTES) as u64;
        let gap = gap_before(self.plain.len() as u64, tail);
        let gap_end = self.plain.len() + gap;
        self.plain.resize(gap_end, 0);
        let index_offset = self.plain.len() as u32;
        self.plain.extend_from_slice(&self.index);
        let header = self.header.to_bytes();
        let footer = Footer::to_bytes(&header, &self.index, index_offset, self.items);
        self.plain.extend_from_slice(&footer);
        self.sealer.seal_onto(&self.recipients, &self.plain, &mut self.out)?;
        let summary = SegmentSummary {
            kind: self.header.kind,
            generation: self.header.generation,
            items: self.items,
            first_person,
            last_person: last.person,
        };
        Ok((self.out, summary))
    }

    fn close_block(&mut self) -> Result<(), SegmentError> {
        let ordinal = (self.index.len() / ENTRY_LEN_BYTES) as u32;
        if let Some((entry, packed)) = self.packer.close(ordinal, self.plain.len() as u32)? {
            entry.write(&mut self.index);
            self.plain.extend_from_slice(packed);
        }
        Ok(())
    }

    /// The most bytes the sealed segment can have when `more` bytes are added to the open block: every open block at
    /// zstd's worst, two new entries, a gap as long as the index.
    fn bound(&self, more: usize) -> u64 {
        let open = compress_bound(self.packer.len()) + compress_bound(more);
        let tail = (self.index.len() + 2 * ENTRY_LEN_BYTES + FOOTER_LEN_BYTES) as u64;
        let plain = (self.plain.len() + open) as u64 + 2 * tail;
        let chunks = plain / CHUNK_PLAIN_LEN_BYTES + 1;
        plain + chunks * TAG_LEN_BYTES + HEADER_LEN_BYTES_MAX as u64
    }
}

/// Zeros to put before the index so that index and footer (`tail` bytes) lie in one chunk: opening a segment then
/// unseals one chunk, not two. Nothing when they are longer than a chunk.
fn gap_before(len: u64, tail: u64) -> usize {
    let room = CHUNK_PLAIN_LEN_BYTES - len % CHUNK_PLAIN_LEN_BYTES;
    if tail <= room || tail > CHUNK_PLAIN_LEN_BYTES { 0 } else { room as usize }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_lies_in_one_chunk_and_the_gap_is_shorter_than_the_tail() {
        let chunk = CHUNK_PLAIN_LEN_BYTES;
        for (len, tail) in [(16, 40), (chunk - 1, 40), (chunk, chunk), (chunk + 7, chunk), (5, 90)]
        {
            let gap = gap_before(len, tail) as u64;
            assert!(gap < tail && gap < chunk);
            assert_eq!((len + gap) / chunk, (len + gap + tail - 1) / chunk, "{len} {tail}");
        }
        assert_eq!(gap_before(1000, chunk + 1), 0);
    }
}
