//! The secret half of a one-time code, and what the centre keeps of it.

use core::fmt;
use std::io;

use zeroize::Zeroizing;

use crate::seam::Entropy;

/// 80 random bits. Guessing one costs a connection a try; at a thousand tries a second that is 10^13 years. Wiped when
/// dropped, never printed.
#[derive(Clone)]
pub struct EnrolSecret(Zeroizing<[u8; 10]>);

impl EnrolSecret {
    /// A fresh secret.
    ///
    /// # Errors
    /// As [`Entropy::fill`].
    pub fn generate(entropy: &dyn Entropy) -> io::Result<Self> {
        let mut bytes = Zeroizing::new([0; 10]);
        entropy.fill(bytes.as_mut_slice())?;
        Ok(Self(bytes))
    }

    /// The secret with these bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 10]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// What the centre stores and compares.
    #[must_use]
    pub fn hash(&self) -> SecretHash {
        SecretHash(blake3::Hash::from(blake3::derive_key(
            "tomoshibi enrolment secret v1",
            &*self.0,
        )))
    }

    pub(crate) fn as_bytes(&self) -> &[u8; 10] {
        &self.0
    }
}

impl fmt::Debug for EnrolSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EnrolSecret")
    }
}

impl PartialEq for EnrolSecret {
    fn eq(&self, other: &Self) -> bool {
        self.hash() == other.hash()
    }
}

impl Eq for EnrolSecret {}

/// A hash from which the secret cannot be found again: a copy of the centre's disk gives no codes away. Compared in
/// constant time.
#[derive(Clone, Copy)]
pub struct SecretHash(blake3::Hash);

impl SecretHash {
    /// The hash with these bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(blake3::Hash::from(bytes))
    }

    /// The 32 bytes, for the centre's records.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }
}

impl PartialEq for SecretHash {
    fn eq(&self, other: &Self) -> bool {
        // blake3 promises that this comparison takes the same time whatever differs.
        self.0 == other.0
    }
}

impl Eq for SecretHash {}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_secret_has_the_same_hash_and_neither_is_printed() {
        let secret = EnrolSecret::from_bytes([1; 10]);
        assert_eq!(secret, EnrolSecret::from_bytes([1; 10]));
        assert_ne!(secret, EnrolSecret::from_bytes([2; 10]));
        assert_eq!(SecretHash::from_bytes(*secret.hash().as_bytes()), secret.hash());
        assert_eq!(format!("{secret:?} {:?}", secret.hash()), "EnrolSecret SecretHash");
    }
}
