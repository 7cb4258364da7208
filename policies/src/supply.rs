//! Supply: whether a drug that was dispensed still lasted at the day the claims reach. Never "today": what happened
//! since is not in the data.
//!
//! Promises: says *in* or *ended* only for a drug taken home, oral, with a known day of dispensing and a count of days;
//! everything else is *unknown*, with the reason. Every answer is about one line.
//!
//! Not covered: stock left over from earlier dispensing, doses not taken, and drugs taken on some days only whose usage
//! text does not tell (their count means doses, not days).

use crate::record::{LineClass, MedicationLine, ReceiptKind};
use crate::time::{JstDate, PartialDate};

/// Why a line does not tell how long it lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SupplyUnknown {
    /// Taken as needed (頓服).
    AsNeeded,
    /// External: cream, eye drops, patches.
    External,
    /// Injected or used at home, oral drops, decoctions and other forms whose count may not be days.
    OtherForm,
    /// Taken on some days only: the count means doses.
    NotDaily,
    /// Only the month of dispensing is known.
    DayUnknown,
    /// The count is zero.
    NoCount,
}

/// What one line tells about supply at the day the claims reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Supply {
    /// Given at the facility, not taken home: nothing is in supply.
    Administered,
    /// It lasts up to, not including, this day.
    In {
        /// First day without.
        until: JstDate,
    },
    /// It lasted up to, not including, this day.
    Ended {
        /// First day without.
        since: JstDate,
    },
    /// It was dispensed after the day the claims reach; the picture of that month is not complete.
    AfterReach,
    /// The line does not tell.
    Unknown(SupplyUnknown),
}

/// What `line` of a receipt of this kind tells about `reach`, the last day the claims tell about.
#[must_use]
pub fn at(line: &MedicationLine, kind: ReceiptKind, reach: JstDate) -> Supply {
    if line.class == LineClass::Administered {
        return Supply::Administered;
    }
    if let Err(unknown) = counts_days(line, kind) {
        return Supply::Unknown(unknown);
    }
    let PartialDate::Day(from) = line.dispensed else {
        return Supply::Unknown(SupplyUnknown::DayUnknown);
    };
    let until = from.plus_days(i64::from(line.times));
    if reach < from {
        Supply::AfterReach
    } else if reach < until {
        Supply::In { until }
    } else {
        Supply::Ended { since: until }
    }
}

/// Whether the line's count means days.
fn counts_days(line: &MedicationLine, kind: ReceiptKind) -> Result<(), SupplyUnknown> {
    // Pharmacies name the form (1 oral, 3 as needed, 5 external); the others the treatment class (21, 22, 23).
    let (oral, as_needed, external) = match kind {
        ReceiptKind::Pharmacy => (line.form == 1, line.form == 3, line.form == 5),
        ReceiptKind::Medical | ReceiptKind::Dental | ReceiptKind::Dpc => {
            let class = line.treatment_class;
            (class == 21, class == 22, class == 23)
        }
    };
    if as_needed {
        return Err(SupplyUnknown::AsNeeded);
    }
    if external {
        return Err(SupplyUnknown::External);
    }
    if !oral {
        return Err(SupplyUnknown::OtherForm);
    }
    if is_not_daily(&line.usage.text) {
        return Err(SupplyUnknown::NotDaily);
    }
    if line.times == 0 { Err(SupplyUnknown::NoCount) } else { Ok(()) }
}

/// Words of usage texts for drugs that are not taken every day: every other day, at intervals, by week, by weekday,
/// with a pause, by month. A word that says so by chance only turns a day into "unknown".
const NOT_DAILY: [&str; 6] = ["隔日", "おき", "週", "曜", "休", "月"];

fn is_not_daily(usage: &str) -> bool {
    NOT_DAILY.iter().any(|word| usage.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{DrugCode, Quantity, Usage};
    use crate::time::YearMonth;

    fn day(text: &str) -> JstDate {
        JstDate::parse(text).unwrap()
    }

    fn line(form: u8, treatment_class: u8, times: u32) -> MedicationLine {
        MedicationLine {
            drug: DrugCode::parse("610406079").unwrap(),
            amount: Quantity::parse("3").unwrap(),
            times,
            class: LineClass::TakeHome,
            treatment_class,
            form,
            dispensed: PartialDate::Day(day("2026-10-18")),
            prescribed: None,
            usage: Usage::default(),
        }
    }

    fn at_pharmacy(line: &MedicationLine, reach: &str) -> Supply {
        at(line, ReceiptKind::Pharmacy, day(reach))
    }

    #[test]
    fn fourteen_days_cover_the_day_of_dispensing_and_thirteen_more() {
        let until = day("2026-11-01");
        let line = line(1, 0, 14);
        assert_eq!(at_pharmacy(&line, "2026-10-17"), Supply::AfterReach);
        assert_eq!(at_pharmacy(&line, "2026-10-18"), Supply::In { until });
        assert_eq!(at_pharmacy(&line, "2026-10-31"), Supply::In { until });
        assert_eq!(at_pharmacy(&line, "2026-11-01"), Supply::Ended { since: until });
    }

    #[test]
    fn what_is_not_counted_in_days_is_unknown() {
        let unknown = |form, class, kind| at(&line(form, class, 14), kind, day("2026-10-31"));
        for (form, why) in [
            (3, SupplyUnknown::AsNeeded),
            (5, SupplyUnknown::External),
            (2, SupplyUnknown::OtherForm),
            (4, SupplyUnknown::OtherForm),
            (0, SupplyUnknown::OtherForm),
        ] {
            assert_eq!(unknown(form, 21, ReceiptKind::Pharmacy), Supply::Unknown(why), "{form}");
        }
        for kind in [ReceiptKind::Medical, ReceiptKind::Dental, ReceiptKind::Dpc] {
            for (class, why) in [
                (22, SupplyUnknown::AsNeeded),
                (23, SupplyUnknown::External),
                (14, SupplyUnknown::OtherForm),
            ] {
                assert_eq!(unknown(1, class, kind), Supply::Unknown(why), "{kind:?} {class}");
            }
            assert!(matches!(unknown(0, 21, kind), Supply::In { .. }));
        }
    }

    #[test]
    fn drugs_of_some_days_only_are_unknown() {
        for text in [
            "隔日　朝食後",
            "１日おき",
            "週１回　起床時",
            "月・水・金曜日",
            "５日服用２日休薬",
            "月１回",
        ] {
            let usage = Usage { code: None, text: text.into() };
            let line = MedicationLine { usage, ..line(1, 0, 14) };
            let unknown = Supply::Unknown(SupplyUnknown::NotDaily);
            assert_eq!(at_pharmacy(&line, "2026-10-20"), unknown, "{text}");
        }
        let usage = Usage { code: Some(3), text: "１日３回毎食後".into() };
        let line = MedicationLine { usage, ..line(1, 0, 14) };
        assert!(matches!(at_pharmacy(&line, "2026-10-20"), Supply::In { .. }));
    }

    #[test]
    fn a_month_without_a_day_and_a_count_of_zero_tell_nothing() {
        let month = PartialDate::Month(YearMonth::parse("2026-10").unwrap());
        let no_day = MedicationLine { dispensed: month, ..line(1, 0, 14) };
        assert_eq!(at_pharmacy(&no_day, "2026-10-31"), Supply::Unknown(SupplyUnknown::DayUnknown));
        let unknown = Supply::Unknown(SupplyUnknown::NoCount);
        assert_eq!(at_pharmacy(&line(1, 0, 0), "2026-10-31"), unknown);
    }

    #[test]
    fn what_was_given_at_the_facility_is_not_in_supply() {
        let given = MedicationLine { class: LineClass::Administered, ..line(1, 21, 14) };
        assert_eq!(at_pharmacy(&given, "2026-10-20"), Supply::Administered);
    }
}
