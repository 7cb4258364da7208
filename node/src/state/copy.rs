//! A value of the state that lies in a file of its own as well, so that a damaged state does not take it along.
//!
//! Bytes: magic (8), version (u16, little-endian), wire structure, digest of all before it (32). FORMAT.md, section
//! "Copies beside the state". The digest finds damage; it proves nothing about who wrote the file.

use std::path::Path;

use tomoshibi_policies::ErrorClass;
use tomoshibi_sync::codec::{self, CodecError};
use tomoshibi_sync::id::Digest;
use tomoshibi_sync::seam::Files;

use super::{Stored, VALUE_LEN_BYTES_MAX};
use crate::disk::DiskError;

const VERSION_AT_BYTE: usize = 8;
const BODY_AT_BYTE: usize = 10;
const DIGEST_LEN_BYTES: usize = 32;

/// A value that has a file beside the state.
pub trait Copied: Stored {
    /// Begins the file.
    const MAGIC: [u8; 8];
}

/// Why a copy could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// The body.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// Another file, or bytes that are not those that were written.
    #[error("the copy of the {what} is damaged")]
    Damaged {
        /// The structure expected.
        what: &'static str,
    },
    /// Written by a newer build.
    #[error("the copy of the {what} has version {found}, this build knows {newest}")]
    Version {
        /// The structure expected.
        what: &'static str,
        /// Version found.
        found: u16,
        /// Newest version known.
        newest: u16,
    },
}

impl CopyError {
    /// The class of the cause.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Disk(error) => error.class(),
            Self::Codec(error) => error.class(),
            Self::Damaged { .. } => ErrorClass::Corrupt,
            Self::Version { .. } => ErrorClass::Unsupported,
        }
    }
}

/// Writes the copy of `value`, durable when this returns.
///
/// # Errors
/// The disk's.
pub fn write<T: Copied>(files: &dyn Files, path: &Path, value: &T) -> Result<(), CopyError> {
    let bytes = to_bytes(value)?;
    Ok(files.replace(path, &bytes).map_err(DiskError::at("write", path))?)
}

/// Reads a copy; none when there is no file.
///
/// # Errors
/// See [`CopyError`].
pub fn read<T: Copied>(files: &dyn Files, path: &Path) -> Result<Option<T>, CopyError> {
    match files.read(path, VALUE_LEN_BYTES_MAX as u64) {
        Ok(bytes) => from_bytes(&bytes).map(Some),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(DiskError::at("read", path)(error).into()),
    }
}

fn to_bytes<T: Copied>(value: &T) -> Result<Vec<u8>, CopyError> {
    let mut bytes = T::MAGIC.to_vec();
    bytes.extend(T::VERSION.to_le_bytes());
    bytes.extend(codec::encode(T::WHAT, &value.to_wire())?);
    let digest = Digest::of(&bytes);
    bytes.extend(digest.as_bytes());
    Ok(bytes)
}

fn from_bytes<T: Copied>(bytes: &[u8]) -> Result<T, CopyError> {
    let damaged = || CopyError::Damaged { what: T::WHAT };
    let front =
        bytes.len().checked_sub(DIGEST_LEN_BYTES).and_then(|len| bytes.split_at_checked(len));
    let (front, digest) = front.ok_or_else(damaged)?;
    if Digest::of(front).as_bytes() != digest || front.get(..VERSION_AT_BYTE) != Some(&T::MAGIC) {
        return Err(damaged());
    }
    let version = front.get(VERSION_AT_BYTE..BODY_AT_BYTE).and_then(|v| v.try_into().ok());
    let found = u16::from_le_bytes(version.ok_or_else(damaged)?);
    if found != T::VERSION {
        return Err(CopyError::Version { what: T::WHAT, found, newest: T::VERSION });
    }
    let body = front.get(BODY_AT_BYTE..).ok_or_else(damaged)?;
    let wire = codec::decode::<T::Wire, VALUE_LEN_BYTES_MAX>(T::WHAT, body)?;
    T::from_wire(wire).ok_or_else(damaged)
}

#[cfg(test)]
mod tests {
    use tomoshibi_sync::seam::MemoryFiles;

    use super::super::InboxCursor;
    use super::*;

    impl Copied for InboxCursor {
        const MAGIC: [u8; 8] = *b"TMTEST\x1A\x0A";
    }

    #[test]
    fn a_copy_keeps_its_bytes_and_every_changed_or_missing_byte_is_found() {
        let files = MemoryFiles::new();
        let path = Path::new("/copy");
        assert_eq!(read::<InboxCursor>(&files, path).unwrap(), None);
        write(&files, path, &InboxCursor(3)).unwrap();
        assert_eq!(read(&files, path).unwrap(), Some(InboxCursor(3)));
        let bytes = files.read(path, 100).unwrap();
        assert_eq!(bytes[..11], *b"TMTEST\x1A\x0A\x01\x00\x03");
        assert_eq!(bytes[11..], *Digest::of(&bytes[..11]).as_bytes());
        let refused = |bytes: &[u8]| from_bytes::<InboxCursor>(bytes).unwrap_err().class();
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert_eq!(refused(&changed), ErrorClass::Corrupt, "byte {at}");
            assert_eq!(refused(&bytes[..at]), ErrorClass::Corrupt, "cut at {at}");
        }
        let mut newer = bytes[..11].to_vec();
        newer[8] = 2;
        newer.extend(*Digest::of(&newer).as_bytes());
        assert_eq!(refused(&newer), ErrorClass::Unsupported);
    }
}
