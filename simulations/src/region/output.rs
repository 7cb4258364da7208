//! The folder a region is written to.
//!
//! Invariant: it was empty at the start, and every byte written is counted.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::RegionError;

/// A region's folder.
#[derive(Debug)]
pub(crate) struct Output {
    root: PathBuf,
    pub(crate) files: u64,
    pub(crate) bytes: u64,
}

impl Output {
    /// Creates the folder, or takes an empty one.
    pub(crate) fn create(root: &Path) -> Result<Self, RegionError> {
        let failed = |source| RegionError::Write { path: root.to_owned(), source };
        fs::create_dir_all(root).map_err(failed)?;
        if fs::read_dir(root).map_err(failed)?.next().is_some() {
            return Err(RegionError::NotEmpty { path: root.to_owned() });
        }
        Ok(Self { root: root.to_owned(), files: 0, bytes: 0 })
    }

    /// Writes one file under the folder.
    pub(crate) fn write(&mut self, relative: &str, bytes: &[u8]) -> Result<(), RegionError> {
        let path = self.path(relative)?;
        fs::write(&path, bytes).map_err(|source| RegionError::Write { path, source })?;
        self.files += 1;
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    /// Writes one file of indented JSON.
    pub(crate) fn write_json(
        &mut self,
        relative: &'static str,
        value: &impl Serialize,
    ) -> Result<(), RegionError> {
        let mut text = serde_json::to_vec_pretty(value)
            .map_err(|source| RegionError::Json { what: relative, source })?;
        text.push(b'\n');
        self.write(relative, &text)
    }

    /// Opens a file that grows line by line.
    pub(crate) fn lines(&mut self, relative: &'static str) -> Result<Lines, RegionError> {
        let path = self.path(relative)?;
        let file = File::create(&path)
            .map_err(|source| RegionError::Write { path: path.clone(), source })?;
        self.files += 1;
        Ok(Lines { what: relative, path, file: BufWriter::new(file), bytes: 0 })
    }

    fn path(&self, relative: &str) -> Result<PathBuf, RegionError> {
        let path = self.root.join(relative);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)
                .map_err(|source| RegionError::Write { path: folder.to_owned(), source })?;
        }
        Ok(path)
    }
}

/// A file of JSON lines.
#[derive(Debug)]
pub(crate) struct Lines {
    what: &'static str,
    path: PathBuf,
    file: BufWriter<File>,
    bytes: u64,
}

impl Lines {
    /// Appends a line.
    pub(crate) fn push(&mut self, value: &impl Serialize) -> Result<(), RegionError> {
        let mut line = serde_json::to_vec(value)
            .map_err(|source| RegionError::Json { what: self.what, source })?;
        line.push(b'\n');
        self.bytes += line.len() as u64;
        let path = &self.path;
        self.file
            .write_all(&line)
            .map_err(|source| RegionError::Write { path: path.clone(), source })
    }

    /// Flushes, and gives the length.
    pub(crate) fn finish(mut self) -> Result<u64, RegionError> {
        let path = self.path;
        self.file.flush().map_err(|source| RegionError::Write { path, source })?;
        Ok(self.bytes)
    }
}
