//! Eligibility in words: what a claim asks for.

use crate::locale::Words;
use crate::view::CoverageView;

/// One coverage.
pub(super) struct CoverageWords {
    /// Name of a field and what it holds; a field the person has not is left out.
    pub(super) fields: Vec<(&'static str, String)>,
    pub(super) period: String,
    pub(super) notes: Vec<String>,
}

impl CoverageWords {
    pub(super) fn new(words: Words, coverage: &CoverageView) -> Self {
        let fields = [
            ("page-cover-insurer", &coverage.insurer_number),
            ("page-cover-insurer-name", &coverage.insurer_name),
            ("page-cover-symbol", &coverage.symbol),
            ("page-cover-number", &coverage.number),
            ("page-cover-branch", &coverage.branch),
        ];
        let filled = |(id, text): (&'static str, &Option<String>)| {
            text.clone().filter(|text| !text.is_empty()).map(|text| (id, text))
        };
        Self {
            fields: fields.into_iter().filter_map(filled).collect(),
            period: words.coverage_period(coverage).unwrap_or_default().trim().to_owned(),
            notes: words.coverage_notes(coverage),
        }
    }
}
