//! PIN verifiers in the small state. Worthless without the secret of the release, and gone at closing.

use serde::{Deserialize, Serialize};
use tomoshibi_policies::role::BadgeId;

use crate::staff::{PinError, PinRecord, PinRecords};
use crate::state::{Change, State, Stored, key};

/// Wire structure of [`PinRecord`].
#[derive(Serialize, Deserialize)]
pub struct PinRecordV1 {
    salt: [u8; 16],
    hash: [u8; 32],
    failures: u8,
}

impl Stored for PinRecord {
    const WHAT: &'static str = "PIN verifier";
    const VERSION: u16 = 1;
    type Wire = PinRecordV1;

    fn to_wire(&self) -> PinRecordV1 {
        PinRecordV1 { salt: self.salt, hash: self.hash, failures: self.failures }
    }

    fn from_wire(wire: PinRecordV1) -> Option<Self> {
        Some(Self { salt: wire.salt, hash: wire.hash, failures: wire.failures })
    }
}

/// Keeps verifiers in the state.
pub(super) struct StatePins(State);

impl StatePins {
    pub(super) const fn new(state: State) -> Self {
        Self(state)
    }
}

impl PinRecords for StatePins {
    fn get(&self, badge: BadgeId) -> Result<Option<PinRecord>, PinError> {
        self.0.get(&key::pin(badge)).map_err(|_| PinError::Store)
    }

    fn put(&self, badge: BadgeId, record: &PinRecord) -> Result<(), PinError> {
        let change = Change::default().put(&key::pin(badge), record);
        self.0.apply(change).map_err(|_| PinError::Store)
    }

    fn is_empty(&self) -> Result<bool, PinError> {
        let names = self.0.names_under(key::PIN_PREFIX).map_err(|_| PinError::Store)?;
        Ok(names.is_empty())
    }
}
