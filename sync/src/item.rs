//! Items: what a segment holds. An item puts one record or deletes it, under a key and with its place in the order of
//! sources. FORMAT.md, section "Items".
//!
//! Promises: decoding what was encoded gives the same item; what decodes obeys every rule of the model (codes, dates,
//! percentages), so that readers need not check again; an item's key, order and record agree, because on the wire they
//! are stored once.
//!
//! Invariants: [`ItemKey`] orders items by person, then by [`SubKey`]; a [`SubKey`] belongs to one [`SegmentKind`].
//! Field order of the wire structs is the format: a new field is a new version of the segment.
//!
//! Not covered: which of two items with one key wins (the later source order; the reader of several segments decides
//! that), and withdrawals' effect.

mod checkup;
mod date;
mod error;
mod key;
mod kind;
mod master;
mod medication;
mod person;
mod record;
mod wire;
mod withdrawal;

pub use error::ItemError;
pub use key::{ItemKey, SubKey};
pub use kind::{KindError, SegmentKind};
pub use record::{FoldedKeys, Item, PersonItem, Record};
pub use wire::{ITEM_LEN_BYTES_MAX, decode, encode, encode_onto};

pub(crate) use date::{DateError, read_date, read_month};
pub(crate) use wire::peek_person;
