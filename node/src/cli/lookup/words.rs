//! The catalogue as the console uses it.

use crate::failure::{Args, Value};
use crate::locale::{Lang, date_text, said_text, separator, text};
use crate::view::Said;

/// Puts things into the words of one language.
#[derive(Clone, Copy)]
pub(super) struct Words(pub(super) Lang);

impl Words {
    /// The words of an id without arguments.
    pub(super) fn of(self, id: &str) -> String {
        text(self.0, id, &Args::new())
    }

    /// The words of an id with arguments.
    pub(super) fn with<const N: usize>(self, id: &str, args: [(&str, Value); N]) -> String {
        let args = args.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        text(self.0, id, &args)
    }

    /// A statement in words.
    pub(super) fn said(self, said: &Said) -> String {
        said_text(self.0, said)
    }

    /// A day in words.
    pub(super) fn date(self, date: &str) -> String {
        date_text(self.0, date)
    }

    /// A list in words.
    pub(super) fn list(self, members: impl IntoIterator<Item = String>) -> String {
        members.into_iter().collect::<Vec<_>>().join(separator(self.0))
    }

    /// A heading.
    pub(super) fn heading(self, id: &str) -> String {
        format!("== {} ==", self.of(id))
    }
}
