//! A receipt file: its head, and its claims one by one.

use tomoshibi_policies::record::{FacilityCode, FacilityKind, ReceiptKind};

use super::claim::Claim;
use super::field::Fields;
use super::groups::{DrugGroups, Drugs, Layout, marks_dpc};
use super::head::{Head, facility};
use super::identity::Identities;
use super::pharmacy::PharmacyGroups;
use super::record::{Record, Records};
use super::{PseudoItems, UKE_LEN_BYTES_MAX};
use crate::central::ingest::text;
use crate::central::rejects::{Noticed, RejectReason, SetAside, Unit, Warning};

/// A receipt file whose head and end mark are right.
pub struct UkeFile<'a> {
    /// Who filed it.
    pub facility: FacilityCode,
    /// Medical (DPC claims included), dental or pharmacy, from IR or YK and the fee table.
    pub kind: ReceiptKind,
    records: Records<'a>,
}

impl core::fmt::Debug for UkeFile<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "UkeFile({}, {:?})", self.facility, self.kind)
    }
}

/// Reads head and end of a file.
///
/// # Errors
/// Damage of the file as a whole: length, encoding, head, missing end mark.
pub fn read(bytes: &[u8]) -> Result<UkeFile<'_>, SetAside> {
    if bytes.len() as u64 > UKE_LEN_BYTES_MAX {
        return Err(SetAside::file(0, RejectReason::FileTooLong));
    }
    if bytes.starts_with(b"\xEF\xBB\xBF") || text::is_japanese_utf8(bytes) {
        return Err(SetAside::file(0, RejectReason::WrongEncoding));
    }
    let mut records = Records::new(bytes);
    let head = records.next().ok_or(SetAside::file(1, RejectReason::NoHeader))?;
    let (facility, kind) = read_head(&head)?;
    // A file cut on its way ends anywhere; what is missing cannot be known, so nothing of it is taken.
    let last = records.clone().last();
    if last.is_none_or(|last| last.id() != b"GO") {
        return Err(SetAside::file(last.map_or(1, |last| last.line), RejectReason::Truncated));
    }
    Ok(UkeFile { facility, kind, records })
}

/// IR and YK: 2 prefecture 3 fee table 4 number.
fn read_head(record: &Record<'_>) -> Result<(FacilityCode, ReceiptKind), SetAside> {
    let is_pharmacy = match record.id() {
        b"IR" => false,
        b"YK" => true,
        _ => return Err(SetAside::file(record.line, RejectReason::NoHeader)),
    };
    let bad = SetAside::file(record.line, RejectReason::BadHeader);
    let fields = Fields::of(record, 5).map_err(|_| bad)?;
    let facility = facility(&fields, [2, 3, 4]).map_err(|_| bad)?.ok_or(bad)?;
    match (is_pharmacy, facility.kind()) {
        (true, FacilityKind::Pharmacy) => Ok((facility, ReceiptKind::Pharmacy)),
        (false, FacilityKind::Medical) => Ok((facility, ReceiptKind::Medical)),
        (false, FacilityKind::Dental) => Ok((facility, ReceiptKind::Dental)),
        _ => Err(bad),
    }
}

impl<'a> UkeFile<'a> {
    /// The claims in the order of the file, each whole or set aside whole. `pseudo` are the master's pseudo items.
    #[must_use]
    pub fn claims<'p>(&self, pseudo: &'p PseudoItems) -> Claims<'a, 'p> {
        Claims { kind: self.kind, records: self.records.clone(), pseudo, next: None }
    }
}

/// The claims of a file.
pub struct Claims<'a, 'p> {
    kind: ReceiptKind,
    records: Records<'a>,
    pseudo: &'p PseudoItems,
    /// The RE record that begins the next claim.
    next: Option<Record<'a>>,
}

impl Iterator for Claims<'_, '_> {
    type Item = Result<Claim, SetAside>;

    fn next(&mut self) -> Option<Self::Item> {
        let head = match self.next.take() {
            Some(head) => head,
            None => self.records.find(|record| record.id() == b"RE")?,
        };
        let claim = self.claim(&head);
        if claim.is_err() {
            // The rest of a claim that is set aside is passed over, up to the next one.
            if self.next.is_none() {
                self.next = self.records.find(|record| record.id() == b"RE");
            }
        }
        Some(claim)
    }
}

impl Claims<'_, '_> {
    fn claim(&mut self, head: &Record<'_>) -> Result<Claim, SetAside> {
        let is_pharmacy = self.kind == ReceiptKind::Pharmacy;
        let head = Head::read(head, is_pharmacy)?;
        let mut body = Body::new(&head, self.kind, self.pseudo);
        for record in self.records.by_ref() {
            match record.id() {
                b"RE" => {
                    self.next = Some(record);
                    break;
                }
                b"GO" => break,
                _ => body.take(&record)?,
            }
        }
        body.finish(head)
    }
}

/// Everything of a claim behind RE.
struct Body<'p> {
    kind: ReceiptKind,
    identities: Identities,
    groups: Groups<'p>,
    warnings: Vec<Noticed>,
}

enum Groups<'p> {
    Pharmacy(PharmacyGroups<'p>),
    Other(DrugGroups<'p>),
}

impl<'p> Body<'p> {
    fn new(head: &Head, kind: ReceiptKind, pseudo: &'p PseudoItems) -> Self {
        let groups = match kind {
            ReceiptKind::Pharmacy => Groups::Pharmacy(PharmacyGroups::new(head.month, pseudo)),
            ReceiptKind::Dental => {
                Groups::Other(DrugGroups::new(Layout::Dental, head.month, pseudo))
            }
            ReceiptKind::Medical | ReceiptKind::Dpc => {
                Groups::Other(DrugGroups::new(Layout::Medical, head.month, pseudo))
            }
        };
        Self { kind, identities: Identities::default(), groups, warnings: Vec::new() }
    }

    fn take(&mut self, record: &Record<'_>) -> Result<(), SetAside> {
        match record.id() {
            b"HO" => self.identities.read_insurer(record, &mut self.warnings),
            b"KO" => self.identities.read_public(record),
            b"SN" => self.identities.read_branch(record),
            _ => {
                if self.kind == ReceiptKind::Medical && marks_dpc(record) {
                    self.kind = ReceiptKind::Dpc;
                    let warning = Warning::DpcBundleNotRead;
                    self.warnings.push(Noticed { line: record.line, warning });
                }
                match &mut self.groups {
                    Groups::Pharmacy(groups) => groups.take(record),
                    Groups::Other(groups) => groups.take(record),
                }
            }
        }
    }

    fn finish(self, head: Head) -> Result<Claim, SetAside> {
        let drugs = match self.groups {
            Groups::Pharmacy(groups) => {
                Drugs { lines: groups.finish(), outside: Vec::new(), warnings: Vec::new() }
            }
            Groups::Other(groups) => groups.finish()?,
        };
        let (insurance, public) = self.identities.finish();
        if insurance.is_none() && public.is_empty() {
            let reason = RejectReason::NoInsurance;
            return Err(SetAside { unit: Unit::Claim, line: head.line, column: None, reason });
        }
        Ok(Claim {
            line: head.line,
            kind: self.kind,
            month: head.month,
            re_type: head.re_type,
            sex: head.sex,
            birth: head.birth,
            insurance,
            public,
            prescriber: head.prescriber,
            outside_prescriptions: drugs.outside,
            lines: drugs.lines,
            warnings: [head.warnings, self.warnings, drugs.warnings].concat(),
        })
    }
}
