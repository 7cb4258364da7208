//! When a receipt becomes visible, and how far claims reach on a day (domain 2.5).

use tomoshibi_policies::time::{JstDate, YearMonth};

/// Receipts accepted up to this day of the month appear together on the next.
const BATCH_LAST_DAY: u32 = 10;
/// Last day on which facilities file in a month.
const FILING_LAST_DAY: u32 = 12;

/// The morning on which a receipt accepted on `accepted` is shown: accepted on the 5th to 10th, the 11th; on the 11th,
/// the 12th; on the 12th, the 13th.
///
/// The rule names no receipts accepted on other days. Ours: before the 5th they join the batch of that month, after the
/// 12th that of the next, so that nothing is shown earlier than it could have been.
#[must_use]
pub fn visible_from(accepted: JstDate) -> JstDate {
    let (_, _, day) = accepted.ymd();
    if day <= BATCH_LAST_DAY {
        batch_morning(accepted.year_month())
    } else if day <= FILING_LAST_DAY {
        accepted.plus_days(1)
    } else {
        batch_morning(accepted.year_month().plus_months(1))
    }
}

/// The newest treatment month that is complete on `day`: last month from the 11th on, before that the one before.
#[must_use]
pub fn claims_to(day: JstDate) -> YearMonth {
    let months = if day >= batch_morning(day.year_month()) { -1 } else { -2 };
    day.year_month().plus_months(months)
}

fn batch_morning(month: YearMonth) -> JstDate {
    month.first_day().plus_days(i64::from(BATCH_LAST_DAY))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> JstDate {
        JstDate::parse(text).unwrap()
    }

    #[test]
    fn receipts_appear_on_the_eleventh_twelfth_and_thirteenth() {
        for (accepted, shown) in [
            ("2026-11-05", "2026-11-11"),
            ("2026-11-10", "2026-11-11"),
            ("2026-11-11", "2026-11-12"),
            ("2026-11-12", "2026-11-13"),
            ("2026-11-01", "2026-11-11"),
            ("2026-11-13", "2026-12-11"),
            ("2026-12-31", "2027-01-11"),
        ] {
            assert_eq!(visible_from(day(accepted)), day(shown), "{accepted}");
        }
    }

    #[test]
    fn on_new_years_day_2024_claims_reached_november() {
        assert_eq!(claims_to(day("2024-01-01")).to_string(), "2023-11");
        assert_eq!(claims_to(day("2024-01-10")).to_string(), "2023-11");
        assert_eq!(claims_to(day("2024-01-11")).to_string(), "2023-12");
    }
}
