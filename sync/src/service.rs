//! What a centre does for its nodes, behind one trait, and how requests become calls.
//!
//! [`CentreService`] is implemented by the central side, and by a node that serves its neighbours (which then refuses
//! everything but manifests and segments). Its methods block; whoever calls them keeps them off async workers.
//! [`answer`] turns one request into one [`Reply`] without a network, so that the simulator and the tests use the same
//! serving side as QUIC does.
//!
//! Not covered: who the peer is. Every call names the node, which TLS and [`PeerDirectory`] established; a service must
//! not take an identity from the content of a message.

mod answer;

use core::fmt;

use sha2::{Digest as _, Sha256};
use tomoshibi_policies::record::RegionCode;

pub use answer::{PIECE_LEN_BYTES_MAX, RawBody, Reply, answer, answer_enrolment};

use crate::enrol::{EnrolGrant, EnrolRequest};
use crate::id::{Digest, NodeId};
use crate::seam::ReadAt;
use crate::wire::{Held, InboxPage, Refusal};

/// What a peer may ask. Every method may block on disks and locks; several run at once.
pub trait CentreService: Send + Sync {
    /// Admits a node: checks and spends the code and records the node in one durable step (see [`crate::enrol`]). The
    /// proofs in the request have been verified.
    ///
    /// # Errors
    /// [`crate::wire::code::CODE_REFUSED`] for a wrong, used or expired code alike.
    fn enrol(&self, request: &EnrolRequest) -> Result<EnrolGrant, Refusal>;

    /// The newest signed manifest of `region`, `None` when nothing has been published. `have` is what the node holds: a
    /// centre that finds it newer than its own has been restored from a backup.
    ///
    /// # Errors
    /// Any refusal.
    fn newest_manifest(
        &self,
        node: NodeId,
        region: RegionCode,
        have: Option<&Held>,
    ) -> Result<Option<Vec<u8>>, Refusal>;

    /// The segment with this digest, `None` when it is not here.
    ///
    /// # Errors
    /// Any refusal.
    fn open_segment(
        &self,
        node: NodeId,
        digest: &Digest,
    ) -> Result<Option<Box<dyn ReadAt>>, Refusal>;

    /// What waits for `node` behind the cursor `since`, as much as fits one page.
    ///
    /// # Errors
    /// Any refusal.
    fn inbox(&self, node: NodeId, since: u64) -> Result<InboxPage, Refusal>;

    /// Records the recipient of the node's next one-time opening identity. Idempotent; durable when it returns.
    ///
    /// # Errors
    /// Any refusal.
    fn announce_opening(&self, node: NodeId, recipient: &str) -> Result<(), Refusal>;

    /// The keyring, sealed to the node's announced opening identity, under the order with this digest.
    ///
    /// # Errors
    /// Any refusal; [`tomoshibi_policies::ErrorClass::Denied`] when no order in force covers the node.
    fn request_release(&self, node: NodeId, order: Digest) -> Result<Vec<u8>, Refusal>;

    /// One step of reconciliation; what is acknowledged in the answer is durable.
    ///
    /// # Errors
    /// Any refusal.
    fn reconcile(&self, node: NodeId, message: &[u8]) -> Result<Vec<u8>, Refusal>;
}

/// Which certificate belongs to which node. A revoked node is one whose certificate is no longer here: it is asked for
/// every connection and for every request, so removal works at once, on open connections too.
pub trait PeerDirectory: Send + Sync {
    /// The node of this certificate. Called on async workers: answers from memory, after a short look at the disk at
    /// most.
    fn node_of(&self, certificate: &Fingerprint) -> Option<NodeId>;

    /// True when this is the certificate of a node that was revoked: asked for a peer that is not admitted, to tell it
    /// why. Its owner has proved that it holds the key, so this tells nobody else anything.
    fn is_revoked(&self, _certificate: &Fingerprint) -> bool {
        false
    }
}

/// The SHA-256 of a certificate (DER).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// The fingerprint of a certificate (DER).
    #[must_use]
    pub fn of(certificate: &[u8]) -> Self {
        Self(Sha256::digest(certificate).into())
    }

    /// The fingerprint with these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// 64 lower-case hexadecimal digits.
impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
