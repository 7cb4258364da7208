//! Why a segment cannot be written or read.

use std::io;

use tomoshibi_policies::ErrorClass;

use crate::id::Generation;
use crate::item::{ItemError, KindError, SegmentKind};
use crate::seal::SealError;

/// Why a segment cannot be written or read. Carries places and numbers, never a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SegmentError {
    /// The seal.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// A kind this build does not read.
    #[error(transparent)]
    Kind(#[from] KindError),
    /// Not a segment.
    #[error("not a segment: the first bytes are wrong")]
    Magic,
    /// The end is not a footer: cut off, or not a segment.
    #[error("a segment without a footer: it is truncated or not a segment")]
    FooterMagic,
    /// A version this build does not read.
    #[error("version {found} of a segment is not known, {known} is: update this program")]
    Version {
        /// In the segment.
        found: u16,
        /// The one this build reads.
        known: u16,
    },
    /// A flag this build does not know.
    #[error("unknown flags {unknown:#06x} in the {place} of a segment: update this program")]
    Flag {
        /// Header, index or footer.
        place: &'static str,
        /// The unknown bits.
        unknown: u16,
    },
    /// A segment of another kind than the manifest says.
    #[error("a segment of {found}, {expected} are expected")]
    KindMismatch {
        /// In the segment.
        found: SegmentKind,
        /// In the manifest.
        expected: SegmentKind,
    },
    /// A segment of another generation than the manifest says.
    #[error("a segment of generation {found}, {expected} is expected")]
    GenerationMismatch {
        /// In the segment.
        found: Generation,
        /// In the manifest.
        expected: Generation,
    },
    /// Shorter than header and footer.
    #[error("a segment's content has {len} bytes, header and footer need {needed}")]
    TooShort {
        /// Bytes of content.
        len: u64,
        /// The least.
        needed: u64,
    },
    /// Longer than any segment.
    #[error("a segment has {len} bytes, at most {limit} are read")]
    TooLong {
        /// Its length.
        len: u64,
        /// The limit.
        limit: u64,
    },
    /// No blocks, or too many.
    #[error("a segment has {found} blocks, 1 to {limit} are read")]
    BlockCount {
        /// In the footer.
        found: u32,
        /// The limit.
        limit: u32,
    },
    /// The index does not lie right before the footer, or has not one entry a block.
    #[error(
        "an index of {index_len} bytes at {index_offset} for {block_count} blocks does not fit a content of \
         {plain_len} bytes"
    )]
    IndexPlace {
        /// In the footer.
        index_offset: u32,
        /// In the footer.
        index_len: u32,
        /// In the footer.
        block_count: u32,
        /// Length of the content.
        plain_len: u64,
    },
    /// Header, index or footer are not those the footer was made for.
    #[error("header, index and footer of a segment do not belong together")]
    FooterCheckMismatch,
    /// A block does not begin where the one before ends.
    #[error("block {block} begins at {found}, the blocks before end at {expected}")]
    BlockPlace {
        /// Ordinal of the block.
        block: u32,
        /// In the index.
        found: u32,
        /// Where it must begin.
        expected: u64,
    },
    /// The blocks run into the index, or end long before it.
    #[error("the blocks end at {found}, the index begins at {index_offset}")]
    BlocksEnd {
        /// End of the last block.
        found: u64,
        /// In the footer.
        index_offset: u32,
    },
    /// A block longer than any.
    #[error("block {block} says it has {len} bytes, at most {limit} are read")]
    BlockTooLong {
        /// Ordinal of the block.
        block: u32,
        /// In the index.
        len: u32,
        /// The limit.
        limit: u32,
    },
    /// The index is not sorted by person.
    #[error("block {block} is out of order in the index")]
    IndexOrder {
        /// Ordinal of the block.
        block: u32,
    },
    /// The counts of the blocks are not those of the footer.
    #[error("the index counts {found} items, the footer {expected}")]
    ItemTotal {
        /// Sum over the blocks.
        found: u64,
        /// In the footer.
        expected: u64,
    },
    /// The block is not the one the index names, or not at its place.
    #[error("block {block} is damaged or at the wrong place: its digest differs")]
    BlockDigestMismatch {
        /// Ordinal of the block.
        block: u32,
    },
    /// The block does not decompress to the length the index says.
    #[error("block {block} does not decompress to the {expected} bytes that the index says")]
    BlockLength {
        /// Ordinal of the block.
        block: u32,
        /// In the index.
        expected: u32,
    },
    /// The items do not fill their block exactly, or are not as many as the index says.
    #[error("block {block} does not hold exactly {expected} items")]
    ItemCount {
        /// Ordinal of the block.
        block: u32,
        /// In the index.
        expected: u16,
    },
    /// Items are not strictly ascending, or a block begins with another person than the index says.
    #[error("item {item} of block {block} is out of order")]
    ItemOrder {
        /// Ordinal of the block.
        block: u32,
        /// Place in the block.
        item: u32,
    },
    /// An item breaks a rule.
    #[error("item {item} of block {block}: {error}")]
    Item {
        /// Ordinal of the block.
        block: u32,
        /// Place in the block.
        item: u32,
        /// What is wrong.
        error: ItemError,
    },
    /// Something stands in the gap before the index.
    #[error("bytes between the blocks and the index are not zero")]
    Gap,
    /// An earlier error left this reader without a place; open the segment again.
    #[error("the segment failed before and must be opened again")]
    Broken,
    /// The item to be written is not after the one before.
    #[error("an item is not after the one before it")]
    NotAscending,
    /// The item to be written breaks a rule.
    #[error(transparent)]
    Unwritable(ItemError),
    /// The item does not fit any more: finish this segment and begin the next with it.
    #[error("the segment is full: it would exceed {limit} bytes")]
    Full {
        /// The limit.
        limit: u64,
    },
    /// A segment without items is not written.
    #[error("a segment needs at least one item")]
    Empty,
    /// The disk's.
    #[error("cannot read or write a segment: {kind}")]
    Io {
        /// What the system said.
        kind: io::ErrorKind,
    },
}

impl SegmentError {
    /// The class of the cause.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Seal(error) => error.class(),
            Self::Kind(error) => error.class(),
            Self::Item { error, .. } | Self::Unwritable(error) => error.class(),
            Self::Version { .. } | Self::Flag { .. } => ErrorClass::Unsupported,
            Self::KindMismatch { .. } | Self::GenerationMismatch { .. } => ErrorClass::Forged,
            Self::TooLong { .. } | Self::BlockTooLong { .. } | Self::Full { .. } => {
                ErrorClass::Exhausted
            }
            Self::NotAscending | Self::Empty => ErrorClass::Invalid,
            Self::Io { .. } | Self::Broken => ErrorClass::Transient,
            _ => ErrorClass::Corrupt,
        }
    }

    pub(super) fn io(error: &io::Error) -> Self {
        Self::Io { kind: error.kind() }
    }
}
