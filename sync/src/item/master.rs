//! Masters on the wire.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use tomoshibi_policies::record::{
    CheckupRegistration, Drug, DrugCode, DrugForm, FacilityCode, Institution, Insurer,
    InsurerNumber, ItemName, SourceOrder,
};

use super::checkup::{code_bytes, read_code};
use super::date::{read_optional, write_optional};
use super::person::wire_enum;
use super::wire::Body;
use super::{ItemError, ItemKey, Record, SubKey};

#[derive(Clone, Copy, Serialize, Deserialize)]
pub(super) enum MasterKeyV1 {
    Drug(u32),
    Institution(u64),
    Insurer(u32),
    ItemName([u8; 17]),
}

#[derive(Serialize, Deserialize)]
pub(super) enum MasterBodyV1<'a> {
    Drug(DrugV1<'a>),
    Institution { name: Cow<'a, str>, municipality: Option<u32> },
    Insurer { name: Cow<'a, str>, checkups: RegistrationV1 },
    ItemName { name: Cow<'a, str> },
}

#[derive(Serialize, Deserialize)]
pub(super) struct DrugV1<'a> {
    name: Cow<'a, str>,
    unit: Cow<'a, str>,
    price_list_code: Cow<'a, str>,
    ingredient: Cow<'a, str>,
    form: DrugFormV1,
    controlled: bool,
    pseudo: bool,
    ended: Option<i64>,
}

wire_enum!(DrugFormV1 = DrugForm { Internal, Injection, External, Dental, Other });

#[derive(Clone, Copy, Serialize, Deserialize)]
pub(super) enum RegistrationV1 {
    Until(i32),
    None,
    Unknown,
}

impl MasterKeyV1 {
    pub(super) fn of(sub: &SubKey) -> Result<Self, ItemError> {
        match sub {
            SubKey::Drug(code) => Ok(Self::Drug(code.number())),
            SubKey::Institution(code) => Ok(Self::Institution(code.number())),
            SubKey::Insurer(number) => Ok(Self::Insurer(number.number())),
            SubKey::ItemName(code) => code_bytes(code).map(Self::ItemName),
            _ => Err(ItemError::Disagrees),
        }
    }

    pub(super) fn into_sub_key(self) -> Result<SubKey, ItemError> {
        Ok(match self {
            Self::Drug(number) => SubKey::Drug(DrugCode::from_number(number)?),
            Self::Institution(number) => SubKey::Institution(FacilityCode::from_number(number)?),
            Self::Insurer(number) => SubKey::Insurer(InsurerNumber::from_number(number)?),
            Self::ItemName(code) => SubKey::ItemName(read_code(&code)?),
        })
    }
}

impl<'a> MasterBodyV1<'a> {
    pub(super) fn of(record: &'a Record) -> Option<Result<Self, ItemError>> {
        Some(match record {
            Record::Drug(drug) => DrugV1::new(drug).map(Self::Drug),
            Record::Institution(one) => Ok(Self::Institution {
                name: Cow::Borrowed(&one.name),
                municipality: one.municipality,
            }),
            Record::Insurer(insurer) => Ok(Self::Insurer {
                name: Cow::Borrowed(&insurer.name),
                checkups: insurer.checkups.into(),
            }),
            Record::ItemName(item) => Ok(Self::ItemName { name: Cow::Borrowed(&item.name) }),
            _ => return None,
        })
    }
}

impl Body<MasterKeyV1> for MasterBodyV1<'_> {
    fn into_record(self, key: ItemKey, _: SourceOrder) -> Result<Record, ItemError> {
        match (self, key.sub) {
            (Self::Drug(drug), SubKey::Drug(code)) => drug.into_model(code).map(Record::Drug),
            (Self::Institution { name, municipality }, SubKey::Institution(code)) => {
                let name = name.into_owned();
                Ok(Record::Institution(Institution { code, name, municipality }))
            }
            (Self::Insurer { name, checkups }, SubKey::Insurer(number)) => {
                let (name, checkups) = (name.into_owned(), checkups.into());
                Ok(Record::Insurer(Insurer { number, name, checkups }))
            }
            (Self::ItemName { name }, SubKey::ItemName(code)) => {
                Ok(Record::ItemName(ItemName { code, name: name.into_owned() }))
            }
            _ => Err(ItemError::Disagrees),
        }
    }
}

impl<'a> DrugV1<'a> {
    fn new(drug: &'a Drug) -> Result<Self, ItemError> {
        Ok(Self {
            name: Cow::Borrowed(&drug.name),
            unit: Cow::Borrowed(&drug.unit),
            price_list_code: Cow::Borrowed(&drug.price_list_code),
            ingredient: Cow::Borrowed(&drug.ingredient),
            form: drug.form.into(),
            controlled: drug.controlled,
            pseudo: drug.pseudo,
            ended: write_optional(drug.ended)?,
        })
    }

    fn into_model(self, code: DrugCode) -> Result<Drug, ItemError> {
        Ok(Drug {
            code,
            name: self.name.into_owned(),
            unit: self.unit.into_owned(),
            price_list_code: self.price_list_code.into_owned(),
            ingredient: self.ingredient.into_owned(),
            form: self.form.into(),
            controlled: self.controlled,
            pseudo: self.pseudo,
            ended: read_optional(self.ended)?,
        })
    }
}

impl From<CheckupRegistration> for RegistrationV1 {
    fn from(model: CheckupRegistration) -> Self {
        match model {
            CheckupRegistration::Until(year) => Self::Until(year),
            CheckupRegistration::None => Self::None,
            CheckupRegistration::Unknown => Self::Unknown,
        }
    }
}

impl From<RegistrationV1> for CheckupRegistration {
    fn from(wire: RegistrationV1) -> Self {
        match wire {
            RegistrationV1::Until(year) => Self::Until(year),
            RegistrationV1::None => Self::None,
            RegistrationV1::Unknown => Self::Unknown,
        }
    }
}
