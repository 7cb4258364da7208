//! Segments: sealed, immutable files of items, sorted by person, which a reader opens at the place it needs.
//! FORMAT.md, section "Segment".
//!
//! A segment is one standard age v1 file. Its content is a header, zstd-compressed blocks of items, an index with one
//! entry a block, and a footer at the end. age seals in chunks of 64 KiB, so that one lookup unseals the chunk with
//! footer and index when the segment is opened, and then a chunk or two.
//!
//! Invariants: items are sorted strictly by [`crate::item::ItemKey`]; blocks stand back to back in the order of the
//! index; each block's digest is bound to its place; every length is checked against a limit before memory is taken
//! for it.
//!
//! **Sealing is not authentication of the sender**: anybody who knows the recipient can make a segment that opens. The
//! digest that a signed manifest names is what makes a segment ours ([`crate::manifest::SegmentEntry::verify`]); the
//! checks here name damage and mistakes, and keep a bad segment from being half believed.
//!
//! Not covered: which of two segments' items wins, withdrawals, retention.

mod block;
mod error;
mod layout;
mod pack;
mod reader;
mod scan;
mod writer;

pub use error::SegmentError;
pub use layout::{
    BLOCK_COUNT_MAX, BLOCK_LEN_BYTES_TARGET, BLOCK_PLAIN_LEN_BYTES_MAX, SEGMENT_LEN_BYTES_MAX,
    VERSION,
};
pub use reader::SegmentReader;
pub use scan::Scan;
pub use writer::{SegmentSummary, SegmentWriter};
