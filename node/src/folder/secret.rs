//! The secrets of a node, each a file of its own with mode 0600.
//!
//! Not covered: what the bytes mean. See `keys`.

use tomoshibi_policies::ErrorClass;
use tomoshibi_sync::seam::Files;
use zeroize::Zeroizing;

use super::{ASIDE, Folder};
use crate::disk::DiskError;

/// Longest secret: 16 KiB, four times the longest private key in use.
const SECRET_LEN_BYTES_MAX: u64 = 16 << 10;

/// A secret of the node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Secret {
    /// The private key behind the node's certificate.
    Tls,
    /// The Ed25519 seed that signs checkpoints.
    JournalSigning,
    /// The age identity to which pre-positioned releases are sealed.
    ReleaseIdentity,
    /// The one-time age identity to which the next opening is sealed; destroyed at closing.
    OpeningIdentity,
    /// The private key (PKCS #8) of the root that tablets trust for the page.
    PageRoot,
}

impl Secret {
    /// Every secret.
    pub const ALL: [Self; 5] = [
        Self::Tls,
        Self::JournalSigning,
        Self::ReleaseIdentity,
        Self::OpeningIdentity,
        Self::PageRoot,
    ];

    /// Name of its file.
    #[must_use]
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Tls => "tls.key",
            Self::JournalSigning => "journal-signing.key",
            Self::ReleaseIdentity => "release.identity",
            Self::OpeningIdentity => "opening.identity",
            Self::PageRoot => "page-root.key",
        }
    }
}

/// Why a secret could not be had.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// There is none yet.
    #[error("the node has no {name}", name = .0.file_name())]
    Missing(Secret),
    /// There is one already, and it must not be lost.
    #[error("the node has a {name} already", name = .0.file_name())]
    Exists(Secret),
    /// The disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

impl SecretError {
    /// The class of the cause.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Missing(_) => ErrorClass::NotFound,
            Self::Exists(_) => ErrorClass::Conflict,
            Self::Disk(error) => error.class(),
        }
    }
}

impl Folder {
    fn secret(&self, secret: Secret) -> std::path::PathBuf {
        self.keys_dir().join(secret.file_name())
    }

    /// True when the secret is there.
    #[must_use]
    pub fn has_secret(&self, files: &dyn Files, secret: Secret) -> bool {
        files.exists(&self.secret(secret))
    }

    /// Reads a secret. Wiped when dropped.
    ///
    /// # Errors
    /// [`SecretError::Missing`], or the disk's.
    pub fn read_secret(
        &self,
        files: &dyn Files,
        secret: Secret,
    ) -> Result<Zeroizing<Vec<u8>>, SecretError> {
        let path = self.secret(secret);
        if !files.exists(&path) {
            return Err(SecretError::Missing(secret));
        }
        let bytes =
            files.read(&path, SECRET_LEN_BYTES_MAX).map_err(DiskError::at("read", &path))?;
        Ok(Zeroizing::new(bytes))
    }

    /// Puts a secret where there is none. A secret is never written over: what was sealed to it would be lost.
    ///
    /// # Errors
    /// [`SecretError::Exists`], or the disk's.
    pub fn write_secret(
        &self,
        files: &dyn Files,
        secret: Secret,
        bytes: &[u8],
    ) -> Result<(), SecretError> {
        let path = self.secret(secret);
        if files.exists(&path) {
            return Err(SecretError::Exists(secret));
        }
        Ok(files.replace(&path, bytes).map_err(DiskError::at("write", &path))?)
    }

    /// Destroys the halves of secrets that a killed process left.
    ///
    /// # Errors
    /// The disk's.
    pub fn erase_secret_leftovers(&self, files: &dyn Files) -> Result<(), DiskError> {
        let dir = self.keys_dir();
        for entry in files.list(&dir).map_err(DiskError::at("list", &dir))? {
            if entry.name.ends_with(ASIDE) {
                let path = entry.path_in(&dir);
                files.erase(&path).map_err(DiskError::at("erase", &path))?;
            }
        }
        Ok(())
    }

    /// Destroys a secret as well as the disk lets us; a missing one is no error.
    ///
    /// # Errors
    /// The disk's.
    pub fn erase_secret(&self, files: &dyn Files, secret: Secret) -> Result<(), SecretError> {
        let path = self.secret(secret);
        Ok(files.erase(&path).map_err(DiskError::at("erase", &path))?)
    }
}

#[cfg(test)]
mod tests {
    use tomoshibi_sync::seam::StdFiles;

    use super::*;

    #[test]
    fn a_secret_is_written_once_read_back_and_destroyed() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path().join("node"));
        folder.create(&StdFiles).unwrap();
        for secret in Secret::ALL {
            let missing = folder.read_secret(&StdFiles, secret).unwrap_err();
            assert_eq!(missing.class(), ErrorClass::NotFound);
            folder.write_secret(&StdFiles, secret, b"one").unwrap();
            let again = folder.write_secret(&StdFiles, secret, b"two").unwrap_err();
            assert_eq!(again.class(), ErrorClass::Conflict);
            assert_eq!(folder.read_secret(&StdFiles, secret).unwrap().as_slice(), b"one");
            folder.erase_secret(&StdFiles, secret).unwrap();
            assert!(!folder.has_secret(&StdFiles, secret));
        }
    }
    #[test]
    fn half_a_secret_of_a_killed_process_does_not_stay() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path());
        folder.create(&StdFiles).unwrap();
        folder.write_secret(&StdFiles, Secret::Tls, b"whole").unwrap();
        let half = folder.keys_dir().join("release.identity.tmp");
        StdFiles.replace(&half, b"half").unwrap();
        folder.erase_secret_leftovers(&StdFiles).unwrap();
        assert!(!half.exists() && folder.has_secret(&StdFiles, Secret::Tls));
    }
}
