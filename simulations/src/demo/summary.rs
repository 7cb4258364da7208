//! What a demo says at its end: one JSON object.

use std::collections::BTreeMap;

use serde::Serialize;

use super::plan::Expected;
use super::residue::Residue;
use super::visit::Outcome;

/// Look-ups by outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the words of the JSON say it")]
pub struct Lookups {
    pub permitted: u32,
    pub denied: u32,
    pub not_found: u32,
    pub several: u32,
}

impl Lookups {
    /// Counts what came of one look-up. A refused request counts as denied; so does anything that answered neither
    /// way, which is a wrong answer besides.
    pub fn count(&mut self, outcome: &Outcome) {
        *match outcome {
            Outcome::Shown(_) | Outcome::FoundOne | Outcome::SignedIn => &mut self.permitted,
            Outcome::NotFound => &mut self.not_found,
            Outcome::Several => &mut self.several,
            Outcome::Denied(_) | Outcome::Refused(_) | Outcome::FactMisjudged => &mut self.denied,
        } += 1;
    }

    /// All of them.
    #[must_use]
    pub const fn total(&self) -> u32 {
        self.permitted + self.denied + self.not_found + self.several
    }
}

/// Entries of the node's journal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Entries {
    /// In the journal.
    pub journalled: u64,
    /// Durable at the centre, cosigned.
    pub acknowledged: u64,
}

/// Thefts after the drill.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Residues {
    /// Of the node that was opened, used and closed.
    pub node_a: Residue,
    /// Of the node that was never opened.
    pub node_b: Residue,
}

/// The summary.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Summary {
    /// In the region.
    pub people: u32,
    /// Of the region and the plan.
    pub seed: u64,
    /// The day of the truth.
    pub as_of: String,
    /// In the published snapshot.
    pub items: u64,
    /// In the published snapshot.
    pub segments: u64,
    /// Sealed, in the published snapshot.
    pub bytes: u64,
    /// By outcome.
    pub lookups: Lookups,
    /// Outcomes that were not the expected ones, and records that were not the truth.
    pub wrong_answers: u32,
    /// Of node-a.
    pub entries: Entries,
    /// What thieves found.
    pub residue: Residues,
    /// What else must hold and does not, in words.
    pub failures: Vec<String>,
    /// By stage.
    pub seconds: BTreeMap<&'static str, f64>,
}

impl Summary {
    /// True when everything held.
    #[must_use]
    pub fn is_well(&self) -> bool {
        self.wrong_answers == 0
            && self.failures.is_empty()
            && self.entries.journalled == self.entries.acknowledged
            && self.residue.node_a.is_nothing()
            && self.residue.node_b.is_nothing()
    }
}

/// One line about a wrong answer: names the case and the truth id, nothing of the record.
#[must_use]
pub fn wrong_answer_line(number: u32, why: &str, expected: &Expected, found: &str) -> String {
    let wanted = match expected {
        Expected::Shown { person, .. } => format!("the record of {person}"),
        Expected::Several => "several".into(),
        Expected::NotFound => "nobody".into(),
        Expected::NotOne => "nobody or several".into(),
        Expected::Denied(reason) => format!("a denial ({reason})"),
        Expected::Refused(codes) => format!("a refusal ({})", codes.join(" or ")),
    };
    format!("wrong answer in case {number} ({why}): expected {wanted}, got {found}")
}
