//! The words that cannot mislead, as typed statements. This module holds no text: each statement has a stable message
//! id, and the catalogues of the node hold the words in every language.
//!
//! Promises: an empty row never reads "none", but "none in claims to" a month; supply never reads "today", but "at"
//! a day; [`for_view`] gives the statements every view must carry, whatever the page looks like.
//!
//! Not covered: translation, and the placing of words on a page.

use alloc::vec::Vec;

use crate::category::{Category, NOT_CARRIED};
use crate::decision::{Basis, DenyReason, IdentityState, Permit};
use crate::record::{CheckupRegistration, DrugCode, RegionCode};
use crate::staleness::{SnapshotAge, SourceReach};
use crate::supply::{Supply, SupplyUnknown};
use crate::time::{JstDate, YearMonth};

/// One statement with its arguments.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Statement {
    /// This is a drill; the people are invented.
    Drill,
    /// Nobody confirmed that the patient is this person.
    IdentityNotConfirmed,
    /// Viewed without consent to protect life or body; a review follows.
    VitalInterest,
    /// The same, and nobody confirmed it.
    VitalInterestAlone,
    /// The claims tell nothing after this month; they were processed on this day.
    ClaimsReach {
        /// Newest complete month.
        claims_to: YearMonth,
        /// Day of processing.
        processed: JstDate,
    },
    /// Registrations of eligibility after this day are not here.
    EligibilityReach(JstDate),
    /// Registrations of checkups after this day are not here.
    CheckupReach(JstDate),
    /// The snapshot is this many days past its time.
    SnapshotOverdue(u32),
    /// The snapshot is so many days past its time that whole months of claims are missing.
    SnapshotOld(u32),
    /// One of the clocks is wrong; the age of the snapshot cannot be told.
    SnapshotClockDoubtful,
    /// Allergies are not in this data.
    AllergiesNotInThisData,
    /// Dispensed is not taken.
    DispensedIsNotTaken,
    /// The node does not carry this category.
    CategoryNotCarried(Category),
    /// This category was asked for and left out.
    CategoryWithheld(Category, DenyReason),
    /// This category may be shown, and its data on this node cannot be read.
    CategoryNotRead(Category),
    /// Claims to this month hold none.
    NoneInClaimsTo(YearMonth),
    /// Claims to this month hold none that is recognised; drugs of unknown class are listed above.
    NoneRecognisedInClaimsTo(YearMonth),
    /// The master does not know this drug; its code is all there is.
    DrugUnknown(DrugCode),
    /// In supply at this day.
    InSupplyAt(JstDate),
    /// The count of days had ended at this day.
    SupplyEndedAt(JstDate),
    /// The line does not tell how long it lasts.
    SupplyUnknown(SupplyUnknown),
    /// Given at the facility, not taken home.
    AdministeredNotTakenHome,
    /// Dispensed in a month whose claims are not complete.
    DispensedAfterReach(JstDate),
    /// Nobody like that in this node's data for these regions.
    NotInThisNodesData(Vec<RegionCode>),
    /// No checkup is here; the insurer registered results up to this fiscal year.
    NoCheckupRegisteredUntil(i32),
    /// No checkup is here; the insurer has registered none.
    NoCheckupNoneRegistered,
    /// No checkup is here; how far the insurer registered is not known.
    NoCheckupRegistrationUnknown,
    /// The sheet of this checkup does not ask about past stroke, heart or kidney disease.
    HistoryNotAsked,
    /// Drugs within the bundled payment of a hospital stay are not here.
    BundledDrugsNotInThisData,
}

impl Statement {
    /// Every message id, in the order of the variants. The catalogues must hold these.
    pub const MESSAGE_IDS: [&'static str; 29] = [
        "drill",
        "identity-not-confirmed",
        "vital-interest",
        "vital-interest-alone",
        "claims-reach",
        "eligibility-reach",
        "checkup-reach",
        "snapshot-overdue",
        "snapshot-old",
        "snapshot-clock-doubtful",
        "allergies-not-in-this-data",
        "dispensed-is-not-taken",
        "category-not-carried",
        "category-withheld",
        "category-not-read",
        "none-in-claims-to",
        "none-recognised-in-claims-to",
        "drug-unknown",
        "in-supply-at",
        "supply-ended-at",
        "supply-unknown",
        "administered-not-taken-home",
        "dispensed-after-reach",
        "not-in-this-nodes-data",
        "no-checkup-registered-until",
        "no-checkup-none-registered",
        "no-checkup-registration-unknown",
        "history-not-asked",
        "bundled-drugs-not-in-this-data",
    ];

    /// The stable message id.
    #[must_use]
    pub const fn message_id(&self) -> &'static str {
        match self {
            Self::Drill => "drill",
            Self::IdentityNotConfirmed => "identity-not-confirmed",
            Self::VitalInterest => "vital-interest",
            Self::VitalInterestAlone => "vital-interest-alone",
            Self::ClaimsReach { .. } => "claims-reach",
            Self::EligibilityReach(_) => "eligibility-reach",
            Self::CheckupReach(_) => "checkup-reach",
            Self::SnapshotOverdue(_) => "snapshot-overdue",
            Self::SnapshotOld(_) => "snapshot-old",
            Self::SnapshotClockDoubtful => "snapshot-clock-doubtful",
            Self::AllergiesNotInThisData => "allergies-not-in-this-data",
            Self::DispensedIsNotTaken => "dispensed-is-not-taken",
            Self::CategoryNotCarried(_) => "category-not-carried",
            Self::CategoryWithheld(..) => "category-withheld",
            Self::CategoryNotRead(_) => "category-not-read",
            Self::NoneInClaimsTo(_) => "none-in-claims-to",
            Self::NoneRecognisedInClaimsTo(_) => "none-recognised-in-claims-to",
            Self::DrugUnknown(_) => "drug-unknown",
            Self::InSupplyAt(_) => "in-supply-at",
            Self::SupplyEndedAt(_) => "supply-ended-at",
            Self::SupplyUnknown(_) => "supply-unknown",
            Self::AdministeredNotTakenHome => "administered-not-taken-home",
            Self::DispensedAfterReach(_) => "dispensed-after-reach",
            Self::NotInThisNodesData(_) => "not-in-this-nodes-data",
            Self::NoCheckupRegisteredUntil(_) => "no-checkup-registered-until",
            Self::NoCheckupNoneRegistered => "no-checkup-none-registered",
            Self::NoCheckupRegistrationUnknown => "no-checkup-registration-unknown",
            Self::HistoryNotAsked => "history-not-asked",
            Self::BundledDrugsNotInThisData => "bundled-drugs-not-in-this-data",
        }
    }
}

/// The statements every view of this permit must carry, in the order of display.
#[must_use]
pub fn for_view(permit: &Permit, reach: &SourceReach, age: SnapshotAge) -> Vec<Statement> {
    let mut said = permit_statements(permit);
    said.extend(match age {
        SnapshotAge::Fresh => None,
        SnapshotAge::Overdue { days } => Some(Statement::SnapshotOverdue(days)),
        SnapshotAge::Old { days } => Some(Statement::SnapshotOld(days)),
        SnapshotAge::ClockDoubtful => Some(Statement::SnapshotClockDoubtful),
    });
    for category in permit.categories() {
        match category {
            Category::Eligibility => said.push(Statement::EligibilityReach(reach.eligibility_to)),
            Category::Checkup => said.push(Statement::CheckupReach(reach.checkups_to)),
            Category::Medication => said.extend([
                Statement::ClaimsReach { claims_to: reach.claims_to, processed: reach.processed },
                Statement::DispensedIsNotTaken,
                Statement::BundledDrugsNotInThisData,
            ]),
            // Not carried, so never permitted.
            Category::Treatment | Category::Prescription => {}
        }
    }
    said.push(Statement::AllergiesNotInThisData);
    said.extend(NOT_CARRIED.map(Statement::CategoryNotCarried));
    said
}

fn permit_statements(permit: &Permit) -> Vec<Statement> {
    let mut said = Vec::new();
    if permit.is_drill() {
        said.push(Statement::Drill);
    }
    if permit.identity() == IdentityState::NotConfirmed {
        said.push(Statement::IdentityNotConfirmed);
    }
    match permit.basis() {
        Basis::VitalInterest { alone: true, .. } => said.push(Statement::VitalInterestAlone),
        Basis::VitalInterest { alone: false, .. } => said.push(Statement::VitalInterest),
        Basis::EligibilityOnly | Basis::Expressed(_) => {}
    }
    let withheld = permit.withheld().iter().filter(|(category, _)| category.is_carried());
    said.extend(withheld.map(|(category, why)| Statement::CategoryWithheld(*category, *why)));
    said
}

/// What a line says about supply at `reach`, the last day the claims tell about.
#[must_use]
pub const fn for_supply(supply: Supply, reach: JstDate) -> Statement {
    match supply {
        Supply::Administered => Statement::AdministeredNotTakenHome,
        Supply::In { .. } => Statement::InSupplyAt(reach),
        Supply::Ended { .. } => Statement::SupplyEndedAt(reach),
        Supply::AfterReach => Statement::DispensedAfterReach(reach),
        Supply::Unknown(why) => Statement::SupplyUnknown(why),
    }
}

/// What a person without a checkup here is told of: never "no checkup", but how far the insurer registered.
#[must_use]
pub const fn for_no_checkup(registration: CheckupRegistration) -> Statement {
    match registration {
        CheckupRegistration::Until(year) => Statement::NoCheckupRegisteredUntil(year),
        CheckupRegistration::None => Statement::NoCheckupNoneRegistered,
        CheckupRegistration::Unknown => Statement::NoCheckupRegistrationUnknown,
    }
}
