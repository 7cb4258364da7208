
//!
//! Reading order: [`folder`] (what lies where), [`init`] (which keys there are and who holds them), then along the
//! The reference central side.
//! The reference central side: ingest, source store, publisher, orders, releases, ledger.
//! The reference central side: what the operating body runs. A node is built without it.
//! [`ingest`] reads what facilities and insurers hand over, [`links`] says whose it is, [`store`] keeps it sorted by
//! flow: ingest, store, publisher, service, ledger.
//! operating body; only sealed segments leave it.
//! person for the publisher, and [`rejects`] names what was set aside. Everything here is plaintext and stays with the
mod fold;
mod lock;
pub mod badges;
pub mod config;
pub mod directory;
pub mod folder;
pub mod ingest;
pub mod init;
pub mod keyfile;
pub mod keys;
pub mod ledger;
pub mod links;
pub mod notices;
pub mod orders;
pub mod progress;
pub mod publisher;
pub mod rejects;
pub mod releases;
pub mod store;
pub mod visibility;
