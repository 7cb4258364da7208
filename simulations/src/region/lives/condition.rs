//! Chronic conditions and the regimens that treat them.
//!
//! Amounts are in hundred-thousandths, the precision of a receipt (5.5 decimals), so that no
//! floating point is needed. Rates are of 1,000 by age; they are plausible, not epidemiology.

use crate::region::calendar::Day;
use crate::region::dice::{Dice, Domain};
use crate::region::lives::person::Person;
use crate::region::world::World;

/// One unit in the precision of receipts.
pub(crate) const UNIT: u32 = 100_000;

/// A chronic condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Condition {
    Hypertension,
    Lipids,
    Diabetes,
    InsulinDiabetes,
    AtrialFibrillation,
    PastStroke,
    HeartFailure,
    Dialysis,
    Epilepsy,
    Rheumatism,
    Transplant,
    CancerPain,
    Insomnia,
    Depression,
    Stomach,
    Asthma,
    Dementia,
    Gout,
    Prostate,
    Glaucoma,
    Thyroid,
    BackPain,
}

/// How a drug is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Intake {
    Oral,
    AsNeeded,
    External,
    SelfInjection,
}

/// When to take it: a code of the handbook (4.4), or words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Usage {
    Coded(u16),
    Words(&'static str),
}

/// One drug of a regimen.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dose {
    pub(crate) ingredient: &'static str,
    pub(crate) strength: usize,
    /// A day's amount of oral drugs, else the amount of one time; hundred-thousandths.
    pub(crate) amount: u32,
    pub(crate) intake: Intake,
    pub(crate) usage: Usage,
    /// Days between doses: 1 daily, 2 alternate days, 7 weekly.
    pub(crate) every: u32,
}

/// A drug taken by mouth every day, at times a code names.
pub(crate) const fn oral(
    ingredient: &'static str,
    strength: usize,
    tablets: u32,
    usage: u16,
) -> Dose {
    Dose {
        ingredient,
        strength,
        amount: tablets * UNIT,
        intake: Intake::Oral,
        usage: Usage::Coded(usage),
        every: 1,
    }
}

const fn half(dose: Dose) -> Dose {
    Dose { amount: dose.amount / 2, ..dose }
}

const fn every(days: u32, words: &'static str, dose: Dose) -> Dose {
    Dose { every: days, usage: Usage::Words(words), ..dose }
}

/// A drug of the first strength used in another way, which words describe.
pub(crate) const fn other(
    intake: Intake,
    ingredient: &'static str,
    amount: u32,
    words: &'static str,
) -> Dose {
    Dose {
        ingredient,
        strength: 0,
        amount: amount * UNIT,
        intake,
        usage: Usage::Words(words),
        every: 1,
    }
}

/// A condition, who has it, where it is treated, and with what.
pub(crate) struct ConditionRow {
    pub(crate) condition: Condition,
    /// Of 1,000 aged under 15, 15-39, 40-64, 65-74, 75 and over.
    rates: [u32; 5],
    pub(crate) at_hospital: bool,
    regimens: &'static [&'static [Dose]],
}

const BREAKFAST: u16 = 6;
const SUPPER: u16 = 12;
const BEDTIME: u16 = 13;
const TWICE: u16 = 18;
const THRICE: u16 = 3;
const RISING: u16 = 48;

/// All conditions.
#[rustfmt::skip]
pub(crate) const CONDITIONS: &[ConditionRow] = &[
    ConditionRow { condition: Condition::Hypertension, rates: [0, 10, 200, 420, 560], at_hospital: false, regimens: &[
        &[oral("amlodi", 1, 1, BREAKFAST)],
        &[oral("amlodi", 0, 1, BREAKFAST), oral("telmi", 1, 1, BREAKFAST)],
        &[oral("olme", 1, 1, BREAKFAST)],
        &[oral("nifedi", 0, 2, TWICE), oral("cande", 1, 1, BREAKFAST)],
        &[oral("manidi", 0, 1, BREAKFAST), oral("enala", 0, 1, BREAKFAST)],
    ]},
    ConditionRow { condition: Condition::Lipids, rates: [0, 8, 150, 300, 300], at_hospital: false, regimens: &[
        &[oral("rosuva", 0, 1, SUPPER)], &[oral("atorva", 1, 1, SUPPER)], &[oral("feno", 0, 1, BREAKFAST)],
    ]},
    ConditionRow { condition: Condition::Diabetes, rates: [0, 4, 60, 130, 140], at_hospital: false, regimens: &[
        &[oral("metfor", 0, 3, THRICE)],
        &[oral("metfor", 1, 2, TWICE), oral("sitag", 1, 1, BREAKFAST)],
        &[oral("empagli", 0, 1, BREAKFAST)],
        &[half(oral("glimepi", 0, 1, BREAKFAST)), oral("sitag", 1, 1, BREAKFAST)],
    ]},
    ConditionRow { condition: Condition::InsulinDiabetes, rates: [1, 3, 10, 20, 20], at_hospital: true, regimens: &[
        &[other(Intake::SelfInjection, "glargine", 1, "１日１回　就寝前　８単位")],
        &[other(Intake::SelfInjection, "aspart", 2, "１日３回　毎食直前　６－４－６"), other(Intake::SelfInjection, "glargine", 1, "１日１回　就寝前　１０単位")],
    ]},
    ConditionRow { condition: Condition::AtrialFibrillation, rates: [0, 0, 8, 35, 80], at_hospital: false, regimens: &[
        &[half(oral("warfarin", 0, 1, SUPPER)), oral("warfarin", 1, 2, SUPPER)],
        &[oral("apixa", 0, 2, TWICE)],
        &[oral("edoxa", 0, 1, BREAKFAST), oral("bisopro", 0, 1, BREAKFAST)],
        &[oral("rivaro", 1, 1, BREAKFAST), oral("digox", 0, 1, BREAKFAST)],
    ]},
    ConditionRow { condition: Condition::PastStroke, rates: [0, 1, 10, 40, 80], at_hospital: false, regimens: &[
        &[oral("aspirin", 0, 1, BREAKFAST), oral("lansop", 0, 1, BREAKFAST)],
        &[oral("clopido", 1, 1, BREAKFAST)],
    ]},
    ConditionRow { condition: Condition::HeartFailure, rates: [0, 0, 4, 20, 60], at_hospital: true, regimens: &[
        &[oral("furose", 0, 1, BREAKFAST), oral("spirono", 0, 1, BREAKFAST), oral("carvedi", 0, 2, TWICE)],
        &[oral("furose", 0, 2, BREAKFAST), oral("bisopro", 1, 1, BREAKFAST)],
    ]},
    ConditionRow { condition: Condition::Dialysis, rates: [0, 0, 3, 8, 10], at_hospital: true, regimens: &[
        &[oral("alfacal", 0, 1, BREAKFAST), every(2, "非透析日のみ　朝食後", oral("amlodi", 1, 1, BREAKFAST))],
    ]},
    ConditionRow { condition: Condition::Epilepsy, rates: [6, 8, 8, 10, 14], at_hospital: true, regimens: &[
        &[oral("valpro", 1, 4, TWICE)], &[oral("levetira", 1, 2, TWICE)], &[oral("phenyto", 0, 2, TWICE), oral("levetira", 0, 2, TWICE)],
    ]},
    ConditionRow { condition: Condition::Rheumatism, rates: [0, 2, 9, 18, 20], at_hospital: true, regimens: &[
        &[every(7, "週１回　日曜日　朝食後", oral("methotre", 0, 3, BREAKFAST)), oral("predni", 0, 3, BREAKFAST)],
        &[oral("predni", 1, 1, BREAKFAST), oral("tacroli", 1, 1, SUPPER)],
    ]},
    ConditionRow { condition: Condition::Transplant, rates: [0, 1, 2, 2, 1], at_hospital: true, regimens: &[
        &[oral("cyclo", 0, 4, TWICE), oral("predni", 1, 1, BREAKFAST)],
    ]},
    ConditionRow { condition: Condition::CancerPain, rates: [0, 0, 3, 9, 12], at_hospital: true, regimens: &[
        &[oral("oxyco", 0, 2, TWICE), oral("magox", 0, 3, THRICE)],
        &[oral("morphi", 0, 2, TWICE), oral("dexa", 0, 2, BREAKFAST)],
        &[other(Intake::External, "fentany", 1, "１日１回　胸部に貼付")],
    ]},
    ConditionRow { condition: Condition::Insomnia, rates: [0, 12, 50, 90, 160], at_hospital: false, regimens: &[
        &[oral("brotizo", 0, 1, BEDTIME)], &[oral("zolpi", 0, 1, BEDTIME)], &[oral("etizo", 1, 1, BEDTIME)],
    ]},
    ConditionRow { condition: Condition::Depression, rates: [0, 20, 25, 15, 15], at_hospital: false, regimens: &[
        &[oral("paroxe", 0, 2, SUPPER)], &[oral("sertra", 0, 1, SUPPER), oral("risper", 0, 1, BEDTIME)],
    ]},
    ConditionRow { condition: Condition::Stomach, rates: [0, 15, 70, 130, 220], at_hospital: false, regimens: &[
        &[oral("lansop", 0, 1, BREAKFAST)], &[oral("famo", 1, 2, TWICE), oral("rebami", 0, 3, 21)], &[oral("oldgastro", 0, 3, THRICE)],
    ]},
    ConditionRow { condition: Condition::Asthma, rates: [30, 20, 25, 30, 35], at_hospital: false, regimens: &[
        &[other(Intake::External, "bude", 1, "１日２回　１回１吸入"), oral("montelu", 0, 1, BEDTIME)],
    ]},
    ConditionRow { condition: Condition::Dementia, rates: [0, 0, 0, 15, 110], at_hospital: false, regimens: &[
        &[oral("donepe", 1, 1, BREAKFAST)], &[oral("meman", 0, 1, SUPPER)], &[oral("levodo", 0, 3, THRICE)],
    ]},
    ConditionRow { condition: Condition::Gout, rates: [0, 4, 40, 45, 45], at_hospital: false, regimens: &[
        &[oral("febuxo", 1, 1, BREAKFAST)], &[oral("allopu", 0, 2, TWICE)],
    ]},
    ConditionRow { condition: Condition::Prostate, rates: [0, 0, 8, 70, 90], at_hospital: false, regimens: &[
        &[oral("tamsulo", 0, 1, BREAKFAST)],
    ]},
    ConditionRow { condition: Condition::Glaucoma, rates: [0, 2, 20, 60, 100], at_hospital: false, regimens: &[
        &[other(Intake::External, "latano", 3, "１日１回　両眼"), other(Intake::External, "hyalu", 10, "１日４回　両眼")],
    ]},
    ConditionRow { condition: Condition::Thyroid, rates: [0, 4, 12, 20, 22], at_hospital: false, regimens: &[
        &[oral("levothy", 1, 1, RISING)],
    ]},
    ConditionRow { condition: Condition::BackPain, rates: [0, 8, 50, 110, 190], at_hospital: false, regimens: &[
        &[other(Intake::External, "loxotape", 28, "１日１回　腰部に貼付"), oral("mecoba", 0, 3, THRICE)],
        &[other(Intake::AsNeeded, "loxo", 1, "疼痛時　１回１錠"), oral("trama", 0, 3, THRICE)],
    ]},
];

/// A condition a person has, with the doses that treat it and the maker the person gets.
#[derive(Debug, Clone)]
pub(crate) struct Treatment {
    pub(crate) condition: Condition,
    pub(crate) at_hospital: bool,
    pub(crate) doses: &'static [Dose],
    /// 0 original, 1 generic.
    pub(crate) maker: usize,
    /// The regimen that follows, and the day of the change.
    pub(crate) later: Option<(Day, &'static [Dose])>,
}

impl Treatment {
    /// The doses on a day.
    pub(crate) fn doses_on(&self, day: Day) -> &'static [Dose] {
        match self.later {
            Some((changed, doses)) if day >= changed => doses,
            _ => self.doses,
        }
    }
}

/// The chronic conditions of a person.
pub(crate) fn treatments(world: &World, person: &Person) -> Vec<Treatment> {
    let mut dice = Dice::new(world.seed, Domain::Condition, u64::from(person.index));
    let band = age_band(world.today().age_of(person.birth));
    let span = world.today().since(world.first_month.first());
    let mut found: Vec<Treatment> = Vec::new();
    for row in CONDITIONS {
        let rate = row.rates.get(band).copied().unwrap_or(0);
        let struck = dice.per_mille(rate);
        let doses = *dice.pick(row.regimens);
        let later = *dice.pick(row.regimens);
        let changes = dice.per_mille(120);
        let changed = world.first_month.first().plus(dice.between(30, span.max(31)));
        let maker = usize::from(dice.per_mille(700));
        // Drugs of one condition do not come twice under another: insulin replaces tablets.
        let excluded = (row.condition == Condition::Prostate && person.woman)
            || (row.condition == Condition::InsulinDiabetes
                && found.iter().any(|other| other.condition == Condition::Diabetes))
            || (row.condition == Condition::Dialysis
                && found.iter().any(|other| other.condition == Condition::Hypertension));
        if struck && !excluded {
            found.push(Treatment {
                condition: row.condition,
                at_hospital: row.at_hospital,
                doses,
                maker,
                later: changes.then_some((changed, later)),
            });
        }
    }
    found
}

fn age_band(age: i32) -> usize {
    match age {
        ..15 => 0,
        15..40 => 1,
        40..65 => 2,
        65..75 => 3,
        _ => 4,
    }
}
