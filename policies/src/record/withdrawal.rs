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

impl WithdrawalReason {
    /// True when what comes in later stays hidden too, until the withdrawal itself is deleted. After a death, receipts
    /// and listings go on coming in for months; a court does not mean the files of one day. A correction or a deletion
    /// is about what was there, and a record that is filed again stands.
    #[must_use]
    pub const fn is_lasting(self) -> bool {
        matches!(self, Self::Death | Self::CourtOrder)
    }
}

/// What is withdrawn. What came in before the withdrawal is hidden; what comes in later is shown unless the reason
/// lasts ([`WithdrawalReason::is_lasting`]).
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
