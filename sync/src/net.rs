//! QUIC and TLS: the only place in `sync` that knows a runtime. Feature `net`.
//!
//! A [`Server`] answers with a [`crate::service::CentreService`]; a [`Centre`] is the node's side of one connection;
//! [`enrol()`] is the one thing a node can do without a certificate. FORMAT.md, section "Wire".
//!
//! Promises: TLS 1.3 with the hybrid key exchange X25519MLKEM768 only, mutual, under the centre's own CA, with no other
//! root; no session tickets and no early data, so every connection is checked in full; a peer without a certificate
//! that the directory knows is told so and gets nothing else; removal from the directory works on open connections; the
//! service's blocking calls never run on async workers; memory and time that a peer can take are bounded ([`Limits`]).
//!
//! Which group a connection negotiated is not exposed by quinn 0.11; as both ends offer only one, it is known.
//!
//! Not covered: reconnecting (the caller's), name resolution (addresses are given), certificates' expiry (see
//! [`CentreCa`]), a congestion controller for satellite lines (a factory can be set in [`Limits`]).

mod certificate;
mod client;
mod enrolment;
mod error;
mod limits;
mod server;
mod stream;
mod tls;
mod transfer;

pub use certificate::{
    CENTRE_NAME, CERTIFICATE_LAST_DAY, CentreCa, NodeCredentials, ServerIdentity,
};
pub use client::{Centre, Line};
pub use enrolment::enrol;
pub use error::{CallError, EnrolError, LineError, SetupError, TransferError};
pub use limits::{Congestion, Limits, Timeouts};
pub use server::Server;
pub use tls::KEY_EXCHANGE;
pub use transfer::{Judge, Judgement, PullOutcome, Pulled};
