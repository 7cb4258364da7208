//! Staff at this node: badge and PIN, and the sessions they open. Both factors work with no line.
//!
//! Promises: an attempt is counted durably *before* the PIN is looked at, so that pulling the plug between two guesses
//! gains nothing; verifiers are keyed by a secret that only a release brings, so that a stolen disk cannot be searched
//! for PINs; a session names one badge, ends by itself, and can be ended from elsewhere.
//!
//! Not covered: whether the badge is genuine and counts here (`tomoshibi_sync::badge`) or is revoked (the desk asks), and badges
//! that local staff vouch for.

mod pin;
mod sessions;

pub use pin::{FAILURES_MAX, Pin, PinError, PinRecord, PinRecords, Pins};
pub(crate) use sessions::SHIFT_MS;
pub use sessions::{Session, SessionEnd, Sessions, Token};
