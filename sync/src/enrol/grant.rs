//! What the centre gives a node that it enrols.

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::record::RegionCode;

use super::CaPin;
use crate::id::{Digest, NodeId};
use crate::trust::{TrustError, TrustRoot};

/// The answer to an enrolment. Nothing in it is secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolGrant {
    /// The node's id.
    pub node: NodeId,
    /// The region it carries first.
    pub region: RegionCode,
    /// Its certificate (DER).
    pub certificate: Vec<u8>,
    /// The CA that signed it, and signs the centre's (DER).
    pub ca_certificate: Vec<u8>,
    /// The signed trust root.
    pub trust_root: Vec<u8>,
    /// Digest of the trust root, to be pinned.
    pub trust_root_digest: Digest,
}

/// Why a grant is refused by the node.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GrantError {
    /// The CA in the grant is not the one that the code names.
    #[error("the grant's CA has pin {found}, the enrolment code names {expected}")]
    Ca {
        /// Pin of the CA in the grant.
        found: CaPin,
        /// Pin in the code.
        expected: CaPin,
    },
    /// The trust root.
    #[error(transparent)]
    TrustRoot(#[from] TrustError),
    /// The trust root is that of another region.
    #[error("the grant is for region {granted}, its trust root for region {trusted}")]
    Region {
        /// The grant's.
        granted: RegionCode,
        /// The trust root's.
        trusted: RegionCode,
    },
    /// The certificate is not for the node's key, or not signed by the CA.
    #[error("the granted certificate does not fit the node's key or the CA")]
    Certificate,
}

impl GrantError {
    /// The class of the cause; a grant that contradicts itself or the code is forged.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::TrustRoot(error) => error.class(),
            Self::Ca { .. } | Self::Region { .. } | Self::Certificate => ErrorClass::Forged,
        }
    }
}

impl EnrolGrant {
    /// The trust root, once the grant is found to be of the centre that the code names. The certificate is checked by
    /// the connection layer, which knows X.509.
    ///
    /// # Errors
    /// [`GrantError`].
    pub fn open(&self, expected: CaPin) -> Result<TrustRoot, GrantError> {
        let found = CaPin::of(&self.ca_certificate);
        if found != expected {
            return Err(GrantError::Ca { found, expected });
        }
        let root = TrustRoot::open_pinned(&self.trust_root, self.trust_root_digest)?;
        if root.region != self.region {
            return Err(GrantError::Region { granted: self.region, trusted: root.region });
        }
        Ok(root)
    }
}
