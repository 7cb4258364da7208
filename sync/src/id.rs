//! Names of things: digests, nodes, snapshots, generations.

mod digest;
mod node;
mod snapshot;

pub use digest::{Digest, DigestParseError, Hasher};
pub use node::{Incarnation, NodeId};
pub use snapshot::{Generation, SnapshotId};
