//! Reads what is handed over: receipts, eligibility, checkups, masters, withdrawals.
//!
//! The parsers ([`uke`], [`oqs`], [`cda`], [`masters`], [`withdrawals`]) are pure functions over bytes. They never link
//! anybody: whose a record is, is decided by [`super::links`] alone. [`run`] brings both together with the store.
//!
//! Paths under the source folder: `eligibility/*.xml`, `receipts/<accepted>/<sequence>-<facility10>.UKE`,
//! `checkups/*.zip`, `masters/*.csv`, `withdrawals/*.csv`.

pub mod cda;
pub mod masters;
pub mod oqs;
mod report;
mod run;
pub mod sources;
mod text;
pub mod uke;
pub mod withdrawals;
mod xml;

pub use report::IngestReport;
pub use run::{IngestError, run};
