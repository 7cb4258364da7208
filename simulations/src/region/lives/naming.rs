//! How a member of a household is named.
//!
//! The throws come from the stream of the identity, so that a double bears its original's name.

use crate::region::dice::Dice;
use crate::region::lives::household::{FamilyName, Household, Member, Role};
use crate::region::names::pool::{
    FOREIGN_ALPHABET, FOREIGN_KATAKANA, TWINS, VU_NAMES, given_names,
};
use crate::region::names::traps::Trap;
use crate::region::names::{PersonName, Script};

/// The family name in everyday kanji.
pub(super) fn plain_family(household: &Household, name: &PersonName) -> String {
    match household.family {
        FamilyName::Japanese { family, .. } => family.kanji.to_owned(),
        _ => name.family.clone(),
    }
}

/// The reading registers confuse with the family's, or empty.
pub(super) fn other_family_kana(household: &Household) -> &'static str {
    match household.family {
        FamilyName::Japanese { family, .. } => family.other_kana,
        _ => "",
    }
}

/// The true name of a member.
pub(super) fn name(dice: &mut Dice, household: &Household, member: &Member) -> PersonName {
    match household.family {
        FamilyName::Japanese { family, variant } => {
            let kanji = if variant { family.variant } else { family.kanji };
            let (given, given_kana) = given(dice, household, member);
            PersonName {
                family: kanji.to_owned(),
                family_kana: family.kana.to_owned(),
                given: given.to_owned(),
                given_kana: given_kana.to_owned(),
                script: Script::Japanese,
            }
        }
        FamilyName::Katakana(at) => {
            let (family, given, _) = katakana_row(at + member.index as usize);
            PersonName {
                family: family.to_owned(),
                family_kana: family.to_owned(),
                given: given.to_owned(),
                given_kana: given.to_owned(),
                script: Script::Katakana,
            }
        }
        FamilyName::Alphabet(at) => {
            let row = FOREIGN_ALPHABET.get((at + member.index as usize) % FOREIGN_ALPHABET.len());
            let (family, given, family_kana, given_kana) =
                row.copied().unwrap_or(("LEE", "MIN", "リー", "ミン"));
            PersonName {
                family: family.to_owned(),
                family_kana: family_kana.to_owned(),
                given: given.to_owned(),
                given_kana: given_kana.to_owned(),
                script: Script::Alphabet,
            }
        }
    }
}

fn katakana_row(at: usize) -> (&'static str, &'static str, (&'static str, &'static str)) {
    FOREIGN_KATAKANA.get(at % FOREIGN_KATAKANA.len()).copied().unwrap_or((
        "グエン",
        "ティ・ハナ",
        ("源　花", "ミナモト　ハナ"),
    ))
}

fn given(dice: &mut Dice, household: &Household, member: &Member) -> (&'static str, &'static str) {
    let children = || household.members.iter().filter(|other| other.role == Role::Child);
    let child_place = children().position(|other| other.index == member.index);
    if let (true, Some(place @ 0..=1)) = (household.twins, child_place) {
        let pairs = TWINS.get(usize::from(member.woman)).copied().unwrap_or(&[]);
        let pair = pairs.get(household.municipality % 2).or(pairs.first());
        if let Some((older, other)) = pair {
            return if place == 0 { *older } else { *other };
        }
    }
    if let Some(name) = shared_reading(household, member, child_place) {
        return name;
    }
    if dice.per_mille(Trap::VuKana.per_mille()) {
        return *dice.pick(VU_NAMES);
    }
    *dice.pick(given_names(member.woman, member.birth.date().0))
}

/// Parent and child whose names differ in kanji only.
fn shared_reading(
    household: &Household,
    member: &Member,
    child_place: Option<usize>,
) -> Option<(&'static str, &'static str)> {
    let parent = household.members.first()?;
    let child = household.members.iter().find(|other| other.role == Role::Child)?;
    let applies = household.parent_child_kana && parent.woman == child.woman;
    match (applies, member.index == parent.index, child_place) {
        (true, true, _) => {
            Some(if parent.woman { ("恭子", "キョウコ") } else { ("浩", "ヒロシ") })
        }
        (true, _, Some(0)) => {
            Some(if parent.woman { ("杏子", "キョウコ") } else { ("弘", "ヒロシ") })
        }
        _ => None,
    }
}
