//! The hospital program: edges only, decisions come from `policies` and `sync`.
//!
//! Reading order: [`folder`] (which file lives where), [`config`], [`state`] and [`store`] (what the node has), then
//! [`control`], [`cli`] and [`serve`] (how people and processes reach it), [`locale`] (in which words).

pub mod cli;
pub mod config;
pub mod control;
pub mod disk;
pub mod doctor;
pub mod failure;
pub mod folder;
pub mod locale;
pub mod node;
pub mod serve;
pub mod state;
pub mod status;
pub mod store;
