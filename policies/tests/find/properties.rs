//! Promises of finding over any small population, in which almost everybody resembles somebody.

use crate::people::{by_name, by_number, day, id, person};
use proptest::prelude::*;
use proptest::sample::select;
use tomoshibi_policies::find::{FoldedPerson, Outcome, Query, find};
use tomoshibi_policies::record::PersonId;

const NAMES: [&str; 9] = [
    "小野 花/ｵﾉ ﾊﾅ",
    "大野 花/ｵｵﾉ ﾊﾅ",
    "大野 花/ｵｰﾉ ﾊﾅ",
    "●野 花/ｵｵﾉ ﾊﾅ",
    "山﨑 花/ﾔﾏｻｷ ﾊﾅ",
    "山崎 花/ﾔﾏｻﾞｷ ﾊﾅ",
    "山本 花=<小野 花/ﾔﾏﾓﾄ ﾊﾅ=ｵﾉ ﾊﾅ",
    "山崎 華/ﾔﾏｻﾞｷ ﾊﾅ",
    "/ﾔﾏｻｷﾊﾅ",
];
const TYPED: [&str; 9] = [
    "オーノ ハナ",
    "オノ　ハナ",
    "大野 花",
    "●野花",
    "ﾔﾏｻｷ ﾊﾅ",
    "ヤマザキ　ハナ",
    "山崎花",
    "タナカ ハナ",
    "ハナ",
];
const BIRTHS: [&str; 3] = ["19510327", "19510300", "19510000"];
const ADDRESSES: [&str; 5] =
    ["", "石川県輪島市", "石川県輪島市河井町1", "輪島市河井町１番地", "富山県氷見市2"];
const COVERAGES: [&str; 7] = [
    "",
    "170993::1:1",
    "170993::1:2",
    "170993::1",
    "01130012:ア:1:1",
    "01130012:イ:1:1",
    "170993::1:1+39179999::12345678",
];
const INSURERS: [&str; 4] = ["", "170993", "01130012", "39179999"];
const CARDS: [&str; 5] =
    ["170993::1", "170993::1:1", "01130012::1:1", "01130012:ア:1", "39179999::12345678"];

/// A person as a line, without an id.
fn line() -> impl Strategy<Value = String> {
    (
        select(&NAMES[..]),
        select(&BIRTHS[..]),
        1..=3_u8,
        select(&ADDRESSES[..]),
        select(&COVERAGES[..]),
    )
        .prop_map(|(name, birth, sex, address, coverages): (_, _, u8, _, _)| {
            format!("{name}/{birth}/{sex}/{address}/{coverages}")
        })
}

fn registered() -> impl Strategy<Value = Vec<FoldedPerson>> {
    proptest::collection::vec(line(), 0..7)
        .prop_map(|lines| lines.iter().zip(1..).map(|(line, at)| person(at, line)).collect())
}

fn query() -> impl Strategy<Value = Query> {
    let by_name = (select(&TYPED[..]), select(&ADDRESSES[..]), select(&INSURERS[..]), 1..=2_u8)
        .prop_map(|(name, address, insurer, sex): (_, _, _, u8)| {
            by_name(name, "19510327", &sex.to_string(), address, insurer)
        });
    prop_oneof![3 => by_name, 1 => select(&CARDS[..]).prop_map(|card| by_number(card, "19510327"))]
}

fn found(outcome: &Outcome) -> Option<PersonId> {
    match outcome {
        Outcome::One(found) => Some(found.person),
        Outcome::None | Outcome::Several(_) => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_candidates_changes_nothing(
        (people, mixed) in registered().prop_flat_map(|people| {
            let mixed = Just(people.clone()).prop_shuffle();
            (Just(people), mixed)
        }),
        query in query(),
    ) {
        prop_assert_eq!(find(&query, &people), find(&query, &mixed));
    }

    #[test]
    fn candidates_met_twice_change_nothing(people in registered(), query in query()) {
        let twice = people.iter().chain(&people);
        prop_assert_eq!(find(&query, &people), find(&query, twice));
    }

    #[test]
    fn two_alike_in_every_field_are_never_one(
        people in registered(),
        at in any::<proptest::sample::Index>(),
        query in query(),
    ) {
        prop_assume!(!people.is_empty());
        let original = &people[at.index(people.len())];
        let mut double = original.clone();
        double.person.id = id(99);
        let outcome = find(&query, people.iter().chain([&double]));
        let answered = found(&outcome);
        prop_assert!(answered != Some(id(99)) && answered != Some(original.person.id));
    }

    #[test]
    fn the_one_has_the_birth_date_and_the_sex(people in registered(), query in query()) {
        let outcome = find(&query, &people);
        if let Some(one) = found(&outcome).and_then(|id| people.iter().find(|p| p.person.id == id)) {
            prop_assert!(one.person.birth.covers(query.birth()));
            if let Query::Name(query) = &query {
                prop_assert!(one.person.sex.agrees_with(query.sex));
            }
        }
    }

    #[test]
    fn people_with_another_birth_date_or_sex_change_nothing(
        people in registered(),
        strangers in proptest::collection::vec(line(), 0..4),
        query in query(),
    ) {
        let strangers: Vec<FoldedPerson> = strangers.iter().zip(50..).map(|(line, at)| {
            let mut stranger = person(at, line);
            stranger.person.birth = tomoshibi_policies::time::PartialDate::parse("19520327").unwrap();
            stranger
        }).collect();
        prop_assert_eq!(find(&query, &people), find(&query, people.iter().chain(&strangers)));
    }

    #[test]
    fn nothing_typed_makes_it_panic(people in registered(), name in any::<String>(), address in any::<String>()) {
        let query = by_name(&name, "19510327", "2", &address, "170993");
        let _ = query.check(day("20261122"));
        let _ = find(&query, &people);
    }
}
