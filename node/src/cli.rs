//! The command line.
//!
//! Results go to standard output, everything else to standard error. Exit codes: 0 success, 1 failure, 2 wrong use, 3
//! denial. A failure is one line: what was wrong and what to do; with `--json` it is one JSON object. Commands reach a
//! running owner over `control.sock`, or open the folder when nobody owns it.
//!
//! [`run`] is all of the program, so that another binary can be run again as a node.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use crate::failure::Failure;
use crate::folder::Folder;
use crate::locale::Lang;
use crate::node::Seams;

mod args;
mod ask;
mod badge;
mod close;
mod desk;
mod doctor;
mod enrol;
mod help;
mod init;
mod journal;
mod lookup;
mod open;
mod output;
mod page;
mod scrub;
mod serve;
mod status;
mod sync;

use args::{Cli, Command};
use output::Output;

/// What every command works with.
struct Context {
    folder: Folder,
    seams: Seams,
    output: Output,
}

/// How a command ended that did what it was asked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// All is well.
    Well,
    /// The result, already told, names something bad.
    Bad,
}

/// Runs the program with these arguments, the program's name first.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    let environment = Lang::of_environment(|name| std::env::var(name).ok());
    let lang = help::lang_in(&args).or(environment).unwrap_or_default();
    let command = help::in_words_of(Cli::command(), lang);
    let parsed =
        command.try_get_matches_from(args).and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are results; clap knows which of the two streams is right.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let output = Output { lang, json: cli.json };
    match execute(cli, output) {
        Ok(Verdict::Well) => ExitCode::SUCCESS,
        Ok(Verdict::Bad) => ExitCode::from(1),
        Err(failure) => {
            output.failure(&failure);
            ExitCode::from(output::exit_code(&failure))
        }
    }
}

fn execute(cli: Cli, output: Output) -> Result<Verdict, Failure> {
    let data = cli.data.or_else(|| std::env::var_os("TOMOSHIBI_DATA").map(Into::into));
    let data = data.ok_or_else(|| output::wrong_use("data-missing"))?;
    let context = Context { folder: Folder::new(data), seams: Seams::of_host(), output };
    match cli.command {
        Command::Init(args) => init::run(&context, &args),
        Command::Enrol(args) => enrol::run(&context, &args),
        Command::Sync => sync::run(&context),
        Command::Serve => serve::run(&context),
        Command::Status => status::run(&context),
        Command::Scrub => scrub::run(&context),
        Command::Doctor => doctor::run(&context),
        Command::Open(args) => open::run(&context, args),
        Command::Close => close::run(&context),
        Command::Lookup(args) => lookup::run(&context, *args),
        Command::Page(args) => page::run(&context, &args),
        Command::Badge(args) => badge::run(&context, &args),
        Command::Journal(args) => journal::run(&context, &args),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound_and_every_word_of_its_help_is_in_both_catalogues() {
        for lang in Lang::ALL {
            let mut command = help::in_words_of(Cli::command(), lang);
            command.clone().debug_assert();
            let shown = help_of(&mut command);
            assert!(!shown.contains("missing:"), "{shown}");
        }
    }

    /// The help of a command and of everything below it.
    fn help_of(command: &mut clap::Command) -> String {
        let mut shown = command.render_long_help().to_string();
        for sub in command.get_subcommands_mut() {
            assert!(sub.get_about().is_some_and(|about| !about.to_string().is_empty()));
            shown += &help_of(sub);
        }
        shown
    }
}
