//! Putting the status together. Nothing here writes, and nothing here waits for work that is under way: a status is
//! most wanted when something takes long.

use tomoshibi_policies::ErrorClass;
use tomoshibi_sync::journal::Origin;
use tomoshibi_sync::revocation::Revoked;
use tomoshibi_sync::seam::Clock;

use super::Node;
use crate::disk::DiskError;
use crate::duty::ActivationRecord;
use crate::failure::Failure;
use crate::line;
use crate::revocations::{Held, Shelf};
use crate::state::{NodeRecord, key};
use crate::status::{Activation, Enrolment, JournalStatus, SnapshotStatus, Status, clock_sanity};
use crate::store::StoreAlarm;

impl Node {
    /// What the node has and how it is.
    ///
    /// # Errors
    /// The state's.
    pub fn status(&self) -> Result<Status, Failure> {
        let state = self.store.state();
        // The host's: ages and the clock's sanity are judged by what it says.
        let now = self.clock.host_now();
        let mut alarms = self.alarms();
        alarms.extend(self.duty_alarms());
        alarms.extend(self.clock.refused_leap());
        // What was missing at the start may be there by now: it is looked up below.
        alarms.retain(|alarm| alarm.code != "alarm-incomplete");
        if let Some(duty) = self.duty_now() {
            alarms.extend(duty.journal_alarms());
            alarms.extend(duty.snapshot_alarms(&self.store));
        }
        let record = state.get(&key::node()).ok().flatten();
        let served = self.store.served();
        let mut snapshots = Vec::new();
        for snapshot in &served {
            let newest = state.get(&key::active(snapshot.region)).ok().flatten();
            let missing = self.store.missing(snapshot).map(|missing| missing.len());
            let missing = missing.map_err(|error| alarms.push(error.into())).ok();
            if let Some(count) = missing.filter(|count| *count > 0) {
                let (region, served) = (snapshot.region, snapshot.id);
                alarms.push(StoreAlarm::Incomplete { region, served, count }.into());
            }
            let newest = newest.map(|active| active.id);
            snapshots.push(SnapshotStatus::of(snapshot, newest, missing, now));
        }
        let floor = state.get(&key::time_floor())?.map(|floor| floor.0);
        let published = served.iter().map(|snapshot| snapshot.published_at).max();
        let sync = self.sync().clone();
        self.line_alarms(&mut alarms)?;
        Ok(Status {
            version: env!("CARGO_PKG_VERSION").into(),
            name: self.config.node.name.clone(),
            facility: self.config.node.facility.to_string(),
            serving: sync.is_some(),
            enrolment: record.as_ref().map(Enrolment::from),
            activation: self.activation(),
            snapshots,
            journal: self.journal_status(&mut alarms)?,
            sync,
            clock: clock_sanity(now, floor, published),
            free_bytes: self.store.free_bytes().ok(),
            set_aside: self.store.set_aside_count().ok(),
            alarms,
        })
    }

    fn journal_size(&self, record: &NodeRecord) -> Result<u64, Failure> {
        let NodeRecord { region, node, incarnation, .. } = *record;
        line::size_on_disk(self, Origin { region, node, incarnation })
    }

    /// Waits for nothing.
    fn activation(&self) -> Activation {
        ActivationRecord::told(self.store.state().get(&key::activation()), self.is_unlocked())
    }

    /// True when the keyring is in memory; where nobody serves or duty is only about to begin, it is in none.
    fn is_unlocked(&self) -> bool {
        self.duty_now().is_some_and(|duty| duty.is_unlocked())
    }

    /// What the centre sent that a person has to look at, and a journal that it does not take.
    fn line_alarms(&self, alarms: &mut Vec<Failure>) -> Result<(), Failure> {
        let dir = self.store.folder().aside_dir();
        let aside = self.seams.files.list(&dir).map_err(DiskError::at("list", &dir))?;
        if !aside.is_empty() {
            alarms.push(Failure::new(ErrorClass::Invalid, "aside").with("count", aside.len()));
        }
        self.revocation_alarms(alarms);
        if let Ok(record) = self.enrolled()
            && let Some(parted) = self.store.state().get(&key::parted(record.incarnation))?
        {
            alarms.push(line::parted_failure(&parted));
        }
        Ok(())
    }

    /// A revocation list that was lost, and this node on one: the centre gives it nothing any more, so a carrier or a
    /// neighbour brought it.
    fn revocation_alarms(&self, alarms: &mut Vec<Failure>) {
        let (Some(trust), Some(record)) = (self.trust(), self.record()) else { return };
        let (folder, state) = (self.store.folder(), self.store.state());
        let shelf = Shelf { folder, files: &*self.seams.files, state, trust };
        let held = shelf.held().unwrap_or_else(|why| Held { list: None, alarm: Some(why) });
        alarms.extend(held.alarm);
        let list = held.list.as_deref();
        if let Some(entry) = list.and_then(|list| list.of(Revoked::Node(record.node))) {
            let revoked = Failure::new(ErrorClass::Denied, "node-revoked");
            let revoked = revoked.with("at", entry.at.to_string());
            alarms.push(revoked.with("reason", entry.reason.as_str()));
        }
    }

    /// Of the present life; what is still owed of those before stands apart, and is not hidden by what is held of this.
    fn journal_status(&self, alarms: &mut Vec<Failure>) -> Result<JournalStatus, Failure> {
        let record = self.store.state().get(&key::node()).ok().flatten();
        let Some(record) = record else { return Ok(JournalStatus::default()) };
        let acknowledged = self.store.state().get(&key::acknowledged())?;
        let acknowledged = acknowledged.filter(|known| known.incarnation == record.incarnation);
        let size = self.journal_size(&record).map_err(|why| alarms.push(why)).ok();
        let NodeRecord { region, node, incarnation, .. } = record;
        let origin = Origin { region, node, incarnation };
        let before =
            self.trust().map(|trust| line::unacknowledged_before(self, origin, trust)).transpose();
        Ok(JournalStatus {
            size,
            acknowledged: acknowledged.as_ref().map(|known| known.size),
            acknowledged_at: acknowledged.map(|known| known.at.to_string()),
            unacknowledged_before: before.map_err(|why| alarms.push(why)).ok().flatten(),
        })
    }
}
