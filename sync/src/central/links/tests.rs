use std::sync::atomic::{AtomicU8, Ordering};

use tomoshibi_policies::record::{
    CardClass, Coverage, InsurerNumber, NameUse, PersonId, PersonName, Relation, Sex, SourceOrder,
};
use tomoshibi_policies::time::{DatePeriod, JstDate, PartialDate};

use super::*;
use crate::central::ingest::oqs::Delivered;
use crate::seam::Entropy;

/// Counts, so that ids differ and tests repeat.
struct Counting(AtomicU8);

impl Entropy for Counting {
    fn fill(&self, bytes: &mut [u8]) -> std::io::Result<()> {
        bytes.fill(self.0.fetch_add(1, Ordering::Relaxed));
        Ok(())
    }
}

struct Table {
    links: Links,
    entropy: Counting,
    _dir: tempfile::TempDir,
}

fn day(text: &str) -> JstDate {
    JstDate::parse(text).unwrap()
}

fn coverage(
    insurer: &str,
    symbol: &str,
    number: &str,
    branch: Option<u8>,
    from: &str,
    until: Option<&str>,
) -> Coverage {
    Coverage {
        insurer: InsurerNumber::parse(insurer).unwrap(),
        symbol: symbol.into(),
        number: number.into(),
        branch,
        period: DatePeriod { from: day(from), until: until.map(day) },
        card: CardClass::General,
        relation: Relation::Insured,
        burden_percent: None,
        elderly_until: None,
        loss: None,
    }
}

fn kokuho(branch: Option<u8>) -> Coverage {
    coverage("170993", "12-34", "4260", branch, "20200401", None)
}

impl Table {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let links = Links::open(&dir.path().join("links.redb")).unwrap();
        Self { links, entropy: Counting(AtomicU8::new(1)), _dir: dir }
    }

    fn add(&self, reference: &str, birth: &str, sex: Sex, coverages: &[Coverage]) -> Registered {
        self.add_at("20261101", reference, birth, sex, coverages)
    }

    fn add_at(
        &self,
        accepted: &str,
        reference: &str,
        birth: &str,
        sex: Sex,
        coverages: &[Coverage],
    ) -> Registered {
        let names = vec![PersonName {
            name_use: NameUse::Registered,
            kanji: "灯火".into(),
            kana: String::new(),
        }];
        let delivered = Delivered {
            line: 1,
            reference: reference.into(),
            names,
            sex,
            birth: PartialDate::parse(birth).unwrap(),
            address: String::new(),
            postal_code: String::new(),
            coverages: coverages.to_vec(),
        };
        let mut registration = self.links.register().unwrap();
        let order = SourceOrder { accepted: day(accepted), sequence: 0 };
        let registered = registration.register(&delivered, order, &self.entropy).unwrap();
        registration.commit().unwrap();
        registered
    }

    fn find(&self, who: Who<'_>) -> Result<PersonId, Unlinked> {
        let month = tomoshibi_policies::time::YearMonth::parse(who.month).unwrap();
        let claimant = Claimant {
            insurer: InsurerNumber::parse(who.insurer).unwrap(),
            symbol: who.symbol,
            number: who.number,
            branch: who.branch,
            facts: Some((PartialDate::parse(who.birth).unwrap(), who.sex)),
            during: DatePeriod {
                from: month.first_day(),
                until: Some(month.plus_months(1).first_day()),
            },
        };
        self.links.resolver().unwrap().resolve(&claimant).unwrap()
    }
}

#[derive(Clone, Copy)]
struct Who<'a> {
    insurer: &'a str,
    symbol: &'a str,
    number: &'a str,
    branch: Option<u8>,
    birth: &'a str,
    sex: Sex,
    month: &'a str,
}

const TARO: Who<'_> = Who {
    insurer: "170993",
    symbol: "12-34",
    number: "4260",
    branch: Some(1),
    birth: "19510327",
    sex: Sex::Male,
    month: "202609",
};

#[test]
fn a_claim_links_when_numbers_time_birth_and_sex_agree() {
    let table = Table::new();
    let taro = table.add("R1", "19510327", Sex::Male, &[kokuho(Some(1))]).person;
    for who in [
        TARO,
        Who { insurer: "00170993", symbol: "１２３４", number: "０４２６０", ..TARO },
        Who { branch: None, ..TARO },
        Who { branch: Some(0), ..TARO },
        Who { birth: "19510300", ..TARO },
        Who { sex: Sex::NotSet, ..TARO },
        Who { month: "202004", ..TARO },
    ] {
        assert_eq!(table.find(who), Ok(taro));
    }
}

#[test]
fn anything_that_differs_links_to_nobody() {
    let table = Table::new();
    table.add("R1", "19510327", Sex::Male, &[kokuho(Some(1))]);
    for (who, why) in [
        (Who { birth: "19510328", ..TARO }, Unlinked::FactsDiffer),
        (Who { birth: "19510400", ..TARO }, Unlinked::FactsDiffer),
        (Who { sex: Sex::Female, ..TARO }, Unlinked::FactsDiffer),
        (Who { number: "4261", ..TARO }, Unlinked::Unknown),
        (Who { symbol: "1235", ..TARO }, Unlinked::Unknown),
        (Who { insurer: "133066", ..TARO }, Unlinked::Unknown),
        (Who { branch: Some(2), ..TARO }, Unlinked::Unknown),
        (Who { month: "202003", ..TARO }, Unlinked::NotCovered),
        (Who { number: "999999999", ..TARO }, Unlinked::NoIdentity),
        (Who { number: "７７７７７７７７７", ..TARO }, Unlinked::NoIdentity),
        (Who { number: "", ..TARO }, Unlinked::NoIdentity),
    ] {
        assert_eq!(table.find(who), Err(why));
    }
}

#[test]
fn the_day_of_disqualification_is_outside() {
    let table = Table::new();
    let until = coverage("170993", "12-34", "4260", Some(1), "20200401", Some("20260901"));
    let taro = table.add("R1", "19510327", Sex::Male, &[until]).person;
    assert_eq!(table.find(Who { month: "202608", ..TARO }), Ok(taro));
    assert_eq!(table.find(TARO), Err(Unlinked::NotCovered));
}

#[test]
fn without_a_branch_only_one_of_a_family_may_match() {
    let table = Table::new();
    let taro = table.add("R1", "19510327", Sex::Male, &[kokuho(Some(1))]).person;
    table.add("R2", "20100501", Sex::Female, &[kokuho(Some(2))]);
    table.add("R3", "20100501", Sex::Female, &[kokuho(Some(3))]);
    assert_eq!(table.find(Who { branch: None, ..TARO }), Ok(taro));
    let twin = Who { branch: None, birth: "20100501", sex: Sex::Female, ..TARO };
    assert_eq!(table.find(twin), Err(Unlinked::Several));
    assert!(table.find(Who { branch: Some(3), ..twin }).is_ok());
}

#[test]
fn branch_00_is_registered_but_says_nothing_in_a_claim() {
    let table = Table::new();
    let taro = table.add("R1", "19510327", Sex::Male, &[kokuho(Some(0))]);
    let hana = table.add("R2", "19550505", Sex::Female, &[kokuho(Some(2))]);
    assert!(!taro.contested && !hana.contested);
    for branch in [Some(0), None] {
        assert_eq!(table.find(Who { branch, ..TARO }), Ok(taro.person));
        // A facility that does not know her branch writes 00.
        let who = Who { branch, birth: "19550505", sex: Sex::Female, ..TARO };
        assert_eq!(table.find(who), Ok(hana.person));
    }
    assert_eq!(table.find(Who { branch: Some(2), ..TARO }), Err(Unlinked::FactsDiffer));
    assert!(table.add("R3", "19600101", Sex::Male, &[kokuho(Some(0))]).contested);
}

#[test]
fn a_family_registered_without_branches_is_told_apart_by_birth_and_sex() {
    let table = Table::new();
    let taro = table.add("R1", "19510327", Sex::Male, &[kokuho(None)]);
    let hana = table.add("R2", "19550505", Sex::Female, &[kokuho(None)]);
    assert!(!taro.contested && !hana.contested);
    assert_eq!(table.find(TARO), Ok(taro.person));
    assert_eq!(table.find(Who { birth: "19550505", sex: Sex::Female, ..TARO }), Ok(hana.person));
}

#[test]
fn the_late_elderly_have_neither_symbol_nor_branch() {
    let table = Table::new();
    let late = coverage("39170012", "", "12345678", None, "20200401", None);
    let id = table.add("R1", "19400327", Sex::Female, &[late]).person;
    let who = Who {
        insurer: "39170012",
        symbol: "X",
        number: "12345678",
        branch: Some(1),
        birth: "19400327",
        sex: Sex::Female,
        ..TARO
    };
    assert_eq!(table.find(who), Ok(id));
}

#[test]
fn an_identity_claimed_twice_at_one_time_belongs_to_nobody() {
    let table = Table::new();
    let first = table.add("R1", "19510327", Sex::Male, &[kokuho(Some(1))]);
    let second = table.add("R2", "19600101", Sex::Male, &[kokuho(Some(1))]);
    assert!(!first.contested && second.contested && first.person != second.person);
    for branch in [Some(1), None] {
        // Even though birth date and sex agree with one of the two only.
        assert_eq!(table.find(Who { branch, ..TARO }), Err(Unlinked::Contested));
    }
    // One after the other is no contest.
    let table = Table::new();
    let past = coverage("170993", "12-34", "4260", Some(1), "20100401", Some("20200401"));
    table.add("R1", "19600101", Sex::Male, &[past]);
    let now = table.add("R2", "19510327", Sex::Male, &[kokuho(Some(1))]);
    assert!(!now.contested);
    assert_eq!(table.find(TARO), Ok(now.person));
}

#[test]
fn a_reference_number_is_one_person_over_insurers_and_years() {
    let table = Table::new();
    let company = coverage("06170012", "5", "77", Some(1), "20100401", Some("20200401"));
    let first = table.add_at("20191101", "R1", "19510327", Sex::Male, &[company]).person;
    let second = table.add("R1", "19510327", Sex::Male, &[kokuho(Some(1))]).person;
    assert_eq!(first, second);
    assert_eq!(table.find(TARO), Ok(first));
    let before = Who { insurer: "06170012", symbol: "5", number: "77", month: "201501", ..TARO };
    assert_eq!(table.find(before), Ok(first));
    assert_eq!(table.links.resolver().unwrap().by_reference("R1").unwrap(), Some(first));
    assert_eq!(table.links.resolver().unwrap().by_reference("R2").unwrap(), None);
}

#[test]
fn the_newest_delivery_decides_whatever_comes_first() {
    let ended = coverage("170993", "12-34", "4260", Some(1), "20200401", Some("20260401"));
    for newest_first in [true, false] {
        let table = Table::new();
        let old = || table.add_at("20260101", "R1", "19510326", Sex::Male, &[kokuho(Some(1))]);
        let new =
            || table.add_at("20260501", "R1", "19510327", Sex::Male, std::slice::from_ref(&ended));
        if newest_first {
            new();
            old();
        } else {
            old();
            new();
        }
        assert_eq!(table.find(TARO), Err(Unlinked::NotCovered), "newest first: {newest_first}");
        assert!(table.find(Who { month: "202603", ..TARO }).is_ok());
    }
}

#[test]
fn what_is_not_committed_is_not_there_and_reopening_finds_the_rest() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("links.redb");
    let table = Table {
        links: Links::open(&path).unwrap(),
        entropy: Counting(AtomicU8::new(1)),
        _dir: dir,
    };
    let taro = table.add("R1", "19510327", Sex::Male, &[kokuho(Some(1))]).person;
    let Table { links, entropy, _dir } = table;
    drop(links);
    let links = Links::open(&path).unwrap();
    assert!(
        matches!(Links::open(&path), Err(error) if error.class() == tomoshibi_policies::ErrorClass::Conflict)
    );
    let table = Table { links, entropy, _dir };
    assert_eq!(table.find(TARO), Ok(taro));
    assert_eq!(table.add("R1", "19510327", Sex::Male, &[kokuho(Some(1))]).person, taro);
}
