//! Line numbers of CSV rows. The reader's own count is one behind after CRLF, because it stops between the two.

/// Counts lines as rows are read; places must not run backwards.
pub(super) struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, line: 1 }
    }

    /// The line, from 1, of the row that begins at `position` or right behind a line end there.
    pub(super) fn of(&mut self, position: Option<&csv::Position>) -> u64 {
        let place = position.and_then(|position| usize::try_from(position.byte()).ok());
        let mut place = place.unwrap_or(self.at).max(self.at);
        while matches!(self.bytes.get(place), Some(b'\r' | b'\n')) {
            place += 1;
        }
        let passed = self.bytes.get(self.at..place).unwrap_or_default();
        self.line += passed.iter().filter(|b| **b == b'\n').count() as u64;
        self.at = place;
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_count_with_either_line_end_and_over_empty_ones() {
        for (text, expected) in [
            ("a\r\nb\r\nc", [1, 2, 3]),
            ("a\nb\nc", [1, 2, 3]),
            ("a\r\n\r\n\"b\r\n\"\r\nc", [1, 3, 5]),
        ] {
            let mut lines = Lines::new(text.as_bytes());
            let mut reader =
                csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
            let found: Vec<_> =
                reader.byte_records().map(|record| lines.of(record.unwrap().position())).collect();
            assert_eq!(found, expected, "{text:?}");
        }
    }
}
