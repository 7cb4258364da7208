//! Sealing and unsealing, whole or streaming.

use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};

use age::stream::{StreamReader, StreamWriter};
use age::{Decryptor, Encryptor};
use zeroize::Zeroizing;

use super::window::check_header_end;
use super::{Identity, Recipient, SealError, Window};
use crate::seam::ReadAt;

/// Most recipients of one file: a region's recovery recipient, the centre, an opening identity, a few spare.
pub const RECIPIENTS_MAX: usize = 16;

/// Seals what is written to it. [`SealWriter::finish`] must be called: without it the file is truncated.
pub struct SealWriter<W>(StreamWriter<W>);

impl<W: Write> SealWriter<W> {
    /// Writes the header for `recipients` to `out`.
    ///
    /// # Errors
    /// [`SealError::Recipients`] or the disk's.
    pub fn new(recipients: &[Recipient], out: W) -> Result<Self, SealError> {
        let found = recipients.len();
        let refused = SealError::Recipients { found, limit: RECIPIENTS_MAX };
        if found == 0 || found > RECIPIENTS_MAX {
            return Err(refused);
        }
        let encryptor = Encryptor::with_recipients(recipients.iter().map(Recipient::as_age))
            .map_err(|_| refused)?;
        encryptor.wrap_output(out).map(Self).map_err(|e| SealError::from_stream(&e))
    }

    /// Writes the last chunk and gives back the output.
    ///
    /// # Errors
    /// The disk's.
    pub fn finish(self) -> Result<W, SealError> {
        self.0.finish().map_err(|e| SealError::from_stream(&e))
    }
}

impl<W: Write> Write for SealWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// The content of a sealed file, readable at any place: a read unseals the 64 KiB chunks it touches, and seeking from
/// the end first proves by the last chunk that nothing was cut off.
///
/// After any error the position is not known: drop it and open the file again.
pub struct Unsealed<R>(StreamReader<R>);

impl Unsealed<Window> {
    /// Opens a sealed file. Costs one X25519 a recipient of the file and identity, and reads one header.
    ///
    /// # Errors
    /// See [`SealError`].
    pub fn open(file: Box<dyn ReadAt>, identities: &[&Identity]) -> Result<Self, SealError> {
        let decryptor = Decryptor::new_buffered(Window::open(file)?);
        unseal_header(decryptor, identities)
    }
}

impl<'a> Unsealed<Cursor<&'a [u8]>> {
    /// Opens a sealed file that is in memory.
    ///
    /// # Errors
    /// See [`SealError`].
    pub fn open_bytes(sealed: &'a [u8], identities: &[&Identity]) -> Result<Self, SealError> {
        check_header_end(sealed)?;
        unseal_header(Decryptor::new_buffered(Cursor::new(sealed)), identities)
    }
}

fn unseal_header<R: Read>(
    decryptor: Result<Decryptor<R>, age::DecryptError>,
    identities: &[&Identity],
) -> Result<Unsealed<R>, SealError> {
    decryptor
        .and_then(|d| d.decrypt(identities.iter().map(|identity| identity.as_age())))
        .map(Unsealed)
        .map_err(|e| SealError::from_header(&e))
}

impl<R: Read> Read for Unsealed<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.0.read(buf)
    }
}

impl<R: Read + Seek> Seek for Unsealed<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.seek(to)
    }
}

/// Seals `plain` to every one of `recipients`.
///
/// # Errors
/// [`SealError::Recipients`].
pub fn seal(recipients: &[Recipient], plain: &[u8]) -> Result<Vec<u8>, SealError> {
    let mut writer = SealWriter::new(recipients, Vec::with_capacity(plain.len() + 1024))?;
    writer.write_all(plain).map_err(|e| SealError::from_stream(&e))?;
    writer.finish()
}

/// Unseals at most `limit` bytes of content with any of `identities`.
///
/// # Errors
/// See [`SealError`].
pub fn unseal(
    identities: &[&Identity],
    sealed: &[u8],
    limit: usize,
) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let reader = Unsealed::open_bytes(sealed, identities)?;
    read_all(reader, sealed.len(), limit)
}

/// Reads all content. The content is never longer than what it is sealed in, so that one allocation is enough and no
/// half-grown copy of a secret stays behind in memory.
pub(super) fn read_all(
    reader: impl Read,
    sealed_len: usize,
    limit: usize,
) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let mut plain = Zeroizing::new(Vec::with_capacity(sealed_len.min(limit.saturating_add(1))));
    reader
        .take((limit as u64).saturating_add(1))
        .read_to_end(&mut plain)
        .map_err(|e| SealError::from_stream(&e))?;
    if plain.len() > limit {
        return Err(SealError::TooLong { limit });
    }
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::HEADER_LEN_BYTES_MAX;

    const LIMIT: usize = 1 << 20;

    #[test]
    fn each_recipient_unseals_and_nobody_else() {
        let (a, b, c) = (Identity::generate(), Identity::generate(), Identity::generate());
        let sealed = seal(&[a.to_recipient(), b.to_recipient()], b"plain").unwrap();
        for identity in [&a, &b] {
            assert_eq!(unseal(&[identity], &sealed, LIMIT).unwrap().as_slice(), b"plain");
        }
        assert_eq!(unseal(&[&c, &a], &sealed, LIMIT).unwrap().as_slice(), b"plain");
        assert_eq!(unseal(&[&c], &sealed, LIMIT), Err(SealError::OtherRecipient));
    }

    #[test]
    fn nobody_and_too_many_are_not_sealed_to() {
        let many = vec![Identity::generate().to_recipient(); RECIPIENTS_MAX + 1];
        for recipients in [&many[..0], &many] {
            let error = seal(recipients, b"").unwrap_err();
            assert_eq!(
                error,
                SealError::Recipients { found: recipients.len(), limit: RECIPIENTS_MAX }
            );
        }
        assert!(seal(&many[1..], b"").unwrap().len() < HEADER_LEN_BYTES_MAX);
    }

    #[test]
    fn content_longer_than_the_limit_is_refused() {
        let identity = Identity::generate();
        let sealed = seal(&[identity.to_recipient()], &[7; 100]).unwrap();
        assert_eq!(unseal(&[&identity], &sealed, 99), Err(SealError::TooLong { limit: 99 }));
        assert_eq!(unseal(&[&identity], &sealed, 100).unwrap().len(), 100);
    }

    #[test]
    fn a_header_without_an_end_costs_nothing() {
        let mut endless = b"age-encryption.org/v1\n".to_vec();
        endless.extend(b"-> a\n\n".repeat(100_000));
        let identity = Identity::generate();
        assert_eq!(
            unseal(&[&identity], &endless, LIMIT),
            Err(SealError::HeaderTooLong { limit: HEADER_LEN_BYTES_MAX })
        );
        assert_eq!(unseal(&[&identity], b"", LIMIT), Err(SealError::Header));
    }

    struct File(Vec<u8>);

    impl ReadAt for File {
        fn len_bytes(&self) -> u64 {
            self.0.len() as u64
        }

        fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
            (&self.0[offset as usize..]).read(buf)
        }
    }

    #[test]
    fn content_is_read_at_any_place_on_either_side_of_a_chunk() {
        let identity = Identity::generate();
        let chunk: usize = 64 << 10;
        for len in [0, 1, chunk - 1, chunk, chunk + 1, 2 * chunk, 2 * chunk + 40] {
            let plain: Vec<u8> = (0..len).map(|n| (n % 253) as u8).collect();
            let sealed = seal(&[identity.to_recipient()], &plain).unwrap();
            let mut reader = Unsealed::open(Box::new(File(sealed)), &[&identity]).unwrap();
            assert_eq!(reader.seek(SeekFrom::End(0)).unwrap(), len as u64);
            for place in [len.saturating_sub(1), 0, len / 2, chunk.min(len), len] {
                let mut rest = Vec::new();
                reader.seek(SeekFrom::Start(place as u64)).unwrap();
                reader.read_to_end(&mut rest).unwrap();
                assert!(rest == plain[place..], "{len} {place}");
            }
        }
    }

    #[test]
    fn damage_anywhere_is_noticed() {
        let identity = Identity::generate();
        let plain: Vec<u8> = (0..200_000_u32).map(|n| n as u8).collect();
        let sealed = seal(&[identity.to_recipient()], &plain).unwrap();
        for place in (0..sealed.len()).step_by(997) {
            let mut bad = sealed.clone();
            bad[place] ^= 4;
            assert!(unseal(&[&identity], &bad, LIMIT).is_err(), "byte {place}");
            assert!(unseal(&[&identity], &sealed[..place], LIMIT).is_err(), "cut at {place}");
        }
    }
}
