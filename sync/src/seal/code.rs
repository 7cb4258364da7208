//! Sealing under a spoken code.

use std::io::{Cursor, Write};

use age::{Decryptor, Encryptor, scrypt};
use secrecy::SecretString;
use zeroize::Zeroizing;

use super::SealError;
use super::stream::read_all;
use super::window::check_header_end;

/// scrypt work factor, as a power of two. Stretching exists for passwords that people choose; the codes sealed under
/// here have 128 random bits, which no number of guesses reaches, so the least that age is content with is enough, and
/// an opening does not wait. A file that calls for more is a stranger's.
pub const CODE_WORK_FACTOR: u8 = 10;

/// Seals `plain` under `code`, which must have 128 random bits (see [`CODE_WORK_FACTOR`]).
///
/// # Errors
/// None in practice; age's, if it refuses to seal.
pub fn seal_with_code(code: &SecretString, plain: &[u8]) -> Result<Vec<u8>, SealError> {
    let mut recipient = scrypt::Recipient::new(code.clone());
    recipient.set_work_factor(CODE_WORK_FACTOR);
    let recipients = [&recipient as &dyn age::Recipient];
    let encryptor = Encryptor::with_recipients(recipients.into_iter())
        .map_err(|_| SealError::Recipients { found: 1, limit: 1 })?;
    let out = Vec::with_capacity(plain.len() + 1024);
    let mut writer = encryptor.wrap_output(out).map_err(|e| SealError::from_stream(&e))?;
    writer.write_all(plain).map_err(|e| SealError::from_stream(&e))?;
    writer.finish().map_err(|e| SealError::from_stream(&e))
}

/// Unseals at most `limit` bytes of content with `code`.
///
/// # Errors
/// See [`SealError`]; [`SealError::WrongCode`] when the code is another one.
pub fn unseal_with_code(
    code: &SecretString,
    sealed: &[u8],
    limit: usize,
) -> Result<Zeroizing<Vec<u8>>, SealError> {
    check_header_end(sealed)?;
    let mut identity = scrypt::Identity::new(code.clone());
    identity.set_max_work_factor(CODE_WORK_FACTOR);
    let identities = [&identity as &dyn age::Identity];
    let reader = Decryptor::new_buffered(Cursor::new(sealed))
        .and_then(|d| d.decrypt(identities.into_iter()))
        .map_err(|e| SealError::from_header(&e))?;
    read_all(reader, sealed.len(), limit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::{Identity, seal, unseal};

    fn code(text: &str) -> SecretString {
        SecretString::from(text)
    }

    #[test]
    fn only_the_code_unseals() {
        let sealed = seal_with_code(&code("right"), b"plain").unwrap();
        assert_eq!(unseal_with_code(&code("right"), &sealed, 9).unwrap().as_slice(), b"plain");
        assert_eq!(unseal_with_code(&code("wrong"), &sealed, 9), Err(SealError::WrongCode));
        assert_eq!(unseal(&[&Identity::generate()], &sealed, 9), Err(SealError::OtherRecipient));
    }

    #[test]
    fn what_is_sealed_to_a_recipient_opens_under_no_code() {
        let sealed = seal(&[Identity::generate().to_recipient()], b"plain").unwrap();
        assert_eq!(unseal_with_code(&code("right"), &sealed, 9), Err(SealError::OtherRecipient));
    }

    #[test]
    fn a_costly_work_factor_is_refused_before_the_work() {
        let sealed = seal_with_code(&code("right"), b"plain").unwrap();
        let text = String::from_utf8_lossy(&sealed[..120]).into_owned();
        let line = text.lines().find(|l| l.starts_with("-> scrypt")).unwrap();
        let costly = line.replace(" 10", " 40");
        let mut bad = costly.as_bytes().to_vec();
        let start = text.find(line).unwrap();
        bad.splice(0..0, sealed[..start].iter().copied());
        bad.extend(&sealed[start + line.len()..]);
        assert_eq!(
            unseal_with_code(&code("right"), &bad, 9),
            Err(SealError::WorkFactor { found: 40, limit: CODE_WORK_FACTOR })
        );
    }
}
