//! What a screen may offer before anybody asks for a record. It permits nothing: [`decide`](super::decide) alone does,
//! and the tests hold both against each other.

use alloc::vec::Vec;

use super::request::LookupRequest;
use super::rule::consent_objections;
use crate::activation::Activation;
use crate::category::Category;
use crate::consent::ConsentEvidence;
use crate::role::Role;
use crate::time::Timestamp;

/// The categories that a role may see for the care of a patient under the order in force. Empty while none is.
#[must_use]
pub fn viewable(role: Role, activation: &Activation, now: Timestamp) -> Vec<Category> {
    let Some(terms) = activation.terms_at(now) else { return Vec::new() };
    let may = |category: &Category| {
        category.is_carried() && role.may_view(*category) && terms.categories.contains(category)
    };
    Category::ALL.into_iter().filter(may).collect()
}

/// True when the order in force and the role allow a vital interest to be stated.
#[must_use]
pub fn may_claim_vital_interest(role: Role, activation: &Activation, now: Timestamp) -> bool {
    let allowed = activation.terms_at(now).is_some_and(|terms| terms.vital_interest_allowed);
    allowed && role.may_claim_vital_interest()
}

/// True when nothing speaks against this consent evidence for this request.
#[must_use]
pub fn consent_holds(
    request: &LookupRequest,
    activation: &Activation,
    consent: &ConsentEvidence,
    now: Timestamp,
) -> bool {
    consent_objections(request, activation.terms_at(now), Some(consent), now).is_empty()
}
