//! The number path: insurer, number, symbol when typed, branch when typed, and the birth date.

use alloc::string::String;
use alloc::vec::Vec;

use super::survivors::{Survivors, gather};
use super::{
    Ask, Candidate, CoverageView, Explanation, Match, MatchKey, NumberQuery, Outcome, ask,
};
use crate::names::{digits_key, symbol_key};

/// How well a coverage met, the weaker first. Field order is the ranking.
#[derive(PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
struct Evidence {
    /// The branch typed is the one registered.
    branch_exact: bool,
    /// The symbol was typed, or there is none.
    symbol_known: bool,
    /// The register knows the birth day.
    birth_known: bool,
    /// Nothing is left open about the branch.
    branch_known: bool,
}

/// The typed card, folded.
struct Card<'a> {
    query: &'a NumberQuery,
    symbol: String,
    number: String,
}

pub(super) fn find<C: Candidate>(
    query: &NumberQuery,
    candidates: impl Iterator<Item = C>,
) -> Outcome {
    if query.check_form().is_err() {
        return Outcome::None;
    }
    let card = Card { query, symbol: symbol_key(&query.symbol), number: digits_key(&query.number) };
    let mut survivors = gather(candidates, |candidate| card.weigh(candidate));
    // A branch that is registered and typed decides against coverages of old that have none.
    if survivors.values().any(|s| s.evidence.branch_exact) {
        survivors.retain(|_, s| s.evidence.branch_exact);
    }
    card.decide(&survivors)
}

impl Card<'_> {
    fn weigh<C: Candidate>(&self, candidate: &C) -> Option<Evidence> {
        if !candidate.birth().covers(self.query.birth) {
            return None;
        }
        let birth_known = candidate.birth().day().is_some();
        let met = candidate.coverages().filter(|coverage| self.meets(coverage));
        met.map(|coverage| self.evidence(&coverage, birth_known))
            // Part of a birth date never identifies anybody on its own: then the whole card has to be known.
            .filter(|evidence| evidence.birth_known || evidence.symbol_known)
            .max()
    }

    fn meets(&self, coverage: &CoverageView<'_>) -> bool {
        let branch =
            self.query.branch.zip(coverage.branch).is_none_or(|(typed, held)| typed == held);
        let symbol = self.symbol.is_empty() || self.symbol == coverage.symbol;
        self.query.insurer == coverage.insurer && self.number == coverage.number && symbol && branch
    }

    fn evidence(&self, coverage: &CoverageView<'_>, birth_known: bool) -> Evidence {
        let late_elderly = self.query.insurer.is_late_elderly();
        let branch_exact = self.query.branch.is_some() && coverage.branch.is_some();
        Evidence {
            branch_exact,
            symbol_known: late_elderly || !self.symbol.is_empty() || coverage.symbol.is_empty(),
            birth_known,
            branch_known: late_elderly || branch_exact,
        }
    }

    fn decide<C: Candidate>(&self, survivors: &Survivors<C, Evidence>) -> Outcome {
        let mut left = survivors.iter();
        match (left.next(), left.next()) {
            (None, _) => Outcome::None,
            (Some((&person, one)), None) => {
                Outcome::One(Match { person, explanation: one.evidence.explain() })
            }
            _ => {
                let persons: Vec<&[C]> = survivors.values().map(|s| s.views.as_slice()).collect();
                Outcome::Several(ask::choose(&self.fields(), &persons, |c| self.meets(c)))
            }
        }
    }

    /// What could still be asked. Names mean that the search goes on by name.
    fn fields(&self) -> Vec<Ask> {
        let mut fields = Vec::new();
        let late_elderly = self.query.insurer.is_late_elderly();
        if self.query.branch.is_none() && !late_elderly {
            fields.push(Ask::Branch);
        }
        if self.symbol.is_empty() && !late_elderly {
            fields.push(Ask::Symbol);
        }
        fields.extend([Ask::GivenName, Ask::KanaName, Ask::KanjiName, Ask::Address]);
        fields
    }
}

impl Evidence {
    fn explain(self) -> Explanation {
        let limits = [
            (!self.birth_known, MatchKey::BirthPartial),
            (!self.symbol_known, MatchKey::SymbolMissing),
            (!self.branch_known, MatchKey::BranchMissing),
        ];
        let mut keys = Vec::from([MatchKey::NumberExact]);
        keys.extend(limits.into_iter().filter(|(applies, _)| *applies).map(|(_, key)| key));
        keys.sort_unstable();
        // Numbers count from 1 under every symbol of a large insurer: without the symbol a stranger may fit.
        let needs_spoken_confirmation = !self.birth_known || !self.symbol_known;
        Explanation { keys, needs_spoken_confirmation }
    }
}
