//! One simulated person: who they are, where they live, who insures them, when they died.
//!
//! Not covered: what registers made of it (`registration.rs`), illness (`condition.rs`).

use std::collections::BTreeSet;

use crate::region::calendar::Day;
use crate::region::dice::{Dice, Domain};
use crate::region::lives::blemish::{mark_facts, spoil_registration};
use crate::region::lives::coverage::{Coverage, Loss, coverages, holder};
use crate::region::lives::household::{
    BLOCK_PEOPLE, Doubled, Home, Household, HouseholdKind, Member, Role, households_of_block,
};
use crate::region::lives::insurer::Insurer;
use crate::region::lives::naming::{name, other_family_kana, plain_family};
use crate::region::names::pool::FAMILIES;
use crate::region::names::traps::Trap;
use crate::region::names::{PersonName, Script};
use crate::region::world::World;

/// A person of the region.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) index: u32,
    pub(crate) neighbourhood: u32,
    pub(crate) woman: bool,
    pub(crate) birth: Day,
    /// False for a few very old people, whose papers say day 00.
    pub(crate) birth_day_known: bool,
    pub(crate) name: PersonName,
    /// The name until a marriage, and the day of it.
    pub(crate) former_name: Option<(PersonName, Day)>,
    /// Name and kana in use in Japan, full width.
    pub(crate) alias: Option<(String, String)>,
    /// The other reading or spelling a register has for the family, or empty.
    pub(crate) other_family_kana: &'static str,
    /// The everyday form of a family name written with a variant.
    pub(crate) plain_family: String,
    pub(crate) home: Home,
    /// Where the insurer still believes them to live.
    pub(crate) former_home: Option<Home>,
    pub(crate) householder: String,
    /// Birth days of everybody under the same number.
    pub(crate) household_births: Vec<Day>,
    pub(crate) coverages: Vec<Coverage>,
    pub(crate) died_on: Option<Day>,
    pub(crate) traps: BTreeSet<Trap>,
}

impl Person {
    /// The stable id: reference number of the deliveries, `person` of the truth.
    pub(crate) fn reference(&self) -> String {
        format!("P{:07}", self.index)
    }

    /// Whether this person fell into a trap.
    pub(crate) fn has(&self, trap: Trap) -> bool {
        self.traps.contains(&trap)
    }

    /// The name borne on a day.
    pub(crate) fn name_on(&self, day: Day) -> &PersonName {
        match &self.former_name {
            Some((former, changed)) if day < *changed => former,
            _ => &self.name,
        }
    }

    /// The place of the coverage in force on a day.
    pub(crate) fn coverage_on(&self, day: Day) -> Option<usize> {
        self.coverages.iter().position(|coverage| coverage.covers(day))
    }

    /// Whether the person is alive on a day.
    pub(crate) fn alive_on(&self, day: Day) -> bool {
        self.birth <= day && self.died_on.is_none_or(|died| day <= died)
    }

    /// Birth date in eight digits, day 00 where unknown.
    pub(crate) fn birth_compact(&self) -> String {
        let full = self.birth.compact();
        if self.birth_day_known { full } else { format!("{}00", full.get(..6).unwrap_or("")) }
    }

    /// Birth date with dashes, day 00 where unknown.
    pub(crate) fn birth_dashed(&self) -> String {
        let full = self.birth.to_string();
        if self.birth_day_known { full } else { format!("{}00", full.get(..8).unwrap_or("")) }
    }
}

/// The people of one block.
pub(crate) fn people_of_block(world: &World, block: u32) -> Vec<Person> {
    let households = households_of_block(world, block);
    households.iter().flat_map(|household| people_of_household(world, household)).collect()
}

/// The people of consecutive blocks that make up `first..end`; both are multiples of a block.
pub(crate) fn people_between(world: &World, first: u32, end: u32) -> Vec<Person> {
    let end = end.min(world.people);
    (first / BLOCK_PEOPLE..end.div_ceil(BLOCK_PEOPLE))
        .flat_map(|block| people_of_block(world, block))
        .collect()
}

fn people_of_household(world: &World, household: &Household) -> Vec<Person> {
    let births: Vec<Day> = household.members.iter().map(|member| member.birth).collect();
    let covered = coverages(world, household);
    let mut people: Vec<Person> = household
        .members
        .iter()
        .zip(covered)
        .map(|(member, (coverages, job_changed))| {
            let mut person = person(world, household, member, coverages);
            person.household_births.clone_from(&births);
            let ordinary = |row: &&Coverage| !world.insurer(row.insurer).is_late_elderly();
            if job_changed && person.coverages.iter().filter(ordinary).count() > 1 {
                person.traps.insert(Trap::JobChange);
            }
            if births.iter().filter(|birth| **birth == member.birth).count() > 1 {
                // Branch 00 and a shared birth date would leave nobody who can tell them apart.
                person.traps.remove(&Trap::BranchWritten00);
            }
            person
        })
        .collect();
    let holder = holder(world, household).map(|member| member.index);
    let name = people.iter().find(|person| Some(person.index) == holder);
    let name = name.map(|person| person.name.written()).unwrap_or_default();
    for person in &mut people {
        person.householder.clone_from(&name);
    }
    people
}

fn person(
    world: &World,
    household: &Household,
    member: &Member,
    coverages: Vec<Coverage>,
) -> Person {
    let identity = match household.doubled {
        Some(Doubled::CopyOf(original)) => original,
        _ => member.index,
    };
    let mut dice = Dice::new(world.seed, Domain::Person, u64::from(identity));
    let name = name(&mut dice, household, member);
    // From here on a double is a person of its own.
    let mut dice = Dice::new(world.seed, Domain::Blemish, u64::from(member.index));
    let mut person = Person {
        index: member.index,
        neighbourhood: household.neighbourhood,
        woman: member.woman,
        birth: member.birth,
        birth_day_known: true,
        plain_family: plain_family(household, &name),
        other_family_kana: other_family_kana(household),
        name,
        former_name: None,
        alias: None,
        home: household.home.clone(),
        former_home: None,
        householder: String::new(),
        household_births: Vec::new(),
        coverages,
        died_on: None,
        traps: BTreeSet::new(),
    };
    mark_facts(world, household, member, &mut person);
    marry(world, household, member, &mut person, &mut dice);
    spoil_registration(world, &mut person, &mut dice);
    die(world, &mut person, &mut dice);
    person
}

fn marry(
    world: &World,
    household: &Household,
    member: &Member,
    person: &mut Person,
    dice: &mut Dice,
) {
    let age = world.today().age_of(person.birth);
    let lives_so = matches!(household.kind, HouseholdKind::Alone | HouseholdKind::ElderAndChild)
        && member.role == Role::Adult
        && household.doubled.is_none();
    let chance = dice.per_mille(Trap::MarriedName.per_mille() * if person.woman { 3 } else { 1 });
    let may = lives_so && (20..55).contains(&age) && person.name.script == Script::Japanese;
    if !may || !chance {
        return;
    }
    // Half of them between the two deliveries, so that the deliveries disagree.
    let changed = if dice.below(2) == 0 {
        world.deliveries[0].plus(dice.between(1, 28))
    } else {
        world.first_month.first().plus(dice.between(0, 300)).min(world.deliveries[0])
    };
    let family = loop {
        let family = dice.pick(FAMILIES);
        if family.kana != person.name.family_kana {
            break family;
        }
    };
    let new_name = PersonName {
        family: family.kanji.to_owned(),
        family_kana: family.kana.to_owned(),
        ..person.name.clone()
    };
    let former = std::mem::replace(&mut person.name, new_name);
    family.kanji.clone_into(&mut person.plain_family);
    person.other_family_kana = family.other_kana;
    person.former_name = Some((former, changed));
    person.traps.insert(Trap::MarriedName);
    for trap in [Trap::VariantKanji, Trap::OutsideCodePage] {
        person.traps.remove(&trap);
    }
}

/// Deaths of a year among 1,000, by age.
fn mortality(age: i32) -> u32 {
    match age {
        ..65 => 2,
        65..75 => 12,
        75..85 => 35,
        _ => 110,
    }
}

fn die(world: &World, person: &mut Person, dice: &mut Dice) {
    let rate = mortality(world.today().age_of(person.birth));
    let days = world.today().since(world.first_month.first());
    let died = world.first_month.first().plus(dice.between(30, days.max(40) - 10));
    // Nobody both marries and dies in one history: a name that changes after death helps no test.
    let spared = person.former_name.is_some() || person.has(Trap::SameNameSameBirth);
    if !dice.per_mille(rate) || spared || died <= person.birth || died >= world.today() {
        return;
    }
    person.died_on = Some(died);
    person.coverages.retain(|coverage| coverage.from <= died);
    // Who died before a change never had the insurer that came with it.
    let insurers = || person.coverages.iter().map(|coverage| world.insurer(coverage.insurer));
    if !insurers().any(Insurer::is_late_elderly) {
        person.traps.remove(&Trap::NoSymbolNoBranch);
    }
    if insurers().all(|insurer| insurer.check_digit_holds) {
        person.traps.remove(&Trap::FailingCheckDigit);
    }
    if let Some(last) = person.coverages.last_mut() {
        last.to = Some(died.plus(1));
        last.loss = Some(Loss::Death);
    }
}
