//! `badge`.

use serde_json::json;

use super::arguments::Badge;
use super::centre::Centre;
use super::failure::Failure;
use super::report::Report;
use crate::central::badges::{self, Holder};

pub(super) fn run(centre: &Centre, options: Badge) -> Result<Report, Failure> {
    let holder = Holder {
        name: options.name,
        role: options.role,
        facility: options.facility,
        incident: options.incident,
    };
    let span = (centre.now(), options.hours);
    let (folder, files) = (&centre.folder, &centre.files);
    let issued = badges::issue(folder, files, &centre.entropy, &centre.trust, holder, span)?;
    let report = json!({
        "badge": issued.text,
        "id": issued.id.to_string(),
        "role": options.role.as_str(),
        "valid_from": issued.valid.from.to_string(),
        "valid_until": issued.valid.until.to_string(),
    });
    Ok(Report::new(report, issued.text))
}
