//! The four-digit receipt type of RE column 2.
//!
//! The handbook gives its width only; the digits follow the field's usage [K]: 1 medical or
//! 4 pharmacy · 1 insurance, 2 public expense only, 3 late-elderly · 1 alone · 2 insured person,
//! 4 preschool child, 6 family, 8 elderly.

use super::{Claim, ClaimKind};
use crate::region::lives::person::Person;
use crate::region::world::World;

/// The receipt type of a claim; the same for everything filed under one supersession key.
pub(crate) fn receipt_type(world: &World, person: &Person, claim: &Claim) -> String {
    let coverage = person.coverages.get(claim.coverage);
    let insurer = coverage.map(|coverage| world.insurer(coverage.insurer));
    let age = claim.month.last().age_of(person.birth);
    let table = if claim.kind == ClaimKind::Medical { 1 } else { 4 };
    let late_elderly = insurer.is_some_and(|insurer| insurer.is_late_elderly());
    let public = insurer.is_some_and(|insurer| insurer.is_public_assistance());
    let scheme = match (public, late_elderly) {
        (true, _) => 2,
        (_, true) => 3,
        _ => 1,
    };
    let whose = match age {
        _ if public => 2,
        ..6 => 4,
        70.. => 8,
        _ if coverage.is_some_and(|coverage| coverage.family) => 6,
        _ => 2,
    };
    format!("{table}{scheme}1{whose}")
}
