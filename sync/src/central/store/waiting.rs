//! What earlier batches set aside because nobody was registered for it, and what of it was taken since.
//!
//! Promises: computed from what is durable (rejects, and the lists of what was taken late), so a run that is killed
//! anywhere finds the same again. A file that was taken anew says anew what waits in it. Rejects are read in pieces, and
//! a line that waits is four bytes: at most [`WAITING_LINES_MAX`] are looked after at a time, the earliest first.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::index::{BatchFiles, Late};
use super::layout::{self, failed};
use super::{Store, StoreError};
use crate::central::rejects::RejectReason;

/// Most lines that are looked after at a time: 16 million, 64 MiB and the tree around them. What is more waits until
/// some of these have found their people.
const WAITING_LINES_MAX: usize = 16 << 20;
const PIECE_LEN_BYTES: usize = 64 << 10;
/// A line of a rejects file names a file and holds fixed words.
const LINE_LEN_BYTES_MAX: usize = 64 << 10;

/// By file, the lines (of claims, documents or rows) that wait for their people.
pub type Waiting = BTreeMap<String, BTreeSet<u32>>;

/// What of a line of a rejects file is asked for.
#[derive(Deserialize)]
struct Told {
    file: String,
    line: u32,
    reason: String,
}

impl Told {
    /// True when a later delivery of eligibility can bring the person or the period.
    fn waits(&self) -> bool {
        [RejectReason::UnknownPerson, RejectReason::NotCovered]
            .iter()
            .any(|reason| reason.code() == self.reason)
    }
}

impl Store<'_> {
    /// What waits in the files under `folder` of the source folder.
    ///
    /// # Errors
    /// The disk's, and a list that is damaged.
    pub fn waiting(&self, folder: &str) -> Result<Waiting, StoreError> {
        let is_inside = |name: &str| name.strip_prefix(folder).is_some_and(|n| n.starts_with('/'));
        let mut waiting = Waiting::new();
        let mut count = 0;
        for number in 1..=self.last_batch() {
            let batch = BatchFiles::load(self.files, &self.layout, number)?;
            for file in batch.names() {
                count -= waiting.remove(file).map_or(0, |lines| lines.len());
            }
            for Late { name, lines } in batch.late() {
                if let Some(known) = waiting.get_mut(name) {
                    count -= lines.iter().filter(|line| known.remove(line)).count();
                }
            }
            self.rejects(number, &mut |told| {
                if count < WAITING_LINES_MAX && told.waits() && is_inside(&told.file) {
                    count += usize::from(waiting.entry(told.file).or_default().insert(told.line));
                }
            })?;
        }
        waiting.retain(|_, lines| !lines.is_empty());
        Ok(waiting)
    }

    /// Reads a batch's rejects, line by line.
    fn rejects(&self, number: u64, hear: &mut dyn FnMut(Told)) -> Result<(), StoreError> {
        let name = layout::rejects(number);
        let damaged = |what| StoreError::Damaged { file: name.clone(), what };
        let file = self.files.open(&self.layout.path(&name)).map_err(failed("open", &name))?;
        let (mut at, mut held) = (0_u64, Vec::new());
        let mut piece = vec![0; PIECE_LEN_BYTES];
        loop {
            let read = file.read_at(at, &mut piece).map_err(failed("read", &name))?;
            let Some(new) = piece.get(..read).filter(|new| !new.is_empty()) else { break };
            at = at.saturating_add(new.len() as u64);
            for part in new.split_inclusive(|byte| *byte == b'\n') {
                held.extend_from_slice(part);
                if held.ends_with(b"\n") {
                    let told = serde_json::from_slice(&held);
                    hear(told.map_err(|_| damaged("a line is not the JSON expected"))?);
                    held.clear();
                } else if held.len() > LINE_LEN_BYTES_MAX {
                    return Err(damaged("a line is too long"));
                }
            }
        }
        if held.is_empty() { Ok(()) } else { Err(damaged("the last line has no end")) }
    }
}
