//! People who cannot be told apart by what is typed, and the same people once one more thing is known.

use super::builder::{Builder, by_name, shown};
use super::register::{Register, plain_insurer};
use super::{Expected, NameFields, Search, dates, typing};
use crate::region::truth::TruthPerson;

/// Pairs of each kind.
const PAIRS: usize = 12;
/// A municipality outside the region's prefecture and its evacuees' ones.
const NOBODYS_ADDRESS: &str = "沖縄県那覇市";

pub(super) fn add(builder: &mut Builder<'_>) {
    for _ in 0..PAIRS {
        add_double(builder);
        add_twins(builder);
    }
}

fn has(person: &TruthPerson, trap: &str) -> bool {
    person.traps.iter().any(|tag| tag == trap)
}

/// The other one of a pair that has no third.
fn only_rival(register: &Register, at: usize) -> Option<usize> {
    match register.rivals(at)[..] {
        [other] => Some(other),
        _ => None,
    }
}

fn insurers(person: &TruthPerson) -> Vec<String> {
    person.coverages.iter().map(|row| plain_insurer(&row.insurer_number)).collect()
}

/// A register that writes one of a pair otherwise tells them apart by what it got wrong.
fn is_registered_as_written(person: &TruthPerson) -> bool {
    typing::without_space(&person.registered_name) == typing::without_space(&person.name)
}

/// Same name, same birth date, two insurers.
pub(super) struct Double<'a> {
    pub(super) person: &'a TruthPerson,
    /// An address that speaks for neither leaves both; the insurer would decide.
    pub(super) search: Search,
    /// The turn it was drawn in.
    pub(super) turn: u32,
}

/// Somebody who has such a double, both of them not asked about yet.
pub(super) fn draw_double<'a>(builder: &mut Builder<'a>) -> Option<Double<'a>> {
    let register = builder.register;
    let double = |at: usize| {
        let person = register.people().get(at)?;
        let other = register.people().get(only_rival(register, at)?)?;
        let apart = insurers(person).iter().all(|number| !insurers(other).contains(number));
        let certain = Register::is_registered(person)
            && Register::is_registered(other)
            && has(person, "same_name_same_birth")
            && other.name == person.name
            && other.registered_sex == person.registered_sex
            && other.birth_date == person.birth_date
            && is_registered_as_written(person)
            && is_registered_as_written(other)
            && apart;
        certain.then_some(other)
    };
    let (at, person) = builder.unused(|at, _| double(at).is_some())?;
    if let Some(other) = only_rival(register, at) {
        builder.mark_used(other);
    }
    let turn = builder.turn();
    let fields = NameFields {
        name: person.name.clone(),
        birth: dates::spoken(&person.birth_date, turn),
        sex: person.sex.to_string(),
        address: Some(NOBODYS_ADDRESS.into()),
        insurer: None,
    };
    Some(Double { person, search: Search::Name(fields), turn })
}

fn add_double(builder: &mut Builder<'_>) {
    let Some(Double { person, search, turn }) = draw_double(builder) else { return };
    let trap = Some("same_name_same_birth");
    builder.push_search(trap, search, Expected::Several, "two people fit alike");
    let (asked, expected) = shown(person, by_name(person, person.name.clone(), turn), turn);
    builder.push(trap, asked, expected, "the insurer tells two people apart");
}

/// Twins: the whole name finds one of them, the part they share never does.
fn add_twins(builder: &mut Builder<'_>) {
    let register = builder.register;
    let twin = |at: usize| {
        let person = register.people().get(at)?;
        let other = register.people().get(only_rival(register, at)?)?;
        let certain = Register::is_registered(person)
            && Register::is_registered(other)
            && has(person, "twin")
            && has(other, "twin")
            && !has(person, "long_vowel")
            && !person.birth_date.ends_with("-00");
        certain.then(|| shared_start(&person.name_kana, &other.name_kana)).flatten()
    };
    let Some((at, person)) = builder.unused(|at, _| twin(at).is_some()) else { return };
    let Some(part) = twin(at) else { return };
    if let Some(other) = only_rival(register, at) {
        builder.mark_used(other);
    }
    let turn = builder.turn();
    let search = by_name(person, part, turn);
    builder.push_search(Some("twin"), search, Expected::NotOne, "both twins begin like that");
    let (asked, expected) = shown(person, by_name(person, person.name_kana.clone(), turn), turn);
    builder.push(Some("twin"), asked, expected, "the whole name of one twin");
}

/// The family name and the beginning that both given names share, when it is neither of them.
fn shared_start(one: &str, other: &str) -> Option<String> {
    let (family, given) = one.split_once('　')?;
    let (other_family, other_given) = other.split_once('　')?;
    let pairs = given.chars().zip(other_given.chars());
    let start: String = pairs.take_while(|(a, b)| a == b).map(|(a, _)| a).collect();
    let is_part = !start.is_empty() && start != given && start != other_given;
    (family == other_family && is_part).then(|| format!("{family}　{start}"))
}

#[cfg(test)]
mod tests {
    use super::shared_start;

    #[test]
    fn twins_share_a_beginning_unless_one_name_begins_the_other() {
        assert_eq!(shared_start("トモシビ　ユウタ", "トモシビ　ユウト").unwrap(), "トモシビ　ユウ");
        assert_eq!(shared_start("トモシビ　リョウ", "トモシビ　リョウマ"), None);
    }
}
