//! What is true in a region, and what a correct system must show: `truth.jsonl`.
//!
//! Promise: every line derives from the simulated lives. Nothing here parses a rendered file or
//! shares code with an ingest; only the numbering of files (accepted day, sequence) is common with
//! the renderer, because it decides which receipt replaces which.
//!
//! FORMAT: one JSON object a line, people in the order of their index; an absent member of a line
//! or item is none or false. `medications` and
//! `checkups` are what must be shown on the region's as-of day. Each line carries `visible_from`
//! and, when something hides it, `shown_until` (exclusive); lines that are not shown on the as-of
//! day stand in `medications_not_shown` and `checkups_not_shown`. So what must be shown on any
//! day D is every line of both lists with visible_from <= D < shown_until.
//!
//! Not covered: retention (a region is shorter than any retention period) and masters that change.

pub(crate) mod assemble;
mod medication;

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::calendar::{Day, Month};
use super::drugs::Danger;

/// One person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TruthPerson {
    /// Stable id, equal to the reference number of the eligibility deliveries.
    pub person: String,
    /// True name as written, parts parted by a full-width space (foreign names by ・).
    pub name: String,
    /// True reading, full-width katakana.
    pub name_kana: String,
    /// As issued, of the newest coverage.
    pub insurer_number: String,
    /// `YYYY-MM-DD`; day 00 where the papers do not know it.
    pub birth_date: String,
    /// True sex: 1 man, 2 woman.
    pub sex: u8,
    /// Sex as registered: also 3, not set.
    pub registered_sex: u8,
    /// Of the newest coverage; late-elderly insured have none.
    pub symbol: Option<String>,
    /// Of the newest coverage.
    pub number: String,
    /// Of the newest coverage; late-elderly insured have none.
    pub branch: Option<String>,
    /// Where the person lives.
    pub address: String,
    /// Where the newest delivery says so, if it says.
    pub registered_address: Option<String>,
    /// As the newest delivery writes it.
    pub registered_name: String,
    /// As the newest delivery writes it, in its width.
    pub registered_kana: String,
    /// Former names and names in use.
    pub other_names: Vec<OtherName>,
    /// All coverages the deliveries hold, oldest first.
    pub coverages: Vec<TruthCoverage>,
    /// Alive on the as-of day.
    pub alive: bool,
    /// Last day of life.
    pub died_on: Option<Day>,
    /// Set when nothing about the person may be shown on the as-of day.
    pub withdrawn: Option<Withdrawn>,
    /// Lines to show on the as-of day.
    pub medications: Vec<MedicationLine>,
    /// Lines not to show on it: replaced, withdrawn or not yet visible.
    pub medications_not_shown: Vec<MedicationLine>,
    /// Checkups to show on the as-of day.
    pub checkups: Vec<TruthCheckup>,
    /// Checkups that are withdrawn.
    pub checkups_not_shown: Vec<TruthCheckup>,
    /// Exams that the insurer has not registered by the as-of day: no system can know them.
    pub checkups_unregistered: Vec<Day>,
    /// Tags of the difficulties in this person's data.
    pub traps: Vec<String>,
    /// What must be seen first: dangers of the lines in `medications`, `unknown_drug`, and
    /// `past_stroke`, `past_heart`, `kidney_failure` where the newest shown checkup says yes.
    pub expected_danger: Vec<String>,
}

/// Another name of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherName {
    /// `former` (before a marriage) or `alias` (in use).
    pub kind: String,
    /// As written.
    pub name: String,
    /// Full-width katakana.
    pub name_kana: String,
}

/// One coverage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TruthCoverage {
    /// As issued.
    pub insurer_number: String,
    /// As registered.
    pub symbol: Option<String>,
    /// As registered.
    pub number: String,
    /// Two digits.
    pub branch: Option<String>,
    /// First day.
    pub from: Day,
    /// Exclusive.
    pub to: Option<Day>,
}

/// How a person was withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawn {
    /// correction, death or court_order.
    pub kind: String,
    /// Holds from this day.
    pub date: Day,
}

/// One drug on one day (or in one month, where the receipt says no more).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MedicationLine {
    /// Who filed it.
    pub facility10: String,
    /// Treatment or dispensing month.
    pub treatment_month: Month,
    /// `medical` or `pharmacy`.
    pub kind: String,
    /// Receipt type of RE column 2, part of the supersession key.
    pub receipt_type: String,
    /// Nine digits.
    pub drug_code: String,
    /// Name in the master; empty when no master has the code.
    pub drug_name: String,
    /// Decimal, shortest form: a day's amount (oral) or one time's.
    pub amount: String,
    /// Empty when no master has the code.
    pub unit: String,
    /// Days (oral) or times.
    pub times: u32,
    /// `takehome` or `administered`.
    pub class: String,
    /// None when the receipt has no day column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Day>,
    /// Prescription day, in pharmacy receipts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prescribed: Option<Day>,
    /// Prescriber, in pharmacy receipts; part of the supersession key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prescriber10: Option<String>,
    /// Words on usage; empty when coded or absent.
    pub usage: String,
    /// Usage code of pharmacy receipts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage_code: Option<String>,
    /// A remark after the drug group; not its usage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
    /// Day of acceptance of the receipt.
    pub accepted: Day,
    /// Its sequence on that day.
    pub sequence: u32,
    /// First morning on which a system may show it.
    pub visible_from: Day,
    /// First day on which it must not be shown any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown_until: Option<Day>,
    /// Why it must be seen first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub danger: Option<Danger>,
}

/// One checkup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TruthCheckup {
    /// Day of the exam.
    pub exam_date: Day,
    /// 010 or 020.
    pub program: String,
    /// Day of registration by the insurer.
    pub visible_from: Day,
    /// First day on which it must not be shown any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown_until: Option<Day>,
    /// In the order of the file.
    pub items: Vec<TruthItem>,
}

/// One checkup item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TruthItem {
    /// Seventeen characters.
    pub code: String,
    /// Value as written; none when not done or not measurable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Unit of a quantity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Full OID of a coded value's set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oid: Option<String>,
    /// negationInd.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_done: bool,
    /// nullFlavor.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unmeasurable: bool,
}

/// Why a truth file could not be read.
#[derive(Debug, Error)]
pub enum TruthError {
    /// The file cannot be opened or read.
    #[error("truth file {path} cannot be read")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A line is no person. The cause is withheld: it could quote the line.
    #[error("truth file {path}, line {line}: not a person of this version")]
    Line {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
    },
}

/// Reads a truth file person by person.
///
/// # Errors
/// When the file cannot be opened; afterwards each item says whether its line could be read.
pub fn read(
    path: &Path,
) -> Result<impl Iterator<Item = Result<TruthPerson, TruthError>> + use<>, TruthError> {
    let path = path.to_owned();
    let file = File::open(&path).map_err(|source| TruthError::Io { path: path.clone(), source })?;
    Ok(BufReader::new(file).lines().enumerate().map(move |(at, line)| {
        let line = line.map_err(|source| TruthError::Io { path: path.clone(), source })?;
        serde_json::from_str(&line)
            .map_err(|_| TruthError::Line { path: path.clone(), line: at + 1 })
    }))
}
