//! What a badge did in its shift, so that staff can go back to a patient and see that nothing was done in their name.

use serde::{Deserialize, Serialize};

use super::shift::Act;
use super::visit::visit_text;
use super::{Desk, DeskReply};
use crate::failure::Failure;

/// One act.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MineLine {
    /// When, Japanese time.
    pub at: String,
    /// `signed-in`, `signed-out`, `pin-set`, `searched`, `identity-confirmed`, `consented`, `denied`, `disclosed` or
    /// `printed`.
    pub what: String,
    /// What came of it: `none`, `one`, `several`; by whom; the basis; the leading reason; the form; or nothing.
    pub outcome: String,
    /// The visit, where there is one. It may be over.
    pub visit: Option<String>,
    /// The patient's name as it was shown to this badge; none where no record was shown, and after a restart.
    pub name: Option<String>,
    /// The categories asked for or shown.
    pub categories: Vec<String>,
    /// On what ground, where there is one.
    pub basis: Option<String>,
}

// Names a patient.
impl std::fmt::Debug for MineLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MineLine({}, hidden)", self.what)
    }
}

impl From<&Act> for MineLine {
    fn from(act: &Act) -> Self {
        Self {
            at: act.at.to_string(),
            what: act.what.into(),
            outcome: act.outcome.clone(),
            visit: act.visit.map(visit_text),
            name: act.name.clone(),
            categories: act.categories.clone(),
            basis: act.basis.clone(),
        }
    }
}

impl Desk {
    pub(super) fn mine(&self, token: &str) -> Result<DeskReply, Failure> {
        let caller = self.caller(token)?;
        let shift = self.shift();
        let acts = shift.of(caller.badge.id, caller.now).into_iter();
        Ok(DeskReply::Mine { lines: acts.map(MineLine::from).collect() })
    }
}
