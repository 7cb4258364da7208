//! What an ingest did, in numbers.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::central::rejects::{RejectReason, Unit, Warning};

/// The numbers of one ingest. Holds no patient data.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct IngestReport {
    /// Files whose content was taken.
    pub files: u64,
    /// Files passed over because their content was taken before.
    pub files_known: u64,
    /// Files that stay for a later day.
    pub files_waiting: u64,
    /// People delivered (one delivered twice counts twice).
    pub persons: u64,
    /// Their coverages.
    pub coverages: u64,
    /// Receipts taken.
    pub receipts: u64,
    /// Drugs of those receipts.
    pub lines: u64,
    /// Checkups taken.
    pub checkups: u64,
    /// Rows of masters taken.
    pub masters: u64,
    /// Withdrawals taken.
    pub withdrawals: u64,
    /// What was set aside, by reason code.
    pub rejected: BTreeMap<&'static str, u64>,
    /// The same, by what was set aside: file, claim, person, coverage, document, row.
    pub set_aside: BTreeMap<&'static str, u64>,
    /// What was only warned of, by code.
    pub warnings: BTreeMap<&'static str, u64>,
    /// Claims, checkups and withdrawals set aside because they link to nobody for certain.
    pub unlinked: u64,
    /// Of those that earlier runs had set aside, how many were taken now because their people have been registered.
    pub linked_late: u64,
    /// Numbers of the batches that were added to the store.
    pub batches: Vec<u64>,
}

impl IngestReport {
    pub(super) fn rejected(&mut self, unit: Unit, reason: RejectReason) {
        *self.rejected.entry(reason.code()).or_default() += 1;
        *self.set_aside.entry(unit.as_str()).or_default() += 1;
    }

    pub(super) fn warned(&mut self, warning: Warning) {
        *self.warnings.entry(warning.code()).or_default() += 1;
    }
}
