//! Reading a segment at the place that is needed.

use std::io::{Read, Seek, SeekFrom};
use std::sync::{Mutex, PoisonError};

use tomoshibi_policies::record::PersonId;
use zeroize::Zeroizing;

use super::block::Unpacker;
use super::layout::{Entry, FOOTER_LEN_BYTES, Footer, HEADER_LEN_BYTES, Header};
use super::{SEGMENT_LEN_BYTES_MAX, Scan, SegmentError};
use crate::id::Generation;
use crate::item::{Item, SegmentKind};
use crate::seal::{AgeSealer, Identity, Plain, SealError, Sealer};
use crate::seam::ReadAt;

/// An open segment. Several threads may read it; unsealing is done by one at a time, decompressing and decoding by each
/// for itself.
///
/// Holds about 200 KiB (age's chunks) and the index, 48 bytes a block. Opening costs one X25519 and unseals the
/// last chunk; after that a person costs a chunk or two.
pub struct SegmentReader {
    plain: Mutex<Option<Box<dyn Plain>>>,
    header: Header,
    entries: Vec<Entry>,
    items: u64,
    index_offset: u32,
}

impl SegmentReader {
    /// Opens a segment that must be of `kind` and `generation`, as the manifest says. Its digest must have been verified
    /// against the manifest before: what opens is not thereby ours.
    ///
    /// # Errors
    /// See [`SegmentError`].
    pub fn open(
        file: Box<dyn ReadAt>,
        identity: &Identity,
        kind: SegmentKind,
        generation: Generation,
    ) -> Result<Self, SegmentError> {
        Self::open_with(&AgeSealer, file, identity, kind, generation)
    }

    /// As [`SegmentReader::open`], unsealing with `sealer`.
    ///
    /// # Errors
    /// See [`SegmentError`].
    pub fn open_with(
        sealer: &dyn Sealer,
        file: Box<dyn ReadAt>,
        identity: &Identity,
        kind: SegmentKind,
        generation: Generation,
    ) -> Result<Self, SegmentError> {
        let len = file.len_bytes();
        if len > SEGMENT_LEN_BYTES_MAX {
            return Err(SegmentError::TooLong { len, limit: SEGMENT_LEN_BYTES_MAX });
        }
        let mut plain = sealer.open(file, &[identity])?;
        let plain_len = plain.seek(SeekFrom::End(0)).map_err(|e| SealError::from_stream(&e))?;
        let needed = (HEADER_LEN_BYTES + FOOTER_LEN_BYTES) as u64;
        if plain_len < needed {
            return Err(SegmentError::TooShort { len: plain_len, needed });
        }
        // Footer and index lie in the chunk that seeking from the end has just unsealed. The header does not: the
        // footer's check covers it, so it is read only to say what is wrong with it.
        let footer_bytes = read_array(&mut plain, plain_len - FOOTER_LEN_BYTES as u64)?;
        let footer = Footer::read(&footer_bytes, plain_len)?;
        let mut index = vec![0; footer.index_len as usize];
        read_at(&mut plain, footer.index_offset.into(), &mut index)?;
        let header = Header { kind, generation };
        if !footer.belongs_to(header, &index, &footer_bytes) {
            check_header(&mut plain, header)?;
            return Err(SegmentError::FooterCheckMismatch);
        }
        let entries = footer.read_index(&index)?;
        let (items, index_offset) = (footer.item_count, footer.index_offset);
        Ok(Self { plain: Mutex::new(Some(plain)), header, entries, items, index_offset })
    }

    /// The kind.
    #[must_use]
    pub const fn kind(&self) -> SegmentKind {
        self.header.kind
    }

    /// The generation it is sealed to.
    #[must_use]
    pub const fn generation(&self) -> Generation {
        self.header.generation
    }

    /// Number of items.
    #[must_use]
    pub const fn items(&self) -> u64 {
        self.items
    }

    /// All items of a person, in order of their keys. Unseals the block that can hold them, and the neighbours over
    /// which they stretch; the rest of the segment is not touched.
    ///
    /// # Errors
    /// See [`SegmentError`]. After an error of the seal or the disk the reader is [`SegmentError::Broken`].
    pub fn items_of(&self, person: &PersonId) -> Result<Vec<Item>, SegmentError> {
        let mut found: Vec<Item> = Vec::new();
        let mut unpacker = Unpacker::new()?;
        let mut packed = Zeroizing::default();
        for block in self.blocks_of(person) {
            let entry = self.read_packed(block, &mut packed)?;
            for (item, raw) in (0..).zip(unpacker.unpack(block, &entry, &packed)?) {
                let raw = raw?;
                let misplaced = SegmentError::ItemOrder { block, item };
                if item == 0 && raw.person != entry.first_person {
                    return Err(misplaced);
                }
                if raw.person != *person {
                    continue;
                }
                let decoded = raw.decode(self.header.kind)?;
                if found.last().is_some_and(|last| last.key >= decoded.key) {
                    return Err(misplaced);
                }
                found.push(decoded);
            }
        }
        Ok(found)
    }

    /// Every item in order, with all checks: what a verifier and the building of an index want.
    ///
    /// # Errors
    /// When zstd finds no memory; the iterator tells all other errors, and ends with the first.
    pub fn scan(&self) -> Result<Scan<'_>, SegmentError> {
        Scan::new(self)
    }

    /// The blocks that can hold a person's items: from the one that begins with somebody before, or with the person
    /// without going on from the block before, to the last that begins with the person.
    fn blocks_of(&self, person: &PersonId) -> core::ops::Range<u32> {
        let until = self.entries.partition_point(|e| e.first_person <= *person);
        let from = self.entries.partition_point(|e| e.first_person < *person);
        let begins_here =
            self.entries.get(from).is_some_and(|e| e.first_person == *person && !e.continues);
        let from = if begins_here { from } else { from.saturating_sub(1) };
        from as u32..until as u32
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Reads a compressed block into `packed`, which is used again.
    pub(super) fn read_packed(
        &self,
        block: u32,
        packed: &mut Zeroizing<Vec<u8>>,
    ) -> Result<Entry, SegmentError> {
        let entry = self.entries.get(block as usize).ok_or(SegmentError::Broken)?;
        self.read(entry.offset.into(), entry.len as usize, packed)?;
        Ok(*entry)
    }

    /// Reads the header and checks it, which opening has not.
    pub(super) fn check_header(&self) -> Result<(), SegmentError> {
        self.with_plain(|plain| check_header(plain, self.header))
    }

    /// Reads the gap between the last block and the index.
    pub(super) fn read_gap(&self, packed: &mut Zeroizing<Vec<u8>>) -> Result<(), SegmentError> {
        let end = self.entries.last().map_or(HEADER_LEN_BYTES as u64, Entry::end);
        let len = u64::from(self.index_offset).saturating_sub(end);
        self.read(end, len as usize, packed)
    }

    fn read(
        &self,
        offset: u64,
        len: usize,
        buf: &mut Zeroizing<Vec<u8>>,
    ) -> Result<(), SegmentError> {
        buf.resize(len, 0);
        self.with_plain(|plain| read_at(plain, offset, buf))
    }

    fn with_plain(
        &self,
        read: impl FnOnce(&mut Box<dyn Plain>) -> Result<(), SegmentError>,
    ) -> Result<(), SegmentError> {
        let mut guard = self.plain.lock().unwrap_or_else(PoisonError::into_inner);
        // Taken out while reading: age's stream does not know its place after an error, and what it would give then
        // could only be refused. A reader that failed stays failed.
        let mut plain = guard.take().ok_or(SegmentError::Broken)?;
        read(&mut plain)?;
        *guard = Some(plain);
        Ok(())
    }
}

/// Refuses content that does not begin with the header expected.
fn check_header(plain: &mut Box<dyn Plain>, expected: Header) -> Result<(), SegmentError> {
    let found = Header::read(&read_array(plain, 0)?)?;
    if found.kind != expected.kind {
        let (found, expected) = (found.kind, expected.kind);
        return Err(SegmentError::KindMismatch { found, expected });
    }
    if found.generation != expected.generation {
        let (found, expected) = (found.generation, expected.generation);
        return Err(SegmentError::GenerationMismatch { found, expected });
    }
    Ok(())
}

fn read_at(plain: &mut Box<dyn Plain>, offset: u64, buf: &mut [u8]) -> Result<(), SegmentError> {
    plain
        .seek(SeekFrom::Start(offset))
        .and_then(|_| plain.read_exact(buf))
        .map_err(|e| SegmentError::Seal(SealError::from_stream(&e)))
}

fn read_array<const N: usize>(
    plain: &mut Box<dyn Plain>,
    offset: u64,
) -> Result<[u8; N], SegmentError> {
    let mut bytes = [0; N];
    read_at(plain, offset, &mut bytes)?;
    Ok(bytes)
}
