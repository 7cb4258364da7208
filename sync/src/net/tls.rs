//! TLS 1.3 as both ends speak it.

use std::sync::Arc;

use quinn::crypto::rustls::{QuicClientConfig, QuicServerConfig};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{Resumption, WebPkiServerVerifier};
use rustls::crypto::CryptoProvider;
use rustls::crypto::aws_lc_rs::{self, kx_group};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use rustls::version::TLS13;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, ServerConfig,
    SignatureScheme,
};

use super::SetupError;
use super::certificate::{NodeCredentials, ServerIdentity, pkcs8};
use crate::enrol::CaPin;
use crate::signed::SigningKey;
use crate::wire::{ALPN, ALPN_ENROL};

/// The key exchange of every connection, by its IANA name.
pub const KEY_EXCHANGE: &str = "X25519MLKEM768";

/// The provider, passed to every configuration so that nothing depends on what a process has installed. One group only:
/// both ends are this program, so there is nobody for whom a second one would be needed, and nothing to downgrade to.
fn provider() -> Arc<CryptoProvider> {
    let kx_groups = vec![kx_group::X25519MLKEM768];
    Arc::new(CryptoProvider { kx_groups, ..aws_lc_rs::default_provider() })
}

/// The node's side. Shows its certificate, trusts its centre's CA.
pub(super) fn node_config(
    credentials: &NodeCredentials,
) -> Result<quinn::ClientConfig, SetupError> {
    let config = ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&TLS13])
        .map_err(setup("TLS version"))?
        .with_root_certificates(roots(&credentials.ca_certificate)?)
        .with_client_auth_cert(
            vec![credentials.certificate.clone().into()],
            private_key(&credentials.key),
        )
        .map_err(setup("node certificate"))?;
    quic_client(config, ALPN)
}

/// The side of a node that enrols. Shows nothing, trusts the CA with this pin.
pub(super) fn enrol_config(pin: CaPin) -> Result<quinn::ClientConfig, SetupError> {
    let config = ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&TLS13])
        .map_err(setup("TLS version"))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(PinnedCa { pin, provider: provider() }))
        .with_no_client_auth();
    quic_client(config, ALPN_ENROL)
}

/// The centre's side. A peer without a certificate passes TLS (enrolment needs that) and is turned away by its ALPN.
pub(super) fn server_config(identity: &ServerIdentity) -> Result<QuicServerConfig, SetupError> {
    let verifier =
        WebPkiClientVerifier::builder_with_provider(roots(&identity.ca_certificate)?, provider())
            .allow_unauthenticated()
            .build()
            .map_err(|error| setup("CA")(Error::General(error.to_string())))?;
    // The CA goes along: whoever enrols knows only its fingerprint.
    let chain = vec![identity.certificate.clone().into(), identity.ca_certificate.clone().into()];
    let mut config = ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&TLS13])
        .map_err(setup("TLS version"))?
        .with_client_cert_verifier(verifier)
        .with_single_cert(chain, private_key(&identity.key))
        .map_err(setup("centre certificate"))?;
    config.alpn_protocols = vec![ALPN.to_vec(), ALPN_ENROL.to_vec()];
    // No tickets and no early data: a resumed session would carry yesterday's certificate check.
    config.send_tls13_tickets = 0;
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.max_early_data_size = 0;
    QuicServerConfig::try_from(config)
        .map_err(|error| setup("QUIC")(Error::General(error.to_string())))
}

fn quic_client(mut config: ClientConfig, alpn: &[u8]) -> Result<quinn::ClientConfig, SetupError> {
    config.alpn_protocols = vec![alpn.to_vec()];
    config.resumption = Resumption::disabled();
    let quic = QuicClientConfig::try_from(config)
        .map_err(|error| setup("QUIC")(Error::General(error.to_string())))?;
    Ok(quinn::ClientConfig::new(Arc::new(quic)))
}

fn roots(ca_certificate: &[u8]) -> Result<Arc<RootCertStore>, SetupError> {
    let mut roots = RootCertStore::empty();
    roots.add(ca_certificate.into()).map_err(setup("CA certificate"))?;
    Ok(Arc::new(roots))
}

fn private_key(key: &SigningKey) -> PrivateKeyDer<'static> {
    PrivatePkcs8KeyDer::from(pkcs8(key).to_vec()).into()
}

fn setup(what: &'static str) -> impl Fn(Error) -> SetupError {
    move |error| SetupError { what, detail: error.to_string() }
}

/// True when `certificate` is granted to `key` by the CA: whatever else it says, it is usable as the node's own.
pub(super) fn fits(credentials: &NodeCredentials) -> bool {
    let Ok(roots) = roots(&credentials.ca_certificate) else { return false };
    let Ok(verifier) = WebPkiClientVerifier::builder_with_provider(roots, provider()).build()
    else {
        return false;
    };
    let certificate = CertificateDer::from(credentials.certificate.as_slice());
    // Any moment does: certificates are valid always.
    let now = UnixTime::since_unix_epoch(core::time::Duration::ZERO);
    let signed = verifier.verify_client_cert(&certificate, &[], now).is_ok();
    // The configuration refuses a key that is not the certificate's.
    signed && node_config(credentials).is_ok()
}

/// Takes a server whose chain holds the CA with the pinned fingerprint, and whose certificate that CA signed.
#[derive(Debug)]
struct PinnedCa {
    pin: CaPin,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for PinnedCa {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let unknown = Error::InvalidCertificate(CertificateError::UnknownIssuer);
        let ca = intermediates.iter().find(|c| CaPin::of(c) == self.pin).ok_or(unknown.clone())?;
        let roots = roots(ca).map_err(|_| unknown.clone())?;
        let inner = WebPkiServerVerifier::builder_with_provider(roots, self.provider.clone());
        let inner = inner.build().map_err(|_| unknown)?;
        inner.verify_server_cert(end_entity, &[], server_name, ocsp_response, now)
    }

    // QUIC has no TLS 1.2; were it ever asked, no signature would do.
    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::InvalidCertificate(CertificateError::BadSignature))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
