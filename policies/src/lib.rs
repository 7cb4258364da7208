//! The rules of Tomoshibi, pure: records, name matching, consent, activation, roles, the decision, disclosure,
//! retention and staleness.
//!
//! This crate does no I/O and reads no clock: it is `no_std`, so sockets, files, time and the order of hash maps are
//! impossible here, not merely forbidden. Everything a rule needs, `now` included, is an argument.
//!
//! Reading order: [`time`] and [`record`] (what we talk about), then the rules that use them: [`role`], [`category`],
//! [`activation`], [`consent`] and [`vital_interest`] feed [`decision`]; [`retention`], [`withdrawn`] and [`staleness`]
//! say what there is to show; [`disclosure`], [`danger`], [`supply`] and [`wording`] say how.

#![no_std]

extern crate alloc;

pub mod activation;
pub mod category;
pub mod closing;
pub mod consent;
pub mod danger;
pub mod decision;
pub mod disclosure;
mod error;
pub mod find;
pub mod names;
pub mod record;
pub mod retention;
pub mod role;
pub mod staleness;
pub mod supply;
pub mod time;
pub mod vital_interest;
pub mod withdrawn;
pub mod wording;

pub use decision::decide;
pub use error::ErrorClass;
