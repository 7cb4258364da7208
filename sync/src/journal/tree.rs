//! The Merkle tree over the clear parts: RFC 6962, section 2.1, with SHA-256, as C2SP tlog has it.
//!
//! Promises: a [`Frontier`] takes leaves in order and knows the root at every size, in the space of one hash for each
//! bit of the size. Not covered: proofs; whoever needs one builds the whole tree (ct-merkle does, see `verify`).

use core::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The root of a tree of entries, or one of its nodes: a SHA-256 hash of 32 bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TreeHash([u8; 32]);

impl TreeHash {
    /// The hash with these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The root of the tree with no leaves: the hash of nothing.
    #[must_use]
    pub fn of_nothing() -> Self {
        Self(Sha256::digest([]).into())
    }

    /// The hash of a leaf.
    #[must_use]
    pub fn of_leaf(leaf: &[u8]) -> Self {
        Self(Sha256::new().chain_update([0]).chain_update(leaf).finalize().into())
    }

    /// The hash of a node above two others.
    #[must_use]
    pub fn of_node(left: &Self, right: &Self) -> Self {
        let hash = Sha256::new().chain_update([1]).chain_update(left.0).chain_update(right.0);
        Self(hash.finalize().into())
    }
}

/// 64 lower-case hexadecimal digits.
impl fmt::Display for TreeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for TreeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The right edge of a tree: the roots of its full subtrees, largest first, one for each set bit of the size.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Frontier {
    size: u64,
    full: Vec<TreeHash>,
}

impl Frontier {
    /// The frontier of a tree of `size` leaves, or nothing when the number of hashes does not fit the size.
    #[must_use]
    pub fn from_parts(size: u64, full: Vec<TreeHash>) -> Option<Self> {
        (full.len() == size.count_ones() as usize).then_some(Self { size, full })
    }

    /// Number of leaves.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The roots of the full subtrees, largest first.
    #[must_use]
    pub fn full_subtrees(&self) -> &[TreeHash] {
        &self.full
    }

    /// Adds the next leaf, given by its hash.
    pub fn push(&mut self, leaf: TreeHash) {
        let mut hash = leaf;
        // Each trailing one bit of the size is a full subtree as large as the one being built: they join.
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.full.pop() {
                hash = TreeHash::of_node(&left, &hash);
            }
        }
        self.full.push(hash);
        self.size = self.size.saturating_add(1);
    }

    /// The root.
    #[must_use]
    pub fn root(&self) -> TreeHash {
        let mut subtrees = self.full.iter().rev();
        let Some(first) = subtrees.next() else { return TreeHash::of_nothing() };
        subtrees.fold(*first, |right, left| TreeHash::of_node(left, &right))
    }
}

#[cfg(test)]
mod tests {
    use ct_merkle::mem_backed_tree::MemoryBackedTree;

    use super::*;

    fn hex(text: &str) -> TreeHash {
        let byte = |i: usize| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap();
        TreeHash(core::array::from_fn(byte))
    }

    #[test]
    fn the_roots_are_those_of_the_known_answers() {
        // The test vectors of the Certificate Transparency project for trees of 1, 2, 3 and 8 leaves.
        let leaves: [&[u8]; 8] = [
            &[],
            &[0x00],
            &[0x10],
            &[0x20, 0x21],
            &[0x30, 0x31],
            &[0x40, 0x41, 0x42, 0x43],
            &[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
            &[
                0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d,
                0x6e, 0x6f,
            ],
        ];
        let known = [
            (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
            (2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
            (3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
            (8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
        ];
        for (size, root) in known {
            let mut frontier = Frontier::default();
            leaves[..size].iter().for_each(|leaf| frontier.push(TreeHash::of_leaf(leaf)));
            assert_eq!(frontier.root(), hex(root), "{size}");
        }
        let empty = hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(Frontier::default().root(), empty);
    }

    #[test]
    fn every_size_agrees_with_another_implementation() {
        let mut frontier = Frontier::default();
        let mut tree = MemoryBackedTree::<sha2_for_ct_merkle::Sha256, [u8; 2]>::new();
        for n in 0_u16..300 {
            frontier.push(TreeHash::of_leaf(&n.to_be_bytes()));
            tree.push(n.to_be_bytes());
            assert_eq!(frontier.root().as_bytes()[..], tree.root().as_bytes()[..], "{n}");
            let parts = Frontier::from_parts(frontier.size(), frontier.full_subtrees().to_vec());
            assert_eq!(parts, Some(frontier.clone()));
        }
        assert_eq!(Frontier::from_parts(3, vec![TreeHash::of_nothing()]), None);
    }
}
