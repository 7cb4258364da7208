//! Sealing: encrypting to recipients, unsealing with identities. Everything that is sealed at rest or on a carrier is
//! a standard age v1 file, which any age tool opens with the right identity. FORMAT.md, section "Seal".
//!
//! Promises: nothing is handed out that age did not authenticate; memory is bounded before a length or a header of
//! somebody else's is believed; secrets are wiped when dropped and never printed.
//!
//! **Sealing says nothing about the sender**: whoever knows a recipient can seal to it. What is sealed is trusted only
//! because a signed manifest names its digest, or because a signed order accompanies it.
//!
//! Randomness: age draws its own, from the operating system. That is why sealing is a seam ([`Sealer`]).
//!
//! Not covered: post-quantum recipients, plugins, SSH keys, armour.

mod code;
mod error;
mod key;
mod sealer;
mod stream;
mod window;

pub use code::{CODE_WORK_FACTOR, seal_with_code, unseal_with_code};
pub use error::SealError;
pub use key::{Identity, Recipient};
pub use sealer::{AgeSealer, Plain, Sealer};
pub use stream::{RECIPIENTS_MAX, SealWriter, Unsealed, seal, unseal};
pub use window::{CHUNK_LEN_BYTES, HEADER_LEN_BYTES_MAX, Window};
