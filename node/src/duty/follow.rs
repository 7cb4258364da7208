//! Following the snapshots: what is promoted while the node is open takes the place of what look-ups read.
//!
//! Promises: withdrawals that came with a promotion count from the end of its load on, and until then the status says that
//! they do not. A load that fails leaves what was there in use. A closing never waits for a load, and what was loaded for
//! an opening that has ended is dropped.
//!
//! Not covered: memory. While it loads, the node holds both indexes.

use std::sync::{Arc, PoisonError};

use tomoshibi_policies::ErrorClass;

use super::Duty;
use crate::failure::Failure;
use crate::opened::Opened;
use crate::store::{SnapshotPin, Store};

impl Duty {
    /// Loads what the store serves, when look-ups read something else, and puts it in their way; true when it did. Those
    /// under way finish on what they hold.
    ///
    /// # Errors
    /// A snapshot that does not open, such as one sealed to a generation that the keyring lacks. What was read still is.
    pub fn follow_snapshot(&self, store: &Store) -> Result<bool, Failure> {
        let followed = self.try_follow(store);
        *self.behind.lock().unwrap_or_else(PoisonError::into_inner) =
            followed.as_ref().err().cloned();
        followed
    }

    fn try_follow(&self, store: &Store) -> Result<bool, Failure> {
        let Some(before) = self.desk.opened() else { return Ok(false) };
        let Some(pin) = self.newer(&before, store) else { return Ok(false) };
        let next = self.load(store, &pin, &before.keyring)?;
        let _one_at_a_time = self.change();
        // Closed meanwhile, or closed and opened again.
        if self.desk.opened().is_none_or(|now| !Arc::ptr_eq(&now, &before)) {
            return Ok(false);
        }
        tracing::info!(snapshot = next.snapshot.name, persons = next.index.len(), "followed");
        self.desk.set_opening(self.activation(), Some(Arc::new(next)));
        Ok(true)
    }

    /// What the store serves, when it is not what look-ups read.
    fn newer(&self, opened: &Opened, store: &Store) -> Option<SnapshotPin> {
        let pin = store.pin(self.record().region)?;
        let same = opened.pin.as_ref().is_some_and(|read| read.is_same(&pin));
        (!same).then_some(pin)
    }

    /// What look-ups cannot read, and that they read older data than there is.
    #[must_use]
    pub fn snapshot_alarms(&self, store: &Store) -> Vec<Failure> {
        let Some(opened) = self.desk.opened() else { return Vec::new() };
        let mut alarms = Vec::new();
        let unread = opened.reader.unread_segments();
        if unread > 0 {
            let alarm = Failure::new(ErrorClass::Corrupt, "alarm-records-not-read");
            alarms.push(alarm.with("count", unread));
        }
        if let Some(newer) = self.newer(&opened, store) {
            let mut alarm = Failure::new(ErrorClass::Conflict, "alarm-snapshot-behind")
                .with("read", opened.snapshot.name.as_str())
                .with("served", newer.snapshot().id.to_string());
            alarm.causes.extend(self.behind.lock().unwrap_or_else(PoisonError::into_inner).clone());
            alarms.push(alarm);
        }
        alarms
    }
}
