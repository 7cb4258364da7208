//! Releases: the keyring for one node, beforehand under a spoken code or at the opening.
//!
//! Promises: a code is stored (sealed to the recovery recipient) before the release under it can reach a node, so that a
//! node never holds a release whose code nobody knows; codes of older releases are kept, because the node may not have
//! fetched the newest. At an opening the keyring leaves only for a node that an order in force opens.
//!
//! FORMAT: `codes/<node>.age` in the authority's folder: an age file of text lines `<number> <eight groups>`.

use secrecy::{ExposeSecret, SecretString};
use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::record::RegionCode;
use zeroize::Zeroizing;

use super::directory::EnrolledNode;
use super::folder::Folder;
use super::keyfile::KeyFileError;
use super::keys::{self, KeysError};
use super::lock::{self, Subject};
use super::notices;
use crate::id::{DigestParseError, NodeId};
use crate::release::{self, ReleaseCode, ReleaseError, ReleaseHeader, ReleaseId, ReleaseKind};
use crate::seal::{self, AgeSealer, SealError};
use crate::seam::{Entropy, Files};

/// Longest list of codes: some 1,000 releases of one node.
const CODES_LEN_BYTES_MAX: usize = 64 << 10;

/// Why a release could not be made, or its code not be told.
#[derive(Debug, thiserror::Error)]
pub enum ReleasesError {
    /// The keyring.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The recovery identity.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// The release.
    #[error(transparent)]
    Release(#[from] ReleaseError),
    /// A seal.
    #[error("release: {0}")]
    Seal(#[from] SealError),
    /// The disk's answer, or no random bytes.
    #[error("release: {0}")]
    Io(#[from] std::io::Error),
    /// The directory holds an id that is none.
    #[error("directory of nodes: {0}")]
    Node(#[from] DigestParseError),
    /// The node is revoked.
    #[error("node {node} is revoked: it gets no keyring")]
    Revoked {
        /// Which node.
        node: NodeId,
    },
    /// No release was ever made for the node.
    #[error("there is no release code for node {node}: make one with `release preposition`")]
    NoCode {
        /// Which node.
        node: NodeId,
    },
    /// The list of codes is not what was written.
    #[error("the release codes of node {node} are damaged")]
    Codes {
        /// Which node.
        node: NodeId,
    },
}

impl ReleasesError {
    /// The class of the cause.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Keys(error) => error.class(),
            Self::Key(error) => error.class(),
            Self::Release(error) => error.class(),
            Self::Seal(error) => error.class(),
            Self::Io(_) => ErrorClass::Internal,
            Self::NoCode { .. } => ErrorClass::NotFound,
            Self::Revoked { .. } => ErrorClass::Denied,
            Self::Node(_) | Self::Codes { .. } => ErrorClass::Corrupt,
        }
    }
}

/// A code, and which of the node's releases it opens.
#[derive(Debug)]
pub struct Spoken {
    /// The node.
    pub node: NodeId,
    /// Number of the release, spoken with the code.
    pub number: u64,
    /// Eight groups of six digits.
    pub groups: SecretString,
}

/// Makes a release under a new code and stores it for the node.
///
/// # Errors
/// See [`ReleasesError`].
pub fn preposition(
    folder: &Folder,
    files: &dyn Files,
    entropy: &dyn Entropy,
    node: &EnrolledNode,
) -> Result<Spoken, ReleasesError> {
    let id: NodeId = node.id.parse()?;
    if node.revoked {
        return Err(ReleasesError::Revoked { node: id });
    }
    let keyring = keys::keyring(folder, files)?;
    let code = ReleaseCode::generate(entropy)?;
    let number = remember(folder, files, id, &code)?;
    let to = header(entropy, id, keyring.region, keyring.drill, number)?;
    let recipient = node.release_recipient.parse()?;
    let bytes = release::preposition(&AgeSealer, &keyring, &to, &recipient, &code)?;
    notices::put_release(folder, files, id, &bytes)?;
    Ok(Spoken { node: id, number, groups: code.spoken() })
}

/// The code of the node's newest release.
///
/// # Errors
/// See [`ReleasesError`].
pub fn code(folder: &Folder, files: &dyn Files, node: NodeId) -> Result<Spoken, ReleasesError> {
    let codes = codes(folder, files, node)?;
    let line = codes.lines().last().ok_or(ReleasesError::NoCode { node })?;
    let damaged = ReleasesError::Codes { node };
    let (number, groups) = line.split_once(' ').ok_or(ReleasesError::Codes { node })?;
    let number = number.parse().map_err(|_| damaged)?;
    Ok(Spoken { node, number, groups: SecretString::from(groups.to_owned()) })
}

/// The keyring sealed to the opening identity that the node announced. The caller has found an order in force.
///
/// # Errors
/// See [`ReleasesError`].
pub fn for_opening(
    folder: &Folder,
    files: &dyn Files,
    entropy: &dyn Entropy,
    node: &EnrolledNode,
) -> Result<Vec<u8>, ReleasesError> {
    let keyring = keys::keyring(folder, files)?;
    let id: NodeId = node.id.parse()?;
    // A fetched release is used at once and numbers nothing that is spoken.
    let to = header(entropy, id, keyring.region, keyring.drill, 1)?;
    let opening = node.opening_recipient.parse()?;
    Ok(release::for_opening(&AgeSealer, &keyring, &to, &opening)?)
}

fn header(
    entropy: &dyn Entropy,
    node: NodeId,
    region: RegionCode,
    drill: bool,
    number: u64,
) -> Result<ReleaseHeader, ReleasesError> {
    let id = ReleaseId(entropy.bytes()?);
    Ok(ReleaseHeader { kind: ReleaseKind::Prepositioned, region, drill, node, id, number })
}

/// Adds a code to the node's list and gives the number of its release.
fn remember(
    folder: &Folder,
    files: &dyn Files,
    node: NodeId,
    code: &ReleaseCode,
) -> Result<u64, ReleasesError> {
    let _held = lock::hold(folder, Subject::Notices)?;
    let before = codes(folder, files, node)?;
    let number = before.lines().count() as u64 + 1;
    // With its whole capacity from the start, so that growing leaves no copy of older codes behind.
    let mut text = Zeroizing::new(String::with_capacity(before.len() + 128));
    text.push_str(&before);
    text.push_str(&format!("{number} "));
    text.push_str(code.spoken().expose_secret());
    text.push('\n');
    let recovery = keys::recovery(folder, files)?.to_recipient();
    let path = folder.code(node);
    if let Some(dir) = path.parent() {
        files.create_dir(dir)?;
    }
    files.replace(&path, &seal::seal(&[recovery], text.as_bytes())?)?;
    Ok(number)
}

/// The node's list; empty when there is none.
fn codes(
    folder: &Folder,
    files: &dyn Files,
    node: NodeId,
) -> Result<Zeroizing<String>, ReleasesError> {
    let path = folder.code(node);
    if !files.exists(&path) {
        return Ok(Zeroizing::default());
    }
    let sealed = files.read(&path, 2 * CODES_LEN_BYTES_MAX as u64)?;
    let recovery = keys::recovery(folder, files)?;
    let plain = seal::unseal(&[&recovery], &sealed, CODES_LEN_BYTES_MAX)?;
    let text = core::str::from_utf8(&plain).map_err(|_| ReleasesError::Codes { node })?;
    Ok(Zeroizing::new(text.to_owned()))
}
