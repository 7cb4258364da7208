//! The medical part of a record at the console, what can kill first.

use crate::locale::Words;
use crate::view::{
    CheckupItemView, CheckupView, CheckupsView, FirstRowView, HistoryView, LineView,
    MedicationView, RowView,
};

/// Medication: a row for each class that is looked for, then the other lines under their group.
pub(super) fn medication(words: Words, medication: &MedicationView) -> Vec<String> {
    let mut lines: Vec<_> =
        medication.first.iter().flat_map(|first| row(words, medication, first)).collect();
    let mut group = None;
    for line in medication.lines_beside_rows() {
        if group != Some(&line.group) {
            lines.push(words.of(&line.group));
            group = Some(&line.group);
        }
        lines.extend(drug(words, line));
    }
    if !medication.outside_prescriptions.is_empty() {
        let days = words.list(medication.outside_prescriptions.iter().map(|day| words.date(day)));
        lines.push(words.with("outside-prescriptions", [("days", days.into())]));
    }
    lines
}

fn row(words: Words, medication: &MedicationView, row: &RowView) -> Vec<String> {
    let class = words.of(&row.class);
    if let Some(empty) = &row.empty {
        return vec![format!("{class}: {}", words.said(empty))];
    }
    let drugs = medication.lines_of(row).flat_map(|line| drug(words, line));
    [format!("!! {class}")].into_iter().chain(drugs).collect()
}

fn drug(words: Words, line: &LineView) -> Vec<String> {
    let parts = [
        line.dispensed.as_ref().map(|day| words.date(day)),
        Some(line.name().to_owned()),
        line.ingredient.as_ref().map(|text| format!("({text})")),
        words.dose(line),
        line.usage.clone().filter(|usage| !usage.is_empty()),
        line.class.as_ref().map(|class| words.of(&format!("class-{class}"))),
        Some(words.of(&format!("source-{}", line.source))),
        line.prescriber.as_ref().map(|by| words.of(&format!("prescriber-{by}"))),
    ];
    let head = format!("  {}", parts.into_iter().flatten().collect::<Vec<_>>().join("  "));
    let said = line.statements.iter().map(|said| format!("    {}", words.said(said)));
    [head].into_iter().chain(said).collect()
}

/// Checkups, newest first, or why there is none here.
pub(super) fn checkups(words: Words, checkups: &CheckupsView) -> Vec<String> {
    let said = checkups.statements.iter().map(|said| words.said(said));
    said.chain(checkups.checkups.iter().flat_map(|one| checkup(words, one))).collect()
}

fn checkup(words: Words, checkup: &CheckupView) -> Vec<String> {
    let date = words.date(&checkup.exam_date).into();
    let program = words.program(&checkup.program).into();
    let mut lines = vec![words.with("checkup", [("date", date), ("program", program)])];
    lines.extend(checkup.statements.iter().map(|said| format!("  {}", words.said(said))));
    lines.extend(checkup.history.iter().map(|one| history(words, one)));
    lines.extend(checkup.first_beside_history().flat_map(|row| first(words, checkup, row)));
    let rest: Vec<_> =
        checkup.items_beside_first().map(|one| format!("    {}", item(words, one))).collect();
    if !rest.is_empty() {
        lines.push(words.of("checkup-rest"));
    }
    lines.extend(rest);
    lines
}

fn history(words: Words, history: &HistoryView) -> String {
    let answer = words.of(&format!("answer-{}", history.answer));
    let mark = if history.answer == "yes" { "!!" } else { "  " };
    format!("{mark} {}: {answer}", words.of(&history.question))
}

fn first(words: Words, checkup: &CheckupView, row: &FirstRowView) -> Vec<String> {
    let heading = words.of(&row.item);
    if row.items.is_empty() {
        return vec![format!("   {heading}: {}", words.of("not-in-checkup"))];
    }
    let items = checkup.items_of(row).map(|one| format!("    {}", item(words, one)));
    [format!("   {heading}")].into_iter().chain(items).collect()
}

/// One item.
fn item(words: Words, item: &CheckupItemView) -> String {
    let interpretation = item.interpretation.as_deref();
    let interpretation =
        interpretation.map(|code| words.with("item-interpretation", [("code", code.into())]));
    let head = format!("{}: {}", item.name(), words.value(item));
    let parts = [Some(head), interpretation, words.reference(item)];
    parts.into_iter().flatten().collect::<Vec<_>>().join("  ")
}
