//! The help in the reader's language.

use std::ffi::OsString;

use clap::{Arg, Command};

use crate::failure::Args;
use crate::locale::{Lang, text};

/// The value of `--lang`, found before anything is parsed: errors of parsing should be in that language already.
pub(super) fn lang_in(args: &[OsString]) -> Option<Lang> {
    let mut args = args.iter().filter_map(|arg| arg.to_str());
    while let Some(arg) = args.next() {
        match arg.strip_prefix("--lang") {
            Some("") => return args.next().and_then(super::args::lang_of),
            Some(rest) => return rest.strip_prefix('=').and_then(super::args::lang_of),
            None => {}
        }
    }
    None
}

/// Puts the catalogue's words on a command, its arguments and its subcommands.
pub(super) fn in_words_of(command: Command, lang: Lang) -> Command {
    worded_below(command.about(text(lang, "help-about", &Args::new())), lang, "help")
}

fn worded_below(command: Command, lang: Lang, prefix: &str) -> Command {
    let command = command.mut_args(|arg| worded(arg, lang, prefix));
    command.disable_help_subcommand(true).mut_subcommands(|sub| {
        let id = format!("{prefix}-{}", sub.get_name());
        worded_below(sub.about(text(lang, &id, &Args::new())), lang, &id)
    })
}

fn worded(arg: Arg, lang: Lang, prefix: &str) -> Arg {
    match arg.get_id().as_str() {
        // clap's own words, the same for every command.
        "help" | "version" => arg,
        id => {
            let words = text(lang, &format!("{prefix}-arg-{id}"), &Args::new());
            arg.help(words)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_found_in_both_spellings() {
        let of = |args: &[&str]| lang_in(&args.iter().map(OsString::from).collect::<Vec<_>>());
        assert_eq!(of(&["node", "--lang", "en", "status"]), Some(Lang::En));
        assert_eq!(of(&["node", "status", "--lang=ja"]), Some(Lang::Ja));
        assert_eq!(of(&["node", "--lang"]), None);
        assert_eq!(of(&["node", "--language", "en"]), None);
    }
}
