//! The reference central side: what the operating body runs. A node is built without it.
//!
//! [`rejects`] names what was set aside,
//! person for the publisher, and [`rejects`] names what was set aside. Everything here is plaintext and stays with the
//! operating body; only sealed segments leave it.

mod fold;
pub mod progress;
pub mod rejects;
pub mod visibility;
