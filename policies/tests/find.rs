//! Finding, row by row over `testdata/names/find.csv`, and the rules around it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[path = "find/confirm.rs"]
mod confirm;
#[path = "find/explained.rs"]
mod explained;
#[path = "find/people.rs"]
mod people;
#[path = "find/properties.rs"]
mod properties;

use people::{by_name, by_number, day, id, people};
use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::find::{Outcome, Query, QueryError, QueryField, find};
use tomoshibi_policies::record::Sex;

const TABLE: &str = include_str!("../testdata/names/find.csv");

/// The outcome in the words of the table: expectation and keys.
fn words(outcome: &Outcome) -> (String, String) {
    match outcome {
        Outcome::None => ("none".to_owned(), String::new()),
        Outcome::Several(ask) => (format!("several {}", ask.as_str()), String::new()),
        Outcome::One(found) => {
            let place = (1..).find(|&place| id(place) == found.person).unwrap();
            let explanation = &found.explanation;
            let aloud = if explanation.needs_spoken_confirmation { " aloud" } else { "" };
            let mut keys: Vec<&str> = explanation.keys.iter().map(|key| key.as_str()).collect();
            keys.sort_unstable();
            (format!("one {place}{aloud}"), keys.join(" "))
        }
    }
}

#[test]
fn every_row_of_the_find_table_holds() {
    let mut reader = csv::Reader::from_reader(TABLE.as_bytes());
    let mut wrong = Vec::new();
    for row in reader.records() {
        let row: Vec<String> = row.unwrap().iter().map(str::to_owned).collect();
        let [typed, birth, sex, address, insurer, registered, expect, keys, why] =
            row.try_into().unwrap();
        let query = if sex.is_empty() {
            by_number(&typed, &birth)
        } else {
            by_name(&typed, &birth, &sex, &address, &insurer)
        };
        let mut expected_keys: Vec<&str> = keys.split_whitespace().collect();
        expected_keys.sort_unstable();
        let found = words(&find(&query, people(&registered)));
        if found != (expect.clone(), expected_keys.join(" ")) {
            wrong.push(format!("{typed}: {why}: expected {expect} [{keys}], found {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn border_days_of_two_eras_are_one_day() {
    use tomoshibi_policies::time::PartialDate;
    for (era, western) in [("昭和64年1月7日", "19890107"), ("平成元年1月8日", "19890108")]
    {
        let query = by_name("灯火 花", western, "2", "石川県輪島市", "");
        let line = format!("灯火 花/ﾄﾓｼﾋﾞ ﾊﾅ/{western}/3/石川県輪島市河井町1/170993");
        assert_eq!(query.birth(), PartialDate::parse(western).unwrap().day().unwrap(), "{era}");
        assert_eq!(words(&find(&query, people(&line))).0, "one 1", "{era}");
    }
}

#[test]
fn a_person_met_twice_is_one() {
    let line = "灯火 花/ﾄﾓｼﾋﾞ ﾊﾅ/19510327/2/石川県輪島市河井町1/170993::1:1+170993::1:1";
    let mut registered = people(line);
    registered.extend(people(line));
    for query in [
        by_name("トモシビ ハナ", "19510327", "2", "石川県輪島市", ""),
        by_number("170993::1", "19510327"),
    ] {
        assert!(matches!(find(&query, &registered), Outcome::One(_)));
    }
}

#[test]
fn the_best_view_of_a_person_counts() {
    let mut views = people(
        "灯火 花/ﾄﾓｼﾋﾞ ﾊﾅ/19510327/2/富山県氷見市1/170993; 灯火 花/ﾄﾓｼﾋﾞ ﾊﾅ/19510327/2/石川県輪島市1/170993",
    );
    for view in &mut views {
        view.person.id = id(1);
    }
    let query = by_name("灯火 花", "19510327", "2", "石川県輪島市", "");
    for order in [[0, 1], [1, 0]] {
        let found = find(&query, order.iter().filter_map(|&at| views.get(at)));
        assert_eq!(words(&found), ("one 1".to_owned(), "address-municipality kanji".to_owned()));
    }
}

#[test]
fn nobody_is_found_among_nobody() {
    let none: [tomoshibi_policies::find::FoldedPerson; 0] = [];
    assert_eq!(find(&by_number("170993::1", "19510327"), &none), Outcome::None);
    assert_eq!(find(&by_name("灯火 花", "19510327", "2", "輪島市", ""), &none), Outcome::None);
}

#[test]
fn a_query_with_a_refused_form_finds_nobody() {
    let registered = people("灯火 花/ﾄﾓｼﾋﾞ ﾊﾅ/19510327/2/石川県輪島市河井町1/170993::999999999:1");
    for query in [
        by_name("灯火 花", "19510327", "3", "石川県輪島市", ""),
        by_name("灯火 花", "19510327", "2", "", ""),
        by_name("", "19510327", "2", "石川県輪島市", ""),
        by_number("170993::999999999:1", "19510327"),
        by_number("170993:::1", "19510327"),
    ] {
        assert!(query.check(day("20261122")).is_err());
        assert_eq!(find(&query, &registered), Outcome::None);
    }
}

#[test]
fn every_check_refuses_by_its_name() {
    let good = || by_name("灯火 花", "19510327", "2", "石川県輪島市", "");
    let today = day("20261122");
    assert_eq!(good().check(today), Ok(()));
    assert_eq!(by_number("39179999::01234567", "19401231").check(today), Ok(()));
    let long = "灯".repeat(101);
    let too_long = |field, max| QueryError::TooLong { field, max };
    let cases = [
        (by_name("　", "19510327", "2", "輪島市", ""), QueryError::MissingName),
        (by_name("灯", "19510327", "2", "輪島市", ""), QueryError::NameTooShort),
        (by_name("ー・ハ", "19510327", "2", "輪島市", ""), QueryError::NameTooShort),
        (by_name("●●", "19510327", "2", "輪島市", ""), QueryError::NameTooShort),
        (by_name(&long, "19510327", "2", "輪島市", ""), too_long(QueryField::Name, 100)),
        (
            by_name("灯火 花", "19510327", "2", &long.repeat(2), ""),
            too_long(QueryField::Address, 200),
        ),
        (by_name("灯火 花", "19510327", "3", "輪島市", ""), QueryError::MissingSex),
        (by_name("灯火 花", "19510327", "2", "", ""), QueryError::MissingAddressOrInsurer),
        (by_name("灯火 花", "19510327", "2", " ・ ", ""), QueryError::MissingAddressOrInsurer),
        (by_name("灯火 花", "20261123", "2", "輪島市", ""), QueryError::BirthInFuture),
        (by_name("灯火 花", "19051121", "2", "輪島市", ""), QueryError::TooOld { max: 120 }),
        (by_number("170993::", "19510327"), QueryError::MissingNumber),
        (by_number("170993::・-", "19510327"), QueryError::MissingNumber),
        (by_number("170993::９９９９９９９９９", "19510327"), QueryError::NoIdentity),
        (by_number("170993::777-777-777", "19510327"), QueryError::NoIdentity),
        (by_number("170993::1:100", "19510327"), QueryError::BranchOutOfRange),
        (
            by_number(&format!("170993::{}", "1".repeat(21)), "19510327"),
            too_long(QueryField::Number, 20),
        ),
        (
            by_number(&format!("170993:{}:1", "1".repeat(21)), "19510327"),
            too_long(QueryField::Symbol, 20),
        ),
        (by_number("170993::1", "20261123"), QueryError::BirthInFuture),
    ];
    for (query, error) in cases {
        assert_eq!(query.check(today), Err(error));
        assert_eq!(error.class(), ErrorClass::Invalid);
    }
    // The day before the 121st birthday is still searched for, and today's newborn too.
    assert_eq!(by_name("灯火 花", "19051123", "2", "輪島市", "").check(today), Ok(()));
    assert_eq!(by_name("灯火 花", "20261122", "2", "輪島市", "").check(today), Ok(()));
}

#[test]
fn nothing_printed_shows_a_patient() {
    let registered = people("灯火 花/ﾄﾓｼﾋﾞ ﾊﾅ/19510327/2/石川県輪島市河井町1/170993:ア:12345:1");
    let queries = [
        by_name("灯火 花", "19510327", "2", "石川県輪島市", "170993"),
        by_number("170993:ア:12345:1", "19510327"),
    ];
    let mut printed = String::new();
    for query in &queries {
        printed += &format!("{query:?} {:?}", find(query, &registered));
        let Outcome::One(found) = find(query, &registered) else { panic!("nobody") };
        printed += &format!("{found:?}");
    }
    printed += &format!("{registered:?}");
    for query in
        [by_name("灯", "19510327", "2", "輪島市", ""), by_number("170993::999999999", "19510327")]
    {
        let error = query.check(day("20261122")).unwrap_err();
        printed += &format!("{error} {error:?}");
    }
    for secret in ["灯", "花", "ﾊﾅ", "ハナ", "ア", "1951", "輪島", "170993", "12345", "9999"]
    {
        assert!(!printed.contains(secret), "{secret} in {printed}");
    }
}

#[test]
fn the_sex_that_was_not_filled_in_is_refused_and_that_not_registered_agrees() {
    let Query::Name(query) = by_name("灯火 花", "19510327", "3", "輪島市", "") else {
        panic!()
    };
    assert_eq!(query.sex, Sex::NotSet);
    assert_eq!(Query::Name(query).check(day("20261122")), Err(QueryError::MissingSex));
}
