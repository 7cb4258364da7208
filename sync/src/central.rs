//! The reference central side: what the operating body runs. A node is built without it.
//!
//! Reading order: [`folder`] (what lies where), [`init`] (which keys there are and who holds them), then along the
//! flow: [`ingest`] reads what facilities and insurers hand over, [`links`] says whose it is, [`store`] keeps it sorted
//! by person, [`publisher`] makes sealed segments and a signed manifest of it, [`rejects`] names what was set aside.
//! [`orders`] and [`releases`] open nodes, [`revocations`] end badges and nodes; [`ledger`] keeps their evidence. The source store is plaintext and stays with
//! the operating body; only what is sealed or signed leaves it.

pub mod access;
pub mod audit;
mod authority;
pub mod badges;
pub mod cli;
pub mod config;
pub mod directory;
pub mod folder;
pub mod ingest;
pub mod init;
pub mod invitations;
pub mod keyfile;
pub mod keys;
pub mod ledger;
pub mod links;
mod lock;
pub mod notices;
pub mod orders;
pub mod progress;
pub mod publisher;
pub mod reach;
pub mod rejects;
pub mod releases;
pub mod revocations;
pub mod service;
pub mod store;
pub mod visibility;
