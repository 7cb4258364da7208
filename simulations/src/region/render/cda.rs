//! One checkup as an HL7 CDA document. Handbook 5.1 to 5.3.
//!
//! Not established and left out: referenceRange, methodCode, interpretationCode.

use super::VALUE_SET_ROOT as ROOT;
use super::xml::escape_into;
use crate::region::lives::exam::{Exam, Item, ItemValue};
use crate::region::lives::insurer::Insurer;
use crate::region::lives::person::Person;
use crate::region::names::kana;
use crate::region::world::World;

/// The document of an exam; `number` tells the documents of a package apart.
pub(crate) fn document(world: &World, person: &Person, exam: &Exam, number: usize) -> String {
    let mut out = String::with_capacity(24_000);
    out.push_str(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ClinicalDocument xmlns=\"urn:hl7-org:v3\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n\
         <typeId root=\"2.16.840.1.113883.1.3\" extension=\"POCD_HD000040\"/>\n",
    );
    out.push_str(&format!("<id nullFlavor=\"NI\" extension=\"{number}\"/>\n"));
    tag(&mut out, "code", &[("code", "10"), ("codeSystem", &format!("{ROOT}.1001"))]);
    tag(&mut out, "effectiveTime", &[("value", &exam.date.compact())]);
    tag(&mut out, "confidentialityCode", &[("code", "N")]);
    record_target(world, &mut out, person, exam);
    author(&mut out, exam);
    ticket(world, &mut out, person, exam);
    out.push_str("<documentationOf><serviceEvent>");
    tag(&mut out, "code", &[("code", exam.program), ("codeSystem", &format!("{ROOT}.1002"))]);
    tag(&mut out, "effectiveTime", &[("value", &exam.date.compact())]);
    out.push_str("</serviceEvent></documentationOf>\n<component><structuredBody>\n");
    let late = exam.program == "020";
    for (questionnaire, code) in [
        (false, if late { "01021" } else { "01011" }),
        (true, if late { "01022" } else { "01012" }),
    ] {
        let items = exam.items.iter().filter(|item| item.questionnaire == questionnaire);
        section(&mut out, code, items);
    }
    out.push_str("</structuredBody></component>\n</ClinicalDocument>\n");
    out
}

fn tag(out: &mut String, name: &str, attributes: &[(&str, &str)]) {
    out.push('<');
    out.push_str(name);
    for (key, value) in attributes {
        out.push(' ');
        out.push_str(key);
        out.push_str("=\"");
        escape_into(out, value);
        out.push('"');
    }
    out.push_str("/>");
}

fn id(out: &mut String, set: &str, value: &str) {
    tag(out, "id", &[("extension", value), ("root", &format!("{ROOT}.{set}"))]);
}

fn insurer_at<'a>(world: &'a World, person: &Person, coverage: usize) -> Option<&'a Insurer> {
    person.coverages.get(coverage).map(|row| world.insurer(row.insurer))
}

fn record_target(world: &World, out: &mut String, person: &Person, exam: &Exam) {
    out.push_str("<recordTarget><patientRole>");
    if let Some(coverage) = person.coverages.get(exam.coverage) {
        id(out, "101", &world.insurer(coverage.insurer).number8());
        if let Some(symbol) = &coverage.symbol {
            id(out, "204", &kana::full_width_ascii(symbol));
        }
        id(out, "205", &kana::full_width_ascii(&coverage.number));
        if let Some(branch) = &coverage.branch {
            id(out, "211", branch);
        }
    }
    out.push_str("<addr><postalCode>");
    escape_into(out, &person.home.post_number);
    out.push_str("</postalCode></addr><patient><name>");
    escape_into(out, &person.name_on(exam.date).kana());
    out.push_str("</name>");
    let sex = (1 + u8::from(person.woman)).to_string();
    tag(
        out,
        "administrativeGenderCode",
        &[("code", &sex), ("codeSystem", &format!("{ROOT}.1104"))],
    );
    tag(out, "birthTime", &[("value", &person.birth_compact())]);
    out.push_str("</patient></patientRole></recordTarget>\n");
}

fn author(out: &mut String, exam: &Exam) {
    out.push_str("<author>");
    tag(out, "time", &[("value", &exam.date.compact())]);
    out.push_str("<assignedAuthor><id nullFlavor=\"NI\"/><representedOrganization>");
    id(out, "102", &exam.facility.code10());
    out.push_str("<name>");
    escape_into(out, &exam.facility.name());
    out.push_str("</name></representedOrganization></assignedAuthor></author>\n");
}

/// The ticket. A few name another insurer than the record target, which is the right one.
fn ticket(world: &World, out: &mut String, person: &Person, exam: &Exam) {
    out.push_str("<participant typeCode=\"HLD\">");
    tag(out, "functionCode", &[("code", "1"), ("codeSystem", &format!("{ROOT}.208"))]);
    out.push_str("<associatedEntity classCode=\"IDENT\">");
    id(out, "209", &format!("{:011}", person.index));
    out.push_str("<scopingOrganization>");
    let own = insurer_at(world, person, exam.coverage).map(Insurer::number8);
    let named =
        if exam.ticket_differs { world.insurers.first().map(Insurer::number8) } else { own };
    id(out, "101", &named.unwrap_or_default());
    out.push_str("</scopingOrganization></associatedEntity></participant>\n");
}

fn section<'a>(out: &mut String, code: &str, items: impl Iterator<Item = &'a Item>) {
    out.push_str("<component><section>");
    tag(out, "code", &[("code", code), ("codeSystem", &format!("{ROOT}.1010"))]);
    out.push_str("<text/>\n");
    for item in items {
        observation(out, item);
    }
    out.push_str("</section></component>\n");
}

fn observation(out: &mut String, item: &Item) {
    let negated = if item.value == ItemValue::NotDone { " negationInd=\"true\"" } else { "" };
    out.push_str(&format!("<entry><observation classCode=\"OBS\" moodCode=\"EVN\"{negated}>"));
    tag(
        out,
        "code",
        &[("code", item.code), ("codeSystem", &format!("{ROOT}.1005")), ("displayName", item.name)],
    );
    match &item.value {
        ItemValue::Quantity(value, unit) => {
            tag(out, "value", &[("xsi:type", "PQ"), ("value", value), ("unit", unit)]);
        }
        ItemValue::Coded(value, set) => {
            let (value, set) = (value.to_string(), format!("{ROOT}.{set}"));
            tag(out, "value", &[("xsi:type", "CD"), ("code", &value), ("codeSystem", &set)]);
        }
        ItemValue::Text(words) => {
            out.push_str("<value xsi:type=\"ST\">");
            escape_into(out, words);
            out.push_str("</value>");
        }
        ItemValue::Unmeasurable => {
            tag(out, "value", &[("xsi:type", "CD"), ("nullFlavor", "NI")]);
        }
        ItemValue::NotDone => {}
    }
    out.push_str("</observation></entry>\n");
}
