//! The record model: person, eligibility, medication, checkup, masters, withdrawals.
//!
//! A *person* is a random 128-bit id of the centre, stable across insurers and years, never shown and never derived
//! from a number. Records hold codes; names of drugs, institutions, insurers and checkup items stand once in the
//! masters. Types here are the model; their stored form lives in `tomoshibi-sync` and is converted, with checks.

mod checkup;
mod code;
mod eligibility;
mod insurer;
mod master;
mod medication;
mod person;
mod withdrawal;

pub use checkup::{Checkup, CheckupItem, CheckupProgram, CheckupValue, ItemCode};
pub use code::{CodeError, DrugCode, FacilityCode, FacilityKind, Quantity, RegionCode};
pub use eligibility::{CardClass, Coverage, LossReason, Relation};
pub use insurer::{InsurerNumber, InsurerNumberError};
pub use master::{CheckupRegistration, Drug, DrugForm, Institution, Insurer, ItemName};
pub use medication::{
    LineClass, MedicationLine, Receipt, ReceiptKey, ReceiptKind, ReceiptType, SourceOrder, Usage,
};
pub use person::{NameUse, Person, PersonId, PersonName, Sex};
pub use withdrawal::{Withdrawal, WithdrawalReason, WithdrawalTarget};
