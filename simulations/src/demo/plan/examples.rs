//! People whom a newcomer looks up: one for each thing worth seeing.
//!
//! Promises: drawn from the truth alone, by a seed; each is about somebody else; [`Example::cases`] are what must come
//! of typing it, so that the demo can try it before anybody is told. Those cases show eligibility only, for which
//! nobody has to consent: trying an example leaves the consent to whoever walks in.
//!
//! Not covered: regions so small that nobody is such a person; that example is left out.

use super::builder::{Builder, by_card, by_name, by_name_and_address, fact, is_lone, lone_card};
use super::register::Register;
use super::several::draw_double;
use super::{
    Asked, Case, Confirm, Evidence, Expected, NameFields, Post, Search, VisitPlan, dates, typing,
};
use crate::region::places::MUNICIPALITIES;
use crate::region::truth::TruthPerson;

/// What typing an example meets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meeting {
    /// This person, by truth id.
    One(String),
    /// More than one; with this besides, the person of the truth id.
    Several(Search, String),
    /// Nobody.
    Nobody,
}

/// One example. `Debug` is for tests on invented people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// Names it, in kebab case.
    pub key: &'static str,
    /// What to type.
    pub search: Search,
    /// A fact that confirms who it is; none when nobody is met.
    pub confirm: Option<Confirm>,
    /// What comes of it.
    pub meets: Meeting,
}

/// Whoever was born before is no child in any region.
const GROWN_UP_BEFORE: &str = "2000";

type Draw = fn(&mut Builder<'_>) -> Option<Example>;

/// Every example, in the order of telling.
const EXAMPLES: [(&str, Draw); 8] = [
    ("fuzzy-kana", fuzzy_kana),
    ("black-circle", black_circle),
    ("several", several),
    ("number-only", number_only),
    ("no-medication", no_medication),
    ("dangerous-combination", dangerous_combination),
    ("vital-interest", vital_interest),
    ("not-found", not_found),
];
/// Those of which a region has fewest are drawn first.
const RARE: [&str; 3] = ["several", "black-circle", "dangerous-combination"];

/// Draws the examples that the region has people for.
#[must_use]
pub fn draw(register: &Register, seed: u64) -> Vec<Example> {
    let mut builder = Builder::new(register, seed);
    let (rare, common): (Vec<_>, Vec<_>) = EXAMPLES.iter().partition(|(key, _)| RARE.contains(key));
    let mut drawn: Vec<Example> =
        rare.iter().chain(&common).filter_map(|(_, draw)| draw(&mut builder)).collect();
    drawn.sort_by_key(|example| EXAMPLES.iter().position(|(key, _)| *key == example.key));
    drawn
}

impl Example {
    /// Every key there is.
    pub fn keys() -> impl Iterator<Item = &'static str> {
        EXAMPLES.iter().map(|(key, _)| *key)
    }

    /// The truth id of who is met in the end.
    #[must_use]
    pub fn person(&self) -> Option<&str> {
        match &self.meets {
            Meeting::One(person) | Meeting::Several(_, person) => Some(person),
            Meeting::Nobody => None,
        }
    }

    /// What must come of it, for the reception, numbered from 1.
    #[must_use]
    pub fn cases(&self) -> Vec<Case> {
        let shown = |person: &String| Expected::Shown {
            person: person.clone(),
            categories: vec!["eligibility"],
            identity_confirmed: self.confirm.is_some(),
            basis: "eligibility-only",
        };
        match &self.meets {
            Meeting::One(person) => {
                vec![self.case(1, &self.search, self.confirm.clone(), shown(person))]
            }
            Meeting::Several(next, person) => vec![
                self.case(1, &self.search, None, Expected::Several),
                self.case(2, next, self.confirm.clone(), shown(person)),
            ],
            Meeting::Nobody => vec![self.case(1, &self.search, None, Expected::NotFound)],
        }
    }

    fn case(
        &self,
        number: u32,
        search: &Search,
        confirm: Option<Confirm>,
        expected: Expected,
    ) -> Case {
        let visit = VisitPlan {
            asker: Post::Reception,
            search: search.clone(),
            confirm,
            evidence: Evidence::None,
            categories: vec!["eligibility"],
            purpose: "care",
        };
        Case { number, trap: None, asked: Asked::Visit(Box::new(visit)), expected, why: self.key }
    }
}

fn one(key: &'static str, person: &TruthPerson, search: Search) -> Example {
    let confirm = said_fact(person, &search);
    Example { key, search, confirm, meets: Meeting::One(person.person.clone()) }
}

/// Where the person is registered, when that was not typed; else another fact.
fn said_fact(person: &TruthPerson, search: &Search) -> Option<Confirm> {
    let is_typed = matches!(search, Search::Name(NameFields { address: Some(_), .. }));
    let address = person.registered_address.as_deref().filter(|_| !is_typed);
    let municipality = address.and_then(|address| {
        MUNICIPALITIES.iter().map(|place| place.name).find(|name| address.contains(name))
    });
    match municipality {
        Some(said) => Some(Confirm {
            fact: "municipality",
            said: said.to_owned(),
            by: "patient",
            is_true: true,
        }),
        None => fact(person, search, true),
    }
}

fn has(person: &TruthPerson, traps: &[&str]) -> bool {
    person.traps.iter().any(|trap| traps.contains(&trap.as_str()))
}

/// Somebody whose papers and names hold no difficulty, met alone.
fn is_plain(register: &Register, at: usize, person: &TruthPerson) -> bool {
    is_lone(register, at, person) && person.traps.is_empty() && !person.name_kana.contains('ー')
}

/// Typed in hiragana as it is heard; the register writes small kana large, or a long vowel with a bar.
fn fuzzy_kana(builder: &mut Builder<'_>) -> Option<Example> {
    let register = builder.register;
    let (_, person) = builder.unused(|at, person| {
        is_lone(register, at, person) && has(person, &["small_kana_large", "long_vowel"])
    })?;
    let typed = typing::narrow_space(&typing::hiragana(&person.name_kana));
    Some(one("fuzzy-kana", person, by_name(person, typed, 0)))
}

/// Typed as it is written; the register has ● for one character.
fn black_circle(builder: &mut Builder<'_>) -> Option<Example> {
    let register = builder.register;
    let (_, person) = builder.unused(|at, person| {
        is_lone(register, at, person)
            && has(person, &["black_circle"])
            && person.registered_name.contains('●')
    })?;
    Some(one("black-circle", person, by_name(person, person.name.clone(), 0)))
}

fn several(builder: &mut Builder<'_>) -> Option<Example> {
    let double = draw_double(builder)?;
    let next = by_name(double.person, double.person.name.clone(), 0);
    let confirm = said_fact(double.person, &next);
    let meets = Meeting::Several(next, double.person.person.clone());
    Some(Example { key: "several", search: double.search, confirm, meets })
}

fn number_only(builder: &mut Builder<'_>) -> Option<Example> {
    let register = builder.register;
    let (at, person) = builder.unused(|at, person| {
        is_plain(register, at, person) && lone_card(register, at, person).is_some()
    })?;
    let card = lone_card(register, at, person)?;
    Some(one("number-only", person, by_card(person, card, 0)))
}

fn no_medication(builder: &mut Builder<'_>) -> Option<Example> {
    let register = builder.register;
    let (_, person) = builder.unused(|at, person| {
        is_plain(register, at, person)
            && person.medications.is_empty()
            && person.medications_not_shown.is_empty()
    })?;
    Some(one("no-medication", person, by_name(person, person.name.clone(), 0)))
}

/// An anticoagulant and a second class that can kill.
fn dangerous_combination(builder: &mut Builder<'_>) -> Option<Example> {
    const SECOND: [&str; 5] =
        ["insulin", "antiepileptic", "steroid", "opioid", "immunosuppressant"];
    let register = builder.register;
    let (_, person) = builder.unused(|at, person| {
        let takes = |class: &str| person.expected_danger.iter().any(|danger| danger == class);
        is_lone(register, at, person) && takes("anticoagulant") && SECOND.into_iter().any(takes)
    })?;
    Some(one("dangerous-combination", person, by_name(person, person.name.clone(), 0)))
}

/// A grown-up who takes something worth knowing: bystanders know the name and where the person lives.
fn vital_interest(builder: &mut Builder<'_>) -> Option<Example> {
    let register = builder.register;
    let (_, person) = builder.unused(|at, person| {
        is_plain(register, at, person)
            && person.registered_address.as_deref() == Some(&person.address)
            && !person.medications.is_empty()
            && person.birth_date.as_str() < GROWN_UP_BEFORE
    })?;
    let search = by_name_and_address(person, person.name.clone(), 2);
    Some(one("vital-interest", person, search))
}

/// A name that nobody of a region bears.
fn not_found(builder: &mut Builder<'_>) -> Option<Example> {
    let register = builder.register;
    let (_, person) = builder.unused(|at, person| is_plain(register, at, person))?;
    let fields = NameFields {
        name: "無何有　不在".into(),
        birth: dates::typed_day(&person.birth_date),
        sex: person.sex.to_string(),
        address: Some(person.address.clone()),
        insurer: None,
    };
    let search = Search::Name(fields);
    Some(Example { key: "not-found", search, confirm: None, meets: Meeting::Nobody })
}
