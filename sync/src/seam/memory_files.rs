//! Files in memory that can lose power: for tests and the simulator, never for a node.
//!
//! Promises: deterministic, with no clock and no randomness of its own. It keeps apart what was written and what was
//! synced, and counts every operation that can be cut (each append, sync, creation, rename, removal; a `replace` is
//! four of them). The power can be cut before any of them, and [`MemoryFiles::crash_image`] then gives the disk as the
//! next boot finds it, with any part of what was not synced lost. A full disk takes what fits and refuses the rest.
//!
//! Not covered: a disk that lies about a sync, damage to synced bytes (use [`MemoryFiles::damage`]), modes and owners.

mod disk;

use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::files::{Append, FileEntry, Files, ReadAt, aside};
use disk::Disk;

/// What a crash leaves of the bytes of one file that were written but not synced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// This many of them, from the front.
    Prefix(usize),
    /// All of them, but with zeros in this range (counted from the first unsynced byte): pages may reach the disk in
    /// any order.
    Zeroed(Range<usize>),
}

/// What a crash leaves of everything that was not synced.
pub struct CrashPlan<'a> {
    /// Asked for each file, in the order of creation, with the number of its unsynced bytes.
    pub tail: &'a mut dyn FnMut(usize) -> Kept,
    /// True when names made, moved or removed without a sync of the folder survive.
    pub names_survive: bool,
}

/// See the module.
#[derive(Clone, Default)]
pub struct MemoryFiles(Arc<Mutex<Disk>>);

impl MemoryFiles {
    /// An empty disk without limit.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty disk that holds `bytes`.
    #[must_use]
    pub fn with_capacity(bytes: u64) -> Self {
        let files = Self::default();
        files.disk().capacity = Some(bytes);
        files
    }

    /// Sets how much the disk holds; what is there stays.
    pub fn set_capacity(&self, bytes: u64) {
        self.disk().capacity = Some(bytes);
    }

    /// Operations so far that a power cut can fall before.
    #[must_use]
    pub fn operations(&self) -> u64 {
        self.disk().operations
    }

    /// Cuts the power before operation `operation` (counted from 0): it and all later ones fail.
    pub fn cut_power_before(&self, operation: u64) {
        self.disk().cut_before = Some(operation);
    }

    /// Ends a cut without loss: the process was killed and the machine was not. What was written is still there, and
    /// what was not synced is still not.
    pub fn restart_process(&self) {
        self.disk().cut_before = None;
    }

    /// Makes the `nth` next sync of a file fail (0: the next one) and drops what it should have made durable, as a
    /// kernel may.
    pub fn fail_sync(&self, nth: u64) {
        self.disk().fail_sync = Some(nth);
    }

    /// The disk as the next boot finds it.
    #[must_use]
    pub fn crash_image(&self, plan: CrashPlan<'_>) -> Self {
        Self(Arc::new(Mutex::new(self.disk().crash_image(plan))))
    }

    /// The disk after a power cut that lost everything not synced.
    #[must_use]
    pub fn synced_image(&self) -> Self {
        self.crash_image(CrashPlan { tail: &mut |_| Kept::Prefix(0), names_survive: false })
    }

    /// Changes the bytes of a file behind everybody's back, synced ones included.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`].
    pub fn damage(&self, path: &Path, change: impl FnOnce(&mut Vec<u8>)) -> io::Result<()> {
        self.disk().damage(path, change)
    }

    fn disk(&self) -> MutexGuard<'_, Disk> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct MemoryRead(Vec<u8>);

impl ReadAt for MemoryRead {
    fn len_bytes(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        let rest = usize::try_from(offset).ok().and_then(|o| self.0.get(o..)).unwrap_or_default();
        let count = rest.len().min(buf.len());
        buf.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        Ok(count)
    }
}

struct MemoryAppend {
    files: MemoryFiles,
    file: usize,
}

impl Append for MemoryAppend {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.files.disk().append(self.file, bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.files.disk().sync(self.file)
    }

    fn len_bytes(&self) -> u64 {
        self.files.disk().content(self.file).len() as u64
    }
}

fn parent(path: &Path) -> PathBuf {
    path.parent().map(Path::to_path_buf).unwrap_or_default()
}

impl Files for MemoryFiles {
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        let disk = self.disk();
        let content = disk.content(disk.find(path)?);
        if content.len() as u64 > limit {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(content.to_vec())
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn ReadAt>> {
        let disk = self.disk();
        let content = disk.content(disk.find(path)?).to_vec();
        Ok(Box::new(MemoryRead(content)))
    }

    fn append(&self, path: &Path) -> io::Result<Box<dyn Append>> {
        let mut disk = self.disk();
        let file = match disk.find(path) {
            Ok(file) => file,
            Err(_) => disk.create(path)?,
        };
        drop(disk);
        Ok(Box::new(MemoryAppend { files: self.clone(), file }))
    }

    fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let aside = aside(path);
        self.remove(&aside)?;
        let mut disk = self.disk();
        let file = disk.create(&aside)?;
        disk.append(file, bytes)?;
        disk.sync(file)?;
        drop(disk);
        self.rename(&aside, path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut disk = self.disk();
        disk.rename(from, to)?;
        disk.sync_dir(&parent(to))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.disk().remove(path)
    }

    fn erase(&self, path: &Path) -> io::Result<()> {
        let mut disk = self.disk();
        disk.remove(path)?;
        disk.sync_dir(&parent(path))
    }

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        self.disk().create_dir(path);
        Ok(())
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        self.disk().sync_dir(path)
    }

    fn list(&self, path: &Path) -> io::Result<Vec<FileEntry>> {
        Ok(self.disk().list(path))
    }

    fn free_bytes(&self, _path: &Path) -> io::Result<u64> {
        Ok(self.disk().free_bytes())
    }

    fn exists(&self, path: &Path) -> bool {
        let disk = self.disk();
        disk.is_dir(path) || disk.find(path).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path() -> PathBuf {
        PathBuf::from("dir/file")
    }

    fn written(files: &MemoryFiles) -> Box<dyn Append> {
        let mut file = files.append(&path()).unwrap();
        file.append(b"synced").unwrap();
        file.sync().unwrap();
        files.sync_dir(Path::new("dir")).unwrap();
        file.append(b"not synced").unwrap();
        file
    }

    #[test]
    fn a_power_cut_keeps_what_was_synced_and_any_part_of_the_rest() {
        let files = MemoryFiles::new();
        written(&files);
        assert_eq!(files.read(&path(), 99).unwrap(), b"syncednot synced");
        assert_eq!(files.synced_image().read(&path(), 99).unwrap(), b"synced");
        let image = files.crash_image(CrashPlan {
            tail: &mut |len| Kept::Prefix(len - 7),
            names_survive: false,
        });
        assert_eq!(image.read(&path(), 99).unwrap(), b"syncednot");
        let image = files
            .crash_image(CrashPlan { tail: &mut |_| Kept::Zeroed(0..4), names_survive: false });
        assert_eq!(image.read(&path(), 99).unwrap(), b"synced\0\0\0\0synced");
    }

    #[test]
    fn a_name_is_durable_only_after_a_sync_of_its_folder() {
        let files = MemoryFiles::new();
        files.append(&path()).unwrap().sync().unwrap();
        assert!(!files.synced_image().exists(&path()));
        let mut all = |len| Kept::Prefix(len);
        let image = files.crash_image(CrashPlan { tail: &mut all, names_survive: true });
        assert!(image.exists(&path()));
        files.sync_dir(Path::new("dir")).unwrap();
        files.remove(&path()).unwrap();
        assert!(!files.exists(&path()) && files.synced_image().exists(&path()));
    }

    #[test]
    fn a_replaced_file_is_old_or_new_wherever_the_power_is_cut() {
        for cut in 0.. {
            let files = MemoryFiles::new();
            files.replace(&path(), b"old").unwrap();
            let start = files.operations();
            files.cut_power_before(start + cut);
            let done = files.replace(&path(), b"new").is_ok();
            let found = files.synced_image().read(&path(), 9).unwrap();
            assert!(found == b"old" || found == b"new", "cut {cut}: {found:?}");
            if done {
                assert_eq!(found, b"new");
                return;
            }
        }
    }

    #[test]
    fn a_full_disk_takes_what_fits() {
        let files = MemoryFiles::with_capacity(4);
        let mut file = files.append(&path()).unwrap();
        let error = file.append(b"sixsix").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        assert_eq!(file.len_bytes(), 4);
        assert_eq!(files.free_bytes(&path()).unwrap(), 0);
    }

    #[test]
    fn a_failed_sync_drops_what_it_should_have_kept() {
        let files = MemoryFiles::new();
        let mut file = written(&files);
        files.fail_sync(0);
        assert!(file.sync().is_err());
        assert!(file.sync().is_ok(), "the kernel reports it once");
        assert_eq!(files.synced_image().read(&path(), 99).unwrap(), b"synced");
    }
}
