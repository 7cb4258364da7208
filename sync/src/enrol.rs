//! Enrolment: how a node becomes known to the centre, and the centre to the node, with one line of text.
//!
//! The centre makes a one-time [`EnrolCode`]: a secret of 80 bits and the first 128 bits of the SHA-256 of its CA
//! certificate. An officer reads or types it at the node. The node takes no other CA than the one the code names, sends
//! its public keys and recipients with the secret, and is granted a certificate and the trust root; the digest of the
//! trust root comes over that same connection and is pinned. FORMAT.md, sections "Enrolment code" and "Wire".
//!
//! The service that answers ([`crate::service::CentreService::enrol`]) keeps only the [`SecretHash`] of each code with
//! an expiry, and must spend a code in the same durable step in which it records the node, so that one code can never
//! admit two nodes, a crash between included. It answers a wrong, a used and an expired code alike.
//!
//! No certificate request is parsed: the connection key is an Ed25519 key like every other of ours, sent as its 32
//! bytes with a proof of possession, and the centre alone chooses every name in the certificate.
//!
//! Not covered: who is allowed to be given a code; that is the officer's decision.

mod code;
mod grant;
mod request;
mod secret;

pub use code::{CaPin, EnrolCode, EnrolCodeError};
pub use grant::{EnrolGrant, GrantError};
pub use request::{Applicant, EnrolRequest};
pub use secret::{EnrolSecret, SecretHash};
