//! Draws people and gathers cases.

use std::collections::BTreeSet;

use super::dates;
use super::register::Register;
use super::typing;
use super::{
    Asked, Case, Confirm, Evidence, Expected, NameFields, NumberFields, Post, Search, VisitPlan,
};
use crate::region::dice::{Dice, Domain};
use crate::region::truth::{TruthCoverage, TruthPerson};

/// What everybody with the right to medical data asks for.
pub(super) const ALL_CATEGORIES: [&str; 3] = ["eligibility", "medication", "checkup"];

pub(super) struct Builder<'a> {
    pub(super) register: &'a Register,
    dice: Dice,
    used: BTreeSet<usize>,
    cases: Vec<Case>,
    turn: u32,
}

impl<'a> Builder<'a> {
    pub(super) fn new(register: &'a Register, seed: u64) -> Self {
        let dice = Dice::new(seed, Domain::Plan, 0);
        Self { register, dice, used: BTreeSet::new(), cases: Vec::new(), turn: 0 }
    }

    pub(super) fn finish(self) -> Vec<Case> {
        self.cases
    }

    /// A number that goes up by one with each call: which form to type, whose turn it is.
    pub(super) fn turn(&mut self) -> u32 {
        self.turn += 1;
        self.turn
    }

    /// Somebody nobody was asked about yet.
    pub(super) fn unused(
        &mut self,
        wanted: impl Fn(usize, &TruthPerson) -> bool,
    ) -> Option<(usize, &'a TruthPerson)> {
        let people = self.register.people();
        let start = self.dice.below(u32::try_from(people.len()).unwrap_or(u32::MAX)) as usize;
        let all = people.iter().enumerate();
        let (at, person) = all
            .cycle()
            .skip(start)
            .take(people.len())
            .find(|(at, person)| !self.used.contains(at) && wanted(*at, person))?;
        self.used.insert(at);
        Some((at, person))
    }

    /// Marks somebody as asked about.
    pub(super) fn mark_used(&mut self, at: usize) {
        self.used.insert(at);
    }

    pub(super) fn push(
        &mut self,
        trap: Option<&'static str>,
        asked: Asked,
        expected: Expected,
        why: &'static str,
    ) {
        self.cases.push(Case { number: 0, trap, asked, expected, why });
    }

    /// A search that ends before a record, by a doctor.
    pub(super) fn push_search(
        &mut self,
        trap: Option<&'static str>,
        search: Search,
        expected: Expected,
        why: &'static str,
    ) {
        let visit = VisitPlan {
            asker: Post::Doctor,
            search,
            confirm: None,
            evidence: Evidence::Consent("oral"),
            categories: ALL_CATEGORIES.into(),
            purpose: "care",
        };
        self.push(trap, Asked::Visit(Box::new(visit)), expected, why);
    }
}

/// Somebody who can be met by name with certainty.
pub(super) fn is_lone(register: &Register, at: usize, person: &TruthPerson) -> bool {
    Register::is_registered(person) && register.is_lone(at)
}

/// The newest coverage, when nobody else can be met by it.
pub(super) fn lone_card<'p>(
    register: &Register,
    at: usize,
    person: &'p TruthPerson,
) -> Option<&'p TruthCoverage> {
    let newest = person.coverages.last()?;
    register.is_lone_by_card(at, newest).then_some(newest)
}

/// A search by card.
pub(super) fn by_card(person: &TruthPerson, coverage: &TruthCoverage, form: u32) -> Search {
    Search::Number(NumberFields {
        insurer: typing::insurer(&coverage.insurer_number, form),
        symbol: coverage.symbol.clone().unwrap_or_default(),
        number: match form % 2 {
            0 => coverage.number.clone(),
            _ => typing::full_width(&coverage.number),
        },
        branch: coverage.branch.clone(),
        birth: dates::spoken(&dates::typed_day(&person.birth_date), form),
    })
}

/// A search by a name, with the insurer.
pub(super) fn by_name(person: &TruthPerson, name: String, form: u32) -> Search {
    Search::Name(NameFields {
        name,
        birth: dates::spoken(&dates::typed_day(&person.birth_date), form),
        sex: person.sex.to_string(),
        address: None,
        insurer: Some(typing::insurer(&person.insurer_number, form)),
    })
}

/// A search by a name, with the address as the only soft key.
pub(super) fn by_name_and_address(person: &TruthPerson, name: String, form: u32) -> Search {
    Search::Name(NameFields {
        name,
        birth: dates::spoken(&dates::typed_day(&person.birth_date), form),
        sex: person.sex.to_string(),
        address: Some(person.address.clone()),
        insurer: None,
    })
}

/// A fact that the search did not hold and the register does: true, or another one.
pub(super) fn fact(person: &TruthPerson, search: &Search, is_true: bool) -> Option<Confirm> {
    let (fact, said) = match search {
        // What the papers say is what the register says.
        Search::Number(_) => ("kana-name", person.registered_kana.clone()),
        Search::Name(fields) if fields.insurer.is_none() => {
            ("insurer", person.insurer_number.clone())
        }
        Search::Name(_) => {
            let tail = person.number.len().checked_sub(4).and_then(|at| person.number.get(at..));
            ("card-number-tail", tail?.to_owned())
        }
    };
    let said = if is_true { said } else { wrong(fact, person)? };
    let by = if is_true { "papers" } else { "family" };
    Some(Confirm { fact, said, by, is_true })
}

/// A fact of nobody's record who bears another.
fn wrong(fact: &str, person: &TruthPerson) -> Option<String> {
    match fact {
        "kana-name" => Some("フザイ　ナナシ".into()),
        "insurer" => {
            let others = ["170019", "170027", "06170013"].into_iter();
            let theirs = |number: &&str| {
                let plain = super::register::plain_insurer(number);
                person
                    .coverages
                    .iter()
                    .all(|row| super::register::plain_insurer(&row.insurer_number) != plain)
            };
            others.filter(theirs).map(str::to_owned).next()
        }
        _ => {
            let tail = "0000";
            person.coverages.iter().all(|row| !row.number.ends_with(tail)).then(|| tail.into())
        }
    }
}

/// A visit that must show the record: asker, evidence and fact change with `turn`.
pub(super) fn shown(person: &TruthPerson, search: Search, turn: u32) -> (Asked, Expected) {
    let posts = [
        Post::Doctor,
        Post::Pharmacist,
        Post::Designated,
        Post::Dentist,
        Post::Reception,
        Post::SecondDoctor,
    ];
    let asker = posts.iter().copied().cycle().nth(turn as usize % 6).unwrap_or(Post::Doctor);
    let form = ["oral", "written", "proxy"].into_iter().cycle().nth(turn as usize % 3);
    let form = form.unwrap_or("oral");
    let confirm = match turn % 5 {
        0 => None,
        1 => fact(person, &search, false),
        _ => fact(person, &search, true),
    };
    let is_reception = asker == Post::Reception;
    let categories: Vec<_> = match (is_reception, turn % 4) {
        (true, _) => vec!["eligibility"],
        (false, 1) => vec!["medication"],
        (false, 2) => vec!["checkup", "medication"],
        (false, _) => ALL_CATEGORIES.into(),
    };
    let expected = Expected::Shown {
        person: person.person.clone(),
        categories: categories.clone(),
        identity_confirmed: confirm.as_ref().is_some_and(|confirm| confirm.is_true),
        basis: if is_reception { "eligibility-only" } else { form },
    };
    let evidence = if is_reception { Evidence::None } else { Evidence::Consent(form) };
    let purpose = if is_reception && turn.is_multiple_of(2) { "claim" } else { "care" };
    let visit = VisitPlan { asker, search, confirm, evidence, categories, purpose };
    (Asked::Visit(Box::new(visit)), expected)
}
