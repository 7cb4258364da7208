//! The programs this executable can be run again as.

use std::ffi::OsString;
use std::process::ExitCode;

use super::process::Side;

/// Runs as the centre or as a node when the first argument says so.
pub fn run_again(args: impl IntoIterator<Item = OsString>) -> Option<ExitCode> {
    let mut args = args.into_iter();
    let name = args.next()?;
    let word = args.next()?;
    let args = std::iter::once(name).chain(args);
    if word == Side::Central.word() {
        return Some(tomoshibi_sync::central::cli::run(args));
    }
    (word == Side::Node.word()).then(|| tomoshibi_node::cli::run(args))
}
