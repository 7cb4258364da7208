//! One record of a receipt file: comma-separated, unquoted, blank trailing columns kept.

/// A record with a fixed number of columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record(Vec<String>);

impl Record {
    /// A blank record of `columns` columns, the id in column 0.
    pub(crate) fn new(id: &str, columns: usize) -> Self {
        let mut fields = vec![String::new(); columns.max(1)];
        if let Some(first) = fields.first_mut() {
            id.clone_into(first);
        }
        Self(fields)
    }

    /// Fills a column; one beyond the record is dropped.
    pub(crate) fn set(mut self, column: usize, value: impl Into<String>) -> Self {
        self.put(column, value);
        self
    }

    /// Fills a column in place.
    pub(crate) fn put(&mut self, column: usize, value: impl Into<String>) {
        if let Some(field) = self.0.get_mut(column) {
            *field = value.into();
        }
    }

    /// The record id.
    pub(crate) fn id(&self) -> &str {
        self.get(0)
    }

    /// A column; empty beyond the record.
    pub(crate) fn get(&self, column: usize) -> &str {
        self.0.get(column).map_or("", String::as_str)
    }

    /// Cuts the record to fewer columns than its kind has.
    pub(crate) fn truncate(&mut self, columns: usize) {
        self.0.truncate(columns);
    }

    /// Appends the record and its line end.
    pub(crate) fn write_to(&self, out: &mut String) {
        for (at, field) in self.0.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            out.push_str(field);
        }
        out.push_str("\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trailing_blanks_are_kept() {
        let mut out = String::new();
        Record::new("SY", 8).set(1, "0000999").set(99, "lost").write_to(&mut out);
        assert_eq!(out, "SY,0000999,,,,,,\r\n");
    }
}
