//! What to ask next when several may be meant: the field that would tell them apart.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::{Candidate, CoverageView};
use crate::names::address_key;

/// The next question. It tells that more is needed, and nothing about whom it is needed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ask {
    /// The insurer.
    Insurer,
    /// The address, or more of it.
    Address,
    /// The name in kanji.
    KanjiName,
    /// The name in kana.
    KanaName,
    /// The given name, clearly.
    GivenName,
    /// The symbol of the card.
    Symbol,
    /// The branch of the card.
    Branch,
    /// The numbers of the card: search by number.
    CardNumber,
    /// Nothing that a search takes would tell more: papers, family, or the insurer by other means.
    Papers,
}

impl Ask {
    /// The word in journal and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Insurer => "insurer",
            Self::Address => "address",
            Self::KanjiName => "kanji-name",
            Self::KanaName => "kana-name",
            Self::GivenName => "given-name",
            Self::Symbol => "symbol",
            Self::Branch => "branch",
            Self::CardNumber => "card-number",
            Self::Papers => "papers",
        }
    }
}

/// Of `fields`, in order of preference, the one that tells most pairs of `persons` apart (each a slice of views of one
/// person); [`Ask::Papers`] when none does. Only coverages that `counts` are looked at.
pub(super) fn choose<C: Candidate>(
    fields: &[Ask],
    persons: &[&[C]],
    counts: impl Fn(&CoverageView<'_>) -> bool,
) -> Ask {
    let mut best = (0, Ask::Papers);
    for &field in fields {
        let values: Vec<_> = persons
            .iter()
            .map(|views| views.iter().flat_map(|view| values(field, view, &counts)).collect())
            .collect();
        let score = distinction(&values);
        if score > best.0 {
            best = (score, field);
        }
    }
    best.1
}

/// Two points for each pair with nothing in common, one for each that differs. A person without a value cannot be told
/// apart by it.
fn distinction(persons: &[BTreeSet<String>]) -> usize {
    let mut score: usize = 0;
    for (at, one) in persons.iter().enumerate() {
        for other in
            persons.iter().skip(at + 1).filter(|other| !one.is_empty() && !other.is_empty())
        {
            score += usize::from(one != other) + usize::from(one.is_disjoint(other));
        }
    }
    score
}

/// What a candidate would answer, folded.
fn values<C: Candidate>(
    field: Ask,
    candidate: &C,
    counts: &impl Fn(&CoverageView<'_>) -> bool,
) -> Vec<String> {
    let coverages = || candidate.coverages().filter(|coverage| counts(coverage));
    let mut values: Vec<String> = match field {
        Ask::Insurer => coverages().map(|c| c.insurer.to_string()).collect(),
        Ask::Symbol => coverages().map(|c| c.symbol.to_string()).collect(),
        Ask::Branch => coverages().filter_map(|c| c.branch).map(|b| b.to_string()).collect(),
        Ask::CardNumber => coverages()
            .map(|c| format!("{} {} {} {:?}", c.insurer, c.symbol, c.number, c.branch))
            .collect(),
        Ask::KanjiName => candidate.names().map(|n| n.kanji.to_string()).collect(),
        Ask::KanaName => candidate.names().map(|n| n.kana.to_string()).collect(),
        Ask::GivenName => candidate.names().filter_map(|n| n.given).map(str::to_string).collect(),
        Ask::Address => {
            let key = address_key(candidate.address());
            let municipality = key.municipality.unwrap_or_default();
            let prefecture = key.prefecture.map(|code| code.to_string()).unwrap_or_default();
            let parts = [prefecture, municipality, key.rest];
            if parts.iter().all(String::is_empty) {
                Vec::new()
            } else {
                Vec::from([parts.join(" ")])
            }
        }
        Ask::Papers => Vec::new(),
    };
    values.retain(|value| !value.is_empty());
    values
}
