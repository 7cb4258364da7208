//! Why a look-up is denied. The order of the variants is the order in which reasons are reported; the first is the
//! leading one. Codes are stable: the journal, the message catalogues and the table hold them.

use core::fmt;

use crate::ErrorClass;

macro_rules! reasons {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal,)+) => {
        /// One reason for a denial, or for leaving out a category.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum DenyReason {
            $($(#[doc = $doc])+ $name,)+
        }

        impl DenyReason {
            /// Every reason, in the order of reporting.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The stable code.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }
        }
    };
}

reasons! {
    /// The node is sealed or closing.
    NotOpen = "not-open",
    /// The order's period has not begun.
    BeforePeriod = "before-period",
    /// The order's period is over.
    AfterPeriod = "after-period",
    /// The facility stands outside the area, and is not named.
    OutsideArea = "outside-area",
    /// The order opens single facilities, and not this one.
    FacilityNotNamed = "facility-not-named",
    /// Order, node and badge do not agree on whether this is a drill.
    DrillMismatch = "drill-mismatch",
    /// The session of the asker has not begun or is over.
    SessionExpired = "session-expired",
    /// The badge is revoked.
    BadgeRevoked = "badge-revoked",
    /// The badge does not hold now.
    BadgeExpired = "badge-expired",
    /// The badge is another facility's.
    BadgeWrongFacility = "badge-wrong-facility",
    /// No category was asked for.
    NothingAsked = "nothing-asked",
    /// The role may not view what was asked for.
    RoleMayNotView = "role-may-not-view",
    /// This system does not carry what was asked for.
    CategoryNotCarried = "category-not-carried",
    /// The order does not open what was asked for.
    CategoryNotOpened = "category-not-opened",
    /// Medical data is for care only.
    PurposeNotCare = "purpose-not-care",
    /// No consent and no vital interest.
    NoConsent = "no-consent",
    /// The patient refused.
    ConsentRefused = "consent-refused",
    /// The consent is about another person.
    ConsentOtherPerson = "consent-other-person",
    /// The consent was given to another facility.
    ConsentOtherFacility = "consent-other-facility",
    /// The consent lies in the future.
    ConsentFromFuture = "consent-from-future",
    /// The consent no longer holds.
    ConsentExpired = "consent-expired",
    /// The order does not allow vital interest.
    VitalInterestNotAllowed = "vital-interest-not-allowed",
    /// Only a doctor or dentist may state a vital interest.
    VitalInterestRole = "vital-interest-role",
    /// The vital interest was stated by somebody else.
    VitalInterestOtherClaimant = "vital-interest-other-claimant",
    /// No reason is written down.
    VitalInterestReasonMissing = "vital-interest-reason-missing",
    /// Nobody confirmed, and the reason was not read aloud.
    VitalInterestUnconfirmed = "vital-interest-unconfirmed",
    /// The second person is the first.
    VitalInterestSecondIsSame = "vital-interest-second-is-same",
    /// The second person is not signed in.
    VitalInterestSecondNotSignedIn = "vital-interest-second-not-signed-in",
    /// Somebody else is signed in, who could confirm.
    VitalInterestNotAlone = "vital-interest-not-alone",
}

impl DenyReason {
    /// Always [`ErrorClass::Denied`].
    #[must_use]
    pub const fn class(self) -> ErrorClass {
        ErrorClass::Denied
    }

    /// The reason with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|reason| reason.as_str() == code)
    }
}

impl fmt::Display for DenyReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_kebab_case_and_lead_back_to_their_reason() {
        for reason in DenyReason::ALL {
            assert!(reason.as_str().bytes().all(|b| b.is_ascii_lowercase() || b == b'-'));
            assert_eq!(DenyReason::from_code(reason.as_str()), Some(*reason));
            assert_eq!(reason.class(), ErrorClass::Denied);
        }
        assert_eq!(DenyReason::from_code("because"), None);
    }
}
