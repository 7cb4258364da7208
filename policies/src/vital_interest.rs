//! Vital interest: viewing without consent, because the patient cannot express a will and life or body must be
//! protected.
//!
//! Promises: only a doctor or dentist may state it, for their own view; a written reason is required; a second
//! signed-in member of staff confirms with another badge. With nobody else signed in it is permitted after the reason
//! was read aloud from the screen, is marked *alone*, and is reviewed first. The order may forbid it altogether.
//!
//! Not covered: whether the reason is true. Every use goes on the review queue that reconciliation must empty.

use alloc::string::String;
use core::fmt;

use crate::decision::DenyReason;
use crate::record::{FacilityCode, PersonId};
use crate::role::{BadgeId, Staff};
use crate::time::Timestamp;

/// Why the patient cannot express a will. The notices name the unconscious and "otherwise unable"; finer classes are
/// not established.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VitalReason {
    /// Unconscious.
    Unconscious,
    /// Conscious, but unable to express a will.
    CannotExpress,
}

impl VitalReason {
    /// The code used in tables, JSON and the journal.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unconscious => "unconscious",
            Self::CannotExpress => "cannot-express",
        }
    }

    /// The reason with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Unconscious, Self::CannotExpress].into_iter().find(|reason| reason.as_str() == code)
    }
}

/// How somebody else confirmed the statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confirmation {
    /// Nobody did.
    Missing,
    /// A second member of staff, by badge and PIN.
    Second(BadgeId),
    /// Nobody else was there; the reason was read aloud from the screen.
    SpokenAlone,
}

/// The statement of one doctor or dentist about one patient.
#[derive(Clone, PartialEq, Eq)]
pub struct VitalInterest {
    /// Whose data.
    pub person: PersonId,
    /// The facility.
    pub facility: FacilityCode,
    /// When it was stated.
    pub stated_at: Timestamp,
    /// Who states it.
    pub stated_by: BadgeId,
    /// Why the patient cannot express a will.
    pub reason: VitalReason,
    /// The situation in the doctor's own words. Blank text is no reason.
    pub written: String,
    /// The second person.
    pub confirmation: Confirmation,
}

// The written reason tells of a patient: never in Debug.
impl fmt::Debug for VitalInterest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VitalInterest({:?}, {:?}, hidden)", self.reason, self.confirmation)
    }
}

impl VitalInterest {
    /// True when nobody confirmed: marked on every page, and first in the review queue.
    #[must_use]
    pub const fn is_alone(&self) -> bool {
        matches!(self.confirmation, Confirmation::SpokenAlone)
    }

    /// What speaks against this statement by `staff`, in the fixed order of [`DenyReason`]. `others` are the badges
    /// signed in beside theirs.
    pub(crate) fn objections(
        &self,
        staff: &Staff,
        others: &[BadgeId],
        allowed: bool,
    ) -> impl Iterator<Item = DenyReason> {
        let checks = [
            (!allowed, DenyReason::VitalInterestNotAllowed),
            (!staff.role.may_claim_vital_interest(), DenyReason::VitalInterestRole),
            (self.stated_by != staff.badge, DenyReason::VitalInterestOtherClaimant),
            (self.written.trim().is_empty(), DenyReason::VitalInterestReasonMissing),
        ];
        let confirmation = self.confirmation_objection(staff.badge, others);
        checks
            .into_iter()
            .filter_map(|(objects, reason)| objects.then_some(reason))
            .chain(confirmation)
    }

    fn confirmation_objection(&self, own: BadgeId, others: &[BadgeId]) -> Option<DenyReason> {
        match self.confirmation {
            Confirmation::Missing => Some(DenyReason::VitalInterestUnconfirmed),
            Confirmation::Second(second) if second == own => {
                Some(DenyReason::VitalInterestSecondIsSame)
            }
            Confirmation::Second(second) if !others.contains(&second) => {
                Some(DenyReason::VitalInterestSecondNotSignedIn)
            }
            Confirmation::Second(_) => None,
            // A session of one's own on another tablet is nobody else.
            Confirmation::SpokenAlone => others
                .iter()
                .any(|other| *other != own)
                .then_some(DenyReason::VitalInterestNotAlone),
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    #[test]
    fn every_reason_is_found_by_its_code() {
        for reason in [VitalReason::Unconscious, VitalReason::CannotExpress] {
            assert_eq!(VitalReason::from_code(reason.as_str()), Some(reason));
        }
        assert_eq!(VitalReason::from_code("asleep"), None);
    }

    #[test]
    fn debug_output_hides_the_written_reason() {
        let claim = VitalInterest {
            person: PersonId::from_bytes([1; 16]),
            facility: FacilityCode::parse("1711234567").unwrap(),
            stated_at: Timestamp::from_millis(0),
            stated_by: BadgeId::from_bytes([2; 16]),
            reason: VitalReason::Unconscious,
            written: "found under the beam".into(),
            confirmation: Confirmation::SpokenAlone,
        };
        assert_eq!(format!("{claim:?}"), "VitalInterest(Unconscious, SpokenAlone, hidden)");
        assert!(claim.is_alone());
    }
}
