//! When claims are filed, returned and filed again.
//!
//! Promise: what replaces what follows from (accepted, sequence) alone; a resubmission differs
//! visibly from what it replaces. Rhythm: handbook 2.5.

use std::collections::BTreeMap;

use super::{Claim, Group};
use crate::region::calendar::{Day, Month};
use crate::region::dice::{Dice, Domain};
use crate::region::lives::person::Person;
use crate::region::places::FacilityId;
use crate::region::world::World;

/// Of 1,000 claims: filed one to four months late.
pub(crate) const LATE_PER_MILLE: u32 = 12;
/// Of 1,000 claims: returned and filed again one to three months later.
pub(crate) const RESUBMITTED_PER_MILLE: u32 = 15;
/// Of 1,000 claims: filed again on the same day, in a second file.
pub(crate) const SAME_DAY_PER_MILLE: u32 = 4;

/// Of 1,000 pairs of claims that a pharmacy has for one person and month from two prescribers:
/// returned for one of the two, and that one filed again one to three months later.
pub(crate) const REFILED_FOR_ONE_PER_MILLE: u32 = 400;

/// A claim on its way to the payer.
#[derive(Debug, Clone)]
pub(crate) struct Filed {
    pub(crate) claim: Claim,
    /// Month in which it is filed.
    pub(crate) filed_in: Month,
    pub(crate) accepted: Day,
    /// 0 a facility's first file of that day, 1 its second.
    pub(crate) round: u8,
    /// Set when the district's files are numbered.
    pub(crate) sequence: u32,
}

/// Everything that is filed for a person's claims up to the horizon.
pub(crate) fn file(world: &World, person: &Person, claims: Vec<Claim>) -> Vec<Filed> {
    let mut dice = Dice::new(world.seed, Domain::Filing, u64::from(person.index));
    let refiled = refiled_for_one(world, person, &claims);
    let mut filed = Vec::new();
    for claim in claims {
        let late = dice.per_mille(LATE_PER_MILLE);
        let delay = dice.between(1, 4);
        let again = dice.per_mille(RESUBMITTED_PER_MILLE);
        let again_after = dice.between(1, 3);
        let same_day = dice.per_mille(SAME_DAY_PER_MILLE);
        let corrected = corrected(&claim, &mut dice);
        let (again, same_day) = match refiled.get(&(claim.facility, claim.month)) {
            Some(prescriber) => (claim.prescriber == Some(*prescriber), false),
            None => (again, same_day),
        };
        let first = claim.month.plus(1 + if late { delay } else { 0 });
        let second = match (again, same_day, corrected) {
            (true, _, Some(corrected)) => Some((corrected, first.plus(again_after), 0)),
            (false, true, Some(corrected)) => Some((corrected, first, 1)),
            _ => None,
        };
        for (claim, month, round) in [Some((claim, first, 0)), second].into_iter().flatten() {
            if month <= world.filing_horizon() {
                let accepted = accepted(world, claim.facility, month);
                filed.push(Filed { claim, filed_in: month, accepted, round, sequence: 0 });
            }
        }
    }
    filed
}

/// Of claims from two prescribers, which one's is filed again while the others' stand.
fn refiled_for_one(
    world: &World,
    person: &Person,
    claims: &[Claim],
) -> BTreeMap<(FacilityId, Month), FacilityId> {
    let mut dice = Dice::new(world.seed, Domain::RefiledForOne, u64::from(person.index));
    let mut prescribers: BTreeMap<_, Vec<FacilityId>> = BTreeMap::new();
    for claim in claims {
        let place = prescribers.entry((claim.facility, claim.month)).or_default();
        place.extend(claim.prescriber);
    }
    prescribers.retain(|_, prescribers| prescribers.len() > 1);
    let refiled = prescribers.into_iter().filter_map(|(place, prescribers)| {
        let one = *dice.pick(&prescribers);
        dice.per_mille(REFILED_FOR_ONE_PER_MILLE).then_some((place, one))
    });
    refiled.collect()
}

/// The morning on which a receipt accepted on a day appears.
pub(crate) fn visible_from(accepted: Day) -> Day {
    accepted.month().day(if accepted.day() <= 10 { 11 } else { accepted.day() + 1 })
}

/// The day a facility's files of a month are accepted: most from 5 to 10, some on 11 and 12.
fn accepted(world: &World, facility: FacilityId, month: Month) -> Day {
    let stream =
        facility.stream() << 16 | u64::from(month.since(Month::new(2000, 1)).unsigned_abs());
    let mut dice = Dice::new(world.seed, Domain::Acceptance, stream);
    month.day(match dice.weighted([860, 80, 60].into_iter()) {
        0 => dice.between(5, 10),
        1 => 11,
        _ => 12,
    })
}

/// The claim after the facility repaired it: a drug taken out, or another amount.
fn corrected(claim: &Claim, dice: &mut Dice) -> Option<Claim> {
    let mut corrected = claim.clone();
    let halve = dice.per_mille(400);
    let place = dice.below(u32::try_from(claim.groups.len()).unwrap_or(0)) as usize;
    let groups = corrected.groups.len();
    let group: &mut Group = corrected.groups.get_mut(place)?;
    if !halve && group.drugs.len() > 1 {
        group.drugs.pop();
    } else if !halve && groups > 1 {
        corrected.groups.remove(place);
    } else {
        let drug = group.drugs.first_mut()?;
        drug.amount = (drug.amount / 2).max(1);
    }
    Some(corrected)
}

/// Numbers a district's files and tells each claim its sequence. Files of one accepted day are
/// numbered by round first, so that a same-day correction always has the larger sequence.
pub(crate) fn number(district: u32, filed: &mut [Filed], payer: impl Fn(&Claim) -> u8) {
    let key = |row: &Filed| {
        (row.accepted, row.round, row.claim.facility, payer(&row.claim), row.filed_in)
    };
    filed.sort_by_key(|row| (key(row), row.claim.person, row.claim.month, row.claim.prescriber));
    let mut last: Option<(Day, u8, FacilityId, u8, Month)> = None;
    let mut next = 0;
    for row in filed {
        let this = key(row);
        let day = last.map(|(accepted, ..)| accepted);
        if day != Some(row.accepted) {
            next = district * SEQUENCES_A_DISTRICT;
        }
        if last != Some(this) {
            next += 1;
        }
        last = Some(this);
        row.sequence = next;
    }
}

/// 22 facilities x 2 payers x 2 rounds need 88. A region of 1,000,000 people has 245 districts,
/// and 6 digits hold 9,999 districts.
const SEQUENCES_A_DISTRICT: u32 = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn receipts_appear_as_the_ministry_says() {
        for (accepted, shown) in [
            ("2026-11-05", "2026-11-11"),
            ("2026-11-10", "2026-11-11"),
            ("2026-11-11", "2026-11-12"),
            ("2026-11-12", "2026-11-13"),
        ] {
            assert_eq!(visible_from(Day::parse(accepted).unwrap()).to_string(), shown);
        }
    }
}
