//! What crosses between centre and node: snapshot, manifest, segment, keyring, order, release, journal, checkpoint,
//! wire protocol and reconciliation; both ends.
//!
//! The cores are sans-IO: they take bytes and `now` and give back bytes and events. Files and QUIC stand at the edge,
//! behind the narrow traits of [`seam`]; quinn, rustls and tokio are only in the tree with the feature `net`, and the
//! reference central side only with `central`.
//!
//! Reading order: `docs/FORMAT.md` beside [`codec`], [`signed`], [`trust`].

pub mod badge;
#[cfg(feature = "central")]
pub mod central;
pub mod codec;
pub mod enrol;
pub mod id;
pub mod item;
pub mod journal;
pub mod keyring;
pub mod manifest;
#[cfg(feature = "net")]
pub mod net;
pub mod order;
pub mod pull;
pub mod reconcile;
pub mod release;
pub mod revocation;
pub mod seal;
pub mod seam;
pub mod segment;
pub mod service;
pub mod signed;
pub mod slip;
pub mod trust;
pub mod wire;
