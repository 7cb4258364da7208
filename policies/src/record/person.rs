//! Who a record is about.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::Coverage;
use crate::time::PartialDate;

/// The centre's random 128-bit id of a person: stable across insurers and years, never shown, never derived from a
/// number. `Debug` hides it so that logs cannot be joined to people.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonId([u8; 16]);

impl PersonId {
    /// The person with these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes, for storage only.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Debug for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonId(hidden)")
    }
}

/// Sex as registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sex {
    /// Code 1.
    Male,
    /// Code 2.
    Female,
    /// Code 3, "not set": matches either.
    NotSet,
}

impl Sex {
    /// The sex with this code of the eligibility interface, 1-3.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "1" => Some(Self::Male),
            "2" => Some(Self::Female),
            "3" => Some(Self::NotSet),
            _ => None,
        }
    }

    /// The code, 1-3.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Male => 1,
            Self::Female => 2,
            Self::NotSet => 3,
        }
    }

    /// True when the two can be the same person's.
    #[must_use]
    pub fn agrees_with(self, other: Self) -> bool {
        self == other || self == Self::NotSet || other == Self::NotSet
    }
}

/// What a name is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameUse {
    /// The name of the newest registration.
    Registered,
    /// A name in use beside it (通称).
    Alias,
    /// A name of an earlier registration, such as before marriage.
    Former,
}

/// One name of a person, as an insurer registered it, with the keys that the publisher folded.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PersonName {
    /// What the name is used for.
    pub name_use: NameUse,
    /// In kanji (or kana, or letters), as registered; ● stands for a character the central set lacks. May be empty.
    pub kanji: String,
    /// In kana as registered, half width or full. May be empty.
    pub kana: String,
}

// A name is patient data: it must not slip into a log through a derived Debug.
impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonName({:?}, hidden)", self.name_use)
    }
}

/// Demographics and coverages of one person.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// The id.
    pub id: PersonId,
    /// Names, the registered one first. At least one.
    pub names: Vec<PersonName>,
    /// Sex as registered.
    pub sex: Sex,
    /// Birth date as registered; the day may be unknown.
    pub birth: PartialDate,
    /// Address as known to the newest insurer: may be old, may be empty, formats vary.
    pub address: String,
    /// Postal code `123-4567`, or empty.
    pub postal_code: String,
    /// Coverages, newest first.
    pub coverages: Vec<Coverage>,
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Person(hidden)")
    }
}

impl Person {
    /// The registered name, when there is any name.
    #[must_use]
    pub fn registered_name(&self) -> Option<&PersonName> {
        self.names.iter().find(|n| n.name_use == NameUse::Registered).or(self.names.first())
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    #[test]
    fn code_three_agrees_with_either_sex() {
        assert!(Sex::NotSet.agrees_with(Sex::Male) && Sex::Female.agrees_with(Sex::NotSet));
        assert!(!Sex::Male.agrees_with(Sex::Female));
    }

    #[test]
    fn debug_output_shows_nobody() {
        let name = PersonName {
            name_use: NameUse::Registered,
            kanji: "灯火　太郎".into(),
            kana: "ﾄﾓｼﾋﾞ ﾀﾛｳ".into(),
        };
        assert_eq!(format!("{name:?}"), "PersonName(Registered, hidden)");
        assert_eq!(format!("{:?}", PersonId::from_bytes([7; 16])), "PersonId(hidden)");
    }
}
