//! Making the index, person by person.

use tomoshibi_policies::find::FoldedPerson;
use tomoshibi_policies::time::PartialDate;
use zeroize::Zeroizing;

use super::{Ordinal, PersonIndex, card_fingerprint, id_fingerprint, packed, vague_year};

/// Takes persons in any order, each once.
#[derive(Default)]
pub struct IndexBuilder {
    arena: Zeroizing<Vec<u8>>,
    starts: Vec<usize>,
    born_on: Vec<(i32, Ordinal)>,
    born_about: Vec<(i32, Ordinal)>,
    by_card: Vec<(u64, Ordinal)>,
    by_id: Vec<(u64, Ordinal)>,
}

impl IndexBuilder {
    /// An index for about `persons` persons. Memory is taken at once, because a block that grows leaves copies of
    /// itself behind that nobody wipes.
    #[must_use]
    pub fn with_capacity(persons: usize, arena_bytes: usize) -> Self {
        Self {
            arena: Zeroizing::new(Vec::with_capacity(arena_bytes)),
            starts: Vec::with_capacity(persons.saturating_add(1)),
            born_on: Vec::with_capacity(persons),
            born_about: Vec::new(),
            by_card: Vec::with_capacity(persons.saturating_add(persons / 2)),
            by_id: Vec::with_capacity(persons),
        }
    }

    /// Adds a person. Beyond four thousand million, which no country has, the person is left out.
    pub fn add(&mut self, folded: &FoldedPerson) {
        let Ok(ordinal) = Ordinal::try_from(self.starts.len()) else { return };
        self.starts.push(self.arena.len());
        packed::pack(folded, &mut self.arena);
        let person = &folded.person;
        match (person.birth, vague_year(person.birth)) {
            (PartialDate::Day(day), _) => {
                self.born_on.extend(i32::try_from(day.days()).map(|days| (days, ordinal)));
            }
            (_, year) => self.born_about.extend(year.map(|year| (year, ordinal))),
        }
        for (coverage, key) in person.coverages.iter().zip(&folded.coverages) {
            self.by_card.push((card_fingerprint(coverage.insurer, &key.number), ordinal));
        }
        self.by_id.push((id_fingerprint(person.id), ordinal));
    }

    /// The index.
    #[must_use]
    pub fn finish(mut self) -> PersonIndex {
        self.starts.push(self.arena.len());
        self.born_on.sort_unstable();
        self.born_about.sort_unstable();
        self.by_card.sort_unstable();
        self.by_id.sort_unstable();
        // Two coverages under one card are one way to one person.
        self.by_card.dedup();
        PersonIndex {
            arena: self.arena,
            starts: self.starts,
            born_on: self.born_on,
            born_about: self.born_about,
            by_card: self.by_card,
            by_id: self.by_id,
        }
    }
}
