//! The decision: may this member of staff, at this facility, see these categories of this person, now?
//!
//! Promises: [`decide`] is a pure function; deny is the default and every denial names all of its reasons in a fixed
//! order; nothing but [`decide`] makes a [`Permit`], and without a permit nothing is read. The table that a privacy
//! officer can read is `policies/testdata/decision.csv`; the tests run it row by row.
//!
//! Not covered: finding the person, reading and journalling. A permit says what may be read, not that it was.

mod outlook;
mod permit;
mod reason;
mod request;
mod rule;

pub use outlook::{consent_holds, may_claim_vital_interest, viewable};
pub use permit::{Basis, Denial, Permit};
pub use reason::DenyReason;
pub use request::{IdentityState, LookupRequest, Purpose};
pub use rule::{Decision, decide};
