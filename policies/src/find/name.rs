//! The name path: birth date and sex are hard, the name decides, address and insurer raise or lower.

use alloc::vec::Vec;

use super::rank::{Evidence, Insurer, NameTier, Place, Standing, rank};
use super::survivors::{Survivors, gather};
use super::typed::TypedName;
use super::{Ask, Candidate, Match, MatchKey, NameQuery, Outcome, ask};
use crate::names::{AddressKey, address_key, has_kanji, has_long_mark};
use crate::record::Sex;

pub(super) fn find<C: Candidate>(
    query: &NameQuery,
    candidates: impl Iterator<Item = C>,
) -> Outcome {
    if query.check_form().is_err() {
        return Outcome::None;
    }
    let asked = Asked { query, name: TypedName::new(&query.name), address: query.typed_address() };
    let survivors = gather(candidates, |candidate| asked.weigh(candidate));
    match rank(&survivors) {
        Standing::Nobody => Outcome::None,
        Standing::Clear(person, evidence) if asked.decides(evidence) => {
            Outcome::One(Match { person, explanation: evidence.explain() })
        }
        Standing::Clear(..) => Outcome::Several(asked.ask_for_certainty(&survivors)),
        Standing::Contested(persons) => {
            let views: Vec<&[C]> =
                persons.iter().filter_map(|id| survivors.get(id)).map(|s| &*s.views).collect();
            Outcome::Several(ask::choose(&asked.fields(), &views, |_| true))
        }
    }
}

/// The query, folded once.
struct Asked<'a> {
    query: &'a NameQuery,
    name: TypedName<'a>,
    address: Option<AddressKey>,
}

impl Asked<'_> {
    fn weigh<C: Candidate>(&self, candidate: &C) -> Option<Evidence> {
        let birth_known = candidate.birth().day().is_some();
        if !candidate.birth().covers(self.query.birth)
            || !candidate.sex().agrees_with(self.query.sex)
        {
            return None;
        }
        // Of two names that meet alike the one with fewer reservations counts: registered before former.
        let met = candidate.names().filter_map(|name| self.name.meet(&name));
        let (tier, keys) = met.max_by(|a, b| a.0.cmp(&b.0).then_with(|| b.1.cmp(&a.1)))?;
        let tier = match tier {
            NameTier::Exact if !birth_known => NameTier::ExactBirthPartial,
            tier => tier,
        };
        let mut evidence =
            Evidence { tier, insurer: self.insurer(candidate), place: self.place(candidate), keys };
        // Part of a name, or of a birth date, needs more than itself; a loose match needs the whole birth date.
        let stays = match tier {
            NameTier::Exact => true,
            NameTier::ExactBirthPartial => evidence.is_supported(),
            NameTier::Part => birth_known && evidence.is_supported(),
            NameTier::Loose | NameTier::Wildcard => birth_known,
        };
        evidence.keys.extend(field_keys(&evidence));
        evidence.keys.extend((!birth_known).then_some(MatchKey::BirthPartial));
        evidence.keys.extend((candidate.sex() == Sex::NotSet).then_some(MatchKey::SexNotSet));
        stays.then_some(evidence)
    }

    fn insurer<C: Candidate>(&self, candidate: &C) -> Insurer {
        match self.query.insurer {
            None => Insurer::NotTyped,
            Some(typed) if candidate.coverages().any(|c| c.insurer == typed) => Insurer::Same,
            Some(_) => Insurer::Differs,
        }
    }

    fn place<C: Candidate>(&self, candidate: &C) -> Place {
        self.address.as_ref().map_or(Place::Unknown, |typed| {
            typed.similarity(&address_key(candidate.address())).into()
        })
    }

    /// False for a reading with a long mark that nothing else supports: オーノ also finds オノ, who is somebody else.
    fn decides(&self, evidence: &Evidence) -> bool {
        let over_match = self.name.is_kana() && has_long_mark(&self.query.name);
        !over_match || evidence.is_supported()
    }

    /// What would make the only candidate certain.
    fn ask_for_certainty<C: Candidate>(&self, survivors: &Survivors<C, Evidence>) -> Ask {
        let mut names = survivors.values().flat_map(|s| &s.views).flat_map(C::names);
        if names.any(|name| has_kanji(name.written)) {
            Ask::KanjiName
        } else if self.query.insurer.is_none() {
            Ask::Insurer
        } else if self.address.is_none() {
            Ask::Address
        } else {
            Ask::Papers
        }
    }

    /// What could still be asked.
    fn fields(&self) -> Vec<Ask> {
        let mut fields = Vec::new();
        if self.query.insurer.is_none() {
            fields.push(Ask::Insurer);
        }
        if self.name.leaves_kanji_open() {
            fields.push(Ask::KanjiName);
        }
        // A municipality alone can still become a whole address.
        if self.address.as_ref().is_none_or(|a| a.rest.is_empty() || a.municipality.is_none()) {
            fields.push(Ask::Address);
        }
        fields.extend([Ask::GivenName, Ask::KanaName, Ask::CardNumber]);
        fields
    }
}

fn field_keys(evidence: &Evidence) -> impl Iterator<Item = MatchKey> + use<> {
    let place = match evidence.place {
        Place::Same => Some(MatchKey::AddressSame),
        Place::Near => Some(MatchKey::AddressMunicipality),
        Place::Far | Place::Unknown => None,
    };
    let insurer = match evidence.insurer {
        Insurer::Same => Some(MatchKey::InsurerSame),
        Insurer::Differs => Some(MatchKey::InsurerDiffers),
        Insurer::NotTyped => None,
    };
    place.into_iter().chain(insurer)
}
