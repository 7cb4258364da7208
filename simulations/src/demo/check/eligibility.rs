//! Coverages: all of them, with the fields a claim needs.

use super::multiset::difference;
use super::record::CoverageRow;
use super::{Fault, folded, rows};
use crate::region::truth::TruthPerson;

/// Insurer, symbol, number, branch, first day, end.
type Key = (String, String, String, String, String, String);

pub(super) fn check(found: &[CoverageRow], person: &TruthPerson) -> Vec<Fault> {
    let expected = person.coverages.iter().map(|row| {
        key(
            &row.insurer_number,
            row.symbol.as_deref(),
            &row.number,
            row.branch.as_deref(),
            row.from.to_string(),
            row.to.map(|day| day.to_string()),
        )
    });
    let shown = found.iter().map(|row| {
        key(
            &row.insurer_number,
            row.symbol.as_deref(),
            &row.number,
            row.branch.as_deref(),
            row.from.clone(),
            row.until.clone(),
        )
    });
    rows("coverages", &difference(expected, shown)).into_iter().collect()
}

fn key(
    insurer: &str,
    symbol: Option<&str>,
    number: &str,
    branch: Option<&str>,
    from: String,
    until: Option<String>,
) -> Key {
    (
        insurer.trim().trim_start_matches('0').to_owned(),
        folded(symbol.unwrap_or_default()),
        folded(number),
        folded(branch.unwrap_or_default()),
        from,
        until.unwrap_or_default(),
    )
}
