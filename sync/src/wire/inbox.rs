//! What waits at the centre for one node.

use serde::{Deserialize, Serialize};

use super::WireError;
use super::error::within;

/// Longest item: 256 KiB. An order or a release has a few KiB; a revocation list of 1,000 badges has 64.
pub const INBOX_ITEM_LEN_BYTES_MAX: usize = 256 << 10;
/// Most items in one answer.
pub const INBOX_ITEMS_MAX: usize = 256;
/// Most bytes of all items of one answer, so that it fits a frame with room for its own fields. What does not fit is
/// fetched with the next request.
pub const INBOX_PAGE_LEN_BYTES_MAX: usize = 1000 << 10;

/// What an item is. Its bytes are opaque here and verified by whoever takes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InboxKind {
    /// A signed order, an extending or revoking one included.
    Order,
    /// A pre-positioned release, sealed to this node and under its code.
    Release,
    /// A signed list of revoked badges and certificates.
    Revocations,
    /// A signed word of the centre to this node.
    Notice,
    /// A newer trust root.
    TrustRoot,
    /// A kind that this build does not know, by its number. It is carried, so that an item of a later version costs an
    /// older node nothing else that waits for it.
    Unknown(u8),
}

impl InboxKind {
    const KNOWN: [(Self, u8); 5] = [
        (Self::Order, 1),
        (Self::Release, 2),
        (Self::Revocations, 3),
        (Self::Notice, 4),
        (Self::TrustRoot, 5),
    ];

    /// The kind with this number.
    #[must_use]
    pub fn from_number(number: u8) -> Self {
        let known = Self::KNOWN.into_iter().find(|(_, own)| *own == number);
        known.map_or(Self::Unknown(number), |(kind, _)| kind)
    }

    /// The number on the wire.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Self::Unknown(number) => number,
            known => {
                Self::KNOWN.into_iter().find(|(kind, _)| *kind == known).map_or(0, |(_, own)| own)
            }
        }
    }
}

/// One item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxItem {
    /// Place in this node's inbox; a node asks for what is after the last one it has stored. Grows, starts at 1.
    pub cursor: u64,
    /// What it is.
    pub kind: InboxKind,
    /// Its bytes, 1 to [`INBOX_ITEM_LEN_BYTES_MAX`].
    pub bytes: Vec<u8>,
}

/// One answer: items in ascending order of cursor.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InboxPage {
    /// The items.
    pub items: Vec<InboxItem>,
    /// True when there are more after the last of them.
    pub more: bool,
}

impl InboxPage {
    /// True when `item` still fits.
    #[must_use]
    pub fn has_room_for(&self, item: &InboxItem) -> bool {
        let used: usize = self.items.iter().map(|item| item.bytes.len()).sum();
        self.items.len() < INBOX_ITEMS_MAX
            && used.saturating_add(item.bytes.len()) <= INBOX_PAGE_LEN_BYTES_MAX
    }

    pub(super) fn check(&self) -> Result<(), WireError> {
        within("inbox items", self.items.len(), INBOX_ITEMS_MAX)?;
        let total: usize = self.items.iter().map(|item| item.bytes.len()).sum();
        within("inbox page", total, INBOX_PAGE_LEN_BYTES_MAX)?;
        for item in &self.items {
            within("inbox item", item.bytes.len(), INBOX_ITEM_LEN_BYTES_MAX)?;
            if item.bytes.is_empty() || item.cursor == 0 {
                return Err(WireError::Form { what: "inbox item" });
            }
            // No kind has the number 0, and a known kind under another name would not come back as it was sent.
            if item.kind.number() == 0 || InboxKind::from_number(item.kind.number()) != item.kind {
                return Err(WireError::Form { what: "inbox kind" });
            }
        }
        match self.items.is_sorted_by(|a, b| a.cursor < b.cursor) {
            true => Ok(()),
            false => Err(WireError::Form { what: "order of inbox items" }),
        }
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct InboxPageV1 {
    items: Vec<(u64, u8, Vec<u8>)>,
    more: bool,
}

impl From<&InboxPage> for InboxPageV1 {
    fn from(page: &InboxPage) -> Self {
        let items = page.items.iter().map(|i| (i.cursor, i.kind.number(), i.bytes.clone()));
        Self { items: items.collect(), more: page.more }
    }
}

impl TryFrom<InboxPageV1> for InboxPage {
    type Error = WireError;

    fn try_from(wire: InboxPageV1) -> Result<Self, WireError> {
        let item =
            |(cursor, kind, bytes)| InboxItem { cursor, kind: InboxKind::from_number(kind), bytes };
        let items = wire.items.into_iter().map(item).collect();
        let page = Self { items, more: wire.more };
        page.check()?;
        Ok(page)
    }
}
