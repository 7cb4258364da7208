//! The central side's program; see [`tomoshibi_sync::central::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    tomoshibi_sync::central::cli::run(std::env::args_os())
}
