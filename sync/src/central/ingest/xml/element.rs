//! One element with everything inside it.

/// An element by local name. `Debug` shows the name only: texts are patient data.
#[derive(Clone, Default, PartialEq, Eq)]
pub(in crate::central::ingest) struct Element {
    /// Line of the start tag, from 1.
    pub(in crate::central::ingest) line: u64,
    pub(in crate::central::ingest) name: String,
    pub(in crate::central::ingest) attributes: Vec<(String, String)>,
    /// All text directly inside, spaces kept.
    pub(in crate::central::ingest) text: String,
    pub(in crate::central::ingest) children: Vec<Element>,
}

impl core::fmt::Debug for Element {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Element({}, line {}, hidden)", self.name, self.line)
    }
}

impl Element {
    /// The first child with this name.
    pub(in crate::central::ingest) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// Text of the first child with this name; empty when there is none.
    pub(in crate::central::ingest) fn text_of(&self, name: &str) -> &str {
        self.child(name).map_or("", |child| &child.text)
    }

    /// An attribute's value; empty when there is none.
    pub(in crate::central::ingest) fn attribute(&self, name: &str) -> &str {
        let found = self.attributes.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value)
    }

    /// The first element with this name, here or anywhere below.
    pub(in crate::central::ingest) fn find(&self, name: &str) -> Option<&Self> {
        if self.name == name {
            return Some(self);
        }
        self.children.iter().find_map(|child| child.find(name))
    }

    /// Every element with this name below, outermost only, in the order of the document.
    pub(in crate::central::ingest) fn find_all<'a>(
        &'a self,
        name: &str,
        found: &mut Vec<&'a Self>,
    ) {
        for child in &self.children {
            if child.name == name {
                found.push(child);
            } else {
                child.find_all(name, found);
            }
        }
    }
}
