//! `invite`.

use serde_json::json;
use tomoshibi_policies::ErrorClass;

use super::arguments::Invite;
use super::centre::Centre;
use super::failure::Failure;
use super::report::Report;
use crate::central::access;
use crate::central::directory::Invited;
use crate::central::lock::{self, Subject};
use crate::enrol::{EnrolCode, EnrolSecret};

/// Longest name, as the wire has it.
const NAME_LEN_BYTES_MAX: usize = 200;

pub(super) fn run(centre: &Centre, options: Invite) -> Result<Report, Failure> {
    let name = options.name.trim().to_owned();
    if name.is_empty() || name.len() > NAME_LEN_BYTES_MAX || name.chars().any(char::is_control) {
        let what = "a node's name has 1 to 200 bytes and no control characters";
        return Err(Failure::new(ErrorClass::Invalid, what));
    }
    let ca = access::ca(&centre.folder, &centre.files)?;
    let code = EnrolCode { secret: EnrolSecret::generate(&centre.entropy)?, ca: ca.pin() };
    let facility = options.facility.to_string();
    let now = centre.now();
    let _held = lock::hold(&centre.folder, Subject::Directory)?;
    let mut directory = centre.directory()?;
    let (name_of, municipality) = (name.clone(), options.municipality);
    let invited = Invited { name: name_of, facility: facility.clone(), municipality };
    directory.invite(invited, code.secret.as_bytes(), now, options.hours);
    directory.save(&centre.files, &centre.folder.directory())?;
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
