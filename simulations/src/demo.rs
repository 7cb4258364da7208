//! The demo.

pub mod check;
pub mod command;
pub mod line;
pub mod plan;
pub mod process;
pub mod socket;
pub mod visit;
