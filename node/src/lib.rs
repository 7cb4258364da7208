//! The hospital program: edges only, decisions come from `policies` and `sync`.
//!
//! Reading order: [`folder`] (which file lives where), `config`, [`state`] and [`store`] (what the node has),
//! [`opened`] and [`index`] (what an opening brings into memory), [`desk`] (the look-up, whoever asks), [`staff`] and
//! [`view`] (who asks, and what is shown), then how people and processes reach it.

pub mod cli;
pub mod config;
pub mod control;
pub mod desk;
pub mod disk;
pub mod doctor;
pub mod duty;
pub mod enrol;
pub mod failure;
pub mod floor;
pub mod folder;
pub mod index;
pub mod journal_report;
pub mod keys;
pub mod line;
pub mod locale;
pub mod masters;
pub mod node;
pub mod opened;
pub mod page;
pub mod revocations;
pub mod serve;
pub mod staff;
pub mod state;
pub mod status;
pub mod store;
pub mod view;
