//! The centre's own CA, and what it signs.

use core::fmt;

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, PKCS_ED25519, PublicKeyData, SanType, SignatureAlgorithm,
    date_time_ymd,
};
use rustls::pki_types::PrivatePkcs8KeyDer;
use zeroize::Zeroizing;

use super::SetupError;
use crate::enrol::CaPin;
use crate::id::NodeId;
use crate::signed::{PublicKey, SigningKey};

/// The name that every centre's certificate carries and every node expects. Addresses change, and under a CA that signs
/// one centre only its key says which centre it is; `.invalid` (RFC 2606) makes sure that nobody resolves it.
pub const CENTRE_NAME: &str = "centre.tomoshibi.invalid";

/// Year, month and day on which every certificate ends: RFC 5280's word for *no known end*, see [`CentreCa`].
pub const CERTIFICATE_LAST_DAY: (i32, u8, u8) = (9999, 12, 31);

/// PKCS #8 (RFC 8410) of an Ed25519 key, up to the seed.
const PKCS8_PREFIX: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/// The CA of one centre: it signs the centre's certificate and its nodes', and is the only root either side has.
///
/// Certificates are valid from 1970 to 9999 (RFC 5280 4.1.2.5: no known end). What counts is the directory: a node's
/// certificate is good while its fingerprint is in it. A date would add nothing but an outage, when a node with a flat
/// clock battery is switched on in a disaster.
pub struct CentreCa {
    certificate: Vec<u8>,
    issuer: Issuer<'static, KeyPair>,
}

impl CentreCa {
    /// Makes the CA certificate for a key.
    ///
    /// # Errors
    /// [`SetupError`] when the certificate cannot be built.
    pub fn create(key: &SigningKey) -> Result<Self, SetupError> {
        let certificate = ca_params().self_signed(&key_pair(key)?).map_err(building)?;
        Self::load(key, certificate.der().to_vec())
    }

    /// The CA with its stored certificate (DER).
    ///
    /// # Errors
    /// [`SetupError`] when the key cannot be used.
    pub fn load(key: &SigningKey, certificate: Vec<u8>) -> Result<Self, SetupError> {
        Ok(Self { certificate, issuer: Issuer::new(ca_params(), key_pair(key)?) })
    }

    /// The CA certificate (DER).
    #[must_use]
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// What enrolment codes say of this CA.
    #[must_use]
    pub fn pin(&self) -> CaPin {
        CaPin::of(&self.certificate)
    }

    /// The centre's certificate (DER) for `key`, with [`CENTRE_NAME`] and the DNS names or IP addresses in `names`.
    ///
    /// # Errors
    /// [`SetupError`] for a name that a certificate cannot hold.
    pub fn issue_centre(&self, key: &PublicKey, names: &[String]) -> Result<Vec<u8>, SetupError> {
        let names: Vec<String> = [CENTRE_NAME.into()].into_iter().chain(names.to_vec()).collect();
        let params = CertificateParams::new(names).map_err(building)?;
        self.issue(params, key, CENTRE_NAME, ExtendedKeyUsagePurpose::ServerAuth)
    }

    /// A node's certificate (DER) for `key`: the node's id is the common name and the URI `urn:tomoshibi:node:<id>`.
    ///
    /// # Errors
    /// [`SetupError`] when the certificate cannot be built.
    pub fn issue_node(&self, key: &PublicKey, node: NodeId) -> Result<Vec<u8>, SetupError> {
        let mut params = CertificateParams::default();
        let uri = format!("urn:tomoshibi:node:{node}").try_into().map_err(building)?;
        params.subject_alt_names.push(SanType::URI(uri));
        self.issue(params, key, &node.to_string(), ExtendedKeyUsagePurpose::ClientAuth)
    }

    fn issue(
        &self,
        params: CertificateParams,
        key: &PublicKey,
        name: &str,
        usage: ExtendedKeyUsagePurpose,
    ) -> Result<Vec<u8>, SetupError> {
        let mut params = always_valid(params, name);
        params.use_authority_key_identifier_extension = true;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        // Without the usage a node's certificate would do for playing the centre.
        params.extended_key_usages = vec![usage];
        let certificate = params.signed_by(&Ed25519(*key), &self.issuer).map_err(building)?;
        Ok(certificate.der().to_vec())
    }
}

impl fmt::Debug for CentreCa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CentreCa({})", self.pin())
    }
}

/// What a server shows. `Debug` does not show the key.
#[derive(Debug)]
pub struct ServerIdentity {
    /// Its certificate (DER).
    pub certificate: Vec<u8>,
    /// The CA that signed it and its peers' (DER).
    pub ca_certificate: Vec<u8>,
    /// Its key.
    pub key: SigningKey,
}

/// What an enrolled node shows. `Debug` does not show the key.
#[derive(Debug)]
pub struct NodeCredentials {
    /// Its id.
    pub node: NodeId,
    /// Its certificate (DER).
    pub certificate: Vec<u8>,
    /// The CA that signed it and the centre's: the only root it trusts (DER).
    pub ca_certificate: Vec<u8>,
    /// Its key.
    pub key: SigningKey,
}

/// The key in the form TLS libraries read. They copy it; those copies are not wiped.
pub(super) fn pkcs8(key: &SigningKey) -> Zeroizing<Vec<u8>> {
    let mut der = Zeroizing::new(Vec::with_capacity(PKCS8_PREFIX.len() + 32));
    der.extend(PKCS8_PREFIX);
    der.extend(key.seed().iter());
    der
}

fn key_pair(key: &SigningKey) -> Result<KeyPair, SetupError> {
    let der = PrivatePkcs8KeyDer::from(pkcs8(key).to_vec());
    KeyPair::from_pkcs8_der_and_sign_algo(&der, &PKCS_ED25519).map_err(building)
}

fn ca_params() -> CertificateParams {
    let mut params = always_valid(CertificateParams::default(), "Tomoshibi centre CA");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    params
}

fn always_valid(mut params: CertificateParams, name: &str) -> CertificateParams {
    params.not_before = date_time_ymd(1970, 1, 1);
    let (year, month, day) = CERTIFICATE_LAST_DAY;
    params.not_after = date_time_ymd(year, month, day);
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

fn building(error: impl fmt::Display) -> SetupError {
    SetupError { what: "certificate", detail: error.to_string() }
}

/// A public key as rcgen wants it.
struct Ed25519(PublicKey);

impl PublicKeyData for Ed25519 {
    fn der_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_ED25519
    }
}
