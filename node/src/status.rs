//! What the node has, how old it is, and what is wrong, as one value that people and programs read.
//!
//! Never a lie: what is not known is absent (`null`) and is shown as unknown. A number that could not be had is never
//! shown as 0, and an age that a wrong clock would make negative is not shown at all. Holds nothing of a patient.

use serde::{Deserialize, Serialize};
use tomoshibi_policies::time::Timestamp;
use tomoshibi_sync::id::SnapshotId;

use crate::failure::Failure;
use crate::line::{Step, SyncProgress};
use crate::state::{LineRecord, NodeRecord};
use crate::store::ManifestInfo;

mod clock;

pub(crate) use clock::FIRST_NODE;
pub use clock::{ClockSanity, clock_sanity};

/// The whole status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// Version of the program that owns the folder.
    pub version: String,
    /// The node's name in its configuration.
    pub name: String,
    /// Its facility.
    pub facility: String,
    /// True when a process serves: fetches, answers and keeps the journal.
    pub serving: bool,
    /// Who it is; absent before enrolment.
    pub enrolment: Option<Enrolment>,
    /// Sealed or open.
    pub activation: Activation,
    /// What it has, by region.
    pub snapshots: Vec<SnapshotStatus>,
    /// The evidence.
    pub journal: JournalStatus,
    /// The line to the centre; absent when no process serves.
    pub sync: Option<SyncStatus>,
    /// The clock.
    pub clock: ClockSanity,
    /// Bytes free.
    pub free_bytes: Option<u64>,
    /// Segments that failed a scrub and were set aside.
    pub set_aside: Option<usize>,
    /// What a person has to look after.
    pub alarms: Vec<Failure>,
}

/// Who the node is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// The node.
    pub node: String,
    /// Which life of it.
    pub incarnation: u32,
    /// The region.
    pub region: String,
    /// True for a drill's node.
    pub drill: bool,
    /// When it was enrolled.
    pub at: String,
}

impl From<&NodeRecord> for Enrolment {
    fn from(record: &NodeRecord) -> Self {
        Self {
            node: record.node.to_string(),
            incarnation: record.incarnation.0,
            region: record.region.to_string(),
            drill: record.drill,
            at: record.enrolled_at.to_string(),
        }
    }
}

/// Sealed or open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Activation {
    /// Nothing on the node can be read.
    Sealed,
    /// Open, and the keyring is in memory.
    Open,
    /// Open, but the keyring is not in memory since a restart: the code has to be spoken again.
    Locked,
    /// Keys and traces are being destroyed.
    Closing,
    /// There is an activation that this build cannot read.
    Unknown,
}

/// A snapshot that is served.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotStatus {
    /// The region.
    pub region: String,
    /// Its place in the region's history.
    pub id: String,
    /// The newest that was ever current here; another one than `id` only after damage.
    pub newest: Option<String>,
    /// When it was published.
    pub published_at: String,
    /// Seconds since then; absent when the clock says a time before it.
    pub age_seconds: Option<i64>,
    /// True until `fresh_until`.
    pub fresh: bool,
    /// Last treatment month of the claims.
    pub claims_to: String,
    /// Day on which the claims were processed.
    pub processed: String,
    /// Last day that eligibility is known for.
    pub eligibility_to: String,
    /// Last day that checkups are known for.
    pub checkups_to: String,
    /// True for a drill's.
    pub drill: bool,
    /// Segments that it lists.
    pub segments: usize,
    /// Bytes of them.
    pub len_bytes: u64,
    /// Listed segments that are not there; absent when the disk did not answer.
    pub missing: Option<usize>,
}

impl SnapshotStatus {
    /// The status of `snapshot` at `now`.
    #[must_use]
    pub fn of(
        snapshot: &ManifestInfo,
        newest: Option<SnapshotId>,
        missing: Option<usize>,
        now: Timestamp,
    ) -> Self {
        let age_ms = now.millis_since(snapshot.published_at);
        Self {
            region: snapshot.region.to_string(),
            id: snapshot.id.to_string(),
            newest: newest.map(|id| id.to_string()),
            published_at: snapshot.published_at.to_string(),
            age_seconds: (age_ms >= 0).then_some(age_ms / 1000),
            fresh: now < snapshot.fresh_until,
            claims_to: snapshot.reach.claims_to.to_string(),
            processed: snapshot.reach.processed.to_string(),
            eligibility_to: snapshot.reach.eligibility_to.to_string(),
            checkups_to: snapshot.reach.checkups_to.to_string(),
            drill: snapshot.drill,
            segments: snapshot.segments.len(),
            len_bytes: snapshot.len_bytes(),
            missing,
        }
    }
}

/// How safe the evidence is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalStatus {
    /// Entries of the present life on this node; absent when not known.
    pub size: Option<u64>,
    /// Entries of the present life that are durable at the centre; absent when the centre never said.
    pub acknowledged: Option<u64>,
    /// When the centre said so.
    pub acknowledged_at: Option<String>,
    /// Entries of earlier lives that the centre is not known to hold; absent when not known.
    pub unacknowledged_before: Option<u64>,
}

/// How the line to the centre is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncStatus {
    /// False when nothing is to be fetched over the line: no centre is configured, or the node is not enrolled.
    pub on: bool,
    /// True while a round is under way.
    pub running: bool,
    /// End of the last round that went well.
    pub last_success_at: Option<String>,
    /// The last round that did not, when it was the last one.
    pub last_failure: Option<SyncFailure>,
    /// Rounds that failed one after the other.
    pub failures: u32,
    /// When the next round begins.
    pub next_at: Option<String>,
    /// When the centre last admitted this node, an earlier process's word included.
    pub reached_at: Option<String>,
    /// How the parts of the last round went.
    pub steps: Vec<StepStatus>,
    /// How far the last fetch got: what is missing is still to come.
    pub progress: Option<SyncProgress>,
}

impl SyncStatus {
    /// Takes what an earlier process knew.
    pub fn tell_record(&mut self, record: &LineRecord) {
        self.reached_at = record.reached_at.map(|at| at.to_string());
        if let Some(at) = record.synced_at {
            self.last_success_at = Some(at.to_string());
        }
    }

    /// Tells how a step went.
    pub fn tell_step(&mut self, step: Step, at: String, failure: Option<Failure>) {
        let earlier = self.steps.iter().find(|told| told.step == step);
        let success_at = match failure {
            None => Some(at.clone()),
            Some(_) => earlier.and_then(|told| told.success_at.clone()),
        };
        let failure = failure.map(|why| SyncFailure { at, why });
        self.steps.retain(|told| told.step != step);
        self.steps.push(StepStatus { step, success_at, failure });
        self.steps.sort_by_key(|told| told.step);
    }
}

/// How a part of a round went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepStatus {
    /// Which.
    pub step: Step,
    /// When it last went well, since the node was started.
    pub success_at: Option<String>,
    /// Why it did not, when it was the last time.
    pub failure: Option<SyncFailure>,
}

/// A round that did not go well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncFailure {
    /// Its end.
    pub at: String,
    /// Why.
    pub why: Failure,
}

#[cfg(test)]
mod tests {
    use tomoshibi_policies::record::RegionCode;
    use tomoshibi_policies::time::{JstDate, YearMonth};
    use tomoshibi_sync::id::Digest;

    use super::*;
    use crate::store::manifest::Reach;

    fn snapshot(published_at: Timestamp) -> ManifestInfo {
        let day = JstDate::from_ymd(2026, 11, 12).unwrap();
        ManifestInfo {
            region: RegionCode::new(17).unwrap(),
            id: SnapshotId { epoch: 1, number: 2 },
            digest: Digest::of(b""),
            published_at,
            fresh_until: published_at.plus_hours(1),
            reach: Reach {
                claims_to: YearMonth::new(2026, 10).unwrap(),
                processed: day,
                eligibility_to: day,
                checkups_to: day,
            },
            drill: false,
            segments: Vec::new(),
        }
    }

    #[test]
    fn an_age_is_never_negative_and_freshness_ends_on_the_instant() {
        let at = Timestamp::from_millis(1_795_000_000_000);
        let status = |now| SnapshotStatus::of(&snapshot(at), None, None, now);
        assert_eq!(status(at.plus_millis(2500)).age_seconds, Some(2));
        assert_eq!(status(at.plus_millis(-1)).age_seconds, None);
        assert!(status(at.plus_millis(3_599_999)).fresh);
        assert!(!status(at.plus_hours(1)).fresh);
    }

    #[test]
    fn what_is_not_known_is_null() {
        let json = serde_json::to_value(JournalStatus::default()).unwrap();
        assert!(json["acknowledged"].is_null() && json["size"].is_null());
    }
}
