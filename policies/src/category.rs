//! Categories of data: those this system carries, and those it must name as not carried.
//!
//! Invariant: every view names [`NOT_CARRIED`], so that an absent category is never read as "nothing found".

use core::fmt;

/// A category of what the disaster viewing function shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// 資格情報.
    Eligibility,
    /// 薬剤情報, from claims.
    Medication,
    /// 特定健診, and the checkup of the late elderly.
    Checkup,
    /// 診療情報: procedures and treatment. Not carried.
    Treatment,
    /// 処方・調剤情報 of the e-prescription service. Not carried.
    Prescription,
}

/// The categories a node carries.
pub const CARRIED: [Category; 3] = [Category::Eligibility, Category::Medication, Category::Checkup];

/// The categories the central function shows and a node does not carry.
pub const NOT_CARRIED: [Category; 2] = [Category::Treatment, Category::Prescription];

impl Category {
    /// Every category, carried or not.
    pub const ALL: [Self; 5] =
        [Self::Eligibility, Self::Medication, Self::Checkup, Self::Treatment, Self::Prescription];

    /// True when nodes hold this category.
    #[must_use]
    pub const fn is_carried(self) -> bool {
        matches!(self, Self::Eligibility | Self::Medication | Self::Checkup)
    }

    /// True for medical data, which needs consent or a vital interest. Eligibility needs neither.
    #[must_use]
    pub const fn is_medical(self) -> bool {
        !matches!(self, Self::Eligibility)
    }

    /// The word used in tables, orders and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Eligibility => "eligibility",
            Self::Medication => "medication",
            Self::Checkup => "checkup",
            Self::Treatment => "treatment",
            Self::Prescription => "prescription",
        }
    }

    /// The category with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.as_str() == word)
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_category_is_either_carried_or_named_as_not_carried() {
        for category in Category::ALL {
            assert_eq!(CARRIED.contains(&category), category.is_carried(), "{category}");
            assert_eq!(NOT_CARRIED.contains(&category), !category.is_carried(), "{category}");
            assert_eq!(Category::from_word(category.as_str()), Some(category));
        }
        assert_eq!(Category::from_word("surgery"), None);
    }

    #[test]
    fn only_eligibility_is_not_medical() {
        let medical = Category::ALL.into_iter().filter(|c| c.is_medical()).count();
        assert_eq!(medical, Category::ALL.len() - 1);
        assert!(!Category::Eligibility.is_medical());
    }
}
