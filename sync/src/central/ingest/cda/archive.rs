//! The ZIP around the documents, read without trust.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::{
    DOCUMENT_LEN_BYTES_MAX, DeliveredCheckup, ENTRIES_MAX, RATIO_MAX, UNPACKED_LEN_BYTES_MAX,
    ZIP_LEN_BYTES_MAX, document,
};
use crate::central::rejects::{RejectReason, SetAside, Unit};

/// Below this length a high ratio says nothing.
const RATIO_FROM_LEN_BYTES: u64 = 64 << 10;

/// An archive whose list of entries is acceptable.
pub struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    documents: Vec<usize>,
}

impl core::fmt::Debug for Archive<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Archive({} documents)", self.documents.len())
    }
}

impl<'a> Archive<'a> {
    /// Reads the list of entries and checks all of it before any entry is unpacked.
    ///
    /// # Errors
    /// The file as a whole: damaged, too many or too large entries, names that lead out of it, no document at all.
    pub fn open(bytes: &'a [u8]) -> Result<Self, SetAside> {
        let aside = |reason| SetAside::file(0, reason);
        if bytes.len() as u64 > ZIP_LEN_BYTES_MAX {
            return Err(aside(RejectReason::FileTooLong));
        }
        let zip = ZipArchive::new(Cursor::new(bytes));
        let mut zip = zip.map_err(|_| aside(RejectReason::ZipDamaged))?;
        if zip.len() > ENTRIES_MAX {
            return Err(aside(RejectReason::ZipTooManyEntries));
        }
        let mut total = 0_u64;
        let mut documents = Vec::new();
        for index in 0..zip.len() {
            let entry = zip.by_index_raw(index).map_err(|_| aside(RejectReason::ZipDamaged))?;
            check_name(entry.name()).map_err(aside)?;
            total = total.saturating_add(entry.size());
            if total > UNPACKED_LEN_BYTES_MAX {
                return Err(aside(RejectReason::ZipTooLarge));
            }
            let packed = entry.compressed_size().max(1);
            if entry.size() > RATIO_FROM_LEN_BYTES && entry.size() / packed > RATIO_MAX {
                return Err(aside(RejectReason::ZipRatio));
            }
            if entry.is_file() && is_document(entry.name()) {
                documents.push(index);
            }
        }
        if documents.is_empty() {
            return Err(aside(RejectReason::ZipNoDocuments));
        }
        Ok(Self { zip, documents })
    }

    /// The documents, each read or set aside.
    #[must_use]
    pub fn documents(self) -> Documents<'a> {
        Documents { zip: self.zip, indexes: self.documents.into_iter(), place: 0 }
    }
}

/// The documents of an archive.
pub struct Documents<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    indexes: std::vec::IntoIter<usize>,
    place: u64,
}

impl Iterator for Documents<'_> {
    type Item = Result<DeliveredCheckup, SetAside>;

    fn next(&mut self) -> Option<Self::Item> {
        let index = self.indexes.next()?;
        self.place += 1;
        let aside = |reason| {
            let (unit, line) = (Unit::Document, self.place);
            SetAside { unit, line, column: None, reason }
        };
        let bytes = unpack(&mut self.zip, index).map_err(aside);
        Some(bytes.and_then(|bytes| document::read(&bytes, self.place)))
    }
}

/// Unpacks one entry, never more than it announced.
fn unpack(zip: &mut ZipArchive<Cursor<&[u8]>>, index: usize) -> Result<Vec<u8>, RejectReason> {
    let entry = zip.by_index(index).map_err(|_| RejectReason::ZipDamaged)?;
    let announced = entry.size();
    if announced > DOCUMENT_LEN_BYTES_MAX {
        return Err(RejectReason::FileTooLong);
    }
    let mut bytes = Vec::new();
    let read = entry.take(announced.saturating_add(1)).read_to_end(&mut bytes);
    read.map_err(|_| RejectReason::ZipDamaged)?;
    if bytes.len() as u64 != announced {
        return Err(RejectReason::ZipDamaged);
    }
    Ok(bytes)
}

/// Entries are never written to disk, but whoever builds such a name means harm.
fn check_name(name: &str) -> Result<(), RejectReason> {
    let harmful = name.starts_with(['/', '\\'])
        || name.contains([':', '\0'])
        || name.split(['/', '\\']).any(|part| part == "..");
    if harmful { Err(RejectReason::ZipPath) } else { Ok(()) }
}

fn is_document(name: &str) -> bool {
    let mut parts = name.rsplit(['/', '\\']);
    let file = parts.next().unwrap_or_default().to_ascii_lowercase();
    let folder = parts.next().unwrap_or_default();
    folder.eq_ignore_ascii_case("DATA") && file.starts_with('h') && file.ends_with(".xml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_data_files_are_documents() {
        for (name, is) in [
            ("x/DATA/h1.xml", true),
            ("DATA\\H1.XML", true),
            ("DATA/su08.xml", false),
            ("XSD/h1.xml", false),
            ("h1.xml", false),
        ] {
            assert_eq!(is_document(name), is, "{name}");
        }
    }

    #[test]
    fn names_that_lead_out_are_harmful() {
        for name in ["../h.xml", "a/../../h.xml", "/etc/x", "C:\\x", "..\\x", "a\0b"] {
            assert_eq!(check_name(name), Err(RejectReason::ZipPath), "{name}");
        }
        assert_eq!(check_name("a..b/DATA/h.xml"), Ok(()));
    }
}
