//! Checkups on the wire.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use tomoshibi_policies::record::{
    Checkup, CheckupItem, CheckupProgram, CheckupValue, InsurerNumber, ItemCode, SourceOrder,
};
use tomoshibi_policies::time::JstDate;

use super::date::write_date;
use super::wire::Body;
use super::{ItemError, ItemKey, Record, SubKey, read_date};

#[derive(Clone, Copy, Serialize, Deserialize)]
pub(super) enum ProgramV1 {
    Specific,
    LateElderly,
    Other(u16),
}

impl From<CheckupProgram> for ProgramV1 {
    fn from(program: CheckupProgram) -> Self {
        match program {
            CheckupProgram::Specific => Self::Specific,
            CheckupProgram::LateElderly => Self::LateElderly,
            CheckupProgram::Other(code) => Self::Other(code),
        }
    }
}

impl From<ProgramV1> for CheckupProgram {
    fn from(wire: ProgramV1) -> Self {
        match wire {
            ProgramV1::Specific => Self::Specific,
            ProgramV1::LateElderly => Self::LateElderly,
            ProgramV1::Other(code) => Self::Other(code),
        }
    }
}

#[derive(Clone, Copy, Serialize, Deserialize)]
pub(super) struct CheckupKeyV1 {
    exam_date: i64,
    program: ProgramV1,
}

#[derive(Serialize, Deserialize)]
pub(super) struct CheckupBodyV1<'a> {
    insurer: u32,
    items: Vec<CheckupItemV1<'a>>,
}

#[derive(Serialize, Deserialize)]
struct CheckupItemV1<'a> {
    code: [u8; 17],
    value: ValueV1<'a>,
    interpretation: Option<Cow<'a, str>>,
    reference: Option<RangeV1<'a>>,
}

/// Low and high, either may be absent.
type RangeV1<'a> = (Option<Cow<'a, str>>, Option<Cow<'a, str>>);

#[derive(Serialize, Deserialize)]
enum ValueV1<'a> {
    Quantity { value: Cow<'a, str>, unit: Cow<'a, str> },
    Coded { code: Cow<'a, str>, list: u32 },
    Text(Cow<'a, str>),
    NotDone,
    Unmeasurable,
}

impl CheckupKeyV1 {
    pub(super) fn new(exam_date: JstDate, program: CheckupProgram) -> Result<Self, ItemError> {
        Ok(Self { exam_date: write_date(exam_date)?, program: program.into() })
    }

    pub(super) fn into_sub_key(self) -> Result<SubKey, ItemError> {
        let exam_date = read_date(self.exam_date)?;
        Ok(SubKey::Checkup { exam_date, program: self.program.into() })
    }
}

/// The 17 characters as bytes.
pub(super) fn code_bytes(code: &ItemCode) -> Result<[u8; 17], ItemError> {
    code.as_str().as_bytes().try_into().map_err(|_| ItemError::Field { field: "item code" })
}

/// The code that 17 bytes spell.
pub(super) fn read_code(bytes: &[u8; 17]) -> Result<ItemCode, ItemError> {
    let text = core::str::from_utf8(bytes).map_err(|_| ItemError::Field { field: "item code" })?;
    Ok(ItemCode::parse(text)?)
}

impl<'a> CheckupBodyV1<'a> {
    pub(super) fn of(record: &'a Record) -> Option<Result<Self, ItemError>> {
        let Record::Checkup(checkup) = record else {
            return None;
        };
        let items = checkup.items.iter().map(CheckupItemV1::new).collect::<Result<_, _>>();
        Some(items.map(|items| Self { insurer: checkup.insurer.number(), items }))
    }
}

impl Body<CheckupKeyV1> for CheckupBodyV1<'_> {
    fn into_record(self, key: ItemKey, order: SourceOrder) -> Result<Record, ItemError> {
        let SubKey::Checkup { exam_date, program } = key.sub else {
            return Err(ItemError::Disagrees);
        };
        Ok(Record::Checkup(Checkup {
            person: key.person,
            exam_date,
            program,
            insurer: InsurerNumber::from_number(self.insurer)?,
            order,
            items: self
                .items
                .into_iter()
                .map(CheckupItemV1::into_model)
                .collect::<Result<_, _>>()?,
        }))
    }
}

impl<'a> CheckupItemV1<'a> {
    fn new(item: &'a CheckupItem) -> Result<Self, ItemError> {
        let text = |text: &'a Option<String>| text.as_deref().map(Cow::Borrowed);
        Ok(Self {
            code: code_bytes(&item.code)?,
            value: ValueV1::new(&item.value),
            interpretation: text(&item.interpretation),
            reference: item.reference.as_ref().map(|(low, high)| (text(low), text(high))),
        })
    }

    fn into_model(self) -> Result<CheckupItem, ItemError> {
        let text = |text: Option<Cow<'_, str>>| text.map(Cow::into_owned);
        Ok(CheckupItem {
            code: read_code(&self.code)?,
            value: self.value.into_model(),
            interpretation: text(self.interpretation),
            reference: self.reference.map(|(low, high)| (text(low), text(high))),
        })
    }
}

impl<'a> ValueV1<'a> {
    fn new(value: &'a CheckupValue) -> Self {
        match value {
            CheckupValue::Quantity { value, unit } => {
                Self::Quantity { value: Cow::Borrowed(value), unit: Cow::Borrowed(unit) }
            }
            CheckupValue::Coded { code, list } => {
                Self::Coded { code: Cow::Borrowed(code), list: *list }
            }
            CheckupValue::Text(text) => Self::Text(Cow::Borrowed(text)),
            CheckupValue::NotDone => Self::NotDone,
            CheckupValue::Unmeasurable => Self::Unmeasurable,
        }
    }

    fn into_model(self) -> CheckupValue {
        match self {
            Self::Quantity { value, unit } => {
                CheckupValue::Quantity { value: value.into_owned(), unit: unit.into_owned() }
            }
            Self::Coded { code, list } => CheckupValue::Coded { code: code.into_owned(), list },
            Self::Text(text) => CheckupValue::Text(text.into_owned()),
            Self::NotDone => CheckupValue::NotDone,
            Self::Unmeasurable => CheckupValue::Unmeasurable,
        }
    }
}
