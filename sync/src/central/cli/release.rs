//! `release`.

use secrecy::ExposeSecret;
use serde_json::json;

use super::arguments::Release;
use super::centre::Centre;
use super::failure::Failure;
use super::report::Report;
use crate::central::releases::{self, Spoken};

pub(super) fn run(centre: &Centre, options: Release) -> Result<Report, Failure> {
    let (folder, files) = (&centre.folder, &centre.files);
    let spoken = match options {
        Release::Preposition(choice) => {
            let node = centre.node(&choice.node)?;
            releases::preposition(folder, files, &centre.entropy, &node)
        }
        Release::Code(choice) => {
            let node = centre.node(&choice.node)?;
            releases::code(folder, files, node.id.parse()?)
        }
    }?;
    Ok(tell(&spoken))
}

fn tell(spoken: &Spoken) -> Report {
    let code = spoken.groups.expose_secret();
    let groups: Vec<&str> = code.split(' ').collect();
    let report = json!({
        "node": spoken.node.to_string(),
        "number": spoken.number,
        "code": code,
        "groups": groups,
    });
    let lines = (1..).zip(&groups).map(|(place, group)| format!("{place}: {group}"));
    let head = format!("release {} of node {}", spoken.number, spoken.node);
    Report::new(report, [head].into_iter().chain(lines).collect::<Vec<_>>().join("\n"))
}
