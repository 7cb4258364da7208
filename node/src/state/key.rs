//! The fixed names of the state, one place for all, so that no two modules take the same one.

use std::marker::PhantomData;

use tomoshibi_policies::record::RegionCode;
use tomoshibi_policies::role::BadgeId;
use tomoshibi_sync::id::Incarnation;
use tomoshibi_sync::revocation::ListId;

use super::{
    Acknowledged, Active, Anchor, CentreAt, InboxCursor, LineRecord, NodeRecord, Parted, Ran,
    Stored, TimeFloor,
};
use crate::duty::{ActivationRecord, CodeAttempts};
use crate::staff::PinRecord;

/// Name of the activation: while a value is here, the node is not sealed.
pub const ACTIVATION: &str = "activation";
/// Begins the names of PIN verifiers.
pub const PIN_PREFIX: &str = "pin/";

/// The name of a value, with its type.
#[derive(Debug)]
pub struct Key<T> {
    name: String,
    value: PhantomData<fn() -> T>,
}

impl<T: Stored> Key<T> {
    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), value: PhantomData }
    }
}

/// `node`: who this node is.
#[must_use]
pub fn node() -> Key<NodeRecord> {
    Key::new("node")
}

/// `active/17`: the current snapshot of a region.
#[must_use]
pub fn active(region: RegionCode) -> Key<Active> {
    Key::new(format!("active/{region}"))
}

/// `acknowledged`: how much of the journal is durable at the centre.
#[must_use]
pub fn acknowledged() -> Key<Acknowledged> {
    Key::new("acknowledged")
}

/// `inbox`: how far the centre's inbox has been read.
#[must_use]
pub fn inbox() -> Key<InboxCursor> {
    Key::new("inbox")
}

/// `revocations`: the newest revocation list, which lies in `revocations/`.
#[must_use]
pub fn revocations() -> Key<ListId> {
    Key::new("revocations")
}

/// `time-floor`: the time below which time never runs.
#[must_use]
pub fn time_floor() -> Key<TimeFloor> {
    Key::new("time-floor")
}

/// `floor-ran`: the running time at which the floor was raised.
#[must_use]
pub fn floor_ran() -> Key<Ran> {
    Key::new("floor-ran")
}

/// `ran`: how long the node has run, all processes together.
#[must_use]
pub fn ran() -> Key<Ran> {
    Key::new("ran")
}

/// `opened-ran`: when this opening began, and the running time by then. Here only beside an activation.
#[must_use]
pub fn opened_ran() -> Key<Anchor> {
    Key::new("opened-ran")
}

/// `centre`: where the centre was found at enrolment.
#[must_use]
pub fn centre() -> Key<CentreAt> {
    Key::new("centre")
}

/// `line`: when the centre was last reached.
#[must_use]
pub fn line() -> Key<LineRecord> {
    Key::new("line")
}

/// `parted/3`: a journal that the centre does not take as a continuation of what it holds.
#[must_use]
pub fn parted(incarnation: Incarnation) -> Key<Parted> {
    Key::new(format!("parted/{incarnation}"))
}

/// `activation`: while a value is here, the node is not sealed.
#[must_use]
pub fn activation() -> Key<ActivationRecord> {
    Key::new(ACTIVATION)
}

/// `code-attempts`: wrong release codes in a row.
#[must_use]
pub fn code_attempts() -> Key<CodeAttempts> {
    Key::new("code-attempts")
}

/// `pin/<badge>`: the verifier of a badge's PIN.
#[must_use]
pub fn pin(badge: BadgeId) -> Key<PinRecord> {
    Key::new(format!("{PIN_PREFIX}{badge}"))
}
