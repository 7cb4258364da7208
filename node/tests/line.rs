//! Node and centre over real QUIC on the loopback device: enrolment, rounds of sync, and what a bad line or a bad
//! centre does. Times are guards only; no outcome depends on them.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

#[path = "line/centre.rs"]
mod centre;
#[path = "line/enrolment.rs"]
mod enrolment;
#[path = "line/floor.rs"]
mod floor;
#[path = "line/house.rs"]
mod house;
#[path = "line/inbox.rs"]
mod inbox;
#[path = "line/journals.rs"]
mod journals;
#[path = "line/program.rs"]
mod program;
#[path = "line/revocations.rs"]
mod revocations;
#[path = "line/snapshots.rs"]
mod snapshots;
