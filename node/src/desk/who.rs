//! Who a session belongs to, and how long it goes on.

use serde::{Deserialize, Serialize};
use tomoshibi_policies::ErrorClass;

use super::{Desk, DeskReply};
use crate::failure::Failure;
use crate::staff::Sessions;

/// The signed-in member of staff, for the head of a page.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    /// Names the session.
    pub number: u64,
    /// Name on the badge.
    pub name: String,
    /// Role on the badge.
    pub role: String,
    /// True in a drill.
    pub drill: bool,
    /// When the session began, Japanese time.
    pub signed_in_at: String,
    /// When it ends if it is not used again, exclusive. Asking was a use.
    pub idle_until: String,
    /// When it ends however much it is used, exclusive: after a shift, or with the badge.
    pub until: String,
}

// Holds the name of a member of staff.
impl std::fmt::Debug for Who {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Who({}, {})", self.number, self.role)
    }
}

impl Desk {
    pub(super) fn who(&self, token: &str) -> Result<DeskReply, Failure> {
        let caller = self.caller(token)?;
        let sessions = self.sessions();
        let session = sessions.list(caller.now).into_iter().find(|s| s.number == caller.number);
        // Ended from elsewhere between the two locks.
        let session = session.ok_or_else(|| Failure::new(ErrorClass::Denied, "session-unknown"))?;
        let who = Who {
            number: session.number,
            name: session.badge.name.clone(),
            role: session.badge.role.as_str().into(),
            drill: session.badge.drill,
            signed_in_at: session.signed_in_at.to_string(),
            idle_until: Sessions::idle_until(session).to_string(),
            until: Sessions::period(session).until.to_string(),
        };
        Ok(DeskReply::Who { who: Box::new(who) })
    }
}
