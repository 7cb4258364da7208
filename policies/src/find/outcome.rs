//! What a search answers.

use alloc::vec::Vec;

use super::Ask;
use crate::record::PersonId;

/// None, one, or several. Neither who nor how many the several are is ever told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Nobody in this data.
    None,
    /// One candidate. Unique is not identified: see [`super::confirm`].
    One(Match),
    /// More than one may be meant, or the one is too uncertain: ask this next.
    Several(Ask),
}

/// The one candidate and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// Who it is.
    pub person: PersonId,
    /// Why.
    pub explanation: Explanation,
}

/// Which keys met. Journalled with the search, shown in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The keys, sorted, each once.
    pub keys: Vec<MatchKey>,
    /// True when staff must have the match confirmed aloud before anything is shown: a wide net, letters read as
    /// kana, another order of the name, part of a name, a ●, an unknown birth day, an insurer that is none of the person's, or nothing but the name speaks for it.
    pub needs_spoken_confirmation: bool,
}

/// One key that met, or one thing that limits the match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MatchKey {
    /// K1 equal.
    KanaExact,
    /// K2 equal only.
    KanaWide,
    /// Letters on one side read as the kana on the other.
    Romaji,
    /// Equal, or read alike, in another order of family, given and middle names.
    NameOrder,
    /// K3 equal only: the family name may have changed.
    GivenKana,
    /// Equal but for middle names that one of the two lacks.
    NamePart,
    /// Written with the same characters.
    Kanji,
    /// Written the same but for variants.
    KanjiVariant,
    /// Written the same where no ● stands.
    KanjiWildcard,
    /// The name that met is a former one.
    FormerName,
    /// The name that met is one in use beside the registered one.
    Alias,
    /// Address alike down to the block number.
    AddressSame,
    /// Municipality equal.
    AddressMunicipality,
    /// The insurer typed is one of the person's, of any period.
    InsurerSame,
    /// The insurer typed is none of the person's.
    InsurerDiffers,
    /// The register holds no sex.
    SexNotSet,
    /// The register holds only part of the birth date.
    BirthPartial,
    /// Insurer and number equal, and the symbol when one was typed.
    NumberExact,
    /// The coverage has a symbol and none was typed.
    SymbolMissing,
    /// The branch was not typed, or the coverage has none.
    BranchMissing,
}

impl MatchKey {
    /// The word in journal and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::KanaExact => "kana-exact",
            Self::KanaWide => "kana-wide",
            Self::Romaji => "romaji",
            Self::NameOrder => "name-order",
            Self::GivenKana => "given-kana",
            Self::NamePart => "name-part",
            Self::Kanji => "kanji",
            Self::KanjiVariant => "kanji-variant",
            Self::KanjiWildcard => "kanji-wildcard",
            Self::FormerName => "former-name",
            Self::Alias => "alias",
            Self::AddressSame => "address-same",
            Self::AddressMunicipality => "address-municipality",
            Self::InsurerSame => "insurer-same",
            Self::InsurerDiffers => "insurer-differs",
            Self::SexNotSet => "sex-not-set",
            Self::BirthPartial => "birth-partial",
            Self::NumberExact => "number-exact",
            Self::SymbolMissing => "symbol-missing",
            Self::BranchMissing => "branch-missing",
        }
    }
}
