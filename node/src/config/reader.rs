//! Reads sections and keys, and collects everything that is wrong on the way.
//!
//! serde stops at the first fault; a person who has to repair a file by telephone needs all of them, so the parsed
//! document is walked by hand.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

use super::{Fault, Wrong};

const SECTIONS: [&str; 7] = ["node", "centre", "page", "sync", "journal", "control", "limits"];

/// A parsed file and its faults so far.
pub(super) struct Reader<'a> {
    text: &'a str,
    table: DeTable<'a>,
    faults: Vec<Fault>,
}

/// One section.
pub(super) struct Section<'r, 'a> {
    text: &'a str,
    name: &'static str,
    /// Line of its heading; 0 when it is missing.
    line: usize,
    table: Option<&'r DeTable<'a>>,
    faults: &'r mut Vec<Fault>,
    known: BTreeSet<&'static str>,
}

fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let (table, errors) = DeTable::parse_recoverable(text);
        let syntax = |error: &toml::de::Error| Fault {
            line: error.span().map_or(0, |span| line_of(text, span.start)),
            key: String::new(),
            wrong: Wrong::Syntax { what: error.message().to_owned() },
        };
        let mut faults: Vec<_> = errors.iter().map(syntax).collect();
        // What the parser says of the rest of a broken line helps nobody.
        faults.dedup_by_key(|fault| fault.line);
        let mut reader = Self { text, table: table.into_inner(), faults };
        reader.check_sections();
        reader
    }

    fn check_sections(&mut self) {
        for (key, value) in &self.table {
            let name: &str = key.get_ref();
            let line = line_of(self.text, key.span().start);
            let wrong = if !SECTIONS.contains(&name) {
                Wrong::UnknownSection { nearest: nearest(name, &SECTIONS) }
            } else if !value.get_ref().is_table() {
                Wrong::Kind { expected: "section" }
            } else {
                continue;
            };
            self.faults.push(Fault { line, key: name.to_owned(), wrong });
        }
    }

    pub(super) fn has_section(&self, name: &str) -> bool {
        self.table.keys().any(|key| key.get_ref() == name)
    }

    pub(super) fn section(&mut self, name: &'static str) -> Section<'_, 'a> {
        let found = self.table.iter().find(|(key, _)| key.get_ref() == name);
        Section {
            text: self.text,
            name,
            line: found.map_or(0, |(key, _)| line_of(self.text, key.span().start)),
            table: found.and_then(|(_, value)| value.get_ref().as_table()),
            faults: &mut self.faults,
            known: BTreeSet::new(),
        }
    }

    pub(super) fn finish(mut self) -> Vec<Fault> {
        self.faults.sort();
        self.faults
    }
}

impl<'a> Section<'_, 'a> {
    fn get(&mut self, key: &'static str) -> Option<(usize, &DeValue<'a>)> {
        self.known.insert(key);
        let (at, value) = self.table?.iter().find(|(name, _)| name.get_ref() == key)?;
        Some((line_of(self.text, Spanned::span(at).start), value.get_ref()))
    }

    /// Tells a fault of `key`, in its line when it is there.
    pub(super) fn fault(&mut self, key: &'static str, wrong: Wrong) {
        let section_line = self.line;
        let line = self.get(key).map_or(section_line, |(line, _)| line);
        self.faults.push(Fault { line, key: format!("{}.{key}", self.name), wrong });
    }

    /// A text that must be there and that `read` accepts.
    pub(super) fn text<T>(
        &mut self,
        key: &'static str,
        read: impl Fn(&str) -> Result<T, Wrong>,
    ) -> Option<T> {
        let found = match self.get(key) {
            None => Err(Wrong::Missing),
            Some((_, value)) => match value.as_str() {
                None => Err(Wrong::Kind { expected: "text" }),
                Some(text) => read(text),
            },
        };
        found.map_err(|wrong| self.fault(key, wrong)).ok()
    }

    /// A text that may be missing.
    pub(super) fn text_or<T>(
        &mut self,
        key: &'static str,
        default: T,
        read: impl Fn(&str) -> Result<T, Wrong>,
    ) -> Option<T> {
        match self.get(key) {
            None => Some(default),
            Some(_) => self.text(key, read),
        }
    }

    /// A list of up to `most` texts that may be missing.
    pub(super) fn texts<T>(
        &mut self,
        key: &'static str,
        most: usize,
        read: impl Fn(&str) -> Result<T, Wrong>,
    ) -> Option<Vec<T>> {
        let found = match self.get(key).map(|(_, value)| value.as_array()) {
            None => Ok(Vec::new()),
            Some(None) => Err(Wrong::Kind { expected: "list" }),
            Some(Some(list)) if list.len() > most => {
                let found = u64::try_from(list.len()).unwrap_or(u64::MAX);
                Err(Wrong::Range { found, min: 0, max: u64::try_from(most).unwrap_or(u64::MAX) })
            }
            Some(Some(list)) => list
                .iter()
                .map(|one| one.get_ref().as_str().ok_or(Wrong::Kind { expected: "text" }))
                .map(|text| text.and_then(&read))
                .collect(),
        };
        found.map_err(|wrong| self.fault(key, wrong)).ok()
    }

    /// A number within bounds that may be missing.
    pub(super) fn number_or(
        &mut self,
        key: &'static str,
        default: u64,
        bounds: RangeInclusive<u64>,
    ) -> Option<u64> {
        let (min, max) = (*bounds.start(), *bounds.end());
        let found = match self.get(key) {
            None => Ok(default),
            Some((_, value)) => match value.as_integer() {
                None => Err(Wrong::Kind { expected: "number" }),
                Some(number) => match number_of(number) {
                    found if bounds.contains(&found) => Ok(found),
                    found => Err(Wrong::Range { found, min, max }),
                },
            },
        };
        found.map_err(|wrong| self.fault(key, wrong)).ok()
    }

    /// Tells every key that nobody asked for.
    pub(super) fn finish(self) {
        let known: Vec<_> = self.known.iter().copied().collect();
        for key in self.table.into_iter().flat_map(DeTable::keys) {
            let name: &str = key.get_ref();
            if !self.known.contains(name) {
                let line = line_of(self.text, key.span().start);
                let wrong = Wrong::UnknownKey { nearest: nearest(name, &known) };
                self.faults.push(Fault { line, key: format!("{}.{name}", self.name), wrong });
            }
        }
    }
}

/// The number, held at the ends of what a u64 can say: both ends are out of every bounds that we set.
fn number_of(number: &DeInteger<'_>) -> u64 {
    let negative = number.as_str().starts_with('-');
    let read = u64::from_str_radix(number.as_str(), number.radix());
    read.unwrap_or(if negative { 0 } else { u64::MAX })
}

/// The known name with the fewest letters to change.
fn nearest(name: &str, known: &[&str]) -> String {
    let nearest = known.iter().min_by_key(|other| letters_to_change(name, other));
    nearest.map_or_else(String::new, |name| (*name).to_owned())
}

/// Levenshtein's distance.
fn letters_to_change(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut next = vec![i + 1];
        for ((y, above), diagonal) in b.chars().zip(row.iter().skip(1)).zip(&row) {
            let left = next.last().copied().unwrap_or(usize::MAX);
            next.push((above + 1).min(left + 1).min(diagonal + usize::from(x != y)));
        }
        row = next;
    }
    row.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_counts_letters() {
        for (a, b, expected) in
            [("", "", 0), ("abc", "abc", 0), ("ab", "abc", 1), ("kitten", "sitting", 3)]
        {
            assert_eq!(letters_to_change(a, b), expected, "{a} {b}");
        }
    }
}
