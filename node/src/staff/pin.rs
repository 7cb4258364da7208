//! The PIN: set before a second person, checked with a durable count of failures.
//!
//! Promises: of attempts at the same time each is counted; a PIN that was replaced while it was checked counts no more.
//! Who must be present when a PIN is set is the desk's rule.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use argon2::{Algorithm, Argon2, Params, Version};
use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::role::BadgeId;
use tomoshibi_sync::seam::Entropy;
use zeroize::Zeroizing;

/// Wrong PINs in a row before the badge is locked. Unlocked by setting a new PIN before a second member of staff, not
/// by waiting: a node's clock may be wrong.
pub const FAILURES_MAX: u8 = 5;
const SALT_LEN_BYTES: usize = 16;
const HASH_LEN_BYTES: usize = 32;
// OWASP password storage cheat sheet: Argon2id with 19 MiB, two passes, one lane. About 40 ms on a small machine.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;

/// A PIN of 6-12 digits. Wiped when dropped, never printed.
pub struct Pin(Zeroizing<String>);

/// What the node keeps of a PIN.
#[derive(Clone, PartialEq, Eq)]
pub struct PinRecord {
    /// Random salt.
    pub salt: [u8; SALT_LEN_BYTES],
    /// Argon2id over the PIN, keyed by the release's staff secret.
    pub hash: [u8; HASH_LEN_BYTES],
    /// Attempts since the last right one, the one under way included.
    pub failures: u8,
}

/// Where records are kept. A `put` is durable when it returns.
pub trait PinRecords {
    /// The record of a badge, when a PIN was set.
    ///
    /// # Errors
    /// The store's.
    fn get(&self, badge: BadgeId) -> Result<Option<PinRecord>, PinError>;
    /// Keeps a record.
    ///
    /// # Errors
    /// The store's.
    fn put(&self, badge: BadgeId, record: &PinRecord) -> Result<(), PinError>;
    /// True when no PIN was set for any badge.
    ///
    /// # Errors
    /// The store's.
    fn is_empty(&self) -> Result<bool, PinError>;
}

/// The PINs of one opening, for all tablets at once.
pub struct Pins {
    records: Arc<dyn PinRecords + Send + Sync>,
    // Held from reading a record to writing it, never while a PIN is hashed: that takes 40 ms and more.
    change: Mutex<()>,
}

/// Why a PIN is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PinError {
    /// Not 6-12 digits.
    #[error("a PIN has 6 to 12 digits")]
    Form,
    /// One digit repeated, or a plain run such as 123456.
    #[error("a PIN of one digit or of digits in a row is too easy to guess")]
    TooEasy,
    /// No PIN was set for the badge at this node.
    #[error("no PIN is set for this badge yet")]
    NotSet,
    /// The wrong PIN.
    #[error("wrong PIN, {left} attempts are left")]
    Wrong {
        /// Attempts left before the badge is locked.
        left: u8,
    },
    /// Too many wrong PINs.
    #[error("the badge is locked: set a new PIN before a second member of staff")]
    Locked,
    /// Records could not be read or kept, or no random bytes were to be had.
    #[error("the PIN records could not be read or kept")]
    Store,
}

impl PinError {
    /// The class of the cause.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Form | Self::TooEasy => ErrorClass::Invalid,
            Self::NotSet | Self::Wrong { .. } => ErrorClass::Denied,
            Self::Locked => ErrorClass::Exhausted,
            Self::Store => ErrorClass::Internal,
        }
    }

    /// A stable word for JSON and message catalogues.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Form => "pin-form",
            Self::TooEasy => "pin-too-easy",
            Self::NotSet => "pin-not-set",
            Self::Wrong { .. } => "pin-wrong",
            Self::Locked => "pin-locked",
            Self::Store => "pin-store",
        }
    }
}

impl Pin {
    /// Reads a PIN as typed. Full-width digits are taken as digits.
    ///
    /// # Errors
    /// [`PinError::Form`].
    pub fn parse(text: &str) -> Result<Self, PinError> {
        let digit = |c: char| match c {
            '0'..='9' => Some(c),
            '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10),
            _ => None,
        };
        let digits: Option<String> = text.trim().chars().map(digit).collect();
        let digits = Zeroizing::new(digits.ok_or(PinError::Form)?);
        if (6..=12).contains(&digits.len()) { Ok(Self(digits)) } else { Err(PinError::Form) }
    }

    fn is_too_easy(&self) -> bool {
        let digits = self.0.as_bytes();
        [0, 1, 255].into_iter().any(|step: u8| {
            digits.iter().zip(digits.iter().skip(1)).all(|(a, b)| a.wrapping_add(step) == *b)
        })
    }

    fn hash(&self, salt: &[u8], secret: &[u8]) -> Result<[u8; HASH_LEN_BYTES], PinError> {
        let params = Params::new(MEMORY_KIB, PASSES, 1, Some(HASH_LEN_BYTES))
            .map_err(|_| PinError::Store)?;
        let mut hash = [0; HASH_LEN_BYTES];
        Argon2::new_with_secret(secret, Algorithm::Argon2id, Version::V0x13, params)
            .and_then(|argon2| argon2.hash_password_into(self.0.as_bytes(), salt, &mut hash))
            .map_err(|_| PinError::Store)?;
        Ok(hash)
    }
}

impl Pins {
    /// PINs kept in `records`, which nobody else may change.
    #[must_use]
    pub fn new(records: Arc<dyn PinRecords + Send + Sync>) -> Self {
        Self { records, change: Mutex::default() }
    }

    /// True when no PIN was set for any badge.
    ///
    /// # Errors
    /// [`PinError::Store`].
    pub fn is_empty(&self) -> Result<bool, PinError> {
        self.records.is_empty()
    }

    /// Sets or replaces the PIN of a badge and clears its failures. Who must be present is the caller's rule.
    ///
    /// # Errors
    /// [`PinError::TooEasy`] or [`PinError::Store`].
    pub fn set(
        &self,
        badge: BadgeId,
        pin: &Pin,
        secret: &[u8; 32],
        entropy: &dyn Entropy,
    ) -> Result<(), PinError> {
        if pin.is_too_easy() {
            return Err(PinError::TooEasy);
        }
        let salt = entropy.bytes().map_err(|_| PinError::Store)?;
        let hash = pin.hash(&salt, secret)?;
        let _change = self.changing();
        self.records.put(badge, &PinRecord { salt, hash, failures: 0 })
    }

    /// Checks a PIN.
    ///
    /// # Errors
    /// [`PinError::NotSet`], [`PinError::Wrong`], [`PinError::Locked`] or [`PinError::Store`].
    pub fn check(&self, badge: BadgeId, pin: &Pin, secret: &[u8; 32]) -> Result<(), PinError> {
        let record = self.count_attempt(badge)?;
        let hash = pin.hash(&record.salt, secret)?;
        if is_same(&hash, &record.hash) && self.clear(badge, &record)? {
            return Ok(());
        }
        let left = FAILURES_MAX.saturating_sub(record.failures);
        Err(if left == 0 { PinError::Locked } else { PinError::Wrong { left } })
    }

    /// Counts first, durably: whoever cuts the power after a wrong guess, or guesses at many tablets at once, has spent
    /// each.
    fn count_attempt(&self, badge: BadgeId) -> Result<PinRecord, PinError> {
        let _change = self.changing();
        let mut record = self.records.get(badge)?.ok_or(PinError::NotSet)?;
        if record.failures >= FAILURES_MAX {
            return Err(PinError::Locked);
        }
        record.failures = record.failures.saturating_add(1);
        self.records.put(badge, &record)?;
        Ok(record)
    }

    /// Clears the count after the right PIN; false when the PIN was replaced meanwhile.
    fn clear(&self, badge: BadgeId, checked: &PinRecord) -> Result<bool, PinError> {
        let _change = self.changing();
        let current = self.records.get(badge)?;
        let Some(current) = current.filter(|current| current.salt == checked.salt) else {
            return Ok(false);
        };
        self.records.put(badge, &PinRecord { failures: 0, ..current })?;
        Ok(true)
    }

    // Nothing is half done when a panic leaves the lock: what counts is in the records.
    fn changing(&self) -> MutexGuard<'_, ()> {
        self.change.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Compares without telling by its time where the difference is.
fn is_same(a: &[u8; HASH_LEN_BYTES], b: &[u8; HASH_LEN_BYTES]) -> bool {
    a.iter().zip(b).fold(0, |difference, (x, y)| difference | (x ^ y)) == 0
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use tomoshibi_sync::seam::SystemEntropy;

    use super::*;

    #[derive(Default)]
    struct Memory {
        records: Mutex<BTreeMap<BadgeId, PinRecord>>,
        /// Fails every put after this many.
        puts_left: Mutex<Option<u32>>,
    }

    impl PinRecords for Memory {
        fn get(&self, badge: BadgeId) -> Result<Option<PinRecord>, PinError> {
            let found = self.records.lock().unwrap().get(&badge).cloned();
            // Gives others their turn where a lost count would come from.
            std::thread::yield_now();
            Ok(found)
        }

        fn put(&self, badge: BadgeId, record: &PinRecord) -> Result<(), PinError> {
            if let Some(left) = self.puts_left.lock().unwrap().as_mut() {
                *left = left.checked_sub(1).ok_or(PinError::Store)?;
            }
            self.records.lock().unwrap().insert(badge, record.clone());
            Ok(())
        }

        fn is_empty(&self) -> Result<bool, PinError> {
            Ok(self.records.lock().unwrap().is_empty())
        }
    }

    const BADGE: BadgeId = BadgeId::from_bytes([1; 16]);
    const SECRET: [u8; 32] = [7; 32];

    fn pin(text: &str) -> Pin {
        Pin::parse(text).unwrap()
    }

    fn with_pin(text: &str) -> (Arc<Memory>, Pins) {
        let records = Arc::new(Memory::default());
        let pins = Pins::new(records.clone());
        pins.set(BADGE, &pin(text), &SECRET, &SystemEntropy).unwrap();
        (records, pins)
    }

    #[test]
    fn the_right_pin_opens_and_clears_the_count() {
        let (records, pins) = with_pin("270993");
        assert_eq!(pins.check(BADGE, &pin("270994"), &SECRET), Err(PinError::Wrong { left: 4 }));
        assert_eq!(pins.check(BADGE, &pin("２７０９９３"), &SECRET), Ok(()));
        assert_eq!(records.get(BADGE).unwrap().unwrap().failures, 0);
    }

    #[test]
    fn five_wrong_pins_lock_the_badge_even_for_the_right_one() {
        let (_, pins) = with_pin("270993");
        for left in (1..FAILURES_MAX).rev() {
            let wrong = pins.check(BADGE, &pin("000001"), &SECRET);
            assert_eq!(wrong, Err(PinError::Wrong { left }));
        }
        for text in ["000001", "270993"] {
            assert_eq!(pins.check(BADGE, &pin(text), &SECRET), Err(PinError::Locked));
        }
        pins.set(BADGE, &pin("481516"), &SECRET, &SystemEntropy).unwrap();
        assert_eq!(pins.check(BADGE, &pin("481516"), &SECRET), Ok(()));
    }

    #[test]
    fn an_attempt_that_cannot_be_counted_is_not_checked() {
        let (records, pins) = with_pin("270993");
        *records.puts_left.lock().unwrap() = Some(0);
        assert_eq!(pins.check(BADGE, &pin("270993"), &SECRET), Err(PinError::Store));
    }

    #[test]
    fn a_power_cut_after_a_wrong_guess_does_not_give_it_back() {
        let (records, pins) = with_pin("270993");
        // One put goes through (the count), nothing after it, as when the plug is pulled.
        *records.puts_left.lock().unwrap() = Some(1);
        let _ = pins.check(BADGE, &pin("000001"), &SECRET);
        assert_eq!(records.get(BADGE).unwrap().unwrap().failures, 1);
    }

    #[test]
    fn a_verifier_is_worthless_without_the_secret_of_the_release() {
        let (_, pins) = with_pin("270993");
        let other = pins.check(BADGE, &pin("270993"), &[8; 32]);
        assert_eq!(other, Err(PinError::Wrong { left: 4 }));
    }

    #[test]
    fn pins_that_anybody_would_guess_are_refused() {
        let pins = Pins::new(Arc::new(Memory::default()));
        for text in ["111111", "123456", "987654", "000000"] {
            let set = pins.set(BADGE, &pin(text), &SECRET, &SystemEntropy);
            assert_eq!(set, Err(PinError::TooEasy), "{text}");
        }
        for text in ["", "12345", "1234567890123", "12a456", "12 456"] {
            assert!(matches!(Pin::parse(text), Err(PinError::Form)), "{text}");
        }
        assert_eq!(pins.check(BADGE, &pin("270993"), &SECRET), Err(PinError::NotSet));
    }
    #[test]
    fn guesses_at_many_tablets_at_once_are_all_counted() {
        let (records, pins) = with_pin("270993");
        std::thread::scope(|scope| {
            for _ in 0..FAILURES_MAX {
                scope.spawn(|| pins.check(BADGE, &pin("000001"), &SECRET).unwrap_err());
            }
        });
        assert_eq!(records.get(BADGE).unwrap().unwrap().failures, FAILURES_MAX);
        assert_eq!(pins.check(BADGE, &pin("270993"), &SECRET), Err(PinError::Locked));
    }

    #[test]
    fn a_pin_that_was_replaced_while_it_was_checked_counts_no_more() {
        let (records, pins) = with_pin("270993");
        let checked = pins.count_attempt(BADGE).unwrap();
        pins.set(BADGE, &pin("481516"), &SECRET, &SystemEntropy).unwrap();
        assert_eq!(pins.clear(BADGE, &checked), Ok(false));
        assert!(records.get(BADGE).unwrap().unwrap().salt != checked.salt);
    }
}
