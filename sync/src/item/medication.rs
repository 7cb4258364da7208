//! Receipts on the wire.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use tomoshibi_policies::record::{
    DrugCode, FacilityCode, LineClass, MedicationLine, Quantity, Receipt, ReceiptKey, ReceiptKind,
    ReceiptType, SourceOrder, Usage,
};

use super::date::{PartialDateV1, read_optional, write_date, write_month, write_optional};
use super::person::wire_enum;
use super::wire::Body;
use super::{ItemError, ItemKey, Record, SubKey, read_date, read_month};

wire_enum!(ReceiptKindV1 = ReceiptKind { Medical, Dental, Pharmacy, Dpc });
wire_enum!(LineClassV1 = LineClass { TakeHome, Administered });

#[derive(Clone, Copy, Serialize, Deserialize)]
pub(super) struct ReceiptKeyV1 {
    facility: u64,
    month: i32,
    kind: ReceiptKindV1,
    re_type: u16,
    prescriber: Option<u64>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct ReceiptBodyV1<'a> {
    outside_prescriptions: Vec<i64>,
    lines: Vec<LineV1<'a>>,
}

#[derive(Serialize, Deserialize)]
struct LineV1<'a> {
    drug: u32,
    amount: u64,
    times: u32,
    class: LineClassV1,
    treatment_class: u8,
    form: u8,
    dispensed: PartialDateV1,
    prescribed: Option<i64>,
    usage_code: Option<u16>,
    usage_text: Cow<'a, str>,
}

impl TryFrom<ReceiptKey> for ReceiptKeyV1 {
    type Error = ItemError;

    fn try_from(key: ReceiptKey) -> Result<Self, ItemError> {
        check_prescriber(&key)?;
        Ok(Self {
            facility: key.facility.number(),
            month: write_month(key.month)?,
            kind: key.kind.into(),
            re_type: key.re_type.0,
            prescriber: key.prescriber.map(FacilityCode::number),
        })
    }
}

impl TryFrom<ReceiptKeyV1> for ReceiptKey {
    type Error = ItemError;

    fn try_from(wire: ReceiptKeyV1) -> Result<Self, ItemError> {
        let key = Self {
            facility: FacilityCode::from_number(wire.facility)?,
            month: read_month(wire.month)?,
            kind: wire.kind.into(),
            re_type: ReceiptType(wire.re_type),
            prescriber: wire.prescriber.map(FacilityCode::from_number).transpose()?,
        };
        check_prescriber(&key)?;
        Ok(key)
    }
}

// Otherwise one receipt would have several keys, and a re-filing under another would stand beside it.
fn check_prescriber(key: &ReceiptKey) -> Result<(), ItemError> {
    match (key.kind, key.prescriber) {
        (ReceiptKind::Pharmacy, _) | (_, None) => Ok(()),
        (_, Some(_)) => Err(ItemError::Field { field: "prescriber" }),
    }
}

impl<'a> ReceiptBodyV1<'a> {
    pub(super) fn of(record: &'a Record) -> Option<Result<Self, ItemError>> {
        let Record::Receipt(receipt) = record else {
            return None;
        };
        Some(Self::from_receipt(receipt))
    }

    fn from_receipt(receipt: &'a Receipt) -> Result<Self, ItemError> {
        let outside = receipt.outside_prescriptions.iter().map(|day| write_date(*day));
        Ok(Self {
            outside_prescriptions: outside.collect::<Result<_, _>>()?,
            lines: receipt.lines.iter().map(LineV1::new).collect::<Result<_, _>>()?,
        })
    }
}

impl Body<ReceiptKeyV1> for ReceiptBodyV1<'_> {
    fn into_record(self, key: ItemKey, order: SourceOrder) -> Result<Record, ItemError> {
        let SubKey::Receipt(receipt_key) = key.sub else {
            return Err(ItemError::Disagrees);
        };
        let outside = self.outside_prescriptions.into_iter().map(read_date);
        Ok(Record::Receipt(Receipt {
            person: key.person,
            key: receipt_key,
            order,
            outside_prescriptions: outside.collect::<Result<_, _>>()?,
            lines: self.lines.into_iter().map(LineV1::into_model).collect::<Result<_, _>>()?,
        }))
    }
}

impl<'a> LineV1<'a> {
    fn new(line: &'a MedicationLine) -> Result<Self, ItemError> {
        Ok(Self {
            drug: line.drug.number(),
            amount: line.amount.hundred_thousandths(),
            times: line.times,
            class: line.class.into(),
            treatment_class: line.treatment_class,
            form: line.form,
            dispensed: line.dispensed.try_into()?,
            prescribed: write_optional(line.prescribed)?,
            usage_code: line.usage.code,
            usage_text: Cow::Borrowed(&line.usage.text),
        })
    }

    fn into_model(self) -> Result<MedicationLine, ItemError> {
        Ok(MedicationLine {
            drug: DrugCode::from_number(self.drug)?,
            amount: Quantity::from_hundred_thousandths(self.amount)?,
            times: self.times,
            class: self.class.into(),
            treatment_class: self.treatment_class,
            form: self.form,
            dispensed: self.dispensed.try_into()?,
            prescribed: read_optional(self.prescribed)?,
            usage: Usage { code: self.usage_code, text: self.usage_text.into_owned() },
        })
    }
}
