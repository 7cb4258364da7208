//! E-receipt files (UKE, レセプト電算): medical, dental, pharmacy, and DPC as far as its columns are established.
//!
//! Promises: every claim is given whole or set aside whole; a claim's drugs follow the rules of domain 4.5; no claim
//! ever carries a name. Splitting happens on raw bytes of code page 932, whose second bytes are never a comma or a
//! line end.
//!
//! Not covered, because the columns are not established: CD records of DPC claims (drugs inside the bundled payment;
//! such claims carry a warning), dental SI and SS beyond their treatment class (so no outside prescriptions of
//! dentists), comments of pharmacy receipts, and the counts of the GO record (published samples do not keep them).
//! In DPC claims IY is read in the medical form.
//!
//! FORMAT: CRLF or LF lines of unquoted, comma-separated columns, counted from 0 = record id. First record IR or YK,
//! last GO. At most [`UKE_LEN_BYTES_MAX`].

mod claim;
mod day_form;
mod field;
mod file;
mod groups;
mod head;
mod identity;
mod pharmacy;
mod record;

use std::collections::BTreeSet;

pub use claim::{Claim, Insurance, PublicPayer};
pub use file::{Claims, UkeFile, read};

/// Longest receipt file: 256 MiB, about 100,000 claims of 2.5 KiB; no facility files as many in a month.
pub const UKE_LEN_BYTES_MAX: u64 = 256 << 20;

/// Codes of the drug master's pseudo items (金額種別 7, such as 薬剤料逓減), which are no drugs.
pub type PseudoItems = BTreeSet<u32>;
