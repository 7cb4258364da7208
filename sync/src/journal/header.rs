//! The head of a journal file: whose it is, where in the tree it begins, and the sealed key of its bodies.

use tomoshibi_policies::ErrorClass;

use super::body_key::SEALED_KEY_LEN_BYTES_MAX;
use super::{Frontier, Sequence, TreeHash};
use crate::id::{Digest, Incarnation, NodeId};

// File header, little-endian. FORMAT.md, section "Journal".
//   0  8  magic            "TMJRNL" 0x1A 0x0A
//   8  2  version          u16
//  10  2  flags            u16, 0; another is a refusal
//  12 16  node
//  28  4  incarnation      u32
//  32  4  number           u32 of the file, from 0 in each incarnation
//  36  8  first            u64, sequence of the first record
//  44 32  previous         leaf hash of the entry before
//  76 32  root             of the tree over the `first` entries before
// 108  2  subtree_count    u16, the number of one bits of `first`
// 110  2  sealed_key_len   u16, at most 4096
// 112  .  subtrees         32 bytes each, largest first
//   .  .  sealed_key       an age file
//   . 32  digest           BLAKE3 of all bytes before
const MAGIC: [u8; 8] = *b"TMJRNL\x1A\x0A";
const VERSION: u16 = 1;
const FIXED_LEN_BYTES: usize = 112;
const DIGEST_LEN_BYTES: usize = 32;
/// Longest header: the fixed part, 64 subtrees, the longest sealed key, the digest.
pub const HEADER_LEN_BYTES_MAX: usize =
    FIXED_LEN_BYTES + 64 * 32 + SEALED_KEY_LEN_BYTES_MAX + DIGEST_LEN_BYTES;

/// The head of a journal file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileHeader {
    /// Whose journal.
    pub node: NodeId,
    /// Which life of the node.
    pub incarnation: Incarnation,
    /// Number of the file, from 0 in each incarnation.
    pub number: u32,
    /// Leaf hash of the entry before the first record.
    pub previous: TreeHash,
    /// The tree over all entries before; its size is the sequence of the first record.
    pub before: Frontier,
    /// The body key as an age file.
    pub sealed_key: Vec<u8>,
}

/// Why the head of a file is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// Not a journal file.
    #[error("not a journal file: the first bytes are wrong")]
    Magic,
    /// A later version.
    #[error("version {found} of a journal file is not known, at most {VERSION} is")]
    Version {
        /// Version in the file.
        found: u16,
    },
    /// A flag that is not known.
    #[error("flags {found:#06x} of a journal file are not known")]
    Flags {
        /// Flags in the file.
        found: u16,
    },
    /// Fewer bytes than the header needs.
    #[error("a journal file of {len} bytes ends inside its header")]
    Truncated {
        /// Bytes given.
        len: usize,
    },
    /// A sealed key longer than any real one.
    #[error("a sealed body key of {len} bytes, at most {SEALED_KEY_LEN_BYTES_MAX} are read")]
    SealedKeyTooLong {
        /// Length in the header.
        len: usize,
    },
    /// The digest of the header is another.
    #[error("the header's digest is {found}, its bytes give {expected}")]
    Digest {
        /// Digest in the file.
        found: Digest,
        /// Digest of the bytes.
        expected: Digest,
    },
    /// Subtrees that do not fit the first sequence or the root.
    #[error("the header's tree before entry {first} does not have the root it states")]
    Tree {
        /// Sequence of the first record.
        first: Sequence,
    },
}

impl HeaderError {
    /// Unsupported, exhausted or corrupt.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Version { .. } | Self::Flags { .. } => ErrorClass::Unsupported,
            Self::SealedKeyTooLong { .. } => ErrorClass::Exhausted,
            _ => ErrorClass::Corrupt,
        }
    }
}

impl FileHeader {
    /// Sequence of the first record.
    #[must_use]
    pub const fn first(&self) -> Sequence {
        Sequence(self.before.size())
    }

    /// The bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let subtrees = self.before.full_subtrees();
        let mut bytes = MAGIC.to_vec();
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend([0; 2]);
        bytes.extend(self.node.as_bytes());
        bytes.extend(self.incarnation.0.to_le_bytes());
        bytes.extend(self.number.to_le_bytes());
        bytes.extend(self.before.size().to_le_bytes());
        bytes.extend(self.previous.as_bytes());
        bytes.extend(self.before.root().as_bytes());
        // A frontier has at most 64 subtrees, and no sealed key longer than the limit is made.
        bytes.extend((subtrees.len() as u16).to_le_bytes());
        bytes.extend((self.sealed_key.len() as u16).to_le_bytes());
        bytes.extend(subtrees.iter().flat_map(TreeHash::as_bytes));
        bytes.extend(&self.sealed_key);
        let digest = Digest::of(&bytes);
        bytes.extend(digest.as_bytes());
        bytes
    }

    /// Reads the head of a file; returns it with its length in bytes.
    ///
    /// # Errors
    /// See [`HeaderError`].
    pub fn from_prefix(bytes: &[u8]) -> Result<(Self, usize), HeaderError> {
        let truncated = HeaderError::Truncated { len: bytes.len() };
        let mut fields = Fields(bytes);
        if !bytes.starts_with(&MAGIC) {
            let is_prefix = MAGIC.starts_with(bytes);
            return Err(if is_prefix { truncated } else { HeaderError::Magic });
        }
        fields.take::<8>().ok_or(truncated)?;
        match u16::from_le_bytes(fields.take().ok_or(truncated)?) {
            VERSION => (),
            found => return Err(HeaderError::Version { found }),
        }
        match u16::from_le_bytes(fields.take().ok_or(truncated)?) {
            0 => (),
            found => return Err(HeaderError::Flags { found }),
        }
        Self::fields(&mut fields, bytes).unwrap_or(Err(truncated))
    }

    /// Reads what follows the flags; nothing when there are too few bytes.
    fn fields(fields: &mut Fields<'_>, bytes: &[u8]) -> Option<Result<(Self, usize), HeaderError>> {
        let node = NodeId::from_bytes(fields.take()?);
        let incarnation = Incarnation(u32::from_le_bytes(fields.take()?));
        let number = u32::from_le_bytes(fields.take()?);
        let first = u64::from_le_bytes(fields.take()?);
        let previous = TreeHash::from_bytes(fields.take()?);
        let root = TreeHash::from_bytes(fields.take()?);
        let subtree_count = usize::from(u16::from_le_bytes(fields.take()?));
        let sealed_key_len = usize::from(u16::from_le_bytes(fields.take()?));
        if sealed_key_len > SEALED_KEY_LEN_BYTES_MAX {
            return Some(Err(HeaderError::SealedKeyTooLong { len: sealed_key_len }));
        }
        let subtrees = fields.slice(subtree_count.checked_mul(32)?)?;
        let sealed_key = fields.slice(sealed_key_len)?.to_vec();
        let signed_len = bytes.len().checked_sub(fields.0.len())?;
        let expected = Digest::of(bytes.get(..signed_len)?);
        let found = Digest::from_bytes(fields.take()?);
        if found != expected {
            return Some(Err(HeaderError::Digest { found, expected }));
        }
        let (subtrees, _) = subtrees.as_chunks::<32>();
        let subtrees = subtrees.iter().copied().map(TreeHash::from_bytes).collect();
        let before = Frontier::from_parts(first, subtrees).filter(|f| f.root() == root);
        let Some(before) = before else {
            return Some(Err(HeaderError::Tree { first: Sequence(first) }));
        };
        let header = Self { node, incarnation, number, previous, before, sealed_key };
        Some(Ok((header, signed_len.checked_add(DIGEST_LEN_BYTES)?)))
    }
}

/// Bytes that are taken from the front.
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl<'a> Fields<'a> {
    pub(super) fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (field, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*field)
    }

    pub(super) fn slice(&mut self, len: usize) -> Option<&'a [u8]> {
        let (field, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::genesis;

    fn sample() -> FileHeader {
        let mut before = Frontier::default();
        (0..5_u8).for_each(|n| before.push(TreeHash::of_leaf(&[n])));
        let (node, incarnation) = (NodeId::from_bytes([0xAA; 16]), Incarnation(3));
        let previous = genesis(node, incarnation);
        FileHeader { node, incarnation, number: 2, previous, before, sealed_key: vec![7; 9] }
    }

    #[test]
    fn a_header_is_read_back() {
        let mut bytes = sample().to_bytes();
        assert_eq!(bytes.len(), FIXED_LEN_BYTES + 2 * 32 + 9 + 32);
        bytes.extend([1, 2, 3]);
        assert_eq!(FileHeader::from_prefix(&bytes), Ok((sample(), bytes.len() - 3)));
    }

    #[test]
    fn every_changed_byte_and_every_truncation_is_refused() {
        let bytes = sample().to_bytes();
        for place in 0..bytes.len() {
            let mut bad = bytes.clone();
            bad[place] ^= 1;
            assert!(FileHeader::from_prefix(&bad).is_err(), "{place}");
            let error = FileHeader::from_prefix(&bytes[..place]).unwrap_err();
            assert_eq!(error, HeaderError::Truncated { len: place });
        }
    }
}
