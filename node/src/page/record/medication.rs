//! Medication in words: what can kill, then the rest by group.
//!
//! In the long list the statement of a line about its supply is one short word under a heading that names the day; the
//! whole sentences stand under the list once each. In the rows of what can kill they stand with each line.

use std::collections::BTreeSet;

use crate::locale::Words;
use crate::view::{LineView, MedicationView, Said};

/// All medication in words.
pub(super) struct MedicationWords {
    /// Rows with lines.
    pub(super) found: Vec<RowWords>,
    /// Rows without: the class, and how far that holds.
    pub(super) empty: Vec<(String, String, String)>,
    /// The other lines.
    pub(super) groups: Vec<GroupWords>,
    /// What the short words of the groups mean.
    pub(super) legend: Vec<String>,
    /// Days of prescriptions that were filled elsewhere.
    pub(super) outside: Option<String>,
}

/// One class that is shown first.
pub(super) struct RowWords {
    pub(super) id: String,
    pub(super) class: String,
    pub(super) lines: Vec<LineWords>,
}

/// Lines that stand together.
pub(super) struct GroupWords {
    pub(super) id: String,
    pub(super) name: String,
    /// Heading of the supply, with its day where a line tells one.
    pub(super) supply_heading: String,
    pub(super) lines: Vec<LineWords>,
}

/// One line.
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
        let empty = medication.first.iter().filter_map(|row| Some((row, row.empty.as_ref()?)));
        let beside: Vec<_> = medication.lines_beside_rows().collect();
        let sentences: BTreeSet<_> = beside
            .iter()
            .flat_map(|line| &line.statements)
            .filter(|s| short(words, s).is_some())
            .collect();
        let outside = &medication.outside_prescriptions;
        let days = words.list(outside.iter().map(|day| words.date(day)));
        Self {
            found: found
                .map(|row| RowWords {
                    id: row.class.clone(),
                    class: words.of(&row.class),
                    lines: medication.lines_of(row).map(|line| whole(words, line)).collect(),
                })
                .collect(),
            empty: empty
                .map(|(row, said)| (row.class.clone(), words.of(&row.class), words.said(said)))
                .collect(),
            groups: beside
                .chunk_by(|a, b| a.group == b.group)
                .map(|lines| group(words, lines))
                .collect(),
            legend: sentences.into_iter().map(|said| words.said(said)).collect(),
            outside: (!outside.is_empty())
                .then(|| words.with("outside-prescriptions", [("days", days.into())])),
        }
    }
}

fn group(words: Words, lines: &[&LineView]) -> GroupWords {
    let id = lines.first().map(|line| line.group.clone()).unwrap_or_default();
    let day = lines.iter().flat_map(|line| &line.statements).find_map(|said| said.args.get("date"));
    GroupWords {
        name: words.of(&id),
        id,
        supply_heading: match day {
            Some(day) => words.with("page-drug-supply-at", [("date", words.date(day).into())]),
            None => words.of("page-drug-supply"),
        },
        lines: lines.iter().map(|line| brief(words, line)).collect(),
    }
}

/// A line with its statements as they are.
fn whole(words: Words, line: &LineView) -> LineWords {
    let (supply, said): (Vec<_>, Vec<_>) =
        line.statements.iter().partition(|said| short(words, said).is_some());
    let supply: Vec<_> = supply.into_iter().map(|said| words.said(said)).collect();
    line_words(words, line, supply.join(" "), &said)
}

/// A line with a short word for its supply.
fn brief(words: Words, line: &LineView) -> LineWords {
    let supply: Vec<_> = line.statements.iter().filter_map(|said| short(words, said)).collect();
    let said: Vec<_> = line.statements.iter().filter(|s| short(words, s).is_none()).collect();
    line_words(words, line, supply.join(" "), &said)
}

fn line_words(words: Words, line: &LineView, supply: String, said: &[&Said]) -> LineWords {
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
        supply,
        said: said.iter().map(|said| words.said(said)).collect(),
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
