//! One record: a line of raw bytes, split on demand.

/// Longest record: 64 KiB. The longest published one has 4,000 bytes.
const RECORD_LEN_BYTES_MAX: usize = 64 << 10;

/// A line of the file. Columns are counted from 0, which is the record id.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record<'a> {
    /// From 1.
    pub(super) line: u64,
    bytes: &'a [u8],
}

impl<'a> Record<'a> {
    /// The first column.
    pub(super) fn id(&self) -> &'a [u8] {
        self.column(0).unwrap_or_default()
    }

    /// A column, or none beyond the last.
    pub(super) fn column(&self, index: usize) -> Option<&'a [u8]> {
        self.bytes.split(|b| *b == b',').nth(index)
    }

    /// All columns.
    pub(super) fn columns(&self) -> Vec<&'a [u8]> {
        self.bytes.split(|b| *b == b',').collect()
    }

    /// The raw line.
    pub(super) const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// True when the line is longer than any record is.
    pub(super) const fn is_too_long(&self) -> bool {
        self.bytes.len() > RECORD_LEN_BYTES_MAX
    }
}

/// The records of a file, in order. Empty lines are skipped; so is the end mark 0x1A that old software writes.
#[derive(Debug, Clone)]
pub(super) struct Records<'a> {
    rest: &'a [u8],
    line: u64,
}

impl<'a> Records<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, line: 0 }
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        while !self.rest.is_empty() {
            let (line, rest) = match self.rest.iter().position(|b| *b == b'\n') {
                Some(end) => {
                    let (line, rest) = self.rest.split_at(end);
                    (line, rest.strip_prefix(b"\n").unwrap_or_default())
                }
                None => (self.rest, &[][..]),
            };
            self.rest = rest;
            self.line += 1;
            let bytes = line.strip_suffix(b"\r").unwrap_or(line);
            let bytes = bytes.strip_suffix(&[0x1A]).unwrap_or(bytes);
            if !bytes.is_empty() {
                return Some(Record { line: self.line, bytes });
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_split_and_second_bytes_do_not() {
        // 0x83 0x5C is ソ, whose second byte is a backslash; blank trailing columns are kept.
        let bytes = b"RE,1,\x83\x5C,,\r\n\r\nGO,1\n\x1A";
        let records: Vec<_> = Records::new(bytes).collect();
        assert_eq!(records.len(), 2);
        assert_eq!(records[0].columns().len(), 5);
        assert_eq!(records[0].column(2), Some(&b"\x83\x5C"[..]));
        assert_eq!((records[1].line, records[1].id()), (3, &b"GO"[..]));
    }
}
