//! Generated regions for the tests of their content.
#![allow(dead_code, reason = "each test program uses a part")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use tempfile::TempDir;
use tomoshibi_simulations::region::{RegionParameters, generate};

/// A region in a temporary folder.
pub(crate) struct Tree {
    folder: TempDir,
}

impl Tree {
    /// Generates a region.
    pub(crate) fn new(parameters: &RegionParameters) -> Self {
        let folder = tempfile::tempdir().unwrap();
        generate(parameters, folder.path(), |_| {}).unwrap();
        Self { folder }
    }

    /// The region of 5,000 that a test program's tests read.
    pub(crate) fn shared() -> &'static Self {
        static SHARED: OnceLock<Tree> = OnceLock::new();
        SHARED.get_or_init(|| Self::new(&RegionParameters::new(5000, 1)))
    }

    /// A path under the region.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.folder.path().join(relative)
    }

    /// All files under a folder with their bytes, by path under the region.
    pub(crate) fn files(&self, under: &str) -> Vec<(String, Vec<u8>)> {
        let mut found = Vec::new();
        collect(&self.path(under), &mut found);
        found.sort();
        let relative = |path: PathBuf| {
            path.strip_prefix(self.folder.path()).unwrap().to_str().unwrap().to_owned()
        };
        found
            .into_iter()
            .map(|path| {
                let bytes = fs::read(&path).unwrap();
                (relative(path), bytes)
            })
            .collect()
    }
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// One digest over the names and bytes of all files.
pub(crate) fn digest(tree: &Tree) -> String {
    let mut hasher = blake3::Hasher::new();
    for (path, bytes) in tree.files("") {
        for part in [path.as_bytes(), &bytes] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
    }
    hasher.finalize().to_hex().to_string()
}
