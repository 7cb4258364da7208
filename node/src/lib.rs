//! The hospital program.
pub mod index;
pub mod staff;
