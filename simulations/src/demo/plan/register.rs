//! The people of the truth, and whom a search for one of them might meet as well.
//!
//! The rule is plain and its own, and wider than any search may be: same birth date (or month, where one is known to
//! the month only), a sex that does not contradict, and one part of any name alike when marks, sizes, long vowels and
//! old forms are taken away. Who has nobody like that is *lone*, and only of lone people it is certain that a search
//! meets them alone.

use std::collections::{BTreeMap, BTreeSet};

use super::typing;
use crate::region::names::kana;
use crate::region::truth::{TruthCoverage, TruthPerson};
use crate::region::{Day, Month};

/// All people, with what tells them apart.
#[derive(Debug)]
pub struct Register {
    people: Vec<TruthPerson>,
    parts: Vec<BTreeSet<String>>,
    by_month: BTreeMap<String, Vec<usize>>,
    by_card: BTreeMap<(String, String), Vec<usize>>,
    as_of: Day,
}

impl Register {
    /// Takes everybody in the order of the truth file. `as_of` is the region's day.
    #[must_use]
    pub fn new(people: Vec<TruthPerson>, as_of: Day) -> Self {
        let parts = people.iter().map(parts_of).collect();
        let mut by_month: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut by_card: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
        for (at, person) in people.iter().enumerate() {
            by_month.entry(month_of(person).to_owned()).or_default().push(at);
            let cards: BTreeSet<_> = person.coverages.iter().map(card).collect();
            for card in cards {
                by_card.entry(card).or_default().push(at);
            }
        }
        Self { people, parts, by_month, by_card, as_of }
    }

    /// Everybody.
    #[must_use]
    pub fn people(&self) -> &[TruthPerson] {
        &self.people
    }

    /// The person with a truth id.
    #[must_use]
    pub fn person(&self, id: &str) -> Option<&TruthPerson> {
        self.people.iter().find(|person| person.person == id)
    }

    /// True for somebody who must be found: registered, alive, not withdrawn.
    pub(super) fn is_registered(person: &TruthPerson) -> bool {
        person.alive && person.withdrawn.is_none() && !person.coverages.is_empty()
    }

    /// True for somebody withdrawn since the newest delivery: a person who is registered anew after a withdrawal may be
    /// found again, and the truth does not say who was.
    pub(super) fn is_withdrawn_for_good(&self, person: &TruthPerson) -> bool {
        let newest = Month::first(self.as_of.month());
        person.withdrawn.as_ref().is_some_and(|withdrawn| withdrawn.date > newest)
    }

    /// Those whom a search by the name of `at` could meet too.
    pub(super) fn rivals(&self, at: usize) -> Vec<usize> {
        let Some((person, parts)) = self.people.get(at).zip(self.parts.get(at)) else {
            return Vec::new();
        };
        let alike = |other: &&usize| {
            **other != at
                && self.people.get(**other).is_some_and(|o| may_share_birth_and_sex(person, o))
                && self.parts.get(**other).is_some_and(|o| are_alike(parts, o))
        };
        self.by_month.get(month_of(person)).into_iter().flatten().filter(alike).copied().collect()
    }

    /// True when nobody else could be met by name.
    pub(super) fn is_lone(&self, at: usize) -> bool {
        self.rivals(at).is_empty()
    }

    /// True when nobody else born then has a card of this number.
    pub(super) fn is_lone_by_card(&self, at: usize, coverage: &TruthCoverage) -> bool {
        let Some(person) = self.people.get(at) else { return false };
        let others = self.by_card.get(&card(coverage)).into_iter().flatten();
        others
            .filter(|other| **other != at)
            .filter_map(|other| self.people.get(*other))
            .all(|other| !may_share_birth(person, other))
    }

    /// True when nobody of this birth date could bear the name parts of `at`.
    pub(super) fn is_nobody_born(&self, at: usize, birth: &str) -> bool {
        let Some((person, parts)) = self.people.get(at).zip(self.parts.get(at)) else {
            return false;
        };
        let moved = TruthPerson { birth_date: birth.to_owned(), ..person.clone() };
        let others = self.by_month.get(month_of(&moved)).into_iter().flatten();
        !others.copied().any(|other| {
            let born = self.people.get(other).is_some_and(|o| may_share_birth_and_sex(&moved, o));
            // The person too: who is known to the month only is born on every day of it.
            born && (other == at || self.parts.get(other).is_some_and(|o| are_alike(parts, o)))
        })
    }

    /// True when nobody has a card of this number with this insurer.
    pub(super) fn is_nobodys_card(&self, insurer: &str, number: &str) -> bool {
        !self.by_card.contains_key(&(plain_insurer(insurer), number.to_owned()))
    }

    /// True when nobody under this card was born then.
    pub(super) fn is_nobody_under_card(&self, coverage: &TruthCoverage, birth: &str) -> bool {
        let people = self.by_card.get(&card(coverage)).into_iter().flatten();
        people.filter_map(|at| self.people.get(*at)).all(|person| {
            let month_only =
                person.birth_date.ends_with("-00") && birth.starts_with(month_of(person));
            person.birth_date != birth && !month_only
        })
    }
}

/// An insurer number as one text, however padded.
pub(super) fn plain_insurer(number: &str) -> String {
    number.trim().trim_start_matches('0').to_owned()
}

fn card(coverage: &TruthCoverage) -> (String, String) {
    (plain_insurer(&coverage.insurer_number), coverage.number.clone())
}

fn month_of(person: &TruthPerson) -> &str {
    person.birth_date.get(..7).unwrap_or_default()
}

fn may_share_birth(one: &TruthPerson, other: &TruthPerson) -> bool {
    let vague = |person: &TruthPerson| person.birth_date.ends_with("-00");
    one.birth_date == other.birth_date
        || ((vague(one) || vague(other)) && month_of(one) == month_of(other))
}

fn may_share_birth_and_sex(one: &TruthPerson, other: &TruthPerson) -> bool {
    may_share_birth(one, other) && (other.registered_sex == 3 || other.registered_sex == one.sex)
}

/// A ● may be any character.
fn are_alike(one: &BTreeSet<String>, other: &BTreeSet<String>) -> bool {
    let hidden = |parts: &BTreeSet<String>| parts.iter().any(|part| part.contains('●'));
    hidden(one) || hidden(other) || one.intersection(other).next().is_some()
}

fn parts_of(person: &TruthPerson) -> BTreeSet<String> {
    let others = person.other_names.iter().flat_map(|other| [&other.name, &other.name_kana]);
    [&person.name, &person.name_kana, &person.registered_name, &person.registered_kana]
        .into_iter()
        .chain(others)
        .flat_map(|name| name.split(['　', ' ', '・', '･']))
        .map(loose)
        .filter(|part| !part.is_empty())
        .collect()
}

/// A part of a name without anything that ears, hands and registers confuse.
fn loose(part: &str) -> String {
    let kana = kana::half_width(&kana::enlarge_small(&kana::without_vu(part)));
    let plain: String = typing::new_kanji(&kana)
        .chars()
        .filter(|letter| !matches!(letter, 'ﾞ' | 'ﾟ' | 'ｰ'))
        .map(|letter| match letter {
            'ﾂ' => 'ｽ',
            'ﾁ' => 'ｼ',
            'ｦ' => 'ｵ',
            other => other.to_ascii_uppercase(),
        })
        .collect();
    plain.replace("ｵｵ", "ｵ").replace("ｵｳ", "ｵ")
}

#[cfg(test)]
mod tests {
    use super::loose;

    #[test]
    fn what_people_confuse_is_alike() {
        for (one, other) in [
            ("ヤマザキ", "ﾔﾏｻｷ"),
            ("オオノ", "オノ"),
            ("オーノ", "オノ"),
            ("ショウイチ", "シヨウイチ"),
            ("ミヅキ", "ミズキ"),
            ("髙﨑", "高崎"),
            ("ＳＭＩＴＨ", "smith"),
            ("ヴァレリー", "バレリ"),
        ] {
            assert_eq!(loose(one), loose(other), "{one} {other}");
        }
        assert_ne!(loose("ユウタ"), loose("ユウト"));
    }
}
