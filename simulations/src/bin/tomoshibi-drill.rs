//! `tomoshibi-drill`: regions, drills and their reports.

use std::process::ExitCode;

fn main() -> ExitCode {
    tomoshibi_simulations::cli::main()
}
