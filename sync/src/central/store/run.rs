//! A sorted run: items of one kind, written once, read from front to back.
//!
//! FORMAT, integers little-endian:
//! ```text
//! header, 16 bytes      0  8  magic "TMSRUN" 0x1A 0x0A
//!                       8  2  version u16
//!                      10  1  kind u8
//!                      11  5  zero
//! item                  0  4  length of the rest u32
//!                       4 16  person
//!                      20  8  accepted i64, days since 1970-01-01
//!                      28  8  sequence u64
//!                      36  8  batch u64
//!                      44  1  length of the sub key u8
//!                      45  n  sub key, then the record
//! footer, 44 bytes      0  4  0xFFFFFFFF
//!                       4  8  number of items u64
//!                      12 32  BLAKE3 of everything before the footer
//! ```
//! Items ascend by person, sub key, accepted, sequence, batch; equal ones keep the order in which they came. A reader
//! that has given every item without an error has also checked the digest.

mod read;
mod write;

use std::cmp::Ordering;

use tomoshibi_policies::record::{PersonId, SourceOrder};

pub(super) use read::RunReader;
pub(super) use write::RunWriter;

const MAGIC: &[u8; 8] = b"TMSRUN\x1A\n";
const VERSION: u16 = 1;
const HEADER_LEN_BYTES: usize = 16;
/// Person to length of the sub key.
const ITEM_HEAD_LEN_BYTES: usize = 41;
const FOOTER_MARK: u32 = u32::MAX;
/// Longest item: a record of 1 MiB, its head and the longest sub key.
const ITEM_LEN_BYTES_MAX: usize = (1 << 20) + ITEM_HEAD_LEN_BYTES + u8::MAX as usize;
/// Read and write buffer.
const BUFFER_LEN_BYTES: usize = 64 << 10;

/// An item whose record is still bytes.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct RawItem {
    pub(super) person: PersonId,
    pub(super) sub: Vec<u8>,
    pub(super) order: SourceOrder,
    pub(super) batch: u64,
    pub(super) record: Vec<u8>,
}

impl RawItem {
    /// The order of runs. Records do not count: equal places keep the order in which they came.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        let place = |item: &Self| (item.order, item.batch);
        self.person
            .cmp(&other.person)
            .then_with(|| self.sub.cmp(&other.sub))
            .then_with(|| place(self).cmp(&place(other)))
    }

    /// True when the two are the same record, come again.
    pub(super) fn is_same_key(&self, other: &Self) -> bool {
        self.person == other.person && self.sub == other.sub
    }
}
