//! Later-filed wins.

use alloc::collections::BTreeMap;
use alloc::collections::btree_map::Entry;
use alloc::vec::Vec;
use core::cmp::Ordering;

use super::key::Record;
use crate::record::SourceOrder;

/// A record put, or a key deleted. A delete removes what was put before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change<T: Record> {
    /// This record stands, unless a later change says otherwise.
    Put(T),
    /// Nothing stands under this key, unless put later.
    Delete {
        /// The key.
        key: T::Key,
        /// When the delete came in.
        order: SourceOrder,
    },
}

impl<T: Record> From<T> for Change<T> {
    fn from(record: T) -> Self {
        Self::Put(record)
    }
}

impl<T: Record> Change<T> {
    fn key(&self) -> T::Key
    where
        T::Key: Clone,
    {
        match self {
            Self::Put(record) => record.key(),
            Self::Delete { key, .. } => key.clone(),
        }
    }

    fn order(&self) -> SourceOrder {
        match self {
            Self::Put(record) => record.order(),
            Self::Delete { order, .. } => *order,
        }
    }

    /// Greater wins: the later; at the same order a delete, since in doubt nothing is shown; between two puts the one
    /// whose contents are greater.
    fn precedence(&self, other: &Self) -> Ordering {
        self.order().cmp(&other.order()).then_with(|| match (self, other) {
            (Self::Delete { .. }, Self::Delete { .. }) => Ordering::Equal,
            (Self::Delete { .. }, Self::Put(_)) => Ordering::Greater,
            (Self::Put(_), Self::Delete { .. }) => Ordering::Less,
            (Self::Put(a), Self::Put(b)) => a.compare_contents(b),
        })
    }
}

/// What stands after all changes, sorted by key. The order of the input does not matter.
pub fn merge<T: Record>(changes: impl IntoIterator<Item = Change<T>>) -> Vec<T>
where
    T::Key: Clone,
{
    let mut standing: BTreeMap<T::Key, Change<T>> = BTreeMap::new();
    for change in changes {
        match standing.entry(change.key()) {
            Entry::Vacant(place) => {
                place.insert(change);
            }
            Entry::Occupied(mut held) if change.precedence(held.get()).is_gt() => {
                held.insert(change);
            }
            Entry::Occupied(_) => {}
        }
    }
    let puts = standing.into_values().filter_map(|change| match change {
        Change::Put(record) => Some(record),
        Change::Delete { .. } => None,
    });
    puts.collect()
}
