//! Who asks: roles, badges, and the session of the person at the tablet.
//!
//! Invariant: a role opens categories only through [`Role::may_view`]; nothing else in the workspace knows that table.
//! Not covered: checking a badge's signature, its incident and its PIN. The node does that at sign-in and hands over
//! the facts in [`Staff`].

use core::fmt;

use crate::category::Category;
use crate::record::FacilityCode;
use crate::time::Period;

/// What a member of staff may do. The first four are the viewers that the notices name; reception sees eligibility.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// 医師.
    Doctor,
    /// 歯科医師.
    Dentist,
    /// 薬剤師.
    Pharmacist,
    /// 被選定者: granted the viewing right by the head of the facility. A nurse needs this.
    Designated,
    /// Reception.
    Reception,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 5] =
        [Self::Doctor, Self::Dentist, Self::Pharmacist, Self::Designated, Self::Reception];

    /// True when the role may see `category` at all. Whether this node carries it is another question.
    #[must_use]
    pub const fn may_view(self, category: Category) -> bool {
        match self {
            Self::Doctor | Self::Dentist | Self::Pharmacist | Self::Designated => true,
            Self::Reception => matches!(category, Category::Eligibility),
        }
    }

    /// True when the role may state that life or body must be protected without consent.
    #[must_use]
    pub const fn may_claim_vital_interest(self) -> bool {
        matches!(self, Self::Doctor | Self::Dentist)
    }

    /// True when the role may close an opened node, with a second person's word.
    #[must_use]
    pub const fn may_close(self) -> bool {
        match self {
            Self::Doctor | Self::Dentist | Self::Pharmacist | Self::Designated => true,
            Self::Reception => false,
        }
    }

    /// The word used in tables, JSON and badges.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Doctor => "doctor",
            Self::Dentist => "dentist",
            Self::Pharmacist => "pharmacist",
            Self::Designated => "designated",
            Self::Reception => "reception",
        }
    }

    /// The role with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The id of one badge. A person who is given a new badge is, for these rules, a new member of staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BadgeId([u8; 16]);

impl BadgeId {
    /// The badge with these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

/// 32 hexadecimal digits.
impl fmt::Display for BadgeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The signed-in member of staff, as the node established at sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// The badge.
    pub badge: BadgeId,
    /// The role the badge names.
    pub role: Role,
    /// The facility the badge names.
    pub facility: FacilityCode,
    /// When the badge holds.
    pub validity: Period,
    /// True when the badge is on the revocation list. Revoked beats valid.
    pub revoked: bool,
    /// True for the badge of a drill.
    pub drill: bool,
    /// From sign-in to the end of the session.
    pub session: Period,
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn reception_sees_eligibility_and_nothing_else() {
        for category in Category::ALL {
            assert_eq!(
                Role::Reception.may_view(category),
                category == Category::Eligibility,
                "{category}"
            );
        }
    }

    #[test]
    fn every_role_is_found_by_its_word() {
        for role in Role::ALL {
            assert_eq!(Role::from_word(role.as_str()), Some(role));
        }
        assert_eq!(Role::from_word("nurse"), None);
    }

    #[test]
    fn a_badge_id_reads_as_hexadecimal() {
        let id = BadgeId::from_bytes([0x0a; 16]);
        assert_eq!(id.to_string(), "0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a");
    }
}
