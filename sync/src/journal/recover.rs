//! What a writer finds when it opens: reads every file, checks the chain and what was signed about it, and makes the
//! end durable before anything is built on it.

use std::path::Path;

use super::checkpoint::SignedCheckpoint;
use super::error::OpenError;
use super::file::{JournalFile, TornTail};
use super::layout::{
    DiskError, NOTE_LEN_BYTES_MAX, acknowledged_path, checkpoint_path, file_path, incarnation_dir,
};
use super::reader::{Head, Reader};
use super::{Checkpoint, Origin, TreeHash};
use crate::seam::Files;
use crate::signed::PublicKey;

/// The journal as it was found.
pub(super) struct Recovered {
    pub(super) head: Head,
    /// Number for the next file.
    pub(super) next_number: u32,
    /// Torn tails that no entry has noted yet, with the numbers of their files.
    pub(super) torn: Vec<(u32, TornTail)>,
}

/// Reads the journal of `origin` under `dir`.
pub(super) fn recover(
    files: &dyn Files,
    dir: &Path,
    origin: Origin,
    key: &PublicKey,
) -> Result<Recovered, OpenError> {
    let stated = stated_checkpoints(files, dir, origin, key)?;
    let mut reader = Reader::open(files, dir, origin.node, origin.incarnation)?;
    let mut torn = Vec::new();
    while let Some(file) = reader.next_file()? {
        stated.iter().try_for_each(|checkpoint| check_root(&file, checkpoint))?;
        if !file.records.is_empty() {
            // Whoever wrote these noted the torn tails before them.
            torn.clear();
        }
        torn.extend(file.torn.map(|tail| (file.header.number, tail)));
    }
    let head = reader.head();
    if let Some(ahead) = stated.iter().find(|c| c.size > head.tree.size()) {
        return Err(OpenError::Behind { found: head.tree.size(), stated: ahead.size });
    }
    let last = reader.numbers().last().copied();
    if let Some(number) = last {
        make_durable(files, dir, origin, number)?;
    }
    let next_number = last.map_or(0, |number| number.saturating_add(1));
    Ok(Recovered { head, next_number, torn })
}

/// A killed process can leave records that were written and never synced. They are read back now; a later power cut
/// could still take them, and with them the ground the next file stands on. So they are synced first.
fn make_durable(
    files: &dyn Files,
    dir: &Path,
    origin: Origin,
    number: u32,
) -> Result<(), DiskError> {
    let failed = DiskError::new("sync the last journal file");
    let mut file = files.append(&file_path(dir, origin.incarnation, number)).map_err(&failed)?;
    file.sync().map_err(&failed)?;
    files.sync_dir(&incarnation_dir(dir, origin.incarnation)).map_err(&failed)
}

/// How many entries the checkpoints beside the files state: for whoever reads a journal from its end, and has to know
/// whether that is the end.
///
/// # Errors
/// The disk's, and what lies there and is no checkpoint of this journal.
pub fn stated_size(
    files: &dyn Files,
    dir: &Path,
    origin: Origin,
    key: &PublicKey,
) -> Result<u64, OpenError> {
    let stated = stated_checkpoints(files, dir, origin, key)?;
    Ok(stated.iter().map(|checkpoint| checkpoint.size).max().unwrap_or_default())
}

/// The checkpoints that lie beside the files, verified.
fn stated_checkpoints(
    files: &dyn Files,
    dir: &Path,
    origin: Origin,
    key: &PublicKey,
) -> Result<Vec<Checkpoint>, OpenError> {
    let paths =
        [checkpoint_path(dir, origin.incarnation), acknowledged_path(dir, origin.incarnation)];
    let there = paths.iter().filter(|path| files.exists(path));
    there.map(|path| Ok(read_note(files, path)?.verify(origin, key)?)).collect()
}

/// Reads a note beside the files.
pub(super) fn read_note(files: &dyn Files, path: &Path) -> Result<SignedCheckpoint, OpenError> {
    let bytes = files.read(path, NOTE_LEN_BYTES_MAX);
    let bytes = bytes.map_err(DiskError::new("read a checkpoint"))?;
    Ok(SignedCheckpoint::parse(&String::from_utf8_lossy(&bytes))?)
}

fn check_root(file: &JournalFile, checkpoint: &Checkpoint) -> Result<(), OpenError> {
    match root_at(file, checkpoint.size) {
        Some(found) if found != checkpoint.root => {
            Err(OpenError::Root { size: checkpoint.size, found, stated: checkpoint.root })
        }
        _ => Ok(()),
    }
}

/// The root at `size`, when that lies within this file.
pub(super) fn root_at(file: &JournalFile, size: u64) -> Option<TreeHash> {
    let mut tree = file.header.before.clone();
    let mut records = file.records.iter();
    while tree.size() < size {
        tree.push(records.next()?.clear.leaf());
    }
    (tree.size() == size).then(|| tree.root())
}
