//! The activation in the small state: which orders opened this node and when, never a key. FORMAT.md, section "Node
//! state".

use serde::{Deserialize, Serialize};
use tomoshibi_policies::time::Timestamp;
use tomoshibi_sync::id::Digest;

use crate::state::Stored;
use crate::status::Activation;

/// How the keyring came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Pre-positioned, under a spoken code.
    Prepositioned,
    /// Fetched at opening, sealed to the opening identity.
    Fetched,
}

impl Way {
    /// The word of journal and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Prepositioned => "pre-positioned",
            Self::Fetched => "fetched",
        }
    }
}

/// While this is in the state, the node is not sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivationRecord {
    /// How the keyring came.
    pub way: Way,
    /// The order that opened, and those that extended it, each with the time at which it was applied.
    pub orders: Vec<(Digest, Timestamp)>,
    /// Set when closing has begun: why, as a stable word, and when.
    pub closing: Option<(String, Timestamp)>,
}

impl ActivationRecord {
    /// What people are told, when this was `found` in the state. The state says it and not the machine that replays
    /// orders: a node whose order is lost is not sealed, and holds traces that only a closing destroys.
    pub fn told<E>(found: Result<Option<Self>, E>, is_unlocked: bool) -> Activation {
        match found {
            Ok(None) => Activation::Sealed,
            Ok(Some(record)) if !record.is_open() => Activation::Closing,
            Ok(Some(_)) if is_unlocked => Activation::Open,
            Ok(Some(_)) => Activation::Locked,
            Err(_) => Activation::Unknown,
        }
    }

    /// True while closing has not begun.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.closing.is_none()
    }
}

/// Wire structure of [`ActivationRecord`].
#[derive(Serialize, Deserialize)]
pub struct ActivationRecordV1 {
    way: u8,
    orders: Vec<(Digest, i64)>,
    closing: Option<(String, i64)>,
}

impl Stored for ActivationRecord {
    const WHAT: &'static str = "activation";
    const VERSION: u16 = 1;
    type Wire = ActivationRecordV1;

    fn to_wire(&self) -> ActivationRecordV1 {
        ActivationRecordV1 {
            way: match self.way {
                Way::Prepositioned => 1,
                Way::Fetched => 2,
            },
            orders: self.orders.iter().map(|(order, at)| (*order, at.as_millis())).collect(),
            closing: self.closing.as_ref().map(|(why, at)| (why.clone(), at.as_millis())),
        }
    }

    fn from_wire(wire: ActivationRecordV1) -> Option<Self> {
        let way = match wire.way {
            1 => Way::Prepositioned,
            2 => Way::Fetched,
            _ => return None,
        };
        let at = Timestamp::from_millis;
        let orders: Vec<_> = wire.orders.into_iter().map(|(order, ms)| (order, at(ms))).collect();
        let closing = wire.closing.map(|(why, ms)| (why, at(ms)));
        (!orders.is_empty()).then_some(Self { way, orders, closing })
    }
}
