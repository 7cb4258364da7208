//! The simulated lives, before anything is written down.
//!
//! Reading order: insurer, household, coverage, naming, blemish, person, registration, condition, episode, exam.

mod blemish;
pub(crate) mod condition;
pub(crate) mod coverage;
pub(crate) mod episode;
pub(crate) mod exam;
pub(crate) mod household;
pub(crate) mod insurer;
mod naming;
pub(crate) mod person;
pub(crate) mod registration;
