//! People in general, by both paths, every role, every form of consent.

use super::builder::{ALL_CATEGORIES, Builder, by_card, by_name, by_name_and_address, is_lone};
use super::builder::{lone_card, shown};
use super::{Asked, Claim, Evidence, Expected, Post, Search, Second, VisitPlan, typing};
use crate::region::truth::TruthPerson;

/// Statements of vital interest that must be believed.
const VITAL: usize = 24;

pub(super) fn add(builder: &mut Builder<'_>, count: usize) {
    for _ in 0..VITAL {
        add_vital(builder);
    }
    for _ in 0..count {
        let register = builder.register;
        let Some((at, person)) = builder.unused(|at, person| is_lone(register, at, person)) else {
            return;
        };
        let turn = builder.turn();
        let search = match lone_card(register, at, person) {
            Some(card) if turn.is_multiple_of(3) => by_card(person, card, turn),
            _ => general(person, turn),
        };
        let (asked, expected) = shown(person, search, turn);
        builder.push(None, asked, expected, "one person fits");
    }
}

/// A search by name, in one of the ways people write.
fn general(person: &TruthPerson, turn: u32) -> Search {
    let kana = &person.name_kana;
    match turn % 7 {
        1 => by_name(person, typing::hiragana(kana), turn),
        2 => by_name(person, typing::half_width(kana), turn),
        3 => by_name(person, typing::without_marks(kana).unwrap_or_else(|| kana.clone()), turn),
        4 => by_name(person, typing::without_space(&person.name), turn),
        // A long mark may also be somebody else's name: then the insurer has to speak for the person.
        5 if !kana.contains('ー') => by_name_and_address(person, kana.clone(), turn),
        6 => by_name(person, typing::narrow_space(&person.name), turn),
        _ => by_name(person, person.name.clone(), turn),
    }
}

fn add_vital(builder: &mut Builder<'_>) {
    let register = builder.register;
    let Some((_, person)) = builder.unused(|at, person| is_lone(register, at, person)) else {
        return;
    };
    let turn = builder.turn();
    let (asker, second) = match turn % 2 {
        0 => (Post::Doctor, Post::SecondDoctor),
        _ => (Post::Dentist, Post::Pharmacist),
    };
    let claim = Claim {
        reason: if turn.is_multiple_of(3) { "unconscious" } else { "cannot-express" },
        written: "倒壊した家屋から救出、呼びかけに応じない",
        second: Second::Badge(second),
    };
    let visit = VisitPlan {
        asker,
        search: by_name(person, person.name.clone(), turn),
        confirm: None,
        evidence: Evidence::Vital(claim),
        categories: ALL_CATEGORIES.into(),
        purpose: "care",
    };
    let expected = Expected::Shown {
        person: person.person.clone(),
        categories: ALL_CATEGORIES.into(),
        identity_confirmed: false,
        basis: "vital-interest",
    };
    let why = "life or body, confirmed by a second person";
    builder.push(None, Asked::Visit(Box::new(visit)), expected, why);
}
