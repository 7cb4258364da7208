//! `store.json` and `batches/*.json`: which batches and runs are there, and which files they came from.
//!
//! FORMAT: JSON. `store.json`: `format`, `last_batch`, `next_run`, `runs` [{`number`, `kind`, `items`, `len_bytes`,
//! `first_batch`, `last_batch`}]. `batches/<number>.json`: `format`, `batch`, `files` [{`name`, `digest`}], and where
//! something that had waited was taken, `late` [{`name`, `lines`}].

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::StoreError;
use super::item::SourceKind;
use super::layout::{self, BATCHES, INDEX, Layout, REJECTS, RUNS, failed};
use crate::id::Digest;
use crate::seam::Files;

/// Version of both files.
const FORMAT: u32 = 1;
/// Longest index or list of files: 64 MiB, some 400,000 files of one batch.
const JSON_LEN_BYTES_MAX: u64 = 64 << 20;

/// The index.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Index {
    format: u32,
    pub(super) last_batch: u64,
    pub(super) next_run: u64,
    pub(super) runs: Vec<RunEntry>,
}

/// One run.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RunEntry {
    pub(super) number: u64,
    pub(super) kind: SourceKind,
    pub(super) items: u64,
    pub(super) len_bytes: u64,
    pub(super) first_batch: u64,
    pub(super) last_batch: u64,
}

/// The files of one batch.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BatchFiles {
    format: u32,
    batch: u64,
    files: Vec<SeenFile>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    late: Vec<Late>,
}

/// What was taken late of a file that an earlier batch took.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Late {
    pub(super) name: String,
    pub(super) lines: Vec<u32>,
}

/// A file that was taken.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SeenFile {
    pub(super) name: String,
    pub(super) digest: String,
}

impl BatchFiles {
    pub(super) const fn new(batch: u64, files: Vec<SeenFile>, late: Vec<Late>) -> Self {
        Self { format: FORMAT, batch, files, late }
    }

    /// Reads a batch's list.
    pub(super) fn load(
        files: &dyn Files,
        layout: &Layout,
        number: u64,
    ) -> Result<Self, StoreError> {
        let name = layout::batch(number);
        let batch: Self = load(files, layout, &name)?;
        check_format(&name, batch.format)?;
        Ok(batch)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|file| file.name.as_str())
    }

    pub(super) fn late(&self) -> &[Late] {
        &self.late
    }
}

impl Index {
    /// Reads the index; a missing one is that of a new store.
    pub(super) fn load(files: &dyn Files, layout: &Layout) -> Result<Self, StoreError> {
        if !files.exists(&layout.path(INDEX)) {
            return Ok(Self { format: FORMAT, last_batch: 0, next_run: 1, runs: Vec::new() });
        }
        let index: Self = load(files, layout, INDEX)?;
        check_format(INDEX, index.format)?;
        Ok(index)
    }

    /// Makes this the index, in one step.
    pub(super) fn save(&self, files: &dyn Files, layout: &Layout) -> Result<(), StoreError> {
        save(files, layout, INDEX, self)
    }

    /// The runs of a kind.
    pub(super) fn of_kind(&self, kind: SourceKind) -> impl Iterator<Item = &RunEntry> {
        self.runs.iter().filter(move |run| run.kind == kind)
    }

    /// Removes files that the index does not name.
    pub(super) fn sweep(&self, files: &dyn Files, layout: &Layout) -> Result<(), StoreError> {
        let mut named: BTreeSet<String> =
            self.runs.iter().map(|run| layout::run(run.number)).collect();
        for number in 1..=self.last_batch {
            named.insert(layout::batch(number));
            named.insert(layout::rejects(number));
        }
        for folder in [RUNS, BATCHES, REJECTS] {
            let entries = files.list(&layout.path(folder)).map_err(failed("list", folder))?;
            for entry in entries {
                let name = format!("{folder}/{}", entry.name);
                if !named.contains(&name) {
                    let path = entry.path_in(&layout.path(folder));
                    files.remove(&path).map_err(failed("remove", &name))?;
                }
            }
        }
        Ok(())
    }

    /// Digests of all files taken.
    pub(super) fn seen(
        &self,
        files: &dyn Files,
        layout: &Layout,
    ) -> Result<BTreeSet<Digest>, StoreError> {
        let mut seen = BTreeSet::new();
        for number in 1..=self.last_batch {
            for file in BatchFiles::load(files, layout, number)?.files {
                let digest = file.digest.parse().map_err(|_| StoreError::Damaged {
                    file: layout::batch(number),
                    what: "a digest is none",
                })?;
                seen.insert(digest);
            }
        }
        Ok(seen)
    }
}

/// Writes a JSON file in one step.
pub(super) fn save<T: Serialize>(
    files: &dyn Files,
    layout: &Layout,
    name: &str,
    value: &T,
) -> Result<(), StoreError> {
    let bytes = serde_json::to_vec_pretty(value).map_err(|_| StoreError::Damaged {
        file: name.to_owned(),
        what: "cannot be written as JSON",
    })?;
    files.replace(&layout.path(name), &bytes).map_err(failed("write", name))
}

fn load<T: for<'de> Deserialize<'de>>(
    files: &dyn Files,
    layout: &Layout,
    name: &str,
) -> Result<T, StoreError> {
    let bytes = files.read(&layout.path(name), JSON_LEN_BYTES_MAX).map_err(failed("read", name))?;
    serde_json::from_slice(&bytes).map_err(|_| StoreError::Damaged {
        file: name.to_owned(),
        what: "is not the JSON expected",
    })
}

fn check_format(name: &str, found: u32) -> Result<(), StoreError> {
    if found == FORMAT {
        return Ok(());
    }
    Err(StoreError::Format { file: name.to_owned(), found, known: FORMAT })
}
