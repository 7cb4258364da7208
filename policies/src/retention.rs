//! Retention: how long data is shown. A filter on the date of treatment, by signed configuration.
//!
//! Promises: the same record is shown or not by its treatment date and the day it is asked, whatever segment it lies
//! in; dropping old segments only gives the space back.
//!
//! Not covered: which numbers are in force. Medication was kept three years, and five were proposed; whether five hold
//! today is not established, so the numbers come with the snapshot. The exact day on which a checkup or a coverage
//! drops out is not established either: the anniversary is our reading.

use crate::record::{Checkup, Coverage, Receipt};
use crate::time::JstDate;

/// How long each category is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Retention {
    /// Months a receipt is shown after its treatment month, that month's own last one included: with 36, September
    /// 2021 is shown through September 2024.
    pub medication_months: u16,
    /// Years a checkup is shown, to the day before the anniversary of the exam.
    pub checkup_years: u8,
    /// Years a coverage is shown after it ended, to the day before the anniversary.
    pub eligibility_years: u8,
}

impl Retention {
    /// True when the receipt is still shown on `today`.
    #[must_use]
    pub fn keeps_receipt(&self, receipt: &Receipt, today: JstDate) -> bool {
        let last = receipt.key.month.plus_months(i32::from(self.medication_months));
        today.year_month() <= last
    }

    /// True when the checkup is still shown on `today`.
    #[must_use]
    pub fn keeps_checkup(&self, checkup: &Checkup, today: JstDate) -> bool {
        checkup.exam_date.age_on(today) < u32::from(self.checkup_years)
    }

    /// True when the coverage is still shown on `today`. One that has not ended is always shown.
    #[must_use]
    pub fn keeps_coverage(&self, coverage: &Coverage, today: JstDate) -> bool {
        coverage.period.until.is_none_or(|ended| {
            ended > today || ended.age_on(today) < u32::from(self.eligibility_years)
        })
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec::Vec;

    use super::*;
    use crate::record::{
        CardClass, CheckupProgram, FacilityCode, InsurerNumber, PersonId, ReceiptKey, ReceiptKind,
        ReceiptType, Relation, SourceOrder,
    };
    use crate::time::{DatePeriod, YearMonth};

    const RETENTION: Retention =
        Retention { medication_months: 36, checkup_years: 5, eligibility_years: 10 };

    fn day(text: &str) -> JstDate {
        JstDate::parse(text).unwrap()
    }

    fn order() -> SourceOrder {
        SourceOrder { accepted: day("2021-10-08"), sequence: 1 }
    }

    #[test]
    fn three_year_data_of_september_2021_drops_out_from_october_2024() {
        let receipt = Receipt {
            person: PersonId::from_bytes([1; 16]),
            key: ReceiptKey {
                facility: FacilityCode::parse("1711234567").unwrap(),
                month: YearMonth::parse("2021-09").unwrap(),
                kind: ReceiptKind::Pharmacy,
                re_type: ReceiptType(4112),
                prescriber: None,
            },
            order: order(),
            outside_prescriptions: Vec::new(),
            lines: Vec::new(),
        };
        assert!(RETENTION.keeps_receipt(&receipt, day("2021-09-01")));
        assert!(RETENTION.keeps_receipt(&receipt, day("2024-09-30")));
        assert!(!RETENTION.keeps_receipt(&receipt, day("2024-10-01")));
        let five_years = Retention { medication_months: 60, ..RETENTION };
        assert!(five_years.keeps_receipt(&receipt, day("2026-09-30")));
        assert!(!five_years.keeps_receipt(&receipt, day("2026-10-01")));
    }

    #[test]
    fn a_checkup_is_shown_to_the_day_before_its_anniversary() {
        let checkup = Checkup {
            person: PersonId::from_bytes([1; 16]),
            exam_date: day("2021-06-12"),
            program: CheckupProgram::Specific,
            insurer: InsurerNumber::parse("170993").unwrap(),
            order: order(),
            items: Vec::new(),
        };
        assert!(RETENTION.keeps_checkup(&checkup, day("2026-06-11")));
        assert!(!RETENTION.keeps_checkup(&checkup, day("2026-06-12")));
    }

    #[test]
    fn a_coverage_is_shown_for_ten_years_after_it_ended() {
        let ending = |until: Option<&str>| Coverage {
            insurer: InsurerNumber::parse("170993").unwrap(),
            symbol: String::new(),
            number: String::new(),
            branch: None,
            period: DatePeriod { from: day("2010-04-01"), until: until.map(day) },
            card: CardClass::General,
            relation: Relation::Insured,
            burden_percent: None,
            elderly_until: None,
            loss: None,
        };
        assert!(RETENTION.keeps_coverage(&ending(None), day("2099-01-01")));
        let ended = ending(Some("2016-04-01"));
        assert!(RETENTION.keeps_coverage(&ended, day("2026-03-31")));
        assert!(!RETENTION.keeps_coverage(&ended, day("2026-04-01")));
        let none = Retention { eligibility_years: 0, ..RETENTION };
        assert!(none.keeps_coverage(&ending(Some("2026-04-01")), day("2026-03-31")));
        assert!(!none.keeps_coverage(&ending(Some("2026-04-01")), day("2026-04-01")));
    }
}
