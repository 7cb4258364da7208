//! Denials: the one place where a [`DeskReply::Denied`] is made.
//!
//! Promises: its entry is durable before it leaves, whatever was asked for and however early it was refused.

use tomoshibi_policies::category::Category;
use tomoshibi_policies::decision::DenyReason;
use tomoshibi_sync::journal::{Event, VisitId};

use super::visit::Visit;
use super::{Caller, Desk, DeskReply, staff_ref, word};
use crate::failure::Failure;

/// In the place of a reason: a fact about the person did not fit. Recalling counts these entries.
pub(super) const IDENTITY_NOT_CONFIRMED: &str = "identity-not-confirmed";

impl Desk {
    /// The entry, then the denial. A search has no visit yet.
    pub(super) fn deny(
        &self,
        caller: &Caller,
        visit: Option<&Visit>,
        categories: &[Category],
        reasons: &[DenyReason],
    ) -> Result<DeskReply, Failure> {
        let reasons: Vec<_> = reasons.iter().map(|reason| reason.as_str()).collect();
        self.record_denial(caller, visit, categories, &reasons)?;
        Ok(DeskReply::Denied { reasons: reasons.into_iter().map(str::to_owned).collect() })
    }

    /// The entry alone.
    pub(super) fn record_denial(
        &self,
        caller: &Caller,
        visit: Option<&Visit>,
        categories: &[Category],
        reasons: &[&str],
    ) -> Result<(), Failure> {
        let event = Event::Denied {
            visit: visit.map_or(VisitId([0; 16]), |visit| visit.id),
            staff: staff_ref(&caller.badge),
            person: visit.map(|visit| visit.person),
            categories: categories.iter().map(|category| word(category.as_str())).collect(),
            reasons: reasons.iter().map(|reason| word(reason)).collect(),
        };
        self.record(&event, caller.now)
    }
}
