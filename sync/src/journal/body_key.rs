//! The key of one file's bodies, sealed with age to those who may read them.
//!
//! The only part of the journal that names age.

use std::io::{Read, Write};

use age::x25519;
use secrecy::SecretString;
use tomoshibi_policies::ErrorClass;
use zeroize::Zeroizing;

/// Longest sealed key that is read: 4 KiB, some thirty recipients.
pub(super) const SEALED_KEY_LEN_BYTES_MAX: usize = 4 << 10;

/// A key of 32 bytes.
pub(super) type BodyKey = Zeroizing<[u8; 32]>;

/// Why a body key cannot be sealed or unsealed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BodyKeyError {
    /// No recipient, or a text that is none.
    #[error("the journal's recipients are none or not age X25519 recipients: {count} given")]
    Recipients {
        /// How many were given.
        count: usize,
    },
    /// The identity is not an age X25519 identity.
    #[error("the identity is not an age X25519 identity")]
    Identity,
    /// age refused, or what it opened is not a key.
    #[error("the body key cannot be unsealed with this identity")]
    Unseal,
    /// age refused to seal.
    #[error("the body key cannot be sealed")]
    Seal,
}

impl BodyKeyError {
    /// Invalid, denied or internal.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Recipients { .. } | Self::Identity => ErrorClass::Invalid,
            Self::Unseal => ErrorClass::Denied,
            Self::Seal => ErrorClass::Internal,
        }
    }
}

/// Seals `key` to every one of `recipients` (`age1…`). age draws its own randomness.
pub(super) fn seal(key: &BodyKey, recipients: &[String]) -> Result<Vec<u8>, BodyKeyError> {
    let bad = BodyKeyError::Recipients { count: recipients.len() };
    let parsed: Result<Vec<x25519::Recipient>, _> = recipients.iter().map(|r| r.parse()).collect();
    let parsed = parsed.map_err(|_| bad.clone())?;
    let each = parsed.iter().map(|recipient| recipient as &dyn age::Recipient);
    let encryptor = age::Encryptor::with_recipients(each).map_err(|_| bad)?;
    let mut sealed = Vec::new();
    let seal = || -> std::io::Result<()> {
        let mut writer = encryptor.wrap_output(&mut sealed)?;
        writer.write_all(key.as_slice())?;
        writer.finish().map(drop)
    };
    seal().map_err(|_| BodyKeyError::Seal)?;
    match sealed.len() {
        len if len > SEALED_KEY_LEN_BYTES_MAX => Err(BodyKeyError::Seal),
        _ => Ok(sealed),
    }
}

/// Unseals a key with an identity (`AGE-SECRET-KEY-1…`).
pub(super) fn unseal(sealed: &[u8], identity: &SecretString) -> Result<BodyKey, BodyKeyError> {
    use secrecy::ExposeSecret as _;

    let identity: x25519::Identity =
        identity.expose_secret().parse().map_err(|_| BodyKeyError::Identity)?;
    let decryptor = age::Decryptor::new_buffered(sealed).map_err(|_| BodyKeyError::Unseal)?;
    let each = core::iter::once(&identity as &dyn age::Identity);
    let reader = decryptor.decrypt(each).map_err(|_| BodyKeyError::Unseal)?;
    let mut plain = Zeroizing::new(Vec::with_capacity(64));
    reader.take(64).read_to_end(&mut plain).map_err(|_| BodyKeyError::Unseal)?;
    let key: [u8; 32] = plain.as_slice().try_into().map_err(|_| BodyKeyError::Unseal)?;
    Ok(Zeroizing::new(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_recipient_can_unseal_and_nobody_else() {
        let identities: Vec<_> = (0..3).map(|_| x25519::Identity::generate()).collect();
        let recipients: Vec<_> =
            identities[..2].iter().map(|i| i.to_public().to_string()).collect();
        let key = Zeroizing::new([7; 32]);
        let sealed = seal(&key, &recipients).unwrap();
        for identity in &identities[..2] {
            assert_eq!(unseal(&sealed, &identity.to_string()).unwrap(), key);
        }
        assert_eq!(unseal(&sealed, &identities[2].to_string()), Err(BodyKeyError::Unseal));
    }

    #[test]
    fn a_journal_nobody_could_read_is_refused() {
        let key = Zeroizing::new([7; 32]);
        for recipients in [vec![], vec!["age1nonsense".to_owned()]] {
            let count = recipients.len();
            assert_eq!(seal(&key, &recipients), Err(BodyKeyError::Recipients { count }));
        }
    }
}
