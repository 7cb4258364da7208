//! People, brought together from every delivery.
//!
//! The newest delivery replaces names in use, sex, birth date and address; registered names that it no longer holds
//! become former names, because people give the name they had. Coverages are united by identity (insurer, symbol,
//! number, branch), the later delivery winning whole identities.

use tomoshibi_policies::record::{Coverage, NameUse, Person, PersonName, SourceOrder};

use super::StoreError;
use super::index::Index;
use super::item::{SourceKind, SourceRecord};
use super::layout::Layout;
use super::merge::{Groups, decode};
use super::run::RawItem;
use crate::seam::Files;
use tomoshibi_policies::names;

/// People, sorted by id. Stops after the first error.
pub struct Persons {
    groups: Groups,
    since: Option<u64>,
    failed: bool,
}

impl Persons {
    pub(super) fn open(
        files: &dyn Files,
        layout: &Layout,
        index: &Index,
        since: Option<u64>,
    ) -> Result<Self, StoreError> {
        let groups = Groups::open(files, layout, index.of_kind(SourceKind::Persons))?;
        Ok(Self { groups, since, failed: false })
    }

    /// The next person, with the place of the newest delivery in the order of sources. The place grows with every
    /// delivery, one that came late and is older than others included, so that of two publications of one person the
    /// newer always has the later place.
    ///
    /// # Errors
    /// The disk's, and a damaged run. Nothing more comes after an error.
    pub fn next_delivered(&mut self) -> Result<Option<(Person, SourceOrder)>, StoreError> {
        if self.failed {
            return Ok(None);
        }
        let next = self.try_next();
        self.failed = next.is_err();
        next
    }

    fn try_next(&mut self) -> Result<Option<(Person, SourceOrder)>, StoreError> {
        while let Some(group) = self.groups.next_group()? {
            let is_new = |item: &RawItem| self.since.is_none_or(|since| item.batch > since);
            let Some(newest) = group.last().filter(|_| group.iter().any(is_new)) else { continue };
            let later = group.len() as u64 - 1;
            let sequence = newest.order.sequence.saturating_add(later);
            let order = SourceOrder { sequence, ..newest.order };
            return bring_together(group).map(|person| Some((person, order)));
        }
        Ok(None)
    }
}

impl Iterator for Persons {
    type Item = Result<Person, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.next_delivered().transpose()?;
        Some(next.map(|(person, _)| person))
    }
}

fn bring_together(deliveries: Vec<RawItem>) -> Result<Person, StoreError> {
    let mut known: Option<Person> = None;
    for raw in deliveries {
        if let SourceRecord::Person(newer) = decode(SourceKind::Persons, raw)?.record {
            known = Some(match known {
                Some(older) => merge(older, newer),
                None => newer,
            });
        }
    }
    known.ok_or(StoreError::Damaged { file: "a run of people".into(), what: "a group has no item" })
}

fn merge(older: Person, mut newer: Person) -> Person {
    for name in older.names {
        let is_known = |known: &PersonName| known.kanji == name.kanji && known.kana == name.kana;
        // A name in use that is no longer delivered is given up; a registered one is remembered.
        if name.name_use != NameUse::Alias && !newer.names.iter().any(is_known) {
            newer.names.push(PersonName { name_use: NameUse::Former, ..name });
        }
    }
    let stated: Vec<_> = newer.coverages.iter().map(identity).collect();
    newer.coverages.extend(older.coverages.into_iter().filter(|c| !stated.contains(&identity(c))));
    newer.coverages.sort_by_key(|coverage| core::cmp::Reverse(coverage.period.from));
    newer
}

fn identity(coverage: &Coverage) -> (u32, String, String, Option<u8>) {
    let symbol = names::symbol_key(&coverage.symbol);
    let number = names::digits_key(&coverage.number);
    (coverage.insurer.number(), symbol, number, coverage.branch)
}
