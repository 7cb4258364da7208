//! Pieces of a record in words, the same at the console, on screens and on sheets.

use super::Words;
use crate::view::{CheckupItemView, CoverageView, LineView};

impl LineView {
    /// The name of the drug, or its code where the master does not know it.
    pub(crate) fn name(&self) -> &str {
        self.drug_name.as_ref().unwrap_or(&self.drug_code)
    }
}

impl CheckupItemView {
    /// The name of the item, or its code where the master does not know it.
    pub(crate) fn name(&self) -> &str {
        self.name.as_ref().unwrap_or(&self.code)
    }
}

impl Words {
    /// Amount a day or a time, and how many days or times.
    pub(crate) fn dose(self, line: &LineView) -> Option<String> {
        let amount = line.amount.as_ref()?;
        let times = line.times.map(|times| format!(" x {times}")).unwrap_or_default();
        Some(format!("{amount} {}{times}", line.unit.as_deref().unwrap_or_default()))
    }

    /// The programme of a checkup.
    pub(crate) fn program(self, code: &str) -> String {
        match code {
            "specific" | "late-elderly" => self.of(&format!("program-{code}")),
            _ => self.with("program-other", [("code", code.into())]),
        }
    }

    /// What was found. A code whose list is not established stays as written, with the number of its list.
    pub(crate) fn value(self, item: &CheckupItemView) -> String {
        let unit = item.unit.as_deref().unwrap_or_default();
        match (&item.absent, &item.answer, &item.value, item.list) {
            (Some(absent), ..) => self.of(absent),
            (None, Some(answer), ..) => self.of(answer),
            (None, None, Some(code), Some(list)) => format!("{code} [{list}]"),
            (None, None, Some(value), None) => format!("{value} {unit}").trim_end().to_owned(),
            (None, None, None, _) => "-".into(),
        }
    }

    /// The reference range, as written.
    pub(crate) fn reference(self, item: &CheckupItemView) -> Option<String> {
        let (low, high) = item.reference.as_ref()?;
        let end = |end: &Option<String>| end.clone().unwrap_or_default().into();
        Some(self.with("item-reference", [("low", end(low)), ("high", end(high))]))
    }

    /// From when to when a coverage holds, with the days as the card writes them.
    pub(crate) fn coverage_period(self, coverage: &CoverageView) -> Option<String> {
        let from = self.era(coverage.from.as_ref()?).into();
        Some(match &coverage.until {
            Some(until) => {
                self.with("coverage-ended", [("from", from), ("until", self.era(until).into())])
            }
            None => self.with("coverage-held", [("from", from)]),
        })
    }

    /// What else a claim asks of a coverage.
    pub(crate) fn coverage_notes(self, coverage: &CoverageView) -> Vec<String> {
        let word = |prefix: &str, code: &String| self.of(&format!("{prefix}-{code}"));
        let relation = coverage.relation.as_ref().map(|code| word("relation", code));
        let card = coverage.card.as_ref().map(|code| word("card", code));
        let burden = coverage.burden_percent;
        let burden =
            burden.map(|percent| self.with("coverage-burden", [("percent", percent.into())]));
        let loss = coverage.loss.as_ref().map(|code| word("loss", code));
        let loss = loss.map(|loss| self.with("coverage-loss", [("loss", loss.into())]));
        [relation, card, burden, loss].into_iter().flatten().collect()
    }
}
