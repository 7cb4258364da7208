//! A badge whose hours are over. No command issues one, so it is made with the centre's own key and an earlier clock.

use std::path::Path;

use tomoshibi_policies::record::FacilityCode;
use tomoshibi_policies::role::Role;
use tomoshibi_sync::central::badges::{Holder, issue as issue_badge};
use tomoshibi_sync::central::folder::Folder;
use tomoshibi_sync::id::Digest;
use tomoshibi_sync::seam::{Clock, StdFiles, SystemClock, SystemEntropy};
use tomoshibi_sync::trust::TrustRoot;

/// How long ago it was issued, and for how long.
const ISSUED_HOURS_AGO: i64 = 10;
const HOURS: u16 = 2;

/// The text of the badge, or why there is none.
pub(super) fn issue(central: &Path, name: &str, facility: &str) -> Result<String, String> {
    let words = |error: &dyn std::fmt::Display| format!("an expired badge cannot be made: {error}");
    let folder = Folder::new(central);
    let trust = std::fs::read(folder.trust_root()).map_err(|error| words(&error))?;
    let trust =
        TrustRoot::open_pinned(&trust, Digest::of(&trust)).map_err(|error| words(&error))?;
    let facility = FacilityCode::parse(facility).map_err(|error| words(&error))?;
    let holder = Holder {
        name: name.to_owned(),
        role: Role::Designated,
        facility: Some(facility),
        incident: None,
    };
    let then = SystemClock::default().now().plus_hours(-ISSUED_HOURS_AGO);
    let issued = issue_badge(&folder, &StdFiles, &SystemEntropy, &trust, holder, (then, HOURS));
    issued.map(|badge| badge.text).map_err(|error| words(&error))
}
