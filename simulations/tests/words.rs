//! Both catalogues of the demo hold the same messages with the same arguments.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use tomoshibi_node::failure::Args;
use tomoshibi_node::locale::Lang;
use tomoshibi_simulations::demo::words;

/// Names of the arguments of each message of a language.
fn catalogue(lang: Lang) -> BTreeMap<String, BTreeSet<String>> {
    let locales = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales");
    let text = fs::read_to_string(locales.join(lang.as_str()).join("demo.ftl")).unwrap();
    let mut messages = BTreeMap::<String, BTreeSet<String>>::new();
    let mut current = String::new();
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        if !line.starts_with(' ') {
            line.split(" =").next().unwrap().clone_into(&mut current);
            assert!(!messages.contains_key(&current), "{current} stands twice");
        }
        let name = |rest: &str| rest.split([' ', '}']).next().unwrap().to_owned();
        let arguments = line.split('$').skip(1).map(name);
        messages.entry(current.clone()).or_default().extend(arguments);
    }
    messages
}

#[test]
fn both_languages_say_the_same() {
    let (ja, en) = (catalogue(Lang::Ja), catalogue(Lang::En));
    assert!(ja.len() > 80);
    assert_eq!(ja, en);
}

#[test]
fn every_message_can_be_said_in_both_languages() {
    for lang in Lang::ALL {
        for (id, arguments) in catalogue(lang) {
            let args: Args =
                arguments.into_iter().map(|name| (name, "x".to_owned().into())).collect();
            let said = words::text(lang, &id, &args);
            assert!(!said.is_empty() && !said.contains("missing:"), "{id}: {said}");
            assert!(!said.contains('{') && !said.contains('$'), "{id}: {said}");
        }
    }
}
