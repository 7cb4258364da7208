//! Consent evidence: what lets medical data be shown to this facility, of this person, now.
//!
//! Promises: a consent holds for one person and one facility, for the hours the order signs, from the instant it was
//! given; the end is exclusive. One that lies in the future, beyond what clocks of tablets may differ, is no consent.
//! A refusal is evidence too, and permits nothing.
//!
//! Of several, the newest counts, with one exception: a vital interest stated after a refusal does not undo it
//! ([`ConsentEvidence::gives_way_to`]), since whoever could refuse could express a will.
//!
//! Not covered: whether the person who consented is who the record is about (that is the identity's state, shown on every page),
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

    /// Whether `newer` evidence about the same person takes the place of this. A refusal stands until who refused
    /// agrees.
    #[must_use]
    pub const fn gives_way_to(&self, newer: &Self) -> bool {
        !matches!((self, newer), (Self::Refused { .. }, Self::VitalInterest(_)))
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
    use crate::role::BadgeId;
    use crate::vital_interest::{Confirmation, VitalReason};

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
    #[test]
    fn a_refusal_gives_way_to_a_consent_and_never_to_a_vital_interest() {
        let (given_at, person) = (Timestamp::from_millis(0), PersonId::from_bytes([1; 16]));
        let facility = FacilityCode::parse("1711234567").unwrap();
        let refused = ConsentEvidence::Refused { given_at, person, facility };
        let agreed =
            ConsentEvidence::Expressed { form: ConsentForm::Oral, given_at, person, facility };
        let vital = ConsentEvidence::VitalInterest(VitalInterest {
            person,
            facility,
            stated_at: given_at,
            stated_by: BadgeId::from_bytes([3; 16]),
            reason: VitalReason::Unconscious,
            written: "x".into(),
            confirmation: Confirmation::SpokenAlone,
        });
        assert!(!refused.gives_way_to(&vital));
        assert!(refused.gives_way_to(&agreed) && refused.gives_way_to(&refused));
        for newer in [&refused, &agreed, &vital] {
            assert!(agreed.gives_way_to(newer) && vital.gives_way_to(newer));
        }
    }
}
