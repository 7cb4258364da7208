//! The name path: birth date and sex are hard, the name decides, address and insurer raise or lower.

use alloc::string::String;
use alloc::vec::Vec;

use super::rank::{Evidence, Insurer, NameTier, Place, Standing, rank};
use super::survivors::{Survivors, gather};
use super::{Ask, Candidate, Match, MatchKey, NameQuery, NameView, Outcome, ask};
use crate::names::{
    AddressKey, address_key, given_kana, has_kana, has_kanji, has_long_mark, is_wildcard, kana_key,
    kanji_key, kanji_keys_match, wide_kana_keys_match, written_alike,
};
use crate::record::{NameUse, Sex};

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

/// A typed name and its keys.
pub(super) struct TypedName<'a> {
    written: &'a str,
    /// K1, when what was typed is a reading.
    kana: Option<String>,
    /// K3, likewise.
    given: Option<String>,
    kanji: String,
}

impl<'a> TypedName<'a> {
    pub(super) fn new(written: &'a str) -> Self {
        let is_reading = !has_kanji(written);
        Self {
            written,
            kana: is_reading.then(|| kana_key(written)),
            given: if is_reading { given_kana(written) } else { None },
            kanji: kanji_key(written),
        }
    }

    /// How this name meets a registered one, and by which keys.
    pub(super) fn meet(&self, name: &NameView<'_>) -> Option<(NameTier, Vec<MatchKey>)> {
        let exact = self.exact_keys(name);
        let (tier, mut keys) = if !exact.is_empty() {
            (NameTier::Exact, exact)
        } else if self.kana.is_none() && kanji_keys_match(&self.kanji, name.kanji) {
            (NameTier::Wildcard, Vec::from([MatchKey::KanjiWildcard]))
        } else if self.kana.as_ref().is_some_and(|kana| wide_kana_keys_match(kana, name.kana)) {
            (NameTier::Wide, Vec::from([MatchKey::KanaWide]))
        } else if self.given.is_some() && self.given.as_deref() == name.given {
            (NameTier::GivenOnly, Vec::from([MatchKey::GivenKana]))
        } else {
            return None;
        };
        match name.name_use {
            NameUse::Registered => {}
            NameUse::Alias => keys.push(MatchKey::Alias),
            NameUse::Former => keys.push(MatchKey::FormerName),
        }
        Some((tier, keys))
    }

    fn exact_keys(&self, name: &NameView<'_>) -> Vec<MatchKey> {
        let mut keys = Vec::new();
        if self.kana.as_deref().is_some_and(|kana| !kana.is_empty() && kana == name.kana) {
            keys.push(MatchKey::KanaExact);
        }
        // Two ● in one place may hide two characters.
        let written = self.kanji == name.kanji && !self.kanji.contains(is_wildcard);
        if written && !self.kanji.is_empty() {
            keys.push(match written_alike(self.written, name.written) {
                // Typed and registered in kana is a reading still: its key lacks every ー.
                _ if self.is_kana() => MatchKey::KanaExact,
                true => MatchKey::Kanji,
                false => MatchKey::KanjiVariant,
            });
        }
        keys.dedup();
        keys
    }

    /// True when kana was typed and no kanji.
    fn is_kana(&self) -> bool {
        self.kana.as_deref().is_some_and(has_kana)
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
        // A given name, or part of a birth date, needs more than itself; the wide net needs the whole birth date.
        let stays = match tier {
            NameTier::Exact => true,
            NameTier::ExactBirthPartial => evidence.is_supported(),
            NameTier::GivenOnly => birth_known && evidence.is_supported(),
            NameTier::Wide | NameTier::Wildcard => birth_known,
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
        if self.name.kana.is_some() || self.name.kanji.contains(is_wildcard) {
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
