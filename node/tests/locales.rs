//! Both catalogues hold the same messages with the same arguments, and those that the program uses.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use tomoshibi_policies::category::Category;
use tomoshibi_policies::danger::DangerClass;
use tomoshibi_policies::decision::DenyReason;
use tomoshibi_policies::role::Role;
use tomoshibi_policies::wording::Statement;

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

/// How a code stands in a source: what is in front of it, and where to stop looking. Functions that turn an error into
/// a code stand in `FAMILIES`, with the prefix `error`.
const MAKERS: [(&str, &[char]); 9] = [
    ("Failure::new(", &[')', ';']),
    ("Self::new(class, ", &[')', ';']),
    ("= |code| ", &[')', ';']),
    ("=> new(\"", &[')', ';']),
    ("invalid(\"", &[')', ';']),
    ("wrong_use(\"", &[')', ';']),
    ("refuse(", &[')', ';']),
    ("nearest = \"", &[';']),
    ("let code = ", &[';']),
];

fn codes(code: &str) -> Vec<String> {
    let inside = |makes: &str, stops: &[char], after: &str| {
        let inside = after.split(stops).next().unwrap();
        literals(&format!("{}{inside}", if makes.ends_with('"') { "\"" } else { "" }))
    };
    let made = |(makes, stops): (&str, &[char])| {
        code.split(makes).skip(1).flat_map(|after| inside(makes, stops, after)).collect::<Vec<_>>()
    };
    MAKERS.into_iter().flat_map(made).collect()
}

#[test]
fn every_code_of_a_failure_has_its_message() {
    let ja = catalogue("ja");
    let mut seen = 0;
    for (path, code) in sources(&crate_dir().join("src")) {
        // The checks of doctor have codes of their own kind.
        for text in codes(&code).iter().filter(|_| !path.ends_with("doctor.rs")) {
            assert!(ja.contains_key(&format!("error-{text}")), "{}: {text}", path.display());
            seen += 1;
        }
    }
    assert!(seen > 100, "{seen}");
}

/// Words that sources put behind a prefix to make an id: prefix, source, what the list of words begins with. A list
/// ends at a blank line.
const FAMILIES: [(&str, &str, &str); 31] = [
    ("answer", "node/src/view/checkup.rs", "fn answer_to_history"),
    ("answer", "node/src/view/checkup.rs", "fn answer_word"),
    ("ask", "policies/src/find/ask.rs", "fn as_str"),
    ("basis", "node/src/view.rs", "fn basis_word"),
    ("basis", "policies/src/consent.rs", "fn as_str"),
    ("card", "node/src/view/eligibility.rs", "fn card_word"),
    ("category", "policies/src/category.rs", "fn as_str"),
    ("class", "node/src/view/medication.rs", "fn class_word"),
    ("danger", "policies/src/danger/class.rs", "fn as_str"),
    ("deny", "policies/src/decision/reason.rs", "reasons! {"),
    ("error", "node/src/desk/find.rs", "fn query_failure"),
    ("error", "node/src/staff/pin.rs", "fn code"),
    ("error", "node/src/duty/orders.rs", "fn code"),
    ("error", "policies/src/closing.rs", "fn code"),
    ("error", "sync/src/badge.rs", "fn code"),
    ("fact", "node/src/desk/find.rs", "const FACTS"),
    ("first", "node/src/view/checkup.rs", "fn first_word"),
    ("history", "node/src/view/checkup.rs", "fn history_word"),
    ("loss", "node/src/view/eligibility.rs", "fn loss_word"),
    ("match", "policies/src/find/outcome.rs", "pub const fn as_str"),
    ("name", "node/src/view/subject.rs", "fn name_use_word"),
    ("page", "node/src/duty/orders.rs", "fn code"),
    ("page-status", "node/src/locale/status.rs", "impl Level"),
    ("page-status-part", "node/src/locale/status.rs", "The part in one word"),
    ("prescriber", "node/src/view/medication.rs", "fn prescriber_word"),
    ("program", "node/src/view/checkup.rs", "fn program_word"),
    ("relation", "node/src/view/eligibility.rs", "fn relation_word"),
    ("role", "policies/src/role.rs", "fn as_str"),
    ("source", "node/src/view/medication.rs", "fn source_word"),
    ("supply", "node/src/view/said.rs", "fn supply_word"),
    ("", "policies/src/wording.rs", "fn message_id"),
];

/// Every id that is made of a prefix and a word.
fn family_ids() -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for (prefix, path, start) in FAMILIES {
        let code = fs::read_to_string(crate_dir().join("..").join(path)).unwrap();
        let list = code.split(start).nth(1).unwrap().split("\n\n").next().unwrap();
        let words = literals(list);
        assert!(words.len() > 1, "{prefix}: {path}");
        let id = |word: &String| [prefix, word.as_str()].join("-");
        ids.extend(words.iter().map(|word| id(word).trim_start_matches('-').to_owned()));
    }
    ids.extend((1..=47).map(|code| format!("prefecture-{code:02}")));
    ids.extend(["look", "wrong"].map(|level| format!("page-status-mark-{level}")));
    ids.extend(["1", "2", "3"].map(|code| format!("sex-{code}")));
    ids
}

#[test]
fn every_word_of_the_rules_and_of_a_view_is_in_the_catalogues() {
    let ja = catalogue("ja");
    let ids = family_ids();
    for id in &ids {
        assert!(ja.contains_key(id), "{id}");
    }
    // The lists were read from sources; these are the types themselves.
    let statements = Statement::MESSAGE_IDS.map(str::to_owned);
    let reasons = DenyReason::ALL.iter().map(|reason| format!("deny-{reason}"));
    let classes = DangerClass::ALL.map(|class| format!("danger-{}", class.as_str()));
    let categories = Category::ALL.map(|category| format!("category-{category}"));
    let roles = Role::ALL.map(|role| format!("role-{}", role.as_str()));
    let all = statements.into_iter().chain(reasons).chain(classes).chain(categories).chain(roles);
    for id in all {
        assert!(ids.contains(&id) && ja.contains_key(&id), "{id}");
    }
}

#[test]
fn every_denial_says_what_to_do() {
    for catalogue in [catalogue("ja"), catalogue("en")] {
        for reason in DenyReason::ALL {
            assert!(catalogue.contains_key(&format!("deny-{reason}-hint")), "{reason}");
        }
    }
}

#[test]
fn a_view_never_says_none_or_today() {
    for (lang, banned) in [
        ("ja", ["なし：", "現在", "本日", "該当なし。"].as_slice()),
        ("en", ["None", "today", "currently"].as_slice()),
    ] {
        let text =
            fs::read_to_string(crate_dir().join(format!("locales/{lang}/view.ftl"))).unwrap();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            assert!(banned.iter().all(|word| !line.contains(word)), "{line}");
        }
    }
}

/// A thing with two names is two things over a radio. The glossary's names are 開放命令 (a doctor's instructions are 指示書,
/// too), 開放コード (a release has a number as well) and 証跡 (records are the patient's).
#[test]
fn an_order_a_release_code_and_the_journal_have_one_name_each() {
    let glossary = fs::read_to_string(crate_dir().join("../docs/GLOSSARY.md")).unwrap();
    for row in ["| order | 開放命令 |", "| release code | 開放コード |", "| journal | 証跡 |"]
    {
        assert!(glossary.contains(row), "{row}");
    }
    for room in ["locales/ja", "../simulations/locales/ja"] {
        for entry in fs::read_dir(crate_dir().join(room)).unwrap() {
            let text = fs::read_to_string(entry.unwrap().path()).unwrap();
            for line in text.lines() {
                assert!(["指示書", "交付番号"].iter().all(|word| !line.contains(word)), "{line}");
                let id = line.split(" = ").next().unwrap();
                let of_journal = id.contains("journal") || id.contains("acknowledged");
                // 記録する is what is done with an event.
                let noun = line.replace("記録さ", "").replace("記録し", "").contains("記録");
                assert!(!(of_journal && id.is_ascii() && noun), "{line}");
            }
        }
    }
}

#[test]
fn whatever_a_drill_opens_says_so_in_front() {
    for (lang, mark) in [("ja", "【訓練】"), ("en", "DRILL")] {
        let dir = crate_dir().join("locales").join(lang);
        for (file, id) in [("view", "drill"), ("duty", "open-done-drill")] {
            let text = fs::read_to_string(dir.join(file).with_extension("ftl")).unwrap();
            let start = format!("{id} = {mark}");
            assert!(text.lines().any(|line| line.starts_with(&start)), "{lang}: {id}");
        }
    }
}

/// Message ids in the templates of the page: the first literal of `t(…)` and `with(…)`.
fn template_ids() -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for entry in fs::read_dir(crate_dir().join("templates")).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        for call in [".t(\"", ".with(\""] {
            let found = text.split(call).skip(1).map(|rest| rest.split('"').next().unwrap());
            ids.extend(found.map(str::to_owned));
        }
    }
    ids
}

#[test]
fn every_message_of_a_template_is_in_the_catalogues() {
    let ja = catalogue("ja");
    let ids = template_ids();
    assert!(ids.len() > 30, "{}", ids.len());
    for id in &ids {
        assert!(ja.contains_key(id), "{id}");
    }
}

#[test]
fn every_message_is_used() {
    let sources = sources(&crate_dir().join("src"));
    let mut used: BTreeSet<String> = sources.iter().flat_map(|(_, code)| literals(code)).collect();
    used.extend(template_ids());
    let families = family_ids();
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
            || families.contains(id.strip_suffix("-hint").unwrap_or(id))
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
