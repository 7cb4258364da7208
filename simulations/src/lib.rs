//! Drills: synthetic regions, simulated disasters, reports.

pub mod region;
