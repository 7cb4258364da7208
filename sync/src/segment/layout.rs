//! Header, index and footer of a segment's content.

use tomoshibi_policies::record::PersonId;

use super::SegmentError;
use crate::id::Generation;
use crate::item::{ITEM_LEN_BYTES_MAX, SegmentKind};

/// Newest version of the segment.
pub const VERSION: u16 = 1;
/// Longest segment, sealed: 8 MiB. An interrupted copy loses at most this, and a node that unseals two at once holds
/// 16 MiB.
pub const SEGMENT_LEN_BYTES_MAX: u64 = 8 << 20;
/// A block is closed before it grows longer than 32 KiB, so that a lookup decompresses little. An item that is longer
/// has a block of its own.
pub const BLOCK_LEN_BYTES_TARGET: usize = 32 << 10;
/// Longest block, decompressed: one item of the greatest length with its length field. Bounds a zstd bomb to 1 MiB.
pub const BLOCK_PLAIN_LEN_BYTES_MAX: usize = ITEM_LEN_BYTES_MAX + ITEM_LEN_FIELD_BYTES;
/// Most blocks: an index of 3 MiB, far more than 8 MiB of blocks call for.
pub const BLOCK_COUNT_MAX: u32 = 1 << 16;

/// Bytes of the length in front of each item in a block.
pub(super) const ITEM_LEN_FIELD_BYTES: usize = 4;
/// age's chunk of content. Footer and index are placed within one, where they fit.
pub(super) const CHUNK_PLAIN_LEN_BYTES: u64 = 64 << 10;

// Header, 16 bytes, little-endian, at the start of the content. FORMAT.md, section "Segment".
//  0  8  magic       "TMSEGM" 0x1A 0x0A
//  8  2  version     u16
// 10  1  kind        u8, see SegmentKind
// 11  1  flags       u8, an unknown bit is a refusal; none is known
// 12  4  generation  u32
const HEADER_MAGIC: [u8; 8] = *b"TMSEGM\x1A\x0A";
pub(super) const HEADER_LEN_BYTES: usize = 16;

// Footer, 40 bytes, little-endian, at the end of the content.
//  0  8  magic         "TMSEGF" 0x1A 0x0A
//  8  2  version       u16
// 10  2  flags         u16, an unknown bit is a refusal; none is known
// 12  4  block_count   u32, 1..=BLOCK_COUNT_MAX
// 16  4  index_offset  u32, from the start of the content
// 20  4  index_len     u32, block_count entries
// 24  8  item_count    u64, of all blocks
// 32  8  check         first 8 bytes of BLAKE3-derive-key(CHECK_CONTEXT) over header, index, footer 0..32
const FOOTER_MAGIC: [u8; 8] = *b"TMSEGF\x1A\x0A";
pub(super) const FOOTER_LEN_BYTES: usize = 40;
const CHECK_CONTEXT: &str = "tomoshibi segment footer v1";

// Index entry, 48 bytes, little-endian.
//  0 16  first_person  person of the block's first item
// 16  4  offset        u32, from the start of the content
// 20  4  len           u32, compressed
// 24  4  plain_len     u32, decompressed, at most BLOCK_PLAIN_LEN_BYTES_MAX
// 28  2  item_count    u16, at least 1
// 30  2  flags         u16, bit 0: the block goes on with the person the block before ended with
// 32 16  digest        first 16 bytes of BLAKE3-derive-key(BLOCK_CONTEXT) over ordinal u32, compressed block
pub(super) const ENTRY_LEN_BYTES: usize = 48;
const ENTRY_CONTINUES: u16 = 1;
const BLOCK_CONTEXT: &str = "tomoshibi segment block v1";

const _: () = assert!(HEADER_LEN_BYTES == 8 + 2 + 1 + 1 + 4);
const _: () = assert!(ENTRY_LEN_BYTES == 16 + 4 + 4 + 4 + 2 + 2 + 16);
const _: () = assert!(FOOTER_LEN_BYTES == 8 + 2 + 2 + 4 + 4 + 4 + 8 + 8);

/// Takes little-endian fields off the front of bytes.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    // Callers hand in arrays of the structure's length, so nothing is ever missing; zeros would fail the checks.
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let Some((bytes, rest)) = self.0.split_first_chunk::<N>() else {
            return [0; N];
        };
        self.0 = rest;
        *bytes
    }

    fn u8(&mut self) -> u8 {
        u8::from_le_bytes(self.take())
    }

    fn u16(&mut self) -> u16 {
        u16::from_le_bytes(self.take())
    }

    fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.take())
    }
}

/// The header's fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) kind: SegmentKind,
    pub(super) generation: Generation,
}

impl Header {
    pub(super) fn to_bytes(self) -> [u8; HEADER_LEN_BYTES] {
        let mut bytes = Vec::with_capacity(HEADER_LEN_BYTES);
        bytes.extend(HEADER_MAGIC);
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend([self.kind.number(), 0]);
        bytes.extend(self.generation.0.to_le_bytes());
        bytes.try_into().unwrap_or_default()
    }

    pub(super) fn read(bytes: &[u8; HEADER_LEN_BYTES]) -> Result<Self, SegmentError> {
        let mut fields = Fields(bytes);
        if fields.take() != HEADER_MAGIC {
            return Err(SegmentError::Magic);
        }
        check_version(fields.u16())?;
        let kind = fields.u8();
        check_flags("header", u16::from(fields.u8()), 0)?;
        let kind = SegmentKind::from_number(kind)?;
        Ok(Self { kind, generation: Generation(fields.u32()) })
    }
}

/// Where one block lies, and what it must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) first_person: PersonId,
    pub(super) offset: u32,
    pub(super) len: u32,
    pub(super) plain_len: u32,
    pub(super) item_count: u16,
    pub(super) continues: bool,
    pub(super) digest: [u8; 16],
}

impl Entry {
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let flags = if self.continues { ENTRY_CONTINUES } else { 0 };
        out.extend(self.first_person.as_bytes());
        out.extend(self.offset.to_le_bytes());
        out.extend(self.len.to_le_bytes());
        out.extend(self.plain_len.to_le_bytes());
        out.extend(self.item_count.to_le_bytes());
        out.extend(flags.to_le_bytes());
        out.extend(self.digest);
    }

    fn read(bytes: &[u8; ENTRY_LEN_BYTES]) -> Result<Self, SegmentError> {
        let mut fields = Fields(bytes);
        let first_person = PersonId::from_bytes(fields.take());
        let (offset, len, plain_len) = (fields.u32(), fields.u32(), fields.u32());
        let (item_count, flags) = (fields.u16(), fields.u16());
        check_flags("index", flags, ENTRY_CONTINUES)?;
        let continues = flags & ENTRY_CONTINUES != 0;
        let digest = fields.take();
        Ok(Self { first_person, offset, len, plain_len, item_count, continues, digest })
    }

    /// Offset of the first byte behind the block.
    pub(super) fn end(&self) -> u64 {
        u64::from(self.offset) + u64::from(self.len)
    }
}

/// The digest of a compressed block at place `ordinal`: a block at another place does not have it.
pub(super) fn block_digest(ordinal: u32, packed: &[u8]) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new_derive_key(BLOCK_CONTEXT);
    hasher.update(&ordinal.to_le_bytes());
    hasher.update(packed);
    first_bytes(&hasher)
}

fn first_bytes<const N: usize>(hasher: &blake3::Hasher) -> [u8; N] {
    let mut bytes = [0; N];
    hasher.finalize_xof().fill(&mut bytes);
    bytes
}

/// The footer's fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Footer {
    pub(super) block_count: u32,
    pub(super) index_offset: u32,
    pub(super) index_len: u32,
    pub(super) item_count: u64,
    check: [u8; 8],
}

impl Footer {
    pub(super) fn to_bytes(
        header: &[u8; HEADER_LEN_BYTES],
        index: &[u8],
        index_offset: u32,
        item_count: u64,
    ) -> Vec<u8> {
        let block_count = (index.len() / ENTRY_LEN_BYTES) as u32;
        let mut bytes = Vec::with_capacity(FOOTER_LEN_BYTES);
        bytes.extend(FOOTER_MAGIC);
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend([0; 2]);
        bytes.extend(block_count.to_le_bytes());
        bytes.extend(index_offset.to_le_bytes());
        bytes.extend((index.len() as u32).to_le_bytes());
        bytes.extend(item_count.to_le_bytes());
        let check = footer_check(header, index, &bytes);
        bytes.extend(check);
        bytes
    }

    /// Reads the footer of a content of `plain_len` bytes and checks that the index lies right before it.
    pub(super) fn read(
        bytes: &[u8; FOOTER_LEN_BYTES],
        plain_len: u64,
    ) -> Result<Self, SegmentError> {
        let mut fields = Fields(bytes);
        if fields.take() != FOOTER_MAGIC {
            return Err(SegmentError::FooterMagic);
        }
        check_version(fields.u16())?;
        check_flags("footer", fields.u16(), 0)?;
        let (block_count, index_offset, index_len) = (fields.u32(), fields.u32(), fields.u32());
        let item_count = u64::from_le_bytes(fields.take());
        let footer =
            Self { block_count, index_offset, index_len, item_count, check: fields.take() };
        if block_count == 0 || block_count > BLOCK_COUNT_MAX {
            return Err(SegmentError::BlockCount { found: block_count, limit: BLOCK_COUNT_MAX });
        }
        let end = u64::from(index_offset) + u64::from(index_len) + FOOTER_LEN_BYTES as u64;
        let entries = u64::from(block_count) * ENTRY_LEN_BYTES as u64;
        if u64::from(index_len) != entries || end != plain_len {
            return Err(SegmentError::IndexPlace {
                index_offset,
                index_len,
                block_count,
                plain_len,
            });
        }
        Ok(footer)
    }

    /// True when the footer was made for this header and index.
    pub(super) fn belongs_to(
        &self,
        header: Header,
        index: &[u8],
        footer: &[u8; FOOTER_LEN_BYTES],
    ) -> bool {
        let (fields, _) = footer.split_at(FOOTER_LEN_BYTES - self.check.len());
        footer_check(&header.to_bytes(), index, fields) == self.check
    }

    /// Reads the index and checks it against itself.
    pub(super) fn read_index(&self, index: &[u8]) -> Result<Vec<Entry>, SegmentError> {
        let (entries, _) = index.as_chunks::<ENTRY_LEN_BYTES>();
        let entries: Vec<_> = entries.iter().map(Entry::read).collect::<Result<_, _>>()?;
        self.check_entries(&entries)?;
        Ok(entries)
    }

    fn check_entries(&self, entries: &[Entry]) -> Result<(), SegmentError> {
        let mut expected = HEADER_LEN_BYTES as u64;
        let mut before: Option<&Entry> = None;
        for (block, entry) in (0..).zip(entries) {
            let limit = BLOCK_PLAIN_LEN_BYTES_MAX as u32;
            if u64::from(entry.offset) != expected || entry.len == 0 {
                return Err(SegmentError::BlockPlace { block, found: entry.offset, expected });
            }
            if entry.plain_len > limit {
                return Err(SegmentError::BlockTooLong { block, len: entry.plain_len, limit });
            }
            let sorted = match before {
                Some(before) if entry.continues => before.first_person <= entry.first_person,
                Some(before) => before.first_person < entry.first_person,
                None => !entry.continues,
            };
            if !sorted {
                return Err(SegmentError::IndexOrder { block });
            }
            expected = entry.end();
            before = Some(entry);
        }
        // Zeros may stand between the last block and the index, less than a chunk of them.
        let gap = u64::from(self.index_offset).checked_sub(expected);
        if gap.is_none_or(|gap| gap >= CHUNK_PLAIN_LEN_BYTES) {
            return Err(SegmentError::BlocksEnd {
                found: expected,
                index_offset: self.index_offset,
            });
        }
        let found = entries.iter().map(|e| u64::from(e.item_count)).sum();
        if found != self.item_count || entries.iter().any(|e| e.item_count == 0) {
            return Err(SegmentError::ItemTotal { found, expected: self.item_count });
        }
        Ok(())
    }
}

fn footer_check(header: &[u8], index: &[u8], fields: &[u8]) -> [u8; 8] {
    let mut hasher = blake3::Hasher::new_derive_key(CHECK_CONTEXT);
    hasher.update(header);
    hasher.update(index);
    hasher.update(fields);
    first_bytes(&hasher)
}

fn check_version(found: u16) -> Result<(), SegmentError> {
    match found {
        VERSION => Ok(()),
        found => Err(SegmentError::Version { found, known: VERSION }),
    }
}

fn check_flags(place: &'static str, found: u16, known: u16) -> Result<(), SegmentError> {
    match found & !known {
        0 => Ok(()),
        unknown => Err(SegmentError::Flag { place, unknown }),
    }
}
