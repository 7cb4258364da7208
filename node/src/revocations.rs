//! The revocation list this node goes by.
//!
//! Promises: a list that is here was signed by the authority of the pinned trust root; its number never goes back, also
//! when the file is lost, because the state knows it; of two lists with one number the first stays. The list is the
//! file `revocations/<digest>`, the state names it: file first, state second. The one before stays beside it, so that
//! damage to the newest costs the entries that were new in it and not all of them.
//!
//! Not covered: a node without the newest list. What the line or a carrier has not brought, nobody here knows.

use std::sync::Arc;

use tomoshibi_policies::ErrorClass;
use tomoshibi_sync::revocation::{ListId, RevocationError, RevocationList, Succession};
use tomoshibi_sync::seam::Files;
use tomoshibi_sync::trust::TrustRoot;
use tomoshibi_sync::wire::INBOX_ITEM_LEN_BYTES_MAX;

use crate::disk::DiskError;
use crate::failure::Failure;
use crate::folder::{ASIDE, Folder};
use crate::state::{Change, State, key};

/// Where the lists lie, and whom they have to be from.
#[derive(Clone, Copy)]
pub struct Shelf<'a> {
    /// The data folder.
    pub folder: &'a Folder,
    /// The disk.
    pub files: &'a dyn Files,
    /// The small state.
    pub state: &'a State,
    /// The pinned trust root.
    pub trust: &'a TrustRoot,
}

/// What is on the shelf.
#[derive(Debug, Clone, Default)]
pub struct Held {
    /// The newest list that can be read.
    pub list: Option<Arc<RevocationList>>,
    /// Set when a newer one was here and cannot be read any more.
    pub alarm: Option<Failure>,
}

/// Why a list was not taken.
#[derive(Debug, thiserror::Error)]
pub enum TakeError {
    /// The list is refused.
    #[error(transparent)]
    Refused(#[from] RevocationError),
    /// Disk or state.
    #[error("the list was not kept: {}", .0.code)]
    NotKept(Failure),
}

impl Shelf<'_> {
    /// The list to go by.
    ///
    /// # Errors
    /// Disk and state.
    pub fn held(&self) -> Result<Held, Failure> {
        let known = self.state.get(&key::revocations())?;
        // With the state lost, the highest number on the disk is the best there is. With two of one number there,
        // what the state names was first.
        let named = |id: &ListId| known.is_some_and(|known| known.digest == id.digest);
        let newest = self.readable()?.into_iter().max_by_key(|(id, _)| (id.number, named(id)));
        let found = newest.as_ref().map_or(0, |(id, _)| id.number);
        let missing = known.filter(|known| found < known.number);
        let alarm = missing.map(|known| {
            Failure::new(ErrorClass::Corrupt, "revocations-damaged")
                .with("number", known.number)
                .with("found", found)
        });
        Ok(Held { list: newest.map(|(_, list)| Arc::new(list)), alarm })
    }

    /// Verifies a list and keeps it when it is newer. What is here already is written again when it cannot be read.
    ///
    /// # Errors
    /// See [`TakeError`]; nothing has changed then. `note` is told before anything is written, of a newer list only.
    pub fn take(&self, bytes: &[u8], note: impl FnOnce(&ListId)) -> Result<Succession, TakeError> {
        let list = RevocationList::open(bytes, self.trust)?;
        let id = ListId::of(&list, bytes);
        let readable = self.readable().map_err(TakeError::NotKept)?;
        let known = self.state.get(&key::revocations());
        let known = known.map_err(|error| TakeError::NotKept(error.into()))?;
        let held = known.or_else(|| readable.iter().map(|(id, _)| *id).max_by_key(|id| id.number));
        let succession = id.succeeds(held.as_ref())?;
        if succession == Succession::Newer {
            note(&id);
        }
        if !readable.iter().any(|(there, _)| *there == id) {
            self.write(&id, bytes).map_err(TakeError::NotKept)?;
        }
        if known != Some(id) {
            let change = Change::default().put(&key::revocations(), &id);
            self.state.apply(change).map_err(|error| TakeError::NotKept(error.into()))?;
        }
        let before = readable.iter().map(|(id, _)| *id).filter(|before| before.number < id.number);
        self.clear_but(id, before.max_by_key(|before| before.number))
            .map_err(TakeError::NotKept)?;
        Ok(succession)
    }

    /// Every list on the disk that opens under the trust root and has its own name.
    fn readable(&self) -> Result<Vec<(ListId, RevocationList)>, Failure> {
        let dir = self.folder.revocations_dir();
        let mut readable = Vec::new();
        for entry in self.files.list(&dir).map_err(DiskError::at("list", &dir))? {
            if entry.is_dir || entry.name.ends_with(ASIDE) {
                continue;
            }
            // Whether a bad sector or a changed byte: it is not there, and `held` says so.
            let Ok(bytes) =
                self.files.read(&dir.join(&entry.name), INBOX_ITEM_LEN_BYTES_MAX as u64)
            else {
                continue;
            };
            let Ok(list) = RevocationList::open(&bytes, self.trust) else { continue };
            let id = ListId::of(&list, &bytes);
            if id.digest.to_string() == entry.name {
                readable.push((id, list));
            }
        }
        Ok(readable)
    }

    fn write(&self, id: &ListId, bytes: &[u8]) -> Result<(), Failure> {
        let dir = self.folder.revocations_dir();
        self.files.create_dir(&dir).map_err(DiskError::at("create", &dir))?;
        let path = dir.join(id.digest.to_string());
        Ok(self.files.replace(&path, bytes).map_err(DiskError::at("write", &path))?)
    }

    fn clear_but(&self, newest: ListId, before: Option<ListId>) -> Result<(), Failure> {
        let dir = self.folder.revocations_dir();
        let stays = [Some(newest), before].map(|id| id.map(|id| id.digest.to_string()));
        for entry in self.files.list(&dir).map_err(DiskError::at("list", &dir))? {
            if !entry.is_dir && !stays.contains(&Some(entry.name.clone())) {
                let path = dir.join(entry.name);
                self.files.remove(&path).map_err(DiskError::at("remove", &path))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
