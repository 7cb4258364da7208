//! The fields of a view.

use core::fmt;

use crate::category::Category;

macro_rules! fields {
    ($($(#[doc = $doc:literal])+ $name:ident = $word:literal, $category:expr;)+) => {
        /// One field of a view, a sheet or a slip.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Field {
            /// Every field, in the order of display.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The stable word used in tables, JSON and message ids.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }

            /// The category it belongs to; none for who the person is, and for who looked.
            #[must_use]
            pub const fn category(self) -> Option<Category> {
                match self {
                    $(Self::$name => $category,)+
                }
            }
        }
    };
}

const ELIGIBILITY: Option<Category> = Some(Category::Eligibility);
const MEDICATION: Option<Category> = Some(Category::Medication);
const CHECKUP: Option<Category> = Some(Category::Checkup);

fields! {
    /// Name in kanji.
    Name = "name", None;
    /// Name in kana.
    NameKana = "name-kana", None;
    /// Sex.
    Sex = "sex", None;
    /// Birth date.
    BirthDate = "birth-date", None;
    /// Age.
    Age = "age", None;
    /// Insurer number.
    InsurerNumber = "insurer-number", None;
    /// Symbol (記号); absent for the late elderly.
    Symbol = "symbol", None;
    /// Number (番号).
    Number = "number", None;
    /// Branch (枝番); absent for the late elderly.
    Branch = "branch", None;

    /// Name of the insurer.
    InsurerName = "insurer-name", ELIGIBILITY;
    /// From when to when the coverage holds.
    CoveragePeriod = "coverage-period", ELIGIBILITY;
    /// Kind of card.
    CardClass = "card-class", ELIGIBILITY;
    /// Insured or family.
    Relation = "relation", ELIGIBILITY;
    /// The patient's share.
    BurdenRatio = "burden-ratio", ELIGIBILITY;
    /// Why the coverage ended.
    LossReason = "loss-reason", ELIGIBILITY;
    /// Address as known to the insurer.
    Address = "address", ELIGIBILITY;

    /// Day of dispensing (調剤年月日).
    DispensingDate = "dispensing-date", MEDICATION;
    /// Whether this facility or another prescribed (処方医療機関識別).
    PrescriberMark = "prescriber-mark", MEDICATION;
    /// In-house or outside prescription (処方区分).
    PrescriptionClass = "prescription-class", MEDICATION;
    /// Use class (使用区分).
    UseClass = "use-class", MEDICATION;
    /// Name of the drug (医薬品名).
    DrugName = "drug-name", MEDICATION;
    /// Name of the ingredient (成分名).
    Ingredient = "ingredient", MEDICATION;
    /// How to take it (用法).
    Usage = "usage", MEDICATION;
    /// Dose (用量).
    Dose = "dose", MEDICATION;
    /// Dispensed quantity (調剤数量).
    DispensedQuantity = "dispensed-quantity", MEDICATION;
    /// Name of the hospital or pharmacy, prescribing or dispensing.
    InstitutionName = "institution-name", MEDICATION;
    /// What a generic would save.
    Savings = "savings", MEDICATION;

    /// Day of the exam.
    ExamDate = "exam-date", CHECKUP;
    /// Results of the exam: history, body measures, blood, urine, ECG, fundus.
    CheckupResults = "checkup-results", CHECKUP;
    /// Answers of the questionnaire.
    Questionnaire = "questionnaire", CHECKUP;
    /// Metabolic-syndrome class.
    MetabolicClass = "metabolic-class", CHECKUP;
    /// Guidance class (特定保健指導).
    GuidanceClass = "guidance-class", CHECKUP;
    /// How far the insurer has registered checkups.
    CheckupRegistration = "checkup-registration", CHECKUP;
    /// Name of the institution that did the checkup.
    CheckupInstitution = "checkup-institution", CHECKUP;

    /// The facility that looked.
    ViewingFacility = "viewing-facility", None;
    /// When it looked.
    ViewedAt = "viewed-at", None;
    /// What it was shown: categories, no contents.
    CategoriesShown = "categories-shown", None;
    /// Who looked, by name. On no paper and no screen; the journal holds the badge.
    StaffName = "staff-name", None;
}

impl Field {
    /// The field with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|field| field.as_str() == word)
    }

    const fn bit(self) -> u64 {
        1 << self as u32
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

// One bit a field.
const _: () = assert!(Field::ALL.len() <= 64);

/// A set of fields.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct FieldSet(u64);

impl FieldSet {
    /// True when the field is shown.
    #[must_use]
    pub const fn contains(self, field: Field) -> bool {
        self.0 & field.bit() != 0
    }

    /// True when nothing is shown.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The fields, in the order of display.
    pub fn iter(self) -> impl Iterator<Item = Field> {
        Field::ALL.iter().copied().filter(move |field| self.contains(*field))
    }
}

impl FromIterator<Field> for FieldSet {
    fn from_iter<I: IntoIterator<Item = Field>>(fields: I) -> Self {
        Self(fields.into_iter().fold(0, |bits, field| bits | field.bit()))
    }
}

impl fmt::Debug for FieldSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}
