//! Withdrawals on the wire.

use serde::{Deserialize, Serialize};
use tomoshibi_policies::record::{
    FacilityCode, SourceOrder, Withdrawal, WithdrawalReason, WithdrawalTarget,
};

use super::checkup::ProgramV1;
use super::date::write_date;
use super::medication::ReceiptKeyV1;
use super::person::wire_enum;
use super::wire::Body;
use super::{ItemError, ItemKey, Record, SubKey, read_date};

wire_enum!(ReasonV1 = WithdrawalReason { Correction, Death, Deletion, CourtOrder });

#[derive(Clone, Copy, Serialize, Deserialize)]
pub(super) enum WithdrawalKeyV1 {
    Person,
    Receipt(ReceiptKeyV1),
    Checkup { exam_date: i64, program: ProgramV1 },
    Facility(u64),
}

#[derive(Serialize, Deserialize)]
pub(super) struct WithdrawalBodyV1 {
    reason: ReasonV1,
}

impl TryFrom<WithdrawalTarget> for WithdrawalKeyV1 {
    type Error = ItemError;

    fn try_from(target: WithdrawalTarget) -> Result<Self, ItemError> {
        Ok(match target {
            WithdrawalTarget::Person => Self::Person,
            WithdrawalTarget::Receipt(key) => Self::Receipt(key.try_into()?),
            WithdrawalTarget::Checkup { exam_date, program } => {
                Self::Checkup { exam_date: write_date(exam_date)?, program: program.into() }
            }
            WithdrawalTarget::Facility(code) => Self::Facility(code.number()),
        })
    }
}

impl TryFrom<WithdrawalKeyV1> for WithdrawalTarget {
    type Error = ItemError;

    fn try_from(wire: WithdrawalKeyV1) -> Result<Self, ItemError> {
        Ok(match wire {
            WithdrawalKeyV1::Person => Self::Person,
            WithdrawalKeyV1::Receipt(key) => Self::Receipt(key.try_into()?),
            WithdrawalKeyV1::Checkup { exam_date, program } => {
                Self::Checkup { exam_date: read_date(exam_date)?, program: program.into() }
            }
            WithdrawalKeyV1::Facility(number) => Self::Facility(FacilityCode::from_number(number)?),
        })
    }
}

impl WithdrawalBodyV1 {
    pub(super) fn of(record: &Record) -> Option<Result<Self, ItemError>> {
        match record {
            Record::Withdrawal(withdrawal) => Some(Ok(Self { reason: withdrawal.reason.into() })),
            _ => None,
        }
    }
}

impl Body<WithdrawalKeyV1> for WithdrawalBodyV1 {
    fn into_record(self, key: ItemKey, order: SourceOrder) -> Result<Record, ItemError> {
        let SubKey::Withdrawal(target) = key.sub else {
            return Err(ItemError::Disagrees);
        };
        let reason = self.reason.into();
        Ok(Record::Withdrawal(Withdrawal { person: key.person, target, reason, order }))
    }
}
