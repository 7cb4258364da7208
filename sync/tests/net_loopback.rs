//! Centre and node over real QUIC on the loopback device: who is let in, what a peer that is not gets, what garbage
//! does, and pulls that are cut or lied to. Times are guards only; no outcome depends on them.
#![cfg(feature = "net")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

#[path = "net_loopback/access.rs"]
mod access;
#[path = "net_loopback/centre.rs"]
mod centre;
#[path = "net_loopback/enrolment.rs"]
mod enrolment;
#[path = "net_loopback/folder.rs"]
mod folder;
#[path = "net_loopback/hostile.rs"]
mod hostile;
#[path = "net_loopback/pulls.rs"]
mod pulls;
#[path = "net_loopback/raw.rs"]
mod raw;
