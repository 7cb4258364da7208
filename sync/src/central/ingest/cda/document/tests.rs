use tomoshibi_policies::record::CheckupValue;

use super::*;

const B: &str = "1.2.392.200119.6";

fn document(observations: &str) -> String {
    format!(
        "<ClinicalDocument xmlns=\"urn:hl7-org:v3\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\
         <recordTarget><patientRole><id root=\"{B}.101\" extension=\"00170993\"/><id root=\"{B}.204\" extension=\"12-34\"/>\
         <id root=\"{B}.205\" extension=\"4260\"/><id root=\"{B}.211\" extension=\"01\"/>\
         <patient><name>トモシビ</name><administrativeGenderCode code=\"1\"/><birthTime value=\"19510327\"/></patient>\
         </patientRole></recordTarget>\
         <documentationOf><serviceEvent><code code=\"010\" codeSystem=\"{B}.1002\"/><effectiveTime value=\"20260612\"/></serviceEvent></documentationOf>\
         <component><structuredBody><component><section>{observations}</section></component></structuredBody></component></ClinicalDocument>"
    )
}

fn observation(attributes: &str, inner: &str) -> String {
    format!(
        "<entry><observation classCode=\"OBS\"{attributes}><code code=\"9A755000000000001\"/>{inner}</observation></entry>"
    )
}

fn read(text: &str) -> Result<DeliveredCheckup, RejectReason> {
    super::read(text.as_bytes(), 1).map_err(|aside| aside.reason)
}

fn value(attributes: &str, inner: &str) -> Result<CheckupValue, RejectReason> {
    read(&document(&observation(attributes, inner))).map(|found| found.items[0].value.clone())
}

#[test]
fn a_document_says_whose_when_and_which_programme() {
    let found =
        read(&document(&observation("", "<value xsi:type=\"PQ\" value=\"138\" unit=\"mmHg\"/>")))
            .unwrap();
    assert_eq!(found.insurer.to_string(), "170993");
    assert_eq!(
        (found.symbol.as_str(), found.number.as_str(), found.branch),
        ("12-34", "4260", Some(1))
    );
    assert_eq!(
        (found.exam_date.to_string().as_str(), found.program),
        ("2026-06-12", CheckupProgram::Specific)
    );
    assert_eq!(found.items.len(), 1);
}

#[test]
fn every_kind_of_value_is_read() {
    let text = |t: &str| t.to_owned();
    let coded =
        format!("<value xsi:type=\"CD\" code=\"1\" codeSystem=\"{B}.2003\" displayName=\"はい\"/>");
    for (attributes, inner, expected) in [
        (
            "",
            "<value xsi:type=\"PQ\" value=\"5.6\" unit=\"%\"/>",
            CheckupValue::Quantity { value: text("5.6"), unit: text("%") },
        ),
        ("", &coded, CheckupValue::Coded { code: text("1"), list: 2003 }),
        ("", &coded.replace("CD", "CO"), CheckupValue::Coded { code: text("1"), list: 2003 }),
        ("", "<value xsi:type=\"ST\">異常なし</value>", CheckupValue::Text(text("異常なし"))),
        (
            "",
            "<value xsi:type=\"CD\" code=\"1\" codeSystem=\"9.9\" displayName=\"はい\"/>",
            CheckupValue::Text(text("はい")),
        ),
        (" negationInd=\"true\"", "<value xsi:type=\"PQ\" value=\"1\"/>", CheckupValue::NotDone),
        ("", "<value xsi:type=\"PQ\" nullFlavor=\"NI\"/>", CheckupValue::Unmeasurable),
        (" nullFlavor=\"NI\"", "", CheckupValue::Unmeasurable),
    ] {
        assert!(value(attributes, inner).unwrap() == expected, "{attributes} {inner}");
    }
}

#[test]
fn interpretation_and_reference_range_are_kept() {
    let inner = "<value xsi:type=\"PQ\" value=\"140\"/><interpretationCode code=\"H\"/>\
        <referenceRange><observationRange><value><high value=\"129\"/></value></observationRange></referenceRange>";
    let item = read(&document(&observation("", inner))).unwrap().items.remove(0);
    assert_eq!(item.interpretation.as_deref(), Some("H"));
    assert_eq!(item.reference, Some((None, Some("129".to_owned()))));
}

#[test]
fn members_of_a_group_are_items_and_the_group_is_none() {
    let member = observation("", "<value xsi:type=\"PQ\" value=\"1\"/>")
        .replace("entry>", "entryRelationship>");
    let group = format!(
        "<entry><observation><code nullFlavor=\"NA\"/>{member}{member}</observation></entry>"
    );
    assert_eq!(read(&document(&group)).unwrap().items.len(), 2);
}

#[test]
fn the_record_target_beats_the_ticket() {
    let ticket = format!(
        "<participant typeCode=\"HLD\"><associatedEntity><id root=\"{B}.209\" extension=\"1\"/>\
         <scopingOrganization><id root=\"{B}.101\" extension=\"06170012\"/></scopingOrganization></associatedEntity></participant>"
    );
    let text = document("").replace("<documentationOf>", &(ticket.clone() + "<documentationOf>"));
    let found = read(&text).unwrap();
    assert_eq!(found.insurer.to_string(), "170993");
    assert_eq!(found.warnings[0].warning, Warning::TicketInsurerDiffers);
    let same = text.replace("06170012", "170993");
    assert!(read(&same).unwrap().warnings.is_empty());
}

#[test]
fn a_document_without_a_required_part_is_set_aside() {
    let whole = document("");
    let ids = |part: &str| format!("<id root=\"{B}.{part}\"");
    for (text, reason) in [
        (whole.replace("ClinicalDocument", "Other"), RejectReason::NotADocument),
        (whole.replace("patientRole", "other"), RejectReason::NoRecordTarget),
        (whole.replace(&ids("101"), "<id root=\"1\""), RejectReason::NoRecordTarget),
        (whole.replace(&ids("205"), "<id root=\"1\""), RejectReason::NoRecordTarget),
        (whole.replace("4260", ""), RejectReason::NoRecordTarget),
        (whole.replace("4260", "999999999"), RejectReason::NoIdentity),
        (whole.replace("00170993", "1x"), RejectReason::BadInsurer),
        (whole.replace("extension=\"01\"", "extension=\"x1\""), RejectReason::BadBranch),
        (whole.replace("GenderCode code=\"1\"", "GenderCode code=\"0\""), RejectReason::BadSex),
        (whole.replace("19510327", "1951"), RejectReason::BadDate),
        (whole.replace("serviceEvent", "other"), RejectReason::NoExamDate),
        (whole.replace("20260612", ""), RejectReason::NoExamDate),
        (whole.replace("20260612", "20260631"), RejectReason::BadDate),
        (whole.replace("code=\"010\"", "code=\"\""), RejectReason::NoProgram),
        (whole.replace("code=\"010\"", "code=\"x\""), RejectReason::BadCode),
    ] {
        assert_eq!(read(&text).err(), Some(reason), "{reason:?}");
    }
    assert!(read(&whole).is_ok());
}

#[test]
fn a_wrong_item_sets_the_document_aside() {
    for (inner, reason) in [
        ("", RejectReason::NoItemValue),
        ("<value xsi:type=\"PQ\" value=\"high\"/>", RejectReason::BadQuantity),
        ("<value xsi:type=\"PQ\" value=\"\"/>", RejectReason::BadQuantity),
        ("<value xsi:type=\"ED\">x</value>", RejectReason::BadCode),
        ("<value xsi:type=\"CD\" codeSystem=\"1\"/>", RejectReason::BadCode),
        ("<value xsi:type=\"CD\" code=\"1\" codeSystem=\"9.9\"/>", RejectReason::UnknownAnswerList),
    ] {
        assert_eq!(value("", inner).err(), Some(reason), "{inner}");
    }
    let text =
        document(&observation("", "<value xsi:type=\"PQ\" value=\"1\"/>")).replace("9A755", "9A7");
    assert_eq!(read(&text).err(), Some(RejectReason::BadItemCode));
}
