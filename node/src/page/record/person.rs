//! Whose record it is.

use crate::locale::Words;
use crate::view::{NameView, RecordView};

/// The person in words.
pub(super) struct PersonWords {
    pub(super) name: String,
    pub(super) reading: String,
    /// Birth date in both calendars, age, sex: what is there.
    pub(super) facts: Vec<String>,
    /// Other names, and the address.
    pub(super) more: Vec<String>,
    pub(super) confirmed: bool,
    pub(super) drill: bool,
}

impl PersonWords {
    pub(super) fn new(words: Words, record: &RecordView) -> Self {
        let subject = &record.subject;
        let first = subject.names.first();
        let birth = subject.birth_date.as_ref().map(|date| words.both_calendars(date));
        let facts = [
            birth.map(|date| words.with("subject-birth", [("date", date.into())])),
            subject.age_years.map(|years| words.with("subject-age", [("years", years.into())])),
            subject.sex.map(|sex| words.of(&format!("sex-{sex}"))),
        ];
        let others = subject.names.iter().skip(1).map(|other| other_name(words, other));
        let address = subject.address.as_deref();
        let address = address.map(|text| words.with("subject-address", [("address", text.into())]));
        Self {
            name: or_dash(first.and_then(|name| name.written.as_deref())),
            reading: or_dash(first.and_then(|name| name.reading.as_deref())),
            facts: facts.into_iter().flatten().collect(),
            more: others.chain(address).collect(),
            confirmed: record.identity_confirmed,
            drill: record.drill,
        }
    }
}

fn other_name(words: Words, name: &NameView) -> String {
    words.with(
        "subject-name",
        [
            ("use", words.of(&format!("name-{}", name.name_use)).into()),
            ("written", or_dash(name.written.as_deref()).into()),
            ("reading", or_dash(name.reading.as_deref()).into()),
        ],
    )
}

fn or_dash(text: Option<&str>) -> String {
    text.filter(|text| !text.is_empty()).unwrap_or("-").to_owned()
}
