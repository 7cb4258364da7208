//! One record of a journal file: the clear part, the sealed body, and a check that tells a torn tail from damage.

use super::body::SEALED_LEN_BYTES_MAX;
use super::clear::{CLEAR_LEN_BYTES, ClearPart};
use super::header::Fields;
use crate::id::Digest;

// Record, little-endian. FORMAT.md, section "Journal".
//  0 84  clear        the clear part
// 84  4  in_batch     u32, how many records written by the same append stand before this one
// 88  4  sealed_len   u32, at most 65536
// 92  n  sealed       the sealed body
//  .  8  check        the first bytes of the BLAKE3 digest of all bytes of the record before
/// Length of a record beside its sealed body, in bytes.
pub(super) const FRAME_LEN_BYTES: usize = CLEAR_LEN_BYTES + 4 + 4 + CHECK_LEN_BYTES;
const CHECK_LEN_BYTES: usize = 8;

/// One record as it stands in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The clear part.
    pub clear: ClearPart,
    /// How many records of the same append stand before this one.
    pub in_batch: u32,
    /// The sealed body.
    pub sealed: Vec<u8>,
}

impl Record {
    /// Length in the file, in bytes.
    #[must_use]
    pub fn len_bytes(&self) -> u64 {
        FRAME_LEN_BYTES.saturating_add(self.sealed.len()) as u64
    }

    /// Appends the bytes to `out`.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let start = out.len();
        out.extend(self.clear.to_bytes());
        out.extend(self.in_batch.to_le_bytes());
        // No body longer than SEALED_LEN_BYTES_MAX is sealed.
        out.extend((self.sealed.len() as u32).to_le_bytes());
        out.extend(&self.sealed);
        let check = check(out.get(start..).unwrap_or_default());
        out.extend(check);
    }

    /// Reads a record from the front of `bytes`; nothing when it is not whole.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let mut fields = Fields(bytes);
        let clear = fields.take::<CLEAR_LEN_BYTES>()?;
        let in_batch = u32::from_le_bytes(fields.take()?);
        let sealed_len = u32::from_le_bytes(fields.take()?) as usize;
        if sealed_len > SEALED_LEN_BYTES_MAX {
            return None;
        }
        let sealed = fields.slice(sealed_len)?.to_vec();
        let checked = bytes.get(..bytes.len().checked_sub(fields.0.len())?)?;
        if fields.take()? != check(checked) {
            return None;
        }
        Some(Self { clear: ClearPart::from_bytes(&clear)?, in_batch, sealed })
    }

    /// Sequence of the first record of the append that wrote this one.
    pub(super) const fn batch_first(&self) -> u64 {
        self.clear.sequence.0.saturating_sub(self.in_batch as u64)
    }
}

fn check(bytes: &[u8]) -> [u8; CHECK_LEN_BYTES] {
    let digest = Digest::of(bytes);
    digest.as_bytes().first_chunk().copied().unwrap_or_default()
}
