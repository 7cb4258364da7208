
//!
//! Reading order: [`folder`] (what lies where), [`init`] (which keys there are and who holds them), then along the
//! The reference central side.
//! The reference central side: ingest, source store, publisher, orders, releases, ledger.
//! flow: ingest, store, publisher, service, ledger.
mod lock;
pub mod badges;
pub mod config;
pub mod directory;
pub mod folder;
pub mod init;
pub mod keyfile;
pub mod keys;
pub mod ledger;
pub mod notices;
pub mod orders;
pub mod publisher;
pub mod releases;
