//! Which snapshot, sealed to which generation of keys.

use core::fmt;

use serde::{Deserialize, Serialize};

/// The place of a snapshot in its region's history. Ordered: a later epoch is newer than any number of an earlier.
/// A node never goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SnapshotId {
    /// Grows only when the root threshold declares that the chain was broken. Starts at 1.
    pub epoch: u32,
    /// Grows by one with each publication. Starts at 1.
    pub number: u64,
}

/// `1.42`.
impl fmt::Display for SnapshotId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.epoch, self.number)
    }
}

/// Which identity of a region's keyring unseals a segment. Starts at 1 and grows with each rotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Generation(pub u32);

impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_epoch_is_newer_than_any_number() {
        let id = |epoch, number| SnapshotId { epoch, number };
        assert!(id(2, 1) > id(1, 999) && id(1, 3) > id(1, 2));
    }
}
