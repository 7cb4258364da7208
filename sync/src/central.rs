//! The reference central side: what the operating body runs. A node is built without it.
//!
//! [`ingest`] reads what facilities and insurers hand over, [`links`] says whose it is, [`store`] keeps it sorted by
//! person for the publisher, and [`rejects`] names what was set aside. Everything here is plaintext and stays with the
//! operating body; only sealed segments leave it.

mod fold;
pub mod ingest;
pub mod links;
pub mod progress;
pub mod rejects;
pub mod store;
pub mod visibility;
