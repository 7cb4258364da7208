//! The catalogue as console, screens and sheets use it.

use super::{
    Lang, both_calendars_text, date_text, era_text, instant_text, said_text, separator, text,
};
use crate::failure::{Args, Value};
use crate::view::Said;

/// Puts things into the words of one language.
#[derive(Clone, Copy)]
pub(crate) struct Words(pub(crate) Lang);

impl Words {
    /// The words of an id without arguments.
    pub(crate) fn of(self, id: &str) -> String {
        text(self.0, id, &Args::new())
    }

    /// The words of an id with arguments.
    pub(crate) fn with<const N: usize>(self, id: &str, args: [(&str, Value); N]) -> String {
        let args = args.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        text(self.0, id, &args)
    }

    /// A statement in words.
    pub(crate) fn said(self, said: &Said) -> String {
        said_text(self.0, said)
    }

    /// A day in words.
    pub(crate) fn date(self, date: &str) -> String {
        date_text(self.0, date)
    }

    /// A day as Japanese papers write it.
    pub(crate) fn era(self, date: &str) -> String {
        era_text(self.0, date)
    }

    /// A day as papers and as calendars write it.
    pub(crate) fn both_calendars(self, date: &str) -> String {
        both_calendars_text(self.0, date)
    }

    /// A moment, Japanese time.
    pub(crate) fn instant(self, at: &str) -> String {
        instant_text(self.0, at)
    }

    /// A moment, with its day as Japanese papers write it.
    pub(crate) fn era_instant(self, at: &str) -> String {
        let minute = at.split_once('T').and_then(|(day, time)| Some((day, time.get(..5)?)));
        minute.map_or_else(|| at.to_owned(), |(day, time)| format!("{} {time}", self.era(day)))
    }

    /// A list in words.
    pub(crate) fn list(self, members: impl IntoIterator<Item = String>) -> String {
        members.into_iter().collect::<Vec<_>>().join(separator(self.0))
    }

    /// A heading.
    pub(crate) fn heading(self, id: &str) -> String {
        format!("== {} ==", self.of(id))
    }
}
