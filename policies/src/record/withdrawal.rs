//! Withdrawals: what must no longer be shown. They are items of their own kind, applied before every read.

use super::{CheckupProgram, FacilityCode, PersonId, ReceiptKey, SourceOrder};
use crate::time::JstDate;

/// Why something is withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WithdrawalReason {
    /// The record was wrong, such as linked to the wrong person.
    Correction,
    /// The person has died; the record is kept from view.
    Death,
    /// The person or the insurer had it deleted.
    Deletion,
    /// By order of a court.
    CourtOrder,
}

/// What is withdrawn. Only what came in before the withdrawal is hidden: a receipt filed again later is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WithdrawalTarget {
    /// Everything of the person; the person is no longer found.
    Person,
    /// One receipt.
    Receipt(ReceiptKey),
    /// One checkup.
    Checkup {
        /// Day of the exam.
        exam_date: JstDate,
        /// The programme.
        program: CheckupProgram,
    },
    /// Every receipt of one facility.
    Facility(FacilityCode),
}

/// One withdrawal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Withdrawal {
    /// Whose record.
    pub person: PersonId,
    /// What is withdrawn.
    pub target: WithdrawalTarget,
    /// Why.
    pub reason: WithdrawalReason,
    /// When it came in.
    pub order: SourceOrder,
}
