//! The demo.

pub mod check;
pub mod plan;
