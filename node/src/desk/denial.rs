//! Denials: the one place where a [`DeskReply::Denied`] is made.
//!
//! Promises: its entry is durable before it leaves, whatever was asked for and however early it was refused.

use tomoshibi_policies::category::Category;
use tomoshibi_policies::decision::DenyReason;
use tomoshibi_sync::journal::{Event, VisitId};

use super::visit::Visit;
use super::{Caller, Desk, DeskReply, staff_ref, word};
use crate::failure::Failure;

impl Desk {
    /// The entry, then the denial. A search has no visit yet.
    pub(super) fn deny(
        &self,
        caller: &Caller,
        visit: Option<&Visit>,
        categories: &[Category],
        reasons: &[DenyReason],
    ) -> Result<DeskReply, Failure> {
        let event = Event::Denied {
            visit: visit.map_or(VisitId([0; 16]), |visit| visit.id),
            staff: staff_ref(&caller.badge),
            person: visit.map(|visit| visit.person),
            categories: categories.iter().map(|category| word(category.as_str())).collect(),
            reasons: reasons.iter().map(|reason| word(reason.as_str())).collect(),
        };
        self.record(&event, caller.now)?;
        let reasons = reasons.iter().map(|reason| reason.as_str().to_owned()).collect();
        Ok(DeskReply::Denied { reasons })
    }
}
