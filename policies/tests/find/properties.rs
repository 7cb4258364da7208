//! Promises of finding over any small population, in which almost everybody resembles somebody.

use crate::explained;
use crate::people::{by_name, by_number, day, id, person};
use proptest::prelude::*;
use proptest::sample::select;
use tomoshibi_policies::find::{FoldedPerson, NameQuery, Outcome, Query, find};
use tomoshibi_policies::record::PersonId;
use unicode_normalization::UnicodeNormalization;

const NAMES: [&str; 15] = [
    "小野 花/ｵﾉ ﾊﾅ",
    "大野 花/ｵｵﾉ ﾊﾅ",
    "大野 花/ｵｰﾉ ﾊﾅ",
    "●野 花/ｵｵﾉ ﾊﾅ",
    "山﨑 花/ﾔﾏｻｷ ﾊﾅ",
    "山崎 花/ﾔﾏｻﾞｷ ﾊﾅ",
    "山本 花=<小野 花/ﾔﾏﾓﾄ ﾊﾅ=ｵﾉ ﾊﾅ",
    "山崎 華/ﾔﾏｻﾞｷ ﾊﾅ",
    "/ﾔﾏｻｷﾊﾅ",
    "小津 花/ｵﾂﾞ ﾊﾅ",
    "小津 花/ｵﾂ ﾊﾅ",
    "花 大野/ﾊﾅ ｵｵﾉ",
    "ONO HANA/",
    "ONO HANA MARIA/ｵﾉ ﾊﾅ ﾏﾘｱ",
    "LI HUA=~大野 花/ﾘ ﾎｱ=ｵｵﾉ ﾊﾅ",
];
const TYPED: [&str; 17] = [
    "オーノ ハナ",
    "オノ　ハナ",
    "大野 花",
    "●野花",
    "ﾔﾏｻｷ ﾊﾅ",
    "ヤマザキ　ハナ",
    "山崎花",
    "タナカ ハナ",
    "ハナ",
    "オツ ハナ",
    "ハナ オオノ",
    "ハナオノ",
    "Ohno Hana",
    "hana ono",
    "HANAONO",
    "Maria Hana Ono",
    "オノ・ハナ・マリア",
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

/// Katakana as hiragana.
fn hiragana(text: &str) -> String {
    let lower = |c| match c {
        'ァ'..='ヴ' => char::from_u32(u32::from(c) - 0x60).unwrap(),
        other => other,
    };
    text.chars().map(lower).collect()
}

/// Katakana in half width, marks apart; letters in lower case.
fn half_width(text: &str) -> String {
    let half = |c: char| ('ｦ'..='ﾟ').find(|half| half.nfkc().eq([c])).unwrap_or(c);
    let parted = text.nfkc().flat_map(|c| if c < '一' { c.nfd().collect() } else { vec![c] });
    parted.map(half).collect::<String>().to_lowercase()
}

/// Katakana, letters and spaces in full width, and one space more.
fn full_width(text: &str) -> String {
    let wide = |c: char| match c {
        ' ' => '　',
        '!'..='~' => char::from_u32(u32::from(c) + 0xFEE0).unwrap(),
        other => other,
    };
    text.nfkc().map(wide).chain(['　']).collect()
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
    fn a_newcomer_never_makes_one_into_a_third_person(
        people in registered(),
        newcomer in line(),
        query in query(),
    ) {
        let newcomer = person(50, &newcomer);
        let before = find(&query, &people);
        let after = find(&query, people.iter().chain([&newcomer]));
        if find(&query, [&newcomer]) == Outcome::None {
            prop_assert_eq!(before, after);
        } else if let (Some(one), Some(other)) = (found(&before), found(&after)) {
            prop_assert!(other == one || other == id(50));
        }
    }

    #[test]
    fn a_match_explains_itself(people in registered(), query in query()) {
        let Query::Name(asked) = &query else { return Ok(()) };
        let Outcome::One(found) = find(&query, &people) else { return Ok(()) };
        let one = people.iter().find(|person| person.person.id == found.person).unwrap();
        explained::check(asked, one, &found.explanation);
    }

    #[test]
    fn how_kana_are_typed_changes_nothing(people in registered(), query in query()) {
        let Query::Name(asked) = &query else { return Ok(()) };
        let expected = find(&query, &people);
        for write in [hiragana, half_width, full_width] {
            let name = write(&asked.name);
            let found = find(&Query::Name(NameQuery { name, ..asked.clone() }), &people);
            prop_assert_eq!(&found, &expected);
        }
    }

    #[test]
    fn nothing_typed_makes_it_panic(people in registered(), name in any::<String>(), address in any::<String>()) {
        let query = by_name(&name, "19510327", "2", &address, "170993");
        let _ = query.check(day("20261122"));
        let _ = find(&query, &people);
    }
}
