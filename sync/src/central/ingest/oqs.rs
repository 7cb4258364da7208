//! Eligibility results (OQSmuquc02res and the single-person shape): who is covered by whom.
//!
//! One `BulkConfirmUnit` holds all coverages of one person, tied by its `ReferenceNumber`; without units the message
//! body is the one unit. Elements are found by name, unknown ones are passed over, other root names are accepted.
//! Ingest never links people by name.
//!
//! A coverage that cannot be read is set aside alone: each is a statement of its own, and the others stay true. A
//! person is set aside when no coverage is left, or when coverages contradict each other in birth date or sex.
//!
//! Not covered: ceilings, diseases, public-assistance tickets and consent triples; the disaster product shows none.
//!
//! FORMAT: handbook section 3.5. At most [`OQS_LEN_BYTES_MAX`] and [`ELEMENTS_MAX`] elements.

mod coverage;
mod unit;

use tomoshibi_policies::record::{Coverage, PersonName, Sex};
use tomoshibi_policies::time::PartialDate;

use super::xml;
use crate::central::rejects::{Noticed, RejectReason, SetAside};

/// Longest eligibility file: 64 MiB, about 50,000 people.
pub const OQS_LEN_BYTES_MAX: u64 = 64 << 20;
/// Most elements: 60 of them for each of 100,000 people.
pub const ELEMENTS_MAX: usize = 6_000_000;

/// One person as delivered: not yet linked to anybody. `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Delivered {
    /// Line of the unit, from 1.
    pub line: u64,
    /// The facility-side number that ties the coverages; at most 50 characters.
    pub reference: String,
    /// Names: the newest coverage's first, then its name in use, then differing ones of older coverages.
    pub names: Vec<PersonName>,
    /// Sex.
    pub sex: Sex,
    /// Birth date.
    pub birth: PartialDate,
    /// Address of the newest coverage.
    pub address: String,
    /// Postal code of the newest coverage.
    pub postal_code: String,
    /// Coverages, newest first; at least one.
    pub coverages: Vec<Coverage>,
}

impl core::fmt::Debug for Delivered {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Delivered(line {}, {} coverages, hidden)", self.line, self.coverages.len())
    }
}

/// What a file holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Deliveries {
    /// The people.
    pub people: Vec<Delivered>,
    /// People and coverages set aside.
    pub rejects: Vec<SetAside>,
    /// What is odd.
    pub warnings: Vec<Noticed>,
}

/// Reads a file.
///
/// # Errors
/// Damage of the file as a whole: length, encoding, XML, or a result that says it failed.
pub fn read(bytes: &[u8]) -> Result<Deliveries, SetAside> {
    if bytes.len() as u64 > OQS_LEN_BYTES_MAX {
        return Err(SetAside::file(0, RejectReason::FileTooLong));
    }
    let text = xml::decode(bytes)?;
    let mut deliveries = Deliveries::default();
    let mut units = 0_u64;
    let root = xml::read(&text, ELEMENTS_MAX, "BulkConfirmUnit", &mut |element| {
        units += 1;
        unit::read(&element, &mut deliveries);
    })?;
    // 1 done, 2 running, 9 failed (one comment says 3): all but 1 carry no result.
    let segment = root.find("SegmentOfResult").map_or("", |element| element.text.trim());
    if !matches!(segment, "" | "1") {
        return Err(SetAside::file(root.line, RejectReason::ResultFailed));
    }
    if units == 0 {
        let body = root.find("MessageBody").unwrap_or(&root);
        unit::read(body, &mut deliveries);
    }
    Ok(deliveries)
}

#[cfg(test)]
mod tests;
