//! Checkups: 特定健診 and the checkup of the late elderly.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::{CodeError, InsurerNumber, PersonId, SourceOrder};
use crate::time::JstDate;

/// A 17-digit item code (JLAC10): analyte 5, identification 4, material 3, method 3, result 2. May hold letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemCode([u8; 17]);

impl ItemCode {
    /// Reads 17 ASCII letters and digits.
    ///
    /// # Errors
    /// Anything else.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let error = CodeError { expected: "checkup item code of 17 characters" };
        if !text.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(error);
        }
        text.as_bytes().try_into().map(Self).map_err(|_| error)
    }

    /// The 17 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Only ASCII letters and digits can be inside.
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// True when both name the same test, whatever the method: the first twelve and the last two agree. Never the
    /// first five alone, which would mix fasting with casual and serum with urine.
    #[must_use]
    pub fn is_same_test(&self, other: &Self) -> bool {
        let [a @ .., _, _, _, a1, a2] = &self.0;
        let [b @ .., _, _, _, b1, b2] = &other.0;
        a == b && (a1, a2) == (b1, b2)
    }
}

impl fmt::Display for ItemCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Which programme the checkup belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CheckupProgram {
    /// 010 特定健診, ages 40-74.
    Specific,
    /// 020 広域連合: late elderly.
    LateElderly,
    /// Another programme, by its three-digit code.
    Other(u16),
}

/// What was found for one item.
#[derive(Clone, PartialEq, Eq)]
pub enum CheckupValue {
    /// A measured quantity, as written, with its unit (may be empty).
    Quantity {
        /// The number as written: signs, digits and a point.
        value: String,
        /// UCUM unit as written.
        unit: String,
    },
    /// A code of an answer list. Decode by the list, never by the item: lists differ in polarity.
    Coded {
        /// The code as written.
        code: String,
        /// The list: the part of the OID after 1.2.392.200119.6., such as 2003.
        list: u32,
    },
    /// Free text.
    Text(String),
    /// Not done (negationInd).
    NotDone,
    /// Could not be measured (nullFlavor).
    Unmeasurable,
}

// A value belongs to a patient: never in Debug.
impl fmt::Debug for CheckupValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CheckupValue(hidden)")
    }
}

/// One item of a checkup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckupItem {
    /// Which item.
    pub code: ItemCode,
    /// What was found.
    pub value: CheckupValue,
    /// Interpretation code as written (H, L, N, A), when there is one.
    pub interpretation: Option<String>,
    /// Reference range as written: low and high, either may be absent.
    pub reference: Option<(Option<String>, Option<String>)>,
}

/// One checkup of one person. A later delivery for the same person, exam date and programme replaces it whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkup {
    /// Whose.
    pub person: PersonId,
    /// Day of the exam.
    pub exam_date: JstDate,
    /// The programme.
    pub program: CheckupProgram,
    /// The insurer that registered it.
    pub insurer: InsurerNumber,
    /// When it was registered.
    pub order: SourceOrder,
    /// The items, in the order of the file.
    pub items: Vec<CheckupItem>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fasting_and_casual_glucose_are_different_tests() {
        let code = |t| ItemCode::parse(t).unwrap();
        assert!(code("3D010000001926101").is_same_test(&code("3D010000001927201")));
        assert!(!code("3D010000001926101").is_same_test(&code("3D010129901926101")));
        assert!(!code("3A015000002327101").is_same_test(&code("3A015000001327101")));
    }

    #[test]
    fn an_item_code_has_seventeen_characters() {
        for text in ["", "9N001", "9N0010000000000011", "9N00100000000000あ"] {
            assert!(ItemCode::parse(text).is_err(), "{text}");
        }
    }
}
