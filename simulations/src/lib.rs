//! Drills: synthetic regions, simulated disasters, reports.

pub mod cli;
pub mod demo;
pub mod region;
pub mod thief;
