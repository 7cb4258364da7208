//! Where each statement of a view stands. Every one stands somewhere: what is new here stands with what is important.

use crate::locale::Words;
use crate::view::{RecordView, Said};

/// Statements in words, by place, each place in the order of the view.
#[derive(Default)]
pub(super) struct Statements {
    /// What makes everything below doubtful.
    pub(super) alarms: Vec<String>,
    /// What to ask or to do before trusting it.
    pub(super) cares: Vec<String>,
    /// How far medication reaches.
    pub(super) medication: Vec<String>,
    /// How far checkups reach.
    pub(super) checkups: Vec<String>,
    /// How far eligibility reaches.
    pub(super) eligibility: Vec<String>,
    /// What the data never holds.
    pub(super) data: Vec<String>,
}

impl Statements {
    pub(super) fn new(words: Words, record: &RecordView) -> Self {
        let mut all = Self::default();
        for said in &record.statements {
            all.place(said, record).push(words.said(said));
        }
        all
    }

    fn place(&mut self, said: &Said, record: &RecordView) -> &mut Vec<String> {
        match said.id.as_str() {
            "drill"
            | "identity-not-confirmed"
            | "vital-interest"
            | "vital-interest-alone"
            | "category-not-read"
            | "snapshot-old"
            | "snapshot-clock-doubtful" => &mut self.alarms,
            // A statement about a part stands with that part, where the part is.
            "claims-reach" | "dispensed-is-not-taken" | "bundled-drugs-not-in-this-data"
                if record.medication.is_some() =>
            {
                &mut self.medication
            }
            "checkup-reach" if record.checkups.is_some() => &mut self.checkups,
            "eligibility-reach" if record.eligibility.is_some() => &mut self.eligibility,
            "category-not-carried" => &mut self.data,
            _ => &mut self.cares,
        }
    }
}
