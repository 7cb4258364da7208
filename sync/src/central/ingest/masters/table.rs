//! A UTF-8 CSV with a heading row: columns by name, in any order.

use super::lines::Lines;
use crate::central::rejects::{RejectReason, SetAside, Unit};

/// A table whose heading names every required column.
pub(in crate::central::ingest) struct Table<'a> {
    reader: csv::Reader<&'a [u8]>,
    lines: Lines<'a>,
    columns: Vec<(&'static str, usize)>,
}

/// One row.
pub(in crate::central::ingest) struct Row<'r> {
    line: u64,
    record: &'r csv::StringRecord,
    columns: &'r [(&'static str, usize)],
}

impl<'a> Table<'a> {
    /// Reads the heading.
    pub(in crate::central::ingest) fn open(
        bytes: &'a [u8],
        columns: &[&'static str],
    ) -> Result<Self, SetAside> {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        if core::str::from_utf8(bytes).is_err() {
            return Err(SetAside::file(0, RejectReason::WrongEncoding));
        }
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
        let missing = SetAside::file(1, RejectReason::ColumnNames);
        let heading = reader.headers().map_err(|_| missing)?.clone();
        let place = |name: &'static str| {
            let index = heading.iter().position(|column| column.trim() == name)?;
            Some((name, index))
        };
        let found: Vec<_> = columns.iter().filter_map(|name| place(name)).collect();
        if found.len() < columns.len() {
            return Err(missing);
        }
        Ok(Self { reader, lines: Lines::new(bytes), columns: found })
    }

    /// Gives every row to `take`; one that lacks a column is set aside.
    pub(in crate::central::ingest) fn each(
        mut self,
        mut take: impl FnMut(Result<Row<'_>, SetAside>),
    ) {
        let needed = self.columns.iter().map(|(_, index)| index + 1).max().unwrap_or(0);
        let mut record = csv::StringRecord::new();
        loop {
            let aside = |line, reason| SetAside { unit: Unit::Row, line, column: None, reason };
            match self.reader.read_record(&mut record) {
                Ok(false) => return,
                Ok(true) => {
                    let line = self.lines.of(record.position());
                    if record.len() < needed {
                        take(Err(aside(line, RejectReason::RowTooShort)));
                    } else {
                        take(Ok(Row { line, record: &record, columns: &self.columns }));
                    }
                }
                // Everything is UTF-8 and any length is accepted, so nothing else can be wrong with one row.
                Err(error) => {
                    let line = self.lines.of(error.position());
                    take(Err(aside(line, RejectReason::BadText)));
                    return;
                }
            }
        }
    }
}

impl Row<'_> {
    /// Line of the row, from 1.
    pub(in crate::central::ingest) const fn line(&self) -> u64 {
        self.line
    }

    /// A column without the spaces around it.
    pub(in crate::central::ingest) fn get(&self, name: &str) -> &str {
        self.place(name).and_then(|index| self.record.get(index)).unwrap_or_default().trim()
    }

    /// The row, because of one column.
    pub(in crate::central::ingest) fn wrong(&self, name: &str, reason: RejectReason) -> SetAside {
        let column = self.place(name).and_then(|index| u16::try_from(index).ok());
        SetAside { unit: Unit::Row, line: self.line, column, reason }
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.columns.iter().find(|(column, _)| *column == name).map(|(_, index)| *index)
    }
}
