//! The rules of Tomoshibi, pure: records, name matching, consent, activation, roles, the decision, disclosure,
//! retention and staleness.
//!
//! This crate does no I/O and reads no clock: it is `no_std`, so sockets, files, time and the order of hash maps are
//! impossible here, not merely forbidden. Everything a rule needs, `now` included, is an argument.
//!
//! Reading order: [`time`] and [`record`] (what we talk about), then the rules that use them.

#![no_std]

extern crate alloc;

pub mod category;
mod error;
pub mod record;
pub mod time;

pub use error::ErrorClass;
