//! Checkup archives: a ZIP of HL7 CDA documents, one person and one exam each.
//!
//! Promises: nothing is unpacked to disk; no entry is read beyond what the archive announced and the limits allow; a
//! document is given whole or set aside whole. Answers are decoded by the OID of their list, never by item.
//!
//! If the ticket (受診券) and the record target name different insurers, the record target is right; the document gets a
//! warning. Index, summary and claims files of the archive are not read.
//!
//! FORMAT: handbook section 5.1. Entries `…/DATA/h*.xml`. Limits: [`ZIP_LEN_BYTES_MAX`], [`ENTRIES_MAX`],
//! [`UNPACKED_LEN_BYTES_MAX`], [`DOCUMENT_LEN_BYTES_MAX`], [`RATIO_MAX`].

mod archive;
mod document;
mod item;

use tomoshibi_policies::record::{CheckupItem, CheckupProgram, InsurerNumber, Sex};
use tomoshibi_policies::time::{JstDate, PartialDate};

use crate::central::rejects::Noticed;

pub use archive::{Archive, Documents};
pub use document::read as read_document;

/// Longest archive: 256 MiB.
pub const ZIP_LEN_BYTES_MAX: u64 = 256 << 20;
/// Most entries of an archive.
pub const ENTRIES_MAX: usize = 20_000;
/// Most bytes of all entries, unpacked: 2 GiB, though only one is ever in memory.
pub const UNPACKED_LEN_BYTES_MAX: u64 = 2 << 30;
/// Longest document: 2 MiB; real ones have 50 to 100 KiB.
pub const DOCUMENT_LEN_BYTES_MAX: u64 = 2 << 20;
/// Strongest compression of one entry that is believed. XML of this kind packs 10 to 40 fold.
pub const RATIO_MAX: u64 = 200;

/// One checkup as delivered: not yet linked to anybody. `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct DeliveredCheckup {
    /// Place of the document in the archive, from 1.
    pub line: u64,
    /// The insurer that registered it.
    pub insurer: InsurerNumber,
    /// Symbol; may be empty.
    pub symbol: String,
    /// Number.
    pub number: String,
    /// Branch; absent and `00` both say nothing.
    pub branch: Option<u8>,
    /// Sex.
    pub sex: Sex,
    /// Birth date.
    pub birth: PartialDate,
    /// Day of the exam.
    pub exam_date: JstDate,
    /// The programme.
    pub program: CheckupProgram,
    /// The items, in the order of the document.
    pub items: Vec<CheckupItem>,
    /// What is odd.
    pub warnings: Vec<Noticed>,
}

impl core::fmt::Debug for DeliveredCheckup {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "DeliveredCheckup(document {}, {} items, hidden)", self.line, self.items.len())
    }
}
