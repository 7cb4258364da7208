//! Reading one person's records out of the sealed segments of an opened snapshot.

use tomoshibi_policies::category::Category;
use tomoshibi_policies::decision::Permit;
use tomoshibi_policies::withdrawn::Change;
use tomoshibi_sync::item::{Item, Record, SegmentKind, SubKey};
use tomoshibi_sync::manifest::SegmentEntry;
use tomoshibi_sync::segment::SegmentReader;

use super::{RecordError, RecordReader, Records};

/// The segments with medication and checkups, open for reading.
#[derive(Default)]
pub struct SegmentRecords {
    segments: Vec<(SegmentEntry, SegmentReader)>,
}

impl SegmentRecords {
    /// Adds a segment.
    pub fn add(&mut self, entry: SegmentEntry, reader: SegmentReader) {
        self.segments.push((entry, reader));
    }
}

impl RecordReader for SegmentRecords {
    fn read(&self, permit: &Permit) -> Result<Records, RecordError> {
        let person = permit.person();
        let wanted = |kind| {
            let category = match kind {
                SegmentKind::Medications => Category::Medication,
                SegmentKind::Checkups => Category::Checkup,
                _ => return false,
            };
            permit.categories().contains(&category)
        };
        let mut records = Records::default();
        for (entry, reader) in &self.segments {
            if !wanted(entry.kind) || !entry.spans(&person) {
                continue;
            }
            let items = reader.items_of(&person).map_err(|error| RecordError {
                what: format!("segment {}: {error}", entry.digest),
                class: error.class(),
            })?;
            items.into_iter().for_each(|item| take(item, &mut records));
        }
        Ok(records)
    }
}

fn take(item: Item, records: &mut Records) {
    let (person, order) = (item.key.person, item.order);
    match (item.record, item.key.sub) {
        (Some(Record::Receipt(receipt)), _) => records.receipts.push(Change::Put(receipt)),
        (Some(Record::Checkup(checkup)), _) => records.checkups.push(Change::Put(checkup)),
        (None, SubKey::Receipt(key)) => {
            records.receipts.push(Change::Delete { key: (person, key), order });
        }
        (None, SubKey::Checkup { exam_date, program }) => {
            records.checkups.push(Change::Delete { key: (person, exam_date, program), order });
        }
        // Other kinds are in other segments, and a reader refuses items that are not of its kind.
        _ => {}
    }
}
