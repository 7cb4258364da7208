//! Activation: the opening of disaster mode for an area and a period, and its way back to sealed.
//!
//! ```text
//! Sealed --Opened--> Open --PeriodEnded | Revoked | OperatorClosed--> Closing --Wiped--> Sealed
//!                    Open --Extended--> Open        (longer period, same chain of notices)
//!                    Open --Confirmed--> Open       (quorum opening confirmed by an order)
//! ```
//!
//! Promises: no event is accepted that the terms do not allow; a period's end is exclusive ("24:00" is the next day's
//! 00:00); an extension that leaves this site out is refused, so that the site closes on time; drill and real never
//! mix within one opening.
//!
//! Not covered: signatures of orders, keyrings and their release, the clock's floor, and what closing destroys. Those
//! belong to the node and to `tomoshibi-sync`; this machine only says what may follow what.

mod event;
mod machine;
mod terms;

pub use event::{ActivationError, ActivationEvent, ClosingReason, OpenedBy};
pub use machine::{Activation, ActivationState, ClosingWarning, QUORUM_HOURS_MAX};
pub use terms::{
    Area, CONSENT_HOURS_DEFAULT, CONSENT_HOURS_MAX, OrderTerms, SiteFacts, TermsError,
};
