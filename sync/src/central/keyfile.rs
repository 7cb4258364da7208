//! Secrets in files: one a file, mode 0600, one line that says what it is.

use std::path::{Path, PathBuf};

use secrecy::ExposeSecret;
use tomoshibi_policies::ErrorClass;
use zeroize::{Zeroize, Zeroizing};

use crate::seal::Identity;
use crate::seam::Files;
use crate::signed::SigningKey;

const PREFIX: &str = "TOMOSHIBI-SIGNING-KEY-1 ";
const LEN_BYTES_MAX: u64 = 4096;

/// Why a key file cannot be read or written. Never carries content.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The disk's answer.
    #[error("key file {}: {source}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Not a key of the kind expected.
    #[error("key file {}: not a {what}", path.display())]
    Content {
        /// Which file.
        path: PathBuf,
        /// What was expected.
        what: &'static str,
    },
}

impl KeyFileError {
    /// Not found, corrupt or internal.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Io { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
                ErrorClass::NotFound
            }
            Self::Io { .. } => ErrorClass::Internal,
            Self::Content { .. } => ErrorClass::Corrupt,
        }
    }
}

/// Writes a signing key.
///
/// # Errors
/// The disk's.
pub fn write_signing_key(
    files: &dyn Files,
    path: &Path,
    key: &SigningKey,
) -> Result<(), KeyFileError> {
    let mut text = Zeroizing::new(String::from(PREFIX));
    for byte in key.seed().iter() {
        text.push_str(&format!("{byte:02x}"));
    }
    text.push('\n');
    write(files, path, text.as_bytes())
}

/// Reads a signing key.
///
/// # Errors
/// See [`KeyFileError`].
pub fn read_signing_key(files: &dyn Files, path: &Path) -> Result<SigningKey, KeyFileError> {
    let text = read(files, path)?;
    let content = || KeyFileError::Content { path: path.into(), what: "signing key" };
    let digits = text.strip_prefix(PREFIX).ok_or_else(content)?.trim_end();
    // The seed has the spelling of a digest: 64 digits.
    let digest: crate::id::Digest = digits.parse().map_err(|_| content())?;
    let mut seed = *digest.as_bytes();
    let key = SigningKey::from_seed(&seed);
    seed.zeroize();
    Ok(key)
}

/// Writes an age identity, as `age-keygen` does.
///
/// # Errors
/// The disk's.
pub fn write_identity(
    files: &dyn Files,
    path: &Path,
    identity: &Identity,
) -> Result<(), KeyFileError> {
    let secret = identity.expose();
    let public = identity.to_recipient();
    let text = Zeroizing::new(format!("# public key: {public}\n{}\n", secret.expose_secret()));
    write(files, path, text.as_bytes())
}

/// Reads an age identity.
///
/// # Errors
/// See [`KeyFileError`].
pub fn read_identity(files: &dyn Files, path: &Path) -> Result<Identity, KeyFileError> {
    let text = read(files, path)?;
    let content = || KeyFileError::Content { path: path.into(), what: "age identity" };
    let line = text.lines().find(|line| !line.starts_with('#') && !line.trim().is_empty());
    Identity::parse(line.ok_or_else(content)?.trim()).map_err(|_| content())
}

fn write(files: &dyn Files, path: &Path, bytes: &[u8]) -> Result<(), KeyFileError> {
    let io = |source| KeyFileError::Io { path: path.into(), source };
    if let Some(folder) = path.parent() {
        files.create_dir(folder).map_err(io)?;
    }
    files.replace(path, bytes).map_err(io)
}

fn read(files: &dyn Files, path: &Path) -> Result<Zeroizing<String>, KeyFileError> {
    let bytes = files
        .read(path, LEN_BYTES_MAX)
        .map_err(|source| KeyFileError::Io { path: path.into(), source })?;
    String::from_utf8(bytes).map(Zeroizing::new).map_err(|error| {
        error.into_bytes().zeroize();
        KeyFileError::Content { path: path.into(), what: "text" }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seam::StdFiles;

    #[test]
    fn keys_survive_their_files() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys").join("publisher.key");
        let key = SigningKey::from_seed(&[7; 32]);
        write_signing_key(&StdFiles, &path, &key).unwrap();
        assert_eq!(read_signing_key(&StdFiles, &path).unwrap().public(), key.public());
        let identity = Identity::generate();
        let path = dir.path().join("journal.identity");
        write_identity(&StdFiles, &path, &identity).unwrap();
        let again = read_identity(&StdFiles, &path).unwrap();
        assert_eq!(again.to_recipient(), identity.to_recipient());
    }

    #[test]
    fn other_content_is_refused_and_not_repeated() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        for content in [&b"TOMOSHIBI-SIGNING-KEY-1 00"[..], b"secret words", b"", b"\xff"] {
            StdFiles.replace(&path, content).unwrap();
            let signing = read_signing_key(&StdFiles, &path).unwrap_err();
            let identity = read_identity(&StdFiles, &path).unwrap_err();
            for error in [signing, identity] {
                assert_eq!(error.class(), ErrorClass::Corrupt);
                assert!(!error.to_string().contains("words"));
            }
        }
        let missing = read_identity(&StdFiles, &dir.path().join("none")).unwrap_err();
        assert_eq!(missing.class(), ErrorClass::NotFound);
    }
}
