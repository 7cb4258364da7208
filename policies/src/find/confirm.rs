//! Confirming identity: unique is not identified.
//!
//! A match is a candidate until the patient, papers or family give a fact of the record that was neither typed into the
//! search nor shown. What the page has shown it knows itself: it must not show a fact before asking for it. When nobody
//! can confirm, every page and print says so.
//!
//! Not covered: the name of the insurer (names stand in the masters; the page turns a name into its number first) and
//! the name of the householder, which the search does not hold.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::rank::NameTier;
use super::typed::TypedName;
use super::{Candidate, NameView, Query};
use crate::names::{
    AddressKey, address_key, has_kanji, is_wildcard, kana_key, kanji_key, kanji_keys_match,
    symbol_key,
};
use crate::record::{InsurerNumber, NameUse};

/// Characters at the end of a card number that have to be known.
const TAIL_CHARS_MIN: usize = 4;
/// Digits of a postal code.
const POSTAL_DIGITS: usize = 7;

/// A fact that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FactKind {
    /// The municipality of the registered address.
    Municipality,
    /// The postal code of the registered address.
    PostalCode,
    /// The number of an insurer of any period.
    Insurer,
    /// The last four or more characters of the number of a card of any period.
    CardNumberTail,
    /// The full name in kanji, the one in use or the registered one.
    KanjiName,
    /// The full name in kana, likewise.
    KanaName,
    /// A full name of an earlier registration, in kanji or kana.
    FormerName,
}

/// Who or what gave the fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConfirmedBy {
    /// The patient said it.
    Patient,
    /// Papers the patient carries say it.
    Papers,
    /// Family said it.
    Family,
}

/// Whether the person before us is the person of the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Identity {
    /// A fact was given and fits.
    Confirmed {
        /// By whom.
        by: ConfirmedBy,
        /// Which fact.
        fact: FactKind,
    },
    /// Nobody could, or what was said does not fit.
    NotConfirmed,
}

/// The facts that can confirm: held in the record and no part of the query. May be empty.
///
/// An address typed takes municipality and postal code out, since the one gives the other. A name typed takes both ways
/// to write it out when it was typed in kanji, because a reading is guessed from kanji easily.
#[must_use]
pub fn facts_to_ask<C: Candidate>(query: &Query, candidate: &C) -> Vec<FactKind> {
    use FactKind::{
        CardNumberTail, FormerName, Insurer, KanaName, KanjiName, Municipality, PostalCode,
    };
    let all = [Municipality, PostalCode, Insurer, CardNumberTail, KanjiName, KanaName, FormerName];
    let asked =
        |kind: &FactKind| is_held(*kind, candidate) && !is_in_query(*kind, query, candidate);
    all.into_iter().filter(asked).collect()
}

/// True when what was said is that fact of the candidate, under the folding. Never for a fact the record lacks.
#[must_use]
pub fn check_fact<C: Candidate>(kind: FactKind, said: &str, candidate: &C) -> bool {
    match kind {
        FactKind::Municipality => is_municipality(said, &address_key(candidate.address())),
        FactKind::PostalCode => {
            let held = postal_digits(candidate.postal_code());
            held.is_some() && held == postal_digits(said)
        }
        FactKind::Insurer => {
            let said = InsurerNumber::parse(&symbol_key(said));
            said.is_ok_and(|said| candidate.coverages().any(|c| c.insurer == said))
        }
        FactKind::CardNumberTail => {
            let said = symbol_key(said);
            said.chars().count() >= TAIL_CHARS_MIN
                && candidate.coverages().any(|c| has_tail(c.number) && c.number.ends_with(&said))
        }
        FactKind::KanjiName => present_names(candidate).any(|name| is_written(said, &name)),
        FactKind::KanaName => present_names(candidate).any(|name| is_read(said, &name)),
        FactKind::FormerName => {
            former_names(candidate).any(|name| is_written(said, &name) || is_read(said, &name))
        }
    }
}

/// Confirms the identity by one fact, when it is one that may be asked and what was said fits.
#[must_use]
pub fn confirm<C: Candidate>(
    query: &Query,
    candidate: &C,
    fact: FactKind,
    said: &str,
    by: ConfirmedBy,
) -> Identity {
    if facts_to_ask(query, candidate).contains(&fact) && check_fact(fact, said, candidate) {
        Identity::Confirmed { by, fact }
    } else {
        Identity::NotConfirmed
    }
}

fn is_held<C: Candidate>(kind: FactKind, candidate: &C) -> bool {
    match kind {
        FactKind::Municipality => address_key(candidate.address()).municipality.is_some(),
        FactKind::PostalCode => postal_digits(candidate.postal_code()).is_some(),
        FactKind::Insurer => candidate.coverages().next().is_some(),
        FactKind::CardNumberTail => candidate.coverages().any(|c| has_tail(c.number)),
        FactKind::KanjiName => present_names(candidate).any(|name| has_kanji(name.written)),
        FactKind::KanaName => present_names(candidate).any(|name| !name.kana.is_empty()),
        FactKind::FormerName => former_names(candidate).next().is_some(),
    }
}

fn is_in_query<C: Candidate>(kind: FactKind, query: &Query, candidate: &C) -> bool {
    let query = match query {
        Query::Number(_) => return matches!(kind, FactKind::Insurer | FactKind::CardNumberTail),
        Query::Name(query) => query,
    };
    match kind {
        FactKind::Municipality | FactKind::PostalCode => query.typed_address().is_some(),
        FactKind::Insurer => query.insurer.is_some(),
        FactKind::CardNumberTail => false,
        FactKind::KanjiName => has_kanji(&query.name),
        FactKind::KanaName => true,
        FactKind::FormerName => {
            let typed = TypedName::new(&query.name);
            // Part of a name in common is no name in common.
            let is_typed = |name| typed.meet(&name).is_some_and(|met| met.0 > NameTier::Part);
            former_names(candidate).any(is_typed)
        }
    }
}

fn present_names<C: Candidate>(candidate: &C) -> impl Iterator<Item = NameView<'_>> {
    candidate.names().filter(|name| name.name_use != NameUse::Former)
}

fn former_names<C: Candidate>(candidate: &C) -> impl Iterator<Item = NameView<'_>> {
    candidate.names().filter(|name| name.name_use == NameUse::Former)
}

/// ● in the register matches any character; in what was said it proves nothing.
fn is_written(said: &str, name: &NameView<'_>) -> bool {
    let key = kanji_key(said);
    has_kanji(said) && !key.contains(is_wildcard) && kanji_keys_match(&key, name.kanji)
}

fn is_read(said: &str, name: &NameView<'_>) -> bool {
    let key = kana_key(said);
    !key.is_empty() && key == name.kana
}

/// 穴水町 and 穴水 are both said of 穴水町; a prefecture said has to be right too.
fn is_municipality(said: &str, held: &AddressKey) -> bool {
    let Some(name) = &held.municipality else { return false };
    let completed = name.chars().next_back().map(|end| format!("{said}{end}"));
    [Some(said), completed.as_deref()].into_iter().flatten().map(address_key).any(|said| {
        let prefecture =
            said.prefecture.zip(held.prefecture).is_none_or(|(said, held)| said == held);
        prefecture && said.municipality.as_ref() == Some(name)
    })
}

fn postal_digits(text: &str) -> Option<String> {
    let key = symbol_key(text);
    let is_code = key.len() == POSTAL_DIGITS && key.bytes().all(|b| b.is_ascii_digit());
    is_code.then_some(key)
}

fn has_tail(number: &str) -> bool {
    number.chars().count() >= TAIL_CHARS_MIN
}
