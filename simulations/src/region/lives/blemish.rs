//! Which traps a person falls into: by who they are, and by what registers get wrong.
//!
//! Only tags and what hangs on them are decided here; `registration.rs` writes them out.

use crate::region::dice::Dice;
use crate::region::lives::household::{Home, Household, Member, Role};
use crate::region::lives::person::Person;
use crate::region::names::pool::FOREIGN_KATAKANA;
use crate::region::names::traps::Trap;
use crate::region::names::{Script, kana};
use crate::region::places::STREETS;
use crate::region::world::World;

/// The tags that follow from who the person is.
pub(super) fn mark_facts(
    world: &World,
    household: &Household,
    member: &Member,
    person: &mut Person,
) {
    let mut mark = |trap, applies: bool| {
        if applies {
            person.traps.insert(trap);
        }
    };
    let children: Vec<u32> = household
        .members
        .iter()
        .filter(|other| other.role == Role::Child)
        .map(|other| other.index)
        .collect();
    let family = person.name.family.as_str();
    mark(Trap::Twin, household.twins && children.iter().take(2).any(|at| *at == member.index));
    let first = household.members.first();
    let alike = first.zip(household.members.iter().find(|other| other.role == Role::Child));
    mark(
        Trap::ParentChildKana,
        household.parent_child_kana
            && alike.is_some_and(|(parent, child)| {
                parent.woman == child.woman
                    && (member.index == parent.index || member.index == child.index)
            }),
    );
    mark(Trap::SameNameSameBirth, household.doubled.is_some());
    mark(Trap::OutOfPrefecture, household.elsewhere.is_some());
    mark(Trap::PublicExpenseOnly, household.public_assistance);
    mark(Trap::ForeignKatakana, person.name.script == Script::Katakana);
    mark(Trap::ForeignAlphabet, person.name.script == Script::Alphabet);
    mark(Trap::OutsideCodePage, family.contains('𠮷'));
    mark(Trap::VariantKanji, family != person.plain_family && !family.contains('𠮷'));
    mark(Trap::VuKana, person.name.given_kana.contains('ヴ'));
    let insurers = || person.coverages.iter().map(|coverage| world.insurer(coverage.insurer));
    let late_elderly = insurers().any(|insurer| insurer.is_late_elderly());
    let failing = insurers().any(|insurer| !insurer.check_digit_holds);
    mark(Trap::NoSymbolNoBranch, late_elderly);
    mark(Trap::FailingCheckDigit, failing);
}

/// What registers will get wrong about this person.
pub(super) fn spoil_registration(world: &World, person: &mut Person, dice: &mut Dice) {
    let full_kana = person.name.kana();
    let age = world.today().age_of(person.birth);
    let japanese = person.name.script == Script::Japanese;
    let small = kana::has_small(&full_kana) && japanese;
    let long_vowel = person.other_family_kana.contains('ー');
    let readings = !person.other_family_kana.is_empty() && !long_vowel;
    let zu = full_kana.contains('ズ') || full_kana.contains('ヅ');
    let outside = person.has(Trap::OutsideCodePage);
    let kokuho = person.coverages.iter().any(|at| world.insurer(at.insurer).is_kokuho());
    let shares_birth = person.has(Trap::Twin);
    let applies = [
        (Trap::SmallKanaLarge, small),
        (Trap::FullWidthKana, true),
        (Trap::ZuDu, zu && japanese && !readings),
        (Trap::VoicedMark, readings),
        (Trap::LongVowel, long_vowel),
        (Trap::BlackCircle, japanese && !outside),
        (Trap::MissingSpace, japanese),
        (Trap::SexNotSet, true),
        (Trap::UnknownBirthDay, age >= 88),
        (Trap::AddressAbsent, true),
        (Trap::OldAddress, true),
        (Trap::Moved, true),
        (Trap::Alias, person.name.script == Script::Katakana),
        (Trap::BranchWritten00, kokuho && !shares_birth),
    ];
    for (trap, may) in applies {
        if dice.per_mille(trap.per_mille()) && may {
            person.traps.insert(trap);
        }
    }
    let corrected = dice.per_mille(Trap::KanaCorrected.per_mille());
    if person.has(Trap::SmallKanaLarge) && corrected {
        person.traps.insert(Trap::KanaCorrected);
    }
    if person.has(Trap::AddressAbsent) {
        person.traps.remove(&Trap::OldAddress);
        person.traps.remove(&Trap::Moved);
    }
    person.birth_day_known = !person.has(Trap::UnknownBirthDay);
    if person.has(Trap::OldAddress) || person.has(Trap::Moved) {
        let street = format!("{}{}番地", dice.pick(STREETS), dice.between(1, 900));
        person.former_home = Some(Home { street, ..person.home.clone() });
    }
    if person.has(Trap::Alias) {
        let row = FOREIGN_KATAKANA.iter().find(|row| row.1 == person.name.given);
        person.alias = row.map(|row| (row.2.0.to_owned(), row.2.1.to_owned()));
    }
}
