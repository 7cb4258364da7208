//! Disclosure: which fields are shown to whom.
//!
//! Promises: a facility never sees the name of another institution from medication or checkup data; a patient's paper
//! never names staff; a role sees no field of a category it may not view. The table is
//! `policies/testdata/disclosure.csv`, and the tests run it row by row.
//!
//! What the ministry's slides leave open, and how it is read here:
//! - Which list of medication fields belongs to facilities and which to Mynaportal is read from content: ingredient
//!   and prescriber mark are for professionals, savings for patients.
//! - Working software hands institution names to facilities in its result files. The slides say otherwise, and the
//!   slides rule here.
//! - The fields that do not exist for the late elderly (underlines lost) are read as symbol, branch, metabolic class and
//!   guidance class. They are absent in the data, so no rule here hides them.
//! - Which eligibility fields a patient's own sheet may carry is not established: none are.
//! - Possible savings are for patients, but need prices this system does not carry: shown to nobody.

mod field;

pub use field::{Field, FieldSet};

use crate::category::Category;
use crate::decision::Permit;
use crate::role::Role;

/// Who reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Audience {
    /// Staff of the facility: screen, printed sheet, file and API.
    Facility,
    /// The patient's own copy of the data.
    PatientSheet,
    /// The patient's slip: who looked, when, at what.
    PatientSlip,
}

impl Audience {
    /// Every audience.
    pub const ALL: [Self; 3] = [Self::Facility, Self::PatientSheet, Self::PatientSlip];

    /// The word used in tables and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Facility => "facility",
            Self::PatientSheet => "patient-sheet",
            Self::PatientSlip => "patient-slip",
        }
    }
}

/// The fields that `role` may show to `audience`.
#[must_use]
pub fn fields(role: Role, audience: Audience) -> FieldSet {
    Field::ALL.iter().copied().filter(|field| is_shown(*field, role, audience)).collect()
}

/// The fields that this permit shows to `audience`: those of its role, of the categories it permits.
#[must_use]
pub fn for_permit(permit: &Permit, audience: Audience) -> FieldSet {
    let permitted = |field: &Field| {
        field.category().is_none_or(|category| permit.categories().contains(&category))
    };
    fields(permit.role(), audience).iter().filter(permitted).collect()
}

fn is_shown(field: Field, role: Role, audience: Audience) -> bool {
    match audience {
        Audience::Facility => {
            is_for_facilities(field) && field.category().is_none_or(|c| role.may_view(c))
        }
        // A role without medical data has nothing to put on a patient's sheet.
        Audience::PatientSheet => is_for_patients(field) && role.may_view(Category::Medication),
        Audience::PatientSlip => is_on_slip(field),
    }
}

const fn is_for_facilities(field: Field) -> bool {
    !is_on_slip(field)
        && !matches!(
            field,
            Field::InstitutionName | Field::CheckupInstitution | Field::Savings | Field::StaffName
        )
}

const fn is_for_patients(field: Field) -> bool {
    match field.category() {
        Some(Category::Eligibility) => false,
        Some(_) => !matches!(
            field,
            Field::PrescriberMark | Field::PrescriptionClass | Field::Ingredient | Field::Savings
        ),
        None => !is_on_slip(field) && !matches!(field, Field::StaffName),
    }
}

const fn is_on_slip(field: Field) -> bool {
    matches!(field, Field::ViewingFacility | Field::ViewedAt | Field::CategoriesShown)
}
