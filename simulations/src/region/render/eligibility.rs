//! Eligibility deliveries: `eligibility/OQSmuquc02res_<yyyymmdd><nnnn>.xml`.
//!
//! The shape of a bulk result (handbook 3.5, 3.6): one BulkConfirmUnit a person. Ours wraps the
//! results in a ResultList, because one person has several coverages, and names the person by
//! ReferenceNumber. The first delivery holds everybody, the second whoever changed. A file is a
//! neighbourhood; one in three is in code page 932 and says Shift_JIS.

use super::xml::{close, element, open, optional};
use crate::region::calendar::Day;
use crate::region::code_page::encode;
use crate::region::lives::person::Person;
use crate::region::lives::registration::{FileEncoding, Registration};
use crate::region::places::FacilityId;
use crate::region::world::World;

/// A person's part of a delivery.
pub(crate) type Entry<'a> = (&'a Person, Vec<Registration>);

/// The file's path.
pub(crate) fn path(delivered: Day, neighbourhood: u32) -> String {
    format!("eligibility/OQSmuquc02res_{}{:04}.xml", delivered.compact(), neighbourhood + 1)
}

/// One file of a delivery.
pub(crate) fn file(
    world: &World,
    delivered: Day,
    neighbourhood: u32,
    entries: &[Entry<'_>],
) -> Vec<u8> {
    let encoding = FileEncoding::of_neighbourhood(neighbourhood);
    let utf8 = encoding == FileEncoding::Utf8;
    let mut out = String::new();
    let name = if utf8 { "UTF-8" } else { "Shift_JIS" };
    out.push_str(&format!("<?xml version=\"1.0\" encoding=\"{name}\" standalone=\"no\"?>\n"));
    open(&mut out, "XmlMsg");
    header(&mut out, delivered, neighbourhood, entries.len(), utf8);
    open(&mut out, "MessageBody");
    for (person, registrations) in entries {
        out.push('\n');
        unit(world, &mut out, delivered, person, registrations);
    }
    close(&mut out, "MessageBody");
    close(&mut out, "XmlMsg");
    out.push('\n');
    if utf8 { out.into_bytes() } else { encode(&out) }
}

fn header(out: &mut String, delivered: Day, neighbourhood: u32, count: usize, utf8: bool) {
    let facility = FacilityId::clinic(neighbourhood, 0).code10();
    let count = count.to_string();
    open(out, "MessageHeader");
    element(out, "ProcessExecutionTime", &format!("{}030000", delivered.compact()));
    element(out, "QualificationConfirmationDate", &delivered.compact());
    element(out, "MedicalInstitutionCode", &facility);
    element(out, "ReceptionNumber", &format!("{:012}", neighbourhood + 1));
    element(out, "SegmentOfResult", "1");
    element(out, "CharacterCodeIdentifier", if utf8 { "0" } else { "1" });
    element(out, "NumberOfProcessingResult", &count);
    element(out, "NumberOfNormalProcessing", &count);
    element(out, "NumberOfError", "0");
    close(out, "MessageHeader");
}

fn unit(
    world: &World,
    out: &mut String,
    delivered: Day,
    person: &Person,
    registrations: &[Registration],
) {
    let valid = registrations.last().is_some_and(|row| row.coverage.covers(delivered));
    open(out, "BulkConfirmUnit");
    open(out, "QualificationConfirmSearchInfo");
    if let Some(newest) = registrations.last() {
        identity(world, out, newest);
        element(out, "Birthdate", &person.birth_compact());
    }
    element(out, "ArbitraryIdentifier", &person.reference());
    close(out, "QualificationConfirmSearchInfo");
    element(out, "ProcessingResultStatus", "1");
    element(out, "QualificationValidity", if valid { "1" } else { "2" });
    open(out, "ResultList");
    for registration in registrations {
        result(world, out, delivered, person, registration);
    }
    close(out, "ResultList");
    element(out, "ReferenceNumber", &person.reference());
    close(out, "BulkConfirmUnit");
}

fn identity(world: &World, out: &mut String, row: &Registration) {
    let coverage = &row.coverage;
    // Eight characters, filled with spaces on the left: readers that trim lose them.
    element(out, "InsurerNumber", &format!("{:>8}", world.insurer(coverage.insurer).number));
    optional(out, "InsuredCardSymbol", coverage.symbol.as_deref());
    element(out, "InsuredIdentificationNumber", &coverage.number);
    optional(out, "InsuredBranchNumber", coverage.branch.as_deref());
}

fn result(world: &World, out: &mut String, delivered: Day, person: &Person, row: &Registration) {
    let coverage = &row.coverage;
    let insurer = world.insurer(coverage.insurer);
    let age = delivered.age_of(person.birth);
    open(out, "ResultOfQualificationConfirmation");
    element(
        out,
        "InsuredCardClassification",
        if insurer.is_public_assistance() { "A1" } else { "01" },
    );
    identity(world, out, row);
    element(out, "InsurerName", &insurer.name);
    element(out, "PersonalFamilyClassification", if coverage.family { "2" } else { "1" });
    element(out, "InsuredName", &person.householder);
    element(out, "Name", &row.name);
    optional(out, "NameOfOther", row.other_name.as_deref());
    element(out, "NameKana", &row.kana);
    optional(out, "NameOfOtherKana", row.other_kana.as_deref());
    element(out, "Sex1", &row.sex.to_string());
    element(out, "Birthdate", &person.birth_compact());
    optional(out, "Address", row.address.as_deref());
    optional(out, "PostNumber", row.post_number.as_deref());
    element(out, "InsuredPartialContributionRatio", burden(age));
    if age < 6 {
        element(out, "PreschoolClassification", "1");
    }
    element(out, "QualificationDate", &coverage.from.compact());
    let to = coverage.to.map(Day::compact);
    optional(out, "DisqualificationDate", to.as_deref());
    optional(out, "ReasonOfLoss", coverage.loss.map(|loss| loss.code()));
    if (70..75).contains(&age) {
        elderly_certificate(out, delivered);
    }
    close(out, "ResultOfQualificationConfirmation");
}

/// Share of the cost: 20 % for small children and from 70, 10 % from 75, else 30 %.
fn burden(age: i32) -> &'static str {
    match age {
        ..6 | 70..75 => "020",
        75.. => "010",
        _ => "030",
    }
}

fn elderly_certificate(out: &mut String, delivered: Day) {
    // The certificate runs from 1 August to 31 July.
    let (year, month, _) = delivered.date();
    let start = Day::new(if month >= 8 { year } else { year - 1 }, 8, 1);
    let end = Day::new(start.date().0 + 1, 7, 31);
    open(out, "ElderlyRecipientCertificateInfo");
    element(out, "ElderlyRecipientCertificateDate", &start.compact());
    element(out, "ElderlyRecipientValidStartDate", &start.compact());
    element(out, "ElderlyRecipientValidEndDate", &end.compact());
    element(out, "ElderlyRecipientContributionRatio", "020");
    close(out, "ElderlyRecipientCertificateInfo");
}
