//! How far a visit has come, for the screen that offers the next step. Shows nothing of the person.

use serde::{Deserialize, Serialize};
use tomoshibi_policies::activation::CONSENT_HOURS_DEFAULT;
use tomoshibi_policies::consent::ConsentEvidence;
use tomoshibi_policies::decision::{
    LookupRequest, Purpose, consent_holds, may_claim_vital_interest, viewable,
};
use tomoshibi_policies::find::confirm::Identity;
use tomoshibi_policies::time::Timestamp;

use super::find::{confirmed_by_word, query_word};
use super::visit::visit_text;
use super::{Desk, DeskReply, Opening};
use crate::failure::Failure;

/// A visit without the person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitView {
    /// Names the visit.
    pub id: String,
    /// `number` or `four-fields`.
    pub query: String,
    /// Which keys met.
    pub matched: Vec<String>,
    /// True when the match is loose: nothing may be taken for certain before a fact is confirmed aloud.
    pub needs_spoken_confirmation: bool,
    /// True when a fact not shown before was confirmed.
    pub identity_confirmed: bool,
    /// `patient`, `papers` or `family`.
    pub confirmed_by: Option<String>,
    /// Facts that may be asked for.
    pub facts: Vec<String>,
    /// Wrong facts about the person that are still taken in this opening.
    pub attempts_left: u8,
    /// The newest consent evidence about the person, if there is any.
    pub consent: Option<ConsentView>,
    /// Categories the asker's role may view by the rules.
    pub may: Vec<String>,
    /// True when order and role allow a vital interest to be stated, and the patient did not refuse.
    pub vital_interest: bool,
    /// How many other badges are signed in.
    pub others_signed_in: u32,
    /// How often the record was shown in this visit.
    pub looks: u32,
}

/// Consent evidence without the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentView {
    /// `oral`, `written`, `proxy`, `refused`, `vital-interest` or `vital-interest-alone`.
    pub basis: String,
    /// When it was given or stated, Japanese time.
    pub given_at: String,
    /// When it ends, exclusive.
    pub until: String,
    /// True when the asker could look on it now.
    pub holds: bool,
}

// The id opens further requests about the patient.
impl std::fmt::Debug for VisitView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("VisitView(hidden)")
    }
}

impl Desk {
    pub(super) fn view_visit(&self, token: &str, visit: &str) -> Result<DeskReply, Failure> {
        let caller = self.caller(token)?;
        let visit = self.visit(visit, &caller)?;
        let (opening, opened) = match self.covering(caller.now) {
            Ok(open) => open,
            Err(reason) => return self.deny(&caller, Some(&visit), &[], &[reason]),
        };
        let (role, now) = (caller.badge.role, caller.now);
        let may = viewable(role, &opening.activation, now);
        let request = self.request(&caller, &visit, &opened, may.clone(), Purpose::Care);
        let visits = self.visits();
        let consent = visits.consent(visit.person).cloned();
        let is_refused = visits.is_refused(visit.person);
        let attempts_left = visits.attempts_left(visit.person);
        drop(visits);
        let view = VisitView {
            id: visit_text(visit.id),
            query: query_word(&visit.query).into(),
            matched: visit.matched,
            needs_spoken_confirmation: visit.needs_spoken_confirmation,
            identity_confirmed: matches!(visit.identity, Identity::Confirmed { .. }),
            confirmed_by: match visit.identity {
                Identity::Confirmed { by, .. } => Some(confirmed_by_word(by).into()),
                Identity::NotConfirmed => None,
            },
            facts: visit.facts,
            attempts_left,
            consent: consent.map(|consent| ConsentView::new(&consent, &opening, &request, now)),
            may: may.iter().map(|category| category.as_str().to_owned()).collect(),
            vital_interest: !is_refused && may_claim_vital_interest(role, &opening.activation, now),
            others_signed_in: u32::try_from(request.others_signed_in.len()).unwrap_or(u32::MAX),
            looks: visit.looks.count,
        };
        Ok(DeskReply::Visit { visit: Box::new(view) })
    }
}

impl ConsentView {
    fn new(
        consent: &ConsentEvidence,
        opening: &Opening,
        request: &LookupRequest,
        now: Timestamp,
    ) -> Self {
        let terms = opening.activation.terms_at(now);
        let hours = terms.map_or(CONSENT_HOURS_DEFAULT, |terms| terms.consent_hours);
        Self {
            basis: match consent {
                ConsentEvidence::Expressed { form, .. } => form.as_str(),
                ConsentEvidence::Refused { .. } => "refused",
                ConsentEvidence::VitalInterest(claim) if claim.is_alone() => "vital-interest-alone",
                ConsentEvidence::VitalInterest(_) => "vital-interest",
            }
            .into(),
            given_at: consent.given_at().to_string(),
            until: consent.validity(hours).until.to_string(),
            holds: consent_holds(request, &opening.activation, consent, now),
        }
    }
}
