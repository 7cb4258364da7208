//! How often a spoken code was wrong. Counted durably before the code is tried.
//!
//! A code has 128 random bits, so this does not guard against guessing; it makes trying visible, and it ends it.

use tomoshibi_policies::ErrorClass;

use super::Duty;
use crate::failure::Failure;
use crate::state::{Change, Stored, key};

/// Wrong codes before a release takes no more and a new one must be made: 20.
pub const ATTEMPTS_MAX: u32 = 20;

/// Attempts since the last right code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeAttempts(pub u32);

impl Stored for CodeAttempts {
    const WHAT: &'static str = "count of code attempts";
    const VERSION: u16 = 1;
    type Wire = u32;

    fn to_wire(&self) -> u32 {
        self.0
    }

    fn from_wire(wire: u32) -> Option<Self> {
        Some(Self(wire))
    }
}

impl Duty {
    /// Counts an attempt; returns how many are left after it.
    pub(super) fn count_attempt(&self) -> Result<u32, Failure> {
        let key = key::code_attempts();
        let made = self.state.get(&key)?.map_or(0, |attempts| attempts.0);
        if made >= ATTEMPTS_MAX {
            return Err(Failure::new(ErrorClass::Exhausted, "code-attempts"));
        }
        let made = made.saturating_add(1);
        self.state.apply(Change::default().put(&key, &CodeAttempts(made)))?;
        Ok(ATTEMPTS_MAX.saturating_sub(made))
    }

    pub(super) fn forget_attempts(&self) -> Result<(), Failure> {
        Ok(self.state.apply(Change::default().remove(&key::code_attempts()))?)
    }
}
