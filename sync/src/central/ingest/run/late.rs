//! Taking late: what a file was set aside for because nobody was registered for it yet.
//!
//! A file whose content is known is read again when something in it waits. Only what waits is looked at, and it is said
//! nowhere a second time that it is set aside. All receipts of one key in the file are put again with one that is linked
//! late, in the order of the file, so that the store lets the last of them stand.

use std::collections::BTreeSet;

use tomoshibi_policies::record::{PersonId, ReceiptKey};

use super::super::uke::UkeFile;
use super::IngestError;
use super::take::Taking;

/// What of a file is taken late.
pub(super) struct Late<'t> {
    /// The lines that wait.
    pub(super) lines: &'t BTreeSet<u32>,
    /// Those that have found their people.
    pub(super) linked: Vec<u32>,
}

/// The receipts of a file that are put again.
pub(super) type Again = BTreeSet<(PersonId, ReceiptKey)>;

impl Taking<'_, '_, '_> {
    /// True when the record at `line` is none of this taking's business.
    pub(super) fn skips(&self, line: u64) -> bool {
        let waits = |late: &Late<'_>| u32::try_from(line).is_ok_and(|n| late.lines.contains(&n));
        self.late.as_ref().is_some_and(|late| !waits(late))
    }

    /// Notes that the record at `line` is taken now, when it had waited.
    pub(super) fn linked(&mut self, line: u64) {
        if self.skips(line) {
            return;
        }
        if let (Some(late), Ok(line)) = (&mut self.late, u32::try_from(line)) {
            late.linked.push(line);
            self.report.linked_late += 1;
        }
    }

    /// The receipts of `file` to be put again; none when the file is taken for the first time.
    pub(super) fn again(&self, file: &UkeFile<'_>) -> Result<Option<Again>, IngestError> {
        if self.late.is_none() {
            return Ok(None);
        }
        let mut again = Again::new();
        for claim in file.claims(self.pseudo) {
            let Ok(claim) = claim.and_then(|claim| self.in_scope(claim)) else { continue };
            if !self.skips(claim.line)
                && let Ok(person) = self.claimed_by(&claim)?
            {
                again.insert((person, claim.key(file.facility)));
            }
        }
        Ok(Some(again))
    }
}
