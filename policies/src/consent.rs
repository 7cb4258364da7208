//! Consent evidence: what lets medical data be shown to this facility, of this person, now.
//!
//! Promises: a consent holds for one person and one facility, for the hours the order signs, from the instant it was
//! given; the end is exclusive. One that lies in the future, beyond what clocks of tablets may differ, is no consent.
//! A refusal is evidence too, and permits nothing.
//!
//! Not covered: which evidence to pass when there are several. The caller passes a standing refusal before anything
//! else: whoever could refuse could express a will, and a vital interest stated afterwards does not undo it. Nor
//! whether the person who consented is who the record is about (that is the identity's state, shown on every page),
//! nor proof of signatures on paper. Whether the 24 hours of ordinary days hold in a disaster, and how an oral consent
//! has to be recorded, is not established.

use crate::decision::DenyReason;
use crate::record::{FacilityCode, PersonId};
use crate::time::{Period, Timestamp};
use crate::vital_interest::VitalInterest;

/// How far the clock that stamped a consent may run ahead of the node's: five minutes.
pub const CLOCK_TOLERANCE_MS: i64 = 5 * 60_000;

/// How a consent was expressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConsentForm {
    /// Spoken. Enough in a disaster.
    Oral,
    /// On paper or on the screen, signed.
    Written,
    /// Given by a person who speaks for the patient.
    Proxy,
}

impl ConsentForm {
    /// The word used in tables, JSON and the journal.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Oral => "oral",
            Self::Written => "written",
            Self::Proxy => "proxy",
        }
    }

    /// The form with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Oral, Self::Written, Self::Proxy].into_iter().find(|form| form.as_str() == word)
    }
}

/// What stands behind a request for medical data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConsentEvidence {
    /// The patient, or who speaks for them, agreed.
    Expressed {
        /// How.
        form: ConsentForm,
        /// When.
        given_at: Timestamp,
        /// Whose data.
        person: PersonId,
        /// To whom.
        facility: FacilityCode,
    },
    /// The patient, or who speaks for them, refused. Never permits anything.
    Refused {
        /// When.
        given_at: Timestamp,
        /// Whose data.
        person: PersonId,
        /// To whom.
        facility: FacilityCode,
    },
    /// The patient cannot express a will, and life or body must be protected.
    VitalInterest(VitalInterest),
}

impl ConsentEvidence {
    /// Whose data.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        match self {
            Self::Expressed { person, .. } | Self::Refused { person, .. } => *person,
            Self::VitalInterest(claim) => claim.person,
        }
    }

    /// To whom.
    #[must_use]
    pub const fn facility(&self) -> FacilityCode {
        match self {
            Self::Expressed { facility, .. } | Self::Refused { facility, .. } => *facility,
            Self::VitalInterest(claim) => claim.facility,
        }
    }

    /// When it was given or stated.
    #[must_use]
    pub const fn given_at(&self) -> Timestamp {
        match self {
            Self::Expressed { given_at, .. } | Self::Refused { given_at, .. } => *given_at,
            Self::VitalInterest(claim) => claim.stated_at,
        }
    }

    /// From the instant it was given, `hours` long. For a vital interest no rule says how long the statement holds;
    /// our choice is the same hours, since the order can shorten them.
    #[must_use]
    pub fn validity(&self, hours: u8) -> Period {
        let from = self.given_at();
        Period { from, until: from.plus_hours(i64::from(hours)) }
    }

    /// What speaks against this evidence for `person` at `facility` now, in the fixed order of [`DenyReason`]. Rules
    /// that only a vital interest must meet are not among them.
    pub(crate) fn objections(
        &self,
        person: PersonId,
        facility: FacilityCode,
        hours: u8,
        now: Timestamp,
    ) -> impl Iterator<Item = DenyReason> {
        let validity = self.validity(hours);
        let tolerated = now.plus_millis(CLOCK_TOLERANCE_MS);
        let checks = [
            (matches!(self, Self::Refused { .. }), DenyReason::ConsentRefused),
            (self.person() != person, DenyReason::ConsentOtherPerson),
            (self.facility() != facility, DenyReason::ConsentOtherFacility),
            (validity.from > tolerated, DenyReason::ConsentFromFuture),
            (now >= validity.until, DenyReason::ConsentExpired),
        ];
        checks.into_iter().filter_map(|(objects, reason)| objects.then_some(reason))
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    #[test]
    fn every_form_is_found_by_its_word() {
        for form in [ConsentForm::Oral, ConsentForm::Written, ConsentForm::Proxy] {
            assert_eq!(ConsentForm::from_word(form.as_str()), Some(form));
        }
        assert_eq!(ConsentForm::from_word("refused"), None);
    }

    #[test]
    fn evidence_reports_every_objection_in_the_fixed_order() {
        let facility = |text| FacilityCode::parse(text).unwrap();
        let refused = ConsentEvidence::Refused {
            given_at: Timestamp::from_millis(0),
            person: PersonId::from_bytes([1; 16]),
            facility: facility("1711234567"),
        };
        let now = Timestamp::from_millis(0).plus_hours(24);
        let found: Vec<_> = refused
            .objections(PersonId::from_bytes([2; 16]), facility("1611234567"), 24, now)
            .collect();
        assert_eq!(
            found,
            [
                DenyReason::ConsentRefused,
                DenyReason::ConsentOtherPerson,
                DenyReason::ConsentOtherFacility,
                DenyReason::ConsentExpired,
            ]
        );
    }
}
