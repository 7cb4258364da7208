//! Invitations: the one-time codes with which nodes enrol.

use tomoshibi_policies::time::Timestamp;

use super::access::{self, AccessError};
use super::directory::{Directory, Invited};
use super::folder::Folder;
use super::lock::{self, Subject};
use crate::enrol::{EnrolCode, EnrolSecret};
use crate::seam::{Entropy, Files};

/// Makes a code that is valid once, for `hours` from `now`. Only a digest of its secret is kept.
///
/// # Errors
/// See [`AccessError`].
pub fn invite(
    folder: &Folder,
    files: &dyn Files,
    entropy: &dyn Entropy,
    invited: Invited,
    (now, hours): (Timestamp, u16),
) -> Result<EnrolCode, AccessError> {
    let io = |source| AccessError::Io { what: "invitation", source };
    let ca = access::ca(folder, files)?;
    let code = EnrolCode { secret: EnrolSecret::generate(entropy).map_err(io)?, ca: ca.pin() };
    let _held = lock::hold(folder, Subject::Directory).map_err(io)?;
    let mut directory = Directory::load(files, &folder.directory())?;
    directory.invite(invited, code.secret.as_bytes(), now, hours);
    directory.save(files, &folder.directory())?;
    Ok(code)
}
