//! The manifest that is current.

use super::PublishError;
use crate::central::folder::Folder;
use crate::id::{Digest, SnapshotId};
use crate::manifest::Manifest;
use crate::seam::Files;
use crate::trust::TrustRoot;
use crate::wire::MANIFEST_LEN_BYTES_MAX;

/// The current manifest.
#[derive(Debug, Clone)]
pub struct Newest {
    /// Its signed bytes.
    pub bytes: Vec<u8>,
    /// Their digest.
    pub digest: Digest,
    /// What they say.
    pub manifest: Manifest,
}

/// The manifest with the highest number; none before the first publication.
///
/// # Errors
/// The disk's, and a manifest that does not open: going on beside it would fork the chain.
pub fn newest(
    folder: &Folder,
    files: &dyn Files,
    trust: &TrustRoot,
) -> Result<Option<Newest>, PublishError> {
    let io = |source| PublishError::Io { what: "manifests", source };
    let entries = files.list(&folder.manifests(trust.region)).map_err(io)?;
    let ids = entries.iter().filter_map(|entry| id_of(&entry.name));
    let Some(id) = ids.max() else { return Ok(None) };
    let path = folder.manifest(trust.region, id);
    let bytes = files.read(&path, MANIFEST_LEN_BYTES_MAX).map_err(io)?;
    let manifest = Manifest::open(&bytes, trust)?;
    Ok(Some(Newest { digest: Digest::of(&bytes), bytes, manifest }))
}

/// The id that a file name spells; none for what a killed process left.
fn id_of(name: &str) -> Option<SnapshotId> {
    let (epoch, number) = name.split_once('.')?;
    let id = SnapshotId { epoch: epoch.parse().ok()?, number: number.parse().ok()? };
    (id.to_string() == name).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_as_they_are_written_are_manifests() {
        assert_eq!(id_of("1.42"), Some(SnapshotId { epoch: 1, number: 42 }));
        for name in ["1.42.tmp", "1.042", "+1.42", "1", "", "1.x"] {
            assert_eq!(id_of(name), None, "{name}");
        }
    }
}
