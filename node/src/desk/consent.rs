//! Recording consent, refusal and vital interest. Whether the evidence suffices is decided at the look.

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::consent::{self, ConsentEvidence};
use tomoshibi_policies::decision::DenyReason;
use tomoshibi_policies::time::Timestamp;
use tomoshibi_policies::vital_interest::{Confirmation, VitalInterest, VitalReason};
use tomoshibi_sync::journal::{ConsentBasis, Event, Text};

use super::visit::Visit;
use super::{Caller, ConsentForm, Desk, DeskReply, Second, staff_ref, word};
use crate::failure::Failure;

impl Desk {
    pub(super) fn consent(
        &self,
        token: &str,
        visit: &str,
        form: ConsentForm,
    ) -> Result<DeskReply, Failure> {
        let caller = self.caller(token)?;
        let visit = self.visit(visit, &caller)?;
        let (opening, opened) = match self.covering(caller.now) {
            Ok(open) => open,
            Err(reason) => return self.deny(&caller, Some(&visit), &[], &[reason]),
        };
        let (given_at, person, facility) = (caller.now, visit.person, opened.site.facility);
        let expressed = |form| ConsentEvidence::Expressed { form, given_at, person, facility };
        let evidence = match form {
            ConsentForm::Oral => expressed(consent::ConsentForm::Oral),
            ConsentForm::Written => expressed(consent::ConsentForm::Written),
            ConsentForm::Proxy => expressed(consent::ConsentForm::Proxy),
            ConsentForm::Refused => ConsentEvidence::Refused { given_at, person, facility },
        };
        let hours = opening.activation.terms_at(caller.now).map_or(0, |terms| terms.consent_hours);
        self.keep(&caller, &visit, evidence, hours)
    }

    pub(super) fn vital_interest(
        &self,
        token: &str,
        visit: &str,
        reason: &str,
        written: String,
        second: &Second,
    ) -> Result<DeskReply, Failure> {
        let caller = self.caller(token)?;
        let visit = self.visit(visit, &caller)?;
        let (opening, opened) = match self.covering(caller.now) {
            Ok(open) => open,
            Err(reason) => return self.deny(&caller, Some(&visit), &[], &[reason]),
        };
        if self.visits().is_refused(visit.person) {
            return self.deny(&caller, Some(&visit), &[], &[DenyReason::ConsentRefused]);
        }
        let reason = match reason {
            "unconscious" => VitalReason::Unconscious,
            "cannot-express" => VitalReason::CannotExpress,
            _ => return Err(Failure::new(ErrorClass::Invalid, "vital-reason")),
        };
        let confirmation = self.confirmation(second, caller.now)?;
        let evidence = ConsentEvidence::VitalInterest(VitalInterest {
            person: visit.person,
            facility: opened.site.facility,
            stated_at: caller.now,
            stated_by: caller.badge.id,
            reason,
            written,
            confirmation,
        });
        let hours = opening.activation.terms_at(caller.now).map_or(0, |terms| terms.consent_hours);
        self.keep(&caller, &visit, evidence, hours)
    }

    /// The word of a second person, once their badge and PIN are checked.
    pub(super) fn confirmation(
        &self,
        second: &Second,
        now: Timestamp,
    ) -> Result<Confirmation, Failure> {
        Ok(match second {
            Second::Badge { badge, pin } => {
                Confirmation::Second(self.check_badge_and_pin(badge, pin, now)?.id)
            }
            Second::Alone => Confirmation::SpokenAlone,
            Second::Nobody => Confirmation::Missing,
        })
    }

    /// The entry first, then the memory: a consent that no entry speaks of must not open anything.
    fn keep(
        &self,
        caller: &Caller,
        visit: &Visit,
        evidence: ConsentEvidence,
        hours: u8,
    ) -> Result<DeskReply, Failure> {
        let (second, written) = match &evidence {
            ConsentEvidence::VitalInterest(claim) => {
                let second = match claim.confirmation {
                    Confirmation::Second(badge) => Some(*badge.as_bytes()),
                    Confirmation::Missing | Confirmation::SpokenAlone => None,
                };
                (second, claim.written.as_str())
            }
            ConsentEvidence::Expressed { .. } | ConsentEvidence::Refused { .. } => (None, ""),
        };
        let too_long = |_| Failure::new(ErrorClass::Invalid, "vital-written-too-long");
        let reason = Text::new(written).map_err(too_long)?;
        let event = Event::Consented {
            visit: visit.id,
            staff: staff_ref(&caller.badge),
            facility: evidence.facility(),
            person: visit.person,
            basis: basis(&evidence),
            expires_at: evidence.validity(hours).until,
            second,
            reason,
        };
        self.record(&event, caller.now)?;
        if self.visits().keep_consent(evidence) {
            return Ok(DeskReply::Done);
        }
        // Refused at another tablet since it was asked above.
        self.deny(caller, Some(visit), &[], &[DenyReason::ConsentRefused])
    }
}

fn basis(evidence: &ConsentEvidence) -> ConsentBasis {
    match evidence {
        ConsentEvidence::Expressed { form, .. } => {
            ConsentBasis::Expressed { form: word(form.as_str()) }
        }
        ConsentEvidence::Refused { .. } => ConsentBasis::Refused,
        ConsentEvidence::VitalInterest(claim) => ConsentBasis::VitalInterest {
            reason: word(claim.reason.as_str()),
            alone: claim.is_alone(),
        },
    }
}
