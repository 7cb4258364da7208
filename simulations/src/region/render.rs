//! Lives written down in the formats that real systems hand over.
//!
//! Every renderer takes the simulated model and gives text or bytes; none decides anything about a
//! life. Formats: handbook sections 3 (eligibility), 4 (receipts, drug master), 5 (checkups).

pub(crate) mod cda;
pub(crate) mod checkup;
pub(crate) mod eligibility;
pub(crate) mod ghost;
pub(crate) mod masters;
pub(crate) mod medical_receipt;
pub(crate) mod pharmacy_receipt;
pub(crate) mod receipt_file;
pub(crate) mod record;
pub(crate) mod withdrawal;
pub(crate) mod xml;

use super::lives::condition::Usage;

/// OID under which checkup identifiers and value sets stand.
pub(crate) const VALUE_SET_ROOT: &str = "1.2.392.200119.6";

/// The words of a usage code, where the handbook gives them.
pub(crate) const fn usage_words(usage: Usage) -> &'static str {
    match usage {
        Usage::Words(words) => words,
        Usage::Coded(3) => "１日３回毎食後",
        Usage::Coded(6) => "１日１回朝食後",
        Usage::Coded(12) => "１日１回夕食後",
        Usage::Coded(13) => "１日１回就寝前",
        Usage::Coded(18) => "１日２回朝夕食後",
        Usage::Coded(21) => "１日４回毎食後と就寝前",
        Usage::Coded(48) => "１日１回起床時",
        Usage::Coded(_) => "",
    }
}
