//! The screen of a visit.

use askama::Template;

use super::step::{Identity, Look, Typed, medical};
use crate::desk::{ConsentView, VisitView};
use crate::failure::Args;
use crate::locale::{Lang, one_found_text, separator, text};
use crate::page::frame::Frame;
use crate::page::marks::Marks;

/// Who can give an answer: the word, its message.
const BY: [(&str, &str); 3] =
    [("patient", "page-by-patient"), ("papers", "page-by-papers"), ("family", "page-by-family")];

/// Digits of a visit's id that people tell two visits apart by.
const NUMBER_LEN: usize = 6;

#[derive(Template)]
#[template(path = "visit.html")]
pub(super) struct Screen {
    pub(super) frame: Frame,
    pub(super) view: VisitView,
    pub(super) typed: Typed,
    pub(super) marks: Marks,
    /// What came of the last attempt.
    pub(super) told: Option<String>,
}

impl Screen {
    /// The screen as it is when it is opened: the cursor where the next thing is typed.
    pub(super) const fn opened(frame: Frame, view: VisitView, typed: Typed) -> Self {
        Self { frame, view, typed, marks: Marks::first("said"), told: None }
    }

    /// A short name of the visit, so that two tabs can be told apart. Made of random digits.
    fn number(&self) -> String {
        self.view.id.chars().take(NUMBER_LEN).collect::<String>().to_uppercase()
    }

    fn identity(&self) -> Identity {
        Identity::of(&self.view)
    }

    fn look(&self) -> Look {
        Look::of(&self.view)
    }

    fn matched(&self) -> String {
        one_found_text(self.frame.lang, &self.view.matched)
    }

    fn may(&self) -> String {
        categories(self.frame.lang, self.view.may.iter().map(String::as_str))
    }

    /// The first fact is offered, since one of them has to be asked.
    fn is_fact(&self, fact: &str) -> bool {
        match self.typed.fact.as_str() {
            "" => self.view.facts.first().is_some_and(|first| first == fact),
            chosen => chosen == fact,
        }
    }

    /// Whose answers there are: word, message, chosen. Nothing is chosen beforehand: the journal says who answered.
    fn by(&self) -> [(&'static str, &'static str, bool); 3] {
        BY.map(|(word, message)| (word, message, self.typed.by == word))
    }

    fn confirmed_by(&self) -> String {
        let by = self.view.confirmed_by.as_deref().unwrap_or_default();
        let message = BY.iter().find(|(word, _)| *word == by).map(|(_, message)| *message);
        message.map_or_else(String::new, |message| self.frame.t(message))
    }

    /// What is read to the patient: in the language of the screen first, then in the other.
    fn aloud(&self) -> [(&'static str, String); 2] {
        let mut langs = Lang::ALL;
        langs.sort_by_key(|lang| *lang != self.frame.lang);
        let role = self.frame.who.as_ref().map_or("", |who| who.role.as_str());
        langs.map(|lang| {
            let args = [
                ("role".to_owned(), text(lang, &format!("role-{role}"), &Args::new()).into()),
                ("categories".to_owned(), categories(lang, medical(&self.view)).into()),
            ];
            (lang.as_str(), text(lang, "page-consent-read", &Args::from(args)))
        })
    }

    /// The grounds there are already: how they are shown, and what they say.
    fn grounds(&self, consent: &ConsentView) -> (&'static str, String) {
        let frame = &self.frame;
        let (kind, id) = match (consent.holds, consent.basis.as_str()) {
            (true, _) => ("good", "page-consent-holds"),
            (false, "refused") => ("failure", "page-consent-was-refused"),
            (false, _) => ("warning", "page-consent-over"),
        };
        let mut args = Args::from([("at".to_owned(), frame.at(&consent.given_at).into())]);
        if consent.basis != "refused" {
            args.insert("basis".into(), frame.word("basis", &consent.basis).into());
        }
        if consent.holds {
            args.insert("until".into(), frame.at(&consent.until).into());
        }
        (kind, text(frame.lang, id, &args))
    }
}

fn categories<'a>(lang: Lang, words: impl Iterator<Item = &'a str>) -> String {
    let words = words.map(|word| text(lang, &format!("category-{word}"), &Args::new()));
    words.collect::<Vec<_>>().join(separator(lang))
}
