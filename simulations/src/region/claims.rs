//! Claims: what facilities bill for a person, month by month, before it is written in any format.
//!
//! Invariants: one claim a person, facility, treatment month and, in a pharmacy, prescriber; all
//! visits of a claim fall under the coverage in force at the month's end (others are not
//! simulated).
//! Not covered: dental and DPC receipts, admissions.

pub(crate) mod filing;
pub(crate) mod receipt_type;
pub(crate) mod visit;

use super::calendar::{Day, Month};
use super::lives::condition::Usage;
use super::places::FacilityId;

/// Which drug a line names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum DrugRef {
    /// Place in the world's products.
    Product(usize),
    /// A code no master has.
    Unknown(u32),
}

/// How a group of drugs was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum GroupClass {
    Oral,
    AsNeeded,
    External,
    SelfInjection,
    /// On the spot, with its 診療識別.
    Administered(&'static str),
}

impl GroupClass {
    /// 診療識別 in medical receipts: 14 for self-injection, 21 oral, 22 as needed, 23 external.
    pub(crate) const fn identification(self) -> &'static str {
        match self {
            Self::Oral => "21",
            Self::AsNeeded => "22",
            Self::External => "23",
            Self::SelfInjection => "14",
            Self::Administered(identification) => identification,
        }
    }

    /// Dosage form of a pharmacy's SH record.
    pub(crate) const fn pharmacy_form(self) -> &'static str {
        match self {
            Self::Oral | Self::Administered(_) => "1",
            Self::AsNeeded => "3",
            Self::SelfInjection => "4",
            Self::External => "5",
        }
    }
}

/// One dispensing of a group: the day, the prescription's day, how many days or times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Dispensing {
    pub(crate) day: Day,
    pub(crate) prescribed: Day,
    pub(crate) times: u32,
}

/// A drug of a group and its amount (a day, or one time), in hundred-thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct GroupDrug {
    pub(crate) drug: DrugRef,
    pub(crate) amount: u32,
}

/// Drugs given together in one way (剤).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Group {
    pub(crate) class: GroupClass,
    pub(crate) usage: Usage,
    /// Practice act that heads an administered group.
    pub(crate) act: Option<u32>,
    pub(crate) drugs: Vec<GroupDrug>,
    pub(crate) dispensings: Vec<Dispensing>,
    /// A remark after the group, which is not its usage.
    pub(crate) remark: Option<&'static str>,
    /// The facility wrote no day columns.
    pub(crate) month_only: bool,
}

/// Medical or pharmacy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ClaimKind {
    Medical,
    Pharmacy,
}

/// One receipt's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Claim {
    /// Index of the person in the region.
    pub(crate) person: u32,
    pub(crate) facility: FacilityId,
    pub(crate) month: Month,
    pub(crate) kind: ClaimKind,
    /// Place of the coverage among the person's.
    pub(crate) coverage: usize,
    /// Of a pharmacy's claim, and only of that.
    pub(crate) prescriber: Option<FacilityId>,
    pub(crate) groups: Vec<Group>,
    /// Days of visits.
    pub(crate) visits: Vec<Day>,
    /// Days on which an outside prescription was issued.
    pub(crate) outside_prescriptions: Vec<Day>,
    /// Carries the pseudo item 薬剤料逓減.
    pub(crate) pseudo_item: bool,
}
