//! Which files are there.

use std::collections::BTreeMap;
use std::path::Path;

use tomoshibi_policies::record::RegionCode;
use tomoshibi_sync::id::{Digest, Hasher, SnapshotId};
use tomoshibi_sync::seam::{FileEntry, Files};

use super::{ManifestInfo, SegmentRef, Store};
use crate::disk::DiskError;
use crate::folder::STAGED_MANIFEST;

impl Store {
    /// The segments in their places, with their lengths.
    pub(super) fn segments_present(&self) -> Result<BTreeMap<Digest, u64>, DiskError> {
        let mut present = BTreeMap::new();
        let segments_dir = self.parts.folder.segments_dir();
        for dir in list(self.files(), &segments_dir)?.iter().filter(|entry| entry.is_dir) {
            for entry in list(self.files(), &segments_dir.join(&dir.name))? {
                if let Ok(digest) = entry.name.parse() {
                    present.insert(digest, entry.len_bytes);
                }
            }
        }
        Ok(present)
    }

    /// The listed segments that are not there in full length. Empty for a snapshot that is whole.
    ///
    /// # Errors
    /// The disk's.
    pub fn missing(&self, snapshot: &ManifestInfo) -> Result<Vec<SegmentRef>, DiskError> {
        let present = self.segments_present()?;
        let is_missing = |s: &&SegmentRef| present.get(&s.digest) != Some(&s.len_bytes);
        Ok(snapshot.segments.iter().filter(is_missing).copied().collect())
    }

    /// The manifests in their place, newest first within a region.
    pub(super) fn manifest_names(&self) -> Result<Vec<(RegionCode, SnapshotId)>, DiskError> {
        let entries = list(self.files(), &self.parts.folder.manifests_dir())?;
        let mut names: Vec<_> = entries.iter().filter_map(|e| parse_name(&e.name)).collect();
        names.sort_by(|(r1, i1), (r2, i2)| (r1, i2).cmp(&(r2, i1)));
        Ok(names)
    }

    /// The manifests whose segments are being fetched.
    pub(super) fn staged_manifest_names(&self) -> Result<Vec<(RegionCode, SnapshotId)>, DiskError> {
        let entries = list(self.files(), &self.parts.folder.staging_dir())?;
        let name = |e: &FileEntry| parse_name(e.name.strip_suffix(STAGED_MANIFEST)?);
        Ok(entries.iter().filter_map(name).collect())
    }
}

pub(super) fn list(files: &dyn Files, dir: &Path) -> Result<Vec<FileEntry>, DiskError> {
    files.list(dir).map_err(DiskError::at("list", dir))
}

/// Reads `17.1.42`; only the one spelling that the folder writes.
fn parse_name(name: &str) -> Option<(RegionCode, SnapshotId)> {
    let mut pieces = name.split('.');
    let region = RegionCode::new(pieces.next()?.parse().ok()?).ok()?;
    let id =
        SnapshotId { epoch: pieces.next()?.parse().ok()?, number: pieces.next()?.parse().ok()? };
    let same = format!("{region}.{id}") == name;
    (pieces.next().is_none() && same).then_some((region, id))
}

/// The digest of a file.
pub(super) fn digest_of(files: &dyn Files, path: &Path) -> Result<Digest, DiskError> {
    let mut hasher = Hasher::default();
    hash_file(files, path, &mut hasher)?;
    Ok(hasher.digest())
}

/// Feeds a file to `hasher` in pieces of 64 KiB; gives its length in bytes.
pub(super) fn hash_file(
    files: &dyn Files,
    path: &Path,
    hasher: &mut Hasher,
) -> Result<u64, DiskError> {
    let file = files.open(path).map_err(DiskError::at("open", path))?;
    let mut buf = vec![0; 64 << 10];
    let mut at = 0;
    loop {
        let read = file.read_at(at, &mut buf).map_err(DiskError::at("read", path))?;
        match buf.get(..read) {
            Some(piece) if !piece.is_empty() => hasher.update(piece),
            _ => return Ok(at),
        }
        at = at.saturating_add(read as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_has_one_name() {
        let region = RegionCode::new(1).unwrap();
        assert_eq!(parse_name("01.1.42"), Some((region, SnapshotId { epoch: 1, number: 42 })));
        for bad in ["1.1.42", "01.1.042", "01.1.42.tmp", "01.1", "48.1.1", "01.+1.2", ""] {
            assert_eq!(parse_name(bad), None, "{bad}");
        }
    }
}
