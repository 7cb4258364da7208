//! The commands of `tomoshibi-drill`.
//!
//! A command is a module with its arguments and a `run`; adding one is a line in [`Command`] and
//! one in [`run`]. Exit codes: 0 success, 2 wrong use, 1 failure.

mod demo;
mod region;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tomoshibi_policies::ErrorClass;

/// Drills: a disaster that is not one.
#[derive(Debug, Parser)]
#[command(name = "tomoshibi-drill", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a whole drill with real processes, and check every answer.
    Demo(demo::DemoArguments),
    /// Write a synthetic region: the files real systems hand over, and the truth about them.
    Region(region::RegionArguments),
}

/// A command that failed: what was wrong, what to do, and how it is classed.
#[derive(Debug)]
struct Failure {
    error: anyhow::Error,
    hint: &'static str,
    class: ErrorClass,
}

/// Runs the command line of this process.
#[expect(clippy::print_stderr, reason = "failures go to standard error, in one line")]
pub fn main() -> ExitCode {
    if let Some(code) = crate::demo::programs::run_again(std::env::args_os()) {
        return code;
    }
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("tomoshibi-drill: {:#}; {}", failure.error, failure.hint);
            ExitCode::from(if failure.class == ErrorClass::Invalid { 2 } else { 1 })
        }
    }
}

fn run(arguments: Arguments) -> Result<(), Failure> {
    match arguments.command {
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Region(arguments) => region::run(&arguments),
    }
}
