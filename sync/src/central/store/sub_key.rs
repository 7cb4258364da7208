//! The sub key: what makes two records of one person the same one again. Compared as bytes.
//!
//! FORMAT: person: empty. Receipt: month i32 and kind u8, facility u64, RE type u16, prescriber u64 (0 none, which is no
//! facility's code). Checkup: exam date i64, programme u16. Master: 1 drug u32, 2 institution u64, 3 insurer u32, 4 item
//! code 17 bytes. Withdrawal: 1 person, 2 receipt as above, 3 checkup as above, 4 facility u64. Integers big-endian,
//! signed ones with the sign bit turned, so that bytes sort as numbers do.

use tomoshibi_policies::record::{
    CheckupProgram, FacilityCode, ReceiptKey, ReceiptKind, WithdrawalTarget,
};
use tomoshibi_policies::time::JstDate;

use super::item::SourceRecord;

pub(super) fn of(record: &SourceRecord) -> Vec<u8> {
    match record {
        SourceRecord::Person(_) => Vec::new(),
        SourceRecord::Receipt(receipt) => receipt_key(&receipt.key),
        SourceRecord::Checkup(checkup) => checkup_key(checkup.exam_date, checkup.program),
        SourceRecord::Drug(drug) => tagged(1, &drug.code.number().to_be_bytes()),
        SourceRecord::Institution(one) => tagged(2, &one.code.number().to_be_bytes()),
        SourceRecord::Insurer(insurer) => tagged(3, &insurer.number.number().to_be_bytes()),
        SourceRecord::ItemName(item) => tagged(4, item.code.as_str().as_bytes()),
        SourceRecord::Withdrawal(withdrawal) => match withdrawal.target {
            WithdrawalTarget::Person => tagged(1, &[]),
            WithdrawalTarget::Receipt(key) => tagged(2, &receipt_key(&key)),
            WithdrawalTarget::Checkup { exam_date, program } => {
                tagged(3, &checkup_key(exam_date, program))
            }
            WithdrawalTarget::Facility(facility) => tagged(4, &facility.number().to_be_bytes()),
        },
    }
}

fn tagged(tag: u8, rest: &[u8]) -> Vec<u8> {
    [&[tag], rest].concat()
}

fn receipt_key(key: &ReceiptKey) -> Vec<u8> {
    let kind = match key.kind {
        ReceiptKind::Medical => 1,
        ReceiptKind::Dental => 2,
        ReceiptKind::Pharmacy => 3,
        ReceiptKind::Dpc => 4,
    };
    let month = (key.month.index() ^ i32::MIN).to_be_bytes();
    let facility = key.facility.number().to_be_bytes();
    let prescriber = key.prescriber.map_or(0, FacilityCode::number).to_be_bytes();
    [&month[..], &[kind], &facility, &key.re_type.0.to_be_bytes(), &prescriber].concat()
}

fn checkup_key(exam_date: JstDate, program: CheckupProgram) -> Vec<u8> {
    let program: u16 = match program {
        CheckupProgram::Specific => 10,
        CheckupProgram::LateElderly => 20,
        CheckupProgram::Other(code) => code,
    };
    let date = (exam_date.days() ^ i64::MIN).to_be_bytes();
    [&date[..], &program.to_be_bytes()].concat()
}
