//! The platter: contents and names, each as written and as synced.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use super::{CrashPlan, Kept, parent};
use crate::seam::FileEntry;

#[derive(Debug, Clone, Default)]
struct Content {
    bytes: Vec<u8>,
    synced_len: usize,
    /// Bytes that a failed sync lost: the page cache still shows them, no later sync writes them.
    lost: bool,
}

#[derive(Debug, Default)]
pub(super) struct Disk {
    contents: Vec<Content>,
    names: BTreeMap<PathBuf, usize>,
    synced_names: BTreeMap<PathBuf, usize>,
    dirs: BTreeSet<PathBuf>,
    pub(super) capacity: Option<u64>,
    pub(super) operations: u64,
    pub(super) cut_before: Option<u64>,
    pub(super) fail_sync: Option<u64>,
}

impl Disk {
    fn operation(&mut self) -> io::Result<()> {
        if self.cut_before.is_some_and(|cut| self.operations >= cut) {
            return Err(io::Error::other("the power is cut"));
        }
        self.operations += 1;
        Ok(())
    }

    pub(super) fn find(&self, path: &Path) -> io::Result<usize> {
        self.names.get(path).copied().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    pub(super) fn content(&self, file: usize) -> &[u8] {
        self.contents.get(file).map_or(&[], |content| &content.bytes)
    }

    pub(super) fn create(&mut self, path: &Path) -> io::Result<usize> {
        self.operation()?;
        let file = self.contents.len();
        self.contents.push(Content::default());
        self.names.insert(path.to_path_buf(), file);
        self.create_dir(&parent(path));
        Ok(file)
    }

    pub(super) fn append(&mut self, file: usize, bytes: &[u8]) -> io::Result<()> {
        self.operation()?;
        let fits = usize::try_from(self.free_bytes()).unwrap_or(usize::MAX).min(bytes.len());
        if let Some(content) = self.contents.get_mut(file) {
            content.bytes.extend(bytes.iter().take(fits));
        }
        if fits < bytes.len() { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }

    pub(super) fn sync(&mut self, file: usize) -> io::Result<()> {
        self.operation()?;
        let fails = self.fail_sync == Some(0);
        self.fail_sync = self.fail_sync.and_then(|n| n.checked_sub(1));
        let Some(content) = self.contents.get_mut(file) else { return Ok(()) };
        content.lost |= fails;
        if fails {
            return Err(io::Error::other("the sync failed"));
        }
        if !content.lost {
            content.synced_len = content.bytes.len();
        }
        Ok(())
    }

    pub(super) fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        self.operation()?;
        let file = self.find(from)?;
        self.names.remove(from);
        self.names.insert(to.to_path_buf(), file);
        Ok(())
    }

    pub(super) fn remove(&mut self, path: &Path) -> io::Result<()> {
        self.operation()?;
        self.names.remove(path);
        Ok(())
    }

    pub(super) fn create_dir(&mut self, path: &Path) {
        self.dirs.extend(path.ancestors().map(Path::to_path_buf));
    }

    pub(super) fn sync_dir(&mut self, dir: &Path) -> io::Result<()> {
        self.operation()?;
        let inside = |path: &PathBuf| parent(path) == dir;
        self.synced_names.retain(|path, _| !inside(path));
        let now = self.names.iter().filter(|(path, _)| inside(path));
        self.synced_names.extend(now.map(|(path, file)| (path.clone(), *file)));
        Ok(())
    }

    pub(super) fn is_dir(&self, path: &Path) -> bool {
        self.dirs.contains(path)
    }

    pub(super) fn list(&self, dir: &Path) -> Vec<FileEntry> {
        let name = |path: &Path| Some(path.file_name()?.to_os_string());
        let files = self.names.iter().filter(|(path, _)| parent(path) == dir);
        let files = files.filter_map(|(path, file)| {
            let len_bytes = self.content(*file).len() as u64;
            Some(FileEntry::new(name(path)?, len_bytes, false))
        });
        let dirs = self.dirs.iter().filter(|path| parent(path) == dir && path.as_path() != dir);
        let dirs = dirs.filter_map(|path| Some(FileEntry::new(name(path)?, 0, true)));
        let mut entries: Vec<_> = files.chain(dirs).collect();
        entries.sort();
        entries
    }

    pub(super) fn free_bytes(&self) -> u64 {
        let used: u64 = self.names.values().map(|file| self.content(*file).len() as u64).sum();
        self.capacity.map_or(u64::MAX, |capacity| capacity.saturating_sub(used))
    }

    pub(super) fn damage(
        &mut self,
        path: &Path,
        change: impl FnOnce(&mut Vec<u8>),
    ) -> io::Result<()> {
        let file = self.find(path)?;
        if let Some(content) = self.contents.get_mut(file) {
            change(&mut content.bytes);
            content.synced_len = content.bytes.len();
        }
        Ok(())
    }

    pub(super) fn crash_image(&self, plan: CrashPlan<'_>) -> Self {
        let names = if plan.names_survive { &self.names } else { &self.synced_names };
        let contents = self.contents.iter().map(|content| after_crash(content, plan.tail));
        Self {
            contents: contents.collect(),
            names: names.clone(),
            synced_names: names.clone(),
            dirs: self.dirs.clone(),
            capacity: self.capacity,
            ..Self::default()
        }
    }
}

fn after_crash(content: &Content, tail: &mut dyn FnMut(usize) -> Kept) -> Content {
    let mut bytes = content.bytes.clone();
    let unsynced = bytes.len().saturating_sub(content.synced_len);
    let kept = if content.lost || unsynced == 0 { Kept::Prefix(0) } else { tail(unsynced) };
    match kept {
        Kept::Prefix(len) => bytes.truncate(content.synced_len.saturating_add(len)),
        Kept::Zeroed(hole) => {
            let skipped = content.synced_len.saturating_add(hole.start);
            bytes.iter_mut().skip(skipped).take(hole.len()).for_each(|byte| *byte = 0);
        }
    }
    let synced_len = bytes.len();
    Content { bytes, synced_len, lost: false }
}
