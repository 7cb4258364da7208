//! The clear part of an entry: what everybody may see of it, and the leaf of the tree.

use core::fmt;

use tomoshibi_policies::time::Timestamp;

use super::TreeHash;
use crate::id::{Digest, Incarnation, NodeId};

// Clear part, 84 bytes, little-endian. FORMAT.md, section "Journal".
//  0  8  sequence   u64, from 0 in each incarnation
//  8  8  time       i64, milliseconds since 1970 UTC
// 16  2  kind       u16, see EntryKind
// 18  1  quality    u8, see ClockQuality
// 19  1  reserved   0
// 20 32  body       BLAKE3 digest of the sealed body
// 52 32  previous   RFC 6962 leaf hash of the clear part before; of the first: see genesis()
/// Length of a clear part, in bytes.
pub const CLEAR_LEN_BYTES: usize = 84;
/// How many of them stand before the digest: with node and incarnation, the associated data of the sealed body.
const BEFORE_DIGEST_LEN_BYTES: usize = 20;

/// The place of an entry in the journal of one incarnation, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sequence(pub u64);

impl fmt::Display for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How far the time of an entry can be believed. There is no time source in a disaster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum ClockQuality {
    /// Never set, or known to be wrong.
    Unknown = 0,
    /// Set by a person.
    Manual = 1,
    /// Was synchronised once, has run free since.
    Holdover = 2,
    /// Synchronised now.
    Synchronised = 3,
}

impl ClockQuality {
    /// The quality with this number.
    #[must_use]
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Unknown),
            1 => Some(Self::Manual),
            2 => Some(Self::Holdover),
            3 => Some(Self::Synchronised),
            _ => None,
        }
    }

    /// The word used in JSON and tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Manual => "manual",
            Self::Holdover => "holdover",
            Self::Synchronised => "synchronised",
        }
    }
}

/// The clear part. Kind and quality are kept as numbers: a reader takes over entries of kinds that came after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClearPart {
    /// Place in the journal.
    pub sequence: Sequence,
    /// When, by the node's clock.
    pub time: Timestamp,
    /// Number of the kind, see [`EntryKind`](super::EntryKind).
    pub kind: u16,
    /// Number of the clock quality, see [`ClockQuality`].
    pub quality: u8,
    /// Digest of the sealed body.
    pub body: Digest,
    /// Leaf hash of the entry before.
    pub previous: TreeHash,
}

impl ClearPart {
    /// The bytes.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; CLEAR_LEN_BYTES] {
        let fields = [
            &self.sequence.0.to_le_bytes()[..],
            &self.time.as_millis().to_le_bytes(),
            &self.kind.to_le_bytes(),
            &[self.quality, 0],
            self.body.as_bytes(),
            self.previous.as_bytes(),
        ];
        let mut bytes = [0; CLEAR_LEN_BYTES];
        bytes.iter_mut().zip(fields.into_iter().flatten()).for_each(|(to, from)| *to = *from);
        bytes
    }

    /// Reads the bytes; nothing when the reserved byte is not 0.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; CLEAR_LEN_BYTES]) -> Option<Self> {
        let (sequence, rest) = bytes.split_first_chunk::<8>()?;
        let (time, rest) = rest.split_first_chunk::<8>()?;
        let (kind, rest) = rest.split_first_chunk::<2>()?;
        let ([quality, reserved], rest) = rest.split_first_chunk::<2>()?;
        let (body, rest) = rest.split_first_chunk::<32>()?;
        let previous = rest.first_chunk::<32>()?;
        (*reserved == 0).then(|| Self {
            sequence: Sequence(u64::from_le_bytes(*sequence)),
            time: Timestamp::from_millis(i64::from_le_bytes(*time)),
            kind: u16::from_le_bytes(*kind),
            quality: *quality,
            body: Digest::from_bytes(*body),
            previous: TreeHash::from_bytes(*previous),
        })
    }

    /// The leaf hash.
    #[must_use]
    pub fn leaf(&self) -> TreeHash {
        TreeHash::of_leaf(&self.to_bytes())
    }

    /// What the seal of the body binds: whose journal, and all of the clear part that is known before sealing. (The
    /// digest of the sealed body cannot be known then; the chain and the tree bind it.)
    pub(super) fn associated_data(&self, node: NodeId, incarnation: Incarnation) -> Vec<u8> {
        let mut data = node.as_bytes().to_vec();
        data.extend(incarnation.0.to_le_bytes());
        data.extend(self.to_bytes().iter().take(BEFORE_DIGEST_LEN_BYTES));
        data
    }
}

/// What the first entry has as its previous: binds the chain to one node and incarnation.
#[must_use]
pub fn genesis(node: NodeId, incarnation: Incarnation) -> TreeHash {
    let mut text = b"tomoshibi journal v1\n".to_vec();
    text.extend(node.as_bytes());
    text.extend(incarnation.0.to_le_bytes());
    TreeHash::of_leaf(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> ClearPart {
        ClearPart {
            sequence: Sequence(0x0102),
            time: Timestamp::from_millis(-1),
            kind: 17,
            quality: ClockQuality::Holdover as u8,
            body: Digest::from_bytes([0xBB; 32]),
            previous: TreeHash::from_bytes([0xCC; 32]),
        }
    }

    #[test]
    fn the_bytes_are_the_ones_the_format_describes() {
        let bytes = sample().to_bytes();
        assert_eq!(bytes[..8], [2, 1, 0, 0, 0, 0, 0, 0]);
        assert_eq!(bytes[8..16], [0xFF; 8]);
        assert_eq!(bytes[16..20], [17, 0, 2, 0]);
        assert_eq!((&bytes[20..52], &bytes[52..]), (&[0xBB; 32][..], &[0xCC; 32][..]));
        assert_eq!(ClearPart::from_bytes(&bytes), Some(sample()));
    }

    #[test]
    fn a_reserved_byte_that_is_used_is_refused() {
        let mut bytes = sample().to_bytes();
        bytes[19] = 1;
        assert_eq!(ClearPart::from_bytes(&bytes), None);
    }

    #[test]
    fn the_chain_of_each_node_and_incarnation_begins_elsewhere() {
        let of = |node: u8, n| genesis(NodeId::from_bytes([node; 16]), Incarnation(n));
        assert!(of(1, 1) != of(1, 2) && of(1, 1) != of(2, 1));
    }

    #[test]
    fn qualities_have_one_number_each() {
        for code in 0..=255 {
            assert_eq!(ClockQuality::from_code(code).map_or(code, |q| q as u8), code);
        }
        assert_eq!(ClockQuality::from_code(4), None);
    }
}
