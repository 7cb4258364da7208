//! Consents and the shift's list, made again from the journal after a restart while open.
//!
//! Promises: a consent comes back as it was given: by whom, for whom, when, on what ground; the newest entry counts, so
//! that a refusal after a consent goes on ending it, and no vital interest after a refusal undoes that. Wrong facts about a person go on counting. Names are in no entry and do not come back; nor do visits and
//! sessions, which end with a restart.

use tomoshibi_policies::consent::{ConsentEvidence, ConsentForm};
use tomoshibi_policies::record::PersonId;
use tomoshibi_policies::role::BadgeId;
use tomoshibi_policies::time::Timestamp;
use tomoshibi_policies::vital_interest::{Confirmation, VitalInterest, VitalReason};
use tomoshibi_sync::journal::{ConsentBasis, EntryKind, Event};

use super::Desk;
use super::denial::IDENTITY_NOT_CONFIRMED;
use super::shift::Shift;
use crate::staff::SHIFT_MS;

impl Desk {
    /// True when an entry is wanted back: consents and denials always, what else was done for the length of a shift.
    #[must_use]
    pub fn restores(kind: u16, at: Timestamp, now: Timestamp) -> bool {
        match EntryKind::from_code(kind) {
            Some(EntryKind::Consented | EntryKind::Denied) => true,
            Some(
                EntryKind::SignedIn
                | EntryKind::SignedOut
                | EntryKind::PinSet
                | EntryKind::Searched
                | EntryKind::IdentityConfirmed
                | EntryKind::Disclosed
                | EntryKind::Printed,
            ) => now.millis_since(at) < SHIFT_MS,
            _ => false,
        }
    }

    /// Takes back the entries of this opening, oldest first, in the place of what was in memory.
    pub fn restore(&self, entries: &[(Timestamp, Event)]) {
        let mut shift = Shift::default();
        let mut visits = self.visits();
        visits.forget_attempts();
        for (at, event) in entries {
            shift.note(event, *at, None);
            if let Some(person) = wrongly_told(event) {
                let _none_left = visits.count_attempt(person);
            }
            if let Some(evidence) = evidence_of(event, *at) {
                let _does_not_undo_a_refusal = visits.keep_consent(evidence);
            }
        }
        *self.shift() = shift;
    }
}

/// The person about whom a fact did not fit.
fn wrongly_told(event: &Event) -> Option<PersonId> {
    let Event::Denied { person, reasons, .. } = event else { return None };
    person.filter(|_| reasons.iter().any(|reason| reason.as_str() == IDENTITY_NOT_CONFIRMED))
}

/// The consent evidence that an entry speaks of; the time of the entry is the time at which it was given.
fn evidence_of(event: &Event, given_at: Timestamp) -> Option<ConsentEvidence> {
    let Event::Consented { staff, facility, person, basis, second, reason, .. } = event else {
        return None;
    };
    let (person, facility) = (*person, *facility);
    Some(match basis {
        ConsentBasis::EligibilityOnly => return None,
        ConsentBasis::Refused => ConsentEvidence::Refused { given_at, person, facility },
        ConsentBasis::Expressed { form } => {
            let form = ConsentForm::from_word(form.as_str())?;
            ConsentEvidence::Expressed { form, given_at, person, facility }
        }
        ConsentBasis::VitalInterest { reason: why, alone } => {
            ConsentEvidence::VitalInterest(VitalInterest {
                person,
                facility,
                stated_at: given_at,
                stated_by: BadgeId::from_bytes(staff.badge),
                reason: VitalReason::from_code(why.as_str())?,
                written: reason.as_str().into(),
                confirmation: match (alone, second) {
                    (true, _) => Confirmation::SpokenAlone,
                    (false, Some(badge)) => Confirmation::Second(BadgeId::from_bytes(*badge)),
                    (false, None) => Confirmation::Missing,
                },
            })
        }
    })
}
