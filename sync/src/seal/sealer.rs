//! Sealing as a seam.

use std::io::{Read, Seek, Write};

use secrecy::SecretString;
use zeroize::Zeroizing;

use super::{Identity, Recipient, SealError, SealWriter, Unsealed};
use crate::seam::ReadAt;

/// Unsealed content, readable at any place.
pub trait Plain: Read + Seek + Send {}

impl<T: Read + Seek + Send> Plain for T {}

/// Seals and unseals. age draws randomness of its own, so a simulation that must replay exactly puts a stub here.
pub trait Sealer: Send + Sync {
    /// Seals `plain` to `recipients`, onto `out`.
    ///
    /// # Errors
    /// See [`SealError`].
    fn seal_onto(
        &self,
        recipients: &[Recipient],
        plain: &[u8],
        out: &mut dyn Write,
    ) -> Result<(), SealError>;
    /// Unseals at most `limit` bytes.
    ///
    /// # Errors
    /// See [`SealError`].
    fn unseal(
        &self,
        identities: &[&Identity],
        sealed: &[u8],
        limit: usize,
    ) -> Result<Zeroizing<Vec<u8>>, SealError>;
    /// Opens a sealed file for reading at any place.
    ///
    /// # Errors
    /// See [`SealError`].
    fn open(
        &self,
        file: Box<dyn ReadAt>,
        identities: &[&Identity],
    ) -> Result<Box<dyn Plain>, SealError>;
    /// Seals `plain` under a spoken code of 128 bits.
    ///
    /// # Errors
    /// See [`SealError`].
    fn seal_with_code(&self, code: &SecretString, plain: &[u8]) -> Result<Vec<u8>, SealError>;
    /// Unseals at most `limit` bytes with a spoken code.
    ///
    /// # Errors
    /// See [`SealError`].
    fn unseal_with_code(
        &self,
        code: &SecretString,
        sealed: &[u8],
        limit: usize,
    ) -> Result<Zeroizing<Vec<u8>>, SealError>;

    /// Seals `plain` to `recipients`.
    ///
    /// # Errors
    /// See [`SealError`].
    fn seal(&self, recipients: &[Recipient], plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut out = Vec::with_capacity(plain.len() + 1024);
        self.seal_onto(recipients, plain, &mut out)?;
        Ok(out)
    }
}

/// age, the production sealer.
#[derive(Debug, Clone, Copy, Default)]
pub struct AgeSealer;

impl Sealer for AgeSealer {
    fn seal_onto(
        &self,
        recipients: &[Recipient],
        plain: &[u8],
        out: &mut dyn Write,
    ) -> Result<(), SealError> {
        let mut writer = SealWriter::new(recipients, out)?;
        writer.write_all(plain).map_err(|e| SealError::from_stream(&e))?;
        writer.finish().map(drop)
    }

    fn unseal(
        &self,
        identities: &[&Identity],
        sealed: &[u8],
        limit: usize,
    ) -> Result<Zeroizing<Vec<u8>>, SealError> {
        super::unseal(identities, sealed, limit)
    }

    fn open(
        &self,
        file: Box<dyn ReadAt>,
        identities: &[&Identity],
    ) -> Result<Box<dyn Plain>, SealError> {
        Ok(Box::new(Unsealed::open(file, identities)?))
    }

    fn seal_with_code(&self, code: &SecretString, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        super::seal_with_code(code, plain)
    }

    fn unseal_with_code(
        &self,
        code: &SecretString,
        sealed: &[u8],
        limit: usize,
    ) -> Result<Zeroizing<Vec<u8>>, SealError> {
        super::unseal_with_code(code, sealed, limit)
    }
}
