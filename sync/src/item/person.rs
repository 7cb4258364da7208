//! Persons on the wire.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use tomoshibi_policies::record::{
    CardClass, Coverage, InsurerNumber, LossReason, NameUse, Person, PersonName, Relation, Sex,
    SourceOrder,
};

use super::date::{DatePeriodV1, PartialDateV1, read_optional, write_optional};
use super::wire::Body;
use super::{FoldedKeys, ItemError, ItemKey, PersonItem, Record};

#[derive(Serialize, Deserialize)]
pub(super) struct PersonBodyV1<'a> {
    names: Vec<NameV1<'a>>,
    sex: SexV1,
    birth: PartialDateV1,
    address: Cow<'a, str>,
    postal_code: Cow<'a, str>,
    coverages: Vec<CoverageV1<'a>>,
}

#[derive(Serialize, Deserialize)]
struct NameV1<'a> {
    name_use: NameUseV1,
    kanji: Cow<'a, str>,
    kana: Cow<'a, str>,
    folded_kana: Cow<'a, str>,
    folded_given: Option<Cow<'a, str>>,
    folded_kanji: Cow<'a, str>,
}

#[derive(Serialize, Deserialize)]
struct CoverageV1<'a> {
    insurer: u32,
    symbol: Cow<'a, str>,
    number: Cow<'a, str>,
    branch: Option<u8>,
    period: DatePeriodV1,
    card: CardClassV1,
    relation: RelationV1,
    burden_percent: Option<u8>,
    elderly_until: Option<i64>,
    loss: Option<LossReasonV1>,
}

/// Spells an enum of the model with the same variants on the wire, in the order of the format.
macro_rules! wire_enum {
    ($wire:ident = $model:ident { $($variant:ident),+ $(,)? }) => {
        #[derive(Clone, Copy, Serialize, Deserialize)]
        enum $wire { $($variant),+ }

        impl From<$model> for $wire {
            fn from(model: $model) -> Self {
                match model { $($model::$variant => Self::$variant),+ }
            }
        }

        impl From<$wire> for $model {
            fn from(wire: $wire) -> Self {
                match wire { $($wire::$variant => Self::$variant),+ }
            }
        }
    };
}
pub(super) use wire_enum;

wire_enum!(SexV1 = Sex { Male, Female, NotSet });
wire_enum!(NameUseV1 = NameUse { Registered, Alias, Former });
wire_enum!(RelationV1 = Relation { Insured, Family });
wire_enum!(LossReasonV1 = LossReason { Death, PublicAssistance, OtherInsurance, Other });
wire_enum!(
    CardClassV1 = CardClass {
        General,
        Retired,
        ShortTerm,
        Certificate,
        SpecialRetired,
        SelfDefenceForces,
        PublicAssistance,
        Other,
    }
);

impl<'a> PersonBodyV1<'a> {
    pub(super) fn of(record: &'a Record) -> Option<Result<Self, ItemError>> {
        match record {
            Record::Person(item) => Some(Self::from_item(item)),
            _ => None,
        }
    }

    fn from_item(item: &'a PersonItem) -> Result<Self, ItemError> {
        let person = &item.person;
        if person.names.is_empty() || person.names.len() != item.folded.len() {
            return Err(ItemError::Field { field: "names of a person" });
        }
        let names = person.names.iter().zip(&item.folded).map(|(n, f)| NameV1::new(n, f)).collect();
        Ok(Self {
            names,
            sex: person.sex.into(),
            birth: person.birth.try_into()?,
            address: Cow::Borrowed(&person.address),
            postal_code: Cow::Borrowed(&person.postal_code),
            coverages: person.coverages.iter().map(CoverageV1::new).collect::<Result<_, _>>()?,
        })
    }
}

impl Body<()> for PersonBodyV1<'_> {
    fn into_record(self, key: ItemKey, _: SourceOrder) -> Result<Record, ItemError> {
        if self.names.is_empty() {
            return Err(ItemError::Field { field: "names of a person" });
        }
        let (names, folded) = self.names.into_iter().map(NameV1::into_model).unzip();
        let coverages =
            self.coverages.into_iter().map(CoverageV1::into_model).collect::<Result<_, _>>()?;
        let person = Person {
            id: key.person,
            names,
            sex: self.sex.into(),
            birth: self.birth.try_into()?,
            address: self.address.into_owned(),
            postal_code: self.postal_code.into_owned(),
            coverages,
        };
        Ok(Record::Person(PersonItem { person, folded }))
    }
}

impl<'a> NameV1<'a> {
    fn new(name: &'a PersonName, folded: &'a FoldedKeys) -> Self {
        Self {
            name_use: name.name_use.into(),
            kanji: Cow::Borrowed(&name.kanji),
            kana: Cow::Borrowed(&name.kana),
            folded_kana: Cow::Borrowed(&folded.kana),
            folded_given: folded.given.as_deref().map(Cow::Borrowed),
            folded_kanji: Cow::Borrowed(&folded.kanji),
        }
    }

    fn into_model(self) -> (PersonName, FoldedKeys) {
        let name = PersonName {
            name_use: self.name_use.into(),
            kanji: self.kanji.into_owned(),
            kana: self.kana.into_owned(),
        };
        let folded = FoldedKeys {
            kana: self.folded_kana.into_owned(),
            given: self.folded_given.map(Cow::into_owned),
            kanji: self.folded_kanji.into_owned(),
        };
        (name, folded)
    }
}

impl<'a> CoverageV1<'a> {
    fn new(coverage: &'a Coverage) -> Result<Self, ItemError> {
        check_coverage(coverage.branch, coverage.burden_percent)?;
        Ok(Self {
            insurer: coverage.insurer.number(),
            symbol: Cow::Borrowed(&coverage.symbol),
            number: Cow::Borrowed(&coverage.number),
            branch: coverage.branch,
            period: coverage.period.try_into()?,
            card: coverage.card.into(),
            relation: coverage.relation.into(),
            burden_percent: coverage.burden_percent,
            elderly_until: write_optional(coverage.elderly_until)?,
            loss: coverage.loss.map(Into::into),
        })
    }

    fn into_model(self) -> Result<Coverage, ItemError> {
        check_coverage(self.branch, self.burden_percent)?;
        Ok(Coverage {
            insurer: InsurerNumber::from_number(self.insurer)?,
            symbol: self.symbol.into_owned(),
            number: self.number.into_owned(),
            branch: self.branch,
            period: self.period.try_into()?,
            card: self.card.into(),
            relation: self.relation.into(),
            burden_percent: self.burden_percent,
            elderly_until: read_optional(self.elderly_until)?,
            loss: self.loss.map(Into::into),
        })
    }
}

fn check_coverage(branch: Option<u8>, burden_percent: Option<u8>) -> Result<(), ItemError> {
    match (branch, burden_percent) {
        (Some(100..), _) => Err(ItemError::Field { field: "branch of a coverage" }),
        (_, Some(101..)) => Err(ItemError::Field { field: "burden of a coverage" }),
        _ => Ok(()),
    }
}
