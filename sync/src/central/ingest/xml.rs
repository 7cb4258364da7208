//! XML as the sources write it, read without trust: no DTD, no entities of its own, limits on everything.
//!
//! Elements are found by local name, so prefixes and order do not matter. Spaces in texts are kept: an insurer number
//! is padded with them on the left.

mod element;
mod encoding;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

pub(super) use element::Element;
pub(super) use encoding::decode;

use crate::central::rejects::{RejectReason, SetAside};

/// Deepest nesting; checkup documents reach about 20.
const DEPTH_MAX: usize = 48;
/// Most attributes of one element.
const ATTRIBUTES_MAX: usize = 32;
/// Longest text of one element, and longest attribute: 64 KiB.
const TEXT_LEN_BYTES_MAX: usize = 64 << 10;

/// Reads a document of at most `elements_max` elements. Elements named `cut` go to `deliver`, one by one, instead of
/// into the tree, so that a file of many people needs memory for one.
///
/// # Errors
/// The file as a whole, at the line where the document breaks a rule.
pub(super) fn read(
    text: &str,
    elements_max: usize,
    cut: &str,
    deliver: &mut dyn FnMut(Element),
) -> Result<Element, SetAside> {
    let mut tree = Tree { stack: Vec::new(), root: None, elements: 0, elements_max, cut };
    let mut lines = Lines { text, at: 0, line: 1 };
    let mut reader = Reader::from_str(text);
    loop {
        let line = lines.up_to(reader.buffer_position());
        let event = reader.read_event();
        let fault = |reason| SetAside::file(line, reason);
        match event.map_err(|_| fault(RejectReason::XmlMalformed))? {
            Event::Eof => return tree.finish().map_err(fault),
            event => tree.take(&event, line, deliver).map_err(fault)?,
        }
    }
}

/// Counts lines as the reader moves on.
struct Lines<'t> {
    text: &'t str,
    at: usize,
    line: u64,
}

impl Lines<'_> {
    fn up_to(&mut self, position: u64) -> u64 {
        let position = usize::try_from(position).unwrap_or(usize::MAX);
        let passed = self.text.as_bytes().get(self.at..position).unwrap_or_default();
        self.line += passed.iter().filter(|b| **b == b'\n').count() as u64;
        self.at = position;
        self.line
    }
}

struct Tree<'c> {
    stack: Vec<Element>,
    root: Option<Element>,
    elements: usize,
    elements_max: usize,
    cut: &'c str,
}

impl Tree<'_> {
    fn take(
        &mut self,
        event: &Event<'_>,
        line: u64,
        deliver: &mut dyn FnMut(Element),
    ) -> Result<(), RejectReason> {
        match event {
            Event::Start(start) => self.open(start, line),
            Event::Empty(start) => {
                self.open(start, line)?;
                self.close(deliver)
            }
            Event::End(_) => self.close(deliver),
            Event::Text(text) => self.text(&text.xml10_content()),
            Event::CData(data) => self.text(&data.xml10_content()),
            Event::GeneralRef(reference) => {
                let resolved = reference.resolve_char_ref();
                let resolved = resolved.map_err(|_| RejectReason::XmlMalformed)?;
                let character = resolved.or_else(|| predefined(reference));
                let character = character.ok_or(RejectReason::XmlEntity)?;
                self.text(character.encode_utf8(&mut [0; 4]))
            }
            Event::DocType(_) => Err(RejectReason::XmlDtd),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::Eof => Ok(()),
        }
    }

    fn open(&mut self, start: &BytesStart<'_>, line: u64) -> Result<(), RejectReason> {
        if self.root.is_some() {
            return Err(RejectReason::XmlMalformed);
        }
        self.elements += 1;
        if self.elements > self.elements_max {
            return Err(RejectReason::XmlTooMany);
        }
        if self.stack.len() >= DEPTH_MAX {
            return Err(RejectReason::XmlTooDeep);
        }
        let name = start.local_name().into_inner().to_owned();
        self.stack.push(Element {
            line,
            name,
            attributes: attributes(start)?,
            ..Element::default()
        });
        Ok(())
    }

    fn close(&mut self, deliver: &mut dyn FnMut(Element)) -> Result<(), RejectReason> {
        let element = self.stack.pop().ok_or(RejectReason::XmlMalformed)?;
        match self.stack.last_mut() {
            Some(_) if element.name == self.cut => deliver(element),
            Some(parent) => parent.children.push(element),
            None => self.root = Some(element),
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), RejectReason> {
        let Some(element) = self.stack.last_mut() else {
            let is_blank = text.trim().is_empty();
            return if is_blank { Ok(()) } else { Err(RejectReason::XmlMalformed) };
        };
        if element.text.len() + text.len() > TEXT_LEN_BYTES_MAX {
            return Err(RejectReason::XmlTextTooLong);
        }
        element.text.push_str(text);
        Ok(())
    }

    fn finish(&mut self) -> Result<Element, RejectReason> {
        let root = if self.stack.is_empty() { self.root.take() } else { None };
        root.ok_or(RejectReason::XmlMalformed)
    }
}

fn attributes(start: &BytesStart<'_>) -> Result<Vec<(String, String)>, RejectReason> {
    let mut found = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|_| RejectReason::XmlMalformed)?;
        if found.len() == ATTRIBUTES_MAX {
            return Err(RejectReason::XmlTooMany);
        }
        if attribute.value.len() > TEXT_LEN_BYTES_MAX {
            return Err(RejectReason::XmlTextTooLong);
        }
        // Namespace declarations say nothing that is read here.
        let name = attribute.key.local_name().into_inner().to_owned();
        let value = attribute.normalized_value(XmlVersion::Implicit1_0);
        let value = value.map_err(|_| RejectReason::XmlEntity)?.into_owned();
        found.push((name, value));
    }
    Ok(found)
}

fn predefined(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(text: &str) -> Result<Element, SetAside> {
        read(text, 1000, "", &mut |_| {})
    }

    #[test]
    fn spaces_references_and_sections_are_text() {
        let root = root(
            "<?xml version='1.0'?>\n<a><n>  17</n>\n<t>&lt;&#x6E6F;<![CDATA[&]]></t><e/></a>\n",
        )
        .unwrap();
        assert_eq!(root.text_of("n"), "  17");
        assert_eq!(root.text_of("t"), "<湯&");
        assert_eq!(root.child("t").unwrap().line, 3);
        assert_eq!(root.text_of("e"), "");
    }

    #[test]
    fn cut_elements_are_delivered_and_not_kept() {
        let mut names = Vec::new();
        let mut deliver = |e: Element| names.push(e.text_of("n").to_owned());
        let root =
            read("<a><b><n>1</n></b><c/><b><n>2</n></b></a>", 10, "b", &mut deliver).unwrap();
        assert_eq!((names, root.children.len()), (vec!["1".to_owned(), "2".to_owned()], 1));
    }

    #[test]
    fn what_is_not_one_plain_document_is_refused() {
        let deep = "<a>".repeat(DEPTH_MAX + 1);
        let long = format!("<a>{}</a>", "x".repeat(TEXT_LEN_BYTES_MAX + 1));
        let many = format!("<a>{}</a>", "<b/>".repeat(1000));
        let attributes: String = (0..=ATTRIBUTES_MAX).map(|i| format!(" a{i}='1'")).collect();
        for (text, reason) in [
            ("", RejectReason::XmlMalformed),
            ("text", RejectReason::XmlMalformed),
            ("<a>", RejectReason::XmlMalformed),
            ("<a></b>", RejectReason::XmlMalformed),
            ("<a/><a/>", RejectReason::XmlMalformed),
            ("<a/>tail", RejectReason::XmlMalformed),
            ("<a x='1' x='2'/>", RejectReason::XmlMalformed),
            ("<a>&#xFFFFFFFF;</a>", RejectReason::XmlMalformed),
            ("<!DOCTYPE a><a/>", RejectReason::XmlDtd),
            ("<a>&lol;</a>", RejectReason::XmlEntity),
            ("<a x='&lol;'/>", RejectReason::XmlEntity),
            (&deep, RejectReason::XmlTooDeep),
            (&long, RejectReason::XmlTextTooLong),
            (&many, RejectReason::XmlTooMany),
            (&format!("<a{attributes}/>"), RejectReason::XmlTooMany),
        ] {
            assert_eq!(root(text).unwrap_err().reason, reason, "{}", &text[..text.len().min(40)]);
        }
    }
}
