//! What a search found, in words: the same on a console and on a screen.

use super::{Lang, region_names, separator, text};
use crate::failure::{Args, Value};

/// Nobody in this node's data, and whose data that is.
pub(crate) fn none_found_text(lang: Lang, regions: &[u8]) -> String {
    let codes: Vec<_> = regions.iter().map(|code| format!("{code:02}")).collect();
    let names = region_names(lang, codes.iter().map(String::as_str));
    with(lang, "not-in-this-nodes-data", "regions", names)
}

/// Several may be meant, and what to ask for next.
pub(crate) fn several_found_text(lang: Lang, ask: &str) -> String {
    with(lang, "several-found", "ask", text(lang, &format!("ask-{ask}"), &Args::new()))
}

/// One was found, by which keys.
pub(crate) fn one_found_text(lang: Lang, matched: &[String]) -> String {
    let keys = matched.iter().map(|key| text(lang, &format!("match-{key}"), &Args::new()));
    with(lang, "found-one", "keys", keys.collect::<Vec<_>>().join(separator(lang)))
}

/// What was said does not fit, and how often one may still try.
pub(crate) fn not_fitting_text(lang: Lang, attempts_left: u8) -> String {
    with(lang, "identity-not-fitting", "left", attempts_left)
}

fn with(lang: Lang, id: &str, name: &str, value: impl Into<Value>) -> String {
    text(lang, id, &Args::from([(name.to_owned(), value.into())]))
}
