//! The only source of chance in a region.
//!
//! Promise: the same (seed, domain, index) gives the same throws on every machine and in every
//! release, because the generator is pinned to ChaCha8 and all arithmetic is on integers. Every
//! person, household, facility and file has a stream of its own, so a larger region repeats the
//! lives of a smaller one.
//!
//! Not covered: secrecy. A seed is printed in reports.
//!
//! FORMAT: the 32-byte ChaCha8 key is seed (u64, little-endian), domain (u64), index (u64) and
//! the eight bytes `tmsregn1`. A change here changes every region and is a new generator version.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

const KEY_TAIL: [u8; 8] = *b"tmsregn1";

/// What a stream of throws decides. Streams of different domains never overlap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u64)]
pub(crate) enum Domain {
    /// Where a neighbourhood lies.
    Neighbourhood = 1,
    /// How a block of 64 people falls into households.
    Block = 2,
    /// One household.
    Household = 3,
    /// One person's name, birth and traps.
    Person = 4,
    /// One person's coverages.
    Coverage = 5,
    /// One person's conditions and regimens.
    Condition = 6,
    /// One person's visits and dispensings.
    Visit = 7,
    /// When and how often one person's claims are filed.
    Filing = 8,
    /// One person's checkups.
    Checkup = 9,
    /// What one person has withdrawn.
    Withdrawal = 10,
    /// Whether one facility dispenses in house.
    Facility = 11,
    /// Form of one receipt file.
    ReceiptFile = 12,
    /// What registers get wrong about one person, marriage and death.
    Blemish = 13,
    /// The day one facility's files of a month are accepted.
    Acceptance = 14,
    /// How one facility's software writes.
    Habits = 15,
    /// Whether a wrong receipt follows one receipt.
    Ghost = 16,
    /// Whom a demo looks up.
    Plan = 17,
    /// Whether one person brings a second prescriber's prescription to the same pharmacy.
    SecondPrescriber = 18,
    /// Which of one person's claims from two prescribers are filed again alone.
    RefiledForOne = 19,
}

/// A stream of throws.
#[derive(Debug, Clone)]
pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    /// Opens the stream of `index` in `domain`.
    pub(crate) fn new(seed: u64, domain: Domain, index: u64) -> Self {
        let mut key = [0u8; 32];
        let parts =
            [seed.to_le_bytes(), (domain as u64).to_le_bytes(), index.to_le_bytes(), KEY_TAIL];
        for (to, from) in key.chunks_exact_mut(8).zip(parts) {
            to.copy_from_slice(&from);
        }
        Self(ChaCha8Rng::from_seed(key))
    }

    /// A number in `0..bound`; 0 when `bound` is 0.
    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        // Multiply and shift instead of a remainder: the bias is below one in four thousand
        // million for the bounds used here and no division is needed.
        let product = u64::from(self.0.next_u32()) * u64::from(bound);
        u32::try_from(product >> 32).unwrap_or(0)
    }

    /// A number in `low..=high`; `low` when the range is empty.
    pub(crate) fn between(&mut self, low: i32, high: i32) -> i32 {
        let width = u32::try_from(i64::from(high) - i64::from(low) + 1).unwrap_or(0);
        low + i32::try_from(self.below(width)).unwrap_or(0)
    }

    /// True in `rate` of 1,000 throws.
    pub(crate) fn per_mille(&mut self, rate: u32) -> bool {
        self.below(1000) < rate
    }

    /// One of `items`.
    #[expect(
        clippy::indexing_slicing,
        reason = "below() stays under the length; every caller passes a table with entries"
    )]
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(u32::try_from(items.len()).unwrap_or(u32::MAX)) as usize]
    }

    /// The index of a weight, each as likely as it is heavy; 0 when all are 0.
    pub(crate) fn weighted(&mut self, weights: impl Iterator<Item = u32> + Clone) -> usize {
        let mut left = self.below(weights.clone().sum());
        for (index, weight) in weights.enumerate() {
            if left < weight {
                return index;
            }
            left -= weight;
        }
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_pinned_and_streams_differ() {
        let throws = |domain, index| {
            let mut dice = Dice::new(7, domain, index);
            [dice.below(1_000_000), dice.below(1_000_000), dice.below(1_000_000)]
        };
        assert_eq!(throws(Domain::Person, 3), throws(Domain::Person, 3));
        assert_ne!(throws(Domain::Person, 3), throws(Domain::Person, 4));
        assert_ne!(throws(Domain::Person, 3), throws(Domain::Household, 3));
    }

    #[test]
    fn ranges_are_kept() {
        let mut dice = Dice::new(1, Domain::Visit, 1);
        for _ in 0..1000 {
            assert!((3..=9).contains(&dice.between(3, 9)));
            assert!(dice.below(5) < 5);
        }
        assert_eq!(dice.below(0), 0);
        assert_eq!(dice.between(9, 3), 9);
        assert_eq!(dice.weighted([0, 5, 0].into_iter()), 1);
    }
}
