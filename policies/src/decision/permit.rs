//! The two outcomes.

use alloc::vec::Vec;

use super::reason::DenyReason;
use super::request::{IdentityState, Purpose};
use crate::ErrorClass;
use crate::category::Category;
use crate::consent::ConsentForm;
use crate::record::{FacilityCode, PersonId};
use crate::role::{BadgeId, Role};
use crate::time::{Period, Timestamp};
use crate::vital_interest::VitalReason;

/// What the permit rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// Only eligibility is permitted, which needs no consent.
    EligibilityOnly,
    /// The patient, or who speaks for them, agreed.
    Expressed(ConsentForm),
    /// Life or body had to be protected.
    VitalInterest {
        /// Why the patient could not express a will.
        reason: VitalReason,
        /// True when nobody confirmed it.
        alone: bool,
    },
}

impl Basis {
    /// True when a reviewer has to look at this view afterwards.
    #[must_use]
    pub const fn needs_review(self) -> bool {
        matches!(self, Self::VitalInterest { .. })
    }
}

/// The right to read some categories of one person for a while. Only [`decide`](super::decide) makes one: its fields
/// are private, and it is neither `Clone` nor `Default`, so that one decision gives one permit.
///
/// ```compile_fail
/// fn copy(permit: &tomoshibi_policies::decision::Permit) -> tomoshibi_policies::decision::Permit {
///     permit.clone()
/// }
/// ```
///
/// ```compile_fail
/// use tomoshibi_policies::{category::Category, decision::Permit};
/// fn widen(mut permit: Permit) -> Permit {
///     permit.categories = Category::ALL.to_vec();
///     permit
/// }
/// ```
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a permit that is not used was a decision for nothing"]
pub struct Permit {
    pub(super) person: PersonId,
    pub(super) categories: Vec<Category>,
    pub(super) withheld: Vec<(Category, DenyReason)>,
    pub(super) basis: Basis,
    pub(super) purpose: Purpose,
    pub(super) viewer: BadgeId,
    pub(super) role: Role,
    pub(super) facility: FacilityCode,
    pub(super) drill: bool,
    pub(super) identity: IdentityState,
    pub(super) validity: Period,
}

impl Permit {
    /// True when `category` of `person` may be read at `now`.
    #[must_use]
    pub fn covers(&self, person: PersonId, category: Category, now: Timestamp) -> bool {
        self.person == person && self.categories.contains(&category) && self.validity.contains(now)
    }

    /// Whose data.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.person
    }

    /// What may be read: what was asked, the role may view and the order opens. Sorted, never empty.
    #[must_use]
    pub fn categories(&self) -> &[Category] {
        &self.categories
    }

    /// What was asked and may not be read, and why. Sorted.
    #[must_use]
    pub fn withheld(&self) -> &[(Category, DenyReason)] {
        &self.withheld
    }

    /// What the permit rests on.
    #[must_use]
    pub const fn basis(&self) -> Basis {
        self.basis
    }

    /// What the data is for.
    #[must_use]
    pub const fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// The badge of who views.
    #[must_use]
    pub const fn viewer(&self) -> BadgeId {
        self.viewer
    }

    /// The role of who views.
    #[must_use]
    pub const fn role(&self) -> Role {
        self.role
    }

    /// The facility that views.
    #[must_use]
    pub const fn facility(&self) -> FacilityCode {
        self.facility
    }

    /// True in a drill.
    #[must_use]
    pub const fn is_drill(&self) -> bool {
        self.drill
    }

    /// Whether it is certain that the patient is that person.
    #[must_use]
    pub const fn identity(&self) -> IdentityState {
        self.identity
    }

    /// When it was decided.
    #[must_use]
    pub const fn issued_at(&self) -> Timestamp {
        self.validity.from
    }

    /// The first instant at which it no longer holds: the end of consent, order, session or badge, whichever is first.
    #[must_use]
    pub const fn valid_until(&self) -> Timestamp {
        self.validity.until
    }
}

/// Why nothing may be read. Names no patient.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("denied: {leading}")]
pub struct Denial {
    pub(super) leading: DenyReason,
    pub(super) reasons: Vec<DenyReason>,
}

impl Denial {
    /// The reason to tell first.
    #[must_use]
    pub const fn leading(&self) -> DenyReason {
        self.leading
    }

    /// Every reason, the leading one included, in the fixed order.
    #[must_use]
    pub fn reasons(&self) -> &[DenyReason] {
        &self.reasons
    }

    /// Always [`ErrorClass::Denied`].
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        ErrorClass::Denied
    }
}
