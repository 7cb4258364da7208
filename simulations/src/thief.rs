//! The thief: what somebody finds who takes a node's disk.
//!
//! Two looks at every byte of every file: is anybody's name there, in any encoding a Japanese program would write
//! ([`names`]); and does any key that lies about unseal anything sealed that lies about, whole or carved out of the
//! middle of another file ([`keys`])?
//!
//! Verified: UTF-8, CP932 and UTF-16 (both byte orders), in the spellings handed in and in half and full width; age
//! identities written as text, tried on every age header at every offset. Not verified: memory, deleted blocks below
//! the file system, and keys hidden in other forms than age writes them.

mod disk;
mod keys;
mod names;

pub use disk::ThiefError;
pub use keys::{Loot, try_keys};
pub use names::{NameHit, search_names};
