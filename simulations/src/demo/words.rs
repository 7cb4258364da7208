//! The words of the demo, in both languages: `simulations/locales/{ja,en}/demo.ftl`.

use std::sync::LazyLock;

use tomoshibi_node::failure::Args;
use tomoshibi_node::locale::{Catalogue, Lang};

static WORDS: LazyLock<Catalogue> = LazyLock::new(|| {
    Catalogue::new(
        &[include_str!("../../locales/ja/demo.ftl")],
        &[include_str!("../../locales/en/demo.ftl")],
    )
});

/// The message `id` in words.
#[must_use]
pub fn text(lang: Lang, id: &str, args: &Args) -> String {
    WORDS.text(lang, id, args)
}

/// A message without arguments.
#[must_use]
pub fn word(lang: Lang, id: &str) -> String {
    text(lang, id, &Args::new())
}

/// What a stage is about; `key` as in the summary's seconds.
#[must_use]
pub fn stage(lang: Lang, key: &str) -> String {
    word(lang, &format!("stage-{}", key.replace('_', "-")))
}
