//! Searches that must meet nobody, and those that are refused before anybody is looked for.

use super::builder::{Builder, by_card, by_name, is_lone, lone_card};
use super::register::Register;
use super::{Expected, NameFields, NumberFields, Search, dates};

/// Searches of each kind.
const EACH: usize = 14;
/// Names that no family of a region bears.
const NOBODY: [&str; 4] = ["無何有　不在", "ムカウ　フザイ", "むかう　ふざい", "ﾑｶｳ ﾌｻﾞｲ"];

pub(super) fn add(builder: &mut Builder<'_>) {
    for _ in 0..EACH {
        add_stranger(builder);
        add_other_birth_by_name(builder);
        add_other_birth_by_card(builder);
        add_other_number(builder);
        add_withdrawn(builder);
    }
    for insurer in ["99999999", "77777777"] {
        for number in ["999999999", "777777777"] {
            add_no_identity(builder, insurer, number);
        }
    }
}

/// Somebody of elsewhere, with a birth date and insurer of somebody here.
fn add_stranger(builder: &mut Builder<'_>) {
    let register = builder.register;
    let Some((_, person)) = builder.unused(|at, person| is_lone(register, at, person)) else {
        return;
    };
    let turn = builder.turn();
    let name = NOBODY.iter().cycle().nth(turn as usize % 4).copied().unwrap_or_default();
    let search = by_name(person, name.to_owned(), turn);
    builder.push_search(None, search, Expected::NotFound, "nobody of the region has this name");
}

fn add_other_birth_by_name(builder: &mut Builder<'_>) {
    let register = builder.register;
    let found = builder.unused(|at, person| {
        let birth = dates::other_day(&person.birth_date);
        Register::is_registered(person)
            && birth.is_some_and(|birth| register.is_nobody_born(at, &birth))
    });
    let Some((_, person)) = found else { return };
    let Some(birth) = dates::other_day(&person.birth_date) else { return };
    let turn = builder.turn();
    let mut search = by_name(person, person.name.clone(), turn);
    if let Search::Name(fields) = &mut search {
        fields.birth = dates::spoken(&birth, turn);
    }
    builder.push_search(None, search, Expected::NotFound, "nobody of this name was born then");
}

fn add_other_birth_by_card(builder: &mut Builder<'_>) {
    let register = builder.register;
    let found = builder.unused(|_, person| {
        let birth = dates::other_day(&person.birth_date).zip(person.coverages.last());
        Register::is_registered(person)
            && birth.is_some_and(|(birth, card)| register.is_nobody_under_card(card, &birth))
    });
    let Some((_, person)) = found else { return };
    let birth = dates::other_day(&person.birth_date).zip(person.coverages.last());
    let Some((birth, card)) = birth else { return };
    let turn = builder.turn();
    let mut search = by_card(person, card, turn);
    if let Search::Number(fields) = &mut search {
        fields.birth = dates::spoken(&birth, turn);
    }
    builder.push_search(None, search, Expected::NotFound, "nobody under this card was born then");
}

fn add_other_number(builder: &mut Builder<'_>) {
    let register = builder.register;
    let other = |number: &str| format!("{number}3");
    let found = builder.unused(|at, person| {
        let card = lone_card(register, at, person);
        let nobodys = card.is_some_and(|card| {
            register.is_nobodys_card(&card.insurer_number, &other(&card.number))
        });
        Register::is_registered(person) && nobodys
    });
    let Some((_, person)) = found else { return };
    let Some(card) = person.coverages.last() else { return };
    let turn = builder.turn();
    let mut search = by_card(person, card, turn);
    if let Search::Number(fields) = &mut search {
        fields.number = other(&card.number);
    }
    builder.push_search(None, search, Expected::NotFound, "a number nobody has");
}

fn add_withdrawn(builder: &mut Builder<'_>) {
    let register = builder.register;
    let found = builder.unused(|at, person| {
        register.is_withdrawn_for_good(person)
            && !person.coverages.is_empty()
            && register.is_lone(at)
            && lone_card(register, at, person).is_some()
    });
    let Some((_, person)) = found else { return };
    let Some(card) = person.coverages.last() else { return };
    let turn = builder.turn();
    let search = match turn % 2 {
        0 => by_card(person, card, turn),
        _ => by_name(person, person.name.clone(), turn),
    };
    builder.push_search(None, search, Expected::NotFound, "the person is withdrawn");
}

/// Numbers that claims use for "unknown" are nobody's key.
fn add_no_identity(builder: &mut Builder<'_>, insurer: &str, number: &str) {
    let register = builder.register;
    let Some((_, person)) = builder.unused(|at, person| is_lone(register, at, person)) else {
        return;
    };
    let fields = NumberFields {
        insurer: insurer.into(),
        symbol: String::new(),
        number: number.into(),
        branch: None,
        birth: dates::typed_day(&person.birth_date),
    };
    let refused = Expected::Refused(&["query-no-identity", "query-insurer"]);
    let why = "nines and sevens stand for no identity";
    builder.push_search(None, Search::Number(fields), refused, why);
    let fields = NameFields {
        name: person.name.clone(),
        birth: dates::typed_day(&person.birth_date),
        sex: person.sex.to_string(),
        address: None,
        insurer: None,
    };
    let refused = Expected::Refused(&["query-missing-address-or-insurer"]);
    let why = "a name and a birth date are not enough to search";
    builder.push_search(None, Search::Name(fields), refused, why);
}
