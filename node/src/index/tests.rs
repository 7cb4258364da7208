use tomoshibi_policies::find::{FoldedPerson, NameQuery, NumberQuery, Outcome};
use tomoshibi_policies::record::{
    CardClass, Coverage, LossReason, NameUse, Person, PersonName, Relation, Sex,
};
use tomoshibi_policies::time::DatePeriod;

use super::*;

fn day(text: &str) -> JstDate {
    JstDate::parse(text).unwrap()
}

fn coverage(insurer: &str, number: &str, branch: Option<u8>) -> Coverage {
    Coverage {
        insurer: InsurerNumber::parse(insurer).unwrap(),
        symbol: "１２－３４".into(),
        number: number.into(),
        branch,
        period: DatePeriod { from: day("20200401"), until: Some(day("20270401")) },
        card: CardClass::General,
        relation: Relation::Family,
        burden_percent: Some(30),
        elderly_until: Some(day("20270801")),
        loss: Some(LossReason::OtherInsurance),
    }
}

fn person(n: u8, birth: &str, coverages: Vec<Coverage>) -> Person {
    let name = |name_use, kanji: &str, kana: &str| PersonName {
        name_use,
        kanji: kanji.into(),
        kana: kana.into(),
    };
    Person {
        id: PersonId::from_bytes([n; 16]),
        names: vec![
            name(NameUse::Registered, "灯火　太郎", "ﾄﾓｼﾋﾞ ﾀﾛｳ"),
            name(NameUse::Former, "見本　太郎", "ﾐﾎﾝ ﾀﾛｳ"),
        ],
        sex: Sex::Male,
        birth: PartialDate::parse(birth).unwrap(),
        address: "石川県見本市一丁目".into(),
        postal_code: "920-0000".into(),
        coverages,
    }
}

fn index(persons: &[Person]) -> PersonIndex {
    let mut builder = IndexBuilder::with_capacity(persons.len(), 1 << 12);
    persons.iter().for_each(|person| builder.add(&FoldedPerson::fold(person.clone())));
    builder.finish()
}

fn found(index: &PersonIndex, query: &Query) -> Option<PersonId> {
    match index.find(query) {
        Outcome::One(found) => Some(found.person),
        Outcome::None | Outcome::Several(_) => None,
    }
}

fn by_number(insurer: &str, number: &str, birth: &str) -> Query {
    Query::Number(NumberQuery {
        insurer: InsurerNumber::parse(insurer).unwrap(),
        symbol: String::new(),
        number: number.into(),
        branch: None,
        birth: day(birth),
    })
}

fn by_name(name: &str, birth: &str) -> Query {
    Query::Name(NameQuery {
        name: name.into(),
        birth: day(birth),
        sex: Sex::Male,
        address: Some("石川県見本市".into()),
        insurer: None,
    })
}

#[test]
fn what_was_packed_comes_back_whole() {
    let coverages =
        vec![coverage("170993", "４２６０", Some(1)), coverage("39179999", "12345678", None)];
    for birth in ["19510327", "19510300", "19510000"] {
        let person = person(1, birth, coverages.clone());
        let index = index(std::slice::from_ref(&person));
        assert!(index.person(person.id).unwrap().to_person() == person);
    }
}

#[test]
fn everybody_is_found_by_card_by_name_and_by_former_name() {
    let persons: Vec<_> = (0..50u8)
        .map(|n| {
            let birth = format!("1951{:02}{:02}", n % 12 + 1, n / 12 + 1);
            person(n, &birth, vec![coverage("170993", &format!("{n}"), Some(1))])
        })
        .collect();
    let index = index(&persons);
    for (n, person) in persons.iter().enumerate() {
        let birth = person.birth.day().unwrap().to_string();
        assert_eq!(found(&index, &by_number("00170993", &n.to_string(), &birth)), Some(person.id));
        let loose = ["タロウ トモシビ", "たろうともしび", "Tomoshibi Taro", "Taro Tomosibi"];
        for name in ["ともしびたろう", "灯火太郎", "ミホン タロウ"].into_iter().chain(loose)
        {
            assert_eq!(found(&index, &by_name(name, &birth)), Some(person.id), "{n} {name}");
        }
    }
    assert_eq!(found(&index, &by_number("170993", "50", "19510101")), None);
    assert_eq!(found(&index, &by_name("灯火太郎", "19511231")), None);
}

#[test]
fn somebody_born_on_an_unknown_day_is_a_candidate_on_every_day_of_that_year() {
    let index = index(&[person(1, "19510000", vec![])]);
    assert!(found(&index, &by_name("灯火太郎", "19510704")).is_some());
    assert!(found(&index, &by_name("灯火太郎", "19520704")).is_none());
}

#[test]
fn an_empty_index_finds_nobody() {
    let index = index(&[]);
    assert!(index.is_empty());
    assert_eq!(found(&index, &by_name("灯火太郎", "19510327")), None);
    assert!(index.person(PersonId::from_bytes([0; 16])).is_none());
}
