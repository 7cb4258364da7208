//! Time as the domain needs it. JST is fixed at +09:00, the host's zone is never asked, and every end is exclusive:
//! "24:00" is the next day's 00:00.
//!
//! Not covered: leap seconds (a disaster does not care) and dates before 1868.

mod era;
mod jst_date;
mod partial_date;
mod period;
mod spoken;
mod timestamp;
mod year_month;

pub use era::{Era, EraDate};
pub use jst_date::JstDate;
pub use partial_date::PartialDate;
pub use period::{DatePeriod, Period};
pub use spoken::parse_spoken_date;
pub use timestamp::Timestamp;
pub use year_month::YearMonth;

/// A date or time that could not be read. Carries the form that was expected, never the text that was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {expected}")]
pub struct TimeError {
    /// The form that was expected, such as "date YYYYMMDD".
    pub expected: &'static str,
}

impl TimeError {
    /// Always [`crate::ErrorClass::Invalid`].
    #[must_use]
    pub const fn class(&self) -> crate::ErrorClass {
        crate::ErrorClass::Invalid
    }
}

/// Reads `text` as decimal digits only. Empty text, signs and spaces are refused.
fn digits(text: &str) -> Option<u32> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}
