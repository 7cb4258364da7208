//! What the state holds, and the wire structures it is written as. FORMAT.md, section "Node state": field order is the
//! format.

use serde::{Deserialize, Serialize};
use tomoshibi_policies::record::RegionCode;
use tomoshibi_policies::time::Timestamp;
use tomoshibi_sync::id::{Digest, Incarnation, NodeId, SnapshotId};

use tomoshibi_sync::revocation::ListId;

use super::Stored;

/// Who this node is, since its enrolment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NodeRecord {
    /// The node.
    pub node: NodeId,
    /// Which life of it.
    pub incarnation: Incarnation,
    /// The region it was enrolled for.
    pub region: RegionCode,
    /// True for a drill's node.
    pub drill: bool,
    /// Digest of the trust root that was pinned.
    pub trust_root: Digest,
    /// When.
    pub enrolled_at: Timestamp,
}

/// Wire structure of [`NodeRecord`].
#[derive(Serialize, Deserialize)]
pub struct NodeRecordV1 {
    node: NodeId,
    incarnation: u32,
    region: u8,
    drill: bool,
    trust_root: Digest,
    enrolled_at: i64,
}

impl Stored for NodeRecord {
    const WHAT: &'static str = "node record";
    const VERSION: u16 = 1;
    type Wire = NodeRecordV1;

    fn to_wire(&self) -> NodeRecordV1 {
        NodeRecordV1 {
            node: self.node,
            incarnation: self.incarnation.0,
            region: self.region.get(),
            drill: self.drill,
            trust_root: self.trust_root,
            enrolled_at: self.enrolled_at.as_millis(),
        }
    }

    fn from_wire(wire: NodeRecordV1) -> Option<Self> {
        Some(Self {
            node: wire.node,
            incarnation: Incarnation(wire.incarnation),
            region: RegionCode::new(wire.region).ok()?,
            drill: wire.drill,
            trust_root: wire.trust_root,
            enrolled_at: Timestamp::from_millis(wire.enrolled_at),
        })
    }
}

/// The newest snapshot that was ever made current: the floor below which the node never goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Active {
    /// Which.
    pub id: SnapshotId,
    /// Digest of its manifest.
    pub manifest: Digest,
    /// When it was made current here.
    pub promoted_at: Timestamp,
}

/// Wire structure of [`Active`].
#[derive(Serialize, Deserialize)]
pub struct ActiveV1 {
    epoch: u32,
    number: u64,
    manifest: Digest,
    promoted_at: i64,
}

impl Stored for Active {
    const WHAT: &'static str = "active snapshot";
    const VERSION: u16 = 1;
    type Wire = ActiveV1;

    fn to_wire(&self) -> ActiveV1 {
        ActiveV1 {
            epoch: self.id.epoch,
            number: self.id.number,
            manifest: self.manifest,
            promoted_at: self.promoted_at.as_millis(),
        }
    }

    fn from_wire(wire: ActiveV1) -> Option<Self> {
        Some(Self {
            id: SnapshotId { epoch: wire.epoch, number: wire.number },
            manifest: wire.manifest,
            promoted_at: Timestamp::from_millis(wire.promoted_at),
        })
    }
}

/// How much of this incarnation's journal is durable at the centre.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledged {
    /// Of which life.
    pub incarnation: Incarnation,
    /// Entries, from 0.
    pub size: u64,
    /// When the centre said so.
    pub at: Timestamp,
    /// The checkpoint with the centre's cosignature, as a signed note.
    pub checkpoint: Vec<u8>,
}

/// Wire structure of [`Acknowledged`].
#[derive(Serialize, Deserialize)]
pub struct AcknowledgedV1 {
    incarnation: u32,
    size: u64,
    at: i64,
    checkpoint: Vec<u8>,
}

impl Stored for Acknowledged {
    const WHAT: &'static str = "journal acknowledgement";
    const VERSION: u16 = 1;
    type Wire = AcknowledgedV1;

    fn to_wire(&self) -> AcknowledgedV1 {
        AcknowledgedV1 {
            incarnation: self.incarnation.0,
            size: self.size,
            at: self.at.as_millis(),
            checkpoint: self.checkpoint.clone(),
        }
    }

    fn from_wire(wire: AcknowledgedV1) -> Option<Self> {
        Some(Self {
            incarnation: Incarnation(wire.incarnation),
            size: wire.size,
            at: Timestamp::from_millis(wire.at),
            checkpoint: wire.checkpoint,
        })
    }
}

/// How far the centre's inbox has been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct InboxCursor(pub u64);

impl Stored for InboxCursor {
    const WHAT: &'static str = "inbox cursor";
    const VERSION: u16 = 1;
    type Wire = u64;

    fn to_wire(&self) -> u64 {
        self.0
    }

    fn from_wire(wire: u64) -> Option<Self> {
        Some(Self(wire))
    }
}

impl Stored for ListId {
    const WHAT: &'static str = "revocation list's name";
    const VERSION: u16 = 1;
    type Wire = (u64, Digest);

    fn to_wire(&self) -> (u64, Digest) {
        (self.number, self.digest)
    }

    fn from_wire((number, digest): (u64, Digest)) -> Option<Self> {
        (number > 0).then_some(Self { number, digest })
    }
}

/// The time below which time never runs: the latest issue time that the centre signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeFloor(pub Timestamp);

impl Stored for TimeFloor {
    const WHAT: &'static str = "time floor";
    const VERSION: u16 = 1;
    type Wire = i64;

    fn to_wire(&self) -> i64 {
        self.0.as_millis()
    }

    fn from_wire(wire: i64) -> Option<Self> {
        Some(Self(Timestamp::from_millis(wire)))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::{Change, MemoryState, State, StateStore, key};
    use super::*;

    #[test]
    fn every_record_keeps_its_bytes_and_its_meaning() {
        let store = Arc::new(MemoryState::default());
        let state = State::new(store.clone());
        let at = Timestamp::from_millis(1);
        let digest = Digest::from_bytes([7; 32]);
        let region = RegionCode::new(17).unwrap();
        let node = NodeRecord {
            node: NodeId::from_bytes([1; 16]),
            incarnation: Incarnation(2),
            region,
            drill: true,
            trust_root: digest,
            enrolled_at: at,
        };
        let id = SnapshotId { epoch: 1, number: 300 };
        let active = Active { id, manifest: digest, promoted_at: at };
        let checkpoint = vec![9, 9];
        let acknowledged = Acknowledged { incarnation: Incarnation(2), size: 5, at, checkpoint };
        let list = ListId { number: 300, digest };
        let change = Change::default()
            .put(&key::revocations(), &list)
            .put(&key::node(), &node)
            .put(&key::active(region), &active)
            .put(&key::acknowledged(), &acknowledged);
        state.apply(change).unwrap();
        assert_eq!(state.get(&key::node()).unwrap(), Some(node));
        assert_eq!(state.get(&key::active(region)).unwrap(), Some(active));
        assert_eq!(state.get(&key::acknowledged()).unwrap(), Some(acknowledged));

        assert_eq!(state.get(&key::revocations()).unwrap(), Some(list));

        let bytes = |name: &str| store.get(name).unwrap().unwrap();
        let expected = [&[1, 0][..], &[1; 16], &[2, 17, 1], &[7; 32], &[2]].concat();
        assert_eq!(bytes("node"), expected);
        let expected = [&[1, 0][..], &[1, 251, 44, 1], &[7; 32], &[2]].concat();
        assert_eq!(bytes("active/17"), expected);
        let expected = [&[1, 0][..], &[251, 44, 1], &[7; 32]].concat();
        assert_eq!(bytes("revocations"), expected);
        assert_eq!(bytes("acknowledged"), [1, 0, 2, 5, 2, 2, 9, 9]);
    }
}
