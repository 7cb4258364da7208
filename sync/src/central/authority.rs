//! The authority's keys, for what needs its threshold: orders and revocation lists.

use super::folder::Folder;
use super::init::{AUTHORITIES, name};
use super::keyfile::{self, KeyFileError};
use crate::seam::Files;
use crate::signed::SigningKey;
use crate::trust::{Role, TrustRoot};

/// As many of the authority's keys as must sign.
///
/// # Errors
/// A key that is not there or not readable: the authority's folder is kept apart.
pub(super) fn keys(
    folder: &Folder,
    files: &dyn Files,
    trust: &TrustRoot,
) -> Result<Vec<SigningKey>, KeyFileError> {
    (1..=AUTHORITIES)
        .take(trust.threshold(Role::Authority))
        .map(|n| keyfile::read_signing_key(files, &folder.authority_key(&name::authority(n))))
        .collect()
}
