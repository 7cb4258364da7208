//! The items: one `observation` each, in the order of the document.

use tomoshibi_policies::record::{CheckupItem, CheckupValue, ItemCode};

use super::document::OID_BASE;
use crate::central::ingest::xml::Element;
use crate::central::rejects::RejectReason;

/// Most items of a document; the whole list of items is shorter.
const ITEMS_MAX: usize = 2_000;
/// Longest text answer, in characters: doctors' judgements have up to 256.
const TEXT_CHARS_MAX: usize = 4_000;

/// Every item of a document.
pub(super) fn all(root: &Element) -> Result<Vec<CheckupItem>, RejectReason> {
    let mut items = Vec::new();
    if let Some(body) = root.child("component") {
        collect(body, &mut items)?;
    }
    Ok(items)
}

fn collect(element: &Element, items: &mut Vec<CheckupItem>) -> Result<(), RejectReason> {
    if element.name == "observation" {
        items.extend(read(element)?);
        if items.len() > ITEMS_MAX {
            return Err(RejectReason::XmlTooMany);
        }
    }
    // A group's members, and the reasons of an item, stand inside its observation.
    element.children.iter().try_for_each(|child| collect(child, items))
}

/// One observation; none for a group, whose code is not applicable.
fn read(observation: &Element) -> Result<Option<CheckupItem>, RejectReason> {
    let code = observation.child("code").ok_or(RejectReason::BadItemCode)?;
    let is_group = observation.child("entryRelationship").is_some();
    if code.attribute("code").is_empty() && !code.attribute("nullFlavor").is_empty() {
        return Ok(None);
    }
    let code = ItemCode::parse(code.attribute("code")).map_err(|_| RejectReason::BadItemCode)?;
    let value = match value(observation)? {
        Some(value) => value,
        None if is_group => return Ok(None),
        None => return Err(RejectReason::NoItemValue),
    };
    let interpretation = observation.child("interpretationCode").map(|e| e.attribute("code"));
    let interpretation = interpretation.filter(|code| !code.is_empty()).map(str::to_owned);
    Ok(Some(CheckupItem { code, value, interpretation, reference: reference(observation) }))
}

/// What was found: not done and unmeasurable come before any value.
fn value(observation: &Element) -> Result<Option<CheckupValue>, RejectReason> {
    if observation.attribute("negationInd") == "true" {
        return Ok(Some(CheckupValue::NotDone));
    }
    if !observation.attribute("nullFlavor").is_empty() {
        return Ok(Some(CheckupValue::Unmeasurable));
    }
    let Some(value) = observation.child("value") else { return Ok(None) };
    if !value.attribute("nullFlavor").is_empty() {
        return Ok(Some(CheckupValue::Unmeasurable));
    }
    match value.attribute("type") {
        "PQ" => quantity(value).map(Some),
        "CD" | "CO" => coded(value).map(Some),
        "ST" => words(&value.text).map(Some),
        _ => Err(RejectReason::BadCode),
    }
}

fn quantity(value: &Element) -> Result<CheckupValue, RejectReason> {
    let number = value.attribute("value");
    let is_number = number.len() <= 20
        && number.bytes().any(|b| b.is_ascii_digit())
        && number.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+'));
    if !is_number || value.attribute("unit").len() > 40 {
        return Err(RejectReason::BadQuantity);
    }
    let unit = value.attribute("unit").to_owned();
    Ok(CheckupValue::Quantity { value: number.to_owned(), unit })
}

/// An answer of a list. One of a foreign list keeps its own words; without words it cannot be shown truthfully.
fn coded(value: &Element) -> Result<CheckupValue, RejectReason> {
    let code = value.attribute("code");
    if code.is_empty() || code.len() > 40 {
        return Err(RejectReason::BadCode);
    }
    let list = value.attribute("codeSystem").strip_prefix(OID_BASE);
    match list.and_then(|list| list.parse().ok()) {
        Some(list) => Ok(CheckupValue::Coded { code: code.to_owned(), list }),
        None => match value.attribute("displayName") {
            "" => Err(RejectReason::UnknownAnswerList),
            shown => words(shown),
        },
    }
}

fn words(text: &str) -> Result<CheckupValue, RejectReason> {
    let text = text.trim();
    if text.chars().count() > TEXT_CHARS_MAX {
        return Err(RejectReason::XmlTextTooLong);
    }
    Ok(CheckupValue::Text(text.to_owned()))
}

/// Low and high of `referenceRange/observationRange/value`.
fn reference(observation: &Element) -> Option<(Option<String>, Option<String>)> {
    let range = observation.child("referenceRange")?.child("observationRange")?.child("value")?;
    let bound = |name| {
        let value = range.child(name)?.attribute("value");
        if value.is_empty() || value.len() > 40 { None } else { Some(value.to_owned()) }
    };
    let bounds = (bound("low"), bound("high"));
    if bounds == (None, None) { None } else { Some(bounds) }
}
