//! The look-ups of a demo, and what must come of each: drawn by a seed from the truth alone.
//!
//! Promises: the same people and seed give the same plan; nothing here calls the product, so an expectation can never
//! agree with a fault of it; where the truth cannot say for certain who would be met, somebody else is chosen
//! ([`register`]); every difficulty of the region's people is asked for at least once when the region holds it.
//!
//! Not covered: how fast, and what the page looks like.

mod builder;
mod case;
mod dates;
mod denied;
mod examples;
mod found;
mod not_found;
mod register;
mod several;
mod traps;
mod typing;

pub use case::{
    Asked, BadgeFault, Case, Claim, Confirm, Evidence, Expected, NameFields, NumberFields, Post,
    Search, Second, SignInPlan, VisitPlan,
};
pub use examples::{Example, Meeting, draw as draw_examples};
pub use register::Register;

use builder::Builder;

/// All look-ups, by when they are tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// While the node is still sealed.
    pub before: Vec<Case>,
    /// While it is open.
    pub open: Vec<Case>,
    /// After it was closed.
    pub after: Vec<Case>,
}

/// Searches of each difficulty.
const PER_TRAP: usize = 7;
/// Searches of people in general, by both paths and every role.
const GENERAL: usize = 190;

impl Plan {
    /// Draws the plan. `as_of` is the day (`YYYY-MM-DD`) of the truth.
    #[must_use]
    pub fn draw(register: &Register, seed: u64) -> Self {
        let mut builder = Builder::new(register, seed);
        let before = denied::before_opening();
        // People who must be refused come first: nobody may have consented for them before.
        denied::add(&mut builder);
        not_found::add(&mut builder);
        several::add(&mut builder);
        traps::add(&mut builder, PER_TRAP);
        found::add(&mut builder, GENERAL);
        let mut plan = Self { before, open: builder.finish(), after: denied::after_closing() };
        plan.number();
        plan
    }

    /// No look-ups at all.
    #[must_use]
    pub const fn empty() -> Self {
        Self { before: Vec::new(), open: Vec::new(), after: Vec::new() }
    }

    /// Every case, in the order of trying.
    pub fn cases(&self) -> impl Iterator<Item = &Case> {
        self.before.iter().chain(&self.open).chain(&self.after)
    }

    fn number(&mut self) {
        let all = self.before.iter_mut().chain(&mut self.open).chain(&mut self.after);
        for (number, case) in (1..).zip(all) {
            case.number = number;
        }
    }
}
