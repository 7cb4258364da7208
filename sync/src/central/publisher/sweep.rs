//! Giving space back.

use std::collections::BTreeSet;

use super::{Newest, PublishError};
use crate::central::folder::Folder;
use crate::id::Digest;
use crate::manifest::Manifest;
use crate::seam::Files;

/// Removes segments that neither the current manifest nor the one before it names: a node may be in the middle of a copy
/// of the latter. Runs after the manifest is current, so what a killed process left goes too.
pub(super) fn orphans(
    folder: &Folder,
    files: &dyn Files,
    before: Option<&Newest>,
    current: &Manifest,
) -> Result<(), PublishError> {
    let io = |source| PublishError::Io { what: "segments", source };
    let older = before.into_iter().flat_map(|before| &before.manifest.segments);
    let named: BTreeSet<Digest> =
        current.segments.iter().chain(older).map(|entry| entry.digest).collect();
    for front in files.list(&folder.segments()).map_err(io)? {
        let dir = front.path_in(&folder.segments());
        for entry in files.list(&dir).map_err(io)? {
            let digest: Option<Digest> = entry.name.parse().ok();
            if digest.is_none_or(|digest| !named.contains(&digest)) {
                files.remove(&entry.path_in(&dir)).map_err(io)?;
            }
        }
    }
    Ok(())
}
