//! `init`.

use serde_json::json;

use super::arguments::Init;
use super::failure::Failure;
use super::report::Report;
use crate::central::config::Config;
use crate::central::folder::Folder;
use crate::central::init;
use crate::central::keys;
use crate::seam::{StdFiles, SystemEntropy};

pub(super) fn run(folder: &Folder, options: Init) -> Result<Report, Failure> {
    let mut config =
        Config { region: options.region.get(), drill: options.drill, ..Config::default() };
    if let Some(listen) = options.listen {
        config.listen = listen;
    }
    if !options.names.is_empty() {
        config.names = options.names;
    }
    let trust = init::init(folder, &config, &StdFiles, &SystemEntropy)?;
    let (generation, _) = keys::current(folder, &StdFiles)?;
    let report = json!({
        "region": trust.region.get(),
        "drill": trust.drill,
        "generation": generation.0,
    });
    let text = format!(
        "region {} has begun{}; move the folder `authority` to a safe place",
        trust.region,
        if trust.drill { " (drill)" } else { "" },
    );
    Ok(Report::new(report, text))
}
