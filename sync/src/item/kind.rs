//! What a segment holds.

use core::fmt;

use tomoshibi_policies::ErrorClass;

/// What a segment holds. The number is the format's.
///
/// Numbers 6 (treatments) and 7 (prescriptions) are reserved: no version of this format carries them yet, and a segment
/// that claims to is refused by that name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum SegmentKind {
    /// Demographics, coverages, folded search keys.
    Persons = 1,
    /// Receipts with their lines.
    Medications = 2,
    /// Checkups.
    Checkups = 3,
    /// Drugs, institutions, insurers, names of checkup items.
    Masters = 4,
    /// What must no longer be shown.
    Withdrawals = 5,
}

/// A number that is no kind this build reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KindError {
    /// Reserved for a later version.
    #[error("kind {kind} is reserved for a later version: update this program")]
    Reserved {
        /// The number.
        kind: u8,
    },
    /// Not a kind.
    #[error("kind {kind} is not known")]
    Unknown {
        /// The number.
        kind: u8,
    },
}

impl KindError {
    /// Always [`ErrorClass::Unsupported`].
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        ErrorClass::Unsupported
    }
}

impl SegmentKind {
    /// Every kind, in the order of the format.
    pub const ALL: [Self; 5] =
        [Self::Persons, Self::Medications, Self::Checkups, Self::Masters, Self::Withdrawals];

    /// The number in the format.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The kind with this number.
    ///
    /// # Errors
    /// [`KindError`].
    pub const fn from_number(kind: u8) -> Result<Self, KindError> {
        match kind {
            1 => Ok(Self::Persons),
            2 => Ok(Self::Medications),
            3 => Ok(Self::Checkups),
            4 => Ok(Self::Masters),
            5 => Ok(Self::Withdrawals),
            6 | 7 => Err(KindError::Reserved { kind }),
            kind => Err(KindError::Unknown { kind }),
        }
    }

    /// The word used in messages, JSON and metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Persons => "persons",
            Self::Medications => "medications",
            Self::Checkups => "checkups",
            Self::Masters => "masters",
            Self::Withdrawals => "withdrawals",
        }
    }
}

impl fmt::Display for SegmentKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_kinds_agree_and_others_are_named() {
        for kind in SegmentKind::ALL {
            assert_eq!(SegmentKind::from_number(kind.number()), Ok(kind));
        }
        for kind in [6, 7] {
            assert_eq!(SegmentKind::from_number(kind), Err(KindError::Reserved { kind }));
        }
        for kind in [0, 8, 255] {
            assert_eq!(SegmentKind::from_number(kind), Err(KindError::Unknown { kind }));
        }
    }
}
