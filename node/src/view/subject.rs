//! Who a record is about.

use serde::{Deserialize, Serialize};
use tomoshibi_policies::disclosure::{Field, FieldSet};
use tomoshibi_policies::record::{NameUse, Person};
use tomoshibi_policies::time::{JstDate, PartialDate};

use super::when;

/// One name.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameView {
    /// `registered`, `alias` or `former`.
    pub name_use: String,
    /// As written in the register; ● stands for a character the central set lacks.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub written: Option<String>,
    /// As registered in kana.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reading: Option<String>,
}

/// Demographics.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubjectView {
    /// Names, the registered one first.
    pub names: Vec<NameView>,
    /// Code 1 male, 2 female, 3 not set.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sex: Option<u8>,
    /// `1951-03-27`; the month or year only when no more is registered.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub birth_date: Option<String>,
    /// Completed years on the day of the view; absent when the birth date is not known to the day.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub age_years: Option<u32>,
    /// Address as known to the insurer; may be old.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub address: Option<String>,
}

impl SubjectView {
    pub(super) fn new(person: &Person, fields: FieldSet, today: JstDate) -> Self {
        let name = |name: &tomoshibi_policies::record::PersonName| NameView {
            name_use: name_use_word(name.name_use).into(),
            written: when(fields, Field::Name, || name.kanji.clone()),
            reading: when(fields, Field::NameKana, || name.kana.clone()),
        };
        let age = match person.birth {
            PartialDate::Day(birth) => Some(birth.age_on(today)),
            PartialDate::Month(_) | PartialDate::Year(_) => None,
        };
        Self {
            names: person.names.iter().map(name).collect(),
            sex: when(fields, Field::Sex, || person.sex.code()),
            birth_date: when(fields, Field::BirthDate, || person.birth.to_string()),
            age_years: when(fields, Field::Age, || age).flatten(),
            address: when(fields, Field::Address, || person.address.clone()),
        }
    }
}

const fn name_use_word(name_use: NameUse) -> &'static str {
    match name_use {
        NameUse::Registered => "registered",
        NameUse::Alias => "alias",
        NameUse::Former => "former",
    }
}
