//! What a record says of its person, and why it may not be linked.

use tomoshibi_policies::record::{InsurerNumber, Sex};
use tomoshibi_policies::time::{DatePeriod, PartialDate};

use crate::central::rejects::RejectReason;

/// What a record says of its person. `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Claimant<'a> {
    /// The insurer, or the payer of a public-expense claim.
    pub insurer: InsurerNumber,
    /// Symbol as written; may be empty.
    pub symbol: &'a str,
    /// Number as written.
    pub number: &'a str,
    /// Branch; none or 0 say nothing.
    pub branch: Option<u8>,
    /// Birth date and sex, when the record gives them.
    pub facts: Option<(PartialDate, Sex)>,
    /// When the coverage must have held: the treatment month, or a day.
    pub during: DatePeriod,
}

impl core::fmt::Debug for Claimant<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Claimant(hidden)")
    }
}

/// Why a record is linked to nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unlinked {
    /// The numbers stand for no identity (all nines, all sevens, or none).
    NoIdentity,
    /// Nobody is registered under the numbers.
    Unknown,
    /// Somebody is, but not at that time.
    NotCovered,
    /// Somebody is, with another birth date or sex.
    FactsDiffer,
    /// Several people are, and nothing tells which.
    Several,
    /// Two reference numbers claim the identity at that time.
    Contested,
}

impl Unlinked {
    /// The reason a record is set aside for.
    #[must_use]
    pub const fn reason(self) -> RejectReason {
        match self {
            Self::NoIdentity => RejectReason::NoIdentity,
            Self::Unknown => RejectReason::UnknownPerson,
            Self::NotCovered => RejectReason::NotCovered,
            Self::FactsDiffer => RejectReason::BirthOrSexDiffers,
            Self::Several => RejectReason::SeveralPersons,
            Self::Contested => RejectReason::IdentityContested,
        }
    }
}
