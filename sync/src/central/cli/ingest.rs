//! `ingest`.

use std::io::{self, IsTerminal};

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::arguments::Ingest;
use super::centre::Centre;
use super::failure::Failure;
use super::report::Report;
use crate::central::ingest;
use crate::central::links::Links;
use crate::central::lock::{self, Subject};
use crate::central::progress::{Progress, Silent, Stage};
use crate::central::reach;
use crate::central::store::Store;

pub(super) fn run(centre: &Centre, options: Ingest) -> Result<Report, Failure> {
    if !options.source.is_dir() {
        let what = "the source is not a folder";
        return Err(Failure::new(tomoshibi_policies::ErrorClass::NotFound, what));
    }
    let _held = lock::hold(&centre.folder, Subject::Source)?;
    let mut store = Store::open(&centre.files, &centre.folder.source())?;
    let links = Links::open(&centre.folder.links())?;
    let mut bar = Bar::default();
    let progress: &mut dyn Progress =
        if io::stderr().is_terminal() { &mut bar } else { &mut Silent };
    let done = ingest::run(
        &options.source,
        &mut store,
        &links,
        options.as_of,
        &centre.files,
        &centre.entropy,
        progress,
    )?;
    reach::note(&centre.folder, &centre.files, options.as_of)?;
    let rejected: u64 = done.rejected.values().sum();
    let text = format!(
        "{} files: {} people, {} receipts, {} checkups, {} rows of masters, {} withdrawals; {rejected} set aside",
        done.files, done.persons, done.receipts, done.checkups, done.masters, done.withdrawals,
    );
    let mut report = json!(done);
    if let Some(fields) = report.as_object_mut() {
        fields.insert("as_of".into(), json!(options.as_of.to_string()));
    }
    Ok(Report::new(report, text))
}

/// A bar on the terminal.
#[derive(Default)]
struct Bar(Option<ProgressBar>);

impl Progress for Bar {
    fn begin(&mut self, stage: Stage, files: u64) {
        let bar = ProgressBar::new(files).with_message(format!("{stage:?}").to_lowercase());
        if let Ok(style) = ProgressStyle::with_template("{msg:12} {wide_bar} {pos}/{len} files") {
            bar.set_style(style);
        }
        if let Some(before) = self.0.replace(bar) {
            before.finish_and_clear();
        }
    }

    fn file_done(&mut self, _: Stage, _: u64) {
        if let Some(bar) = &self.0 {
            bar.inc(1);
        }
    }
}
