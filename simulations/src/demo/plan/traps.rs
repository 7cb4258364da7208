//! One way or more to type somebody for each difficulty of a region.

use super::builder::{Builder, by_card, by_name, by_name_and_address, is_lone, shown};
use super::register::Register;
use super::{Search, typing};
use crate::region::truth::TruthPerson;

/// How somebody with a difficulty is typed; none when this person does not show it with certainty.
type Typed = fn(&Register, usize, &TruthPerson, u32) -> Option<Search>;

/// Every difficulty that leaves a person to be found alone, with the ways to type it. Those of shared names and
/// births are in `several.rs` as well.
#[rustfmt::skip]
const TRAPS: &[(&str, &[Typed])] = &[
    ("small_kana_large", &[kana, hiragana]),
    ("kana_corrected", &[kana, hiragana]),
    ("full_width_kana", &[half_width]),
    ("vu_kana", &[kana, without_vu, hiragana]),
    ("zu_du", &[kana, hiragana]),
    ("voiced_mark", &[kana, written, without_marks]),
    ("long_vowel", &[kana, written]),
    ("variant_kanji", &[new_kanji, written, old_kanji]),
    ("outside_code_page", &[new_kanji, written]),
    ("black_circle", &[written, new_kanji, kana]),
    ("married_name", &[former_kana, written]),
    ("alias", &[alias_written, alias_kana]),
    ("foreign_katakana", &[narrow_space, hiragana]),
    ("foreign_alphabet", &[lower_case, full_width]),
    ("missing_space", &[written, without_space, kana]),
    ("same_name_same_birth", &[]),
    ("twin", &[]),
    ("parent_child_kana", &[kana]),
    ("sex_not_set", &[written, kana]),
    ("unknown_birth_day", &[written, kana, card]),
    ("address_absent", &[at_address, kana]),
    ("old_address", &[at_address, written]),
    ("moved", &[at_address, kana]),
    ("job_change", &[former_card, written]),
    ("no_symbol_no_branch", &[card]),
    ("out_of_prefecture", &[card, written]),
    ("public_expense_only", &[card, kana]),
    ("branch_written00", &[card, written]),
    ("failing_check_digit", &[card, written]),
];

pub(super) fn add(builder: &mut Builder<'_>, per_trap: usize) {
    for (trap, typed) in TRAPS {
        for typed in typed.iter().cycle().take(per_trap) {
            add_one(builder, trap, *typed);
        }
    }
}

fn add_one(builder: &mut Builder<'_>, trap: &'static str, typed: Typed) {
    let register = builder.register;
    let turn = builder.turn();
    let found = builder.unused(|at, person| {
        person.traps.iter().any(|tag| tag == trap)
            && is_lone(register, at, person)
            && typed(register, at, person, turn).is_some()
    });
    let search = found.and_then(|(at, person)| Some((person, typed(register, at, person, turn)?)));
    if let Some((person, search)) = search {
        let (asked, expected) = shown(person, search, turn);
        builder.push(Some(trap), asked, expected, "found in spite of the difficulty");
    }
}

fn kana(_: &Register, _: usize, person: &TruthPerson, turn: u32) -> Option<Search> {
    Some(by_name(person, person.name_kana.clone(), turn))
}

fn hiragana(_: &Register, _: usize, person: &TruthPerson, turn: u32) -> Option<Search> {
    Some(by_name(person, typing::hiragana(&person.name_kana), turn))
}

fn half_width(_: &Register, _: usize, person: &TruthPerson, turn: u32) -> Option<Search> {
    Some(by_name(person, typing::half_width(&person.name_kana), turn))
}

fn without_vu(_: &Register, _: usize, person: &TruthPerson, turn: u32) -> Option<Search> {
    let plain = crate::region::names::kana::without_vu(&person.name_kana);
    Some(by_name(person, plain, turn))
}

fn without_marks(_: &Register, _: usize, person: &TruthPerson, turn: u32) -> Option<Search> {
    let plain = typing::without_marks(&person.name_kana)?;
    Some(by_name(person, plain, turn))
}

fn written(_: &Register, _: usize, person: &TruthPerson, turn: u32) -> Option<Search> {
    Some(by_name(person, person.name.clone(), turn))
}

fn new_kanji(_: &Register, _: usize, person: &TruthPerson, turn: u32) -> Option<Search> {
    Some(by_name(person, typing::new_kanji(&person.name), turn))
}

/// An old form of a name that has one; another old form than the registered one is another name to nobody.
fn old_kanji(_: &Register, _: usize, person: &TruthPerson, turn: u32) -> Option<Search> {
    let old = typing::old_kanji(&typing::new_kanji(&person.name));
    Some(by_name(person, old, turn))
}

fn narrow_space(_: &Register, _: usize, person: &TruthPerson, turn: u32) -> Option<Search> {
    Some(by_name(person, typing::narrow_space(&person.name), turn))
}

fn without_space(_: &Register, _: usize, person: &TruthPerson, turn: u32) -> Option<Search> {
    Some(by_name(person, typing::without_space(&person.name), turn))
}

fn lower_case(_: &Register, _: usize, person: &TruthPerson, turn: u32) -> Option<Search> {
    let half = typing::half_width(&person.name).to_lowercase();
    Some(by_name(person, half, turn))
}

fn full_width(_: &Register, _: usize, person: &TruthPerson, turn: u32) -> Option<Search> {
    Some(by_name(person, typing::full_width(&typing::half_width(&person.name)), turn))
}

/// By the reading of the former name: either the register knows it, or the given name, the birth date and the insurer
/// have to do. The given name alone needs a register that parts the names.
fn former_kana(_: &Register, _: usize, person: &TruthPerson, turn: u32) -> Option<Search> {
    let former = person.other_names.iter().find(|other| other.kind == "former")?;
    let parted = person.registered_kana.contains([' ', '　']);
    parted.then(|| by_name(person, former.name_kana.clone(), turn))
}

fn alias(person: &TruthPerson) -> Option<&crate::region::truth::OtherName> {
    person.other_names.iter().find(|other| other.kind == "alias")
}

fn alias_written(_: &Register, _: usize, person: &TruthPerson, turn: u32) -> Option<Search> {
    Some(by_name(person, alias(person)?.name.clone(), turn))
}

fn alias_kana(_: &Register, _: usize, person: &TruthPerson, turn: u32) -> Option<Search> {
    Some(by_name(person, alias(person)?.name_kana.clone(), turn))
}

/// With the address of today, which the register may lack or have otherwise.
fn at_address(_: &Register, _: usize, person: &TruthPerson, turn: u32) -> Option<Search> {
    Some(by_name_and_address(person, person.name.clone(), turn))
}

fn card(register: &Register, at: usize, person: &TruthPerson, turn: u32) -> Option<Search> {
    let card = super::builder::lone_card(register, at, person)?;
    Some(by_card(person, card, turn))
}

/// With the card of the job before: its number still finds the person.
fn former_card(register: &Register, at: usize, person: &TruthPerson, turn: u32) -> Option<Search> {
    let former = person.coverages.iter().rev().nth(1)?;
    register.is_lone_by_card(at, former).then(|| by_card(person, former, turn))
}
