//! The item, and the records it can put.

use core::fmt;

use tomoshibi_policies::record::{
    Checkup, Drug, Institution, Insurer, ItemName, Person, Receipt, SourceOrder, Withdrawal,
};

use super::{ItemKey, SubKey};

/// The search keys of one name, folded by the publisher (the manifest names the folding's version).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct FoldedKeys {
    /// Kana, key K1.
    pub kana: String,
    /// Given-name part of the kana, when the name shows where it begins: key K3.
    pub given: Option<String>,
    /// Kanji, key KJ.
    pub kanji: String,
}

// A name is patient data: it must not slip into a log through a derived Debug.
impl fmt::Debug for FoldedKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FoldedKeys(hidden)")
    }
}

/// A person with the folded keys of each name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonItem {
    /// The person.
    pub person: Person,
    /// One entry a name, in the order of [`Person::names`].
    pub folded: Vec<FoldedKeys>,
}

/// What an item puts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// Demographics, coverages, folded keys.
    Person(PersonItem),
    /// A whole receipt.
    Receipt(Receipt),
    /// A whole checkup.
    Checkup(Checkup),
    /// A drug.
    Drug(Drug),
    /// An institution.
    Institution(Institution),
    /// An insurer.
    Insurer(Insurer),
    /// Name of a checkup item.
    ItemName(ItemName),
    /// A withdrawal.
    Withdrawal(Withdrawal),
}

impl Record {
    /// The key this record is put under.
    #[must_use]
    pub const fn key(&self) -> ItemKey {
        match self {
            Self::Person(item) => ItemKey { person: item.person.id, sub: SubKey::Person },
            Self::Receipt(receipt) => {
                ItemKey { person: receipt.person, sub: SubKey::Receipt(receipt.key) }
            }
            Self::Checkup(checkup) => {
                let sub =
                    SubKey::Checkup { exam_date: checkup.exam_date, program: checkup.program };
                ItemKey { person: checkup.person, sub }
            }
            Self::Drug(drug) => ItemKey::master(SubKey::Drug(drug.code)),
            Self::Institution(one) => ItemKey::master(SubKey::Institution(one.code)),
            Self::Insurer(insurer) => ItemKey::master(SubKey::Insurer(insurer.number)),
            Self::ItemName(name) => ItemKey::master(SubKey::ItemName(name.code)),
            Self::Withdrawal(withdrawal) => {
                ItemKey { person: withdrawal.person, sub: SubKey::Withdrawal(withdrawal.target) }
            }
        }
    }

    /// The order the record itself tells, when it tells one.
    const fn order(&self) -> Option<SourceOrder> {
        match self {
            Self::Receipt(receipt) => Some(receipt.order),
            Self::Checkup(checkup) => Some(checkup.order),
            Self::Withdrawal(withdrawal) => Some(withdrawal.order),
            _ => None,
        }
    }
}

/// One put or delete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What it is about.
    pub key: ItemKey,
    /// When its source came in: of two items with one key the later wins.
    pub order: SourceOrder,
    /// What is put; none deletes what earlier sources put under this key.
    pub record: Option<Record>,
}

impl Item {
    /// An item that puts a record which tells its own order.
    #[must_use]
    pub fn put(record: Record, order: SourceOrder) -> Self {
        let order = record.order().unwrap_or(order);
        Self { key: record.key(), order, record: Some(record) }
    }

    /// An item that deletes.
    #[must_use]
    pub const fn delete(key: ItemKey, order: SourceOrder) -> Self {
        Self { key, order, record: None }
    }

    /// True when key and order are those the record tells itself, so that they need to be stored once only.
    pub(super) fn agrees(&self) -> bool {
        let Some(record) = &self.record else {
            return true;
        };
        record.key() == self.key && record.order().is_none_or(|order| order == self.order)
    }
}
