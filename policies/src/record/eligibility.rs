//! What an insurer says of a person: eligibility (資格情報).

use alloc::string::String;
use core::fmt;

use super::InsurerNumber;
use crate::time::{DatePeriod, JstDate};

/// Kind of card (InsuredCardClassification).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CardClass {
    /// 01 一般.
    General,
    /// 02 退職.
    Retired,
    /// 03 and 04 短期.
    ShortTerm,
    /// 05 資格証明書: the person pays in full first.
    Certificate,
    /// 06 特例退職.
    SpecialRetired,
    /// 07 自衛官: no medication or checkup data exists.
    SelfDefenceForces,
    /// A1 医療扶助.
    PublicAssistance,
    /// A code this version does not know.
    Other,
}

/// Who the person is to the card (PersonalFamilyClassification).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// 1 本人.
    Insured,
    /// 2 家族.
    Family,
}

/// Why a coverage ended (ReasonOfLoss).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LossReason {
    /// 01.
    Death,
    /// 02.
    PublicAssistance,
    /// 03.
    OtherInsurance,
    /// 99 and codes this version does not know.
    Other,
}

/// One coverage: insurer, symbol, number, branch, from, to, and what a claim needs.
#[derive(Clone, PartialEq, Eq)]
pub struct Coverage {
    /// The insurer.
    pub insurer: InsurerNumber,
    /// Symbol (記号) as issued; empty for the late elderly and for some insurers.
    pub symbol: String,
    /// Number (番号) as issued.
    pub number: String,
    /// Branch (枝番) 0-99, absent for the late elderly.
    pub branch: Option<u8>,
    /// Days on which the coverage holds; the day of disqualification is the first day outside.
    pub period: DatePeriod,
    /// Kind of card.
    pub card: CardClass,
    /// Insured or family.
    pub relation: Relation,
    /// The patient's share in per cent, when the insurer registered it.
    pub burden_percent: Option<u8>,
    /// Last day on which the share of an elderly recipient (高齢受給者証) holds, when there is one.
    pub elderly_until: Option<JstDate>,
    /// Why the coverage ended, when it did.
    pub loss: Option<LossReason>,
}

// Symbol and number are patient data (告知要求制限): never in Debug.
impl fmt::Debug for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Coverage(hidden)")
    }
}
