//! The two messages of enrolment, [`crate::enrol::EnrolRequest`] and [`crate::enrol::EnrolGrant`], as frames.

use serde::{Deserialize, Serialize};
use tomoshibi_policies::record::{FacilityCode, RegionCode};

use super::blob::Blob;
use super::error::within;
use super::request::{decode, unblob};
use super::response::{ENROLLED, REFUSED};
use super::text::{check_text, check_word};
use super::{Frame, Refusal, Response, WireError};
use crate::codec;
use crate::enrol::{Applicant, EnrolGrant, EnrolRequest, EnrolSecret};
use crate::id::{Digest, NodeId};
use crate::signed::{PublicKey, Signature};

/// Longest enrolment request. Whoever sends one has shown nothing yet, so this is also all the memory it can take.
pub const ENROL_REQUEST_LEN_BYTES_MAX: u32 = 2 << 10;
/// Longest age recipient: an X25519 one has 62 bytes; room for a later kind.
pub const RECIPIENT_LEN_BYTES_MAX: usize = 256;
/// Longest certificate: ours have under 1 KiB.
pub const CERTIFICATE_LEN_BYTES_MAX: usize = 4 << 10;
/// Longest trust root.
pub const TRUST_ROOT_LEN_BYTES_MAX: usize = 64 << 10;
const NAME_LEN_BYTES_MAX: usize = 200;

const ENROL: u16 = 0x0010;
/// What both proofs sign, in front of the claims: no other signature of ours begins like this.
const PROOF_CONTEXT: &[u8] = b"tomoshibi enrolment v1\0";

#[derive(Serialize, Deserialize)]
struct EnrolRequestV1 {
    claims: Blob,
    tls_proof: Blob,
    journal_proof: Blob,
}

#[derive(Serialize, Deserialize)]
struct ClaimsV1 {
    secret: [u8; 10],
    tls_key: PublicKey,
    journal_key: PublicKey,
    release_recipient: String,
    opening_recipient: String,
    facility: u64,
    name: String,
}

#[derive(Serialize, Deserialize)]
struct EnrolGrantV1 {
    node: NodeId,
    region: u8,
    certificate: Blob,
    ca_certificate: Blob,
    trust_root: Blob,
    trust_root_digest: Digest,
}

impl EnrolRequest {
    /// The frame to send.
    ///
    /// # Errors
    /// [`WireError`] when a text breaks its limit.
    pub fn to_frame(&self) -> Result<Frame, WireError> {
        let claims = claims_of(&self.secret, &self.applicant)?;
        let wire = EnrolRequestV1 {
            claims: Blob(claims),
            tls_proof: Blob(self.tls_proof.0.to_vec()),
            journal_proof: Blob(self.journal_proof.0.to_vec()),
        };
        Frame::new(ENROL, codec::encode("enrolment", &wire)?)
    }

    /// Reads a request and checks both proofs of possession.
    ///
    /// # Errors
    /// [`WireError`]; [`WireError::Form`] also for a proof that does not verify.
    pub fn from_frame(frame: Frame) -> Result<Self, WireError> {
        if frame.message != ENROL {
            let number = frame.message;
            return Err(WireError::UnknownMessage { what: "enrolment request", number });
        }
        let wire: EnrolRequestV1 = decode("enrolment", &frame.body)?;
        let claims: ClaimsV1 = decode("enrolment claims", &wire.claims.0)?;
        let facility = FacilityCode::from_number(claims.facility);
        let applicant = Applicant {
            tls_key: claims.tls_key,
            journal_key: claims.journal_key,
            release_recipient: claims.release_recipient,
            opening_recipient: claims.opening_recipient,
            facility: facility.map_err(|_| WireError::Form { what: "facility code" })?,
            name: claims.name,
        };
        check(&applicant)?;
        let message = proof_message(&wire.claims.0);
        let (tls_proof, journal_proof) =
            (signature(&wire.tls_proof)?, signature(&wire.journal_proof)?);
        if !applicant.tls_key.verifies(&message, &tls_proof) {
            return Err(WireError::Form { what: "proof of the connection key" });
        }
        if !applicant.journal_key.verifies(&message, &journal_proof) {
            return Err(WireError::Form { what: "proof of the journal key" });
        }
        let secret = EnrolSecret::from_bytes(claims.secret);
        Ok(Self { secret, applicant, tls_proof, journal_proof })
    }
}

/// What both keys of the applicant sign.
pub(crate) fn message_to_prove(
    secret: &EnrolSecret,
    applicant: &Applicant,
) -> Result<Vec<u8>, WireError> {
    Ok(proof_message(&claims_of(secret, applicant)?))
}

fn claims_of(secret: &EnrolSecret, applicant: &Applicant) -> Result<Vec<u8>, WireError> {
    check(applicant)?;
    let claims = ClaimsV1 {
        secret: *secret.as_bytes(),
        tls_key: applicant.tls_key,
        journal_key: applicant.journal_key,
        release_recipient: applicant.release_recipient.clone(),
        opening_recipient: applicant.opening_recipient.clone(),
        facility: applicant.facility.number(),
        name: applicant.name.clone(),
    };
    Ok(codec::encode("enrolment claims", &claims)?)
}

fn proof_message(claims: &[u8]) -> Vec<u8> {
    [PROOF_CONTEXT, claims].concat()
}

fn signature(blob: &Blob) -> Result<Signature, WireError> {
    let bytes = blob.0.as_slice().try_into();
    bytes.map(Signature).map_err(|_| WireError::Form { what: "signature" })
}

fn check(applicant: &Applicant) -> Result<(), WireError> {
    check_word("release recipient", &applicant.release_recipient, RECIPIENT_LEN_BYTES_MAX)?;
    check_word("opening recipient", &applicant.opening_recipient, RECIPIENT_LEN_BYTES_MAX)?;
    check_text("name of the node", &applicant.name, NAME_LEN_BYTES_MAX)
}

impl EnrolGrant {
    /// The frame to send.
    ///
    /// # Errors
    /// [`WireError`] when a part breaks its limit.
    pub fn to_frame(&self) -> Result<Frame, WireError> {
        within("certificate", self.certificate.len(), CERTIFICATE_LEN_BYTES_MAX)?;
        within("certificate", self.ca_certificate.len(), CERTIFICATE_LEN_BYTES_MAX)?;
        within("trust root", self.trust_root.len(), TRUST_ROOT_LEN_BYTES_MAX)?;
        let wire = EnrolGrantV1 {
            node: self.node,
            region: self.region.get(),
            certificate: Blob(self.certificate.clone()),
            ca_certificate: Blob(self.ca_certificate.clone()),
            trust_root: Blob(self.trust_root.clone()),
            trust_root_digest: self.trust_root_digest,
        };
        Frame::new(ENROLLED, codec::encode("grant", &wire)?)
    }

    /// Reads the answer to an enrolment.
    ///
    /// # Errors
    /// [`WireError`]. The inner `Err` is the centre's refusal.
    pub fn from_frame(frame: Frame) -> Result<Result<Self, Refusal>, WireError> {
        match frame.message {
            ENROLLED => Ok(Ok(Self::from_body(&frame.body)?)),
            REFUSED => match Response::from_frame(frame)? {
                Response::Refused(refusal) => Ok(Err(refusal)),
                _ => Err(WireError::Form { what: "refusal" }),
            },
            number => Err(WireError::UnknownMessage { what: "enrolment response", number }),
        }
    }

    fn from_body(body: &[u8]) -> Result<Self, WireError> {
        let wire: EnrolGrantV1 = decode("grant", body)?;
        let region = RegionCode::new(wire.region);
        Ok(Self {
            node: wire.node,
            region: region.map_err(|_| WireError::Form { what: "region" })?,
            certificate: unblob("certificate", wire.certificate, CERTIFICATE_LEN_BYTES_MAX)?,
            ca_certificate: unblob("certificate", wire.ca_certificate, CERTIFICATE_LEN_BYTES_MAX)?,
            trust_root: unblob("trust root", wire.trust_root, TRUST_ROOT_LEN_BYTES_MAX)?,
            trust_root_digest: wire.trust_root_digest,
        })
    }
}
