//! `invite`.

use serde_json::json;
use tomoshibi_policies::ErrorClass;

use super::arguments::Invite;
use super::centre::Centre;
use super::failure::Failure;
use super::report::Report;
use crate::central::directory::Invited;
use crate::central::invitations;

/// Longest name, as the wire has it.
const NAME_LEN_BYTES_MAX: usize = 200;

pub(super) fn run(centre: &Centre, options: Invite) -> Result<Report, Failure> {
    let name = options.name.trim().to_owned();
    if name.is_empty() || name.len() > NAME_LEN_BYTES_MAX || name.chars().any(char::is_control) {
        let what = "a node's name has 1 to 200 bytes and no control characters";
        return Err(Failure::new(ErrorClass::Invalid, what));
    }
    let facility = options.facility.to_string();
    let invited = Invited {
        name: name.clone(),
        facility: facility.clone(),
        municipality: options.municipality,
    };
    let now = centre.now();
    let span = (now, options.hours);
    let code = invitations::invite(&centre.folder, &centre.files, &centre.entropy, invited, span)?;
    let spoken = code.spoken();
    let expires_at = now.plus_hours(options.hours.into());
    let report = json!({
        "code": spoken.as_str(),
        "name": name,
        "facility": facility,
        "expires_at": expires_at.to_string(),
    });
    Ok(Report::new(report, format!("{}\nvalid once, until {expires_at}", spoken.as_str())))
}
