//! A refusal with a name.

use core::fmt;

use serde::{Deserialize, Serialize};
use tomoshibi_policies::ErrorClass;

use super::WireError;
use super::text::{check_text, check_word, cleaned};

const CODE_LEN_BYTES_MAX: usize = 64;
const TEXT_LEN_BYTES_MAX: usize = 500;

/// The codes that the protocol itself uses. A service adds its own, in the same form.
pub mod code {
    /// The frame or message could not be read.
    pub const BAD_MESSAGE: &str = "bad-message";
    /// Too much is being asked at once; ask again later.
    pub const BUSY: &str = "busy";
    /// The peer's certificate is not, or no longer, that of a node.
    pub const NOT_ENROLLED: &str = "not-enrolled";
    /// The peer is a node whose certificate was revoked.
    pub const NODE_REVOKED: &str = "node-revoked";
    /// Nothing has been published for the region.
    pub const NOTHING_PUBLISHED: &str = "nothing-published";
    /// No segment with this digest is here.
    pub const NO_SUCH_SEGMENT: &str = "no-such-segment";
    /// The segment ends before the offset asked for.
    pub const OFFSET_BEYOND_END: &str = "offset-beyond-end";
    /// The one-time code is wrong, used or expired. The three are not told apart: whoever guesses learns nothing.
    pub const CODE_REFUSED: &str = "code-refused";
    /// The inbox is asked for from a number that the centre has not reached: it was restored from a backup. Ask from 0.
    pub const CURSOR_AHEAD: &str = "cursor-ahead";
    /// The answerer failed; its own log says why.
    pub const INTERNAL: &str = "internal";
}

/// Why the other end does not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Refusal {
    class: ErrorClass,
    code: String,
    text: String,
}

impl Refusal {
    /// A refusal. `code` is one of [`code`] or a service's own, lower-case letters, digits and hyphens (anything else
    /// is replaced by [`code::INTERNAL`]); `text` is for people, loses control characters and is cut to 500 bytes.
    #[must_use]
    pub fn new(class: ErrorClass, code: &str, text: &str) -> Self {
        let sound = check_word("refusal code", code, CODE_LEN_BYTES_MAX).is_ok();
        let code = if sound { code } else { code::INTERNAL };
        Self { class, code: code.into(), text: cleaned(text, TEXT_LEN_BYTES_MAX) }
    }

    /// What it means for whoever asked.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        self.class
    }

    /// The word for programs.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The sentence for people.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}, {})", self.text, self.code, self.class)
    }
}

impl From<WireError> for Refusal {
    fn from(error: WireError) -> Self {
        Self::new(error.class(), code::BAD_MESSAGE, &error.to_string())
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct RefusalV1 {
    class: u8,
    code: String,
    text: String,
}

impl From<&Refusal> for RefusalV1 {
    fn from(refusal: &Refusal) -> Self {
        let class = CLASSES.iter().position(|class| *class == refusal.class).unwrap_or_default();
        Self { class: class as u8, code: refusal.code.clone(), text: refusal.text.clone() }
    }
}

impl TryFrom<RefusalV1> for Refusal {
    type Error = WireError;

    fn try_from(wire: RefusalV1) -> Result<Self, WireError> {
        let number = u64::from(wire.class);
        let class = CLASSES.get(usize::from(wire.class)).copied();
        let class = class.ok_or(WireError::UnknownValue { what: "refusal class", number })?;
        check_word("refusal code", &wire.code, CODE_LEN_BYTES_MAX)?;
        check_text("refusal text", &wire.text, TEXT_LEN_BYTES_MAX)?;
        Ok(Self { class, code: wire.code, text: wire.text })
    }
}

/// Their order is the format.
const CLASSES: [ErrorClass; 10] = [
    ErrorClass::Corrupt,
    ErrorClass::Forged,
    ErrorClass::Unsupported,
    ErrorClass::Denied,
    ErrorClass::Invalid,
    ErrorClass::NotFound,
    ErrorClass::Conflict,
    ErrorClass::Exhausted,
    ErrorClass::Transient,
    ErrorClass::Internal,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_cannot_write_to_a_terminal_or_exceed_its_limit() {
        let long = format!("\u{1b}[2Jred\n{}", "灯".repeat(400));
        let refusal = Refusal::new(ErrorClass::Denied, "Not A Code", &long);
        assert_eq!(refusal.code(), code::INTERNAL);
        assert!(refusal.text().starts_with("[2Jred灯") && refusal.text().len() <= 500);
        assert_eq!(Refusal::try_from(RefusalV1::from(&refusal)), Ok(refusal));
    }

    #[test]
    fn every_class_survives_the_wire() {
        for class in CLASSES {
            let refusal = Refusal::new(class, code::BUSY, "text");
            assert_eq!(Refusal::try_from(RefusalV1::from(&refusal)).unwrap().class(), class);
        }
    }

    #[test]
    fn a_peers_control_characters_and_unknown_classes_are_refused() {
        let wire = |class, code: &str, text: &str| RefusalV1 {
            class,
            code: code.into(),
            text: text.into(),
        };
        let unknown = WireError::UnknownValue { what: "refusal class", number: 10 };
        assert_eq!(Refusal::try_from(wire(10, "busy", "")), Err(unknown));
        for bad in [wire(0, "busy", "a\u{1b}b"), wire(0, "", "text"), wire(0, "B", "text")] {
            assert!(matches!(Refusal::try_from(bad), Err(WireError::Form { .. })));
        }
    }
}
