//! How long the node has run, all processes together: what counts on when no clock of the wall can be believed.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tomoshibi_policies::time::Timestamp;

use super::Stored;

/// Running time of the node since its state was made. Power cuts take up to a minute of it, never give any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ran(pub Duration);

impl Stored for Ran {
    const WHAT: &'static str = "running time";
    const VERSION: u16 = 1;
    type Wire = u64;

    fn to_wire(&self) -> u64 {
        u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX)
    }

    fn from_wire(wire: u64) -> Option<Self> {
        Some(Self(Duration::from_millis(wire)))
    }
}

/// A time on the wall, and how long the node had run by then. From it on, running time tells the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anchor {
    /// The time.
    pub at: Timestamp,
    /// Running time of the node by then.
    pub ran: Duration,
}

impl Anchor {
    /// The time when the node has run for `ran`; never before the anchor.
    #[must_use]
    pub fn time_after(&self, ran: Duration) -> Timestamp {
        let since = ran.saturating_sub(self.ran).as_millis();
        self.at.plus_millis(i64::try_from(since).unwrap_or(i64::MAX))
    }
}

/// Wire structure of [`Anchor`].
#[derive(Serialize, Deserialize)]
pub struct AnchorV1 {
    at: i64,
    ran: u64,
}

impl Stored for Anchor {
    const WHAT: &'static str = "time with its running time";
    const VERSION: u16 = 1;
    type Wire = AnchorV1;

    fn to_wire(&self) -> AnchorV1 {
        AnchorV1 { at: self.at.as_millis(), ran: Ran(self.ran).to_wire() }
    }

    fn from_wire(wire: AnchorV1) -> Option<Self> {
        let (at, ran) = (Timestamp::from_millis(wire.at), Duration::from_millis(wire.ran));
        Some(Self { at, ran })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::{Change, MemoryState, State, StateStore, key};
    use super::*;

    #[test]
    fn running_times_keep_their_bytes_and_their_meaning() {
        let store = Arc::new(MemoryState::default());
        let state = State::new(store.clone());
        let anchor = Anchor { at: Timestamp::from_millis(2), ran: Duration::from_millis(3) };
        let ran = Ran(Duration::from_millis(300));
        let change = Change::default().put(&key::opened_ran(), &anchor).put(&key::ran(), &ran);
        state.apply(change).unwrap();
        assert_eq!(state.get(&key::opened_ran()).unwrap(), Some(anchor));
        assert_eq!(state.get(&key::ran()).unwrap(), Some(ran));
        assert_eq!(store.get("opened-ran").unwrap().unwrap(), [1, 0, 4, 3]);
        assert_eq!(store.get("ran").unwrap().unwrap(), [1, 0, 251, 44, 1]);
        assert_eq!(anchor.time_after(Duration::ZERO), anchor.at);
        assert_eq!(anchor.time_after(Duration::MAX), Timestamp::from_millis(i64::MAX));
    }
}
