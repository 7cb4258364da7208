//! One ingest: from the source folder into links and store.
//!
//! Masters first (they tell drugs from pseudo items), then eligibility (so that receipts link), then the rest. A file
//! is taken whole or not at all; its content is remembered, so running again takes only what is new, and a killed run
//! goes on where its last batch ended. Links are committed before the batch that uses them: a person without records
//! may exist, never the reverse. What was set aside because nobody was registered for it is looked at again in every
//! run, and taken once its person is known, as long as its file lies in the source folder. Memory: one source file, the store's buffer, the links' cache,
//! and four bytes for each line that waits.

mod error;
mod late;
mod stage;
mod take;

use std::path::Path;

use tomoshibi_policies::time::JstDate;

pub use error::IngestError;

use super::report::IngestReport;
use super::sources;
use crate::central::links::Links;
use crate::central::progress::{Progress, Stage};
use crate::central::rejects::{Reject, RejectReason, SetAside};
use crate::central::store::Store;
use crate::seam::{Entropy, Files};
use stage::Work;

/// The order of the stages.
const STAGES: [Stage; 5] =
    [Stage::Masters, Stage::Eligibility, Stage::Withdrawals, Stage::Checkups, Stage::Receipts];

/// Takes everything in `source_dir` that is visible on the morning of `as_of` and was not taken before.
///
/// # Errors
/// The disk's, the store's and the link table's. Wrong input is no error: it is set aside and counted.
pub fn run(
    source_dir: &Path,
    store: &mut Store<'_>,
    links: &Links,
    as_of: JstDate,
    files: &dyn Files,
    entropy: &dyn Entropy,
    progress: &mut dyn Progress,
) -> Result<IngestReport, IngestError> {
    let mut report = IngestReport::default();
    for stage in STAGES {
        let found = sources::find(files, source_dir, stage, as_of).map_err(IngestError::List)?;
        report.files_waiting += found.waiting;
        let total = (found.sources.len() + found.nameless.len()) as u64;
        progress.begin(stage, total);
        let mut work = Work { stage, store, links, files, entropy, report: &mut report };
        work.take_all(&found, progress)?;
    }
    Ok(report)
}

/// The reject of a file whose name is wrong.
pub(super) fn nameless(name: &str) -> Reject<'_> {
    const WRONG: SetAside = SetAside::file(0, RejectReason::FileName);
    Reject::of(name, &WRONG)
}
