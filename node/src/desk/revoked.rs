//! Badges that no longer count: who signs in with one, and who is signed in.
//!
//! Not covered: what a badge confirmed before it came onto the list. Those entries name it, and the review of vital
//! interests sees both.

use std::sync::{Arc, PoisonError};

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::role::BadgeId;
use tomoshibi_sync::journal::Event;
use tomoshibi_sync::revocation::{RevocationList, Revoked};

use super::{Desk, staff_ref, word};
use crate::failure::Failure;

/// The word of journal, failure and message.
pub(crate) const BADGE_REVOKED: &str = "badge-revoked";

impl Desk {
    /// Takes the list that counts from now on, and ends the sessions of those who are on it.
    ///
    /// The list first: who is signing in at this moment is refused by it, or has a session that is ended here or at its
    /// first use. The sessions end whether or not that can be journalled: this way round nothing is shown.
    pub fn set_revocations(&self, list: Arc<RevocationList>) {
        *self.revocations.write().unwrap_or_else(PoisonError::into_inner) = Some(list.clone());
        let revoked = |badge| list.of(Revoked::Badge(badge)).is_some();
        let ended = self.sessions().end_badges(revoked);
        let now = self.now();
        for session in ended {
            let (staff, cause) = (staff_ref(&session.badge), word("revoked"));
            if let Err(why) = self.record(&Event::SignedOut { staff, cause }, now) {
                tracing::error!(class = %why.class, "the end of a revoked session is not in the journal");
            }
        }
    }

    /// True when the badge is on the list.
    pub(crate) fn is_revoked(&self, badge: BadgeId) -> bool {
        let list = self.revocations.read().unwrap_or_else(PoisonError::into_inner);
        list.as_ref().is_some_and(|list| list.of(Revoked::Badge(badge)).is_some())
    }
}

pub(super) fn refused() -> Failure {
    Failure::new(ErrorClass::Denied, BADGE_REVOKED)
}
