//! What the state holds of the line to the centre.

use serde::{Deserialize, Serialize};
use tomoshibi_policies::time::Timestamp;

use super::Stored;

/// Where the centre was found at enrolment, `host:port`. The configuration can say another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CentreAt {
    /// Host and port.
    pub address: String,
}

impl Stored for CentreAt {
    const WHAT: &'static str = "centre address";
    const VERSION: u16 = 1;
    type Wire = String;

    fn to_wire(&self) -> String {
        self.address.clone()
    }

    fn from_wire(address: String) -> Option<Self> {
        crate::config::is_address(&address).then_some(Self { address })
    }
}

/// When the centre was last heard, and when the last round went well from end to end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LineRecord {
    /// When the centre last admitted this node.
    pub reached_at: Option<Timestamp>,
    /// End of the last round that went well.
    pub synced_at: Option<Timestamp>,
}

/// Wire structure of [`LineRecord`].
#[derive(Serialize, Deserialize)]
pub struct LineRecordV1 {
    reached_at: Option<i64>,
    synced_at: Option<i64>,
}

impl Stored for LineRecord {
    const WHAT: &'static str = "line record";
    const VERSION: u16 = 1;
    type Wire = LineRecordV1;

    fn to_wire(&self) -> LineRecordV1 {
        LineRecordV1 {
            reached_at: self.reached_at.map(Timestamp::as_millis),
            synced_at: self.synced_at.map(Timestamp::as_millis),
        }
    }

    fn from_wire(wire: LineRecordV1) -> Option<Self> {
        Some(Self {
            reached_at: wire.reached_at.map(Timestamp::from_millis),
            synced_at: wire.synced_at.map(Timestamp::from_millis),
        })
    }
}

/// How a journal and the centre's came apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parting {
    /// The centre holds more of it than the node: an older disk was put back, or a clone runs.
    Behind,
    /// The centre holds another history.
    Forked,
    /// The centre lacks entries that the node no longer has.
    Gap,
    /// The centre refuses what the node signs.
    Refused,
}

impl Parting {
    const ALL: [Self; 4] = [Self::Behind, Self::Forked, Self::Gap, Self::Refused];

    /// The stable word of journal and alarms.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Behind => "journal-behind",
            Self::Forked => "journal-forked",
            Self::Gap => "journal-gap",
            Self::Refused => "journal-refused",
        }
    }
}

/// A journal that the centre does not take as the continuation of what it holds. While this is there the journal is
/// evidence beside another one: it is not written on, and no start takes it up again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parted {
    /// How.
    pub how: Parting,
    /// Entries of the node's journal that were handed over as evidence.
    pub size: u64,
    /// When it was found.
    pub at: Timestamp,
}

/// Wire structure of [`Parted`].
#[derive(Serialize, Deserialize)]
pub struct PartedV1 {
    how: u8,
    size: u64,
    at: i64,
}

impl Stored for Parted {
    const WHAT: &'static str = "parted journal";
    const VERSION: u16 = 1;
    type Wire = PartedV1;

    fn to_wire(&self) -> PartedV1 {
        PartedV1 { how: self.how as u8, size: self.size, at: self.at.as_millis() }
    }

    fn from_wire(wire: PartedV1) -> Option<Self> {
        let how = Parting::ALL.into_iter().find(|how| *how as u8 == wire.how)?;
        Some(Self { how, size: wire.size, at: Timestamp::from_millis(wire.at) })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tomoshibi_sync::id::Incarnation;

    use super::super::{Change, MemoryState, State, StateStore, key};
    use super::*;

    #[test]
    fn every_record_keeps_its_bytes_and_its_meaning() {
        let store = Arc::new(MemoryState::default());
        let state = State::new(store.clone());
        let at = Timestamp::from_millis(1);
        let centre = CentreAt { address: "a:1".into() };
        let line = LineRecord { reached_at: Some(at), synced_at: None };
        let parted = Parted { how: Parting::Gap, size: 5, at };
        let third = key::parted(Incarnation(3));
        let change = Change::default()
            .put(&key::centre(), &centre)
            .put(&key::line(), &line)
            .put(&third, &parted);
        state.apply(change).unwrap();
        assert_eq!(state.get(&key::centre()).unwrap(), Some(centre));
        assert_eq!(state.get(&key::line()).unwrap(), Some(line));
        assert_eq!(state.get(&third).unwrap(), Some(parted));
        let bytes = |name: &str| store.get(name).unwrap().unwrap();
        assert_eq!(bytes("centre"), [1, 0, 3, b'a', b':', b'1']);
        assert_eq!(bytes("line"), [1, 0, 1, 2, 0]);
        assert_eq!(bytes("parted/3"), [1, 0, 2, 5, 2]);
        store.put_all(&[("parted/3".into(), Some(vec![1, 0, 9, 5, 2]))]).unwrap();
        assert!(state.get(&third).is_err());
    }
}
