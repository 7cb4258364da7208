//! A disk in memory that loses power after a chosen number of changes.
//!
//! It keeps what FORMAT.md, "The disk", promises and nothing more: synced data stays; a replaced or renamed file is
//! there whole; what was not synced is, by the tear chosen, lost, half there, or there.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use tomoshibi_node::state::{MemoryState, Put, StateError, StateStore};
use tomoshibi_policies::ErrorClass;
use tomoshibi_sync::seam::{Append, FileEntry, Files, ReadAt};

/// What becomes of changes that were not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tear {
    Lost,
    Half,
    Kept,
}

#[derive(Clone)]
struct Image {
    bytes: Vec<u8>,
    synced: usize,
    named: bool,
}

struct Disk {
    files: BTreeMap<PathBuf, Image>,
    dirs: BTreeSet<PathBuf>,
    removed: BTreeMap<PathBuf, Image>,
    changes_left: Option<usize>,
    changes: usize,
    tear: Tear,
    free_bytes: u64,
}

/// Handles of one disk.
#[derive(Clone)]
pub(crate) struct CrashFiles(Arc<Mutex<Disk>>);

fn cut() -> io::Error {
    io::Error::other("the power is cut")
}

impl Disk {
    /// Counts a change; the first one after the last allowed fails, and so does everything after it.
    fn change(&mut self) -> Result<(), bool> {
        match self.changes_left {
            Some(0) => {
                self.changes_left = Some(0);
                let first = self.changes != usize::MAX;
                self.changes = usize::MAX;
                Err(first)
            }
            left => {
                self.changes_left = left.map(|n| n - 1);
                self.changes += 1;
                Ok(())
            }
        }
    }

    fn has_power(&self) -> io::Result<()> {
        if self.changes == usize::MAX { Err(cut()) } else { Ok(()) }
    }
}

impl CrashFiles {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(Disk {
            files: BTreeMap::new(),
            dirs: BTreeSet::new(),
            removed: BTreeMap::new(),
            changes_left: None,
            changes: 0,
            tear: Tear::Lost,
            free_bytes: 1 << 40,
        })))
    }

    fn disk(&self) -> MutexGuard<'_, Disk> {
        self.0.lock().unwrap()
    }

    /// Cuts the power after `changes` more changes.
    pub(crate) fn cut_after(&self, changes: usize, tear: Tear) {
        let mut disk = self.disk();
        disk.changes_left = Some(changes);
        disk.tear = tear;
    }

    pub(crate) fn is_cut(&self) -> bool {
        self.disk().changes == usize::MAX
    }

    pub(crate) fn set_free_bytes(&self, free_bytes: u64) {
        self.disk().free_bytes = free_bytes;
    }

    /// Changes made so far.
    pub(crate) fn changes(&self) -> usize {
        self.disk().changes
    }

    /// Puts the power back: what was not durable is torn.
    pub(crate) fn power_up(&self) {
        let mut disk = self.disk();
        let tear = disk.tear;
        disk.changes_left = None;
        disk.changes = 0;
        if tear == Tear::Lost {
            let removed = std::mem::take(&mut disk.removed);
            for (path, image) in removed {
                disk.files.entry(path).or_insert(image);
            }
            disk.files.retain(|_, image| image.named);
        }
        disk.removed.clear();
        for image in disk.files.values_mut() {
            let unsynced = image.bytes.len() - image.synced;
            let kept = match tear {
                Tear::Lost => 0,
                Tear::Half => unsynced / 2,
                Tear::Kept => unsynced,
            };
            image.bytes.truncate(image.synced + kept);
            image.synced = image.bytes.len();
            image.named = true;
        }
    }

    /// Every file with its bytes.
    pub(crate) fn all(&self) -> Vec<(PathBuf, Vec<u8>)> {
        self.disk().files.iter().map(|(p, i)| (p.clone(), i.bytes.clone())).collect()
    }

    /// Damages a file behind the store's back.
    pub(crate) fn damage(&self, path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
        let mut disk = self.disk();
        let image = disk.files.get_mut(path).unwrap();
        change(&mut image.bytes);
        image.synced = image.bytes.len();
    }
}

struct Reader(Vec<u8>);

impl ReadAt for Reader {
    fn len_bytes(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        let from = usize::try_from(offset).unwrap().min(self.0.len());
        let len = buf.len().min(self.0.len() - from);
        buf[..len].copy_from_slice(&self.0[from..from + len]);
        Ok(len)
    }
}

struct Appender {
    disk: CrashFiles,
    path: PathBuf,
}

impl Append for Appender {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut disk = self.disk.disk();
        let half = match disk.change() {
            Ok(()) => None,
            Err(true) => Some(bytes.len() / 2),
            Err(false) => return Err(cut()),
        };
        let image = disk.files.get_mut(&self.path).ok_or(io::ErrorKind::NotFound)?;
        image.bytes.extend_from_slice(&bytes[..half.unwrap_or(bytes.len())]);
        if half.is_some() { Err(cut()) } else { Ok(()) }
    }

    fn sync(&mut self) -> io::Result<()> {
        let mut disk = self.disk.disk();
        disk.change().map_err(|_| cut())?;
        let image = disk.files.get_mut(&self.path).ok_or(io::ErrorKind::NotFound)?;
        image.synced = image.bytes.len();
        Ok(())
    }

    fn len_bytes(&self) -> u64 {
        self.disk.disk().files.get(&self.path).map_or(0, |image| image.bytes.len() as u64)
    }
}

impl Files for CrashFiles {
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        let disk = self.disk();
        disk.has_power()?;
        let image = disk.files.get(path).ok_or(io::ErrorKind::NotFound)?;
        if image.bytes.len() as u64 > limit {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(image.bytes.clone())
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn ReadAt>> {
        Ok(Box::new(Reader(self.read(path, u64::MAX)?)))
    }

    fn append(&self, path: &Path) -> io::Result<Box<dyn Append>> {
        let mut disk = self.disk();
        disk.has_power()?;
        let new = Image { bytes: Vec::new(), synced: 0, named: false };
        disk.files.entry(path.into()).or_insert(new);
        Ok(Box::new(Appender { disk: self.clone(), path: path.into() }))
    }

    fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut disk = self.disk();
        let done = disk.change();
        let image = Image { bytes: bytes.to_vec(), synced: bytes.len(), named: true };
        match done {
            Ok(()) => {
                disk.files.insert(path.into(), image);
                Ok(())
            }
            Err(true) if disk.tear == Tear::Kept => {
                disk.files.insert(path.into(), image);
                Err(cut())
            }
            Err(true) => {
                let aside = PathBuf::from(format!("{}.tmp", path.display()));
                let half = bytes[..bytes.len() / 2].to_vec();
                disk.files.insert(aside, Image { synced: half.len(), bytes: half, named: true });
                Err(cut())
            }
            Err(false) => Err(cut()),
        }
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut disk = self.disk();
        let first = match disk.change() {
            Ok(()) => false,
            Err(true) if disk.tear == Tear::Kept => true,
            Err(_) => return Err(cut()),
        };
        let mut image = disk.files.remove(from).ok_or(io::ErrorKind::NotFound)?;
        image.named = true;
        disk.files.insert(to.into(), image);
        if first { Err(cut()) } else { Ok(()) }
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut disk = self.disk();
        disk.change().map_err(|_| cut())?;
        if let Some(image) = disk.files.remove(path) {
            disk.removed.insert(path.into(), image);
        }
        Ok(())
    }

    fn erase(&self, path: &Path) -> io::Result<()> {
        self.remove(path)
    }

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        let mut disk = self.disk();
        disk.change().map_err(|_| cut())?;
        disk.dirs.extend(path.ancestors().map(Path::to_path_buf));
        Ok(())
    }

    fn sync_dir(&self, _path: &Path) -> io::Result<()> {
        self.disk().change().map_err(|_| cut())
    }

    fn list(&self, path: &Path) -> io::Result<Vec<FileEntry>> {
        let disk = self.disk();
        disk.has_power()?;
        let name = |p: &Path| p.file_name().unwrap().to_os_string();
        let inside = |p: &&PathBuf| p.parent() == Some(path);
        let dirs = disk.dirs.iter().filter(inside);
        let dirs = dirs.map(|p| FileEntry::new(name(p), 0, true));
        let files = disk
            .files
            .iter()
            .filter(|(p, _)| inside(p))
            .map(|(p, image)| FileEntry::new(name(p), image.bytes.len() as u64, false));
        let mut entries: Vec<_> = dirs.chain(files).collect();
        entries.sort();
        Ok(entries)
    }

    fn free_bytes(&self, _path: &Path) -> io::Result<u64> {
        Ok(self.disk().free_bytes)
    }

    fn exists(&self, path: &Path) -> bool {
        let disk = self.disk();
        disk.files.contains_key(path) || disk.dirs.contains(path)
    }
}

/// State on the same disk: a change is all there or not at all.
pub(crate) struct CrashState {
    pub(crate) values: Arc<MemoryState>,
    pub(crate) disk: CrashFiles,
}

impl StateStore for CrashState {
    fn get(&self, name: &str) -> Result<Option<Vec<u8>>, StateError> {
        self.values.get(name)
    }

    fn names_under(&self, prefix: &str) -> Result<Vec<String>, StateError> {
        self.values.names_under(prefix)
    }

    fn put_all(&self, puts: &[Put]) -> Result<(), StateError> {
        let failed = || StateError::Store { what: cut().to_string(), class: ErrorClass::Internal };
        let mut disk = self.disk.disk();
        match disk.change() {
            Ok(()) => self.values.put_all(puts),
            Err(true) if disk.tear == Tear::Kept => self.values.put_all(puts).and(Err(failed())),
            Err(_) => Err(failed()),
        }
    }
}
