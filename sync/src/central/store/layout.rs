//! Where the files of the store lie.

use std::path::{Path, PathBuf};

use super::StoreError;
use crate::seam::Files;

/// Paths under the store's folder. Names are relative, so that errors tell no machine's paths.
#[derive(Clone)]
pub(super) struct Layout {
    dir: PathBuf,
}

/// The pointer to everything else.
pub(super) const INDEX: &str = "store.json";
pub(super) const RUNS: &str = "runs";
pub(super) const BATCHES: &str = "batches";
pub(super) const REJECTS: &str = "rejects";

impl Layout {
    pub(super) fn new(dir: &Path) -> Self {
        Self { dir: dir.to_owned() }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    pub(super) fn create(&self, files: &dyn Files) -> Result<(), StoreError> {
        for folder in [RUNS, BATCHES, REJECTS] {
            files.create_dir(&self.path(folder)).map_err(failed("make folder", folder))?;
        }
        Ok(())
    }
}

/// Name of a run.
pub(super) fn run(number: u64) -> String {
    format!("{RUNS}/{number:08}.run")
}

/// Name of a batch's list of files.
pub(super) fn batch(number: u64) -> String {
    format!("{BATCHES}/{number:08}.json")
}

/// Name of a batch's rejects.
pub(super) fn rejects(number: u64) -> String {
    format!("{REJECTS}/{number:08}.jsonl")
}

/// Where a file is written before it is whole.
pub(super) fn aside(name: &str) -> String {
    format!("{name}.part")
}

/// Turns a fault of the disk into an error that names action and file.
pub(super) fn failed(action: &'static str, file: &str) -> impl Fn(std::io::Error) -> StoreError {
    move |error| StoreError::Disk { action, file: file.to_owned(), error }
}
