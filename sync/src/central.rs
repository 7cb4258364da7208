//! The reference central side.

pub mod ledger;
