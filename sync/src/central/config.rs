//! `central.toml`: what regional IT decides on the central side.

use std::net::SocketAddr;
use std::path::Path;

use serde::{Deserialize, Serialize};
use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::record::RegionCode;

use crate::seam::Files;

const LEN_BYTES_MAX: u64 = 64 << 10;

/// The configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// JIS code of the region, 1-47.
    pub region: u8,
    /// True for a drill: separate keys, synthetic people.
    pub drill: bool,
    /// Where the centre listens (UDP).
    pub listen: SocketAddr,
    /// DNS names and IP addresses in the centre's certificate.
    pub names: Vec<String>,
    /// Hours after which a snapshot counts as old, 1-2000.
    pub fresh_hours: u16,
    /// Months of treatment that medication is kept for viewing, 1-120. Whether 60 is in force is not established.
    pub medication_months: u16,
    /// Fiscal years that checkups are kept for viewing, 1-20.
    pub checkup_years: u8,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            region: 17,
            drill: true,
            listen: SocketAddr::from(([127, 0, 0, 1], 7443)),
            names: vec!["localhost".into(), "127.0.0.1".into()],
            fresh_hours: 48,
            medication_months: 36,
            checkup_years: 5,
        }
    }
}

/// Why the configuration is refused.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The disk's answer.
    #[error("central.toml: {0}")]
    Io(#[from] std::io::Error),
    /// Not TOML, or an unknown key, or a value of the wrong type; in the parser's words, with line and key.
    #[error("central.toml: {0}")]
    Form(String),
    /// Values out of range, all of them.
    #[error("central.toml: {}", faults.join("; "))]
    Values {
        /// One sentence a fault.
        faults: Vec<String>,
    },
}

impl ConfigError {
    /// Invalid, or the disk's.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Io(error) if error.kind() == std::io::ErrorKind::NotFound => ErrorClass::NotFound,
            Self::Io(_) => ErrorClass::Internal,
            Self::Form(_) | Self::Values { .. } => ErrorClass::Invalid,
        }
    }
}

impl Config {
    /// Reads and checks the file.
    ///
    /// # Errors
    /// All faults at once.
    pub fn load(files: &dyn Files, path: &Path) -> Result<Self, ConfigError> {
        let bytes = files.read(path, LEN_BYTES_MAX)?;
        let text = String::from_utf8(bytes).map_err(|_| ConfigError::Form("not UTF-8".into()))?;
        let config: Self = toml::from_str(&text)
            .map_err(|e| ConfigError::Form(e.to_string().replace('\n', " ")))?;
        config.check()?;
        Ok(config)
    }

    /// Writes the file.
    ///
    /// # Errors
    /// The disk's.
    pub fn save(&self, files: &dyn Files, path: &Path) -> Result<(), ConfigError> {
        let text = toml::to_string(self).map_err(|e| ConfigError::Form(e.to_string()))?;
        let head = "# Tomoshibi, central side. Times are hours, months and fiscal years as the names say.\n";
        Ok(files.replace(path, format!("{head}{text}").as_bytes())?)
    }

    /// The region.
    ///
    /// # Errors
    /// An unknown prefecture.
    pub fn region(&self) -> Result<RegionCode, ConfigError> {
        RegionCode::new(self.region)
            .map_err(|_| ConfigError::Values { faults: vec!["region is 1-47".into()] })
    }

    fn check(&self) -> Result<(), ConfigError> {
        let rules = [
            ((1..=47).contains(&self.region), "region is a prefecture code, 1-47"),
            ((1..=2000).contains(&self.fresh_hours), "fresh_hours is 1-2000"),
            ((1..=120).contains(&self.medication_months), "medication_months is 1-120"),
            ((1..=20).contains(&self.checkup_years), "checkup_years is 1-20"),
            (!self.names.is_empty(), "names holds at least one DNS name or address"),
        ];
        let faults: Vec<String> =
            rules.iter().filter(|(holds, _)| !holds).map(|(_, rule)| (*rule).to_owned()).collect();
        if faults.is_empty() { Ok(()) } else { Err(ConfigError::Values { faults }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seam::StdFiles;

    fn load(text: &str) -> Result<Config, ConfigError> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("central.toml");
        std::fs::write(&path, text).unwrap();
        Config::load(&StdFiles, &path)
    }

    #[test]
    fn what_was_saved_is_loaded() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("central.toml");
        Config::default().save(&StdFiles, &path).unwrap();
        assert_eq!(Config::load(&StdFiles, &path).unwrap(), Config::default());
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let error = load("region = 48\nfresh_hours = 0\nnames = []\n").unwrap_err();
        let ConfigError::Values { faults } = error else { panic!("{error}") };
        assert_eq!(faults.len(), 3);
    }

    #[test]
    fn an_unknown_key_is_refused_by_name() {
        let error = load("regoin = 17\n").unwrap_err();
        assert!(error.to_string().contains("regoin"), "{error}");
    }
}
