//! The hospital program.

use std::process::ExitCode;

fn main() -> ExitCode {
    tomoshibi_node::cli::run(std::env::args_os())
}
