//! The hospital program.
