//! What a claim needs.

use serde::{Deserialize, Serialize};
use tomoshibi_policies::disclosure::{Field, FieldSet};
use tomoshibi_policies::record::{CardClass, Coverage, LossReason, Person, Relation};

use super::when;
use crate::masters::Masters;

/// One coverage, with the fields a claim asks for.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct CoverageView {
    /// As issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub insurer_number: Option<String>,
    /// Name of the insurer, when the master has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub insurer_name: Option<String>,
    /// As issued; empty for the late elderly.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub symbol: Option<String>,
    /// As issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Two digits; absent for the late elderly.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// First day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// First day outside; absent while it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// `general`, `retired`, `short-term`, `certificate`, `special-retired`, `self-defence-forces`,
    /// `public-assistance` or `other`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card: Option<String>,
    /// `insured` or `family`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relation: Option<String>,
    /// The patient's share in per cent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub burden_percent: Option<u8>,
    /// `death`, `public-assistance`, `other-insurance` or `other`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loss: Option<String>,
}

pub(super) fn views(person: &Person, masters: &Masters, fields: FieldSet) -> Vec<CoverageView> {
    let mut coverages: Vec<&Coverage> = person.coverages.iter().collect();
    coverages.sort_by_key(|c| std::cmp::Reverse((c.period.from, c.insurer)));
    coverages.into_iter().map(|coverage| view(coverage, masters, fields)).collect()
}

fn view(coverage: &Coverage, masters: &Masters, fields: FieldSet) -> CoverageView {
    let insurer = masters.insurer(coverage.insurer);
    let period = |day: Option<String>| when(fields, Field::CoveragePeriod, || day).flatten();
    CoverageView {
        insurer_number: when(fields, Field::InsurerNumber, || coverage.insurer.to_string()),
        insurer_name: when(fields, Field::InsurerName, || insurer.map(|i| i.name.clone()))
            .flatten(),
        symbol: when(fields, Field::Symbol, || coverage.symbol.clone()),
        number: when(fields, Field::Number, || coverage.number.clone()),
        branch: when(fields, Field::Branch, || coverage.branch.map(|b| format!("{b:02}")))
            .flatten(),
        from: period(Some(coverage.period.from.to_string())),
        until: period(coverage.period.until.map(|day| day.to_string())),
        card: when(fields, Field::CardClass, || card_word(coverage.card).into()),
        relation: when(fields, Field::Relation, || relation_word(coverage.relation).into()),
        burden_percent: when(fields, Field::BurdenRatio, || coverage.burden_percent).flatten(),
        loss: when(fields, Field::LossReason, || coverage.loss.map(|l| loss_word(l).into()))
            .flatten(),
    }
}

const fn card_word(card: CardClass) -> &'static str {
    match card {
        CardClass::General => "general",
        CardClass::Retired => "retired",
        CardClass::ShortTerm => "short-term",
        CardClass::Certificate => "certificate",
        CardClass::SpecialRetired => "special-retired",
        CardClass::SelfDefenceForces => "self-defence-forces",
        CardClass::PublicAssistance => "public-assistance",
        CardClass::Other => "other",
    }
}

const fn relation_word(relation: Relation) -> &'static str {
    match relation {
        Relation::Insured => "insured",
        Relation::Family => "family",
    }
}

const fn loss_word(loss: LossReason) -> &'static str {
    match loss {
        LossReason::Death => "death",
        LossReason::PublicAssistance => "public-assistance",
        LossReason::OtherInsurance => "other-insurance",
        LossReason::Other => "other",
    }
}
