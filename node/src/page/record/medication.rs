//! Medication in words: what can kill, then the rest by group.
//!
//! A drug that was dispensed again and again is one row: the newest dispensing whole, the earlier ones as days, with what
//! differed. Nothing is left out, and the list stays as short as a tired reader needs it. What a line says about its
//! supply is one short word under a heading that names the day; the whole sentences stand under the list once each.

use std::collections::BTreeSet;

use crate::locale::Words;
use crate::view::{LineView, MedicationView, Said};

/// All medication in words.
pub(super) struct MedicationWords {
    /// Rows with lines.
    pub(super) found: Vec<TableWords>,
    /// Rows without, together where the same holds for them.
    pub(super) empty: Vec<EmptyWords>,
    /// Heading of the supply, with its day where a line tells one.
    pub(super) supply_heading: String,
    /// The other lines.
    pub(super) groups: Vec<TableWords>,
    /// What the short words mean.
    pub(super) legend: Vec<String>,
    /// Days of prescriptions that were filled elsewhere.
    pub(super) outside: Option<String>,
}

/// Classes of which no line is shown.
pub(super) struct EmptyWords {
    /// How far that holds: never "none" alone.
    pub(super) said: String,
    /// Id and name of each.
    pub(super) classes: Vec<(String, String)>,
}

/// Drugs that stand together.
pub(super) struct TableWords {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) drugs: Vec<DrugWords>,
}

/// One drug.
pub(super) struct DrugWords {
    /// As it was dispensed last.
    pub(super) latest: LineWords,
    /// The days before, newest first.
    pub(super) earlier: Option<String>,
}

/// One line.
#[derive(PartialEq, Eq)]
pub(super) struct LineWords {
    pub(super) day: String,
    pub(super) name: String,
    pub(super) ingredient: Option<String>,
    pub(super) dose: String,
    pub(super) usage: String,
    /// Where it was dispensed or given, and whether this facility prescribed it.
    pub(super) source: String,
    pub(super) supply: String,
    /// What else the line says of itself.
    pub(super) said: Vec<String>,
}

impl MedicationWords {
    pub(super) fn new(words: Words, medication: &MedicationView) -> Self {
        let found = medication.first.iter().filter(|row| !row.lines.is_empty());
        let beside: Vec<_> = medication.lines_beside_rows().collect();
        let statements = medication.lines.iter().flat_map(|line| &line.statements);
        let sentences: BTreeSet<_> =
            statements.filter(|said| short(words, said).is_some()).collect();
        let day = sentences.iter().find_map(|said| said.args.get("date"));
        let outside = &medication.outside_prescriptions;
        let days = words.list(outside.iter().map(|day| words.date(day)));
        Self {
            found: found
                .map(|row| table(words, &row.class, &medication.lines_of(row).collect::<Vec<_>>()))
                .collect(),
            empty: empty(words, medication),
            supply_heading: match day {
                Some(day) => words.with("page-drug-supply-at", [("date", words.date(day).into())]),
                None => words.of("page-drug-supply"),
            },
            groups: beside
                .chunk_by(|a, b| a.group == b.group)
                .filter_map(|lines| Some(table(words, &lines.first()?.group, lines)))
                .collect(),
            legend: sentences.into_iter().map(|said| words.said(said)).collect(),
            outside: (!outside.is_empty())
                .then(|| words.with("outside-prescriptions", [("days", days.into())])),
        }
    }
}

fn table(words: Words, id: &str, lines: &[&LineView]) -> TableWords {
    TableWords { id: id.to_owned(), name: words.of(id), drugs: drugs(words, lines) }
}

/// In the order of the first class of each statement.
fn empty(words: Words, medication: &MedicationView) -> Vec<EmptyWords> {
    let mut empty: Vec<EmptyWords> = Vec::new();
    for (row, said) in medication.first.iter().filter_map(|r| Some((r, r.empty.as_ref()?))) {
        let (said, class) = (words.said(said), (row.class.clone(), words.of(&row.class)));
        match empty.iter_mut().find(|together| together.said == said) {
            Some(together) => together.classes.push(class),
            None => empty.push(EmptyWords { said, classes: vec![class] }),
        }
    }
    empty
}

/// The lines of each drug together, in the order of the newest line of each.
fn drugs(words: Words, lines: &[&LineView]) -> Vec<DrugWords> {
    let mut drugs: Vec<Vec<&LineView>> = Vec::new();
    for &line in lines {
        let same = |drug: &&mut Vec<&LineView>| drug.first().is_some_and(|l| is_same_drug(l, line));
        match drugs.iter_mut().find(same) {
            Some(drug) => drug.push(line),
            None => drugs.push(vec![line]),
        }
    }
    drugs.iter().filter_map(|lines| drug(words, lines)).collect()
}

fn is_same_drug(a: &LineView, b: &LineView) -> bool {
    (&a.drug_code, &a.drug_name, &a.class) == (&b.drug_code, &b.drug_name, &b.class)
}

fn drug(words: Words, lines: &[&LineView]) -> Option<DrugWords> {
    let (latest, earlier) = lines.split_first()?;
    let latest = line_words(words, latest);
    let days = earlier.iter().map(|line| earlier_words(words, &latest, line_words(words, line)));
    let days = words.list(days);
    let earlier =
        (!earlier.is_empty()).then(|| words.with("page-drug-earlier", [("days", days.into())]));
    Some(DrugWords { latest, earlier })
}

/// The day, and whatever was otherwise than the last time. That an earlier supply has ended goes without saying, and so
/// does what cannot be told either time; that there is some left of an earlier one does not.
fn earlier_words(words: Words, latest: &LineWords, line: LineWords) -> String {
    let left = words.of("page-supply-in");
    let is_plain = line.supply == words.of("page-supply-ended")
        || (line.supply == latest.supply && line.supply != left);
    let differs = |then: String, now: &String| (then != *now && !then.is_empty()).then_some(then);
    let otherwise = [
        differs(line.dose, &latest.dose),
        differs(line.usage, &latest.usage),
        differs(line.source, &latest.source),
        (!is_plain && !line.supply.is_empty()).then_some(line.supply),
    ];
    let said = line.said.into_iter().filter(|said| !latest.said.contains(said));
    let otherwise: Vec<_> = otherwise.into_iter().flatten().chain(said).collect();
    if otherwise.is_empty() {
        return line.day;
    }
    let what = words.list(otherwise);
    words.with("page-drug-earlier-otherwise", [("day", line.day.into()), ("what", what.into())])
}

fn line_words(words: Words, line: &LineView) -> LineWords {
    let supply: Vec<_> = line.statements.iter().filter_map(|said| short(words, said)).collect();
    let said = line.statements.iter().filter(|said| short(words, said).is_none());
    let source = [
        Some(words.of(&format!("source-{}", line.source))),
        line.class.as_ref().map(|class| words.of(&format!("class-{class}"))),
        line.prescriber.as_ref().map(|by| words.of(&format!("prescriber-{by}"))),
    ];
    LineWords {
        day: words.date(line.dispensed.as_ref().unwrap_or(&line.month)),
        name: line.name().to_owned(),
        ingredient: line.ingredient.clone(),
        dose: words.dose(line).unwrap_or_default(),
        usage: usage(words, line),
        source: words.list(source.into_iter().flatten()),
        supply: supply.join(" "),
        said: said.map(|said| words.said(said)).collect(),
    }
}

/// How to take it; the code where the claim has no more.
fn usage(words: Words, line: &LineView) -> String {
    match (line.usage.as_deref(), line.usage_code) {
        (Some(text), _) if !text.is_empty() => text.to_owned(),
        (_, Some(code)) => {
            words.with("page-drug-usage-code", [("code", format!("{code:03}").into())])
        }
        _ => String::new(),
    }
}

/// The short word of a statement about supply; none for another statement.
fn short(words: Words, said: &Said) -> Option<String> {
    let id = match said.id.as_str() {
        "in-supply-at" => "page-supply-in",
        "supply-ended-at" => "page-supply-ended",
        "administered-not-taken-home" => "page-supply-administered",
        "dispensed-after-reach" => "page-supply-after",
        "supply-unknown" => {
            let why = said.args.get("reason").map(|why| words.of(&format!("supply-{why}")));
            let why = why.unwrap_or_default().into();
            return Some(words.with("page-supply-unknown", [("reason", why)]));
        }
        _ => return None,
    };
    Some(words.of(id))
}
