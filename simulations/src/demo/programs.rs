//! The programs this executable can be run again as.

use std::ffi::OsString;
use std::process::ExitCode;

use rustix::process::{Signal, set_parent_process_death_signal};

use super::process::Side;

/// Runs as the centre or as a node when the first argument says so. Such a process ends with the thread that started
/// it, so that a demo that was killed leaves nothing behind that still listens.
pub fn run_again(args: impl IntoIterator<Item = OsString>) -> Option<ExitCode> {
    let mut args = args.into_iter();
    let name = args.next()?;
    let word = args.next()?;
    let args = std::iter::once(name).chain(args);
    if word == Side::Central.word() {
        end_with_the_demo();
        return Some(tomoshibi_sync::central::cli::run(args));
    }
    if word == Side::Node.word() {
        end_with_the_demo();
        return Some(tomoshibi_node::cli::run(args));
    }
    None
}

fn end_with_the_demo() {
    // Where the system has no such signal, the demo still ends what it knows of.
    let _ = set_parent_process_death_signal(Some(Signal::KILL));
}
