//! What the publisher reads from.

use tomoshibi_policies::ErrorClass;

use crate::item::{Item, SegmentKind};

/// Items of one kind, by ascending person; within a person in any order.
pub type Items<'a> = Box<dyn Iterator<Item = Result<Item, SourceError>> + 'a>;

/// A store of source items. The publisher knows no more of it than this.
pub trait ItemSource {
    /// Number of the last batch taken in; grows.
    fn last_batch(&self) -> u64;

    /// The winning item of every key of `kind`. With `since`, only of keys that came in after that batch; people then
    /// come whole again.
    ///
    /// # Errors
    /// The store's.
    fn items(&self, kind: SegmentKind, since: Option<u64>) -> Result<Items<'_>, SourceError>;
}

/// Why the source cannot be read. Names no person.
#[derive(Debug, thiserror::Error)]
#[error("source store: {what}")]
pub struct SourceError {
    /// What it means.
    pub class: ErrorClass,
    /// What went wrong, in the store's words.
    pub what: String,
}

impl SourceError {
    /// What it means.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        self.class
    }
}
