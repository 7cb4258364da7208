//! Badges: issued by the enrolment key.

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::record::FacilityCode;
use tomoshibi_policies::role::{BadgeId, Role};
use tomoshibi_policies::time::{Period, Timestamp};

use super::folder::Folder;
use super::init::name;
use super::keyfile::{self, KeyFileError};
use crate::badge::{Badge, BadgeError};
use crate::seam::{Entropy, Files};
use crate::trust::TrustRoot;

/// Whom a badge is for.
#[derive(Clone, PartialEq, Eq)]
pub struct Holder {
    /// Name of the member of staff.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The facility, or none for a visiting team.
    pub facility: Option<FacilityCode>,
    /// The incident, or none for every incident.
    pub incident: Option<String>,
}

/// Why a badge is not issued.
#[derive(Debug, thiserror::Error)]
pub enum BadgesError {
    /// The enrolment key.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// The badge breaks a rule of its own.
    #[error(transparent)]
    Badge(#[from] BadgeError),
    /// No random bytes.
    #[error("badge: {0}")]
    Io(#[from] std::io::Error),
}

impl BadgesError {
    /// The class of the cause.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Key(error) => error.class(),
            Self::Badge(error) => error.class(),
            Self::Io(_) => ErrorClass::Internal,
        }
    }
}

/// A badge that was issued.
pub struct Issued {
    /// Its id.
    pub id: BadgeId,
    /// When it is valid.
    pub valid: Period,
    /// The text of its QR code.
    pub text: String,
}

/// Issues a badge valid for `hours` from `now`.
///
/// # Errors
/// See [`BadgesError`].
pub fn issue(
    folder: &Folder,
    files: &dyn Files,
    entropy: &dyn Entropy,
    trust: &TrustRoot,
    holder: Holder,
    (now, hours): (Timestamp, u16),
) -> Result<Issued, BadgesError> {
    let key = keyfile::read_signing_key(files, &folder.key(name::ENROLMENT))?;
    // A badge tells whole seconds.
    let from = Timestamp::from_millis(now.as_millis().div_euclid(1000).saturating_mul(1000));
    let valid = Period { from, until: from.plus_hours(hours.into()) };
    let badge = Badge {
        id: BadgeId::from_bytes(entropy.bytes()?),
        name: holder.name,
        role: holder.role,
        facility: holder.facility,
        incident: holder.incident,
        region: trust.region,
        drill: trust.drill,
        valid,
    };
    let text = badge.sign(&key)?;
    Ok(Issued { id: badge.id, valid, text })
}
