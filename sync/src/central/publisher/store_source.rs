//! The source store, as the publisher reads it.

use tomoshibi_policies::find::FoldedPerson;
use tomoshibi_policies::record::Person;

use super::{ItemSource, Items, SourceError};
use crate::central::store::{SourceItem, SourceKind, SourceRecord, Store, StoreError};
use crate::item::{FoldedKeys, Item, PersonItem, Record, SegmentKind};

impl From<StoreError> for SourceError {
    fn from(error: StoreError) -> Self {
        Self { class: error.class(), what: error.to_string() }
    }
}

impl ItemSource for Store<'_> {
    fn last_batch(&self) -> u64 {
        Store::last_batch(self)
    }

    fn items(&self, kind: SegmentKind, since: Option<u64>) -> Result<Items<'_>, SourceError> {
        let kind = match kind {
            SegmentKind::Persons => return people(self, since),
            SegmentKind::Medications => SourceKind::Medications,
            SegmentKind::Checkups => SourceKind::Checkups,
            SegmentKind::Masters => SourceKind::Masters,
            SegmentKind::Withdrawals => SourceKind::Withdrawals,
        };
        let merged = self.merged(kind, since)?;
        Ok(Box::new(merged.map(|item| Ok(to_item(item?)))))
    }
}

fn people<'a>(store: &Store<'_>, since: Option<u64>) -> Result<Items<'a>, SourceError> {
    let mut persons = store.persons(since)?;
    let next = move || match persons.next_delivered() {
        Ok(delivered) => delivered.map(|(person, order)| Ok(Item::put(folded(person), order))),
        Err(error) => Some(Err(SourceError::from(error))),
    };
    Ok(Box::new(std::iter::from_fn(next)))
}

fn to_item(item: SourceItem) -> Item {
    let record = match item.record {
        SourceRecord::Person(person) => folded(person),
        SourceRecord::Receipt(receipt) => Record::Receipt(receipt),
        SourceRecord::Checkup(checkup) => Record::Checkup(checkup),
        SourceRecord::Drug(drug) => Record::Drug(drug),
        SourceRecord::Institution(institution) => Record::Institution(institution),
        SourceRecord::Insurer(insurer) => Record::Insurer(insurer),
        SourceRecord::ItemName(name) => Record::ItemName(name),
        SourceRecord::Withdrawal(withdrawal) => Record::Withdrawal(withdrawal),
    };
    Item::put(record, item.order)
}

/// A person with the keys of every name. The node folds symbols and numbers itself: they are short, and the format
/// carries no keys of coverages.
fn folded(person: Person) -> Record {
    let FoldedPerson { person, names, .. } = FoldedPerson::fold(person);
    let keys = |name: tomoshibi_policies::names::FoldedName| FoldedKeys {
        kana: name.kana,
        given: name.given,
        kanji: name.kanji,
    };
    Record::Person(PersonItem { person, folded: names.into_iter().map(keys).collect() })
}
