//! The look: decide, read, journal, answer.

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::category::Category;
use tomoshibi_policies::decide;
use tomoshibi_policies::decision::{
    Basis, Decision, DenyReason, IdentityState, LookupRequest, Permit, Purpose,
};
use tomoshibi_policies::find::confirm::Identity;
use tomoshibi_policies::record::Person;
use tomoshibi_sync::journal::{ConsentBasis, Disclosure, Event, Shown, VisitId};

use super::find::query_kind;
use super::slip::Look;
use super::visit::{Visit, digest_of};
use super::{Caller, Desk, DeskReply, staff_ref, word};
use crate::failure::Failure;
use crate::opened::{Found, Opened, Unread};
use crate::view::{RecordView, Sources};

/// Where a record goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Medium {
    /// To a screen.
    Screen,
    /// To paper, by way of a screen.
    Paper,
}

impl Desk {
    pub(super) fn look(
        &self,
        token: &str,
        visit: &str,
        categories: &[String],
        purpose: &str,
        medium: Medium,
    ) -> Result<DeskReply, Failure> {
        let caller = self.caller(token)?;
        let visit = self.visit(visit, &caller)?;
        let opening = self.opening();
        let Some(opened) = opening.opened else {
            return self.deny(&caller, Some(&visit), &[], &[DenyReason::NotOpen]);
        };
        let (categories, purpose) = asked(categories, purpose)?;
        let request = self.request(&caller, &visit, &opened, categories, purpose);
        let consent = self.visits().consent(visit.person).cloned();
        match decide(&request, &opening.activation, consent.as_ref(), caller.now) {
            Decision::Permit(permit) => self.show(&caller, &visit, &opened, &permit, medium),
            Decision::Deny(denial) => {
                self.deny(&caller, Some(&visit), &request.categories, denial.reasons())
            }
        }
    }

    /// The look-up as the rules see it.
    pub(super) fn request(
        &self,
        caller: &Caller,
        visit: &Visit,
        opened: &Opened,
        categories: Vec<Category>,
        purpose: Purpose,
    ) -> LookupRequest {
        LookupRequest {
            staff: self.staff(caller, opened),
            others_signed_in: self.others_signed_in(caller),
            site: opened.site.clone(),
            node_drill: self.setup.trust.drill,
            person: visit.person,
            identity: match visit.identity {
                Identity::Confirmed { .. } => IdentityState::Confirmed,
                Identity::NotConfirmed => IdentityState::NotConfirmed,
            },
            categories,
            purpose,
        }
    }

    fn show(
        &self,
        caller: &Caller,
        visit: &Visit,
        opened: &Opened,
        permit: &Permit,
        medium: Medium,
    ) -> Result<DeskReply, Failure> {
        let person = opened.index.person(permit.person());
        let missing = || Failure::new(ErrorClass::NotFound, "visit-unknown");
        let person: Person = person.ok_or_else(missing)?.to_person();
        let found = opened.read(permit, caller.now);
        let unread = unread(&found, permit)?;
        let sources = Sources {
            person: &person,
            shown: &found.shown,
            unread: &unread,
            masters: &opened.masters,
            reach: &opened.snapshot.reach,
            age: opened.age(caller.now),
        };
        let view = RecordView::new(permit, sources, caller.now);
        let disclosure = disclosure(visit, caller, permit, &view, &unread);
        // The journal first. A reply without a durable entry is an unrecorded disclosure, which reconciliation can
        // never discover; a lost reply is only a retry.
        let shown = disclosure.clone();
        let event = match medium {
            Medium::Screen => Event::Disclosed { disclosure },
            Medium::Paper => Event::Printed { disclosure, form: word("paper") },
        };
        let name = view.subject.names.first().and_then(|name| name.written.clone());
        let recorded = self.record_shown(&event, caller.now, name)?;
        self.visits().keep_look(visit.id, Look { recorded, at: caller.now, disclosure: shown });
        Ok(DeskReply::Record { record: Box::new(view) })
    }
}

/// What is asked for, and what for.
fn asked(categories: &[String], purpose: &str) -> Result<(Vec<Category>, Purpose), Failure> {
    let invalid = |code| move || Failure::new(ErrorClass::Invalid, code);
    let categories: Option<Vec<_>> =
        categories.iter().map(|text| Category::from_word(text)).collect();
    let categories = categories.filter(|list| !list.is_empty());
    let purpose = match purpose {
        "care" => Some(Purpose::Care),
        "claim" => Some(Purpose::Claim),
        _ => None,
    };
    let categories = categories.ok_or_else(invalid("look-categories"))?;
    Ok((categories, purpose.ok_or_else(invalid("look-purpose"))?))
}

/// The categories that could not be read, each told in the log.
///
/// # Errors
/// When nothing else was asked for: there is nothing to show then.
fn unread(found: &Found, permit: &Permit) -> Result<Vec<Category>, Failure> {
    for Unread { category, error } in &found.unread {
        tracing::error!(%category, class = %error.class, what = error.what, "a record is not read");
    }
    match found.unread.first() {
        Some(Unread { error, .. }) if found.unread.len() == permit.categories().len() => {
            Err(Failure::new(error.class, "record-not-read").with("what", error.what.clone()))
        }
        _ => Ok(found.unread.iter().map(|unread| unread.category).collect()),
    }
}

/// What the journal says was shown. A category that could not be read was not.
fn disclosure(
    visit: &Visit,
    caller: &Caller,
    permit: &Permit,
    view: &RecordView,
    unread: &[Category],
) -> Disclosure {
    let shown = |category: &Category| Shown {
        category: word(category.as_str()),
        items: u32::try_from(items_of(view, *category)).unwrap_or(u32::MAX),
    };
    Disclosure {
        visit: VisitId(visit.id.0),
        staff: staff_ref(&caller.badge),
        facility: permit.facility(),
        person: permit.person(),
        basis: match permit.basis() {
            Basis::EligibilityOnly => ConsentBasis::EligibilityOnly,
            Basis::Expressed(form) => ConsentBasis::Expressed { form: word(form.as_str()) },
            Basis::VitalInterest { reason, alone } => {
                ConsentBasis::VitalInterest { reason: word(reason.as_str()), alone }
            }
        },
        query: query_kind(&visit.query),
        identity_confirmed: permit.identity() == IdentityState::Confirmed,
        shown: permit.categories().iter().filter(|c| !unread.contains(c)).map(shown).collect(),
        items: digest_of(view),
    }
}

fn items_of(view: &RecordView, category: Category) -> usize {
    match category {
        Category::Eligibility => view.eligibility.as_ref().map_or(0, Vec::len),
        Category::Medication => view.medication.as_ref().map_or(0, |m| m.lines.len()),
        Category::Checkup => view.checkups.as_ref().map_or(0, |c| c.checkups.len()),
        Category::Treatment | Category::Prescription => 0,
    }
}
