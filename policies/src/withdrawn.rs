//! What is left to show: supersession first or withdrawals first gives the same, and both come before every read.
//!
//! Promises: of the receipts "filed again" under one key the latest stands, whole; of checkups too; a delete removes
//! what came in before it; a withdrawal hides what came in no later than itself, and a record filed later is shown.
//! The result does not depend on the order of the input, and comes sorted.
//!
//! Not covered: removing bytes (compaction does, within 30 days), and who may withdraw.

mod key;
mod merge;

use alloc::vec::Vec;

pub use key::{CheckupKey, PersonReceiptKey, Record};
pub use merge::{Change, merge};

use crate::record::{Checkup, PersonId, Receipt, SourceOrder, Withdrawal, WithdrawalTarget};

/// What is shown of one read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shown {
    /// Receipts, one a key, sorted by key.
    pub receipts: Vec<Receipt>,
    /// Checkups, one a key, sorted by key.
    pub checkups: Vec<Checkup>,
}

/// Applies supersession and withdrawals to what was read.
#[must_use]
pub fn apply(
    receipts: impl IntoIterator<Item = Change<Receipt>>,
    checkups: impl IntoIterator<Item = Change<Checkup>>,
    withdrawals: &[Withdrawal],
) -> Shown {
    let mut shown = Shown { receipts: merge(receipts), checkups: merge(checkups) };
    shown.receipts.retain(|receipt| !withdrawals.iter().any(|w| hides_receipt(w, receipt)));
    shown.checkups.retain(|checkup| !withdrawals.iter().any(|w| hides_checkup(w, checkup)));
    shown
}

/// True when the person must not be found: withdrawn whole, and not registered again since, or for a reason that lasts.
#[must_use]
pub fn hides_person(withdrawals: &[Withdrawal], person: PersonId, registered: SourceOrder) -> bool {
    withdrawals.iter().any(|w| {
        w.person == person && w.target == WithdrawalTarget::Person && reaches(w, registered)
    })
}

/// True when the withdrawal hides what came in at `order`. At the same order it does: in doubt, nothing is shown.
fn reaches(withdrawal: &Withdrawal, order: SourceOrder) -> bool {
    withdrawal.order >= order || withdrawal.reason.is_lasting()
}

fn hides_receipt(withdrawal: &Withdrawal, receipt: &Receipt) -> bool {
    let hit = match withdrawal.target {
        WithdrawalTarget::Person => true,
        WithdrawalTarget::Receipt(key) => key == receipt.key,
        WithdrawalTarget::Facility(facility) => facility == receipt.key.facility,
        WithdrawalTarget::Checkup { .. } => false,
    };
    hit && withdrawal.person == receipt.person && reaches(withdrawal, receipt.order)
}

fn hides_checkup(withdrawal: &Withdrawal, checkup: &Checkup) -> bool {
    let hit = match withdrawal.target {
        WithdrawalTarget::Person => true,
        WithdrawalTarget::Checkup { exam_date, program } => {
            (exam_date, program) == (checkup.exam_date, checkup.program)
        }
        WithdrawalTarget::Receipt(_) | WithdrawalTarget::Facility(_) => false,
    };
    hit && withdrawal.person == checkup.person && reaches(withdrawal, checkup.order)
}
