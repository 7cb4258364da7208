//! The open block of a writer.

use tomoshibi_policies::record::PersonId;
use zeroize::Zeroizing;
use zstd::bulk::Compressor;
use zstd::zstd_safe::compress_bound;

use super::SegmentError;
use super::layout::{BLOCK_LEN_BYTES_TARGET, Entry, block_digest};

/// zstd level: 3, the library's default.
const LEVEL: i32 = 3;

/// Gathers the items of one block and compresses it. Buffers and zstd's context are used again for the next block.
pub(super) struct Packer {
    zstd: Compressor<'static>,
    plain: Zeroizing<Vec<u8>>,
    packed: Vec<u8>,
    first_person: Option<PersonId>,
    continues: bool,
    items: u16,
}

impl Packer {
    pub(super) fn new() -> Result<Self, SegmentError> {
        Ok(Self {
            zstd: Compressor::new(LEVEL).map_err(|e| SegmentError::io(&e))?,
            plain: Zeroizing::new(Vec::with_capacity(2 * BLOCK_LEN_BYTES_TARGET)),
            packed: Vec::new(),
            first_person: None,
            continues: false,
            items: 0,
        })
    }

    /// Length of the open block, decompressed.
    pub(super) fn len(&self) -> usize {
        self.plain.len()
    }

    /// True when `more` bytes may be put: into an empty block always.
    pub(super) fn has_room(&self, more: usize) -> bool {
        let fits = self.plain.len().saturating_add(more) <= BLOCK_LEN_BYTES_TARGET;
        self.items == 0 || (fits && self.items < u16::MAX)
    }

    /// Puts an encoded item of `person`, which comes after an item of `before`.
    pub(super) fn put(&mut self, person: PersonId, before: Option<PersonId>, item: &[u8]) {
        if self.first_person.is_none() {
            self.first_person = Some(person);
            self.continues = before == Some(person);
        }
        self.plain.extend_from_slice(&(item.len() as u32).to_le_bytes());
        self.plain.extend_from_slice(item);
        self.items += 1;
    }

    /// Compresses the block, which begins at `offset`; none when it is empty.
    pub(super) fn close(
        &mut self,
        ordinal: u32,
        offset: u32,
    ) -> Result<Option<(Entry, &[u8])>, SegmentError> {
        let Some(first_person) = self.first_person.take() else {
            return Ok(None);
        };
        self.packed.clear();
        self.packed.reserve(compress_bound(self.plain.len()));
        self.zstd
            .compress_to_buffer(&self.plain, &mut self.packed)
            .map_err(|e| SegmentError::io(&e))?;
        let entry = Entry {
            first_person,
            offset,
            len: self.packed.len() as u32,
            plain_len: self.plain.len() as u32,
            item_count: self.items,
            continues: self.continues,
            digest: block_digest(ordinal, &self.packed),
        };
        self.plain.clear();
        self.items = 0;
        Ok(Some((entry, &self.packed)))
    }
}
