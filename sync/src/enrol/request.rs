//! What a node says of itself when it enrols.

use tomoshibi_policies::record::FacilityCode;

use super::EnrolSecret;
use crate::signed::{PublicKey, Signature, SigningKey};
use crate::wire::WireError;
use crate::wire::message_to_prove;

/// A node that wants to be known. Everything here is public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applicant {
    /// Key of its connections; the centre puts it into the certificate.
    pub tls_key: PublicKey,
    /// Key of its journal's checkpoints.
    pub journal_key: PublicKey,
    /// age recipient to which releases for this node are sealed.
    pub release_recipient: String,
    /// age recipient of its first one-time opening identity.
    pub opening_recipient: String,
    /// The facility in which it stands.
    pub facility: FacilityCode,
    /// What people call it, at most 200 bytes, without control characters.
    pub name: String,
}

/// The applicant, the secret that admits it, and proofs that it holds both keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolRequest {
    /// From the one-time code.
    pub secret: EnrolSecret,
    /// Who asks.
    pub applicant: Applicant,
    pub(crate) tls_proof: Signature,
    pub(crate) journal_proof: Signature,
}

impl EnrolRequest {
    /// Fills in both public keys and signs the request with both.
    ///
    /// # Errors
    /// [`WireError`] when a text breaks its limit.
    pub fn sign(
        secret: EnrolSecret,
        applicant: Applicant,
        tls_key: &SigningKey,
        journal_key: &SigningKey,
    ) -> Result<Self, WireError> {
        let applicant =
            Applicant { tls_key: tls_key.public(), journal_key: journal_key.public(), ..applicant };
        let message = message_to_prove(&secret, &applicant)?;
        let (tls_proof, journal_proof) = (tls_key.sign(&message), journal_key.sign(&message));
        Ok(Self { secret, applicant, tls_proof, journal_proof })
    }
}
