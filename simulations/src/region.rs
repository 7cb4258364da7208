//! Synthetic regions: people first, then the files that real systems would hand over.
//!
//! Promise: the same parameters give the same bytes on every machine. A person's life needs only
//! the seed and the index (and the as-of month and length of the history), never the size of the
//! region. All people, facilities, drugs and insurers are invented.
//!
//! Order of work, one district (4,096 people) at a time, so that memory is bounded by a district:
//! households → people → coverages → registrations · conditions → visits → claims → filing ·
//! checkups · withdrawals → files → truth. Nobody uses a facility of another district
//! (`places.rs`), so a district's receipt files are complete when the district is done, and
//! receipts need no second pass. Only counts, withdrawals and the list of checkup items are kept.
//!
//! FORMAT of a region's folder:
//! - `eligibility/OQSmuquc02res_<yyyymmdd><nnnn>.xml` two deliveries, a file a neighbourhood
//! - `receipts/<accepted date>/<sequence>-<facility10>.UKE`
//! - `checkups/<registered>-<insurer8>-<district>.zip`
//! - `masters/` drug master, institutions, insurers, checkup items, therapeutic classes
//! - `withdrawals/<date>.csv` (our own shape, `render/withdrawal.rs`)
//! - `truth.jsonl` (`truth.rs`), `staff.json`, `expected_rejects.jsonl` (`render/ghost.rs`)
//! - `region.json` parameters, counts, rates
//!
//! Not covered: dental and DPC receipts (claims from a dentist appear through the pharmacy),
//! admissions, e-prescriptions, public expense beside insurance, two coverages in one claim month.

mod amount;
pub mod calendar;
mod claims;
mod code_page;
pub(crate) mod dice;
mod district;
mod drugs;
mod lives;
pub mod names;
mod output;
pub(crate) mod places;
mod render;
pub mod staff;
mod summary;
pub mod truth;
mod withdrawal;
mod world;

use std::path::{Path, PathBuf};

use thiserror::Error;
use tomoshibi_policies::ErrorClass;

pub use calendar::{Day, Month};
pub use drugs::Danger;
pub use render::ghost::{Defect, ExpectedReject, GHOST_PER_MILLE};
pub use summary::{RegionCounts, RegionSummary};

use output::Output;
use places::DISTRICT_PEOPLE;
use world::World;

/// Version of the generator: it changes when the bytes of any region change.
pub const GENERATOR_VERSION: u32 = 3;
/// Most people in a region: above it two households would share a card number
/// (`lives/coverage.rs` folds four plans a person into six million numbers).
pub const PEOPLE_MAX: u32 = 1_500_000;
/// Longest claims history, in months.
pub const MONTHS_MAX: u32 = 60;

/// What decides a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RegionParameters {
    /// From 1 to [`PEOPLE_MAX`].
    pub people: u32,
    /// Everything else follows from it.
    pub seed: u64,
    /// The day for which `truth.jsonl` says what must be shown.
    pub as_of: Day,
    /// Treatment months of claims, ending with the month before `as_of`; 1 to [`MONTHS_MAX`].
    pub months: u32,
}

impl RegionParameters {
    /// A region as of 2026-11-13 with 14 months of claims.
    pub const fn new(people: u32, seed: u64) -> Self {
        Self { people, seed, as_of: Day::new(2026, 11, 13), months: 14 }
    }
}

/// Why a region could not be generated.
#[derive(Debug, Error)]
pub enum RegionError {
    /// A parameter is out of its range.
    #[error("{parameter} is {found}, not between {least} and {most}")]
    OutOfRange {
        /// Which.
        parameter: &'static str,
        /// What was given.
        found: u32,
        /// Smallest value.
        least: u32,
        /// Largest value.
        most: u32,
    },
    /// The folder holds something: a region is never mixed with older files.
    #[error("folder {path} is not empty")]
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// A file or folder cannot be written.
    #[error("{path} cannot be written")]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A checkup package cannot be put together.
    #[error("checkup package {path} cannot be built")]
    Package {
        /// Its path.
        path: String,
        /// What the archive writer said.
        source: zip::result::ZipError,
    },
    /// A line of JSON cannot be written.
    #[error("{what} cannot be written as json")]
    Json {
        /// Which file.
        what: &'static str,
        /// What the writer said.
        source: serde_json::Error,
    },
}

impl RegionError {
    /// How a caller should react.
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::OutOfRange { .. } => ErrorClass::Invalid,
            Self::NotEmpty { .. } => ErrorClass::Conflict,
            Self::Write { source, .. } if source.kind() == std::io::ErrorKind::StorageFull => {
                ErrorClass::Exhausted
            }
            Self::Write { .. } => ErrorClass::Transient,
            Self::Package { .. } | Self::Json { .. } => ErrorClass::Internal,
        }
    }
}

/// How far a generation has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RegionProgress {
    /// People written.
    pub people_done: u32,
    /// People in the region.
    pub people: u32,
}

/// Writes a region into `folder`, which is created or empty. `progress` hears of each district.
///
/// # Errors
/// On parameters out of range, a folder that holds something, or a disk that refuses.
pub fn generate(
    parameters: &RegionParameters,
    folder: &Path,
    mut progress: impl FnMut(RegionProgress),
) -> Result<RegionSummary, RegionError> {
    check(parameters)?;
    let world = World::new(parameters);
    let mut output = Output::create(folder)?;
    let mut region = district::Region::new(&world, &mut output)?;
    let people = world.people;
    for district in 0..people.div_ceil(DISTRICT_PEOPLE) {
        region.write_district(district)?;
        let people_done = ((district + 1) * DISTRICT_PEOPLE).min(people);
        progress(RegionProgress { people_done, people });
    }
    let counts = region.finish()?;
    let summary = RegionSummary::new(parameters, counts, &output);
    output.write_json("region.json", &summary)?;
    Ok(summary)
}

fn check(parameters: &RegionParameters) -> Result<(), RegionError> {
    for (parameter, found, most) in
        [("people", parameters.people, PEOPLE_MAX), ("months", parameters.months, MONTHS_MAX)]
    {
        if !(1..=most).contains(&found) {
            return Err(RegionError::OutOfRange { parameter, found, least: 1, most });
        }
    }
    Ok(())
}
