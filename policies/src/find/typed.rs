//! The typed name, folded once, and how it meets a registered one.
//!
//! Exact keys come first. What is only alike is loose: misheard kana (K2), letters that read as the kana, the parts of the
//! name in another order. What meets in part is weaker still: the given name alone, or a name without its middle names.

use alloc::string::String;
use alloc::vec::Vec;

use super::rank::NameTier;
use super::{MatchKey, NameView};
use crate::names::{
    given_kana, has_kana, has_kanji, is_part_of_other, is_wildcard, kana_key, kanji_key,
    kanji_keys_match, name_parts, other_orders, reads_alike, wide_kana_keys_match, written_alike,
};
use crate::record::NameUse;

/// Fewest parts of a name of which one can be left out: family name, given name, and another.
const PARTS_WITH_MIDDLE_MIN: usize = 3;

/// A typed name and its keys.
pub(super) struct TypedName<'a> {
    written: &'a str,
    /// K1, when what was typed is a reading.
    kana: Option<String>,
    /// K3, likewise.
    given: Option<String>,
    kanji: String,
    /// Each part as K1 of a reading, else as KJ.
    parts: Vec<String>,
    /// KJ of the name in every other order of its parts; K1 instead for a reading.
    other_orders: Vec<String>,
}

impl<'a> TypedName<'a> {
    pub(super) fn new(written: &'a str) -> Self {
        let is_reading = !has_kanji(written);
        let key = if is_reading { kana_key } else { kanji_key };
        let parts = name_parts(written);
        // A ● in another order may hide any character in any place.
        let ordered = !written.contains(is_wildcard);
        Self {
            written,
            kana: is_reading.then(|| kana_key(written)),
            given: if is_reading { given_kana(written) } else { None },
            kanji: kanji_key(written),
            parts: parts.iter().map(|part| key(part)).collect(),
            other_orders: if ordered { fold_orders(&parts, key) } else { Vec::new() },
        }
    }

    /// True when the name in kanji would tell more.
    pub(super) fn leaves_kanji_open(&self) -> bool {
        self.kana.is_some() || self.kanji.contains(is_wildcard)
    }

    /// True when kana was typed and no kanji.
    pub(super) fn is_kana(&self) -> bool {
        self.kana.as_deref().is_some_and(has_kana)
    }

    /// How this name meets a registered one, and by which keys.
    pub(super) fn meet(&self, name: &NameView<'_>) -> Option<(NameTier, Vec<MatchKey>)> {
        let (tier, mut keys) = self.meet_exactly(name).or_else(|| self.meet_roughly(name))?;
        match name.name_use {
            NameUse::Registered => {}
            NameUse::Alias => keys.push(MatchKey::Alias),
            NameUse::Former => keys.push(MatchKey::FormerName),
        }
        Some((tier, keys))
    }

    fn meet_exactly(&self, name: &NameView<'_>) -> Option<(NameTier, Vec<MatchKey>)> {
        let keys = self.exact_keys(name);
        if !keys.is_empty() {
            return Some((NameTier::Exact, keys));
        }
        let wildcard = self.kana.is_none() && kanji_keys_match(&self.kanji, name.kanji);
        wildcard.then(|| (NameTier::Wildcard, Vec::from([MatchKey::KanjiWildcard])))
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

    fn meet_roughly(&self, name: &NameView<'_>) -> Option<(NameTier, Vec<MatchKey>)> {
        let misheard = || {
            let meets = |kana: &String| wide_kana_keys_match(kana, name.kana);
            self.kana.as_ref().is_some_and(meets).then(|| Vec::from([MatchKey::KanaWide]))
        };
        let ordered = || self.is_ordered_otherwise(name).then(|| Vec::from([MatchKey::NameOrder]));
        let loose = misheard().or_else(ordered).or_else(|| self.romaji_keys(name));
        if let Some(keys) = loose {
            Some((NameTier::Loose, keys))
        } else if self.given.is_some() && self.given.as_deref() == name.given {
            Some((NameTier::Part, Vec::from([MatchKey::GivenKana])))
        } else {
            let in_part = self.is_part_of(name);
            in_part.then(|| (NameTier::Part, Vec::from([MatchKey::NamePart])))
        }
    }

    /// True when the two are one name in two orders of its parts. A name typed without spaces has the parts that the
    /// register gives it.
    fn is_ordered_otherwise(&self, name: &NameView<'_>) -> bool {
        let (typed, registered) = match &self.kana {
            // Letters may be the registered writing; kana never is more than the reading.
            Some(kana) if has_kana(kana) => (kana, Vec::from([(name.kana, name.spoken())])),
            Some(letters) => {
                (letters, Vec::from([(name.kana, name.spoken()), (name.kanji, name.written)]))
            }
            None => (&self.kanji, Vec::from([(name.kanji, name.written)])),
        };
        registered.into_iter().any(|(key, text)| {
            // Another order has as many bytes, which tells nearly everybody apart at once.
            let comparable = typed.len() == key.len();
            comparable
                && match self.parts.len() {
                    0 | 1 => self.orders_of(text).contains(typed),
                    _ => self.other_orders.iter().any(|order| order == key),
                }
        })
    }

    /// The keys of letters that read as the kana, in the order typed or in another.
    fn romaji_keys(&self, name: &NameView<'_>) -> Option<Vec<MatchKey>> {
        let typed = self.kana.as_ref()?;
        // Kana meet letters; two readings of one kind would only cost time.
        if has_kana(typed) == has_kana(name.kana) {
            return None;
        }
        if reads_alike(typed, name.kana) {
            return Some(Vec::from([MatchKey::Romaji]));
        }
        let ordered = match self.parts.len() {
            0 | 1 => self.orders_of(name.spoken()).iter().any(|order| reads_alike(typed, order)),
            _ => self.other_orders.iter().any(|order| reads_alike(order, name.kana)),
        };
        ordered.then(|| Vec::from([MatchKey::Romaji, MatchKey::NameOrder]))
    }

    /// True when one of the two lacks nothing but middle names of the other.
    fn is_part_of(&self, name: &NameView<'_>) -> bool {
        let is_part = |text: &str| {
            let most = self.parts.len().max(text.split_whitespace().count());
            // Nearly all names have two parts: those are not even folded.
            let has_middle = most >= PARTS_WITH_MIDDLE_MIN || text.contains(['・', '･', ',']);
            has_middle && is_part_of_other(&self.parts, &self.folded_parts(text))
        };
        match &self.kana {
            Some(kana) if has_kana(kana) => is_part(name.spoken()),
            Some(_) => is_part(name.written) || is_part(name.spoken()),
            None => is_part(name.written),
        }
    }

    fn folded_parts(&self, text: &str) -> Vec<String> {
        name_parts(text).iter().map(|part| self.fold(part)).collect()
    }

    fn orders_of(&self, text: &str) -> Vec<String> {
        fold_orders(&name_parts(text), |text| self.fold(text))
    }

    /// Folds as this name was folded.
    fn fold(&self, text: &str) -> String {
        if self.kana.is_some() { kana_key(text) } else { kanji_key(text) }
    }
}

fn fold_orders(parts: &[String], key: impl Fn(&str) -> String) -> Vec<String> {
    other_orders(parts).iter().map(|order| key(order)).collect()
}
