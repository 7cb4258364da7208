//! Evidence of the name path: what speaks for a person, and when it tells two persons apart.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::survivors::Survivors;
use super::{Explanation, MatchKey};
use crate::names::AddressLikeness;
use crate::record::PersonId;

/// How a typed name met a registered one, the weakest first.
#[derive(PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
pub(super) enum NameTier {
    /// K3 only, or a name without its middle names.
    Part,
    /// K2 only, letters that read as the kana, or another order of the parts.
    Loose,
    /// KJ with a ●.
    Wildcard,
    /// K1 or KJ equal, but the register knows only part of the birth date.
    ExactBirthPartial,
    /// K1 or KJ equal.
    Exact,
}

/// What the typed insurer says, the worst first.
#[derive(PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
pub(super) enum Insurer {
    /// None of the person's coverages, of any period.
    Differs,
    /// No insurer was typed.
    NotTyped,
    /// One of the person's coverages.
    Same,
}

/// What the typed address says, the worst first. Far is no exclusion: old addresses remain in registers.
#[derive(PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
pub(super) enum Place {
    /// Another municipality.
    Far,
    /// No address was typed, or none is registered.
    Unknown,
    /// The same municipality.
    Near,
    /// The same down to the block number.
    Same,
}

impl From<AddressLikeness> for Place {
    fn from(likeness: AddressLikeness) -> Self {
        match likeness {
            AddressLikeness::Different | AddressLikeness::SamePrefecture => Self::Far,
            AddressLikeness::Unknown => Self::Unknown,
            AddressLikeness::SameMunicipality => Self::Near,
            AddressLikeness::Same => Self::Same,
        }
    }
}

/// All that speaks for one person. Field order is the ranking.
#[derive(PartialEq, Eq, PartialOrd, Ord, Clone)]
pub(super) struct Evidence {
    pub(super) tier: NameTier,
    pub(super) insurer: Insurer,
    pub(super) place: Place,
    pub(super) keys: Vec<MatchKey>,
}

impl Evidence {
    /// True when more than the name speaks for the person.
    pub(super) fn is_supported(&self) -> bool {
        self.insurer == Insurer::Same || self.place >= Place::Near
    }

    /// True when typed insurer or address speak for this person against the other, and neither the other way round.
    fn is_told_apart_from(&self, other: &Self) -> bool {
        self.has_better_field(other) && !other.has_better_field(self)
    }

    fn has_better_field(&self, other: &Self) -> bool {
        let insurer = self.insurer == Insurer::Same && other.insurer == Insurer::Differs;
        let place = match (self.place, other.place) {
            (Place::Near | Place::Same, Place::Far) | (Place::Same, Place::Near) => true,
            // An unknown address could be the typed one.
            _ => false,
        };
        insurer || place
    }

    /// True when the other could be who was typed although this one is.
    ///
    /// A name met in part is no rival to the full name, unless insurer or address prefer it: then the
    /// typed name may be the one before a marriage.
    fn has_rival(&self, other: &Self) -> bool {
        let may_be_typed = other.tier >= NameTier::Loose
            || self.tier < NameTier::ExactBirthPartial
            || other.is_told_apart_from(self);
        may_be_typed && !self.is_told_apart_from(other)
    }

    /// Names the keys that met.
    pub(super) fn explain(&self) -> Explanation {
        let mut keys = self.keys.clone();
        keys.sort_unstable();
        keys.dedup();
        let needs_spoken_confirmation = self.tier != NameTier::Exact
            || !self.is_supported()
            || self.insurer == Insurer::Differs;
        Explanation { keys, needs_spoken_confirmation }
    }
}

/// What ranking leaves.
pub(super) enum Standing<'a> {
    /// Nobody.
    Nobody,
    /// One person without a rival.
    Clear(PersonId, &'a Evidence),
    /// These cannot be told apart.
    Contested(Vec<PersonId>),
}

/// Ranks the survivors: the best tier leads, and a leader is clear when nobody else could be who was typed.
pub(super) fn rank<C>(survivors: &Survivors<C, Evidence>) -> Standing<'_> {
    let evidence: BTreeMap<_, _> = survivors.iter().map(|(id, s)| (*id, &s.evidence)).collect();
    let Some(best) = evidence.values().map(|e| e.tier).max() else { return Standing::Nobody };
    let leads = |e: &Evidence| e.tier == best;
    let rivals = |id: PersonId, e: &Evidence| {
        evidence.iter().filter(|(other, o)| **other != id && e.has_rival(o)).count()
    };
    let mut clear = evidence.iter().filter(|(id, e)| leads(e) && rivals(**id, e) == 0);
    if let (Some((id, e)), None) = (clear.next(), clear.next()) {
        return Standing::Clear(*id, e);
    }
    let contested = evidence.iter().filter(|(id, e)| {
        let is_rival =
            |(other, o): (&PersonId, &&Evidence)| other != *id && leads(o) && o.has_rival(e);
        leads(e) || evidence.iter().any(is_rival)
    });
    Standing::Contested(contested.map(|(id, _)| *id).collect())
}
