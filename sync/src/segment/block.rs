//! Blocks: items one after the other, each behind its length, compressed together.

use tomoshibi_policies::record::PersonId;
use zeroize::Zeroizing;
use zstd::bulk::Decompressor;

use super::SegmentError;
use super::layout::{Entry, ITEM_LEN_FIELD_BYTES, block_digest};
use crate::item::{Item, SegmentKind, decode, peek_person};

/// Decompresses blocks into one buffer that is used again.
///
/// zstd writes into the buffer it is given and nowhere else, so that a bomb costs the length the index says, which is
/// limited; no window is allocated, whatever the frame asks for.
pub(super) struct Unpacker {
    zstd: Decompressor<'static>,
    plain: Zeroizing<Vec<u8>>,
}

impl Unpacker {
    pub(super) fn new() -> Result<Self, SegmentError> {
        let zstd = Decompressor::new().map_err(|e| SegmentError::io(&e))?;
        Ok(Self { zstd, plain: Zeroizing::default() })
    }

    /// Checks a compressed block against its entry and decompresses it.
    pub(super) fn unpack(
        &mut self,
        block: u32,
        entry: &Entry,
        packed: &[u8],
    ) -> Result<Block<'_>, SegmentError> {
        if block_digest(block, packed) != entry.digest {
            return Err(SegmentError::BlockDigestMismatch { block });
        }
        let wrong = SegmentError::BlockLength { block, expected: entry.plain_len };
        let plain_len = entry.plain_len as usize;
        self.plain.resize(plain_len, 0);
        let found = self.zstd.decompress_to_buffer(packed, self.plain.as_mut_slice());
        if found.map_err(|_| wrong)? != plain_len {
            return Err(wrong);
        }
        Ok(Block { number: block, expected: entry.item_count, item: 0, rest: &self.plain })
    }
}

/// One item of a block, not decoded yet.
#[derive(Clone, Copy)]
pub(super) struct RawItem<'a> {
    pub(super) person: PersonId,
    place: (u32, u32),
    bytes: &'a [u8],
}

impl RawItem<'_> {
    pub(super) fn decode(&self, kind: SegmentKind) -> Result<Item, SegmentError> {
        let (block, item) = self.place;
        decode(kind, self.bytes).map_err(|error| SegmentError::Item { block, item, error })
    }
}

/// The items of a decompressed block.
pub(super) struct Block<'a> {
    number: u32,
    expected: u16,
    item: u32,
    rest: &'a [u8],
}

impl<'a> Block<'a> {
    fn take(&mut self) -> Option<RawItem<'a>> {
        let (len, rest) = self.rest.split_first_chunk::<ITEM_LEN_FIELD_BYTES>()?;
        let len = usize::try_from(u32::from_le_bytes(*len)).ok()?;
        let (bytes, rest) = rest.split_at_checked(len)?;
        let person = peek_person(bytes)?;
        let place = (self.number, self.item);
        self.rest = rest;
        self.item = self.item.checked_add(1)?;
        Some(RawItem { person, place, bytes })
    }
}

impl<'a> Iterator for Block<'a> {
    type Item = Result<RawItem<'a>, SegmentError>;

    fn next(&mut self) -> Option<Self::Item> {
        let wrong = SegmentError::ItemCount { block: self.number, expected: self.expected };
        match (self.item == u32::from(self.expected), self.rest.is_empty()) {
            (true, true) => None,
            (false, false) => {
                let item = self.take();
                if item.is_none() {
                    self.finish();
                }
                Some(item.ok_or(wrong))
            }
            (true, false) | (false, true) => {
                self.finish();
                Some(Err(wrong))
            }
        }
    }
}

impl Block<'_> {
    // An error is told once.
    fn finish(&mut self) {
        self.rest = &[];
        self.item = u32::from(self.expected);
    }
}
