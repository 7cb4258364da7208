//! The index of persons: in memory only, made at opening from the `persons` segments, gone at closing.
//!
//! Promises: it holds everything a search needs and everything a found person's page needs of demographics and
//! coverages, so that finding reads no file; it gives the search every candidate who could match; it is never written
//! anywhere. Everything lies in one block of bytes that is wiped when dropped.
//!
//! Shape: persons are packed one behind the other ([`packed`]); small sorted arrays point into them by birth date, by
//! card and by id. Among a million people some thirty share a birth date, so a search compares thirty, not a million.
//!
//! Not covered: withdrawn persons, who are left out before the index is made.

mod builder;
mod packed;
mod packing;

pub use builder::IndexBuilder;
pub use packed::PackedPerson;

use tomoshibi_policies::find::{Candidate, Outcome};
use tomoshibi_policies::find::{Query, find};
use tomoshibi_policies::names::digits_key;
use tomoshibi_policies::record::{InsurerNumber, PersonId};
use tomoshibi_policies::time::{JstDate, PartialDate};
use zeroize::Zeroizing;

/// The place of a person in the index.
type Ordinal = u32;

/// Everybody in the snapshots a node has opened.
pub struct PersonIndex {
    /// Packed persons.
    arena: Zeroizing<Vec<u8>>,
    /// Where each person begins, and one more for the end of the last.
    starts: Vec<usize>,
    /// (days since 1970, person), sorted: birth dates known to the day.
    born_on: Vec<(i32, Ordinal)>,
    /// (calendar year, person), sorted: birth dates known to the month or year only.
    born_about: Vec<(i32, Ordinal)>,
    /// (fingerprint of insurer and number, person), sorted.
    by_card: Vec<(u64, Ordinal)>,
    /// (first bytes of the id, person), sorted.
    by_id: Vec<(u64, Ordinal)>,
}

impl std::fmt::Debug for PersonIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PersonIndex({} persons)", self.len())
    }
}

impl PersonIndex {
    /// How many persons there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// True when nobody is here.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of memory that the index takes.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        let pointers = self.born_on.len() + self.born_about.len();
        let wide_pointers = self.by_card.len() + self.by_id.len();
        self.arena.len() + self.starts.len() * 8 + pointers * 8 + wide_pointers * 16
    }

    /// Finds who is meant: none, one, or several.
    #[must_use]
    pub fn find(&self, query: &Query) -> Outcome {
        match query {
            Query::Number(number) => {
                let key = digits_key(&number.number);
                find(query, self.with_card(number.insurer, &key))
            }
            Query::Name(name) => find(query, self.born(name.birth)),
        }
    }

    /// The person with this id.
    #[must_use]
    pub fn person(&self, id: PersonId) -> Option<PackedPerson<'_>> {
        let near = id_fingerprint(id);
        self.range(&self.by_id, near).find(|person| person.person() == id)
    }

    /// Everybody whose registered birth date is or may be `day`.
    fn born(&self, day: JstDate) -> impl Iterator<Item = PackedPerson<'_>> {
        let exact = i32::try_from(day.days()).map(|days| self.range(&self.born_on, days));
        let about = self.range(&self.born_about, day.ymd().0);
        exact.into_iter().flatten().chain(about)
    }

    /// Everybody with a coverage under this insurer and number (and, rarely, somebody else with the same fingerprint,
    /// whom the search refuses).
    fn with_card(
        &self,
        insurer: InsurerNumber,
        number_key: &str,
    ) -> impl Iterator<Item = PackedPerson<'_>> {
        self.range(&self.by_card, card_fingerprint(insurer, number_key))
    }

    fn range<'a, K: Ord + Copy + 'a>(
        &'a self,
        pointers: &'a [(K, Ordinal)],
        key: K,
    ) -> impl Iterator<Item = PackedPerson<'a>> {
        let first = pointers.partition_point(|(k, _)| *k < key);
        let same = pointers.iter().skip(first).take_while(move |(k, _)| *k == key);
        same.filter_map(|(_, ordinal)| self.at(*ordinal))
    }

    fn at(&self, ordinal: Ordinal) -> Option<PackedPerson<'_>> {
        let at = usize::try_from(ordinal).ok()?;
        let (start, end) = (*self.starts.get(at)?, *self.starts.get(at.checked_add(1)?)?);
        self.arena.get(start..end).and_then(PackedPerson::read)
    }
}

/// The year of a birth date that is not known to the day.
fn vague_year(birth: PartialDate) -> Option<i32> {
    match birth {
        PartialDate::Day(_) => None,
        PartialDate::Month(_) | PartialDate::Year(_) => Some(birth.year()),
    }
}

/// FNV-1a over insurer and number. Only spreads; who collides is refused by the search.
fn card_fingerprint(insurer: InsurerNumber, number_key: &str) -> u64 {
    let bytes = insurer.number().to_le_bytes().into_iter().chain(number_key.bytes());
    bytes.fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    })
}

fn id_fingerprint(id: PersonId) -> u64 {
    id.as_bytes().first_chunk().copied().map_or(0, u64::from_be_bytes)
}

#[cfg(test)]
mod tests;
