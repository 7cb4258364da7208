//! The host's files.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
use std::path::Path;

use super::files::{Append, FileEntry, Files, ReadAt, aside};

/// The host's files, through the standard library.
#[derive(Debug, Clone, Copy, Default)]
pub struct StdFiles;

struct StdRead {
    file: File,
    len_bytes: u64,
}

impl ReadAt for StdRead {
    fn len_bytes(&self) -> u64 {
        self.len_bytes
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        self.file.read_at(buf, offset)
    }
}

struct StdAppend {
    file: File,
    len_bytes: u64,
}

impl Append for StdAppend {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.len_bytes = self.len_bytes.saturating_add(bytes.len() as u64);
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        self.file.sync_data()
    }

    fn len_bytes(&self) -> u64 {
        self.len_bytes
    }
}

fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

fn missing_is_fine(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

impl Files for StdFiles {
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        File::open(path)?.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > limit {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(bytes)
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn ReadAt>> {
        let file = File::open(path)?;
        let len_bytes = file.metadata()?.len();
        Ok(Box::new(StdRead { file, len_bytes }))
    }

    fn append(&self, path: &Path) -> io::Result<Box<dyn Append>> {
        let file = OpenOptions::new().append(true).create(true).mode(0o600).open(path)?;
        let len_bytes = file.metadata()?.len();
        Ok(Box::new(StdAppend { file, len_bytes }))
    }

    fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let aside = aside(path);
        // A leftover of a killed process may have another mode: start anew.
        missing_is_fine(fs::remove_file(&aside))?;
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&aside)?;
        file.write_all(bytes)?;
        // Sync before the rename: otherwise a power cut can leave the new name with empty content.
        file.sync_all()?;
        drop(file);
        self.rename(&aside, path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)?;
        self.sync_dir(parent(to))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        missing_is_fine(fs::remove_file(path))
    }

    fn erase(&self, path: &Path) -> io::Result<()> {
        let kind = match fs::symlink_metadata(path) {
            Ok(found) => found.file_type(),
            Err(error) => return missing_is_fine(Err(error)),
        };
        if kind.is_file() {
            // Between the look and the opening a link can take the file's place: it is refused, never followed.
            let no_link = rustix::fs::OFlags::NOFOLLOW.bits().cast_signed();
            let mut file = OpenOptions::new().write(true).custom_flags(no_link).open(path)?;
            let len_bytes = file.metadata()?.len();
            io::copy(&mut io::repeat(0).take(len_bytes), &mut file)?;
            file.sync_all()?;
        }
        // Of a link, a pipe or a socket only the name is ours: writing would reach what it leads to.
        fs::remove_file(path)?;
        self.sync_dir(parent(path))
    }

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(path)?;
        self.sync_dir(parent(path))
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }

    fn list(&self, path: &Path) -> io::Result<Vec<FileEntry>> {
        let entries = match fs::read_dir(path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut found = Vec::new();
        for entry in entries {
            let entry = entry?;
            let metadata = entry.metadata()?;
            let is_dir = metadata.is_dir();
            let len_bytes = if is_dir { 0 } else { metadata.len() };
            found.push(FileEntry::new(entry.file_name(), len_bytes, is_dir));
        }
        found.sort();
        Ok(found)
    }

    fn free_bytes(&self, path: &Path) -> io::Result<u64> {
        let stat = rustix::fs::statvfs(path)?;
        Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
    }

    fn exists(&self, path: &Path) -> bool {
        path.exists()
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_replaced_file_is_whole_and_private() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pointer");
        StdFiles.replace(&path, b"one").unwrap();
        fs::write(aside(&path), b"left by a killed process").unwrap();
        StdFiles.replace(&path, b"two").unwrap();
        assert_eq!(StdFiles.read(&path, 3).unwrap(), b"two");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(StdFiles.list(dir.path()).unwrap().len(), 1);
    }

    #[test]
    fn a_file_longer_than_the_limit_is_not_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("long");
        fs::write(&path, b"four").unwrap();
        let error = StdFiles.read(&path, 3).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
    }

    #[test]
    fn appended_bytes_are_read_back_at_any_place() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal");
        for piece in [&b"abc"[..], b"def"] {
            let mut file = StdFiles.append(&path).unwrap();
            file.append(piece).unwrap();
            file.sync().unwrap();
        }
        let file = StdFiles.open(&path).unwrap();
        let mut buf = [0; 8];
        assert_eq!((file.len_bytes(), file.read_at(2, &mut buf).unwrap()), (6, 4));
        assert_eq!(&buf[..4], b"cdef");
    }

    #[test]
    fn a_link_is_erased_and_what_it_leads_to_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let (target, link) = (dir.path().join("target"), dir.path().join("link"));
        for leads in [true, false] {
            if leads {
                fs::write(&target, b"somebody else's").unwrap();
            }
            std::os::unix::fs::symlink(&target, &link).unwrap();
            StdFiles.erase(&link).unwrap();
            assert!(fs::symlink_metadata(&link).is_err(), "the link is gone");
            if leads {
                assert_eq!(fs::read(&target).unwrap(), b"somebody else's");
                fs::remove_file(&target).unwrap();
            }
        }
    }

    #[test]
    fn a_name_that_is_no_text_is_listed_and_leads_to_its_file() {
        let dir = tempfile::tempdir().unwrap();
        let raw = OsString::from_vec(b"RES\xFF.csv".to_vec());
        fs::write(dir.path().join(&raw), b"a record").unwrap();
        fs::write(dir.path().join("RES\u{FFFD}.csv"), b"another").unwrap();
        let found = StdFiles.list(dir.path()).unwrap();
        assert_eq!(found.len(), 2);
        let read: Vec<_> =
            found.iter().map(|e| StdFiles.read(&e.path_in(dir.path()), 9).unwrap()).collect();
        assert!(read.contains(&b"a record".to_vec()) && read.contains(&b"another".to_vec()));
        // As a name it is taken for no other file's.
        assert!(found.iter().filter(|entry| entry.name == "RES\u{FFFD}.csv").count() == 1);
        for entry in found {
            StdFiles.erase(&entry.path_in(dir.path())).unwrap();
        }
        assert!(StdFiles.list(dir.path()).unwrap().is_empty());
    }

    #[test]
    fn erasing_and_removing_what_is_not_there_is_no_error() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        StdFiles.erase(&path).unwrap();
        StdFiles.remove(&path).unwrap();
        StdFiles.replace(&path, b"secret").unwrap();
        StdFiles.erase(&path).unwrap();
        assert!(!StdFiles.exists(&path));
        assert!(StdFiles.list(&dir.path().join("none")).unwrap().is_empty());
        assert!(StdFiles.free_bytes(dir.path()).unwrap() > 0);
    }
}
