//! Reading a segment from front to back.

use std::collections::VecDeque;

use zeroize::Zeroizing;

use super::block::Unpacker;
use super::{SegmentError, SegmentReader};
use crate::item::{Item, ItemKey};

/// Every item of a segment in order. Ends with the first error.
///
/// Checks more than a lookup can: that items ascend over the whole segment, that each block begins with the person the
/// index says and goes on with one exactly when the index says so, and that nothing stands between blocks and index.
pub struct Scan<'a> {
    reader: &'a SegmentReader,
    unpacker: Unpacker,
    packed: Zeroizing<Vec<u8>>,
    block: u32,
    ready: VecDeque<Item>,
    last: Option<ItemKey>,
    ended: bool,
}

impl<'a> Scan<'a> {
    pub(super) fn new(reader: &'a SegmentReader) -> Result<Self, SegmentError> {
        Ok(Self {
            reader,
            unpacker: Unpacker::new()?,
            packed: Zeroizing::default(),
            block: 0,
            ready: VecDeque::new(),
            last: None,
            ended: false,
        })
    }

    fn load(&mut self) -> Result<(), SegmentError> {
        if self.block as usize == self.reader.entries().len() {
            self.ended = true;
            return self.check_gap();
        }
        if self.block == 0 {
            self.reader.check_header()?;
        }
        let block = self.block;
        let entry = self.reader.read_packed(block, &mut self.packed)?;
        for (item, raw) in (0..).zip(self.unpacker.unpack(block, &entry, &self.packed)?) {
            let raw = raw?;
            let decoded = raw.decode(self.reader.kind())?;
            let continues = self.last.is_some_and(|last| last.person == decoded.key.person);
            let starts_well = raw.person == entry.first_person && continues == entry.continues;
            let ascends = self.last.is_none_or(|last| last < decoded.key);
            if !ascends || (item == 0 && !starts_well) {
                return Err(SegmentError::ItemOrder { block, item });
            }
            self.last = Some(decoded.key);
            self.ready.push_back(decoded);
        }
        self.block += 1;
        Ok(())
    }

    fn check_gap(&mut self) -> Result<(), SegmentError> {
        self.reader.read_gap(&mut self.packed)?;
        if self.packed.iter().any(|byte| *byte != 0) { Err(SegmentError::Gap) } else { Ok(()) }
    }
}

impl Iterator for Scan<'_> {
    type Item = Result<Item, SegmentError>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.ready.is_empty() && !self.ended {
            if let Err(error) = self.load() {
                self.ended = true;
                // A block that is wrong anywhere gives nothing.
                self.ready.clear();
                return Some(Err(error));
            }
        }
        self.ready.pop_front().map(Ok)
    }
}
