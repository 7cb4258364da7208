//! Invented people in one line each: `kanji/kana/birth/sex/address/coverages`.
//!
//! Names may be several, joined by `=`: the registered one, then former ones (`<` in front) or ones in use (`~`).
//! Coverages are joined by `+`, each `insurer:symbol:number:branch` with empty or missing parts at the end.

use tomoshibi_policies::find::{FoldedPerson, NameQuery, NumberQuery, Query};
use tomoshibi_policies::record::{
    CardClass, Coverage, InsurerNumber, NameUse, Person, PersonId, PersonName, Relation, Sex,
};
use tomoshibi_policies::time::{DatePeriod, JstDate, PartialDate};

/// The id of the person with this place in its line.
pub(crate) fn id(place: usize) -> PersonId {
    PersonId::from_bytes([u8::try_from(place).unwrap(); 16])
}

/// People separated by `;`, with ids from 1.
pub(crate) fn people(lines: &str) -> Vec<FoldedPerson> {
    let lines = lines.split(';').map(str::trim).filter(|line| !line.is_empty());
    lines.zip(1..).map(|(line, place)| person(place, line)).collect()
}

/// One person.
pub(crate) fn person(place: usize, line: &str) -> FoldedPerson {
    let mut parts = line.split('/').map(str::trim);
    let mut part = || parts.next().unwrap_or_default();
    let (kanji, kana) = (part(), part());
    FoldedPerson::fold(Person {
        id: id(place),
        names: names(kanji, kana),
        birth: PartialDate::parse(part()).unwrap(),
        sex: Sex::from_code(part()).unwrap(),
        address: part().to_owned(),
        coverages: part().split('+').filter(|text| !text.is_empty()).map(coverage).collect(),
        postal_code: part().to_owned(),
    })
}

fn names(kanji: &str, kana: &str) -> Vec<PersonName> {
    let mut kana = kana.split('=');
    let kanji = kanji.split('=');
    let named = kanji.map(|kanji| (kanji, kana.next().unwrap_or_default()));
    let mark = |kanji: &str| match kanji.chars().next() {
        Some('<') => NameUse::Former,
        Some('~') => NameUse::Alias,
        _ => NameUse::Registered,
    };
    named
        .map(|(kanji, kana)| PersonName {
            name_use: mark(kanji),
            kanji: kanji.trim_start_matches(['<', '~']).to_owned(),
            kana: kana.to_owned(),
        })
        .collect()
}

fn coverage(text: &str) -> Coverage {
    let mut parts = text.split(':');
    let mut part = || parts.next().unwrap_or_default();
    Coverage {
        insurer: InsurerNumber::parse(part()).unwrap(),
        symbol: part().to_owned(),
        number: part().to_owned(),
        branch: part().parse().ok(),
        period: DatePeriod { from: day("20200401"), until: None },
        card: CardClass::General,
        relation: Relation::Insured,
        burden_percent: None,
        elderly_until: None,
        loss: None,
    }
}

/// A day.
pub(crate) fn day(text: &str) -> JstDate {
    JstDate::parse(text).unwrap()
}

/// A search by name.
pub(crate) fn by_name(name: &str, birth: &str, sex: &str, address: &str, insurer: &str) -> Query {
    Query::Name(NameQuery {
        name: name.to_owned(),
        birth: day(birth),
        sex: Sex::from_code(sex).unwrap(),
        address: Some(address.to_owned()).filter(|text| !text.is_empty()),
        insurer: InsurerNumber::parse(insurer).ok(),
    })
}

/// A search by number, from `insurer:symbol:number:branch`.
pub(crate) fn by_number(card: &str, birth: &str) -> Query {
    let Coverage { insurer, symbol, number, branch, .. } = coverage(card);
    Query::Number(NumberQuery { insurer, symbol, number, branch, birth: day(birth) })
}
