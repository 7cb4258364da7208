//! The demo: a whole drill with real processes, from source files to closed nodes. By itself it checks every answer; for
//! people it opens a page, tells them whom to look up, and waits.
//!
//! Reading order: [`script`] (the stages of both), [`plan`] (what is looked up, and what must come of it, from the truth
//! alone), [`visit`] (one look-up at the node's desk), [`check`] (is the record the truth), [`residue`] (what thieves
//! find), [`summary`]; for people [`invitation`] and [`guide`] (what they are told), [`badges`], [`accounts`] (what the
//! centre knows afterwards). [`process`], [`command`], [`mod@line`] and [`signals`] are the machinery.
//!
//! Leaves in its folder: `region/`, `central/`, `node-a/` (opened, used, closed), `node-b/` (by itself: never opened),
//! `logs/`; for people `badges/` and `walk.json` besides.
//! Not covered: load, faults of disks and clocks (the simulator has those), whether the page is right.

pub mod accounts;
pub mod audience;
pub mod badges;
pub mod check;
pub mod command;
mod expired;
pub mod guide;
pub mod invitation;
pub mod line;
pub mod plan;
pub mod process;
pub mod programs;
pub mod residue;
pub mod script;
pub mod signals;
pub mod socket;
pub mod summary;
pub mod visit;
pub mod words;
