//! One item: a record of one person, or of a master, with its place in the order of sources.

use serde::{Deserialize, Serialize};
use tomoshibi_policies::record::{
    Checkup, Drug, Institution, Insurer, ItemName, Person, PersonId, Receipt, SourceOrder,
    Withdrawal,
};

use super::sub_key;

/// Kinds of items, numbered as the segments that will hold them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// Demographics and coverages.
    Persons = 1,
    /// Receipts.
    Medications = 2,
    /// Checkups.
    Checkups = 3,
    /// Drugs, institutions, insurers, item names.
    Masters = 4,
    /// Withdrawals.
    Withdrawals = 5,
}

impl SourceKind {
    /// Every kind.
    pub const ALL: [Self; 5] =
        [Self::Persons, Self::Medications, Self::Checkups, Self::Masters, Self::Withdrawals];

    /// The number written in a run's header.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }
}

/// A record of any kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceRecord {
    /// A person as one delivery tells it.
    Person(Person),
    /// A receipt.
    Receipt(Receipt),
    /// A checkup.
    Checkup(Checkup),
    /// A drug of the master.
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

impl SourceRecord {
    /// Which runs hold it.
    #[must_use]
    pub const fn kind(&self) -> SourceKind {
        match self {
            Self::Person(_) => SourceKind::Persons,
            Self::Receipt(_) => SourceKind::Medications,
            Self::Checkup(_) => SourceKind::Checkups,
            Self::Drug(_) | Self::Institution(_) | Self::Insurer(_) | Self::ItemName(_) => {
                SourceKind::Masters
            }
            Self::Withdrawal(_) => SourceKind::Withdrawals,
        }
    }

    /// Whose it is; zero for masters.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        match self {
            Self::Person(person) => person.id,
            Self::Receipt(receipt) => receipt.person,
            Self::Checkup(checkup) => checkup.person,
            Self::Withdrawal(withdrawal) => withdrawal.person,
            Self::Drug(_) | Self::Institution(_) | Self::Insurer(_) | Self::ItemName(_) => {
                PersonId::from_bytes([0; 16])
            }
        }
    }
}

/// One item. A later order replaces an earlier item with the same person and sub key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceItem {
    /// Which runs hold it.
    pub kind: SourceKind,
    /// Whose it is; zero for masters.
    pub person: PersonId,
    /// What makes two records of one person "the same one again".
    pub sub: Vec<u8>,
    /// When it came in.
    pub order: SourceOrder,
    /// The record.
    pub record: SourceRecord,
}

impl SourceItem {
    /// The item of a record.
    #[must_use]
    pub fn new(record: SourceRecord, order: SourceOrder) -> Self {
        let (kind, person) = (record.kind(), record.person());
        Self { kind, person, sub: sub_key::of(&record), order, record }
    }
}
