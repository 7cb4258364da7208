//! Opening a central side that has begun: configuration, trust root, CA.

use tomoshibi_policies::ErrorClass;

use super::config::{Config, ConfigError};
use super::directory::DirectoryError;
use super::folder::Folder;
use super::init::name;
use super::keyfile::{self, KeyFileError};
use crate::id::Digest;
use crate::net::{CentreCa, ServerIdentity, SetupError};
use crate::seam::Files;
use crate::trust::{TrustError, TrustRoot};

const TRUST_ROOT_LEN_BYTES_MAX: u64 = 64 << 10;
const CERTIFICATE_LEN_BYTES_MAX: u64 = 4 << 10;

/// Why a central side cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// There is none in the folder.
    #[error("there is no central side in this folder: begin one with `init`")]
    NotBegun,
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The trust root.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// A key.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// The directory of nodes.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// A certificate.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The disk's answer.
    #[error("{what}: {source}")]
    Io {
        /// Which file.
        what: &'static str,
        /// Why.
        source: std::io::Error,
    },
}

impl AccessError {
    /// The class of the cause.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::NotBegun => ErrorClass::NotFound,
            Self::Config(error) => error.class(),
            Self::Trust(error) => error.class(),
            Self::Key(error) => error.class(),
            Self::Directory(error) => error.class(),
            Self::Setup(error) => error.class(),
            Self::Io { .. } => ErrorClass::Internal,
        }
    }
}

/// Configuration, trust root, and the trust root's signed bytes.
///
/// # Errors
/// See [`AccessError`].
pub fn open(
    folder: &Folder,
    files: &dyn Files,
) -> Result<(Config, TrustRoot, Vec<u8>), AccessError> {
    let path = folder.trust_root();
    if !files.exists(&path) {
        return Err(AccessError::NotBegun);
    }
    let config = Config::load(files, &folder.config())?;
    let io = |source| AccessError::Io { what: "trust root", source };
    let bytes = files.read(&path, TRUST_ROOT_LEN_BYTES_MAX).map_err(io)?;
    // Here is where it was made: its own bytes are the pin, and its own keys must have signed it.
    let trust = TrustRoot::open_pinned(&bytes, Digest::of(&bytes))?;
    Ok((config, trust, bytes))
}

/// The CA.
///
/// # Errors
/// See [`AccessError`].
pub fn ca(folder: &Folder, files: &dyn Files) -> Result<CentreCa, AccessError> {
    let key = keyfile::read_signing_key(files, &folder.key(name::CA))?;
    let io = |source| AccessError::Io { what: "CA certificate", source };
    let certificate =
        files.read(&folder.ca_certificate(), CERTIFICATE_LEN_BYTES_MAX).map_err(io)?;
    Ok(CentreCa::load(&key, certificate)?)
}

/// What the centre shows its nodes, for the names in the configuration.
///
/// # Errors
/// See [`AccessError`].
pub fn server_identity(
    folder: &Folder,
    files: &dyn Files,
    config: &Config,
) -> Result<ServerIdentity, AccessError> {
    let ca = ca(folder, files)?;
    let key = keyfile::read_signing_key(files, &folder.key(name::TLS))?;
    let certificate = ca.issue_centre(&key.public(), &config.names)?;
    Ok(ServerIdentity { certificate, ca_certificate: ca.certificate().to_vec(), key })
}
