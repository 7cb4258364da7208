//! Whom something is sealed to, and who unseals it.

use core::fmt;
use core::str::FromStr;

use secrecy::SecretString;

use super::SealError;

/// An age X25519 public key, written `age1…`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Recipient(age::x25519::Recipient);

impl Recipient {
    pub(super) fn as_age(&self) -> &dyn age::Recipient {
        &self.0
    }
}

impl FromStr for Recipient {
    type Err = SealError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self).map_err(|_| SealError::Recipient)
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An age X25519 secret key. Wiped when dropped, never printed; [`Identity::expose`] is the only way to its text.
pub struct Identity(age::x25519::Identity);

impl Identity {
    /// A new identity, from the operating system's randomness.
    #[must_use]
    pub fn generate() -> Self {
        Self(age::x25519::Identity::generate())
    }

    /// Reads `AGE-SECRET-KEY-1…`. The caller wipes the text.
    ///
    /// # Errors
    /// [`SealError::Identity`], which does not repeat the text.
    pub fn parse(text: &str) -> Result<Self, SealError> {
        text.parse().map(Self).map_err(|_| SealError::Identity)
    }

    /// The public half.
    #[must_use]
    pub fn to_recipient(&self) -> Recipient {
        Recipient(self.0.to_public())
    }

    /// The text `AGE-SECRET-KEY-1…`, for a key file of mode 0600.
    #[must_use]
    pub fn expose(&self) -> SecretString {
        self.0.to_string()
    }

    pub(super) fn as_age(&self) -> &dyn age::Identity {
        &self.0
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn keys_survive_their_text() {
        let identity = Identity::generate();
        let again = Identity::parse(identity.expose().expose_secret()).unwrap();
        assert_eq!(again.to_recipient(), identity.to_recipient());
        let text = identity.to_recipient().to_string();
        assert!(text.starts_with("age1"));
        assert_eq!(text.parse(), Ok(identity.to_recipient()));
    }

    #[test]
    fn other_texts_are_no_keys_and_are_not_repeated() {
        let identity = Identity::generate();
        let public = identity.to_recipient().to_string();
        assert_eq!(Identity::parse(&public).err(), Some(SealError::Identity));
        for text in ["", "age1", &public[..public.len() - 1], &public.replace("age1", "bge1")] {
            assert_eq!(text.parse::<Recipient>(), Err(SealError::Recipient));
        }
        assert_eq!(format!("{identity:?}"), "Identity(hidden)");
    }
}
