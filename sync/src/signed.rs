//! The envelope of everything that is signed: manifests, orders, trust roots, revocations, closing reports.
//!
//! Promises: the kind, version and every byte of the body are under each signature, so no signature of one kind can
//! pass for another; parsing takes bounded memory; a parsed envelope is *not yet* verified, and only
//! [`Signed::verify`] hands out the body. FORMAT.md, section "Signed envelope".
//!
//! Not covered: whether a signer may sign this kind. That is [`crate::trust`].

mod envelope;
mod key;

pub use envelope::{BODY_LEN_BYTES_MAX, SIGNATURES_MAX, Signed, SignedError, SignedKind};
pub use key::{KeyId, PublicKey, Signature, SigningKey};
