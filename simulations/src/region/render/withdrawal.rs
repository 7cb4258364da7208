//! `withdrawals/<date>.csv`: what must no longer be shown from that day on.
//!
//! No hand-over form is established; this one is ours. UTF-8, a header line, one withdrawal a
//! line. `reference_number` names the person and the card columns repeat the coverage, because a
//! sender may know only one of the two. `facility10`, `treatment_month` (YYYYMM), `receipt_kind`
//! (medical, pharmacy) and `re_type` are filled for a receipt, `prescriber10` too for a pharmacy's,
//! `exam_date` (YYYYMMDD) for a checkup. There is no free text: it would carry reasons that nobody
//! needs to see.

use crate::region::calendar::Day;
use crate::region::claims::ClaimKind;
use crate::region::lives::person::Person;
use crate::region::places::FacilityId;
use crate::region::withdrawal::{Target, Withdrawal};
use crate::region::world::World;

/// The header line.
pub(crate) const HEADER: &str = "id,date,kind,target,reference_number,insurer_number,symbol,\
number,branch,facility10,treatment_month,receipt_kind,re_type,prescriber10,exam_date\n";

/// The path of a day's withdrawals.
pub(crate) fn path(date: Day) -> String {
    format!("withdrawals/{date}.csv")
}

/// One line.
pub(crate) fn line(world: &World, person: &Person, withdrawal: &Withdrawal) -> String {
    let coverage = person.coverages.get(withdrawal.coverage);
    let number = coverage.map_or("", |row| world.insurer(row.insurer).number.as_str());
    let symbol = coverage.and_then(|row| row.symbol.as_deref()).unwrap_or("");
    let (target, receipt, exam) = match &withdrawal.target {
        Target::Person => ("person", ",,,,".to_owned(), String::new()),
        Target::Receipt { facility, month, kind, receipt_type, prescriber } => {
            let kind = if *kind == ClaimKind::Medical { "medical" } else { "pharmacy" };
            let prescriber = prescriber.map(FacilityId::code10).unwrap_or_default();
            let (facility, month) = (facility.code10(), month.compact());
            let row = format!("{facility},{month},{kind},{receipt_type},{prescriber}");
            ("receipt", row, String::new())
        }
        Target::Checkup { exam_date } => ("checkup", ",,,,".to_owned(), exam_date.compact()),
    };
    format!(
        "{},{},{},{target},{},{number},{symbol},{},{},{receipt},{exam}\n",
        withdrawal.id,
        withdrawal.date,
        withdrawal.kind,
        person.reference(),
        coverage.map_or("", |row| row.number.as_str()),
        coverage.and_then(|row| row.branch.as_deref()).unwrap_or(""),
    )
}
