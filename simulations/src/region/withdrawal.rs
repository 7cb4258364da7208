//! What must no longer be shown: corrections, deaths, deletions, court orders.
//!
//! A withdrawal holds from its date on. One of a person hides everything about the person; one of
//! a receipt or checkup hides that one. A receipt is withdrawn only when nothing is filed for it
//! after the withdrawal, so that no reader need decide which of the two is right.

use super::calendar::{Day, Month};
use super::claims::ClaimKind;
use super::claims::filing::Filed;
use super::claims::receipt_type::receipt_type;
use super::dice::{Dice, Domain};
use super::lives::exam::Exam;
use super::lives::person::Person;
use super::places::FacilityId;
use super::world::World;

/// Of 1,000 deaths, how many are withdrawn by the as-of day.
pub(crate) const DEATH_PER_MILLE: u32 = 700;
/// Of 1,000 people: a court order; a person registered wrongly; a receipt; a checkup.
pub(crate) const COURT_ORDER_PER_MILLE: u32 = 2;
/// See [`COURT_ORDER_PER_MILLE`].
pub(crate) const CORRECTION_PER_MILLE: u32 = 2;
/// See [`COURT_ORDER_PER_MILLE`].
pub(crate) const RECEIPT_PER_MILLE: u32 = 5;
/// See [`COURT_ORDER_PER_MILLE`].
pub(crate) const CHECKUP_PER_MILLE: u32 = 5;

/// What is withdrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    Person,
    Receipt {
        facility: FacilityId,
        month: Month,
        kind: ClaimKind,
        receipt_type: String,
        prescriber: Option<FacilityId>,
    },
    Checkup {
        exam_date: Day,
    },
}

/// One withdrawal.
#[derive(Debug, Clone)]
pub(crate) struct Withdrawal {
    pub(crate) id: String,
    pub(crate) date: Day,
    /// correction, death, deletion or court_order.
    pub(crate) kind: &'static str,
    pub(crate) target: Target,
    /// Place of the coverage that identifies the person.
    pub(crate) coverage: usize,
}

/// The withdrawals of a person up to the as-of day.
pub(crate) fn withdrawals(
    world: &World,
    person: &Person,
    filed: &[Filed],
    exams: &[Exam],
) -> Vec<Withdrawal> {
    let mut dice = Dice::new(world.seed, Domain::Withdrawal, u64::from(person.index));
    let mut found = Vec::new();
    let mut add = |kind, date: Day, target, coverage: usize| {
        if date <= world.as_of {
            let id = format!("W{:07}-{}", person.index, found.len() + 1);
            found.push(Withdrawal { id, date, kind, target, coverage });
        }
    };
    let last = person.coverages.len().saturating_sub(1);
    let reported = dice.per_mille(DEATH_PER_MILLE);
    let delay = dice.between(10, 40);
    if let (Some(died), true) = (person.died_on, reported) {
        add("death", died.plus(delay), Target::Person, last);
    }
    let recently = world.as_of.plus(-dice.between(0, 60));
    match dice.weighted([COURT_ORDER_PER_MILLE, CORRECTION_PER_MILLE, 996].into_iter()) {
        0 => add("court_order", recently, Target::Person, last),
        1 => add("correction", recently, Target::Person, last),
        _ => {}
    }
    if dice.per_mille(RECEIPT_PER_MILLE)
        && let Some(row) = last_accepted(filed, &mut dice)
    {
        let target = Target::Receipt {
            facility: row.claim.facility,
            month: row.claim.month,
            kind: row.claim.kind,
            receipt_type: receipt_type(world, person, &row.claim),
            prescriber: row.claim.prescriber,
        };
        let date = recently.max(row.accepted.plus(3));
        add("deletion", date, target, row.claim.coverage);
    }
    let registered = |exam: &&Exam| exam.registered.is_some_and(|day| day < recently);
    if dice.per_mille(CHECKUP_PER_MILLE)
        && let Some(exam) = exams.iter().find(registered)
    {
        add("deletion", recently, Target::Checkup { exam_date: exam.date }, exam.coverage);
    }
    found
}

/// One of the person's claims in the form in which it was filed last.
fn last_accepted<'a>(filed: &'a [Filed], dice: &mut Dice) -> Option<&'a Filed> {
    let place = dice.below(u32::try_from(filed.len()).unwrap_or(0)) as usize;
    let chosen = filed.get(place)?;
    filed
        .iter()
        .filter(|row| row.claim.facility == chosen.claim.facility)
        .filter(|row| row.claim.month == chosen.claim.month)
        .filter(|row| row.claim.prescriber == chosen.claim.prescriber)
        .max_by_key(|row| (row.accepted, row.round))
}
