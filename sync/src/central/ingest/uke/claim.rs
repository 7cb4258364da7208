//! One claim, read but not yet linked to anybody.

use tomoshibi_policies::record::{
    FacilityCode, InsurerNumber, MedicationLine, ReceiptKey, ReceiptKind, ReceiptType, Sex,
};
use tomoshibi_policies::time::{JstDate, PartialDate, YearMonth};

use crate::central::rejects::Noticed;

/// Insurer, symbol, number and branch as the claim writes them. `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Insurance {
    /// The insurer.
    pub insurer: InsurerNumber,
    /// Symbol, full-width ASCII made narrow; may be empty.
    pub symbol: String,
    /// Number, full-width ASCII made narrow.
    pub number: String,
    /// Branch from the SN record. Facilities write `00` for a branch they do not know, so it says no more than none.
    pub branch: Option<u8>,
}

// Symbol and number are patient data (告知要求制限).
impl core::fmt::Debug for Insurance {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Insurance(hidden)")
    }
}

/// A public payer (公費) and the recipient's number. `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicPayer {
    /// The payer (負担者番号).
    pub payer: InsurerNumber,
    /// The recipient (受給者番号); may be empty.
    pub recipient: String,
}

impl core::fmt::Debug for PublicPayer {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("PublicPayer(hidden)")
    }
}

/// One claim. Person = sex and birth date + (insurance or public payer); names are not read.
#[derive(Clone, PartialEq, Eq)]
pub struct Claim {
    /// Line of the RE record, from 1.
    pub line: u64,
    /// Medical, dental, pharmacy or DPC.
    pub kind: ReceiptKind,
    /// Treatment or dispensing month.
    pub month: YearMonth,
    /// RE type.
    pub re_type: ReceiptType,
    /// Sex.
    pub sex: Sex,
    /// Birth date.
    pub birth: PartialDate,
    /// HO with SN.
    pub insurance: Option<Insurance>,
    /// KO records, in order.
    pub public: Vec<PublicPayer>,
    /// The institution that prescribed, for pharmacy receipts; none when the claim names none that can be read.
    pub prescriber: Option<FacilityCode>,
    /// Days on which a prescription to be filled outside was issued.
    pub outside_prescriptions: Vec<JstDate>,
    /// The drugs.
    pub lines: Vec<MedicationLine>,
    /// What is odd.
    pub warnings: Vec<Noticed>,
}

impl Claim {
    /// The key of the receipt, which `facility` filed.
    #[must_use]
    pub const fn key(&self, facility: FacilityCode) -> ReceiptKey {
        let Self { month, kind, re_type, prescriber, .. } = *self;
        ReceiptKey { facility, month, kind, re_type, prescriber }
    }
}

impl core::fmt::Debug for Claim {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Claim(line {}, {} drugs, hidden)", self.line, self.lines.len())
    }
}
