//! Visits of a person over the months, and the claims that follow from them.

use std::collections::BTreeMap;

use super::{Claim, ClaimKind, Dispensing, DrugRef, Group, GroupClass, GroupDrug};
use crate::region::calendar::{Day, Month};
use crate::region::dice::{Dice, Domain};
use crate::region::drugs::{UNKNOWN_BASE, product_index};
use crate::region::lives::condition::{Dose, Intake, Treatment, UNIT, Usage};
use crate::region::lives::episode::{Administered, EPISODES, Episode, Place};
use crate::region::lives::person::Person;
use crate::region::places::{DISTRICT_NEIGHBOURHOODS, FacilityId, FacilityKind};
use crate::region::world::World;

/// Of 1,000 medical clinics, how many dispense in house.
const IN_HOUSE_PER_MILLE: u32 = 350;
/// Of 1,000 months of a person, how many bring an acute episode.
const EPISODE_PER_MILLE: u32 = 45;
/// Of 1,000 people with drugs from a pharmacy, how many once bring it a dentist's prescription in a
/// month in which it has another's; people who use the hospital's pharmacy may do so anyway.
pub(crate) const SECOND_PRESCRIBER_PER_MILLE: u32 = 60;
/// Of 1,000 drugs, how many name a code that no master has.
pub(crate) const UNKNOWN_CODE_PER_MILLE: u32 = 4;
/// Of 1,000 groups: a remark after it; no day columns.
const REMARK_PER_MILLE: u32 = 40;
pub(crate) const MONTH_ONLY_PER_MILLE: u32 = 15;

/// A regular visit plan at one facility.
struct CarePlan {
    facility: FacilityId,
    pharmacy: FacilityId,
    in_house: bool,
    treatments: Vec<Treatment>,
    /// Months between visits, and the month it starts in.
    interval: i32,
    phase: i32,
    day: i32,
}

/// All claims of a person, ordered by facility, month and prescriber.
pub(crate) fn claims(world: &World, person: &Person, treatments: &[Treatment]) -> Vec<Claim> {
    let mut dice = Dice::new(world.seed, Domain::Visit, u64::from(person.index));
    let plans = care_plans(world, person, treatments, &mut dice);
    let mut ledger = Ledger { world, person, claims: BTreeMap::new() };
    let mut month = world.first_month;
    while month <= world.last_month {
        for plan in &plans {
            regular_visits(&mut ledger, plan, month, &mut dice);
        }
        if dice.per_mille(EPISODE_PER_MILLE) {
            acute_visit(&mut ledger, month, &mut dice);
        }
        month = month.plus(1);
    }
    second_prescriber(&mut ledger);
    ledger.claims.into_values().collect()
}

/// Whether a clinic hands out drugs itself.
pub(crate) fn dispenses_in_house(world: &World, facility: FacilityId) -> bool {
    facility.kind() == FacilityKind::MedicalClinic
        && Dice::new(world.seed, Domain::Facility, facility.stream()).per_mille(IN_HOUSE_PER_MILLE)
}

fn care_plans(
    world: &World,
    person: &Person,
    treatments: &[Treatment],
    dice: &mut Dice,
) -> Vec<CarePlan> {
    let district = person.neighbourhood / DISTRICT_NEIGHBOURHOODS;
    let home_clinic = FacilityId::clinic(person.neighbourhood, 0);
    let mut plans = Vec::new();
    for at_hospital in [false, true] {
        let own: Vec<Treatment> =
            treatments.iter().filter(|row| row.at_hospital == at_hospital).cloned().collect();
        let interval = *dice.pick(&[1, 1, 2, 2, 2, 3, 3]);
        let (phase, day) = (dice.between(0, interval - 1), dice.between(2, 24));
        if own.is_empty() {
            continue;
        }
        let (facility, pharmacy) = if at_hospital {
            (FacilityId::hospital(district), FacilityId::hospital_pharmacy(district))
        } else {
            (home_clinic, FacilityId::pharmacy(person.neighbourhood, 0))
        };
        let in_house = dispenses_in_house(world, facility);
        let treatments = own;
        plans.push(CarePlan { facility, pharmacy, in_house, treatments, interval, phase, day });
    }
    plans
}

fn regular_visits(ledger: &mut Ledger<'_>, plan: &CarePlan, month: Month, dice: &mut Dice) {
    let due = month.since(ledger.world.first_month).rem_euclid(plan.interval) == plan.phase;
    let day = plan.day + dice.between(-1, 3);
    // One in five monthly patients comes twice, for a fortnight's supply each time.
    let twice = plan.interval == 1 && plan.day <= 12 && plan.facility.stream().is_multiple_of(3);
    let injected = dice.per_mille(30);
    if !due || dice.per_mille(25) {
        return;
    }
    let supply = if twice { 14 } else { u32::try_from(28 * plan.interval).unwrap_or(28) };
    let mut days = vec![month.day(day)];
    if twice {
        days.push(month.day(day + 14));
    }
    for visit in days {
        let doses: Vec<(Dose, usize)> = plan
            .treatments
            .iter()
            .flat_map(|row| row.doses_on(visit).iter().map(|dose| (*dose, row.maker)))
            .collect();
        let groups = groups(&doses, supply, dice);
        ledger.prescribe(plan.facility, plan.pharmacy, plan.in_house, visit, groups, dice);
        if injected {
            let act = Some(130_000_510);
            let shot =
                Administered { ingredient: "mecobainj", amount: UNIT, identification: "31", act };
            ledger.administer(plan.facility, visit, &[shot]);
        }
    }
}

fn acute_visit(ledger: &mut Ledger<'_>, month: Month, dice: &mut Dice) {
    let person = ledger.person;
    let Some(episode) = EPISODES.get(dice.weighted(EPISODES.iter().map(|row| row.weight))) else {
        return;
    };
    let visit = month.day(dice.between(1, 27));
    let district = person.neighbourhood / DISTRICT_NEIGHBOURHOODS;
    let groups = acute_groups(episode, dice);
    match episode.place {
        Place::Clinic => {
            let clinic = FacilityId::clinic(person.neighbourhood, 1);
            let pharmacy = FacilityId::pharmacy(person.neighbourhood, 1);
            let in_house = dispenses_in_house(ledger.world, clinic);
            ledger.prescribe(clinic, pharmacy, in_house, visit, groups, dice);
            ledger.administer(clinic, visit, episode.administered);
        }
        Place::Dentist => {
            let pharmacy = FacilityId::hospital_pharmacy(district);
            let dentist = FacilityId::dental(person.neighbourhood);
            ledger.prescribe(dentist, pharmacy, false, visit, groups, dice);
        }
    }
}

/// A dentist's prescription for a pharmacy that has another's in the same month.
fn second_prescriber(ledger: &mut Ledger<'_>) {
    let person = ledger.person;
    let mut dice = Dice::new(ledger.world.seed, Domain::SecondPrescriber, u64::from(person.index));
    let dentist = FacilityId::dental(person.neighbourhood);
    let has_another = |(_, _, prescriber): &&(FacilityId, Month, Option<FacilityId>)| {
        prescriber.is_some_and(|prescriber| prescriber != dentist)
    };
    let filled: Vec<_> = ledger.claims.keys().filter(has_another).copied().collect();
    if filled.is_empty() || !dice.per_mille(SECOND_PRESCRIBER_PER_MILLE) {
        return;
    }
    let (pharmacy, month, _) = *dice.pick(&filled);
    let at_dentist = |episode: &&Episode| episode.place == Place::Dentist;
    let Some(episode) = EPISODES.iter().find(at_dentist) else { return };
    let groups = acute_groups(episode, &mut dice);
    // Early enough to be dispensed in the same month.
    let visit = month.day(dice.between(1, 25));
    ledger.prescribe(dentist, pharmacy, false, visit, groups, &mut dice);
}

fn acute_groups(episode: &Episode, dice: &mut Dice) -> Vec<Group> {
    let maker = dice.below(2) as usize;
    let doses: Vec<(Dose, usize)> = episode.doses.iter().map(|dose| (*dose, maker)).collect();
    groups(&doses, episode.days, dice)
}

/// Doses of one usage make one group; the dispensings are filled in later.
fn groups(doses: &[(Dose, usize)], supply: u32, dice: &mut Dice) -> Vec<Group> {
    let mut by_way: BTreeMap<(Intake, Usage, u32), Vec<GroupDrug>> = BTreeMap::new();
    for (dose, maker) in doses {
        let Some(product) = product_index(dose.ingredient, dose.strength, *maker) else { continue };
        let unknown = dice.per_mille(UNKNOWN_CODE_PER_MILLE);
        let drug = if unknown {
            DrugRef::Unknown(UNKNOWN_BASE + dice.below(40))
        } else {
            DrugRef::Product(product)
        };
        let drugs = by_way.entry((dose.intake, dose.usage, dose.every)).or_default();
        // The same drug for two conditions is prescribed once.
        if drugs.iter().all(|other| other.drug != drug) {
            drugs.push(GroupDrug { drug, amount: dose.amount });
        }
    }
    by_way
        .into_iter()
        .map(|((intake, usage, every), drugs)| {
            let (class, times) = match intake {
                Intake::Oral => (GroupClass::Oral, (supply / every).max(1)),
                Intake::AsNeeded => (GroupClass::AsNeeded, 10),
                Intake::External => (GroupClass::External, 1),
                Intake::SelfInjection => (GroupClass::SelfInjection, 1),
            };
            let placeholder = Day::new(1970, 1, 1);
            Group {
                class,
                usage,
                act: None,
                drugs,
                dispensings: vec![Dispensing { day: placeholder, prescribed: placeholder, times }],
                remark: dice.per_mille(REMARK_PER_MILLE).then_some("他院より継続"),
                month_only: dice.per_mille(MONTH_ONLY_PER_MILLE),
            }
        })
        .collect()
}

/// The claims of one person as they grow.
struct Ledger<'a> {
    world: &'a World,
    person: &'a Person,
    claims: BTreeMap<(FacilityId, Month, Option<FacilityId>), Claim>,
}

impl Ledger<'_> {
    /// The claim of a facility for the month of `day` (of a pharmacy: for a prescriber); none where
    /// nobody would bill it: after death, outside the history, or under another coverage than the
    /// one of the month's end.
    fn claim(
        &mut self,
        facility: FacilityId,
        prescriber: Option<FacilityId>,
        day: Day,
    ) -> Option<&mut Claim> {
        let month = day.month();
        let (world, person) = (self.world, self.person);
        if month > world.last_month || !person.alive_on(day) {
            return None;
        }
        let end = person.died_on.map_or(month.last(), |died| died.min(month.last()));
        let coverage = person.coverage_on(end)?;
        if person.coverage_on(day) != Some(coverage) {
            return None;
        }
        let pharmacy = facility.kind() == FacilityKind::Pharmacy;
        Some(self.claims.entry((facility, month, prescriber)).or_insert_with(|| Claim {
            person: person.index,
            facility,
            month,
            kind: if pharmacy { ClaimKind::Pharmacy } else { ClaimKind::Medical },
            coverage,
            prescriber,
            groups: Vec::new(),
            visits: Vec::new(),
            outside_prescriptions: Vec::new(),
            pseudo_item: false,
        }))
    }

    fn prescribe(
        &mut self,
        facility: FacilityId,
        pharmacy: FacilityId,
        in_house: bool,
        visit: Day,
        groups: Vec<Group>,
        dice: &mut Dice,
    ) {
        let delay = dice.weighted([80, 12, 8].into_iter());
        let dispensed = visit.plus(i32::try_from(delay).unwrap_or(0));
        let pseudo = dice.per_mille(15);
        let issues = !in_house && !groups.is_empty();
        if facility.kind() != FacilityKind::DentalClinic {
            let Some(claim) = self.claim(facility, None, visit) else { return };
            claim.visits.push(visit);
            claim.pseudo_item |= pseudo && in_house;
            if issues {
                claim.outside_prescriptions.push(visit);
            } else {
                add(claim, groups, visit, visit);
                return;
            }
        }
        if let Some(claim) = self.claim(pharmacy, Some(facility), dispensed) {
            claim.visits.push(dispensed);
            add(claim, groups, dispensed, visit);
        }
    }

    fn administer(&mut self, facility: FacilityId, visit: Day, given: &[Administered]) {
        let Some(first) = given.first() else { return };
        let Some(claim) = self.claim(facility, None, visit) else { return };
        let drugs = given
            .iter()
            .filter_map(|row| {
                let product = product_index(row.ingredient, 0, 0)?;
                Some(GroupDrug { drug: DrugRef::Product(product), amount: row.amount })
            })
            .collect();
        let group = Group {
            class: GroupClass::Administered(first.identification),
            usage: Usage::Words(""),
            act: first.act,
            drugs,
            dispensings: vec![Dispensing { day: visit, prescribed: visit, times: 1 }],
            remark: None,
            month_only: false,
        };
        add(claim, vec![group], visit, visit);
    }
}

/// Adds groups; one that is in the claim already gets another dispensing.
fn add(claim: &mut Claim, groups: Vec<Group>, day: Day, prescribed: Day) {
    for mut group in groups {
        for dispensing in &mut group.dispensings {
            dispensing.day = day;
            dispensing.prescribed = prescribed;
        }
        let same = claim.groups.iter_mut().find(|other| {
            other.class == group.class
                && other.usage == group.usage
                && other.drugs == group.drugs
                && other.act == group.act
                && other.dispensings.iter().all(|before| before.day != day)
        });
        match same {
            Some(other) => other.dispensings.extend(group.dispensings),
            None => claim.groups.push(group),
        }
    }
}
