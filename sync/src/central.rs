//! The reference central side: what the operating body runs. A node is built without it.
//!
//! Reading order: [`folder`] (what lies where), [`init`] (which keys there are and who holds them), then along the
//! flow: [`ingest`] reads what facilities and insurers hand over, [`links`] says whose it is, [`store`] keeps it sorted
//! by person for the publisher, [`rejects`] names what was set aside, [`ledger`] holds what nodes hand over. What is
//! plaintext here stays with the operating body; only sealed segments leave it.

pub mod config;
pub mod directory;
pub mod folder;
pub mod ingest;
pub mod init;
pub mod keyfile;
pub mod ledger;
pub mod links;
pub mod progress;
pub mod rejects;
pub mod store;
pub mod visibility;
