//! The demo's plan: drawn from the truth alone, whole, certain, and the same each time.
#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "region/tree.rs"]
mod tree;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use tomoshibi_simulations::demo::plan::{
    Asked, Case, Evidence, Expected, Plan, Post, Register, Search,
};
use tomoshibi_simulations::region::names::traps::TRAPS;
use tomoshibi_simulations::region::{Day, truth};
use tree::Tree;

const AS_OF: Day = Day::new(2026, 11, 13);

fn register() -> &'static Register {
    static REGISTER: OnceLock<Register> = OnceLock::new();
    REGISTER.get_or_init(|| {
        let people = truth::read(&Tree::shared().path("truth.jsonl")).unwrap();
        Register::new(people.map(Result::unwrap).collect(), AS_OF)
    })
}

fn plan() -> &'static Plan {
    static PLAN: OnceLock<Plan> = OnceLock::new();
    PLAN.get_or_init(|| Plan::draw(register(), 7))
}

fn word(trap: impl serde::Serialize) -> String {
    serde_json::to_value(trap).unwrap().as_str().unwrap().to_owned()
}

#[test]
fn the_same_seed_gives_the_same_plan_and_another_seed_another() {
    assert_eq!(*plan(), Plan::draw(register(), 7));
    assert_ne!(*plan(), Plan::draw(register(), 8));
}

#[test]
fn a_region_of_5000_gives_500_look_ups_of_which_100_must_not_answer() {
    let all = plan().cases().count();
    let silent = plan().cases().filter(|case| !case.expected.is_answer()).count();
    assert!(all >= 500, "{all}");
    assert!(silent >= 100 && all - silent >= 300, "{silent} of {all}");
    let numbers: BTreeSet<u32> = plan().cases().map(|case| case.number).collect();
    assert_eq!(numbers.len(), all);
}

#[test]
fn every_difficulty_of_the_region_is_looked_up_and_answered() {
    let tried: BTreeSet<&str> = plan()
        .cases()
        .filter(|case| case.expected.is_answer())
        .filter_map(|case| case.trap)
        .collect();
    for row in TRAPS {
        let trap = word(row.trap);
        assert!(tried.contains(trap.as_str()), "{trap}");
    }
    assert_eq!(tried.len(), TRAPS.len());
}

#[test]
fn both_paths_every_role_and_every_outcome_occur() {
    let visits: Vec<_> = plan()
        .open
        .iter()
        .filter_map(|case| match &case.asked {
            Asked::Visit(visit) => Some((visit, &case.expected)),
            _ => None,
        })
        .collect();
    for post in Post::ALL {
        assert!(visits.iter().any(|(visit, to)| visit.asker == post && to.is_answer()), "{post:?}");
    }
    let by_card = visits.iter().filter(|(visit, _)| matches!(visit.search, Search::Number(_)));
    assert!(by_card.count() >= 80);
    let count = |wanted: &dyn Fn(&Expected) -> bool| -> usize {
        plan().cases().filter(|case| wanted(&case.expected)).count()
    };
    assert!(count(&|to| matches!(to, Expected::Several)) >= 3);
    assert!(count(&|to| matches!(to, Expected::NotOne)) >= 3);
    assert!(count(&|to| matches!(to, Expected::NotFound)) >= 40);
    let reasons: BTreeSet<&str> = plan()
        .cases()
        .filter_map(|case| match case.expected {
            Expected::Denied(reason) => Some(reason),
            _ => None,
        })
        .collect();
    assert_eq!(reasons.len(), 10, "{reasons:?}");
}

#[test]
fn nobody_who_must_be_refused_was_consented_for_elsewhere() {
    let name_of = |case: &Case| match &case.asked {
        Asked::Visit(visit) => match &visit.search {
            Search::Name(fields) => Some((fields.name.clone(), fields.birth.clone())),
            Search::Number(_) => None,
        },
        _ => None,
    };
    let without: Vec<_> = plan()
        .open
        .iter()
        .filter(|case| matches!(case.expected, Expected::Denied("no-consent")))
        .collect();
    assert!(without.len() >= 12);
    for case in without {
        let asked = plan().open.iter().filter(|other| name_of(other) == name_of(case)).count();
        assert_eq!(asked, 1, "case {}", case.number);
    }
}

#[test]
fn who_is_expected_bears_what_is_typed_and_nobody_else_does() {
    for case in &plan().open {
        let (Expected::Shown { person, .. }, Asked::Visit(visit)) = (&case.expected, &case.asked)
        else {
            continue;
        };
        let person = register().person(person).unwrap();
        assert!(person.withdrawn.is_none() && person.alive, "case {}", case.number);
        if let Search::Name(fields) = &visit.search {
            assert_eq!(fields.sex, person.sex.to_string());
        }
        let doubles = register().people().iter().filter(|other| {
            other.name == person.name
                && other.birth_date == person.birth_date
                && other.insurer_number == person.insurer_number
        });
        assert_eq!(doubles.count(), 1, "case {}", case.number);
    }
}

#[test]
fn a_small_region_gives_a_smaller_plan() {
    let few = register().people().iter().take(200).cloned().collect();
    let plan = Plan::draw(&Register::new(few, AS_OF), 7);
    assert!(plan.cases().count() > 50);
    assert!(Plan::draw(&Register::new(Vec::new(), AS_OF), 7).cases().count() > 0);
}

#[test]
fn consent_of_another_is_of_somebody_else() {
    let others = plan().open.iter().filter_map(|case| match &case.asked {
        Asked::Visit(visit) => match &visit.evidence {
            Evidence::OfAnother(other) => Some((&visit.search, other)),
            _ => None,
        },
        _ => None,
    });
    let others: Vec<_> = others.collect();
    assert!(!others.is_empty());
    assert!(others.iter().all(|(search, other)| search != other));
}

/// The plan must not agree with a fault of the product: no file of it may name one of the product's crates.
#[test]
fn no_expectation_rests_on_the_product() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/demo");
    let mut files = vec![source.join("plan.rs"), source.join("check.rs")];
    for folder in ["plan", "check"] {
        let entries = fs::read_dir(source.join(folder)).unwrap();
        files.extend(entries.map(|entry| entry.unwrap().path()));
    }
    assert!(files.len() > 12);
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        for product in ["tomoshibi_policies", "tomoshibi_sync", "tomoshibi_node"] {
            assert!(!text.contains(product), "{} names {product}", file.display());
        }
    }
}
