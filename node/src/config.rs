//! `node.toml`: what the hospital decides about its node.
//!
//! All faults of a file are found in one reading, each with its line, its key and what would be right. An unknown key
//! is a fault: a setting with a slip in its name must not be silently the default.
//!
//! Not covered: secrets (files of their own in `keys/`), and anything that enrolment decides (region, keys, drill).

use std::path::Path;

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::record::FacilityCode;
use tomoshibi_sync::seam::Files;

use crate::disk::DiskError;
use crate::locale::Lang;

mod centre;
mod example;
mod fault;
mod page;
mod reader;

pub(crate) use centre::is_address;
pub use centre::{CentreAddress, MunicipalityCode};
pub use example::example;
pub use fault::{ConfigError, Fault, Wrong};
pub use page::PageConfig;
use reader::Reader;

/// Longest configuration: 64 KiB, twenty times the example.
const CONFIG_LEN_BYTES_MAX: u64 = 64 << 10;

/// The whole configuration, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// `[node]`
    pub node: NodeConfig,
    /// `[centre]`; without it the node lives on carriers alone.
    pub centre: Option<CentreAddress>,
    /// `[page]`; without it the node is reached by commands alone.
    pub page: Option<PageConfig>,
    /// `[sync]`
    pub sync: SyncConfig,
    /// `[journal]`
    pub journal: JournalConfig,
    /// `[control]`
    pub control: ControlConfig,
    /// `[limits]`
    pub limits: LimitsConfig,
}

/// `[node]`: where the node stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeConfig {
    /// What people call it, 1 to 64 characters.
    pub name: String,
    /// The facility it stands in.
    pub facility: FacilityCode,
    /// The municipality the facility stands in: orders open by it.
    pub municipality: MunicipalityCode,
    /// Language of screens and messages when the reader did not choose one.
    pub language: Lang,
}

/// `[sync]`: how often the centre is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SyncConfig {
    /// Seconds between two successful rounds.
    pub interval_seconds: u64,
    /// Seconds before the first repetition after a failure; doubles from there.
    pub retry_seconds_min: u64,
    /// Most seconds before a repetition.
    pub retry_seconds_max: u64,
    /// Seconds after which the centre counts as not reached.
    pub connect_seconds_max: u64,
    /// Seconds that one question to it may take.
    pub answer_seconds_max: u64,
}

/// `[journal]`: evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JournalConfig {
    /// Bytes kept for the journal whatever else fills the disk.
    pub reserve_bytes: u64,
}

/// `[control]`: the socket by which commands reach the owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ControlConfig {
    /// Most connections at a time.
    pub connections_max: u64,
    /// Seconds after which a silent connection is closed.
    pub idle_seconds_max: u64,
}

/// `[limits]`: what the node may take of its machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitsConfig {
    /// Bytes that fetching leaves free, beside the journal's reserve.
    pub free_margin_bytes: u64,
    /// Threads for the network and timers.
    pub worker_threads: u64,
}

impl Config {
    /// Reads the configuration from the text of a file.
    ///
    /// # Errors
    /// Every fault of the text.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let mut reader = Reader::new(text);
        let config = Self::read(&mut reader);
        match (config, reader.finish()) {
            (Some(config), faults) if faults.is_empty() => Ok(config),
            (_, faults) => Err(ConfigError::Faults(faults)),
        }
    }

    /// Reads the configuration from a file.
    ///
    /// # Errors
    /// The disk's; [`ConfigError::NotText`]; every fault of the text.
    pub fn load(files: &dyn Files, path: &Path) -> Result<Self, ConfigError> {
        let bytes = files.read(path, CONFIG_LEN_BYTES_MAX).map_err(DiskError::at("read", path))?;
        Self::parse(std::str::from_utf8(&bytes).map_err(|_| ConfigError::NotText)?)
    }

    // Reads every section even when an earlier one has faults, so that all of them are told.
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let node = NodeConfig::read(reader);
        let centre = CentreAddress::read(reader);
        let page = PageConfig::read(reader);
        let sync = SyncConfig::read(reader);
        let journal = JournalConfig::read(reader);
        let control = ControlConfig::read(reader);
        let limits = LimitsConfig::read(reader);
        Some(Self {
            node: node?,
            centre: centre?,
            page: page?,
            sync: sync?,
            journal: journal?,
            control: control?,
            limits: limits?,
        })
    }
}

impl NodeConfig {
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let mut section = reader.section("node");
        let name = section.text("name", |text| {
            if is_name(text) { Ok(text.to_owned()) } else { Err(Wrong::Name) }
        });
        let facility =
            section.text("facility", |text| FacilityCode::parse(text).map_err(|_| Wrong::Facility));
        let municipality = section
            .text("municipality", |text| MunicipalityCode::parse(text).ok_or(Wrong::Municipality));
        let language =
            section.text_or("language", Lang::Ja, |text| Lang::parse(text).ok_or(Wrong::Language));
        if let (Some(facility), Some(municipality)) = (facility, municipality)
            && facility.prefecture() != municipality.prefecture()
        {
            section.fault("municipality", Wrong::Prefecture { facility, municipality });
        }
        section.finish();
        Some(Self {
            name: name?,
            facility: facility?,
            municipality: municipality?,
            language: language?,
        })
    }
}

impl SyncConfig {
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let mut section = reader.section("sync");
        let interval_seconds = section.number_or("interval_seconds", 900, 10..=86_400);
        let retry_seconds_min = section.number_or("retry_seconds_min", 5, 1..=3600);
        let retry_seconds_max = section.number_or("retry_seconds_max", 900, 1..=86_400);
        // Three tries of a handshake at the slowest line in use, and a megabyte at 150 kbit/s.
        let connect_seconds_max = section.number_or("connect_seconds_max", 30, 1..=600);
        let answer_seconds_max = section.number_or("answer_seconds_max", 60, 1..=3600);
        if let (Some(min), Some(max)) = (retry_seconds_min, retry_seconds_max)
            && min > max
        {
            section.fault("retry_seconds_max", Wrong::Range { found: max, min, max: 86_400 });
        }
        section.finish();
        Some(Self {
            interval_seconds: interval_seconds?,
            retry_seconds_min: retry_seconds_min?,
            retry_seconds_max: retry_seconds_max?,
            connect_seconds_max: connect_seconds_max?,
            answer_seconds_max: answer_seconds_max?,
        })
    }
}

impl JournalConfig {
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let mut section = reader.section("journal");
        // 1 GiB by default (design: "Journal"); tests and demos take little.
        let reserve_bytes = section.number_or("reserve_bytes", 1 << 30, 1 << 20..=1 << 40);
        section.finish();
        Some(Self { reserve_bytes: reserve_bytes? })
    }
}

impl ControlConfig {
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let mut section = reader.section("control");
        let connections_max = section.number_or("connections_max", 8, 1..=64);
        let idle_seconds_max = section.number_or("idle_seconds_max", 60, 1..=3600);
        section.finish();
        Some(Self { connections_max: connections_max?, idle_seconds_max: idle_seconds_max? })
    }
}

impl LimitsConfig {
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let mut section = reader.section("limits");
        let free_margin_bytes = section.number_or("free_margin_bytes", 256 << 20, 0..=1 << 40);
        let worker_threads = section.number_or("worker_threads", 2, 1..=64);
        section.finish();
        Some(Self { free_margin_bytes: free_margin_bytes?, worker_threads: worker_threads? })
    }
}

/// 1 to 64 characters, none of which moves a cursor.
pub(crate) fn is_name(text: &str) -> bool {
    (1..=64).contains(&text.chars().count()) && !text.contains(char::is_control)
}

impl ConfigError {
    /// [`ErrorClass::Invalid`] for the text, the disk's class otherwise.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Faults(_) | Self::NotText => ErrorClass::Invalid,
            Self::Disk(error) => error.class(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: &str =
        "[node]\nname = \"本館\"\nfacility = \"1710000001\"\nmunicipality = \"17201\"\n";

    fn faults(text: &str) -> Vec<Fault> {
        match Config::parse(text) {
            Err(ConfigError::Faults(faults)) => faults,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_not_said_has_its_default() {
        let config = Config::parse(LEAST).unwrap();
        assert_eq!(config.node.language, Lang::Ja);
        assert_eq!(config.centre, None);
        assert_eq!(config.sync.interval_seconds, 900);
        assert_eq!(config.journal.reserve_bytes, 1 << 30);
    }

    #[test]
    fn every_fault_is_told_at_once_with_its_line() {
        let text = "[node]\nname = \"\"\nfacility = \"12\"\nlanguage = 3\n\n[sync]\ninterval_second = 60\n\
                    retry_seconds_min = 0\n\n[sink]\nx = 1\n[centre]\naddress = \"centre\"\n";
        let found: Vec<_> = faults(text).into_iter().map(|f| (f.line, f.key)).collect();
        let expected = [
            (2, "node.name"),
            (3, "node.facility"),
            (4, "node.language"),
            (1, "node.municipality"),
            (7, "sync.interval_second"),
            (8, "sync.retry_seconds_min"),
            (10, "sink"),
            (13, "centre.address"),
        ];
        for (line, key) in expected {
            assert!(found.contains(&(line, key.to_owned())), "{key} in {found:?}");
        }
        assert_eq!(found.len(), expected.len(), "{found:?}");
        assert!(found.is_sorted());
    }

    #[test]
    fn a_slip_in_a_name_is_answered_with_the_name_that_was_meant() {
        let text = format!("{LEAST}[sync]\ninterval_second = 60\n");
        let nearest = |wrong: &Wrong| matches!(wrong, Wrong::UnknownKey { nearest } if nearest == "interval_seconds");
        assert!(nearest(&faults(&text)[0].wrong));
    }

    #[test]
    fn broken_lines_do_not_hide_the_faults_of_others() {
        let text = format!("{LEAST}[sync]\ninterval_seconds = = 4\n[limits]\nworker_threads = 0\n");
        let found = faults(&text);
        assert!(found.iter().any(|f| matches!(f.wrong, Wrong::Syntax { .. }) && f.line == 6));
        assert!(found.iter().any(|f| f.key == "limits.worker_threads"), "{found:?}");
    }

    #[test]
    fn a_facility_does_not_stand_in_another_prefecture() {
        let text = LEAST.replace("17201", "16201");
        assert!(matches!(
            faults(&text)[..],
            [Fault { line: 4, wrong: Wrong::Prefecture { .. }, .. }]
        ));
    }

    #[test]
    fn numbers_have_bounds_and_kinds() {
        for (line, fits) in [
            ("interval_seconds = 10", true),
            ("interval_seconds = 9", false),
            ("interval_seconds = 86_401", false),
            ("interval_seconds = -1", false),
            ("interval_seconds = 0x20", true),
            ("interval_seconds = 99999999999999999999", false),
            ("interval_seconds = \"60\"", false),
            ("interval_seconds = 60.0", false),
            ("retry_seconds_min = 60\nretry_seconds_max = 59", false),
        ] {
            let text = format!("{LEAST}[sync]\n{line}\n");
            assert_eq!(Config::parse(&text).is_ok(), fits, "{line}");
        }
    }

    #[test]
    fn the_centre_has_an_address_or_is_not_there() {
        let with = |lines: &str| Config::parse(&format!("{LEAST}[centre]\n{lines}\n"));
        let good = with("address = \"192.0.2.1:4433\"").unwrap();
        assert_eq!(good.centre.unwrap().address, "192.0.2.1:4433");
        for bad in [
            "server_name = \"centre.example\"",
            "address = \"192.0.2.1\"",
            "address = \":1\"",
            "address = \"a b:1\"",
            "",
        ] {
            assert!(with(bad).is_err(), "{bad}");
        }
        assert!(with("address = \"[2001:db8::1]:4433\"").is_ok());
    }

    #[test]
    fn anything_at_all_is_answered_without_a_panic() {
        for text in
            ["", "[", "node = 1", "[[node]]", "[node]\n[node]", "\u{feff}", "x", "[node]\nname"]
        {
            assert!(Config::parse(text).is_err(), "{text}");
        }
    }
}
