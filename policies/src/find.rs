//! Finding a person: none, one, or *several: ask for more*. Never a list, never a count.
//!
//! Two paths (domain handbook 1.3): the numbers of a card and the birth date; or name, birth date, sex and address or
//! insurer. Promises:
//! - Birth date and sex decide first; nothing else can bring back who fails them.
//! - [`Outcome::One`] only when one person is left at the best evidence and nobody else could be who was typed.
//! - A person met twice (several coverages, several names) is one. The order of candidates does not matter.
//! - The match says which keys met, and whether it takes a confirmation aloud before anything is shown.
//!
//! **Unique is not identified**: a match is a candidate until [`confirm`] has a fact that was neither shown nor searched.
//!
//! Does *not* cover: whether the asker may search or see anything (the decision), wording on screens, and the index
//! that brings the candidates. Candidates with another [`crate::names::FOLDING_VERSION`] must not be searched. Which
//! fields the central screen requires is not established (domain handbook 1.3); the rules here are ours.
//!
//! Reading order: [`Query`], [`Candidate`], `name`, `typed` and `number` (who stays in), `rank` (who wins), `ask`, [`confirm`].

mod ask;
mod candidate;
pub mod confirm;
mod name;
mod number;
mod outcome;
mod query;
mod rank;
mod survivors;
mod typed;

pub use ask::Ask;
pub use candidate::{Candidate, CoverageView, FoldedCoverage, FoldedPerson, NameView};
pub use outcome::{Explanation, Match, MatchKey, Outcome};
pub use query::{NameQuery, NumberQuery, Query, QueryError, QueryField};

/// Finds who is meant among candidates.
///
/// Candidates may be more than can match, but must include everyone who could: for a name, all whose registered birth
/// date is or may be the typed one (day or month unknown), of either sex; for a number, all with a coverage of any
/// period under that insurer and number. [`Query::check`] comes first; a query with a form that it refuses finds nobody.
#[must_use]
pub fn find<C: Candidate>(query: &Query, candidates: impl IntoIterator<Item = C>) -> Outcome {
    match query {
        Query::Number(query) => number::find(query, candidates.into_iter()),
        Query::Name(query) => name::find(query, candidates.into_iter()),
    }
}
