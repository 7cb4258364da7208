//! The hospital program.
pub mod staff;
