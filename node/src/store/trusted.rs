//! Manifests under the trust root that was pinned at enrolment, and the whole manifest of what is served.

use std::sync::Arc;

use tomoshibi_policies::ErrorClass;
use tomoshibi_sync::id::Digest;
use tomoshibi_sync::manifest::Manifest;
use tomoshibi_sync::trust::TrustRoot;

use super::manifest::MANIFEST_LEN_BYTES_MAX;
use super::{ManifestRefusal, OpenManifest, SnapshotPin, Store};
use crate::disk::DiskError;

/// Verifies manifests against a trust root.
#[derive(Debug, Clone)]
pub struct TrustedManifests(Arc<TrustRoot>);

impl TrustedManifests {
    /// Under this trust root, which its owner has verified.
    #[must_use]
    pub const fn new(trust: Arc<TrustRoot>) -> Self {
        Self(trust)
    }
}

impl OpenManifest for TrustedManifests {
    fn whole(&self, bytes: &[u8]) -> Result<Manifest, ManifestRefusal> {
        Manifest::open(bytes, &self.0)
            .map_err(|error| ManifestRefusal { what: error.to_string(), class: error.class() })
    }
}

/// Why the manifest of a served snapshot cannot be had again.
#[derive(Debug, thiserror::Error)]
pub enum ManifestReadError {
    /// The disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// It no longer verifies.
    #[error(transparent)]
    Refused(#[from] ManifestRefusal),
    /// Another one lies in its place.
    #[error("the manifest on the disk has digest {found}, {expected} is served")]
    Changed {
        /// Digest on the disk.
        found: Digest,
        /// Digest of what is served.
        expected: Digest,
    },
}

impl ManifestReadError {
    /// The class of the cause; another manifest is corrupt.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Disk(error) => error.class(),
            Self::Refused(refusal) => refusal.class,
            Self::Changed { .. } => ErrorClass::Corrupt,
        }
    }
}

impl Store {
    /// The whole manifest of a pinned snapshot, read from the disk and verified again: between its promotion and an
    /// opening may lie a year.
    ///
    /// # Errors
    /// See [`ManifestReadError`].
    pub fn manifest(&self, pin: &SnapshotPin) -> Result<Manifest, ManifestReadError> {
        let snapshot = pin.snapshot();
        let path = self.folder().manifest(snapshot.region, snapshot.id);
        let bytes = self.files().read(&path, MANIFEST_LEN_BYTES_MAX);
        let bytes = bytes.map_err(DiskError::at("read", &path))?;
        let (found, expected) = (Digest::of(&bytes), snapshot.digest);
        if found != expected {
            return Err(ManifestReadError::Changed { found, expected });
        }
        Ok(self.parts.manifests.whole(&bytes)?)
    }
}
