//! Who on site may close an opened node: staff of every role but reception, and never one person against a colleague.
//!
//! Promises: deny is the default; a second member of staff confirms with another badge; *alone* counts only while
//! nobody else is signed in. What the second person's role is does not matter: they confirm that this is meant.
//!
//! Not covered: the operator at the console, who needs no badge, and closing by order or by time.

use crate::ErrorClass;
use crate::role::{BadgeId, Role};
use crate::vital_interest::Confirmation;

/// Why somebody may not close the node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum CloseRefusal {
    /// Reception does not close.
    #[error("the role may not close the node")]
    Role,
    /// Nobody confirmed.
    #[error("nobody confirmed that the node is to be closed")]
    Unconfirmed,
    /// The second badge is the first.
    #[error("the second badge is that of who asks")]
    SecondIsSame,
    /// Somebody else is signed in, who could confirm.
    #[error("somebody else is signed in who could confirm")]
    NotAlone,
}

impl CloseRefusal {
    /// Every refusal.
    pub const ALL: [Self; 4] = [Self::Role, Self::Unconfirmed, Self::SecondIsSame, Self::NotAlone];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Role => "close-role",
            Self::Unconfirmed => "close-unconfirmed",
            Self::SecondIsSame => "close-second-is-same",
            Self::NotAlone => "close-not-alone",
        }
    }

    /// Always [`ErrorClass::Denied`].
    #[must_use]
    pub const fn class(self) -> ErrorClass {
        ErrorClass::Denied
    }
}

/// Whether the holder of `badge` may close the node. `others` are badges that are signed in.
///
/// # Errors
/// The first rule that speaks against it.
pub fn may_close(
    badge: BadgeId,
    role: Role,
    confirmation: Confirmation,
    others: &[BadgeId],
) -> Result<(), CloseRefusal> {
    if !role.may_close() {
        return Err(CloseRefusal::Role);
    }
    match confirmation {
        Confirmation::Missing => Err(CloseRefusal::Unconfirmed),
        Confirmation::Second(second) if second == badge => Err(CloseRefusal::SecondIsSame),
        Confirmation::Second(_) => Ok(()),
        // A session of one's own on another tablet is nobody else.
        Confirmation::SpokenAlone if others.iter().any(|other| *other != badge) => {
            Err(CloseRefusal::NotAlone)
        }
        Confirmation::SpokenAlone => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: BadgeId = BadgeId::from_bytes([1; 16]);
    const OTHER: BadgeId = BadgeId::from_bytes([2; 16]);

    #[test]
    fn every_role_but_reception_may_close() {
        for role in Role::ALL {
            let found = may_close(OWN, role, Confirmation::Second(OTHER), &[]);
            let expected = match role {
                Role::Reception => Err(CloseRefusal::Role),
                _ => Ok(()),
            };
            assert_eq!(found, expected, "{role}");
        }
    }

    #[test]
    fn a_second_badge_confirms_and_alone_counts_only_without_colleagues() {
        let rows: [(Confirmation, &[BadgeId], Result<(), CloseRefusal>); 7] = [
            (Confirmation::Missing, &[], Err(CloseRefusal::Unconfirmed)),
            (Confirmation::Missing, &[OTHER], Err(CloseRefusal::Unconfirmed)),
            (Confirmation::Second(OWN), &[], Err(CloseRefusal::SecondIsSame)),
            (Confirmation::Second(OTHER), &[OTHER], Ok(())),
            (Confirmation::SpokenAlone, &[], Ok(())),
            (Confirmation::SpokenAlone, &[OWN], Ok(())),
            (Confirmation::SpokenAlone, &[OWN, OTHER], Err(CloseRefusal::NotAlone)),
        ];
        for (confirmation, others, expected) in rows {
            let found = may_close(OWN, Role::Designated, confirmation, others);
            assert_eq!(found, expected, "{confirmation:?} {others:?}");
        }
    }

    #[test]
    fn codes_are_told_apart() {
        for (place, refusal) in CloseRefusal::ALL.into_iter().enumerate() {
            let same = |other: &CloseRefusal| other.code() == refusal.code();
            assert_eq!(CloseRefusal::ALL.iter().position(same), Some(place));
            assert_eq!(refusal.class(), ErrorClass::Denied);
        }
    }
}
