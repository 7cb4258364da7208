//! Clearing away what no snapshot lists any more.

use std::collections::BTreeSet;

use tomoshibi_sync::id::Digest;

use super::{Staging, Store};
use crate::disk::DiskError;

/// Older manifests of a region that stay while all they list is there: each is a snapshot to fall back on that costs
/// one small file.
const FALLBACKS_KEPT: usize = 2;

impl Store {
    /// Removes segments and manifests that are neither current nor pinned nor being fetched; returns how many segments.
    ///
    /// # Errors
    /// The disk's; the rest stays for the next time.
    pub fn collect(&self) -> Result<usize, DiskError> {
        self.collect_with(&mut self.staging())
    }

    pub(super) fn collect_with(&self, _staging: &mut Staging) -> Result<usize, DiskError> {
        let keep = self.listed()?;
        let present = self.segments_present()?;
        let unlisted: Vec<_> = present.keys().filter(|digest| !keep.contains(digest)).collect();
        for digest in &unlisted {
            let path = self.parts.folder.segment(digest);
            self.files().remove(&path).map_err(DiskError::at("remove", &path))?;
        }
        self.collect_manifests()?;
        Ok(unlisted.len())
    }

    /// Every segment that something needs.
    pub(super) fn listed(&self) -> Result<BTreeSet<Digest>, DiskError> {
        let mut keep = self.staged_digests()?;
        let served = self.served();
        for snapshot in served.iter().chain(&self.pinned()) {
            keep.extend(snapshot.digests());
        }
        Ok(keep)
    }

    fn collect_manifests(&self) -> Result<(), DiskError> {
        let served = self.served();
        for snapshot in &served {
            let older = self.manifest_names()?.into_iter();
            let older =
                older.filter(|(region, id)| *region == snapshot.region && *id < snapshot.id);
            let mut kept = 0;
            for (region, id) in older {
                let path = self.parts.folder.manifest(region, id);
                let whole = match self.read_manifest(&path)? {
                    Ok(manifest) => self.missing(&manifest)?.is_empty(),
                    Err(_) => false,
                };
                match whole && kept < FALLBACKS_KEPT {
                    true => kept += 1,
                    false => {
                        self.files().remove(&path).map_err(DiskError::at("remove", &path))?;
                    }
                }
            }
        }
        Ok(())
    }
}
