//! What the page shows for itself: a root of the hospital's own, and under it a certificate made anew at each start.
//!
//! Tablets trust the root, installed beforehand by regional IT; nobody is taught to click through warnings. Promises:
//! - the root can vouch only for names inside the hospital: name constraints (RFC 5280 4.2.1.10) hold it to the names
//!   that the configuration gave when it was made, to names that exist on no public network, and to private addresses.
//!   A stolen root key forges no bank;
//! - the certificate lives at most 397 days, the longest that browsers take, and its key never touches the disk.
//!
//! Not covered: taking the root back from tablets, which is the hospital's device management.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    NameConstraints, PKCS_ECDSA_P256_SHA256,
};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use rustls::version::TLS13;
use rustls::{RootCertStore, ServerConfig};
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;
use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::time::Timestamp;
use zeroize::Zeroizing;

use crate::config::PageConfig;
use crate::disk::DiskError;
use crate::failure::Failure;
use crate::folder::{Folder, Secret};
use crate::node::Seams;

const DAY_SECONDS: i64 = 86_400;
/// Life of a certificate: CA/Browser Forum Baseline Requirements 6.3.2, the most that browsers take.
const LEAF_DAYS: i64 = 397;
/// Life of the root: a tablet's, with room.
const ROOT_DAYS: i64 = 3650;
/// Part of a life that lies before its making: clocks of tablets run slow.
const BEFORE_DAYS: i64 = 2;
/// What a root key's certificate is called where people install it.
const ROOT_NAME: &str = "Tomoshibi page root";
const ROOT_LEN_BYTES_MAX: u64 = 16 << 10;

/// Names that no public network gives out (RFC 6762, RFC 8375, RFC 6761, and `.internal`, reserved by ICANN in 2024).
const PRIVATE_NAMES: [&str; 5] = ["localhost", "local", "home.arpa", "internal", "lan"];
/// Private, shared, link-local and loopback addresses (RFC 1918, 6598, 3927, 1122, 4193, 4291).
const PRIVATE_V4: [([u8; 4], u8); 6] = [
    ([10, 0, 0, 0], 8),
    ([172, 16, 0, 0], 12),
    ([192, 168, 0, 0], 16),
    ([100, 64, 0, 0], 10),
    ([169, 254, 0, 0], 16),
    ([127, 0, 0, 0], 8),
];
const PRIVATE_V6: [(u128, u8); 3] = [(0xfc00 << 112, 7), (0xfe80 << 112, 10), (1, 128)];

/// A certificate with its key, ready for TLS.
pub(super) struct PageCertificate {
    /// For the server.
    pub(super) tls: Arc<ServerConfig>,
    /// After this it has to be made anew.
    pub(super) renew_at: Timestamp,
    /// Names that the root does not vouch for: tablets would refuse the page under them.
    pub(super) outside: Vec<String>,
    /// True when the root was damaged and another one took its place: tablets do not know that one yet.
    pub(super) replaced: bool,
}

/// Makes a certificate for the page, and the root when there is none.
///
/// # Errors
/// The disk's; names that a certificate cannot hold. A damaged root is replaced: a page that tablets warn of is better
/// in a disaster than none.
pub(super) fn issue(
    folder: &Folder,
    seams: &Seams,
    config: &PageConfig,
    bound: SocketAddr,
) -> Result<PageCertificate, Failure> {
    let now = seams.clock.now();
    let names = names(config, bound);
    let (root, replaced) = match Root::load_or_make(folder, seams, &names, now) {
        Err(failure) if failure.class == ErrorClass::Corrupt => {
            (Root::make(folder, seams, &names, now)?, true)
        }
        root => (root?, false),
    };
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(building)?;
    let mut outside = Vec::new();
    for name in &names {
        if !root.vouches_for(name, &key, now)? {
            outside.push(name.clone());
        }
    }
    // One name that the root does not vouch for would spoil the certificate for all the others.
    let inside = names.into_iter().filter(|name| !outside.contains(name)).collect();
    let leaf = root.issue(inside, &key, now)?;
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    let mut tls = ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&TLS13])
        .map_err(building)?
        .with_no_client_auth()
        .with_single_cert(vec![leaf, root.certificate], key.into())
        .map_err(building)?;
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    let renew_at = now.plus_millis((LEAF_DAYS - BEFORE_DAYS) / 2 * DAY_SECONDS * 1000);
    Ok(PageCertificate { tls: Arc::new(tls), renew_at, outside, replaced })
}

/// The root as tablets install it (PEM), and its SHA-256 fingerprint in the form browsers show.
///
/// # Errors
/// `page-root-missing` before the page was first served; the disk's.
pub fn root(folder: &Folder, seams: &Seams) -> Result<(String, String), Failure> {
    let missing = || Failure::new(ErrorClass::NotFound, "page-root-missing");
    if !seams.files.exists(&folder.page_root()) {
        return Err(missing());
    }
    let (pem, certificate) = read_root(folder, seams)?;
    let pairs: Vec<_> =
        Sha256::digest(&certificate).iter().map(|byte| format!("{byte:02X}")).collect();
    Ok((pem, pairs.join(":")))
}

struct Root {
    certificate: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
}

impl Root {
    fn load_or_make(
        folder: &Folder,
        seams: &Seams,
        names: &[String],
        now: Timestamp,
    ) -> Result<Self, Failure> {
        let files = &*seams.files;
        let is_whole =
            folder.has_secret(files, Secret::PageRoot) && files.exists(&folder.page_root());
        if !is_whole {
            return Self::make(folder, seams, names, now);
        }
        let key = folder.read_secret(files, Secret::PageRoot)?;
        let key = PrivatePkcs8KeyDer::from(key.to_vec());
        let key = KeyPair::from_pkcs8_der_and_sign_algo(&key, &PKCS_ECDSA_P256_SHA256);
        let key = key.map_err(|_| damaged())?;
        let (_, certificate) = read_root(folder, seams)?;
        Ok(Self { certificate, issuer: Issuer::new(params(names, now), key) })
    }

    fn make(
        folder: &Folder,
        seams: &Seams,
        names: &[String],
        now: Timestamp,
    ) -> Result<Self, Failure> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(building)?;
        let params = params(names, now);
        let certificate = params.self_signed(&key).map_err(building)?;
        let (files, path) = (&*seams.files, folder.page_root());
        // A key without its certificate vouches for nothing yet: a start that was killed between the two begins anew.
        folder.erase_secret(files, Secret::PageRoot)?;
        let secret = Zeroizing::new(key.serialize_der());
        folder.write_secret(files, Secret::PageRoot, &secret)?;
        files
            .replace(&path, certificate.pem().as_bytes())
            .map_err(DiskError::at("write", &path))?;
        tracing::info!("a new root for the page was made; it has to be installed on the tablets");
        Ok(Self { certificate: certificate.der().clone(), issuer: Issuer::new(params, key) })
    }

    fn issue(
        &self,
        names: Vec<String>,
        key: &KeyPair,
        now: Timestamp,
    ) -> Result<CertificateDer<'static>, Failure> {
        let mut params = CertificateParams::new(names).map_err(building)?;
        lives(&mut params, now, LEAF_DAYS);
        params.distinguished_name = named("Tomoshibi page");
        params.use_authority_key_identifier_extension = true;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let leaf = params.signed_by(key, &self.issuer).map_err(building)?;
        Ok(leaf.der().clone())
    }

    /// Asks, as a tablet would, whether a certificate for this name counts.
    fn vouches_for(&self, name: &str, key: &KeyPair, now: Timestamp) -> Result<bool, Failure> {
        let leaf = self.issue(vec![name.to_owned()], key, now)?;
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone()).map_err(building)?;
        let verifier =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider()).build();
        let verifier = verifier.map_err(building)?;
        let at = u64::try_from(now.as_millis() / 1000).unwrap_or_default();
        let at = UnixTime::since_unix_epoch(std::time::Duration::from_secs(at));
        let server = ServerName::try_from(name);
        Ok(server.is_ok_and(|name| verifier.verify_server_cert(&leaf, &[], &name, &[], at).is_ok()))
    }
}

/// Every name of the page: the configured ones, and the address it listens at unless that is all of them.
fn names(config: &PageConfig, bound: SocketAddr) -> Vec<String> {
    let own = (!bound.ip().is_unspecified()).then(|| bound.ip().to_string());
    let mut names: Vec<_> = own.into_iter().chain(config.names.iter().cloned()).collect();
    if bound.ip().is_loopback() || names.is_empty() {
        names.push("localhost".into());
    }
    names.sort();
    names.dedup();
    names
}

fn params(names: &[String], now: Timestamp) -> CertificateParams {
    let mut params = CertificateParams::default();
    lives(&mut params, now, ROOT_DAYS);
    params.distinguished_name = named(ROOT_NAME);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: permitted(names),
        excluded_subtrees: Vec::new(),
    });
    params
}

fn permitted(names: &[String]) -> Vec<GeneralSubtree> {
    let private = PRIVATE_NAMES.iter().map(|name| GeneralSubtree::DnsName((*name).into()));
    let v4 = PRIVATE_V4.iter().map(|(at, prefix)| CidrSubnet::from_v4_prefix(*at, *prefix));
    let v6 =
        PRIVATE_V6.iter().map(|(at, prefix)| CidrSubnet::from_v6_prefix(at.to_be_bytes(), *prefix));
    let own = names.iter().map(|name| match name.parse() {
        Ok(IpAddr::V4(at)) => {
            GeneralSubtree::IpAddress(CidrSubnet::from_v4_prefix(at.octets(), 32))
        }
        Ok(IpAddr::V6(at)) => {
            GeneralSubtree::IpAddress(CidrSubnet::from_v6_prefix(at.octets(), 128))
        }
        Err(_) => GeneralSubtree::DnsName(name.clone()),
    });
    private.chain(v4.chain(v6).map(GeneralSubtree::IpAddress)).chain(own).collect()
}

fn lives(params: &mut CertificateParams, now: Timestamp, days: i64) {
    let at = |days: i64| {
        let seconds = now.as_millis().div_euclid(1000).saturating_add(days * DAY_SECONDS);
        OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    };
    params.not_before = at(-BEFORE_DAYS);
    params.not_after = at(days - BEFORE_DAYS);
}

fn named(name: &str) -> DistinguishedName {
    let mut distinguished = DistinguishedName::new();
    distinguished.push(DnType::CommonName, name);
    distinguished
}

fn read_root(folder: &Folder, seams: &Seams) -> Result<(String, CertificateDer<'static>), Failure> {
    let path = folder.page_root();
    let pem = seams.files.read(&path, ROOT_LEN_BYTES_MAX).map_err(DiskError::at("read", &path))?;
    let pem = String::from_utf8(pem).map_err(|_| damaged())?;
    let certificate = CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|_| damaged())?;
    Ok((pem, certificate))
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

fn damaged() -> Failure {
    Failure::new(ErrorClass::Corrupt, "page-root-damaged")
}

fn building(error: impl std::fmt::Display) -> Failure {
    Failure::new(ErrorClass::Internal, "page-certificate").with("cause", error.to_string())
}

#[cfg(test)]
mod tests {
    use tomoshibi_sync::seam::{Files, StdFiles};

    use super::*;

    fn scene() -> (tempfile::TempDir, Folder, Seams) {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path());
        folder.create(&StdFiles).unwrap();
        (dir, folder, Seams::of_host())
    }

    fn config(names: &[&str]) -> PageConfig {
        PageConfig {
            listen: "192.168.1.20:8443".parse().unwrap(),
            names: names.iter().map(|name| (*name).to_owned()).collect(),
        }
    }

    #[test]
    fn a_root_is_made_once_and_certificates_under_it_count_for_every_name() {
        let (_dir, folder, seams) = scene();
        assert_eq!(root(&folder, &seams).unwrap_err().code, "page-root-missing");
        let config = config(&["tomoshibi.local", "akari.hospital.example"]);
        let first = issue(&folder, &seams, &config, config.listen).unwrap();
        let (pem, fingerprint) = root(&folder, &seams).unwrap();
        assert!(first.outside.is_empty() && fingerprint.len() == 95, "{fingerprint}");
        let again = issue(&folder, &seams, &config, config.listen).unwrap();
        assert!(again.outside.is_empty());
        assert_eq!(root(&folder, &seams).unwrap().0, pem);
        let days = first.renew_at.millis_since(seams.clock.now()) / 86_400_000;
        assert!((190..200).contains(&days), "{days}");
    }

    #[test]
    fn the_root_vouches_for_nothing_outside_the_hospital() {
        let (_dir, folder, seams) = scene();
        let at_first = config(&["tomoshibi.local"]);
        issue(&folder, &seams, &at_first, at_first.listen).unwrap();
        let later =
            config(&["bank.example.com", "203.0.113.9", "ward.local", "10.9.9.9", "fd00::7"]);
        let later = issue(&folder, &seams, &later, later.listen).unwrap();
        assert_eq!(later.outside, ["203.0.113.9", "bank.example.com"]);
    }

    #[test]
    fn a_root_that_is_damaged_or_half_lost_is_made_anew_and_said_to_be() {
        let (_dir, folder, seams) = scene();
        let config = config(&[]);
        issue(&folder, &seams, &config, config.listen).unwrap();
        let (pem, _) = root(&folder, &seams).unwrap();
        std::fs::remove_file(folder.page_root()).unwrap();
        issue(&folder, &seams, &config, config.listen).unwrap();
        assert_ne!(root(&folder, &seams).unwrap().0, pem);
        StdFiles.replace(&folder.page_root(), b"rubbish").unwrap();
        assert_eq!(root(&folder, &seams).unwrap_err().code, "page-root-damaged");
        assert!(issue(&folder, &seams, &config, config.listen).unwrap().replaced);
        assert!(!issue(&folder, &seams, &config, config.listen).unwrap().replaced);
    }
}
