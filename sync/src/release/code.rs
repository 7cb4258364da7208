//! The code that opens a pre-positioned release.

use core::fmt;
use std::io;

use secrecy::SecretString;
use zeroize::ZeroizeOnDrop;

use super::CodeError;
use super::spelling::{GROUPS, spell, unspell};
use crate::seam::Entropy;

/// A code of 128 random bits, spoken over radio or telephone. Wiped when dropped, never printed;
/// [`ReleaseCode::spoken`] is the only way to its digits.
#[derive(ZeroizeOnDrop)]
pub struct ReleaseCode([u16; GROUPS]);

impl ReleaseCode {
    /// A new code.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn generate(entropy: &dyn Entropy) -> io::Result<Self> {
        let mut bytes = zeroize::Zeroizing::new([0; 2 * GROUPS]);
        entropy.fill(bytes.as_mut_slice())?;
        let mut code = Self([0; GROUPS]);
        let (pairs, _) = bytes.as_chunks::<2>();
        code.0.iter_mut().zip(pairs).for_each(|(to, from)| *to = u16::from_le_bytes(*from));
        Ok(code)
    }

    /// Reads a code as spoken: eight groups of six digits, with or without spaces, hyphens or line breaks between them,
    /// half width or full.
    ///
    /// # Errors
    /// [`CodeError`], which names the group that was misheard.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        unspell(text).map(Self)
    }

    /// Eight groups of six digits with a space between them: what is spoken, and the passphrase of the seal, so that
    /// stock age opens a release by what was heard.
    #[must_use]
    pub fn spoken(&self) -> SecretString {
        SecretString::from(spell(&self.0))
    }
}

impl fmt::Debug for ReleaseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReleaseCode(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;
    use crate::seam::SystemEntropy;

    #[test]
    fn what_is_spoken_is_what_is_heard() {
        let code = ReleaseCode::generate(&SystemEntropy).unwrap();
        let spoken = code.spoken();
        let again = ReleaseCode::parse(spoken.expose_secret()).unwrap();
        assert_eq!(again.spoken().expose_secret(), spoken.expose_secret());
        assert_eq!(format!("{code:?}"), "ReleaseCode(hidden)");
    }

    #[test]
    fn two_codes_are_never_the_same() {
        let one = ReleaseCode::generate(&SystemEntropy).unwrap().spoken();
        let other = ReleaseCode::generate(&SystemEntropy).unwrap().spoken();
        assert_ne!(one.expose_secret(), other.expose_secret());
    }
}
