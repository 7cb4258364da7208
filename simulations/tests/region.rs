//! A synthetic region: pinned bytes, plausible people, every trap, true to its own rules.
#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "region/tree.rs"]
mod tree;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use tomoshibi_simulations::region::names::traps::TRAPS;
use tomoshibi_simulations::region::{Day, RegionError, RegionParameters, generate, staff, truth};
use tree::{Tree, digest};

/// The digest of the tree of 300 people with seed 42, two months of claims. It may change only with
/// `GENERATOR_VERSION`.
const GOLDEN: &str = "dfad448181d91c35b0cf993a36fa3a64e7551cb0ad7bcff38d890a46fdade79d";

fn truth_of(tree: &Tree) -> Vec<truth::TruthPerson> {
    truth::read(&tree.path("truth.jsonl")).unwrap().map(Result::unwrap).collect()
}

#[test]
fn the_same_parameters_give_the_same_bytes_and_the_pinned_digest() {
    let mut parameters = RegionParameters::new(300, 42);
    parameters.months = 2;
    let first = digest(&Tree::new(&parameters));
    assert_eq!(first, digest(&Tree::new(&parameters)));
    assert_eq!(first, GOLDEN);
    parameters.seed = 43;
    assert_ne!(first, digest(&Tree::new(&parameters)));
}

#[test]
fn a_larger_region_repeats_the_lives_of_a_smaller_one() {
    let mut parameters = RegionParameters::new(640, 9);
    parameters.months = 3;
    let small = truth_of(&Tree::new(&parameters));
    parameters.people = 1100;
    let large = truth_of(&Tree::new(&parameters));
    assert_eq!((small.len(), large.len()), (640, 1100));
    for (one, other) in small.iter().zip(&large) {
        assert_eq!(one.name, other.name);
        assert_eq!(one.coverages, other.coverages);
        let lines = |person: &truth::TruthPerson| -> Vec<_> {
            let lines = person.medications.iter();
            lines.map(|line| (line.drug_code.clone(), line.date, line.accepted)).collect()
        };
        assert_eq!(lines(one), lines(other));
        assert_eq!(one.checkups, other.checkups);
    }
}

#[test]
fn a_region_of_5000_is_plausible_and_holds_every_trap() {
    let tree = Tree::shared();
    let people = truth_of(tree);
    assert_eq!(people.len(), 5000);

    let today = Day::new(2026, 11, 1);
    let born = |person: &truth::TruthPerson| {
        Day::parse(&person.birth_date.replace("-00", "-15")).expect("a birth date")
    };
    let aged = people.iter().filter(|person| today.age_of(born(person)) >= 65).count();
    assert!((1350..1750).contains(&aged), "{aged} of 5000 are 65 or older");
    let women = people.iter().filter(|person| person.sex == 2).count();
    assert!((2400..3000).contains(&women), "{women}");

    // Fiscal year 2025: everybody of 40 to 74 at its end, and the late-elderly.
    let in_year = |day: &Day| day.fiscal_year() == 2025;
    let eligible: Vec<_> = people
        .iter()
        .filter(|person| Day::new(2026, 3, 31).age_of(born(person)) >= 40 && person.alive)
        .collect();
    let went = eligible
        .iter()
        .filter(|person| {
            let shown = person.checkups.iter().chain(&person.checkups_not_shown);
            shown.map(|row| &row.exam_date).chain(&person.checkups_unregistered).any(in_year)
        })
        .count();
    let per_mille = went * 1000 / eligible.len();
    assert!((510..=590).contains(&per_mille), "uptake is {per_mille} of 1,000");

    let tags: BTreeSet<&str> =
        people.iter().flat_map(|person| person.traps.iter().map(String::as_str)).collect();
    assert_eq!(tags.len(), TRAPS.len(), "{tags:?}");
    let dangers: BTreeSet<&str> = people
        .iter()
        .flat_map(|person| person.expected_danger.iter().map(String::as_str))
        .collect();
    for danger in [
        "anticoagulant",
        "insulin",
        "antiepileptic",
        "steroid",
        "opioid",
        "immunosuppressant",
        "unknown_drug",
        "past_stroke",
        "past_heart",
        "kidney_failure",
    ] {
        assert!(dangers.contains(danger), "{danger}");
    }
}

#[test]
fn staff_never_bear_a_patients_name() {
    let tree = Tree::shared();
    let staff = staff::read(&tree.path("staff.json")).unwrap();
    assert_eq!(staff.len(), 20);
    for person in truth_of(tree) {
        let others = person.other_names.iter().map(|other| (&other.name, &other.name_kana));
        for (name, kana) in others.chain([(&person.name, &person.name_kana)]) {
            assert!(staff.iter().all(|member| member.name != *name && member.name_kana != *kana));
        }
    }
}

#[test]
fn traps_show_in_what_the_register_says() {
    let people = truth_of(Tree::shared());
    let with = |tag: &str| -> Vec<&truth::TruthPerson> {
        people.iter().filter(|person| person.traps.iter().any(|trap| trap == tag)).collect()
    };
    for person in with("black_circle") {
        assert!(
            person.registered_name.contains('●')
                || person.name.split('　').next().unwrap().chars().count() == 1
        );
        assert!(!person.name.contains('●'));
    }
    assert!(with("outside_code_page").iter().all(|person| person.name.contains('𠮷')));
    assert!(with("outside_code_page").iter().any(|person| person.registered_name.contains('●')));
    assert!(with("missing_space").iter().all(|person| !person.registered_name.contains('　')));
    assert!(with("sex_not_set").iter().all(|person| person.registered_sex == 3));
    assert!(with("unknown_birth_day").iter().all(|person| person.birth_date.ends_with("-00")));
    assert!(with("address_absent").iter().all(|person| person.registered_address.is_none()));
    assert!(
        with("alias")
            .iter()
            .all(|person| person.other_names.iter().any(|name| name.kind == "alias"))
    );
    assert!(with("married_name").iter().all(|person| person.other_names[0].name != person.name));
    assert!(
        with("no_symbol_no_branch")
            .iter()
            .all(|person| person.symbol.is_none() && person.branch.is_none())
    );
    assert!(with("job_change").iter().all(|person| person.coverages.len() > 1));

    let mut same: BTreeMap<(&str, &str), Vec<&truth::TruthPerson>> = BTreeMap::new();
    for person in with("same_name_same_birth") {
        same.entry((&person.name, &person.birth_date)).or_default().push(person);
    }
    assert!(
        same.values()
            .all(|pair| pair.len() == 2 && pair[0].insurer_number != pair[1].insurer_number)
    );
}

#[test]
fn coverages_do_not_overlap_and_numbers_are_nobody_elses() {
    let people = truth_of(Tree::shared());
    let mut cards = BTreeMap::new();
    for person in &people {
        for pair in person.coverages.windows(2) {
            assert_eq!(pair[0].to, Some(pair[1].from), "{}", person.person);
        }
        for row in &person.coverages {
            assert!(row.to.is_none_or(|to| to > row.from));
            let card = (&row.insurer_number, &row.symbol, &row.number, &row.branch);
            assert_eq!(cards.insert(card, &person.person), None);
            assert!(!["7", "9"].iter().any(|digit| row.number == digit.repeat(row.number.len())));
        }
    }
}

#[test]
fn what_was_filed_later_replaces_the_whole_receipt() {
    let people = truth_of(Tree::shared());
    let mut replaced = 0;
    for person in people.iter().filter(|person| person.withdrawn.is_none()) {
        let mut versions: BTreeMap<_, BTreeMap<_, Vec<&truth::MedicationLine>>> = BTreeMap::new();
        for line in person.medications.iter().chain(&person.medications_not_shown) {
            let key = (
                (&line.facility10, line.treatment_month, &line.kind),
                (&line.receipt_type, &line.prescriber10),
            );
            let filed = (line.accepted, line.sequence);
            versions.entry(key).or_default().entry(filed).or_default().push(line);
        }
        for versions in versions.into_values().filter(|versions| versions.len() > 1) {
            let versions: Vec<_> = versions.into_values().collect();
            let (old, new) = (&versions[0], &versions[1]);
            replaced += 1;
            assert!(old.iter().all(|line| line.shown_until <= Some(new[0].visible_from)));
            assert!(old.iter().all(|line| !person.medications.contains(line)));
            let content = |lines: &[&truth::MedicationLine]| -> Vec<_> {
                lines
                    .iter()
                    .map(|line| (line.drug_code.clone(), line.amount.clone(), line.date))
                    .collect()
            };
            assert_ne!(content(old), content(new), "a resubmission differs visibly");
        }
    }
    assert!(replaced > 100, "{replaced}");
}

/// Of one pharmacy's month: by prescriber, everything that was filed for it.
type Filings<'t> =
    BTreeMap<&'t Option<String>, BTreeMap<(Day, u32), Vec<&'t truth::MedicationLine>>>;

/// What a person got at one pharmacy in one month for two prescribers.
fn two_prescribers(person: &truth::TruthPerson) -> Vec<Filings<'_>> {
    let mut places: BTreeMap<_, Filings<'_>> = BTreeMap::new();
    let lines = person.medications.iter().chain(&person.medications_not_shown);
    for line in lines.filter(|line| line.kind == "pharmacy") {
        let filings = places.entry((&line.facility10, line.treatment_month)).or_default();
        let versions = filings.entry(&line.prescriber10).or_default();
        versions.entry((line.accepted, line.sequence)).or_default().push(line);
    }
    places.into_values().filter(|filings| filings.len() > 1).collect()
}

#[test]
fn a_pharmacy_files_for_two_prescribers_and_again_for_only_one_of_them() {
    let tree = Tree::shared();
    let people = truth_of(tree);
    let uses_pharmacy = |person: &&truth::TruthPerson| {
        let mut lines = person.medications.iter().chain(&person.medications_not_shown);
        lines.any(|line| line.kind == "pharmacy")
    };
    let customers = people.iter().filter(uses_pharmacy).count();
    let with_two = people.iter().filter(|person| !two_prescribers(person).is_empty()).count();
    let per_mille = with_two * 1000 / customers;
    assert!((50..=100).contains(&per_mille), "{per_mille} of 1,000");
    let summary: serde_json::Value =
        serde_json::from_slice(&fs::read(tree.path("region.json")).unwrap()).unwrap();
    assert_eq!(summary["counts"]["two_prescribers"], with_two);
    assert_eq!(summary["rates_per_mille"]["second_prescribers"], 60);

    let (mut pairs, mut refiled) = (0, 0);
    let person_stands = |person: &&truth::TruthPerson| person.withdrawn.is_none();
    for filings in people.iter().filter(person_stands).flat_map(two_prescribers) {
        assert!(filings.keys().all(|prescriber| prescriber.is_some()));
        let (once, twice): (Vec<_>, Vec<_>) =
            filings.into_values().partition(|versions| versions.len() == 1);
        assert!(twice.len() <= 1, "filed again for one");
        pairs += 1;
        refiled += twice.len();
        for versions in twice {
            let [old, new] = &versions.into_values().collect::<Vec<_>>()[..] else {
                panic!("filed twice")
            };
            assert!(old.iter().all(|line| line.shown_until <= Some(new[0].visible_from)));
            // What the other prescribers' receipts hold is shown beside the old and the new.
            let others = once.iter().flat_map(BTreeMap::values).flatten();
            assert!(others.clone().all(|line| line.shown_until != Some(new[0].visible_from)));
            assert!(others.count() > 0);
        }
    }
    let per_mille = refiled * 1000 / pairs;
    assert!(pairs > 100 && (250..=450).contains(&per_mille), "{refiled} of {pairs} filed again");
}

#[test]
fn past_illness_is_read_by_value_set_and_not_by_digit() {
    let people = truth_of(Tree::shared());
    let mut reversed = 0;
    for person in &people {
        let Some(newest) = person.checkups.iter().max_by_key(|row| row.exam_date) else { continue };
        let stroke = newest.items.iter().find(|item| item.code.starts_with("9N716")).unwrap();
        let (value, oid) = (stroke.value.as_deref().unwrap(), stroke.oid.as_deref().unwrap());
        let yes = if oid.ends_with(".2008") { value == "0" } else { value == "1" };
        assert_eq!(yes, person.expected_danger.iter().any(|tag| tag == "past_stroke"));
        reversed += u32::from(oid.ends_with(".2008"));
    }
    assert!(reversed > 20, "{reversed}");
}

#[test]
fn withdrawn_people_and_receipts_are_not_shown() {
    let tree = Tree::shared();
    let people = truth_of(tree);
    let withdrawn: Vec<_> = people.iter().filter(|person| person.withdrawn.is_some()).collect();
    assert!(withdrawn.len() > 30);
    for person in withdrawn {
        assert!(person.medications.is_empty() && person.checkups.is_empty());
    }
    let mut targets = BTreeSet::new();
    for (path, bytes) in tree.files("withdrawals") {
        let text = String::from_utf8(bytes).unwrap();
        for line in text.lines().skip(1) {
            let columns: Vec<&str> = line.split(',').collect();
            assert_eq!(columns.len(), 15, "{path}");
            assert!(path.contains(columns[1]));
            targets.insert((columns[2].to_owned(), columns[3].to_owned()));
        }
    }
    for (kind, target) in [
        ("death", "person"),
        ("court_order", "person"),
        ("correction", "person"),
        ("deletion", "receipt"),
        ("deletion", "checkup"),
    ] {
        assert!(targets.contains(&(kind.to_owned(), target.to_owned())), "{kind} {target}");
    }
}

#[test]
fn only_the_as_of_day_decides_what_is_shown() {
    let mut parameters = RegionParameters::new(1024, 5);
    parameters.months = 4;
    let late = truth_of(&Tree::new(&parameters));
    parameters.as_of = Day::new(2026, 11, 10);
    let early = truth_of(&Tree::new(&parameters));
    let newest = |people: &[truth::TruthPerson]| {
        let lines = people.iter().flat_map(|person| &person.medications);
        lines.map(|line| line.treatment_month.to_string()).max().unwrap()
    };
    assert_eq!((newest(&late), newest(&early)), ("2026-10".to_owned(), "2026-09".to_owned()));
    let waiting = early.iter().flat_map(|person| &person.medications_not_shown);
    assert!(waiting.clone().any(|line| line.visible_from > parameters.as_of));
}

#[test]
fn wrong_parameters_and_used_folders_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    for (people, months) in [(0, 14), (1_500_001, 14), (10, 0), (10, 61)] {
        let parameters = RegionParameters { people, months, ..RegionParameters::new(1, 1) };
        let refused = generate(&parameters, folder.path(), |_| {});
        assert!(matches!(refused, Err(RegionError::OutOfRange { .. })));
    }
    fs::write(folder.path().join("older"), b"x").unwrap();
    let refused = generate(&RegionParameters::new(1, 1), folder.path(), |_| {});
    assert!(matches!(refused, Err(RegionError::NotEmpty { .. })));
}
