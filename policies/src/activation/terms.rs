//! What an order says, and where a facility stands.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use crate::ErrorClass;
use crate::category::{CARRIED, Category};
use crate::record::{FacilityCode, RegionCode};
use crate::time::{Period, Timestamp};

/// Hours an expressed consent holds when the order does not say otherwise. 24 is the rule of ordinary days; whether
/// it holds in a disaster is not established, so this is our choice.
pub const CONSENT_HOURS_DEFAULT: u8 = 24;

/// The most hours an order may sign for a consent: three days, our choice.
pub const CONSENT_HOURS_MAX: u8 = 72;

/// The area an order opens: whole prefectures, single municipalities, or both. It limits where the facility stands,
/// never whose record may be found: evacuees come from anywhere.
///
/// A municipality is its five-digit JIS code. The wards of a designated city have codes of their own and are named
/// one by one; the city's own code does not include them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Area {
    /// Prefectures opened as a whole.
    pub prefectures: BTreeSet<RegionCode>,
    /// Municipalities opened one by one.
    pub municipalities: BTreeSet<u32>,
}

impl Area {
    /// True when no place is named.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.prefectures.is_empty() && self.municipalities.is_empty()
    }

    /// True when the site stands inside.
    #[must_use]
    pub fn contains(&self, site: &SiteFacts) -> bool {
        let municipality = site.municipality.is_some_and(|m| self.municipalities.contains(&m));
        let prefecture = site.prefecture().is_some_and(|p| self.prefectures.contains(&p));
        municipality || prefecture
    }
}

/// The facility the node stands in, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteFacts {
    /// The facility.
    pub facility: FacilityCode,
    /// The municipality it stands in, when known. Without it only a whole prefecture, or the facility's own name in
    /// the order, opens the site.
    pub municipality: Option<u32>,
}

impl SiteFacts {
    /// The prefecture the site stands in: the municipality's when known, since a code outlives a move; else the code's.
    #[must_use]
    pub fn prefecture(&self) -> Option<RegionCode> {
        let Some(municipality) = self.municipality else {
            return Some(self.facility.prefecture());
        };
        u8::try_from(municipality / 1000).ok().and_then(|code| RegionCode::new(code).ok())
    }
}

/// The terms of one order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderTerms {
    /// Id of the notice (事務連絡).
    pub notice_id: String,
    /// Places it opens.
    pub area: Area,
    /// Facilities it opens by name, wherever they stand, beside those inside the area.
    pub facilities: Vec<FacilityCode>,
    /// From *opens_at* to *closes_at*, exclusive.
    pub period: Period,
    /// Categories it opens.
    pub categories: Vec<Category>,
    /// Whether a vital interest may stand in for consent.
    pub vital_interest_allowed: bool,
    /// Hours a consent holds, 1-72.
    pub consent_hours: u8,
    /// True for a drill.
    pub drill: bool,
}

impl OrderTerms {
    /// The terms of an opening by quorum, which has no order: this one facility, every carried category, vital
    /// interest allowed (it rests on the law, not on an order), `hours` from now.
    #[must_use]
    pub fn by_quorum(
        notice_id: String,
        facility: FacilityCode,
        opened_at: Timestamp,
        hours: u8,
        drill: bool,
    ) -> Self {
        Self {
            notice_id,
            area: Area::default(),
            facilities: Vec::from([facility]),
            period: Period { from: opened_at, until: opened_at.plus_hours(i64::from(hours)) },
            categories: Vec::from(CARRIED),
            vital_interest_allowed: true,
            consent_hours: CONSENT_HOURS_DEFAULT,
            drill,
        }
    }

    /// Refuses terms that could not open anything, or that break a limit.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn check(&self) -> Result<(), TermsError> {
        if self.notice_id.trim().is_empty() {
            return Err(TermsError::NoNotice);
        }
        if self.period.until <= self.period.from {
            return Err(TermsError::EmptyPeriod { period: self.period });
        }
        if self.area.is_empty() && self.facilities.is_empty() {
            return Err(TermsError::NoPlace);
        }
        if self.categories.is_empty() {
            return Err(TermsError::NoCategory);
        }
        if !(1..=CONSENT_HOURS_MAX).contains(&self.consent_hours) {
            return Err(TermsError::ConsentHours { hours: self.consent_hours });
        }
        Ok(())
    }

    /// True when the order opens the site: inside the area, or named.
    #[must_use]
    pub fn names_site(&self, site: &SiteFacts) -> bool {
        self.area.contains(site) || self.facilities.contains(&site.facility)
    }
}

/// Why terms are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TermsError {
    /// No notice id.
    #[error("the order names no notice")]
    NoNotice,
    /// The period ends before it begins.
    #[error("the period from {} to {} is empty", period.from, period.until)]
    EmptyPeriod {
        /// The period.
        period: Period,
    },
    /// Neither area nor facility.
    #[error("the order names no prefecture, municipality or facility")]
    NoPlace,
    /// No category.
    #[error("the order opens no category")]
    NoCategory,
    /// Consent hours out of range.
    #[error("the order lets a consent hold {hours} h, allowed are 1 to {CONSENT_HOURS_MAX} h")]
    ConsentHours {
        /// The hours it signs.
        hours: u8,
    },
}

impl TermsError {
    /// Always [`ErrorClass::Invalid`].
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        ErrorClass::Invalid
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms() -> OrderTerms {
        let facility = FacilityCode::parse("1711234567").unwrap();
        OrderTerms::by_quorum("Q1".into(), facility, Timestamp::from_millis(0), 72, false)
    }

    #[test]
    fn terms_that_open_nothing_are_refused() {
        assert_eq!(terms().check(), Ok(()));
        assert_eq!(
            OrderTerms { notice_id: " ".into(), ..terms() }.check(),
            Err(TermsError::NoNotice)
        );
        let now = Timestamp::from_millis(0);
        let period = Period { from: now, until: now };
        assert_eq!(
            OrderTerms { period, ..terms() }.check(),
            Err(TermsError::EmptyPeriod { period })
        );
        assert_eq!(
            OrderTerms { facilities: Vec::new(), ..terms() }.check(),
            Err(TermsError::NoPlace)
        );
        assert_eq!(
            OrderTerms { categories: Vec::new(), ..terms() }.check(),
            Err(TermsError::NoCategory)
        );
        for hours in [0, 73, u8::MAX] {
            let wrong = OrderTerms { consent_hours: hours, ..terms() };
            assert_eq!(wrong.check(), Err(TermsError::ConsentHours { hours }));
        }
        for hours in [1, 72] {
            assert_eq!(OrderTerms { consent_hours: hours, ..terms() }.check(), Ok(()));
        }
    }

    #[test]
    fn a_facility_that_moved_stands_where_it_stands() {
        let ishikawa =
            Area { prefectures: BTreeSet::from([RegionCode::new(17).unwrap()]), ..Area::default() };
        let facility = FacilityCode::parse("1711234567").unwrap();
        let at = |municipality| SiteFacts { facility, municipality };
        assert!(ishikawa.contains(&at(Some(17204))));
        assert!(ishikawa.contains(&at(None)));
        assert!(!ishikawa.contains(&at(Some(16201))));
        assert!(!ishikawa.contains(&at(Some(99_999_999))));
    }
}
