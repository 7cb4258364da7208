//! Beginning: which keys there are, and in whose folder.
//!
//! | key | folder | signs or unseals |
//! |---|---|---|
//! | root | authority | trust roots |
//! | authority | authority | orders |
//! | recovery identity | authority | the keyring |
//! | publisher | centre | manifests |
//! | enrolment | centre | badges, revocations |
//! | centre | centre | acknowledgements |
//! | CA | centre | certificates of the centre and of nodes |
//! | TLS | centre | nothing; shows who the centre is |
//! | journal identity | centre | journal bodies |
//!
//! The centre can publish without an identity that unseals: it gets the public recipient of the current generation.

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::record::RegionCode;

use super::config::{Config, ConfigError};
use super::folder::Folder;
use super::keyfile::{self, KeyFileError};
use super::keys::{self, KeysError};
use crate::net::{CentreCa, SetupError};
use crate::seal::Identity;
use crate::seam::{Entropy, Files};
use crate::signed::SigningKey;
use crate::trust::{Role, RoleKeys, TrustError, TrustRoot};

/// How many authority keys there are, and how many must sign an order.
pub(super) const AUTHORITIES: u8 = 3;
const AUTHORITY_THRESHOLD: u8 = 2;

/// File names of the centre's keys, in its `keys` folder.
pub mod name {
    /// Signs manifests.
    pub const PUBLISHER: &str = "publisher.key";
    /// Signs badges and revocations.
    pub const ENROLMENT: &str = "enrolment.key";
    /// Signs acknowledgements.
    pub const CENTRE: &str = "centre.key";
    /// Signs certificates.
    pub const CA: &str = "ca.key";
    /// The centre's own connections.
    pub const TLS: &str = "tls.key";
    /// Unseals journal bodies.
    pub const JOURNAL: &str = "journal.identity";
    /// Public recipient of the current generation.
    pub const GENERATION: &str = "generation.recipient";
    /// Signs trust roots. In the authority's folder.
    pub const ROOT: &str = "root.key";
    /// Unseals the keyring. In the authority's folder.
    pub const RECOVERY: &str = "recovery.identity";
    /// The sealed keyring. In the authority's folder.
    pub const KEYRING: &str = "keyring.age";

    /// Key number `n` of the authority, from 1.
    #[must_use]
    pub fn authority(n: u8) -> String {
        format!("authority-{n}.key")
    }
}

/// Why a central side could not begin.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// There is one already: beginning again would orphan every node.
    #[error("there is a central side in this folder already")]
    Exists,
    /// A key.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The trust root.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// The CA.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The keyring.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// No random bytes, or the disk's answer.
    #[error("could not begin: {0}")]
    Io(#[from] std::io::Error),
}

impl InitError {
    /// The class of the cause.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Exists => ErrorClass::Conflict,
            Self::Key(error) => error.class(),
            Self::Config(error) => error.class(),
            Self::Trust(error) => error.class(),
            Self::Setup(error) => error.class(),
            Self::Keys(error) => error.class(),
            Self::Io(_) => ErrorClass::Internal,
        }
    }
}

/// Makes configuration, signing keys, the journal and recovery identities, the keyring with generation 1, and the signed
/// trust root.
///
/// # Errors
/// See [`InitError`]. The trust root is written last: a folder without one has not begun and may begin again.
pub fn init(
    folder: &Folder,
    config: &Config,
    files: &dyn Files,
    entropy: &dyn Entropy,
) -> Result<TrustRoot, InitError> {
    if files.exists(&folder.trust_root()) {
        return Err(InitError::Exists);
    }
    let region = config.region()?;
    files.create_dir(folder.root())?;
    files.create_dir(folder.authority())?;
    config.save(files, &folder.config())?;
    let make = |path: std::path::PathBuf| -> Result<SigningKey, InitError> {
        let key = SigningKey::from_seed(&entropy.bytes()?);
        keyfile::write_signing_key(files, &path, &key)?;
        Ok(key)
    };
    let root = make(folder.authority_key(name::ROOT))?;
    let publisher = make(folder.key(name::PUBLISHER))?;
    let enrolment = make(folder.key(name::ENROLMENT))?;
    let centre = make(folder.key(name::CENTRE))?;
    make(folder.key(name::TLS))?;
    let ca = CentreCa::create(&make(folder.key(name::CA))?)?;
    files.replace(&folder.ca_certificate(), ca.certificate())?;
    let authorities: Vec<_> = (1..=AUTHORITIES)
        .map(|n| make(folder.authority_key(&name::authority(n))))
        .collect::<Result<_, _>>()?;
    keyfile::write_identity(files, &folder.authority_key(name::RECOVERY), &Identity::generate())?;
    keys::begin(folder, files, entropy, region, config.drill)?;
    let journal = Identity::generate();
    keyfile::write_identity(files, &folder.key(name::JOURNAL), &journal)?;

    let one = |role, key: &SigningKey| RoleKeys { role, threshold: 1, keys: vec![key.public()] };
    let authority = RoleKeys {
        role: Role::Authority,
        threshold: AUTHORITY_THRESHOLD,
        keys: authorities.iter().map(SigningKey::public).collect(),
    };
    let roles = vec![
        one(Role::Root, &root),
        one(Role::Publisher, &publisher),
        authority,
        one(Role::Enrolment, &enrolment),
        one(Role::Centre, &centre),
    ];
    let trust = trust_root(region, config.drill, &journal, roles);
    files.replace(&folder.trust_root(), &trust.sign(&[&root])?)?;
    Ok(trust)
}

fn trust_root(
    region: RegionCode,
    drill: bool,
    journal: &Identity,
    roles: Vec<RoleKeys>,
) -> TrustRoot {
    let centre_recipient = journal.to_recipient().to_string();
    TrustRoot { number: 1, region, drill, centre_recipient, roles }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Digest;
    use crate::seam::{StdFiles, SystemEntropy};

    #[test]
    fn a_central_side_begins_once() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(&dir.path().join("central"));
        let begin = || init(&folder, &Config::default(), &StdFiles, &SystemEntropy);
        let trust = begin().unwrap();
        let bytes = std::fs::read(folder.trust_root()).unwrap();
        assert_eq!(TrustRoot::open_pinned(&bytes, Digest::of(&bytes)).unwrap(), trust);
        assert!(matches!(begin(), Err(InitError::Exists)));
        assert_eq!(trust.threshold(Role::Authority), 2);
    }

    #[test]
    fn a_beginning_that_was_interrupted_can_begin_again() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path());
        init(&folder, &Config::default(), &StdFiles, &SystemEntropy).unwrap();
        std::fs::remove_file(folder.trust_root()).unwrap();
        assert!(init(&folder, &Config::default(), &StdFiles, &SystemEntropy).is_ok());
    }
}
