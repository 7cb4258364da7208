//! Badges: who a member of staff is, signed by the region's enrolment key and carried as a QR code.
//!
//! A badge is a CBOR Web Token (RFC 8392) in a COSE_Sign1 (RFC 9052) with Ed25519, deflated, written in Base45
//! (RFC 9285) behind a prefix, as the WHO's health certificates are. FORMAT.md, section "Badge".
//!
//! Promises: an opened badge was signed by an enrolment key of the pinned trust root, for this region and for this
//! kind of use (drill or real). It holds no PIN and no verifier of one: a photographed badge alone signs nobody in.
//!
//! Not covered: whether it is valid *now* and *here* ([`Badge::check`] says that), revocation, and the PIN.

mod claims;
mod text;

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::record::{FacilityCode, RegionCode};
use tomoshibi_policies::role::{BadgeId, Role};
use tomoshibi_policies::time::{Period, Timestamp};

use crate::id::NodeId;
use crate::signed::SigningKey;
use crate::trust::{Role as KeyRole, TrustRoot};

/// What a badge says.
#[derive(Clone, PartialEq, Eq)]
pub struct Badge {
    /// Its id.
    pub id: BadgeId,
    /// Name of the member of staff, 1-64 characters. For the screen and the journal, never for the patient's slip.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The facility it is for, or none for a visiting team.
    pub facility: Option<FacilityCode>,
    /// The incident it is for (a notice id), or none for every incident.
    pub incident: Option<String>,
    /// The region whose nodes take it.
    pub region: RegionCode,
    /// True for a drill's badge.
    pub drill: bool,
    /// When it is valid.
    pub valid: Period,
}

/// Reads a badge's id as it is shown: 32 lower-case hexadecimal digits, as a node's id is spelt.
#[must_use]
pub fn parse_id(text: &str) -> Option<BadgeId> {
    text.parse::<NodeId>().ok().map(|id| BadgeId::from_bytes(*id.as_bytes()))
}

impl core::fmt::Debug for Badge {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Badge({:?}, {})", self.id, self.role)
    }
}

/// Why a badge is refused. Names no person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadgeError {
    /// Not the text of a badge: prefix, Base45, deflate, CBOR, or longer than any badge.
    #[error("not a badge of this system: {what}")]
    Form {
        /// Which layer failed.
        what: &'static str,
    },
    /// Another version.
    #[error("the badge is of a version this program does not know")]
    Version,
    /// A claim is missing or breaks its rule.
    #[error("the badge lacks or misuses the claim {claim}")]
    Claim {
        /// Which claim.
        claim: &'static str,
    },
    /// Not signed by an enrolment key of the region.
    #[error("the badge is not signed by this region's enrolment")]
    Signature,
    /// For another region.
    #[error("the badge is for region {found}, this node is of region {expected}")]
    Region {
        /// Region of the badge.
        found: RegionCode,
        /// Region of the trust root.
        expected: RegionCode,
    },
    /// A drill's badge at a real node, or the reverse.
    #[error("badges of drills and of real service do not open each other's nodes")]
    Drill,
    /// Before or after its period.
    #[error("the badge is not valid now")]
    Period,
    /// For another facility.
    #[error("the badge is for another facility")]
    Facility,
    /// For another incident.
    #[error("the badge is for another incident")]
    Incident,
}

impl BadgeError {
    /// The class of the cause.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Form { .. } | Self::Claim { .. } => ErrorClass::Invalid,
            Self::Version => ErrorClass::Unsupported,
            Self::Signature | Self::Region { .. } | Self::Drill => ErrorClass::Forged,
            Self::Period | Self::Facility | Self::Incident => ErrorClass::Denied,
        }
    }

    /// A stable word for JSON and message catalogues.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Form { .. } => "badge-form",
            Self::Version => "badge-version",
            Self::Claim { .. } => "badge-claim",
            Self::Signature => "badge-signature",
            Self::Region { .. } => "badge-region",
            Self::Drill => "badge-drill",
            Self::Period => "badge-period",
            Self::Facility => "badge-facility",
            Self::Incident => "badge-incident",
        }
    }
}

impl Badge {
    /// Signs the badge; the text goes into a QR code.
    ///
    /// # Errors
    /// [`BadgeError::Claim`] when the badge breaks a rule of its own.
    pub fn sign(&self, enrolment: &SigningKey) -> Result<String, BadgeError> {
        self.check_own_rules()?;
        Ok(text::wrap(&claims::sign(self, enrolment)?))
    }

    /// Opens the text of a badge.
    ///
    /// # Errors
    /// Everything in [`BadgeError`] but period, facility and incident.
    pub fn open(text: &str, trust: &TrustRoot) -> Result<Self, BadgeError> {
        let badge = claims::open(&text::unwrap(text)?, trust.keys(KeyRole::Enrolment))?;
        badge.check_own_rules()?;
        if badge.region != trust.region {
            return Err(BadgeError::Region { found: badge.region, expected: trust.region });
        }
        if badge.drill != trust.drill {
            return Err(BadgeError::Drill);
        }
        Ok(badge)
    }

    /// Says whether the badge counts now, at `facility`, for `incident`.
    ///
    /// # Errors
    /// [`BadgeError::Period`], [`BadgeError::Facility`] or [`BadgeError::Incident`].
    pub fn check(
        &self,
        now: Timestamp,
        facility: FacilityCode,
        incident: &str,
    ) -> Result<(), BadgeError> {
        if !self.valid.contains(now) {
            return Err(BadgeError::Period);
        }
        if self.facility.is_some_and(|own| own != facility) {
            return Err(BadgeError::Facility);
        }
        if self.incident.as_deref().is_some_and(|own| own != incident) {
            return Err(BadgeError::Incident);
        }
        Ok(())
    }

    fn check_own_rules(&self) -> Result<(), BadgeError> {
        if !(1..=64).contains(&self.name.chars().count()) || self.name.chars().any(char::is_control)
        {
            return Err(BadgeError::Claim { claim: "name" });
        }
        if self.valid.until <= self.valid.from {
            return Err(BadgeError::Claim { claim: "period" });
        }
        match &self.incident {
            Some(incident) if incident.is_empty() || incident.len() > 64 => {
                Err(BadgeError::Claim { claim: "incident" })
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trust::{Role as KeyRole, RoleKeys};

    fn key(n: u8) -> SigningKey {
        SigningKey::from_seed(&[n; 32])
    }

    fn trust() -> TrustRoot {
        let role = |role, n: u8| RoleKeys { role, threshold: 1, keys: vec![key(n).public()] };
        TrustRoot {
            number: 1,
            region: RegionCode::new(17).unwrap(),
            drill: true,
            centre_recipient: String::new(),
            roles: KeyRole::ALL.into_iter().zip(1..).map(|(r, n)| role(r, n)).collect(),
        }
    }

    fn enrolment() -> SigningKey {
        key(4)
    }

    fn badge() -> Badge {
        Badge {
            id: BadgeId::from_bytes([9; 16]),
            name: "当番　医師".into(),
            role: Role::Doctor,
            facility: Some(FacilityCode::parse("1710000001").unwrap()),
            incident: Some("notice-1".into()),
            region: RegionCode::new(17).unwrap(),
            drill: true,
            valid: Period {
                from: Timestamp::from_millis(1_000),
                until: Timestamp::from_millis(9_000),
            },
        }
    }

    #[test]
    fn a_signed_badge_opens_and_fits_a_qr_code() {
        let text = badge().sign(&enrolment()).unwrap();
        assert_eq!(Badge::open(&text, &trust()), Ok(badge()));
        // A version 13 code at level M holds 483 alphanumeric characters and is read at arm's length.
        assert!(text.len() < 483, "{}", text.len());
        let open_to_all = Badge { facility: None, incident: None, ..badge() };
        let text = open_to_all.sign(&enrolment()).unwrap();
        assert_eq!(Badge::open(&text, &trust()), Ok(open_to_all));
    }

    #[test]
    fn a_badge_of_another_key_region_or_use_is_forged() {
        let open = |badge: Badge, key: &SigningKey| {
            Badge::open(&badge.sign(key).unwrap(), &trust()).unwrap_err()
        };
        assert_eq!(open(badge(), &key(3)), BadgeError::Signature);
        let real = Badge { drill: false, ..badge() };
        assert_eq!(open(real, &enrolment()), BadgeError::Drill);
        let elsewhere = Badge { region: RegionCode::new(16).unwrap(), ..badge() };
        assert!(matches!(open(elsewhere, &enrolment()), BadgeError::Region { .. }));
    }

    #[test]
    fn a_badge_counts_only_in_its_time_and_place() {
        let here = badge().facility.unwrap();
        let elsewhere = FacilityCode::parse("1710000002").unwrap();
        let at = |ms| Timestamp::from_millis(ms);
        assert_eq!(badge().check(at(1_000), here, "notice-1"), Ok(()));
        assert_eq!(badge().check(at(999), here, "notice-1"), Err(BadgeError::Period));
        assert_eq!(badge().check(at(9_000), here, "notice-1"), Err(BadgeError::Period));
        assert_eq!(badge().check(at(1_000), elsewhere, "notice-1"), Err(BadgeError::Facility));
        assert_eq!(badge().check(at(1_000), here, "notice-2"), Err(BadgeError::Incident));
    }

    #[test]
    fn damaged_text_is_never_a_badge() {
        let text = badge().sign(&enrolment()).unwrap();
        for place in 0..text.len() {
            for replacement in ["0", "Z", "é"] {
                let mut damaged = text.clone();
                damaged.replace_range(place..=place, replacement);
                if damaged != text {
                    assert!(Badge::open(&damaged, &trust()).is_err(), "{place} {replacement}");
                }
            }
            assert!(Badge::open(&text[..place], &trust()).is_err());
        }
    }

    #[test]
    fn text_that_is_too_long_or_swells_is_refused() {
        let long = format!("{}{}", text::PREFIX, "0".repeat(text::TEXT_LEN_BYTES_MAX));
        assert_eq!(Badge::open(&long, &trust()), Err(BadgeError::Form { what: "length" }));
        let swelling = text::wrap(&vec![0; 1 << 20]);
        assert_eq!(Badge::open(&swelling, &trust()), Err(BadgeError::Form { what: "deflate" }));
        assert_eq!(Badge::open("TMSB2:000", &trust()), Err(BadgeError::Version));
        assert_eq!(Badge::open("HC1:000", &trust()), Err(BadgeError::Form { what: "prefix" }));
    }

    #[test]
    fn a_badge_that_breaks_its_own_rules_is_not_signed() {
        let nameless = Badge { name: String::new(), ..badge() };
        let control = Badge { name: "a\u{1b}[2J".into(), ..badge() };
        let never =
            Badge { valid: Period { until: badge().valid.from, ..badge().valid }, ..badge() };
        let vague = Badge { incident: Some(String::new()), ..badge() };
        for bad in [nameless, control, never, vague] {
            assert!(matches!(bad.sign(&enrolment()), Err(BadgeError::Claim { .. })));
        }
    }
}
