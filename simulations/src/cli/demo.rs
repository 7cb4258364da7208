//! `tomoshibi-drill demo`.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use tomoshibi_policies::ErrorClass;

use super::Failure;
use crate::demo::process::Program;
use crate::demo::script::{DemoError, DemoParameters, run as run_script};
use crate::demo::summary::Summary;
use crate::region::Day;

/// Arguments of the command.
#[derive(Debug, Args)]
pub(super) struct DemoArguments {
    /// Run the whole drill by itself and check every answer.
    #[arg(long)]
    script: bool,
    /// Print the summary as JSON, as the last line.
    #[arg(long)]
    json: bool,
    /// People in the region.
    #[arg(long, default_value_t = 5000)]
    people: u32,
    /// The same seed gives the same region and the same look-ups.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Folder to work in; created, or empty.
    #[arg(long, default_value = "demo")]
    dir: PathBuf,
    /// The day for which the truth says what must be shown.
    #[arg(long, default_value = "2026-11-13", value_parser = super::region::day)]
    as_of: Day,
}

/// Runs the drill and prints its summary.
#[expect(clippy::print_stderr, reason = "progress is for people and goes to standard error")]
pub(super) fn run(arguments: &DemoArguments) -> Result<(), Failure> {
    if !arguments.script {
        let error = anyhow::anyhow!("the demo runs by itself only");
        return Err(Failure { error, hint: "add --script", class: ErrorClass::Invalid });
    }
    let io = |error: std::io::Error| Failure {
        error: error.into(),
        hint: "check that the folder can be written",
        class: ErrorClass::Transient,
    };
    // Processes of the drill need a folder that does not depend on where they run.
    let dir = std::path::absolute(&arguments.dir).map_err(io)?;
    let parameters = DemoParameters {
        people: arguments.people,
        seed: arguments.seed,
        dir,
        as_of: arguments.as_of,
    };
    let mut say = |line: &str| eprintln!("{line}");
    let program = &mut |logs: &std::path::Path| Program::of_this_process(logs);
    let summary = run_script(&parameters, program, &mut say).map_err(failure)?;
    print(&summary, arguments.json).map_err(io)?;
    if summary.is_well() {
        return Ok(());
    }
    let error = anyhow::anyhow!("the drill found faults: {} wrong answers", summary.wrong_answers);
    Err(Failure { error, hint: "read the lines above", class: ErrorClass::Internal })
}

fn failure(error: DemoError) -> Failure {
    let hint = match &error {
        DemoError::NotEmpty(_) => "name a new folder or empty it first",
        DemoError::Region(_) => "choose other people or another seed",
        _ => "read the logs in the demo's folder",
    };
    Failure { class: error.class(), error: error.into(), hint }
}

fn print(summary: &Summary, json: bool) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    if json {
        serde_json::to_writer(&mut out, summary)?;
        return writeln!(out);
    }
    let lookups = &summary.lookups;
    writeln!(
        out,
        "{} people, {} items in {} segments, {} bytes sealed",
        summary.people, summary.items, summary.segments, summary.bytes
    )?;
    writeln!(
        out,
        "{} look-ups: {} permitted, {} denied, {} not found, {} several; {} wrong answers",
        lookups.total(),
        lookups.permitted,
        lookups.denied,
        lookups.not_found,
        lookups.several,
        summary.wrong_answers
    )?;
    let entries = &summary.entries;
    writeln!(out, "{} journal entries, {} acknowledged", entries.journalled, entries.acknowledged)
}
