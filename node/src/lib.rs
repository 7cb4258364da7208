//! The hospital program.
pub mod index;
pub mod masters;
pub mod staff;
pub mod view;
