//! What the index holds of a person, with the keys that the publisher folded.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::names::{FoldedName, digits_key, symbol_key};
use crate::record::{Coverage, InsurerNumber, NameUse, Person, PersonId, Sex};
use crate::time::PartialDate;

/// One person as the index holds them. A packed index implements this over its own bytes: everything is borrowed, and
/// nothing has to be allocated. Implemented for references too.
pub trait Candidate {
    /// Who it is.
    fn person(&self) -> PersonId;
    /// Sex as registered.
    fn sex(&self) -> Sex;
    /// Birth date as registered.
    fn birth(&self) -> PartialDate;
    /// Address as registered, unfolded; may be empty.
    fn address(&self) -> &str;
    /// Postal code as registered; may be empty.
    fn postal_code(&self) -> &str;
    /// All names: registered, in use, former.
    fn names(&self) -> impl Iterator<Item = NameView<'_>>;
    /// Coverages of any period: an old card identifies a person too.
    fn coverages(&self) -> impl Iterator<Item = CoverageView<'_>>;
}

/// One name of a candidate.
#[derive(Clone, Copy)]
pub struct NameView<'a> {
    /// What the name is used for.
    pub name_use: NameUse,
    /// As registered in writing, unfolded.
    pub written: &'a str,
    /// The reading as registered, unfolded; may be empty.
    pub reading: &'a str,
    /// K1, empty when no reading is registered.
    pub kana: &'a str,
    /// K3, when there is one.
    pub given: Option<&'a str>,
    /// KJ, empty when no written name is registered.
    pub kanji: &'a str,
}

impl<'a> NameView<'a> {
    /// What the kana key was folded from: a name without a reading is its own, see [`FoldedName::fold`].
    pub(super) const fn spoken(&self) -> &'a str {
        if self.reading.is_empty() { self.written } else { self.reading }
    }
}

/// One coverage of a candidate.
#[derive(Clone, Copy)]
pub struct CoverageView<'a> {
    /// The insurer.
    pub insurer: InsurerNumber,
    /// [`symbol_key`] of the symbol.
    pub symbol: &'a str,
    /// [`digits_key`] of the number.
    pub number: &'a str,
    /// Branch, when there is one.
    pub branch: Option<u8>,
}

impl<C: Candidate> Candidate for &C {
    fn person(&self) -> PersonId {
        (**self).person()
    }
    fn sex(&self) -> Sex {
        (**self).sex()
    }
    fn birth(&self) -> PartialDate {
        (**self).birth()
    }
    fn address(&self) -> &str {
        (**self).address()
    }
    fn postal_code(&self) -> &str {
        (**self).postal_code()
    }
    fn names(&self) -> impl Iterator<Item = NameView<'_>> {
        (**self).names()
    }
    fn coverages(&self) -> impl Iterator<Item = CoverageView<'_>> {
        (**self).coverages()
    }
}

/// A person with folded keys, owned: what the publisher writes, and a candidate as it stands.
#[derive(Clone, PartialEq, Eq)]
pub struct FoldedPerson {
    /// The person as registered.
    pub person: Person,
    /// Keys of `person.names`, in the same order.
    pub names: Vec<FoldedName>,
    /// Keys of `person.coverages`, in the same order.
    pub coverages: Vec<FoldedCoverage>,
}

/// The folded symbol and number of one coverage.
#[derive(Clone, PartialEq, Eq)]
pub struct FoldedCoverage {
    /// [`symbol_key`] of the symbol.
    pub symbol: String,
    /// [`digits_key`] of the number.
    pub number: String,
}

impl FoldedCoverage {
    /// Folds a coverage.
    #[must_use]
    pub fn fold(coverage: &Coverage) -> Self {
        Self { symbol: symbol_key(&coverage.symbol), number: digits_key(&coverage.number) }
    }
}

impl FoldedPerson {
    /// Folds all names and coverages of a person.
    #[must_use]
    pub fn fold(person: Person) -> Self {
        let names = person.names.iter().map(FoldedName::fold).collect();
        let coverages = person.coverages.iter().map(FoldedCoverage::fold).collect();
        Self { person, names, coverages }
    }
}

impl Candidate for FoldedPerson {
    fn person(&self) -> PersonId {
        self.person.id
    }
    fn sex(&self) -> Sex {
        self.person.sex
    }
    fn birth(&self) -> PartialDate {
        self.person.birth
    }
    fn address(&self) -> &str {
        &self.person.address
    }
    fn postal_code(&self) -> &str {
        &self.person.postal_code
    }
    fn names(&self) -> impl Iterator<Item = NameView<'_>> {
        self.person.names.iter().zip(&self.names).map(|(name, folded)| NameView {
            name_use: name.name_use,
            written: &name.kanji,
            reading: &name.kana,
            kana: &folded.kana,
            given: folded.given.as_deref(),
            kanji: &folded.kanji,
        })
    }
    fn coverages(&self) -> impl Iterator<Item = CoverageView<'_>> {
        self.person.coverages.iter().zip(&self.coverages).map(|(coverage, folded)| CoverageView {
            insurer: coverage.insurer,
            symbol: &folded.symbol,
            number: &folded.number,
            branch: coverage.branch,
        })
    }
}

impl fmt::Debug for FoldedPerson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FoldedPerson(hidden)")
    }
}

impl fmt::Debug for FoldedCoverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FoldedCoverage(hidden)")
    }
}
