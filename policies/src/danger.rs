//! What is shown first, because it can kill.
//!
//! Promises: drugs of the high-risk classes come first; a drug that the master does not know or does not classify is
//! dangerous by default, shown by its code, and never skipped; nothing is left out of the list. Questionnaire answers
//! are decoded by their list and never by their item, because lists differ in polarity. The same input gives the same
//! order.
//!
//! Not covered: doses, interactions, whether a drug was taken, allergies (they are not in this data), and drugs of
//! high risk that stand in broad classes without a prefix of their own, such as biologicals in 239, carvedilol in 214
//! and tramadol in 114. A class that is empty here says "none in claims to", never "none".

pub mod answer;
mod checkup;
mod class;
mod rank;

pub use checkup::{FirstItem, FirstRow, History, HistoryAnswer, first_rows, history};
pub use class::{DangerClass, classify};
pub use rank::{Group, HighRiskRow, RECENT_MONTHS, Ranked, high_risk_rows, rank};
