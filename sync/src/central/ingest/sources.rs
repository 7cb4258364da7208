//! Which files are handed over, in which order, and which of them are visible on a day.
//!
//! A file's name says when it came in: `receipts/<accepted>/<sequence>-<facility10>.UKE`; elsewhere the first date
//! from 2000 on, as `YYYY-MM-DD` or at the head of 8, 9, 12 or 14 digits; what follows the date, and a last number of up
//! to four digits, are the sequence (`OQSmuquc02res_202611220001.xml`, `20261122-00170019-0001.zip`). Masters and
//! withdrawals without a date are always taken.

use std::path::{Path, PathBuf};

use tomoshibi_policies::record::{FacilityCode, SourceOrder};
use tomoshibi_policies::time::JstDate;

use super::masters::MasterKind;
use crate::central::progress::Stage;
use crate::central::visibility::visible_from;
use crate::seam::{FileEntry, Files};

/// Room for the place of a record inside its file, below the file's own sequence.
const PLACE_BITS: u32 = 24;

/// What kind of file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceKind {
    /// A master.
    Master(MasterKind),
    /// Eligibility results.
    Eligibility,
    /// A list of withdrawals.
    Withdrawals,
    /// An archive of checkups.
    Checkups,
    /// Receipts of this facility.
    Receipts(FacilityCode),
}

/// One file to take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// What it is.
    pub kind: SourceKind,
    /// Name under the source folder, with `/`.
    pub name: String,
    /// Where it lies.
    pub path: PathBuf,
    /// When it came in.
    pub order: SourceOrder,
    /// Length in bytes.
    pub len_bytes: u64,
}

impl Source {
    /// The order of the record at `place` of this file: later places come in later.
    #[must_use]
    pub fn order_at(&self, place: u64) -> SourceOrder {
        let place = place.min((1 << PLACE_BITS) - 1);
        SourceOrder { sequence: self.order.sequence.saturating_add(place), ..self.order }
    }
}

/// What a stage finds in the source folder.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// To be taken, in the order in which they came in.
    pub sources: Vec<Source>,
    /// Names of files whose names do not say what their kind requires.
    pub nameless: Vec<String>,
    /// How many stay for a later day.
    pub waiting: u64,
}

/// Lists the files of a stage that are visible on `as_of`.
///
/// # Errors
/// The disk's.
pub fn find(files: &dyn Files, dir: &Path, stage: Stage, as_of: JstDate) -> std::io::Result<Found> {
    let mut found = Found::default();
    match stage {
        Stage::Masters => masters(files, dir, as_of, &mut found)?,
        Stage::Eligibility => flat(files, dir, "eligibility", as_of, &mut found, eligibility)?,
        Stage::Withdrawals => flat(files, dir, "withdrawals", as_of, &mut found, withdrawals)?,
        Stage::Checkups => flat(files, dir, "checkups", as_of, &mut found, checkups)?,
        Stage::Receipts => receipts(files, dir, as_of, &mut found)?,
    }
    // By time, then by name: the same folder is always read in the same order.
    found.sources.sort_by(|a, b| (a.order, &a.name).cmp(&(b.order, &b.name)));
    Ok(found)
}

/// How a file of a flat folder is named: none when it is no source at all, an error when its name is wrong.
type Naming = fn(&str, JstDate) -> Option<Result<(SourceKind, SourceOrder), ()>>;

fn flat(
    files: &dyn Files,
    dir: &Path,
    folder: &str,
    as_of: JstDate,
    found: &mut Found,
    naming: Naming,
) -> std::io::Result<()> {
    for entry in files.list(&dir.join(folder))?.into_iter().filter(|entry| !entry.is_dir) {
        let name = format!("{folder}/{}", entry.name);
        match naming(&entry.name, as_of) {
            None => {}
            Some(Err(())) => found.nameless.push(name),
            Some(Ok((_, order))) if order.accepted > as_of => found.waiting += 1,
            Some(Ok((kind, order))) => {
                found.sources.push(source(&dir.join(folder), name, kind, order, &entry));
            }
        }
    }
    Ok(())
}

/// Masters that are visible on `as_of`; when no drug master is, the earliest later one too. Without any, remarks
/// could not be told from drugs, and good claims would be set aside for good.
fn masters(
    files: &dyn Files,
    dir: &Path,
    as_of: JstDate,
    found: &mut Found,
) -> std::io::Result<()> {
    flat(files, dir, "masters", as_of, found, master)?;
    let is_drugs = |source: &Source| source.kind == SourceKind::Master(MasterKind::Drugs);
    if found.sources.iter().any(is_drugs) {
        return Ok(());
    }
    let mut all = Found::default();
    flat(files, dir, "masters", JstDate::from_days(i64::MAX), &mut all, master)?;
    let earliest = all.sources.into_iter().filter(is_drugs).min_by_key(|source| source.order);
    if let Some(source) = earliest {
        found.waiting = found.waiting.saturating_sub(1);
        found.sources.push(source);
    }
    Ok(())
}

fn receipts(
    files: &dyn Files,
    dir: &Path,
    as_of: JstDate,
    found: &mut Found,
) -> std::io::Result<()> {
    for day in files.list(&dir.join("receipts"))? {
        let folder = format!("receipts/{}", day.name);
        let accepted = JstDate::parse(&day.name).ok().filter(|_| day.is_dir);
        let Some(accepted) = accepted else {
            found.nameless.push(folder);
            continue;
        };
        let is_visible = visible_from(accepted) <= as_of;
        for entry in files.list(&dir.join(&folder))?.into_iter().filter(|entry| !entry.is_dir) {
            let name = format!("{folder}/{}", entry.name);
            match receipt_name(&entry.name) {
                None => found.nameless.push(name),
                Some(_) if !is_visible => found.waiting += 1,
                Some((sequence, facility)) => {
                    let order = SourceOrder { accepted, sequence };
                    let kind = SourceKind::Receipts(facility);
                    found.sources.push(source(&dir.join(&folder), name, kind, order, &entry));
                }
            }
        }
    }
    Ok(())
}

fn source(
    folder: &Path,
    name: String,
    kind: SourceKind,
    order: SourceOrder,
    entry: &FileEntry,
) -> Source {
    Source { kind, path: entry.path_in(folder), name, order, len_bytes: entry.len_bytes }
}

/// `<sequence>-<facility10>.UKE`.
fn receipt_name(name: &str) -> Option<(u64, FacilityCode)> {
    let (stem, extension) = name.rsplit_once('.')?;
    let (sequence, facility) = stem.split_once('-')?;
    let is_number = !sequence.is_empty() && sequence.bytes().all(|b| b.is_ascii_digit());
    if !extension.eq_ignore_ascii_case("uke") || !is_number {
        return None;
    }
    Some((sequence.parse().ok()?, FacilityCode::parse(facility).ok()?))
}

fn master(name: &str, as_of: JstDate) -> Option<Result<(SourceKind, SourceOrder), ()>> {
    let kind = MasterKind::of_name(name)?;
    let order = dated(name).unwrap_or(SourceOrder { accepted: as_of, sequence: 0 });
    Some(Ok((SourceKind::Master(kind), order)))
}

fn eligibility(name: &str, _: JstDate) -> Option<Result<(SourceKind, SourceOrder), ()>> {
    has_extension(name, "xml").then(|| Ok((SourceKind::Eligibility, dated(name).ok_or(())?)))
}

fn withdrawals(name: &str, as_of: JstDate) -> Option<Result<(SourceKind, SourceOrder), ()>> {
    // Every row says its own date; the file's only orders files.
    let order = dated(name).unwrap_or(SourceOrder { accepted: as_of, sequence: 0 });
    has_extension(name, "csv").then_some(Ok((SourceKind::Withdrawals, order)))
}

fn checkups(name: &str, _: JstDate) -> Option<Result<(SourceKind, SourceOrder), ()>> {
    has_extension(name, "zip").then(|| Ok((SourceKind::Checkups, dated(name).ok_or(())?)))
}

fn has_extension(name: &str, extension: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, found)| found.eq_ignore_ascii_case(extension))
}

/// The date of a name, and its sequence: the digits right behind the date and the last number of the name.
fn dated(name: &str) -> Option<SourceOrder> {
    let (accepted, behind, rest) = hyphenated(name).or_else(|| compact(name))?;
    let mut numbers = rest.rsplit(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    // A longer number is an insurer or a facility, not a count.
    let last = numbers.next().filter(|digits| digits.len() <= 4);
    let number = |digits: &str| digits.parse::<u64>().unwrap_or(0);
    let sequence = number(behind) * 10_000 + last.map_or(0, number);
    Some(SourceOrder { accepted, sequence: sequence << PLACE_BITS })
}

/// `YYYY-MM-DD` anywhere; with what stands behind it.
fn hyphenated(name: &str) -> Option<(JstDate, &str, &str)> {
    (0..name.len()).find_map(|at| {
        let date = name.get(at..at + 10).filter(|text| text.contains('-'))?;
        Some((in_this_century(JstDate::parse(date).ok()?)?, "", name.get(at + 10..)?))
    })
}

/// The first stretch of digits that is a date with at most a sequence behind it.
fn compact(name: &str) -> Option<(JstDate, &str, &str)> {
    let mut rest = name;
    loop {
        rest = rest.get(rest.find(|c: char| c.is_ascii_digit())?..)?;
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (digits, behind) = rest.split_at_checked(end)?;
        if matches!(digits.len(), 8 | 9 | 12 | 14) {
            let (date, sequence) = digits.split_at_checked(8)?;
            if let Some(date) = JstDate::parse(date).ok().and_then(in_this_century) {
                return Some((date, sequence, behind));
            }
        }
        rest = behind;
    }
}

/// Insurer numbers have eight digits too, but none begins with 20.
fn in_this_century(date: JstDate) -> Option<JstDate> {
    (2000..2100).contains(&date.ymd().0).then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_when_a_file_came_in() {
        for (name, date) in [
            ("OQSmuquc02res_202611220001.xml", Some("2026-11-22")),
            ("OQSmuquc02res_20261122.xml", Some("2026-11-22")),
            ("1711234567_00170993_202611221_1.zip", Some("2026-11-22")),
            ("checkups-2026-11-22.zip", Some("2026-11-22")),
            ("20261122-00170019-0001.zip", Some("2026-11-22")),
            ("1711234567.xml", None),
            ("06170012_20261122.zip", Some("2026-11-22")),
            ("20261131.xml", None),
            ("eligibility.xml", None),
        ] {
            assert_eq!(
                dated(name).map(|order| order.accepted.to_string()).as_deref(),
                date,
                "{name}"
            );
        }
        assert!(dated("x_202611220002.xml") > dated("x_202611220001.xml"));
        assert!(dated("20261122-00170019-0001.zip") > dated("20261122-39170019-0000.zip"));
        assert!(dated("x_202611221_2.zip") > dated("x_202611221_1.zip"));
    }

    #[test]
    fn a_later_drug_master_is_better_than_none() {
        let files = crate::seam::MemoryFiles::new();
        let dir = Path::new("/source");
        files.create_dir(&dir.join("masters")).unwrap();
        for name in ["y_ALL20261201.csv", "y_ALL20261101.csv", "insurers.csv"] {
            files.replace(&dir.join("masters").join(name), b"x").unwrap();
        }
        let drugs = |day| {
            let as_of = JstDate::parse(day).unwrap();
            let found = find(&files, dir, Stage::Masters, as_of).unwrap();
            let names = found.sources.iter().map(|source| source.name.clone());
            (names.filter(|name| name.contains("y_ALL")).collect::<Vec<_>>(), found.waiting)
        };
        let (november, december) = ("masters/y_ALL20261101.csv", "masters/y_ALL20261201.csv");
        assert_eq!(drugs("20261009"), (vec![november.into()], 1));
        assert_eq!(drugs("20261113"), (vec![november.into()], 1));
        assert_eq!(drugs("20261201"), (vec![november.into(), december.into()], 0));
    }

    #[test]
    fn a_receipt_file_names_sequence_and_facility() {
        let (sequence, facility) = receipt_name("000012-1711234567.UKE").unwrap();
        assert_eq!((sequence, facility.to_string()), (12, "1711234567".into()));
        for name in [
            "1711234567.UKE",
            "x-1711234567.UKE",
            "1-17112.UKE",
            "1-1711234567.txt",
            "-1711234567.UKE",
        ] {
            assert!(receipt_name(name).is_none(), "{name}");
        }
    }
}
