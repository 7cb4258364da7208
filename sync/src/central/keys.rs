//! Generations: the keyring in the authority's folder, and the recipient that the publisher gets of it.
//!
//! Order of writes: the keyring, then the recipient. A publisher can so never seal to a generation that no keyring
//! holds; the reverse, a generation that nothing is sealed to, costs nothing.
//!
//! Not covered: splitting the recovery identity among officers.

use std::str::FromStr;

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::record::RegionCode;

use super::folder::Folder;
use super::init::name;
use super::keyfile::{self, KeyFileError};
use crate::id::Generation;
use crate::keyring::{Keyring, KeyringError};
use crate::seal::{Identity, Recipient};
use crate::seam::{Entropy, Files};

const SEALED_LEN_BYTES_MAX: u64 = 64 << 10;
const RECIPIENT_LEN_BYTES_MAX: u64 = 256;

/// Why a generation could not be made or read.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// A key file.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// The keyring.
    #[error("keyring: {0}")]
    Keyring(#[from] KeyringError),
    /// The disk's answer.
    #[error("{what}: {source}")]
    Io {
        /// Which file.
        what: &'static str,
        /// Why.
        source: std::io::Error,
    },
    /// The recipient's file holds something else.
    #[error("{}: not a generation and its recipient", name::GENERATION)]
    Recipient,
    /// The keyring has no generation.
    #[error("the keyring has no generation")]
    Empty,
}

impl KeysError {
    /// The class of the cause.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Key(error) => error.class(),
            Self::Keyring(error) => error.class(),
            Self::Io { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
                ErrorClass::NotFound
            }
            Self::Io { .. } => ErrorClass::Internal,
            Self::Recipient | Self::Empty => ErrorClass::Corrupt,
        }
    }
}

/// Makes the first keyring, in place of any that an interrupted beginning left.
///
/// # Errors
/// See [`KeysError`].
pub fn begin(
    folder: &Folder,
    files: &dyn Files,
    entropy: &dyn Entropy,
    region: RegionCode,
    drill: bool,
) -> Result<Generation, KeysError> {
    store(folder, files, &Keyring::generate(region, drill, entropy)?)
}

/// Adds the next generation; what is published from now on is sealed to it.
///
/// # Errors
/// See [`KeysError`].
pub fn rotate(folder: &Folder, files: &dyn Files) -> Result<Generation, KeysError> {
    let mut keyring = keyring(folder, files)?;
    keyring.rotate()?;
    store(folder, files, &keyring)
}

/// Opens the keyring with the recovery identity: an act of the authority.
///
/// # Errors
/// See [`KeysError`].
pub fn keyring(folder: &Folder, files: &dyn Files) -> Result<Keyring, KeysError> {
    let recovery = recovery(folder, files)?;
    let sealed = files
        .read(&folder.authority_key(name::KEYRING), SEALED_LEN_BYTES_MAX)
        .map_err(|source| KeysError::Io { what: name::KEYRING, source })?;
    Ok(Keyring::open(&sealed, &recovery)?)
}

/// The identity that unseals what the authority keeps.
///
/// # Errors
/// See [`KeyFileError`].
pub fn recovery(folder: &Folder, files: &dyn Files) -> Result<Identity, KeyFileError> {
    keyfile::read_identity(files, &folder.authority_key(name::RECOVERY))
}

/// The current generation and its recipient: all that a publisher holds.
///
/// # Errors
/// See [`KeysError`].
pub fn current(folder: &Folder, files: &dyn Files) -> Result<(Generation, Recipient), KeysError> {
    let bytes = files
        .read(&folder.key(name::GENERATION), RECIPIENT_LEN_BYTES_MAX)
        .map_err(|source| KeysError::Io { what: name::GENERATION, source })?;
    let text = String::from_utf8(bytes).map_err(|_| KeysError::Recipient)?;
    let (number, recipient) = text.trim_end().split_once(' ').ok_or(KeysError::Recipient)?;
    let number = number.parse().map_err(|_| KeysError::Recipient)?;
    let recipient = Recipient::from_str(recipient).map_err(|_| KeysError::Recipient)?;
    Ok((Generation(number), recipient))
}

fn store(folder: &Folder, files: &dyn Files, keyring: &Keyring) -> Result<Generation, KeysError> {
    let recovery = recovery(folder, files)?.to_recipient();
    let sealed = keyring.seal(&[recovery])?;
    let io = |what| move |source| KeysError::Io { what, source };
    files.replace(&folder.authority_key(name::KEYRING), &sealed).map_err(io(name::KEYRING))?;
    let recipients = keyring.recipients();
    let (generation, recipient) = recipients.last_key_value().ok_or(KeysError::Empty)?;
    let text = format!("{generation} {recipient}\n");
    files.replace(&folder.key(name::GENERATION), text.as_bytes()).map_err(io(name::GENERATION))?;
    Ok(*generation)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::central::config::Config;
    use crate::central::init::init;
    use crate::seam::{StdFiles, SystemEntropy};

    #[test]
    fn a_rotation_adds_a_generation_and_keeps_the_older() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path());
        init(&folder, &Config::default(), &StdFiles, &SystemEntropy).unwrap();
        let (first, one) = current(&folder, &StdFiles).unwrap();
        assert_eq!(first, Generation(1));
        assert_eq!(rotate(&folder, &StdFiles).unwrap(), Generation(2));
        let (second, two) = current(&folder, &StdFiles).unwrap();
        let recipients = keyring(&folder, &StdFiles).unwrap().recipients();
        assert_eq!(second, Generation(2));
        assert_eq!(recipients.into_values().collect::<Vec<_>>(), [one, two]);
    }

    #[test]
    fn a_damaged_recipient_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path());
        init(&folder, &Config::default(), &StdFiles, &SystemEntropy).unwrap();
        for text in ["", "1", "x age1", "1 age1nothing\n"] {
            StdFiles.replace(&folder.key(name::GENERATION), text.as_bytes()).unwrap();
            assert_eq!(current(&folder, &StdFiles).unwrap_err().class(), ErrorClass::Corrupt);
        }
    }
}
