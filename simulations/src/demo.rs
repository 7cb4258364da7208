//! The demo: a whole drill with real processes, from source files to closed nodes, that checks every answer.
//!
//! Reading order: [`script`] (the stages), [`plan`] (what is looked up, and what must come of it, from the truth
//! alone), [`visit`] (one look-up at the node's desk), [`check`] (is the record the truth), [`residue`] (what thieves
//! find), [`summary`]. [`process`], [`command`] and [`mod@line`] are the machinery.
//!
//! Leaves in its folder: `region/`, `central/`, `node-a/` (opened, used, closed), `node-b/` (never opened), `logs/`.
//! Not covered: load, faults of disks and clocks (the simulator has those), the page.

pub mod check;
pub mod command;
mod expired;
pub mod line;
pub mod plan;
pub mod process;
pub mod programs;
pub mod residue;
pub mod script;
pub mod socket;
pub mod summary;
pub mod visit;
