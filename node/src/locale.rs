//! The words for people, Japanese first.
//!
//! Catalogues are Fluent files in `node/locales/{ja,en}/`, built into the program so that no file can be missing on the
//! day. Both hold the same messages with the same arguments; tests hold them to it. A message that one language lacks
//! is taken from the other; one that both lack says that it is missing, and is logged.
//!
//! Other programs of the workspace bring files of their own and read them the same way: [`Catalogue`].
//!
//! Not covered: words of screens and sheets, which come from the same catalogues through the same function.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use crate::failure::{Args, Failure, Value};

mod day;
mod found;
mod phrases;
mod said;
mod status;
mod words;

pub(crate) use day::{both_calendars_text, era_text};
pub(crate) use found::{none_found_text, not_fitting_text, one_found_text, several_found_text};
pub(crate) use said::{date_text, instant_text, separator};
pub use said::{region_names, said_text};
pub use status::{Level, Part, StatusLine, status_lines};
pub(crate) use words::Words;

/// A language of the catalogues.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Lang {
    /// Japanese, the default.
    #[default]
    Ja,
    /// English.
    En,
}

impl Lang {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::Ja, Self::En];

    /// `ja` or `en`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
        }
    }

    /// Reads `ja` or `en`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.as_str() == text)
    }

    /// The language that the environment asks for: the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is set and
    /// says one of ours. `C` and `POSIX` ask for none.
    #[must_use]
    pub fn of_environment(variable: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let set = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(variable);
        let asked = set.into_iter().find(|value| !value.is_empty())?;
        asked.split(['_', '.', '-', '@']).next().and_then(Self::parse)
    }

    const fn other(self) -> Self {
        match self {
            Self::Ja => Self::En,
            Self::En => Self::Ja,
        }
    }
}

type Bundle = FluentBundle<FluentResource>;

const JA: [&str; 14] = [
    include_str!("../locales/ja/help.ftl"),
    include_str!("../locales/ja/errors.ftl"),
    include_str!("../locales/ja/status.ftl"),
    include_str!("../locales/ja/doctor.ftl"),
    include_str!("../locales/ja/desk.ftl"),
    include_str!("../locales/ja/duty.ftl"),
    include_str!("../locales/ja/view.ftl"),
    include_str!("../locales/ja/lookup.ftl"),
    include_str!("../locales/ja/line.ftl"),
    include_str!("../locales/ja/page.ftl"),
    include_str!("../locales/ja/page-officer.ftl"),
    include_str!("../locales/ja/page-status.ftl"),
    include_str!("../locales/ja/page-visit.ftl"),
    include_str!("../locales/ja/page-record.ftl"),
];
const EN: [&str; 14] = [
    include_str!("../locales/en/help.ftl"),
    include_str!("../locales/en/errors.ftl"),
    include_str!("../locales/en/status.ftl"),
    include_str!("../locales/en/doctor.ftl"),
    include_str!("../locales/en/desk.ftl"),
    include_str!("../locales/en/duty.ftl"),
    include_str!("../locales/en/view.ftl"),
    include_str!("../locales/en/lookup.ftl"),
    include_str!("../locales/en/line.ftl"),
    include_str!("../locales/en/page.ftl"),
    include_str!("../locales/en/page-officer.ftl"),
    include_str!("../locales/en/page-status.ftl"),
    include_str!("../locales/en/page-visit.ftl"),
    include_str!("../locales/en/page-record.ftl"),
];

static NODE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::new(&JA, &EN));

/// Messages of one program in every language.
pub struct Catalogue {
    ja: Bundle,
    en: Bundle,
}

impl Catalogue {
    /// Reads the texts of Fluent files.
    #[must_use]
    pub fn new(ja: &[&str], en: &[&str]) -> Self {
        Self { ja: bundle(Lang::Ja, ja), en: bundle(Lang::En, en) }
    }

    /// The message `id` in words.
    #[must_use]
    pub fn text(&self, lang: Lang, id: &str, args: &Args) -> String {
        let text = self.format(lang, id, args).or_else(|| self.format(lang.other(), id, args));
        text.unwrap_or_else(|| {
            tracing::error!(id, "a message is missing from both catalogues");
            format!("(message missing: {id})")
        })
    }

    fn format(&self, lang: Lang, id: &str, args: &Args) -> Option<String> {
        let bundle = match lang {
            Lang::Ja => &self.ja,
            Lang::En => &self.en,
        };
        let pattern = bundle.get_message(id)?.value()?;
        let args: FluentArgs<'_> =
            args.iter().map(|(name, value)| (name.as_str(), fluent(value))).collect();
        let mut errors = Vec::new();
        let formatted = bundle.format_pattern(pattern, Some(&args), &mut errors).into_owned();
        if !errors.is_empty() {
            tracing::error!(id, lang = lang.as_str(), "a message lacks an argument");
        }
        Some(formatted)
    }
}

fn bundle(lang: Lang, files: &[&str]) -> Bundle {
    // The id only chooses plural forms; both of ours are spelled right.
    let id: LanguageIdentifier = lang.as_str().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    // Terminals and sheets have no use for the invisible marks around arguments.
    bundle.set_use_isolating(false);
    for file in files {
        // What can be read of a broken catalogue is better than nothing; a test refuses to let one be built.
        let resource = FluentResource::try_new((*file).to_owned()).unwrap_or_else(|(some, _)| some);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

/// The message `id` of the node in words.
#[must_use]
pub fn text(lang: Lang, id: &str, args: &Args) -> String {
    NODE.text(lang, id, args)
}

/// What was wrong, and what to do about it, in two sentences of one line.
#[must_use]
pub fn failure_text(lang: Lang, failure: &Failure) -> String {
    let what = text(lang, &failure.message_id(), &failure.args);
    let hint = text(lang, &failure.hint_id(), &failure.args);
    let line = format!("{what} {hint}");
    line.replace(char::is_control, " ")
}

fn fluent(value: &Value) -> FluentValue<'_> {
    match value {
        Value::Number(number) => FluentValue::from(*number),
        Value::Text(text) => FluentValue::from(text.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use tomoshibi_policies::ErrorClass;

    use super::*;

    #[test]
    fn the_environment_chooses_only_what_we_speak() {
        let env = |pairs: &'static [(&str, &str)]| {
            move |name: &str| {
                pairs.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned())
            }
        };
        for (pairs, expected) in [
            (&[("LANG", "ja_JP.UTF-8")][..], Some(Lang::Ja)),
            (&[("LANG", "en_US.UTF-8")], Some(Lang::En)),
            (&[("LANG", "C.UTF-8")], None),
            (&[("LANG", "fr_FR")], None),
            (&[("LC_ALL", ""), ("LANG", "en")], Some(Lang::En)),
            (&[("LC_ALL", "ja_JP"), ("LANG", "en_US")], Some(Lang::Ja)),
            (&[("LC_ALL", "C"), ("LANG", "en_US")], None),
            (&[], None),
        ] {
            assert_eq!(Lang::of_environment(env(pairs)), expected, "{pairs:?}");
        }
    }

    #[test]
    fn a_missing_message_says_so() {
        assert_eq!(
            text(Lang::Ja, "no-such-message", &Args::new()),
            "(message missing: no-such-message)"
        );
    }

    #[test]
    fn a_failure_is_one_line_even_with_a_hostile_argument() {
        let failure =
            Failure::new(ErrorClass::NotFound, "folder-missing").with("path", "/a\nb\u{1b}[2J");
        for lang in Lang::ALL {
            let line = failure_text(lang, &failure);
            assert!(!line.contains(char::is_control), "{line:?}");
            assert!(line.contains("/a b [2J"), "{line:?}");
        }
    }
}
