//! The medical part of a record at the console, what can kill first.

use super::words::Words;
use crate::view::{
    CheckupItemView, CheckupView, CheckupsView, FirstRowView, HistoryView, LineView,
    MedicationView, RowView,
};

/// Medication: a row for each class that is looked for, then the other lines under their group.
pub(super) fn medication(words: Words, medication: &MedicationView) -> Vec<String> {
    let mut lines: Vec<_> =
        medication.first.iter().flat_map(|first| row(words, medication, first)).collect();
    let in_a_row = |place| medication.first.iter().any(|row| row.lines.contains(&place));
    let mut group = None;
    for (place, line) in medication.lines.iter().enumerate() {
        if in_a_row(place) {
            continue;
        }
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
    let found = row.lines.iter().filter_map(|place| medication.lines.get(*place));
    let drugs = found.flat_map(|line| drug(words, line));
    [format!("!! {class}")].into_iter().chain(drugs).collect()
}

fn drug(words: Words, line: &LineView) -> Vec<String> {
    let dose = line.amount.as_ref().map(|amount| {
        let times = line.times.map(|times| format!(" x {times}")).unwrap_or_default();
        format!("{amount} {}{times}", line.unit.as_deref().unwrap_or_default())
    });
    let parts = [
        line.dispensed.as_ref().map(|day| words.date(day)),
        Some(line.drug_name.as_ref().unwrap_or(&line.drug_code).clone()),
        line.ingredient.as_ref().map(|text| format!("({text})")),
        dose,
        line.usage.clone().filter(|usage| !usage.is_empty()),
        line.class.as_ref().map(|class| words.of(&format!("class-{class}"))),
        Some(words.of(&format!("source-{}", line.source))),
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
    let program = program(words, &checkup.program).into();
    let mut lines = vec![words.with("checkup", [("date", date), ("program", program)])];
    lines.extend(checkup.statements.iter().map(|said| format!("  {}", words.said(said))));
    lines.extend(checkup.history.iter().map(|one| history(words, one)));
    // The questions of the history stand above already, judged over all their spellings.
    let asked: Vec<_> =
        checkup.history.iter().filter_map(|one| one.question.strip_prefix("history-")).collect();
    let is_asked = |row: &FirstRowView| {
        row.item.strip_prefix("first-").is_some_and(|item| asked.contains(&item))
    };
    let rows = checkup.first.iter().filter(|row| !is_asked(row));
    lines.extend(rows.flat_map(|row| first(words, checkup, row)));
    let is_first = |place| checkup.first.iter().any(|row| row.items.contains(&place));
    let rest = checkup.items.iter().enumerate().filter(|(place, _)| !is_first(*place));
    let rest: Vec<_> = rest.map(|(_, one)| format!("    {}", item(words, one))).collect();
    if !rest.is_empty() {
        lines.push(words.of("checkup-rest"));
    }
    lines.extend(rest);
    lines
}

fn program(words: Words, code: &str) -> String {
    match code {
        "specific" | "late-elderly" => words.of(&format!("program-{code}")),
        _ => words.with("program-other", [("code", code.into())]),
    }
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
    let items = row.items.iter().filter_map(|place| checkup.items.get(*place));
    let items = items.map(|one| format!("    {}", item(words, one)));
    [format!("   {heading}")].into_iter().chain(items).collect()
}

/// One item. A code whose list is not established stays as written, with the number of its list.
fn item(words: Words, item: &CheckupItemView) -> String {
    let name = item.name.as_ref().unwrap_or(&item.code);
    let unit = item.unit.as_deref().unwrap_or_default();
    let value = match (&item.absent, &item.answer, &item.value, item.list) {
        (Some(absent), ..) => words.of(absent),
        (None, Some(answer), ..) => words.of(answer),
        (None, None, Some(code), Some(list)) => format!("{code} [{list}]"),
        (None, None, Some(value), None) => format!("{value} {unit}"),
        (None, None, None, _) => "-".into(),
    };
    let interpretation = item.interpretation.as_deref();
    let interpretation =
        interpretation.map(|code| words.with("item-interpretation", [("code", code.into())]));
    let reference = item.reference.as_ref().map(|(low, high)| {
        let end = |end: &Option<String>| end.clone().unwrap_or_default().into();
        words.with("item-reference", [("low", end(low)), ("high", end(high))])
    });
    let head = format!("{name}: {}", value.trim_end());
    [Some(head), interpretation, reference].into_iter().flatten().collect::<Vec<_>>().join("  ")
}
