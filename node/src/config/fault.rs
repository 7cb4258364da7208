//! What can be wrong with a configuration.

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::record::FacilityCode;

use super::MunicipalityCode;
use crate::disk::DiskError;
use crate::failure::Failure;

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Everything that is wrong with it, by line.
    #[error("{count} faults, the first in line {line}: {key}", count = .0.len(),
        line = .0.first().map_or(0, |fault| fault.line),
        key = .0.first().map_or("", |fault| fault.key.as_str()))]
    Faults(Vec<Fault>),
    /// Not text at all.
    #[error("the configuration is not UTF-8 text")]
    NotText,
    /// The disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Line from 1; for something that is missing, the line of its section, or 0 when that is missing too.
    pub line: usize,
    /// Section and key, `sync.interval_seconds`.
    pub key: String,
    /// What is wrong.
    pub wrong: Wrong,
}

/// What is wrong with one key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wrong {
    /// Not TOML.
    Syntax {
        /// The parser's words.
        what: String,
    },
    /// A section that does not exist.
    UnknownSection {
        /// The nearest that does.
        nearest: String,
    },
    /// A key that does not exist.
    UnknownKey {
        /// The nearest that does.
        nearest: String,
    },
    /// A key that must be there.
    Missing,
    /// Another kind of value.
    Kind {
        /// The kind that is right: `text`, `number`, `list`, `section`.
        expected: &'static str,
    },
    /// A number out of bounds.
    Range {
        /// The number.
        found: u64,
        /// The least that is right.
        min: u64,
        /// The most that is right.
        max: u64,
    },
    /// Not 1 to 64 characters.
    Name,
    /// Not a facility code.
    Facility,
    /// Not a municipality code.
    Municipality,
    /// The facility and the municipality name two prefectures.
    Prefecture {
        /// The facility.
        facility: FacilityCode,
        /// The municipality.
        municipality: MunicipalityCode,
    },
    /// Not a language.
    Language,
    /// Not host and port.
    Address,
    /// Not an address and a port to listen at.
    Listen,
    /// Not a name or an address of a page.
    PageName,
}

impl Fault {
    /// The fault without words.
    #[must_use]
    pub fn failure(&self) -> Failure {
        let invalid = |code| {
            Failure::new(ErrorClass::Invalid, code)
                .with("line", self.line)
                .with("key", self.key.as_str())
        };
        match &self.wrong {
            Wrong::Syntax { what } => invalid("config-syntax").with("what", what.as_str()),
            Wrong::UnknownSection { nearest } => {
                invalid("config-unknown-section").with("nearest", nearest.as_str())
            }
            Wrong::UnknownKey { nearest } => {
                invalid("config-unknown-key").with("nearest", nearest.as_str())
            }
            Wrong::Missing => invalid("config-missing"),
            Wrong::Kind { expected } => invalid("config-kind").with("expected", *expected),
            Wrong::Range { found, min, max } => invalid("config-range")
                .with("found", found.to_string())
                .with("min", min.to_string())
                .with("max", max.to_string()),
            Wrong::Name => invalid("config-name"),
            Wrong::Facility => invalid("config-facility"),
            Wrong::Municipality => invalid("config-municipality"),
            Wrong::Prefecture { facility, municipality } => invalid("config-prefecture")
                .with("facility", facility.to_string())
                .with("municipality", municipality.to_string()),
            Wrong::Language => invalid("config-language"),
            Wrong::Address => invalid("config-address"),
            Wrong::Listen => invalid("config-listen"),
            Wrong::PageName => invalid("config-page-name"),
        }
    }
}
