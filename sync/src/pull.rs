//! One pull of one snapshot: ask for the newest manifest, let the caller judge it, fetch the segments that are missing.
//! FORMAT.md, section "Wire", has the states.
//!
//! [`Pull`] is sans-IO: it opens no connection and reads no clock. It says what to send ([`Pull::poll_transmit`]), takes
//! what arrives, and writes segment bytes through [`PullStore`] as they come. Each request is an *exchange* with an id
//! of its own; several run side by side, so that a long line is full; over QUIC each is a stream.
//!
//! Promises: nothing is asked for before the caller has accepted the manifest; a segment is finished only when exactly
//! as many bytes as the manifest says have its digest; an interrupted pull goes on at the bytes that are staged; wrong
//! bytes are dropped and fetched once more, then the source is refused by name; a peer can make it hold no more than one
//! manifest and one piece in memory, and cannot keep it waiting for ever.
//!
//! Not covered: whether the manifest is signed, newer, or for this region (the caller's, who alone knows the trust
//! root), and durability (the store's: [`PullStore::finish`]).

mod error;
mod event;
mod exchange;
mod limits;
mod machine;
mod store;

pub use error::{PullError, Subject};
pub use event::{Arrival, ExchangeId, Progress, PullEvent, Transmit, Wanted};
pub use limits::{PullLimits, WANTED_MAX};
pub use machine::Pull;
pub use store::PullStore;
