//! The order of the medication list.

use alloc::vec::Vec;
use core::cmp::Reverse;

use super::class::{DangerClass, classify};
use crate::record::{Drug, DrugCode, MedicationLine, Receipt};
use crate::time::{JstDate, PartialDate, YearMonth};
use crate::wording::Statement;

/// Treatment months that count as recent, the newest one of the claims included. Prescriptions of up to 90 days are
/// common, so three months is our choice.
pub const RECENT_MONTHS: i32 = 3;

/// Where a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// It can kill, or nobody knows.
    Danger(DangerClass),
    /// Treated within the last [`RECENT_MONTHS`] of the claims.
    Recent,
    /// Everything else.
    Older,
}

/// One line in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ranked<'a> {
    /// Where it stands.
    pub group: Group,
    /// The receipt it is from.
    pub receipt: &'a Receipt,
    /// The line.
    pub line: &'a MedicationLine,
    /// The drug; without one, show the code.
    pub drug: Option<&'a Drug>,
}

/// All lines of the receipts in the order of display: danger first, there the recent before the older, then by class;
/// then recent, then older; each newest first. Every line is in the result.
pub fn rank<'a>(
    receipts: &'a [Receipt],
    master: impl Fn(DrugCode) -> Option<&'a Drug>,
    claims_to: YearMonth,
) -> Vec<Ranked<'a>> {
    let oldest_recent = claims_to.plus_months(1 - RECENT_MONTHS);
    let mut ranked = Vec::new();
    for receipt in receipts {
        let is_recent = receipt.key.month >= oldest_recent;
        for (place, line) in receipt.lines.iter().enumerate() {
            let drug = master(line.drug);
            let group = match classify(drug) {
                Some(class) => Group::Danger(class),
                None if is_recent => Group::Recent,
                None => Group::Older,
            };
            let is_danger = matches!(group, Group::Danger(_));
            let key = (
                (!is_danger, !is_recent, group),
                Reverse(newest_day(line.dispensed)),
                (line.drug, receipt.person, receipt.key, place),
            );
            ranked.push((key, Ranked { group, receipt, line, drug }));
        }
    }
    ranked.sort_by_key(|(key, _)| *key);
    ranked.into_iter().map(|(_, ranked)| ranked).collect()
}

/// The newest day a date may mean, so that a line without a day is not pushed down.
fn newest_day(date: PartialDate) -> JstDate {
    match date {
        PartialDate::Day(day) => day,
        PartialDate::Month(month) => month.last_day(),
        PartialDate::Year(year) => {
            YearMonth::new(year, 12).map_or(JstDate::from_days(0), YearMonth::last_day)
        }
    }
}

/// One high-risk class with its lines, or with the words for an empty row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HighRiskRow<'a> {
    /// The class.
    pub class: DangerClass,
    /// Its lines, in the order of display.
    pub lines: Vec<Ranked<'a>>,
    /// What an empty row says.
    pub empty: Option<Statement>,
}

/// The high-risk rows, in the order of display. A class that is looked for has a row even when it is empty: its
/// words name the month the claims reach, and say "none recognised" where a line of unknown class could belong to it.
#[must_use]
pub fn high_risk_rows<'a>(ranked: &[Ranked<'a>], claims_to: YearMonth) -> Vec<HighRiskRow<'a>> {
    let lines_of = |class| -> Vec<Ranked<'a>> {
        ranked.iter().filter(|r| r.group == Group::Danger(class)).copied().collect()
    };
    let any = |class| ranked.iter().any(|r| r.group == Group::Danger(class));
    let any_unknown = any(DangerClass::Unknown);
    let any_possible = any(DangerClass::PossibleImmunosuppressant);
    let mut rows = Vec::new();
    for class in DangerClass::ALL {
        let lines = lines_of(class);
        let is_doubt =
            matches!(class, DangerClass::Unknown | DangerClass::PossibleImmunosuppressant);
        if lines.is_empty() && is_doubt {
            continue;
        }
        let doubtful = any_unknown || (any_possible && class == DangerClass::Immunosuppressant);
        let empty = match (lines.is_empty(), doubtful) {
            (false, _) => None,
            (true, true) => Some(Statement::NoneRecognisedInClaimsTo(claims_to)),
            (true, false) => Some(Statement::NoneInClaimsTo(claims_to)),
        };
        rows.push(HighRiskRow { class, lines, empty });
    }
    rows
}
