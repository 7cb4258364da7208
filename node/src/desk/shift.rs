//! What each badge did in its shift, in memory.
//!
//! Promises: a line stands for an entry that is durable, and is made from the event alone, so that it can be made again
//! from the journal after a restart; only the name of whose record was shown is not in any entry, and is gone then.

use std::collections::VecDeque;

use tomoshibi_policies::role::BadgeId;
use tomoshibi_policies::time::Timestamp;
use tomoshibi_sync::journal::{ConsentBasis, Disclosure, Event, SearchOutcome, VisitId, Word};

use crate::staff::SHIFT_MS;

/// Most acts that are kept; the oldest makes room. A hundred members of staff with two hundred acts each.
const ACTS_MAX: usize = 20_000;

/// One act of one badge.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Act {
    pub(super) at: Timestamp,
    pub(super) badge: BadgeId,
    /// `searched`, `disclosed`, …: the kind of the entry.
    pub(super) what: &'static str,
    /// What came of it, as a stable word; empty where there is nothing to say.
    pub(super) outcome: String,
    pub(super) visit: Option<VisitId>,
    pub(super) name: Option<String>,
    pub(super) categories: Vec<String>,
    pub(super) basis: Option<String>,
}

/// See the module.
#[derive(Default)]
pub(super) struct Shift {
    acts: VecDeque<Act>,
}

impl Shift {
    /// Notes an event that is durable. Events of nobody in particular are left out.
    pub(super) fn note(&mut self, event: &Event, at: Timestamp, name: Option<String>) {
        let Some(act) = Act::of(event, at, name) else { return };
        // Names stay no longer than the list that shows them.
        let over = |first: &Act| at.millis_since(first.at) >= SHIFT_MS;
        while self.acts.len() >= ACTS_MAX || self.acts.front().is_some_and(over) {
            self.acts.pop_front();
        }
        self.acts.push_back(act);
    }

    /// What a badge did in the last shift, newest first.
    pub(super) fn of(&self, badge: BadgeId, now: Timestamp) -> Vec<&Act> {
        let own = |act: &&Act| act.badge == badge && now.millis_since(act.at) < SHIFT_MS;
        self.acts.iter().rev().filter(own).collect()
    }
}

impl Act {
    fn new(at: Timestamp, badge: &[u8; 16], what: &'static str, outcome: &str) -> Self {
        Self {
            at,
            badge: BadgeId::from_bytes(*badge),
            what,
            outcome: outcome.into(),
            visit: None,
            name: None,
            categories: Vec::new(),
            basis: None,
        }
    }

    fn of(event: &Event, at: Timestamp, name: Option<String>) -> Option<Self> {
        Some(match event {
            Event::SignedIn { staff, .. } => Self::new(at, &staff.badge, "signed-in", ""),
            Event::SignedOut { staff, cause } => {
                Self::new(at, &staff.badge, "signed-out", cause.as_str())
            }
            Event::PinSet { staff, .. } => Self::new(at, &staff.badge, "pin-set", ""),
            Event::Searched { visit, staff, outcome, .. } => {
                Self::new(at, &staff.badge, "searched", search_word(*outcome)).in_visit(*visit)
            }
            Event::IdentityConfirmed { visit, staff, by, .. } => {
                Self::new(at, &staff.badge, "identity-confirmed", by.as_str()).in_visit(*visit)
            }
            Event::Consented { visit, staff, basis, .. } => {
                let basis = basis_word(basis);
                let act = Self::new(at, &staff.badge, "consented", &basis).in_visit(*visit);
                Self { basis: Some(basis), ..act }
            }
            Event::Denied { visit, staff, categories, reasons, .. } => {
                let leading = reasons.first().map_or("", Word::as_str);
                let act = Self::new(at, &staff.badge, "denied", leading).in_visit(*visit);
                let categories = categories.iter().map(|word| word.as_str().into()).collect();
                Self { categories, ..act }
            }
            Event::Disclosed { disclosure } => Self::shown(at, "disclosed", "", disclosure, name),
            Event::Printed { disclosure, form } => {
                Self::shown(at, "printed", form.as_str(), disclosure, name)
            }
            _ => return None,
        })
    }

    fn shown(
        at: Timestamp,
        what: &'static str,
        outcome: &str,
        disclosure: &Disclosure,
        name: Option<String>,
    ) -> Self {
        let categories = disclosure.shown.iter().map(|shown| shown.category.as_str().to_owned());
        Self {
            name,
            categories: categories.collect(),
            basis: Some(basis_word(&disclosure.basis)),
            ..Self::new(at, &disclosure.staff.badge, what, outcome).in_visit(disclosure.visit)
        }
    }

    /// A search that found nobody, or that was denied, has no visit: its sixteen bytes are zeros.
    fn in_visit(self, visit: VisitId) -> Self {
        Self { visit: Some(visit).filter(|visit| visit.0 != [0; 16]), ..self }
    }
}

fn search_word(outcome: SearchOutcome) -> &'static str {
    match outcome {
        SearchOutcome::None => "none",
        SearchOutcome::One => "one",
        SearchOutcome::Several => "several",
    }
}

/// The word of a basis, as views and pages have it.
pub(super) fn basis_word(basis: &ConsentBasis) -> String {
    match basis {
        ConsentBasis::EligibilityOnly => "eligibility-only".into(),
        ConsentBasis::Expressed { form } => form.as_str().into(),
        ConsentBasis::Refused => "refused".into(),
        ConsentBasis::VitalInterest { alone: false, .. } => "vital-interest".into(),
        ConsentBasis::VitalInterest { alone: true, .. } => "vital-interest-alone".into(),
    }
}

#[cfg(test)]
mod tests {
    use tomoshibi_sync::journal::StaffRef;

    use super::*;

    fn signed_out(badge: u8) -> Event {
        let staff = StaffRef { badge: [badge; 16], role: Word::other() };
        Event::SignedOut { staff, cause: Word::other() }
    }

    #[test]
    fn what_is_older_than_a_shift_is_forgotten_with_its_names() {
        let mut shift = Shift::default();
        let at = Timestamp::from_millis;
        shift.note(&signed_out(1), at(0), Some("見本".into()));
        shift.note(&signed_out(2), at(1), None);
        shift.note(&signed_out(2), at(SHIFT_MS), None);
        assert!(shift.acts.iter().all(|act| act.name.is_none()));
        assert_eq!(shift.acts.len(), 2);
        let two = BadgeId::from_bytes([2; 16]);
        assert_eq!(shift.of(two, at(SHIFT_MS)).len(), 2);
        assert_eq!(shift.of(two, at(SHIFT_MS + 1)).len(), 1, "newest first, older left out");
    }

    #[test]
    fn the_oldest_makes_room() {
        let mut shift = Shift::default();
        (0..=ACTS_MAX).for_each(|_| shift.note(&signed_out(1), Timestamp::default(), None));
        assert_eq!(shift.acts.len(), ACTS_MAX);
    }
}
