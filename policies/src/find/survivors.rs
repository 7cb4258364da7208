//! Who is left of the candidates, each person once.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::Candidate;
use crate::record::PersonId;

/// The persons left, sorted by id, so that the order of candidates cannot matter.
pub(super) type Survivors<C, E> = BTreeMap<PersonId, Survivor<C, E>>;

/// One person left: the best evidence for them, and every view of them that stayed in.
pub(super) struct Survivor<C, E> {
    pub(super) evidence: E,
    pub(super) views: Vec<C>,
}

/// Keeps the candidates for whom there is evidence.
pub(super) fn gather<C: Candidate, E: Ord>(
    candidates: impl Iterator<Item = C>,
    weigh: impl Fn(&C) -> Option<E>,
) -> Survivors<C, E> {
    let mut survivors: Survivors<C, E> = BTreeMap::new();
    for candidate in candidates {
        let Some(evidence) = weigh(&candidate) else { continue };
        match survivors.get_mut(&candidate.person()) {
            Some(known) => {
                if known.evidence < evidence {
                    known.evidence = evidence;
                }
                known.views.push(candidate);
            }
            None => {
                let person = candidate.person();
                survivors.insert(person, Survivor { evidence, views: Vec::from([candidate]) });
            }
        }
    }
    survivors
}
