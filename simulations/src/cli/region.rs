//! `tomoshibi-drill region`.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use tomoshibi_policies::ErrorClass;

use super::Failure;
use crate::region::{Day, RegionError, RegionParameters, RegionSummary, generate};

/// Arguments of the command.
#[derive(Debug, Args)]
pub(super) struct RegionArguments {
    /// People in the region.
    #[arg(long)]
    people: u32,
    /// Everything follows from it: the same seed gives the same bytes.
    #[arg(long)]
    seed: u64,
    /// Folder to write to; created, or empty.
    #[arg(long)]
    out: PathBuf,
    /// The day for which the truth says what must be shown.
    #[arg(long, default_value = "2026-11-13", value_parser = day)]
    as_of: Day,
    /// Months of claims history.
    #[arg(long, default_value_t = 14)]
    months: u32,
    /// Print the summary as JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn day(text: &str) -> Result<Day, String> {
    Day::parse(text).ok_or_else(|| "not a date of the form 2026-11-13".to_owned())
}

/// Generates the region and prints what was made.
pub(super) fn run(arguments: &RegionArguments) -> Result<(), Failure> {
    let parameters = RegionParameters {
        people: arguments.people,
        seed: arguments.seed,
        as_of: arguments.as_of,
        months: arguments.months,
    };
    let bar = progress_bar(arguments.people);
    let summary = generate(&parameters, &arguments.out, |progress| {
        bar.set_position(u64::from(progress.people_done));
    });
    bar.finish_and_clear();
    let summary = summary.map_err(failure)?;
    print(&summary, arguments.json).map_err(|error| Failure {
        error,
        hint: "the region itself is complete",
        class: ErrorClass::Transient,
    })
}

/// A bar on a terminal, nothing elsewhere.
fn progress_bar(people: u32) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(u64::from(people));
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {human_pos} of {human_len} people") {
        bar.set_style(style);
    }
    bar
}

fn failure(error: RegionError) -> Failure {
    let hint = match &error {
        RegionError::OutOfRange { .. } => "choose a number in the range",
        RegionError::NotEmpty { .. } => "name a new folder or empty it first",
        RegionError::Write { .. } => "check the free space and rights of the folder",
        RegionError::Package { .. } | RegionError::Json { .. } => {
            "this is a fault of the generator: report it with seed and people"
        }
    };
    Failure { class: error.class(), error: error.into(), hint }
}

fn print(summary: &RegionSummary, json: bool) -> Result<(), anyhow::Error> {
    let mut out = std::io::stdout().lock();
    if json {
        serde_json::to_writer(&mut out, summary)?;
        writeln!(out)?;
        return Ok(());
    }
    let counts = &summary.counts;
    writeln!(
        out,
        "region of {} people, seed {}, as of {}",
        summary.people, summary.seed, summary.as_of
    )?;
    writeln!(
        out,
        "{} receipts in {} files, {} of them wrong on purpose",
        counts.receipts, counts.receipt_files, counts.expected_rejects
    )?;
    writeln!(
        out,
        "{} medication lines and {} checkups to show, {} withdrawals",
        counts.medication_lines, counts.checkups, counts.withdrawals
    )?;
    writeln!(out, "{} files, {} bytes", summary.files, summary.bytes)?;
    Ok(())
}
