//! The node's secrets as what they are: signing keys and age identities.
//!
//! A signing key is its 32-byte seed, an identity its text line. Making a key that is there gives the one that is
//! there: a key that something was sealed to or signed with is never written over.

use secrecy::ExposeSecret;
use tomoshibi_policies::ErrorClass;
use tomoshibi_sync::seal::Identity;
use tomoshibi_sync::signed::SigningKey;
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::folder::{Folder, Secret};
use crate::node::Seams;

/// The signing key in `secret`.
///
/// # Errors
/// The disk's; [`ErrorClass::NotFound`]; [`ErrorClass::Corrupt`] for something else than a seed.
pub fn signing_key(folder: &Folder, seams: &Seams, secret: Secret) -> Result<SigningKey, Failure> {
    let seed = folder.read_secret(&*seams.files, secret)?;
    let seed = seed.as_slice().try_into().map_err(|_| damaged(secret))?;
    Ok(SigningKey::from_seed(seed))
}

/// The signing key in `secret`, made when there is none.
///
/// # Errors
/// As [`signing_key`]; randomness.
pub fn make_signing_key(
    folder: &Folder,
    seams: &Seams,
    secret: Secret,
) -> Result<SigningKey, Failure> {
    if folder.has_secret(&*seams.files, secret) {
        return signing_key(folder, seams, secret);
    }
    let mut seed = Zeroizing::new([0; 32]);
    seams.entropy.fill(&mut *seed).map_err(|error| {
        Failure::new(ErrorClass::Internal, "entropy").with("cause", error.to_string())
    })?;
    folder.write_secret(&*seams.files, secret, &*seed)?;
    Ok(SigningKey::from_seed(&seed))
}

/// The age identity in `secret`.
///
/// # Errors
/// The disk's; [`ErrorClass::NotFound`]; [`ErrorClass::Corrupt`] for something else than an identity.
pub fn identity(folder: &Folder, seams: &Seams, secret: Secret) -> Result<Identity, Failure> {
    let bytes = folder.read_secret(&*seams.files, secret)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| damaged(secret))?;
    // Stock age writes comments around it.
    let line = text.lines().find(|line| line.starts_with("AGE-SECRET-KEY-1"));
    let identity = line.and_then(|line| Identity::parse(line.trim()).ok());
    identity.ok_or_else(|| damaged(secret))
}

/// The age identity in `secret`, made when there is none.
///
/// # Errors
/// As [`identity`].
pub fn make_identity(folder: &Folder, seams: &Seams, secret: Secret) -> Result<Identity, Failure> {
    if folder.has_secret(&*seams.files, secret) {
        return identity(folder, seams, secret);
    }
    let made = Identity::generate();
    folder.write_secret(&*seams.files, secret, made.expose().expose_secret().as_bytes())?;
    Ok(made)
}

fn damaged(secret: Secret) -> Failure {
    Failure::new(ErrorClass::Corrupt, "secret-damaged").with("name", secret.file_name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_a_damaged_one_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path());
        let seams = Seams::of_host();
        folder.create(&*seams.files).unwrap();
        let (signing, age) = (Secret::Tls, Secret::OpeningIdentity);
        let missing = signing_key(&folder, &seams, signing).unwrap_err();
        assert_eq!(missing.class, ErrorClass::NotFound);
        let made = make_signing_key(&folder, &seams, signing).unwrap().public();
        assert_eq!(make_signing_key(&folder, &seams, signing).unwrap().public(), made);
        let made = make_identity(&folder, &seams, age).unwrap().to_recipient().to_string();
        let again = make_identity(&folder, &seams, age).unwrap().to_recipient().to_string();
        assert_eq!(made, again);
        for secret in [signing, age] {
            folder.erase_secret(&*seams.files, secret).unwrap();
            folder.write_secret(&*seams.files, secret, b"half").unwrap();
        }
        assert_eq!(signing_key(&folder, &seams, signing).unwrap_err().code, "secret-damaged");
        assert_eq!(identity(&folder, &seams, age).unwrap_err().code, "secret-damaged");
    }
}
