use tomoshibi_policies::record::{CardClass, NameUse};

use super::*;
use crate::central::rejects::{Unit, Warning};

const PERSON: &str = "<InsuredCardClassification>01</InsuredCardClassification>\
    <InsuredCardSymbol>12-34</InsuredCardSymbol><InsuredIdentificationNumber>4260</InsuredIdentificationNumber>\
    <InsuredBranchNumber>01</InsuredBranchNumber><Name>灯火　太郎</Name><NameKana>ﾄﾓｼﾋﾞ ﾀﾛｳ</NameKana>\
    <Sex1>1</Sex1><Birthdate>19510327</Birthdate><QualificationDate>20200401</QualificationDate>";

fn result(inner: &str) -> String {
    format!("<ResultOfQualificationConfirmation>{inner}</ResultOfQualificationConfirmation>")
}

fn unit(inner: &str, reference: &str) -> String {
    format!(
        "<BulkConfirmUnit><ProcessingResultStatus>1</ProcessingResultStatus><ResultList>{inner}</ResultList>\
         <ReferenceNumber>{reference}</ReferenceNumber></BulkConfirmUnit>\n"
    )
}

fn file(units: &str) -> String {
    format!(
        "<XmlMsg><MessageHeader><SegmentOfResult>1</SegmentOfResult></MessageHeader><MessageBody>\n{units}</MessageBody></XmlMsg>"
    )
}

fn person(insurer: &str) -> String {
    result(&format!("<InsurerNumber>{insurer}</InsurerNumber>{PERSON}"))
}

#[test]
fn an_insurer_number_padded_with_spaces_survives() {
    let found = read(file(&unit(&person("  170993"), "R1")).as_bytes()).unwrap();
    let coverage = &found.people[0].coverages[0];
    assert_eq!(coverage.insurer.padded_with_spaces(), "  170993");
    assert_eq!((coverage.card, coverage.branch), (CardClass::General, Some(1)));
    assert_eq!(found.people[0].names[0].kanji, "灯火　太郎");
}

#[test]
fn the_order_of_elements_and_unknown_ones_do_not_matter() {
    let turned = format!(
        "<New><x/></New>{}<InsurerNumber>00170993</InsurerNumber>",
        PERSON.replace("<Sex1>1</Sex1>", "") + "<Sex1>1</Sex1>"
    );
    let found = read(file(&unit(&result(&turned), "R1")).as_bytes()).unwrap();
    let plain = read(file(&unit(&person("170993"), "R1")).as_bytes()).unwrap();
    assert_eq!(found.people, plain.people);
}

#[test]
fn all_coverages_of_a_unit_are_one_person_with_former_names() {
    let older = person("170993")
        .replace(
            "<QualificationDate>20200401",
            "<DisqualificationDate>20200401</DisqualificationDate><QualificationDate>20100401",
        )
        .replace("灯火", "旧姓");
    let found = read(file(&unit(&(older + &person("06170012")), "R1")).as_bytes()).unwrap();
    let [one] = &found.people[..] else { panic!("one person") };
    assert_eq!(one.coverages[0].insurer.to_string(), "06170012");
    let uses: Vec<_> = one.names.iter().map(|n| (n.name_use, n.kanji.as_str())).collect();
    assert_eq!(uses, [(NameUse::Registered, "灯火　太郎"), (NameUse::Former, "旧姓　太郎")]);
}

#[test]
fn the_single_shape_is_read_too() {
    let text = format!(
        "<Message><MessageBody><ResultList>{}</ResultList><ReferenceNumber>R1</ReferenceNumber></MessageBody></Message>",
        person("170993")
    );
    assert_eq!(read(text.as_bytes()).unwrap().people.len(), 1);
}

#[test]
fn a_name_in_use_is_an_alias_and_code_page_932_is_read() {
    let named = person("170993")
        .replace("灯火　太郎</Name>", "髙﨑　太郎</Name><NameOfOther>高崎</NameOfOther>");
    let text =
        format!("<?xml version=\"1.0\" encoding=\"Shift_JIS\"?>{}", file(&unit(&named, "R1")));
    let (bytes, _, lossy) = encoding_rs::SHIFT_JIS.encode(&text);
    assert!(!lossy);
    let found = read(&bytes).unwrap();
    let uses: Vec<_> =
        found.people[0].names.iter().map(|n| (n.name_use, n.kanji.as_str())).collect();
    assert_eq!(uses, [(NameUse::Registered, "髙﨑　太郎"), (NameUse::Alias, "高崎")]);
}

#[test]
fn a_wrong_coverage_is_set_aside_and_the_others_stay() {
    for (wrong, reason) in [
        (person("12a"), RejectReason::BadInsurer),
        (person("99999999"), RejectReason::NoIdentity),
        (person("170993").replace("4260", "７７７７７７７７７"), RejectReason::NoIdentity),
        (person("170993").replace("4260", ""), RejectReason::BadNumber),
        (person("170993").replace("4260", &"1".repeat(41)), RejectReason::BadNumber),
        (person("170993").replace(">01</InsuredB", ">123</InsuredB"), RejectReason::BadBranch),
        (person("170993").replace("20200401", "20200431"), RejectReason::BadDate),
        (person("170993").replace("19510327", "1951"), RejectReason::BadDate),
        (person("170993").replace("<Sex1>1", "<Sex1>9"), RejectReason::BadSex),
        (
            person("170993").replace(
                "<QualificationDate>",
                "<DisqualificationDate>20190401</DisqualificationDate><QualificationDate>",
            ),
            RejectReason::BadPeriod,
        ),
        (person("170993").replace("灯火　太郎", "").replace("ﾄﾓｼﾋﾞ ﾀﾛｳ", ""), RejectReason::NoName),
    ] {
        let found =
            read(file(&unit(&(wrong.clone() + &person("06170012")), "R1")).as_bytes()).unwrap();
        assert_eq!(found.people[0].coverages.len(), 1);
        let reject = &found.rejects[0];
        assert_eq!((reject.unit, reject.reason, reject.line), (Unit::Coverage, reason, 2));
        let alone = read(file(&unit(&wrong, "R1")).as_bytes()).unwrap();
        assert!(alone.people.is_empty());
        assert_eq!(alone.rejects[1].reason, RejectReason::NoCoverage);
    }
}

#[test]
fn a_unit_that_contradicts_itself_or_has_no_reference_is_set_aside() {
    let other = person("06170012").replace("19510327", "19510328");
    let long = "9".repeat(51);
    for (text, reason) in [
        (unit(&(person("170993") + &other), "R1"), RejectReason::PersonContradicts),
        (
            unit(&(person("170993") + &person("170993").replace("<Sex1>1", "<Sex1>2")), "R1"),
            RejectReason::PersonContradicts,
        ),
        (unit(&person("170993"), ""), RejectReason::NoReferenceNumber),
        (unit(&person("170993"), &long), RejectReason::NoReferenceNumber),
        (unit("", "R1"), RejectReason::NoCoverage),
        (
            unit(&person("170993"), "R1").replace("Status>1<", "Status>2<"),
            RejectReason::ResultFailed,
        ),
    ] {
        let found = read(file(&(text + &unit(&person("170993"), "R2"))).as_bytes()).unwrap();
        assert_eq!(found.people.len(), 1);
        assert_eq!((found.rejects[0].unit, found.rejects[0].reason), (Unit::Person, reason));
    }
}

#[test]
fn a_result_that_failed_or_still_runs_is_no_result() {
    for segment in ["2", "3", "9"] {
        let text = file(&unit(&person("170993"), "R1"))
            .replace("Result>1</Segment", &format!("Result>{segment}</Segment"));
        assert_eq!(read(text.as_bytes()).unwrap_err().reason, RejectReason::ResultFailed);
    }
}

#[test]
fn unknown_birthdays_and_starts_are_warned_of() {
    let text = person("170993")
        .replace("19510327", "19510300")
        .replace("<QualificationDate>20200401</QualificationDate>", "");
    let found = read(file(&unit(&text, "R1")).as_bytes()).unwrap();
    let warnings: Vec<_> = found.warnings.iter().map(|w| w.warning).collect();
    assert!(
        warnings.contains(&Warning::BirthDayUnknown)
            && warnings.contains(&Warning::CoverageWithoutStart)
    );
    assert_eq!(found.people[0].coverages[0].period.from.to_string(), "1951-03-01");
}

#[test]
fn the_late_elderly_have_neither_symbol_nor_branch() {
    let text = person("39179999")
        .replace("<InsuredCardSymbol>12-34</InsuredCardSymbol>", "")
        .replace("<InsuredBranchNumber>01</InsuredBranchNumber>", "");
    let found = read(file(&unit(&text, "R1")).as_bytes()).unwrap();
    let coverage = &found.people[0].coverages[0];
    assert!(
        coverage.symbol.is_empty()
            && coverage.branch.is_none()
            && coverage.insurer.is_late_elderly()
    );
}
