//! Both catalogues hold the same messages with the same arguments, and those that the program uses.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Names of the arguments of each message of a language.
type Catalogue = BTreeMap<String, BTreeSet<String>>;

fn crate_dir() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn catalogue(lang: &str) -> Catalogue {
    let mut messages = Catalogue::new();
    for entry in fs::read_dir(crate_dir().join("locales").join(lang)).unwrap() {
        let path = entry.unwrap().path();
        let mut current = String::new();
        for line in fs::read_to_string(&path).unwrap().lines() {
            if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
                let id = line.split(" = ").next().unwrap().to_owned();
                let new = messages.insert(id.clone(), BTreeSet::new()).is_none();
                assert!(new, "{id} stands twice in {lang}");
                current = id;
            }
            if !line.starts_with('#') {
                messages.entry(current.clone()).or_default().extend(arguments(line));
            }
        }
    }
    messages.remove("");
    messages
}

fn arguments(line: &str) -> Vec<String> {
    let name =
        |rest: &str| rest.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap().to_owned();
    line.split('$').skip(1).map(name).collect()
}

fn sources(dir: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap().to_owned();
            found.push((path, code));
        }
    }
    found
}

/// Every text between quotes that could be an id or a code.
fn literals(code: &str) -> BTreeSet<String> {
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    let fits = |text: &&str| {
        !text.is_empty()
            && text.chars().all(|c| c.is_ascii_lowercase() || c == '-' || c.is_ascii_digit())
    };
    lines.flat_map(|line| line.split('"').skip(1).step_by(2)).filter(fits).map(Into::into).collect()
}

#[test]
fn both_languages_have_the_same_messages_with_the_same_arguments() {
    let (ja, en) = (catalogue("ja"), catalogue("en"));
    assert!(ja.len() > 100);
    for (id, arguments) in &ja {
        assert_eq!(en.get(id), Some(arguments), "{id}");
    }
    for id in en.keys() {
        assert!(ja.contains_key(id), "{id} is only in en");
    }
}

#[test]
fn every_id_is_plain_kebab_case_and_every_error_says_what_to_do() {
    let ja = catalogue("ja");
    for id in ja.keys() {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(id.chars().all(plain) && !id.ends_with('-'), "{id}");
        if id.starts_with("error-") && !id.ends_with("-hint") {
            assert!(ja.contains_key(&format!("{id}-hint")), "{id}");
        }
    }
}

#[test]
fn every_code_of_a_failure_has_its_message() {
    let ja = catalogue("ja");
    let mut seen = 0;
    for (path, code) in sources(&crate_dir().join("src")) {
        for makes in [
            "Failure::new(",
            "Self::new(class, ",
            "= |code| ",
            "=> new(\"",
            "invalid(\"",
            "refuse(",
        ] {
            for after in code.split(makes).skip(1) {
                let inside = after.split([')', ';']).next().unwrap();
                let quoted = format!("{}{inside}", if makes.ends_with('"') { "\"" } else { "" });
                for text in literals(&quoted) {
                    let is_check = path.ends_with("doctor.rs");
                    let known = ja.contains_key(&format!("error-{text}"));
                    assert!(known || is_check, "{}: {text}", path.display());
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 40, "{seen}");
}

#[test]
fn every_message_is_used() {
    let sources = sources(&crate_dir().join("src"));
    let used: BTreeSet<String> = sources.iter().flat_map(|(_, code)| literals(code)).collect();
    let doctor = |id: &str| {
        let middle = id.strip_prefix("doctor-").unwrap_or_default();
        ["good", "warning", "bad", "unknown"].iter().any(|outcome| {
            let check = middle.strip_suffix(outcome).map(|check| check.trim_end_matches('-'));
            check.is_some_and(|check| check.is_empty() || used.contains(check))
        })
    };
    for id in catalogue("ja").keys() {
        let code = id.strip_prefix("error-").map(|code| code.strip_suffix("-hint").unwrap_or(code));
        let is_used = used.contains(id)
            || code.is_some_and(|code| used.contains(code))
            // The help is put together from the command line's own names; its unit test renders all of it.
            || id.starts_with("help-")
            || doctor(id);
        assert!(is_used, "{id} is in the catalogues and nowhere in the program");
    }
}

#[test]
fn the_reader_of_these_tests_sees_what_is_there() {
    assert_eq!(arguments("x = { $a } and { $bc }"), ["a", "bc"]);
    let found: Vec<_> = literals("f(\"a-b\", \"No\")\n/// \"d\"\n").into_iter().collect();
    assert_eq!(found, ["a-b"]);
}
