//! Up to which day the sources are in: what the operator says at each ingest.
//!
//! Promises: the day never goes back. Claims reach the newest month that is complete on it.
//!
//! FORMAT: `reach.json`: `as_of`, a date.
//!
//! Not covered: a source that came late on the day itself (the operating body's calendar knows, the files do not).

use serde::{Deserialize, Serialize};
use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::staleness::newest_complete_month;
use tomoshibi_policies::time::JstDate;

use super::folder::Folder;
use crate::manifest::Reach;
use crate::seam::Files;

const LEN_BYTES_MAX: u64 = 1024;

/// Why the day cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum ReachError {
    /// The disk's answer.
    #[error("reach.json: {0}")]
    Io(#[from] std::io::Error),
    /// Not what was written.
    #[error("reach.json is damaged")]
    Content,
    /// Nothing was ever ingested.
    #[error("nothing was ingested yet: begin with `ingest`")]
    Nothing,
}

impl ReachError {
    /// Internal, corrupt or not found.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Io(_) => ErrorClass::Internal,
            Self::Content => ErrorClass::Corrupt,
            Self::Nothing => ErrorClass::NotFound,
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReachFile {
    as_of: String,
}

/// Notes that the sources are in up to `as_of`; an earlier day than the one known changes nothing.
///
/// # Errors
/// See [`ReachError`].
pub fn note(folder: &Folder, files: &dyn Files, as_of: JstDate) -> Result<(), ReachError> {
    match load(folder, files) {
        Ok(known) if known >= as_of => return Ok(()),
        Ok(_) | Err(ReachError::Nothing) => {}
        Err(error) => return Err(error),
    }
    let file = ReachFile { as_of: as_of.to_string() };
    let bytes = serde_json::to_vec(&file).map_err(std::io::Error::from)?;
    Ok(files.replace(&folder.reach(), &bytes)?)
}

/// How far each source reaches.
///
/// # Errors
/// See [`ReachError`].
pub fn reach(folder: &Folder, files: &dyn Files) -> Result<Reach, ReachError> {
    let as_of = load(folder, files)?;
    Ok(Reach {
        claims_to: newest_complete_month(as_of),
        processed: as_of,
        eligibility_to: as_of,
        checkups_to: as_of,
    })
}

fn load(folder: &Folder, files: &dyn Files) -> Result<JstDate, ReachError> {
    let path = folder.reach();
    if !files.exists(&path) {
        return Err(ReachError::Nothing);
    }
    let bytes = files.read(&path, LEN_BYTES_MAX)?;
    let file: ReachFile = serde_json::from_slice(&bytes).map_err(|_| ReachError::Content)?;
    JstDate::parse(&file.as_of).map_err(|_| ReachError::Content)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seam::StdFiles;

    #[test]
    fn the_day_never_goes_back() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path());
        assert!(matches!(reach(&folder, &StdFiles), Err(ReachError::Nothing)));
        for day in ["2026-11-22", "2026-11-01"] {
            note(&folder, &StdFiles, JstDate::parse(day).unwrap()).unwrap();
            let reach = reach(&folder, &StdFiles).unwrap();
            assert_eq!(reach.processed.to_string(), "2026-11-22");
            assert_eq!(reach.claims_to.to_string(), "2026-10");
        }
        std::fs::write(folder.reach(), b"{\"as_of\":\"never\"}").unwrap();
        assert!(matches!(reach(&folder, &StdFiles), Err(ReachError::Content)));
    }
}
