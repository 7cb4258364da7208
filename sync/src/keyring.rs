//! The keyring: the age identities that unseal a region's segments, one a generation. FORMAT.md, section "Keyring".
//!
//! Promises: secrets are wiped when dropped, never printed, and leave this module only sealed; a keyring that opens is
//! whole and of one spelling.
//!
//! The content is lines of text that stock age takes as an identity file (`age -d -i keyring.txt segment`), so that a
//! region can be read years from now without this program.
//!
//! Not covered: splitting the recovery identity among officers, the restart copy of an open node, TPMs.

mod text;

use core::fmt;
use std::collections::BTreeMap;
use std::io;

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::record::RegionCode;
use zeroize::Zeroizing;

use crate::id::Generation;
use crate::seal::{AgeSealer, Identity, Recipient, SealError, Sealer};
use crate::seam::Entropy;

/// Newest version of the text.
pub const VERSION: u16 = 1;
/// Most generations. They are rotated after every opening and at least yearly; the oldest are dropped once every segment
/// is sealed anew.
pub const GENERATIONS_MAX: usize = 64;
/// Longest content: 16 KiB, twice what [`GENERATIONS_MAX`] lines need.
pub const KEYRING_LEN_BYTES_MAX: usize = 16 << 10;

/// Why a keyring cannot be opened or made. Carries no secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyringError {
    /// The seal.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// Not a keyring.
    #[error("not a keyring: the first line is wrong")]
    Magic,
    /// A version this build does not read.
    #[error("version {found} of a keyring is not known, at most {known} is: update this program")]
    Version {
        /// In the text.
        found: u16,
        /// Newest known.
        known: u16,
    },
    /// A line that is not what the format says.
    #[error("line {line} of a keyring is not what the format says")]
    Line {
        /// Its number, from 1.
        line: usize,
    },
    /// No generation, too many, or not in ascending order from 1.
    #[error("a keyring of {found} generations, 1 to {limit} in ascending order are read")]
    Generations {
        /// Generations.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// The text has another spelling than the one this program writes.
    #[error("a keyring with lines that the format does not have")]
    Spelling,
    /// No randomness.
    #[error("no randomness: {kind}")]
    Entropy {
        /// What the system said.
        kind: io::ErrorKind,
    },
}

impl KeyringError {
    /// The class of the cause.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Seal(error) => error.class(),
            Self::Version { .. } => ErrorClass::Unsupported,
            Self::Entropy { .. } => ErrorClass::Transient,
            Self::Generations { .. } => ErrorClass::Invalid,
            Self::Magic | Self::Line { .. } | Self::Spelling => ErrorClass::Corrupt,
        }
    }
}

/// The identities of a region, and the secret that staff verifiers are keyed by.
pub struct Keyring {
    /// The region.
    pub region: RegionCode,
    /// True for a drill's keyring.
    pub drill: bool,
    /// One identity a generation, at least one.
    pub identities: BTreeMap<Generation, Identity>,
    /// Keys the verifiers of staff PINs, so that they cannot be guessed from a stolen disk.
    pub staff_secret: Zeroizing<[u8; 32]>,
}

impl Keyring {
    /// A new keyring with generation 1.
    ///
    /// # Errors
    /// [`KeyringError::Entropy`].
    pub fn generate(
        region: RegionCode,
        drill: bool,
        entropy: &dyn Entropy,
    ) -> Result<Self, KeyringError> {
        let mut staff_secret = Zeroizing::new([0; 32]);
        entropy
            .fill(staff_secret.as_mut_slice())
            .map_err(|e| KeyringError::Entropy { kind: e.kind() })?;
        let identities = BTreeMap::from([(Generation(1), Identity::generate())]);
        Ok(Self { region, drill, identities, staff_secret })
    }

    /// Adds the next generation and returns it.
    ///
    /// # Errors
    /// [`KeyringError::Generations`] when there is no room; drop the oldest first.
    pub fn rotate(&mut self) -> Result<Generation, KeyringError> {
        let found = self.identities.len();
        let full = KeyringError::Generations { found, limit: GENERATIONS_MAX };
        if found >= GENERATIONS_MAX {
            return Err(full);
        }
        let next = self.newest().map_or(Some(1), |g| g.0.checked_add(1)).ok_or(full)?;
        self.identities.insert(Generation(next), Identity::generate());
        Ok(Generation(next))
    }

    /// The newest generation.
    #[must_use]
    pub fn newest(&self) -> Option<Generation> {
        self.identities.last_key_value().map(|(generation, _)| *generation)
    }

    /// The public halves: all that a publisher gets.
    #[must_use]
    pub fn recipients(&self) -> BTreeMap<Generation, Recipient> {
        self.identities.iter().map(|(g, identity)| (*g, identity.to_recipient())).collect()
    }

    /// Seals the keyring.
    ///
    /// # Errors
    /// [`KeyringError::Generations`], [`KeyringError::Seal`].
    pub fn seal(&self, recipients: &[Recipient]) -> Result<Vec<u8>, KeyringError> {
        self.seal_with(&AgeSealer, recipients)
    }

    /// As [`Keyring::seal`], sealing with `sealer`.
    ///
    /// # Errors
    /// As [`Keyring::seal`].
    pub fn seal_with(
        &self,
        sealer: &dyn Sealer,
        recipients: &[Recipient],
    ) -> Result<Vec<u8>, KeyringError> {
        Ok(sealer.seal(recipients, self.to_text()?.as_bytes())?)
    }

    /// Opens a sealed keyring.
    ///
    /// # Errors
    /// See [`KeyringError`].
    pub fn open(sealed: &[u8], identity: &Identity) -> Result<Self, KeyringError> {
        Self::open_with(&AgeSealer, sealed, identity)
    }

    /// As [`Keyring::open`], unsealing with `sealer`.
    ///
    /// # Errors
    /// See [`KeyringError`].
    pub fn open_with(
        sealer: &dyn Sealer,
        sealed: &[u8],
        identity: &Identity,
    ) -> Result<Self, KeyringError> {
        Self::from_text(&sealer.unseal(&[identity], sealed, KEYRING_LEN_BYTES_MAX)?)
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keyring(region {}, {} generations, hidden)", self.region, self.identities.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seam::SystemEntropy;

    fn keyring() -> Keyring {
        let region = RegionCode::new(17).unwrap();
        let mut keyring = Keyring::generate(region, true, &SystemEntropy).unwrap();
        keyring.rotate().unwrap();
        keyring
    }

    #[test]
    fn a_sealed_keyring_opens_with_every_generation() {
        let (keyring, recovery) = (keyring(), Identity::generate());
        let sealed = keyring.seal(&[recovery.to_recipient()]).unwrap();
        let opened = Keyring::open(&sealed, &recovery).unwrap();
        assert_eq!(opened.recipients(), keyring.recipients());
        assert_eq!((opened.region, opened.drill), (keyring.region, true));
        assert_eq!(opened.staff_secret, keyring.staff_secret);
        assert_eq!(opened.newest(), Some(Generation(2)));
        let error = Keyring::open(&sealed, &Identity::generate()).unwrap_err();
        assert_eq!(error.class(), ErrorClass::Denied);
    }

    #[test]
    fn a_full_keyring_does_not_rotate_but_opens() {
        let mut keyring = keyring();
        while keyring.rotate().is_ok() {}
        assert_eq!(keyring.identities.len(), GENERATIONS_MAX);
        assert!(keyring.to_text().unwrap().len() < KEYRING_LEN_BYTES_MAX);
        let recovery = Identity::generate();
        let sealed = keyring.seal(&[recovery.to_recipient()]).unwrap();
        assert_eq!(Keyring::open(&sealed, &recovery).unwrap().recipients(), keyring.recipients());
    }

    #[test]
    fn a_keyring_prints_no_secret() {
        let text = format!("{:?}", keyring());
        assert_eq!(text, "Keyring(region 17, 2 generations, hidden)");
    }
}
