//! What an opening leaves on the disk, and its destruction.
//!
//! Promises: everything is listed durably before the first of it is destroyed; what an interrupted closing destroyed
//! stays in the list. Folders are emptied and stay, since other software may hold them.
//!
//! Not covered: what flash memory keeps of a file that was written over, and what a link in these folders leads to:
//! other software put it there, and only the link is destroyed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{Duty, damaged};
use crate::disk::DiskError;
use crate::failure::Failure;
use crate::folder::Secret;
use crate::state::{Change, key};

/// Most names in a list: 2,000 of the longest that a file system allows are half a report.
const NAMES_MAX: usize = 2000;
/// Longest list: every name as long as a file system allows and every byte of it escaped.
const LIST_LEN_BYTES_MAX: u64 = 8 << 20;

impl Duty {
    /// Destroys the opening identity, every release, every result file and every PIN verifier; names what there was,
    /// and what `list` says there was before.
    pub(super) fn destroy_traces(&self, list: &Path) -> Result<Vec<String>, Failure> {
        let files = &*self.seams.files;
        let mut traces = Vec::new();
        for dir in [self.folder.releases_dir(), self.folder.res_dir()] {
            self.files_under(dir, &mut traces)?;
        }
        let pins = self.state.names_under(key::PIN_PREFIX)?;
        let mut names = self.listed(list);
        names.extend(traces.iter().map(|(_, name)| name.clone()));
        names.extend((!pins.is_empty()).then(|| format!("pin verifiers: {}", pins.len())));
        if self.folder.has_secret(files, Secret::OpeningIdentity) {
            names.insert(Secret::OpeningIdentity.file_name().to_owned());
        }
        let text = serde_json::to_vec(&names).map_err(|_| damaged("list of traces"))?;
        files.replace(list, &text).map_err(DiskError::at("write", list))?;
        self.folder.erase_secret(files, Secret::OpeningIdentity)?;
        for (path, _) in &traces {
            files.erase(path).map_err(DiskError::at("erase", path))?;
        }
        self.state
            .apply(pins.iter().fold(Change::default(), |change, name| change.remove_named(name)))?;
        self.forget_attempts()?;
        Ok(shortened(names))
    }

    fn files_under(&self, dir: PathBuf, found: &mut Vec<(PathBuf, String)>) -> Result<(), Failure> {
        let mut dirs = vec![dir];
        while let Some(dir) = dirs.pop() {
            let entries = self.seams.files.list(&dir).map_err(DiskError::at("list", &dir))?;
            for entry in entries {
                let path = entry.path_in(&dir);
                match entry.is_dir {
                    true => dirs.push(path),
                    false => found.push((path, entry.name)),
                }
            }
        }
        Ok(())
    }

    // A list that cannot be read is one that was never whole, so nothing was destroyed after it.
    fn listed(&self, list: &Path) -> BTreeSet<String> {
        let bytes = self.seams.files.read(list, LIST_LEN_BYTES_MAX).ok();
        bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }
}

/// The list as it fits into a report.
fn shortened(names: BTreeSet<String>) -> Vec<String> {
    let more = names.len().saturating_sub(NAMES_MAX);
    let mut names: Vec<String> = names.into_iter().take(NAMES_MAX).collect();
    names.extend((more > 0).then(|| format!("and {more} more")));
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_of_results_fits_into_a_report() {
        let names = |count: usize| -> BTreeSet<String> {
            (0..count).map(|n| format!("{n:05}{}", "x".repeat(250))).collect()
        };
        assert_eq!(shortened(names(NAMES_MAX)).len(), NAMES_MAX);
        let list = shortened(names(NAMES_MAX + 7));
        assert_eq!((list.len(), list[NAMES_MAX].as_str()), (NAMES_MAX + 1, "and 7 more"));
        let bytes: usize = list.iter().map(|name| name.len() + 3).sum();
        assert!(bytes < super::super::report::LEN_BYTES_MAX * 3 / 4);
    }
}
