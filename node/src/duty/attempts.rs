//! How often a code was wrong for one release. Counted durably before the code is tried.
//!
//! A code has 128 random bits, so this does not guard against guessing; it makes trying visible, and it ends it. The
//! count is of one release: the next one, which is made because this one takes no more, begins anew.

use tomoshibi_policies::ErrorClass;
use tomoshibi_sync::id::Digest;

use super::Duty;
use crate::failure::Failure;
use crate::state::{Change, Stored, key};

/// Wrong codes before a release takes no more and a new one must be made: 20.
pub const ATTEMPTS_MAX: u32 = 20;

/// Attempts at a release since its last right code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeAttempts {
    /// Digest of the release.
    pub release: Digest,
    /// How many.
    pub made: u32,
}

impl Stored for CodeAttempts {
    const WHAT: &'static str = "count of code attempts";
    const VERSION: u16 = 1;
    type Wire = (Digest, u32);

    fn to_wire(&self) -> (Digest, u32) {
        (self.release, self.made)
    }

    fn from_wire((release, made): (Digest, u32)) -> Option<Self> {
        Some(Self { release, made })
    }
}

impl Duty {
    /// Counts an attempt at a release; returns how many are left after it.
    pub(super) fn count_attempt(&self, release: Digest) -> Result<u32, Failure> {
        let key = key::code_attempts();
        let known = self.state.get(&key)?.filter(|attempts| attempts.release == release);
        let made = known.map_or(0, |attempts| attempts.made);
        if made >= ATTEMPTS_MAX {
            return Err(Failure::new(ErrorClass::Exhausted, "code-attempts"));
        }
        let made = made.saturating_add(1);
        self.state.apply(Change::default().put(&key, &CodeAttempts { release, made }))?;
        Ok(ATTEMPTS_MAX.saturating_sub(made))
    }

    /// How many codes may still be tried at a release.
    pub(super) fn attempts_left(&self, release: Digest) -> Result<u32, Failure> {
        let known = self.state.get(&key::code_attempts())?;
        let made = known.filter(|attempts| attempts.release == release).map_or(0, |k| k.made);
        Ok(ATTEMPTS_MAX.saturating_sub(made))
    }

    pub(super) fn forget_attempts(&self) -> Result<(), Failure> {
        Ok(self.state.apply(Change::default().remove(&key::code_attempts()))?)
    }
}
