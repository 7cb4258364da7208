//! The state machine.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::event::{ActivationError, ActivationEvent, ClosingReason, OpenedBy};
use super::terms::{OrderTerms, SiteFacts};
use crate::time::Timestamp;

/// Longest opening without an order: 72 h.
pub const QUORUM_HOURS_MAX: i64 = 72;

const DAY_WARNING_HOURS: i64 = 24;
const HOUR_WARNING_HOURS: i64 = 1;

/// The three states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ActivationState {
    /// Nothing on the node is readable.
    Sealed,
    /// Look-ups may be permitted.
    Open,
    /// Keys are being destroyed; nothing is permitted any more.
    Closing,
}

impl ActivationState {
    /// The word used in JSON, metrics and errors.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sealed => "sealed",
            Self::Open => "open",
            Self::Closing => "closing",
        }
    }
}

impl fmt::Display for ActivationState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What staff are told as the end comes near.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClosingWarning {
    /// 24 h or less are left.
    Day,
    /// 1 h or less is left.
    Hour,
}

/// Whether, how and until when this node is open. A node begins sealed; replaying its journalled events, each with
/// the time it happened, gives the same activation again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Activation(Inner);

#[derive(Debug, Clone, PartialEq, Eq, Default)]
enum Inner {
    #[default]
    Sealed,
    Open(Opening),
    Closing(Opening, ClosingReason),
}

/// One opening: the order it began with and the extensions since. Never empty; each begins no later than the one
/// before ends, so there is no gap.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Opening {
    by: OpenedBy,
    opened_at: Timestamp,
    first: OrderTerms,
    extensions: Vec<OrderTerms>,
}

impl Opening {
    fn last(&self) -> &OrderTerms {
        self.extensions.last().unwrap_or(&self.first)
    }

    /// The newest terms that have begun; before any has, the first.
    fn terms_at(&self, now: Timestamp) -> &OrderTerms {
        self.extensions.iter().rev().find(|t| t.period.from <= now).unwrap_or(&self.first)
    }

    /// The first instant at which [`terms_at`](Self::terms_at) of `now` no longer hold.
    fn terms_hold_until(&self, now: Timestamp) -> Timestamp {
        let next = self.extensions.iter().map(|t| t.period.from).filter(|from| now < *from).min();
        let end = self.terms_at(now).period.until;
        next.map_or(end, |next| next.min(end))
    }

    fn names_notice(&self, notice_id: &str) -> bool {
        self.first.notice_id == notice_id
            || self.extensions.iter().any(|t| t.notice_id == notice_id)
    }
}

impl Activation {
    /// A sealed node.
    #[must_use]
    pub const fn sealed() -> Self {
        Self(Inner::Sealed)
    }

    /// The state.
    #[must_use]
    pub const fn state(&self) -> ActivationState {
        match self.0 {
            Inner::Sealed => ActivationState::Sealed,
            Inner::Open(_) => ActivationState::Open,
            Inner::Closing(..) => ActivationState::Closing,
        }
    }

    const fn opening(&self) -> Option<&Opening> {
        match &self.0 {
            Inner::Sealed => None,
            Inner::Open(opening) | Inner::Closing(opening, _) => Some(opening),
        }
    }

    /// The terms in force at `now`; none while sealed. Terms of an extension hold from its own beginning.
    #[must_use]
    pub fn terms_at(&self, now: Timestamp) -> Option<&OrderTerms> {
        self.opening().map(|opening| opening.terms_at(now))
    }

    /// The first instant at which the terms in force at `now` no longer hold: their end, or the beginning of an
    /// extension, whose terms may open less.
    #[must_use]
    pub fn terms_hold_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.opening().map(|opening| opening.terms_hold_until(now))
    }

    /// On whose authority the node is open.
    #[must_use]
    pub fn opened_by(&self) -> Option<OpenedBy> {
        self.opening().map(|opening| opening.by)
    }

    /// When it was opened.
    #[must_use]
    pub fn opened_at(&self) -> Option<Timestamp> {
        self.opening().map(|opening| opening.opened_at)
    }

    /// Why it is closing.
    #[must_use]
    pub const fn closing_reason(&self) -> Option<ClosingReason> {
        match self.0 {
            Inner::Closing(_, reason) => Some(reason),
            Inner::Sealed | Inner::Open(_) => None,
        }
    }

    /// The first instant after the opening, extensions included.
    #[must_use]
    pub fn closes_at(&self) -> Option<Timestamp> {
        self.opening().map(|opening| opening.last().period.until)
    }

    /// True when this notice opened the node or extended the opening.
    #[must_use]
    pub fn names_notice(&self, notice_id: &str) -> bool {
        self.opening().is_some_and(|opening| opening.names_notice(notice_id))
    }

    /// True when the node is open, `now` lies in the period and the site is opened.
    #[must_use]
    pub fn covers(&self, site: &SiteFacts, now: Timestamp) -> bool {
        let Inner::Open(opening) = &self.0 else { return false };
        let terms = opening.terms_at(now);
        terms.period.contains(now) && terms.names_site(site)
    }

    /// What staff have to be told at `now`. None when closed, when more than a day is left, and after the end.
    #[must_use]
    pub fn warning(&self, now: Timestamp) -> Option<ClosingWarning> {
        let Inner::Open(opening) = &self.0 else { return None };
        let closes_at = opening.last().period.until;
        if now >= closes_at || now < closes_at.plus_hours(-DAY_WARNING_HOURS) {
            None
        } else if now < closes_at.plus_hours(-HOUR_WARNING_HOURS) {
            Some(ClosingWarning::Day)
        } else {
            Some(ClosingWarning::Hour)
        }
    }

    /// The next instant after `now` at which a warning begins or the period ends: wake then.
    #[must_use]
    pub fn next_deadline(&self, now: Timestamp) -> Option<Timestamp> {
        let Inner::Open(opening) = &self.0 else { return None };
        let closes_at = opening.last().period.until;
        [
            closes_at.plus_hours(-DAY_WARNING_HOURS),
            closes_at.plus_hours(-HOUR_WARNING_HOURS),
            closes_at,
        ]
        .into_iter()
        .find(|deadline| now < *deadline)
    }

    /// True when the period is over and [`ActivationEvent::PeriodEnded`] is due.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        matches!(&self.0, Inner::Open(opening) if opening.last().period.until <= now)
    }

    /// The activation after `event` at the site.
    ///
    /// # Errors
    /// The rule that refuses it; this activation then still holds.
    pub fn after(
        &self,
        event: ActivationEvent,
        site: &SiteFacts,
        now: Timestamp,
    ) -> Result<Self, ActivationError> {
        let not_possible =
            ActivationError::NotPossible { state: self.state(), event: event.name() };
        let inner = match (&self.0, event) {
            (Inner::Sealed, ActivationEvent::Opened { by, terms }) => {
                Inner::Open(open(by, terms, site, now)?)
            }
            (Inner::Open(opening), ActivationEvent::Confirmed { terms }) => {
                if opening.by != OpenedBy::Quorum {
                    return Err(not_possible);
                }
                check_drill(opening, &terms)?;
                let confirmed = open(OpenedBy::Order, terms, site, now)?;
                Inner::Open(Opening { opened_at: opening.opened_at, ..confirmed })
            }
            (Inner::Open(opening), ActivationEvent::Extended { extends, terms }) => {
                if opening.by == OpenedBy::Quorum {
                    return Err(not_possible);
                }
                Inner::Open(extend(opening, extends, terms, site, now)?)
            }
            (Inner::Open(opening), ActivationEvent::PeriodEnded) => {
                let closes_at = opening.last().period.until;
                if now < closes_at {
                    return Err(ActivationError::NotEnded { closes_at, now });
                }
                Inner::Closing(opening.clone(), ClosingReason::PeriodEnded)
            }
            (Inner::Open(opening), ActivationEvent::Revoked { notice_id }) => {
                if !opening.names_notice(&notice_id) {
                    return Err(other_chain(opening, notice_id));
                }
                Inner::Closing(opening.clone(), ClosingReason::Revoked)
            }
            (Inner::Open(opening), ActivationEvent::OperatorClosed) => {
                Inner::Closing(opening.clone(), ClosingReason::Operator)
            }
            (Inner::Closing(..), ActivationEvent::Wiped) => Inner::Sealed,
            _ => return Err(not_possible),
        };
        Ok(Self(inner))
    }
}

fn open(
    by: OpenedBy,
    terms: OrderTerms,
    site: &SiteFacts,
    now: Timestamp,
) -> Result<Opening, ActivationError> {
    check_terms(&terms, site)?;
    if !terms.period.contains(now) {
        return Err(ActivationError::OutsidePeriod {
            notice_id: terms.notice_id,
            period: terms.period,
            now,
        });
    }
    let limit = now.plus_hours(QUORUM_HOURS_MAX);
    if by == OpenedBy::Quorum && terms.period.until > limit {
        return Err(ActivationError::QuorumTooLong { limit, closes_at: terms.period.until });
    }
    Ok(Opening { by, opened_at: now, first: terms, extensions: Vec::new() })
}

fn extend(
    opening: &Opening,
    extends: String,
    terms: OrderTerms,
    site: &SiteFacts,
    now: Timestamp,
) -> Result<Opening, ActivationError> {
    let last = opening.last();
    if extends != last.notice_id {
        return Err(other_chain(opening, extends));
    }
    // An extension that leaves this site out is not for us: the order in force runs out on time.
    check_terms(&terms, site)?;
    check_drill(opening, &terms)?;
    let notice_id = terms.notice_id.clone();
    let (opens_at, closes_at, in_force) =
        (terms.period.from, terms.period.until, last.period.until);
    if closes_at <= in_force {
        return Err(ActivationError::NotLonger { notice_id, closes_at, in_force });
    }
    if opens_at > in_force {
        return Err(ActivationError::GapBefore { notice_id, opens_at, closes_at: in_force });
    }
    if closes_at <= now {
        return Err(ActivationError::OutsidePeriod { notice_id, period: terms.period, now });
    }
    let mut opening = opening.clone();
    opening.extensions.push(terms);
    Ok(opening)
}

fn check_terms(terms: &OrderTerms, site: &SiteFacts) -> Result<(), ActivationError> {
    terms
        .check()
        .map_err(|error| ActivationError::Terms { notice_id: terms.notice_id.clone(), error })?;
    if terms.names_site(site) {
        Ok(())
    } else {
        Err(ActivationError::SiteNotNamed { notice_id: terms.notice_id.clone() })
    }
}

fn check_drill(opening: &Opening, terms: &OrderTerms) -> Result<(), ActivationError> {
    if opening.first.drill == terms.drill {
        return Ok(());
    }
    Err(ActivationError::DrillMixed {
        notice_id: terms.notice_id.clone(),
        order_drill: terms.drill,
    })
}

fn other_chain(opening: &Opening, named: String) -> ActivationError {
    ActivationError::OtherChain { named, in_force: opening.last().notice_id.clone() }
}
