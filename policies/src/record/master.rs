//! Masters: names are stored once, records hold codes.

use alloc::string::String;

use super::{DrugCode, FacilityCode, InsurerNumber, ItemCode};
use crate::time::JstDate;

/// Dosage form of a drug (剤形): column 28 of the drug master.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DrugForm {
    /// 1.
    Internal,
    /// 4.
    Injection,
    /// 6.
    External,
    /// 8.
    Dental,
    /// 3 and codes this version does not know.
    Other,
}

/// One drug of the master.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drug {
    /// The receipt code.
    pub code: DrugCode,
    /// Name in kanji.
    pub name: String,
    /// Name of the unit, such as 錠.
    pub unit: String,
    /// Price-list code of twelve characters; its leading digits carry the therapeutic class. May be empty.
    pub price_list_code: String,
    /// Standard generic name (【般】…) or base name: the ingredient. May be empty.
    pub ingredient: String,
    /// Dosage form.
    pub form: DrugForm,
    /// True for narcotics, stimulants and the like (column 14 not 0).
    pub controlled: bool,
    /// True for pseudo items of the master (金額種別 7), which are no drugs.
    pub pseudo: bool,
    /// First day on which the entry no longer holds, when it ended.
    pub ended: Option<JstDate>,
}

/// One institution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Institution {
    /// The ten digits.
    pub code: FacilityCode,
    /// Its name.
    pub name: String,
    /// Municipality, a five-digit JIS code, when known.
    pub municipality: Option<u32>,
}

/// How far an insurer has registered checkups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CheckupRegistration {
    /// Results up to this fiscal year (from April) are registered.
    Until(i32),
    /// Nothing is registered yet.
    None,
    /// The insurer's state is not known.
    Unknown,
}

/// One insurer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Insurer {
    /// The number.
    pub number: InsurerNumber,
    /// Its name.
    pub name: String,
    /// How far checkups are registered.
    pub checkups: CheckupRegistration,
}

/// Name of a checkup item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemName {
    /// The item.
    pub code: ItemCode,
    /// Its name.
    pub name: String,
}
