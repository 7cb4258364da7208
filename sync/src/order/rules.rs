//! The rules that an order obeys, signed or read.

use super::{Order, OrderError};

/// Longest period: 92 days, a quarter. The longest known opening (Noto 2024) lasted 67 days with its extensions, of
/// which each is an order of its own.
pub const PERIOD_DAYS_MAX: i64 = 92;
/// Most hours a consent holds: three days, our choice (whether 24 h hold in a disaster is not established).
pub const CONSENT_HOURS_MAX: u8 = 72;
/// Most prefectures, municipalities or facilities, each: Japan has about 1,900 municipalities and wards, and an order
/// that names more facilities one by one should name their municipalities.
pub const PLACES_MAX: usize = 4096;
/// Longest notice id and issuer, in bytes.
pub const TEXT_LEN_BYTES_MAX: usize = 200;

const DAY_MS: i64 = 86_400_000;

impl Order {
    /// Refuses an order that could open nothing, or opens too much.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn check(&self) -> Result<(), OrderError> {
        self.check_period()?;
        self.check_places()?;
        self.check_texts()?;
        if self.categories.is_empty() {
            return Err(OrderError::NoCategory);
        }
        if !(1..=CONSENT_HOURS_MAX).contains(&self.consent_hours) {
            let (found, limit) = (self.consent_hours, CONSENT_HOURS_MAX);
            return Err(OrderError::ConsentHours { found, limit });
        }
        if self.revokes && self.extends.is_none() {
            return Err(OrderError::RevokesNothing);
        }
        Ok(())
    }

    fn check_period(&self) -> Result<(), OrderError> {
        let (opens_at, closes_at, issued_at) = (self.opens_at, self.closes_at, self.issued_at);
        if closes_at <= opens_at || closes_at <= issued_at {
            return Err(OrderError::EmptyPeriod { opens_at, closes_at, issued_at });
        }
        let limit_days = PERIOD_DAYS_MAX;
        if closes_at.millis_since(opens_at) > limit_days * DAY_MS {
            return Err(OrderError::PeriodTooLong { opens_at, closes_at, limit_days });
        }
        Ok(())
    }

    fn check_places(&self) -> Result<(), OrderError> {
        let counts = [self.prefectures.len(), self.municipalities.len(), self.facilities.len()];
        let found = counts.into_iter().max().unwrap_or(0);
        match found {
            0 => Err(OrderError::NoPlace),
            1..=PLACES_MAX => Ok(()),
            found => Err(OrderError::TooManyPlaces { found, limit: PLACES_MAX }),
        }?;
        // Five digits, the first two a prefecture.
        match self.municipalities.iter().all(|code| (1_000..48_000).contains(code)) {
            true => Ok(()),
            false => Err(OrderError::Field { field: "a municipality" }),
        }
    }

    fn check_texts(&self) -> Result<(), OrderError> {
        let good = |text: &str| {
            !text.trim().is_empty()
                && text.len() <= TEXT_LEN_BYTES_MAX
                && !text.chars().any(char::is_control)
        };
        for (field, good) in [
            ("the notice id", good(&self.notice_id)),
            ("the issuer", good(&self.issuer)),
            ("the number", self.number > 0),
        ] {
            if !good {
                return Err(OrderError::Field { field });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use tomoshibi_policies::category::Category;
    use tomoshibi_policies::record::RegionCode;
    use tomoshibi_policies::time::{JstDate, Timestamp};

    use super::*;
    use crate::id::Digest;

    fn noto() -> Order {
        let region = RegionCode::new(17).unwrap();
        let day = |m, d| JstDate::from_ymd(2024, m, d).unwrap();
        Order {
            notice_id: "2024-01-01".into(),
            number: 1,
            issuer: "保険局医療介護連携政策課".into(),
            region,
            prefectures: BTreeSet::new(),
            municipalities: BTreeSet::from([17204, 17205]),
            facilities: BTreeSet::new(),
            opens_at: day(1, 1).start(),
            closes_at: day(1, 7).end(),
            extends: None,
            revokes: false,
            categories: BTreeSet::from([Category::Eligibility, Category::Medication]),
            vital_interest_allowed: true,
            consent_hours: 24,
            drill: false,
            issued_at: day(1, 1).start(),
        }
    }

    #[test]
    fn the_period_is_neither_empty_nor_longer_than_a_quarter() {
        let order = noto();
        assert_eq!(order.check(), Ok(()));
        let day = |days: i64| order.opens_at.plus_hours(24 * days);
        for (closes_at, good) in [(day(0), false), (day(92), true), (day(92).plus_millis(1), false)]
        {
            assert_eq!(Order { closes_at, ..order.clone() }.check().is_ok(), good, "{closes_at}");
        }
        let late = Order { issued_at: order.closes_at, ..order.clone() };
        assert!(matches!(late.check(), Err(OrderError::EmptyPeriod { .. })));
        let far = |ms| Timestamp::from_millis(ms);
        let endless = Order { opens_at: far(i64::MIN), closes_at: far(i64::MAX), ..order };
        assert!(matches!(endless.check(), Err(OrderError::PeriodTooLong { .. })));
    }

    #[test]
    fn an_order_names_a_place_that_can_be() {
        let nowhere = Order { municipalities: BTreeSet::new(), ..noto() };
        assert_eq!(nowhere.check(), Err(OrderError::NoPlace));
        for code in [999, 48_000, 0] {
            let wrong = Order { municipalities: BTreeSet::from([code]), ..noto() };
            assert_eq!(wrong.check(), Err(OrderError::Field { field: "a municipality" }));
        }
        let many = Order { municipalities: (1_000..6_000).collect(), ..noto() };
        assert!(matches!(many.check(), Err(OrderError::TooManyPlaces { .. })));
    }

    #[test]
    fn consents_last_from_one_hour_to_three_days() {
        for (found, good) in [(0, false), (1, true), (72, true), (73, false)] {
            let order = Order { consent_hours: found, ..noto() };
            assert_eq!(order.check().is_ok(), good, "{found}");
        }
    }

    #[test]
    fn a_revocation_names_what_it_revokes() {
        let lost = Order { revokes: true, ..noto() };
        assert_eq!(lost.check(), Err(OrderError::RevokesNothing));
        let good = Order { revokes: true, extends: Some(Digest::of(b"order")), ..noto() };
        assert_eq!(good.check(), Ok(()));
    }

    #[test]
    fn texts_are_there_and_short() {
        for text in [String::new(), " ".into(), "x".repeat(201), "a\nb".into()] {
            let order = Order { notice_id: text.clone(), ..noto() };
            assert_eq!(order.check(), Err(OrderError::Field { field: "the notice id" }));
            let order = Order { issuer: text, ..noto() };
            assert_eq!(order.check(), Err(OrderError::Field { field: "the issuer" }));
        }
        assert!(Order { categories: BTreeSet::new(), ..noto() }.check().is_err());
        assert!(Order { number: 0, ..noto() }.check().is_err());
    }
}
