//! The rules, one after the other.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use super::permit::{Basis, Denial, Permit};
use super::reason::DenyReason;
use super::request::{LookupRequest, Purpose};
use crate::activation::{Activation, ActivationState, CONSENT_HOURS_DEFAULT, OrderTerms};
use crate::category::Category;
use crate::consent::ConsentEvidence;
use crate::time::{Period, Timestamp};

/// What [`decide`] says.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a denial is journalled too"]
pub enum Decision {
    /// It may be read.
    Permit(Permit),
    /// It may not.
    Deny(Denial),
}

impl Decision {
    /// The permit, or the denial as an error.
    ///
    /// # Errors
    /// The denial.
    pub fn permitted(self) -> Result<Permit, Denial> {
        match self {
            Self::Permit(permit) => Ok(permit),
            Self::Deny(denial) => Err(denial),
        }
    }
}

/// Decides one look-up. Deny unless every rule below agrees; every path names its reason.
///
/// A category that the role, the order or the purpose excludes is withheld while another one asked for remains, and
/// denies when none does. Consent is judged only where medical data remains; what speaks against it denies the whole
/// request, so that the asker sees why, and may ask for eligibility alone.
pub fn decide(
    request: &LookupRequest,
    activation: &Activation,
    consent: Option<&ConsentEvidence>,
    now: Timestamp,
) -> Decision {
    let terms = activation.terms_at(now);
    let mut reasons = BTreeSet::new();
    reasons.extend(opening_objections(request, activation, terms, now));
    reasons.extend(staff_objections(request, terms, now));

    let (allowed, withheld) = sort_categories(request, terms);
    if request.categories.is_empty() {
        reasons.insert(DenyReason::NothingAsked);
    } else if allowed.is_empty() {
        reasons.extend(withheld.values().flatten());
    }
    let needs_consent = allowed.iter().any(|category| category.is_medical());
    if needs_consent {
        reasons.extend(consent_objections(request, terms, consent, now));
    }

    if let Some(leading) = reasons.first() {
        return Decision::Deny(Denial {
            leading: *leading,
            reasons: reasons.into_iter().collect(),
        });
    }
    let evidence = consent.filter(|_| needs_consent);
    match (terms, basis_of(evidence)) {
        (Some(terms), Some(basis)) => Decision::Permit(Permit {
            person: request.person,
            categories: allowed.into_iter().collect(),
            withheld: first_reasons(withheld),
            basis,
            purpose: request.purpose,
            viewer: request.staff.badge,
            role: request.staff.role,
            facility: request.site.facility,
            drill: terms.drill,
            identity: request.identity,
            validity: Period {
                from: now,
                until: [activation.terms_hold_until(now), consent_end(evidence, terms)]
                    .into_iter()
                    .flatten()
                    .fold(staff_end(request), Timestamp::min),
            },
        }),
        // The rules above have denied already; this arm only keeps deny the default if one of them is changed.
        _ => Decision::Deny(Denial {
            leading: DenyReason::NotOpen,
            reasons: Vec::from([DenyReason::NotOpen]),
        }),
    }
}

/// State, period, place.
fn opening_objections(
    request: &LookupRequest,
    activation: &Activation,
    terms: Option<&OrderTerms>,
    now: Timestamp,
) -> impl Iterator<Item = DenyReason> {
    let not_open = activation.state() != ActivationState::Open;
    let before = terms.is_some_and(|t| now < t.period.from);
    let after = terms.is_some_and(|t| now >= t.period.until);
    let elsewhere = terms.filter(|t| !t.names_site(&request.site));
    let outside = elsewhere.is_some_and(|t| !t.area.is_empty());
    let not_named = elsewhere.is_some_and(|t| t.area.is_empty());
    reasons_of([
        (not_open, DenyReason::NotOpen),
        (before, DenyReason::BeforePeriod),
        (after, DenyReason::AfterPeriod),
        (outside, DenyReason::OutsideArea),
        (not_named, DenyReason::FacilityNotNamed),
    ])
}

/// Drill or not, session, badge.
fn staff_objections(
    request: &LookupRequest,
    terms: Option<&OrderTerms>,
    now: Timestamp,
) -> impl Iterator<Item = DenyReason> {
    let staff = &request.staff;
    let order_differs = terms.is_some_and(|t| t.drill != request.node_drill);
    let badge_differs = staff.drill != request.node_drill;
    reasons_of([
        (order_differs || badge_differs, DenyReason::DrillMismatch),
        (!staff.session.contains(now), DenyReason::SessionExpired),
        (staff.revoked, DenyReason::BadgeRevoked),
        (!staff.validity.contains(now), DenyReason::BadgeExpired),
        (staff.facility != request.site.facility, DenyReason::BadgeWrongFacility),
    ])
}

type Withheld = BTreeMap<Category, Vec<DenyReason>>;

/// What of the categories asked for remains, and what speaks against the rest.
fn sort_categories(
    request: &LookupRequest,
    terms: Option<&OrderTerms>,
) -> (BTreeSet<Category>, Withheld) {
    let mut allowed = BTreeSet::new();
    let mut withheld = BTreeMap::new();
    for category in &request.categories {
        let objections = category_objections(request, terms, *category);
        if objections.is_empty() {
            allowed.insert(*category);
        } else {
            withheld.insert(*category, objections);
        }
    }
    (allowed, withheld)
}

fn category_objections(
    request: &LookupRequest,
    terms: Option<&OrderTerms>,
    category: Category,
) -> Vec<DenyReason> {
    let not_opened =
        category.is_carried() && terms.is_some_and(|t| !t.categories.contains(&category));
    let not_for_care = category.is_medical() && request.purpose != Purpose::Care;
    reasons_of([
        (!request.staff.role.may_view(category), DenyReason::RoleMayNotView),
        (!category.is_carried(), DenyReason::CategoryNotCarried),
        (not_opened, DenyReason::CategoryNotOpened),
        (not_for_care, DenyReason::PurposeNotCare),
    ])
    .collect()
}

fn first_reasons(withheld: Withheld) -> Vec<(Category, DenyReason)> {
    withheld
        .into_iter()
        .filter_map(|(category, reasons)| reasons.first().map(|reason| (category, *reason)))
        .collect()
}

pub(super) fn consent_objections(
    request: &LookupRequest,
    terms: Option<&OrderTerms>,
    consent: Option<&ConsentEvidence>,
    now: Timestamp,
) -> Vec<DenyReason> {
    let Some(consent) = consent else { return Vec::from([DenyReason::NoConsent]) };
    let hours = terms.map_or(CONSENT_HOURS_DEFAULT, |t| t.consent_hours);
    let mut objections: Vec<_> =
        consent.objections(request.person, request.site.facility, hours, now).collect();
    if let ConsentEvidence::VitalInterest(claim) = consent {
        // While sealed there is no order to forbid it; the request is denied as not open.
        let allowed = terms.is_none_or(|t| t.vital_interest_allowed);
        objections.extend(claim.objections(&request.staff, &request.others_signed_in, allowed));
    }
    objections
}

/// The basis the evidence gives; none when it is a refusal.
fn basis_of(evidence: Option<&ConsentEvidence>) -> Option<Basis> {
    match evidence {
        None => Some(Basis::EligibilityOnly),
        Some(ConsentEvidence::Expressed { form, .. }) => Some(Basis::Expressed(*form)),
        Some(ConsentEvidence::VitalInterest(claim)) => {
            Some(Basis::VitalInterest { reason: claim.reason, alone: claim.is_alone() })
        }
        Some(ConsentEvidence::Refused { .. }) => None,
    }
}

fn consent_end(evidence: Option<&ConsentEvidence>, terms: &OrderTerms) -> Option<Timestamp> {
    evidence.map(|evidence| evidence.validity(terms.consent_hours).until)
}

fn staff_end(request: &LookupRequest) -> Timestamp {
    request.staff.session.until.min(request.staff.validity.until)
}

fn reasons_of<const N: usize>(checks: [(bool, DenyReason); N]) -> impl Iterator<Item = DenyReason> {
    checks.into_iter().filter_map(|(objects, reason)| objects.then_some(reason))
}
