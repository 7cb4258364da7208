//! `badge`, `badge revoke`.

use serde_json::json;
use tomoshibi_policies::ErrorClass;

use super::arguments::{Badge, BadgeAct, NewBadge, RevokeBadge};
use super::centre::Centre;
use super::failure::Failure;
use super::report::Report;
use super::revoked;
use crate::central::badges::{self, Holder};
use crate::central::revocations;
use crate::revocation::Revoked;

pub(super) fn run(centre: &Centre, options: Badge) -> Result<Report, Failure> {
    match (options.act, options.new) {
        (Some(BadgeAct::Revoke(options)), _) => revoke(centre, options),
        (None, Some(options)) => issue(centre, options),
        // The arguments say what is missing before this is reached.
        (None, None) => Err(Failure::new(ErrorClass::Invalid, "whom is the badge for")),
    }
}

fn issue(centre: &Centre, options: NewBadge) -> Result<Report, Failure> {
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

fn revoke(centre: &Centre, options: RevokeBadge) -> Result<Report, Failure> {
    let (folder, files, trust) = (&centre.folder, &centre.files, &centre.trust);
    let why = (options.why.reason, centre.now());
    let done = revocations::revoke_badge(folder, files, trust, options.badge, why)?;
    Ok(revoked::tell(Revoked::Badge(options.badge), &done))
}
