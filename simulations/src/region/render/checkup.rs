//! Checkup packages: `checkups/<registered yyyymmdd>-<insurer8>-<district>.zip`.
//!
//! One package for what an insurer registered on a day, in one district: index (ix08), summary
//! (su08) and one document a person in DATA/. Entries are stored, not compressed, with one fixed
//! time, so that the bytes depend on nothing but the content. Index and summary are well formed
//! and minimal: their full layout is not in the handbook.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};

use zip::write::{SimpleFileOptions, ZipWriter};
use zip::{CompressionMethod, DateTime};

use super::cda;
use crate::region::calendar::Day;
use crate::region::lives::exam::Exam;
use crate::region::lives::person::Person;
use crate::region::world::World;

/// A package's content: people and their exams.
pub(crate) type Content<'a> = Vec<(&'a Person, &'a Exam)>;

/// What was registered by the end of the as-of day, by day and insurer.
pub(crate) fn packages<'a>(
    world: &World,
    exams: impl Iterator<Item = (&'a Person, &'a Exam)>,
) -> BTreeMap<(Day, usize), Content<'a>> {
    let mut packages: BTreeMap<(Day, usize), Content<'a>> = BTreeMap::new();
    for (person, exam) in exams {
        let coverage = person.coverages.get(exam.coverage);
        let registered = exam.registered.filter(|day| *day <= world.as_of);
        if let (Some(day), Some(coverage)) = (registered, coverage) {
            packages.entry((day, coverage.insurer)).or_default().push((person, exam));
        }
    }
    packages
}

/// The path of a package.
pub(crate) fn path(world: &World, registered: Day, insurer: usize, district: u32) -> String {
    let number = world.insurer(insurer).number8();
    format!("checkups/{}-{number}-{district:04}.zip", registered.compact())
}

/// The bytes of a package.
pub(crate) fn package(
    world: &World,
    registered: Day,
    insurer: usize,
    content: &Content<'_>,
) -> Result<Vec<u8>, zip::result::ZipError> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::DEFAULT)
        .unix_permissions(0o600);
    let number = world.insurer(insurer).number8();
    let folder = format!("{number}_{}0_1", registered.compact());
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut add = |name: String, text: &str| {
        zip.start_file(name, options)?;
        zip.write_all(text.as_bytes()).map_err(zip::result::ZipError::Io)
    };
    add(format!("{folder}/ix08_V08.xml"), &index(registered, &number, content.len()))?;
    add(format!("{folder}/su08_V08.xml"), &summary(registered, &number, content.len()))?;
    for (at, (person, exam)) in content.iter().enumerate() {
        let facility = exam.facility.code10();
        let name = format!("{folder}/DATA/h{facility}{}{:06}.xml", exam.date.compact(), at + 1);
        add(name, &cda::document(world, person, exam, at + 1))?;
    }
    Ok(zip.finish()?.into_inner())
}

fn index(registered: Day, insurer: &str, count: usize) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<index xmlns=\"http://tokuteikenshin.jp/checkup/2007\">\
         <interactionType code=\"6\"/><creationTime value=\"{}\"/><sender><id extension=\"{insurer}\"/></sender>\
         <totalRecordCount value=\"{count}\"/></index>\n",
        registered.compact()
    )
}

fn summary(registered: Day, insurer: &str, count: usize) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<summary xmlns=\"http://tokuteikenshin.jp/checkup/2007\">\
         <serviceEventType code=\"1\"/><creationTime value=\"{}\"/><insurer extension=\"{insurer}\"/>\
         <totalSubjectCount value=\"{count}\"/></summary>\n",
        registered.compact()
    )
}
