//! `tomoshibi-drill demo`.

mod report;
mod terminal;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use tomoshibi_node::locale::Lang;
use tomoshibi_policies::ErrorClass;

use self::terminal::Terminal;
use super::Failure;
use crate::demo::process::Program;
use crate::demo::script::{DemoError, DemoParameters, Mode, run as run_script};
use crate::demo::words;
use crate::region::Day;

/// Arguments of the command.
#[derive(Debug, Args)]
pub(super) struct DemoArguments {
    /// Run the whole drill by itself and check every answer, instead of waiting for people.
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
    /// Port of the first node's page on this machine; the second node takes the next one. 0 takes free ones.
    #[arg(long, default_value_t = 8443, value_parser = clap::value_parser!(u16).range(..=65534))]
    port: u16,
    /// Language of what is said; without it the environment's, or English.
    #[arg(long)]
    lang: Option<LangArg>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum LangArg {
    Ja,
    En,
}

impl DemoArguments {
    fn lang(&self) -> Lang {
        match self.lang {
            Some(LangArg::Ja) => Lang::Ja,
            Some(LangArg::En) => Lang::En,
            None => Lang::of_environment(|name| std::env::var(name).ok()).unwrap_or(Lang::En),
        }
    }
}

/// Runs the drill and prints what came of it.
pub(super) fn run(arguments: &DemoArguments) -> Result<(), Failure> {
    let io = |error: std::io::Error| Failure {
        error: error.into(),
        hint: "check that the folder can be written",
        class: ErrorClass::Transient,
    };
    let lang = arguments.lang();
    let mut terminal = match arguments.script {
        true => Terminal::of_script(),
        false => Terminal::of_walk(words::word(lang, "ended-at-once")).map_err(io)?,
    };
    // Processes of the drill need a folder that does not depend on where they run.
    let dir = std::path::absolute(&arguments.dir).map_err(io)?;
    let parameters = DemoParameters {
        people: arguments.people,
        seed: arguments.seed,
        dir,
        as_of: arguments.as_of,
        lang,
        mode: if arguments.script { Mode::Script } else { Mode::Walk { port: arguments.port } },
    };
    let program = &mut |logs: &std::path::Path| Program::of_this_process(logs);
    let report = run_script(&parameters, program, &mut terminal);
    terminal.end();
    let report = report.map_err(failure)?;
    report::print(&report, lang, arguments.json).map_err(io)?;
    let summary = &report.summary;
    if summary.is_well() {
        return Ok(());
    }
    let (wrong, other) = (summary.wrong_answers, summary.failures.len());
    let error = anyhow::anyhow!("the drill found faults: {wrong} wrong answers, {other} others");
    Err(Failure { error, hint: "read the lines above", class: ErrorClass::Internal })
}

fn failure(error: DemoError) -> Failure {
    let hint = match &error {
        DemoError::NotEmpty(_) => "name a new folder or empty it first",
        DemoError::Region(_) => "choose other people or another seed",
        DemoError::PortInUse(_) => {
            "end what listens there, or name another with --port (0 takes a free one)"
        }
        DemoError::NoPage(_) => "use a build whose node has a page, or run the demo with --script",
        DemoError::Ended => "every process it had started is ended",
        _ => "read the logs in the demo's folder",
    };
    Failure { class: error.class(), error: error.into(), hint }
}
