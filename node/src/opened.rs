//! What an opening brings into memory, and closing takes away.
//!
//! Promises: nothing here is ever written to disk; a record is read by permit only; one look-up works on one snapshot
//! from beginning to end, because it holds this whole structure by reference count while the next snapshot, loaded beside
//! it, is put in its place (`Duty::follow_snapshot`). The keyring is in it, for that and for segments that have to be
//! opened again, and is wiped with the last holder.

mod load;
mod merge;
mod segments;

use std::collections::BTreeMap;
use std::sync::Arc;

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::activation::SiteFacts;
use tomoshibi_policies::category::Category;
use tomoshibi_policies::decision::Permit;
use tomoshibi_policies::record::{Checkup, PersonId, Receipt, RegionCode, Withdrawal};
use tomoshibi_policies::retention::Retention;
use tomoshibi_policies::staleness::{SnapshotAge, SourceReach};
use tomoshibi_policies::time::Timestamp;
use tomoshibi_policies::withdrawn::{self, Change, Shown};
use tomoshibi_sync::keyring::Keyring;
use zeroize::Zeroizing;

use crate::index::PersonIndex;
use crate::masters::Masters;
use crate::store::SnapshotPin;

pub use load::{LoadError, SealedSnapshot};
pub use segments::SegmentRecords;

/// Why a record could not be read. Names segments, never people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("record not read: {what}")]
pub struct RecordError {
    /// What failed, with the segment's digest where there is one.
    pub what: String,
    /// What it means.
    pub class: ErrorClass,
}

/// What the segments hold of one person, before supersession and withdrawals.
#[derive(Default)]
pub struct Records {
    /// Receipts put and deleted.
    pub receipts: Vec<Change<Receipt>>,
    /// Checkups put and deleted.
    pub checkups: Vec<Change<Checkup>>,
    /// Categories that could not be read: nothing of them is above, which does not mean that there is nothing.
    pub unread: Vec<Unread>,
}

/// A category of one person that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Which.
    pub category: Category,
    /// Why.
    pub error: RecordError,
}

/// What may be shown of one person.
pub struct Found {
    /// What is left after supersession, withdrawals and retention.
    pub shown: Shown,
    /// Categories that could not be read.
    pub unread: Vec<Unread>,
}

/// Reads records out of sealed segments.
pub trait RecordReader: Send + Sync {
    /// Everything the snapshot holds of the permit's person in the categories it covers. A category is read whole or
    /// named as unread, because half a category misleads; the others do not suffer for it.
    fn read(&self, permit: &Permit) -> Records;

    /// How many segments could not be read, when it was last tried.
    fn unread_segments(&self) -> usize;
}

/// The snapshot's own statements about itself.
#[derive(Debug, Clone)]
pub struct SnapshotFacts {
    /// Its name, `epoch.number`.
    pub name: String,
    /// The regions carried.
    pub regions: Vec<RegionCode>,
    /// When it was published.
    pub published_at: Timestamp,
    /// Until when it counts as fresh.
    pub fresh_until: Timestamp,
    /// How far the sources reach.
    pub reach: SourceReach,
    /// What is kept for viewing.
    pub retention: Retention,
}

/// Everything of one opening that a look-up works on.
pub struct Opened {
    /// Everybody who can be found.
    pub index: PersonIndex,
    /// Names of drugs, insurers and items.
    pub masters: Masters,
    /// Withdrawals by person.
    pub withdrawals: BTreeMap<PersonId, Vec<Withdrawal>>,
    /// The sealed records.
    pub reader: Box<dyn RecordReader>,
    /// What the snapshot says of itself.
    pub snapshot: SnapshotFacts,
    /// What unseals the next snapshot.
    pub keyring: Arc<Keyring>,
    /// Keys the PIN verifiers.
    pub staff_secret: Zeroizing<[u8; 32]>,
    /// Where the node stands.
    pub site: SiteFacts,
    /// Keeps the snapshot's files while anybody looks.
    pub pin: Option<SnapshotPin>,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Opened({}, {:?})", self.snapshot.name, self.index)
    }
}

impl Opened {
    /// What is shown of the permit's person: read, superseded, withdrawn, and kept by the retention rule.
    #[must_use]
    pub fn read(&self, permit: &Permit, now: Timestamp) -> Found {
        let records = self.reader.read(permit);
        let withdrawals = self.withdrawals.get(&permit.person()).map_or(&[][..], Vec::as_slice);
        let mut shown = withdrawn::apply(records.receipts, records.checkups, withdrawals);
        let today = now.jst_date();
        shown.receipts.retain(|receipt| self.snapshot.retention.keeps_receipt(receipt, today));
        shown.checkups.retain(|checkup| self.snapshot.retention.keeps_checkup(checkup, today));
        Found { shown, unread: records.unread }
    }

    /// How old the snapshot is.
    #[must_use]
    pub fn age(&self, now: Timestamp) -> SnapshotAge {
        SnapshotAge::at(self.snapshot.published_at, self.snapshot.fresh_until, now)
    }
}
