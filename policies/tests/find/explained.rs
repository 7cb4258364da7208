//! What an explanation claims, worked out again from the query and the person alone.

use tomoshibi_policies::find::{
    Candidate, Explanation, FoldedPerson, MatchKey, NameQuery, NameView,
};
use tomoshibi_policies::names::{
    AddressLikeness, address_key, given_kana, kana_key, kanji_key, kanji_keys_match,
    wide_kana_keys_match,
};
use tomoshibi_policies::record::{NameUse, Sex};

use MatchKey::{
    AddressMunicipality, AddressSame, Alias, BirthPartial, FormerName, GivenKana, InsurerDiffers,
    InsurerSame, KanaExact, KanaWide, Kanji, KanjiVariant, KanjiWildcard, NameOrder, NamePart,
    Romaji, SexNotSet,
};

/// Keys of a name that meet it exactly, and those that only come near.
const EXACT: [MatchKey; 3] = [KanaExact, Kanji, KanjiVariant];
const NEAR: [MatchKey; 6] = [KanaWide, KanjiWildcard, NameOrder, Romaji, GivenKana, NamePart];

/// Fails when a key is claimed that does not hold, or missing although it does.
pub(crate) fn check(query: &NameQuery, one: &FoldedPerson, explanation: &Explanation) {
    let claims = |key: MatchKey| explanation.keys.contains(&key);
    let near = NEAR.into_iter().filter(|&key| claims(key)).count();
    let exact = EXACT.into_iter().any(claims);
    assert_ne!(exact, near > 0, "a name meets exactly or nearly: {explanation:?}");
    assert!(near <= 1 || (claims(Romaji) && claims(NameOrder)), "{explanation:?}");
    assert!(exact || explanation.needs_spoken_confirmation, "{explanation:?}");
    assert!(explanation.keys.is_sorted_by(|a, b| a < b), "{explanation:?}");

    let name_use = match (claims(Alias), claims(FormerName)) {
        (false, false) => NameUse::Registered,
        (true, false) => NameUse::Alias,
        (false, true) => NameUse::Former,
        (true, true) => panic!("two names at once: {explanation:?}"),
    };
    let meets = |name: &NameView<'_>| {
        EXACT.into_iter().chain(NEAR).all(|key| !claims(key) || holds(key, &query.name, name))
    };
    assert!(one.names().filter(|name| name.name_use == name_use).any(|name| meets(&name)));

    let insurer = |typed| one.coverages().any(|coverage| coverage.insurer == typed);
    assert_eq!(claims(InsurerSame), query.insurer.is_some_and(insurer));
    assert_eq!(claims(InsurerDiffers), query.insurer.is_some_and(|typed| !insurer(typed)));
    let registered = address_key(&one.person.address);
    let likeness = query.address.as_deref().map(|typed| address_key(typed).similarity(&registered));
    assert_eq!(claims(AddressSame), likeness == Some(AddressLikeness::Same));
    assert_eq!(claims(AddressMunicipality), likeness == Some(AddressLikeness::SameMunicipality));
    assert_eq!(claims(BirthPartial), one.person.birth.day().is_none());
    assert_eq!(claims(SexNotSet), one.person.sex == Sex::NotSet);
}

fn holds(key: MatchKey, typed: &str, name: &NameView<'_>) -> bool {
    let (kana, kanji) = (kana_key(typed), kanji_key(typed));
    match key {
        // A name without a reading that is written in kana is its own.
        KanaExact => kana == name.kana || kana == name.kanji,
        KanaWide => kana != name.kana && wide_kana_keys_match(&kana, name.kana),
        Romaji => kana.is_ascii() != name.kana.is_ascii(),
        NameOrder => {
            let turned = |key: &str, other: &str| key != other && letters(key) == letters(other);
            // Letters against kana share nothing that could be counted.
            turned(&kana, name.kana) || turned(&kanji, name.kanji) || holds(Romaji, typed, name)
        }
        GivenKana => given_kana(typed).as_deref() == name.given,
        NamePart => kana.len() != name.kana.len() || kanji.len() != name.kanji.len(),
        Kanji | KanjiVariant => kanji == name.kanji,
        KanjiWildcard => {
            let gap = kanji.contains('●') || name.kanji.contains('●');
            gap && kanji_keys_match(&kanji, name.kanji)
        }
        other => panic!("{other:?} is no key of a name"),
    }
}

fn letters(key: &str) -> Vec<char> {
    let mut letters: Vec<char> = key.chars().collect();
    letters.sort_unstable();
    letters
}
