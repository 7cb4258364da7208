//! Room for what is to be fetched.

use super::inventory::list;
use super::{StageError, Staging, Store};
use crate::disk::DiskError;
use crate::folder::{DAMAGED, PART, STAGED_MANIFEST};

impl Store {
    /// Makes sure that `needed_bytes` and the margin are free: what failed a scrub goes first, then segments that
    /// nothing lists.
    pub(super) fn make_room(
        &self,
        staging: &mut Staging,
        needed_bytes: u64,
    ) -> Result<(), StageError> {
        let margin_bytes = self.parts.free_margin_bytes;
        let wanted = needed_bytes.saturating_add(margin_bytes);
        if self.free_bytes()? >= wanted {
            return Ok(());
        }
        self.remove_staged(&[DAMAGED])?;
        self.collect_with(staging)?;
        match self.free_bytes()? {
            free_bytes if free_bytes >= wanted => Ok(()),
            free_bytes => Err(StageError::NoSpace { needed_bytes, margin_bytes, free_bytes }),
        }
    }

    /// Gives up everything that is staged: what the journal needs is never taken by what can be fetched again.
    ///
    /// # Errors
    /// The disk's.
    pub fn evict_staging(&self) -> Result<(), DiskError> {
        let mut staging = self.staging();
        staging.open.clear();
        self.remove_staged(&[PART, DAMAGED, STAGED_MANIFEST])
    }

    /// Bytes free on the disk of the folder.
    ///
    /// # Errors
    /// The disk's.
    pub fn free_bytes(&self) -> Result<u64, DiskError> {
        let root = self.parts.folder.root();
        self.files().free_bytes(root).map_err(DiskError::at("measure", root))
    }

    fn remove_staged(&self, endings: &[&str]) -> Result<(), DiskError> {
        let dir = self.parts.folder.staging_dir();
        for entry in list(self.files(), &dir)? {
            if endings.iter().any(|ending| entry.name.ends_with(ending)) {
                let path = dir.join(&entry.name);
                self.files().remove(&path).map_err(DiskError::at("remove", &path))?;
            }
        }
        Ok(())
    }
}
