//! Drills.
pub mod thief;
