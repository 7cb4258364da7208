//! What crosses between centre and node: snapshot, manifest, segment, keyring, order, release, journal, checkpoint,
//! wire protocol and reconciliation; both ends.
//!
//! The cores are sans-IO: they take bytes and `now` and give back bytes and events. Files and QUIC stand at the edge,
//! behind the narrow traits of [`seam`]; quinn, rustls and tokio are only in the tree with the feature `net`, and the
//! reference central side only with `central`.
//!
//! Reading order: `docs/FORMAT.md` beside [`codec`], [`signed`], [`trust`].

#[cfg(feature = "central")]
pub mod central;
pub mod codec;
pub mod id;
pub mod seam;
pub mod signed;
pub mod trust;
