//! What can happen to an activation, and why it is refused.

use alloc::string::String;

use super::machine::{ActivationState, QUORUM_HOURS_MAX};
use super::terms::{OrderTerms, TermsError};
use crate::ErrorClass;
use crate::time::{Period, Timestamp};

/// On whose authority a node was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OpenedBy {
    /// A signed order, with a release.
    Order,
    /// m of n officers, with no line at all: at most 72 h, confirmed by an order or reviewed afterwards.
    Quorum,
}

/// Why a node closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClosingReason {
    /// The period is over.
    PeriodEnded,
    /// The authority revoked the order.
    Revoked,
    /// The people on site closed it.
    Operator,
}

/// Something that happened. Signatures are checked before an event is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActivationEvent {
    /// The keyring is in memory under these terms.
    Opened {
        /// On whose authority.
        by: OpenedBy,
        /// The terms.
        terms: OrderTerms,
    },
    /// An order confirms an opening by quorum; its terms replace the quorum's.
    Confirmed {
        /// The terms of the order.
        terms: OrderTerms,
    },
    /// An order extends the one in force.
    Extended {
        /// The notice it extends.
        extends: String,
        /// The terms that hold from its own *opens_at*.
        terms: OrderTerms,
    },
    /// The clock passed *closes_at*.
    PeriodEnded,
    /// The authority revokes.
    Revoked {
        /// The notice it revokes.
        notice_id: String,
    },
    /// Closed on site.
    OperatorClosed,
    /// Closing is complete: keys, copies and rendered sheets are gone.
    Wiped,
}

impl ActivationEvent {
    /// The event's name, for errors and the journal.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "opened",
            Self::Confirmed { .. } => "confirmed",
            Self::Extended { .. } => "extended",
            Self::PeriodEnded => "period-ended",
            Self::Revoked { .. } => "revoked",
            Self::OperatorClosed => "operator-closed",
            Self::Wiped => "wiped",
        }
    }
}

/// Why an event is refused. The activation stays as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ActivationError {
    /// The state does not allow the event.
    #[error("{event} is not possible while {state}")]
    NotPossible {
        /// The state.
        state: ActivationState,
        /// The event.
        event: &'static str,
    },
    /// The terms break a rule of their own.
    #[error("order {notice_id}: {error}")]
    Terms {
        /// The notice.
        notice_id: String,
        /// The rule.
        error: TermsError,
    },
    /// The order does not open this site.
    #[error("order {notice_id} does not open this facility")]
    SiteNotNamed {
        /// The notice.
        notice_id: String,
    },
    /// The period does not hold now.
    #[error("order {notice_id} holds from {} to {}, it is {now}", period.from, period.until)]
    OutsidePeriod {
        /// The notice.
        notice_id: String,
        /// Its period.
        period: Period,
        /// Now.
        now: Timestamp,
    },
    /// Drill and real are mixed.
    #[error("order {notice_id} is {}, the opening is {}", drill_word(*order_drill), drill_word(!*order_drill))]
    DrillMixed {
        /// The notice.
        notice_id: String,
        /// Whether the order is a drill's.
        order_drill: bool,
    },
    /// The order belongs to another chain of notices.
    #[error("the order refers to notice {named}, in force is {in_force}")]
    OtherChain {
        /// The notice it names.
        named: String,
        /// The notice in force.
        in_force: String,
    },
    /// An extension that ends no later.
    #[error("order {notice_id} closes at {closes_at}, the one in force closes at {in_force}")]
    NotLonger {
        /// The notice.
        notice_id: String,
        /// Its end.
        closes_at: Timestamp,
        /// The end in force.
        in_force: Timestamp,
    },
    /// An extension that begins after the end of the order in force.
    #[error("order {notice_id} opens at {opens_at}, the one in force closes at {closes_at}")]
    GapBefore {
        /// The notice.
        notice_id: String,
        /// Its beginning.
        opens_at: Timestamp,
        /// The end in force.
        closes_at: Timestamp,
    },
    /// An opening by quorum that is too long.
    #[error(
        "an opening by quorum lasts at most {QUORUM_HOURS_MAX} h, until {limit}, not until {closes_at}"
    )]
    QuorumTooLong {
        /// The latest end allowed.
        limit: Timestamp,
        /// The end asked for.
        closes_at: Timestamp,
    },
    /// The period has not ended yet.
    #[error("the opening closes at {closes_at}, it is {now}")]
    NotEnded {
        /// The end.
        closes_at: Timestamp,
        /// Now.
        now: Timestamp,
    },
}

const fn drill_word(drill: bool) -> &'static str {
    if drill { "a drill" } else { "no drill" }
}

impl ActivationError {
    /// Invalid for broken terms, conflict where another state is in the way, denied for the rest.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Terms { error, .. } => error.class(),
            Self::NotPossible { .. } | Self::OtherChain { .. } | Self::NotEnded { .. } => {
                ErrorClass::Conflict
            }
            Self::SiteNotNamed { .. }
            | Self::OutsidePeriod { .. }
            | Self::DrillMixed { .. }
            | Self::NotLonger { .. }
            | Self::GapBefore { .. }
            | Self::QuorumTooLong { .. } => ErrorClass::Denied,
        }
    }
}
