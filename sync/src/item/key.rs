//! Under which key a record is put or deleted.

use tomoshibi_policies::record::{
    CheckupProgram, DrugCode, FacilityCode, InsurerNumber, ItemCode, PersonId, ReceiptKey,
    WithdrawalTarget,
};
use tomoshibi_policies::time::JstDate;

use super::SegmentKind;

/// What distinguishes the records of one person and kind. Two items with the same key are the same record told twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SubKey {
    /// The person.
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
    /// A drug of the master.
    Drug(DrugCode),
    /// An institution.
    Institution(FacilityCode),
    /// An insurer.
    Insurer(InsurerNumber),
    /// Name of a checkup item.
    ItemName(ItemCode),
    /// What is withdrawn.
    Withdrawal(WithdrawalTarget),
}

impl SubKey {
    /// The kind of segment this key belongs to.
    #[must_use]
    pub const fn kind(&self) -> SegmentKind {
        match self {
            Self::Person => SegmentKind::Persons,
            Self::Receipt(_) => SegmentKind::Medications,
            Self::Checkup { .. } => SegmentKind::Checkups,
            Self::Drug(_) | Self::Institution(_) | Self::Insurer(_) | Self::ItemName(_) => {
                SegmentKind::Masters
            }
            Self::Withdrawal(_) => SegmentKind::Withdrawals,
        }
    }
}

/// The key of an item: items of a segment are sorted by it, strictly ascending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemKey {
    /// Whose; [`ItemKey::NOBODY`] for masters.
    pub person: PersonId,
    /// Which record.
    pub sub: SubKey,
}

impl ItemKey {
    /// The person of masters, which belong to nobody: sixteen zero bytes.
    pub const NOBODY: PersonId = PersonId::from_bytes([0; 16]);

    /// The key of a master.
    #[must_use]
    pub const fn master(sub: SubKey) -> Self {
        Self { person: Self::NOBODY, sub }
    }
}
