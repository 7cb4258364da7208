//! The program `tomoshibi-central`: what the operating body types.
//!
//! Results go to standard output, as text or (`--json`) as one JSON line; everything else goes to standard error, logs
//! as JSON. The exit code is 0 on success, 1 on failure, 2 on wrong use, 3 on a denial. Nothing printed or logged holds
//! patient data; a release code and an enrolment code are printed by the command that makes them and nowhere else.
//!
//! [`run`] is in the library so that another program can be executed again as the centre.

mod arguments;
mod badge;
mod centre;
mod control;
mod failure;
mod ingest;
mod init;
mod instant;
mod invite;
mod ledger;
mod node;
mod order;
mod publish;
mod release;
mod report;
mod revoked;
mod serve;
mod status;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use tracing_subscriber::EnvFilter;

use self::arguments::{Arguments, Command};
use self::centre::Centre;
use self::failure::Failure;
use self::report::Report;

/// Runs the program with these arguments, the first of which is its name.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(args) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help goes to standard output and succeeds, wrong use to standard error with 2.
            let _ = error.print();
            return if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS };
        }
    };
    start_log(&arguments.command);
    let json = arguments.json;
    let outcome = execute(arguments).and_then(|report| report.print(json));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(io::stderr(), "tomoshibi-central: {failure}");
            failure.exit_code()
        }
    }
}

/// JSON lines on standard error; `RUST_LOG` says more or less.
fn start_log(command: &Command) {
    let level = if matches!(command, Command::Serve(_)) { "info" } else { "warn" };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
    let log = tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(io::stderr);
    // Another program that runs the centre inside itself may have set a log up.
    let _ = log.try_init();
}

fn execute(arguments: Arguments) -> Result<Report, Failure> {
    let folder = arguments.folder();
    let json = arguments.json;
    if let Command::Init(options) = arguments.command {
        return init::run(&folder, options);
    }
    let centre = Centre::open(folder)?;
    match arguments.command {
        Command::Init(options) => init::run(&centre.folder, options),
        Command::Invite(options) => invite::run(&centre, options),
        Command::Ingest(options) => ingest::run(&centre, options),
        Command::Publish(options) => publish::run(&centre, options),
        Command::Serve(options) => serve::run(centre, options, json),
        Command::Order(options) => order::run(&centre, options),
        Command::Release(options) => release::run(&centre, options),
        Command::Badge(options) => badge::run(&centre, options),
        Command::Node(options) => node::run(&centre, options),
        Command::Ledger(options) => ledger::run(&centre, options),
        Command::Status => status::run(&centre),
    }
}
