//! One document: whose, when, which programme, and its items.

use tomoshibi_policies::record::{CheckupProgram, InsurerNumber, InsurerNumberError, Sex};
use tomoshibi_policies::time::{JstDate, PartialDate};

use super::{DOCUMENT_LEN_BYTES_MAX, DeliveredCheckup, item};
use crate::central::ingest::text;
use crate::central::ingest::xml::{self, Element};
use crate::central::rejects::{Noticed, RejectReason, SetAside, Unit, Warning};
use tomoshibi_policies::names;

/// Base of the checkup OIDs.
pub(super) const OID_BASE: &str = "1.2.392.200119.6.";
const INSURER: &str = "101";
const SYMBOL: &str = "204";
const NUMBER: &str = "205";
const BRANCH: &str = "211";
/// Longest symbol or number, in characters.
const NUMBER_CHARS_MAX: usize = 40;
/// Most elements of a document; real ones have 2,000.
const ELEMENTS_MAX: usize = 50_000;

/// Reads the document at `place` of its archive.
///
/// # Errors
/// The document, when a required part is missing or wrong: record target (insurer, number, sex, birth), exam date,
/// programme, or any item.
pub fn read(bytes: &[u8], place: u64) -> Result<DeliveredCheckup, SetAside> {
    let aside = |reason| SetAside { unit: Unit::Document, line: place, column: None, reason };
    if bytes.len() as u64 > DOCUMENT_LEN_BYTES_MAX {
        return Err(aside(RejectReason::FileTooLong));
    }
    let text = xml::decode(bytes).map_err(|fault| aside(fault.reason))?;
    let root = xml::read(&text, ELEMENTS_MAX, "", &mut |_| {});
    let root = root.map_err(|fault| aside(fault.reason))?;
    from_root(&root, place).map_err(aside)
}

fn from_root(root: &Element, place: u64) -> Result<DeliveredCheckup, RejectReason> {
    if root.name != "ClinicalDocument" {
        return Err(RejectReason::NotADocument);
    }
    let target = root.child("recordTarget").and_then(|target| target.child("patientRole"));
    let target = target.ok_or(RejectReason::NoRecordTarget)?;
    let patient = target.child("patient").ok_or(RejectReason::NoRecordTarget)?;
    let insurer = insurer(id(target, INSURER).ok_or(RejectReason::NoRecordTarget)?)?;
    let number = card_text(id(target, NUMBER).ok_or(RejectReason::NoRecordTarget)?)?;
    if names::is_no_identity(&number) {
        return Err(RejectReason::NoIdentity);
    }
    let gender = patient.child("administrativeGenderCode").map_or("", |e| e.attribute("code"));
    let birth = patient.child("birthTime").map_or("", |e| e.attribute("value"));
    let event = root.child("documentationOf").and_then(|of| of.child("serviceEvent"));
    let mut warnings = Vec::new();
    if ticket_insurers(root).any(|ticket| InsurerNumber::parse(ticket) != Ok(insurer)) {
        warnings.push(Noticed { line: place, warning: Warning::TicketInsurerDiffers });
    }
    Ok(DeliveredCheckup {
        line: place,
        insurer,
        symbol: card_text(id(target, SYMBOL).unwrap_or_default())?,
        number,
        branch: branch(id(target, BRANCH).unwrap_or_default())?,
        sex: Sex::from_code(gender).ok_or(RejectReason::BadSex)?,
        birth: PartialDate::parse(birth).map_err(|_| RejectReason::BadDate)?,
        exam_date: exam_date(event.ok_or(RejectReason::NoExamDate)?)?,
        program: program(event.ok_or(RejectReason::NoProgram)?)?,
        items: item::all(root)?,
        warnings,
    })
}

/// Extension of the id whose root ends in `part`.
fn id<'a>(role: &'a Element, part: &str) -> Option<&'a str> {
    let ids = role.children.iter().filter(|child| child.name == "id");
    let mut of_part = ids.filter(|id| id.attribute("root").strip_prefix(OID_BASE) == Some(part));
    of_part.next().map(|id| id.attribute("extension")).filter(|extension| !extension.is_empty())
}

/// Insurer numbers that stand anywhere in a ticket (participant HLD).
fn ticket_insurers(root: &Element) -> impl Iterator<Item = &str> {
    let tickets = root.children.iter().filter(|child| child.name == "participant");
    let mut ids = Vec::new();
    for ticket in tickets.filter(|ticket| ticket.attribute("typeCode") == "HLD") {
        ticket.find_all("id", &mut ids);
    }
    ids.into_iter()
        .filter(|id| id.attribute("root").strip_prefix(OID_BASE) == Some(INSURER))
        .map(|id| id.attribute("extension"))
}

fn insurer(text: &str) -> Result<InsurerNumber, RejectReason> {
    InsurerNumber::parse(text).map_err(|error| match error {
        InsurerNumberError::Form => RejectReason::BadInsurer,
        InsurerNumberError::NoIdentity => RejectReason::NoIdentity,
    })
}

fn card_text(text: &str) -> Result<String, RejectReason> {
    let text = text.trim();
    if text.chars().count() > NUMBER_CHARS_MAX {
        return Err(RejectReason::BadNumber);
    }
    Ok(text.to_owned())
}

fn branch(text: &str) -> Result<Option<u8>, RejectReason> {
    let text = text::narrow(text.trim());
    if text.is_empty() {
        return Ok(None);
    }
    let branch = text::number(&text).filter(|_| text.len() <= 2);
    let branch = branch.and_then(|branch| u8::try_from(branch).ok());
    branch.map(Some).ok_or(RejectReason::BadBranch)
}

/// `effectiveTime/@value`, or its `low`.
fn exam_date(event: &Element) -> Result<JstDate, RejectReason> {
    let time = event.child("effectiveTime").ok_or(RejectReason::NoExamDate)?;
    let value = match time.attribute("value") {
        "" => time.child("low").map_or("", |low| low.attribute("value")),
        value => value,
    };
    if value.is_empty() {
        return Err(RejectReason::NoExamDate);
    }
    let day = value.get(..8).ok_or(RejectReason::BadDate)?;
    JstDate::parse(day).map_err(|_| RejectReason::BadDate)
}

fn program(event: &Element) -> Result<CheckupProgram, RejectReason> {
    let code = event.child("code").map_or("", |code| code.attribute("code"));
    match code {
        "" => Err(RejectReason::NoProgram),
        "010" => Ok(CheckupProgram::Specific),
        "020" => Ok(CheckupProgram::LateElderly),
        other => {
            let number = text::number(other).filter(|number| *number < 1000);
            let number = number.and_then(|number| u16::try_from(number).ok());
            number.map(CheckupProgram::Other).ok_or(RejectReason::BadCode)
        }
    }
}

#[cfg(test)]
mod tests;
