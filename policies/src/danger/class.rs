//! High-risk classes, by the leading digits of the price-list code.
//!
//! A price-list code begins with the therapeutic class (薬効分類): the digits after 87 of the Japan Standard Commodity
//! Classification (日本標準商品分類, 1990). Two to four digits name a class; seven name an ingredient. The longest
//! prefix that fits decides.

use crate::record::Drug;

/// Why a drug is shown first. The order is the order of display.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DangerClass {
    /// Not in the master, or without a class there: it may be anything.
    Unknown,
    /// 333 血液凝固阻止剤.
    Anticoagulant,
    /// 3399 その他の血液・体液用薬: antiplatelets stand here, and a few others.
    Antiplatelet,
    /// 2492 すい臓ホルモン剤.
    Insulin,
    /// 396 糖尿病用剤.
    Antidiabetic,
    /// 811 and 821: narcotics from opium, and synthetic ones.
    Opioid,
    /// 113 抗てんかん剤, and 1125: barbiturates, where phenobarbital stands.
    Antiepileptic,
    /// 245 副腎ホルモン剤: corticosteroids, and adrenaline.
    Steroid,
    /// Ingredients of 3999 that are immunosuppressants: tacrolimus, methotrexate, mycophenolate.
    Immunosuppressant,
    /// The rest of 3999 (他に分類されない代謝性医薬品): other immunosuppressants stand here among harmless drugs.
    PossibleImmunosuppressant,
    /// 42 腫瘍用薬.
    Antineoplastic,
    /// 2113 ジギタリス製剤.
    Digitalis,
    /// 212 不整脈用剤: antiarrhythmics, and beta blockers.
    Antiarrhythmic,
    /// 1179017 lithium carbonate.
    Lithium,
}

/// Prefixes of price-list codes. Only those that are sure: a class whose digits are in doubt is left out, and its
/// drugs still stand in the list by date.
const PREFIXES: [(&str, DangerClass); 17] = [
    ("1125", DangerClass::Antiepileptic),
    ("113", DangerClass::Antiepileptic),
    ("1179017", DangerClass::Lithium),
    ("2113", DangerClass::Digitalis),
    ("212", DangerClass::Antiarrhythmic),
    ("245", DangerClass::Steroid),
    ("2492", DangerClass::Insulin),
    ("333", DangerClass::Anticoagulant),
    ("3399", DangerClass::Antiplatelet),
    ("396", DangerClass::Antidiabetic),
    ("3999", DangerClass::PossibleImmunosuppressant),
    ("3999014", DangerClass::Immunosuppressant), // tacrolimus
    ("3999016", DangerClass::Immunosuppressant), // methotrexate
    ("3999017", DangerClass::Immunosuppressant), // mycophenolate mofetil
    ("42", DangerClass::Antineoplastic),
    ("811", DangerClass::Opioid),
    ("821", DangerClass::Opioid),
];

impl DangerClass {
    /// Every class, in the order of display.
    pub const ALL: [Self; 14] = [
        Self::Unknown,
        Self::Anticoagulant,
        Self::Antiplatelet,
        Self::Insulin,
        Self::Antidiabetic,
        Self::Opioid,
        Self::Antiepileptic,
        Self::Steroid,
        Self::Immunosuppressant,
        Self::PossibleImmunosuppressant,
        Self::Antineoplastic,
        Self::Digitalis,
        Self::Antiarrhythmic,
        Self::Lithium,
    ];

    /// The word used in tables, JSON and message ids.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Anticoagulant => "anticoagulant",
            Self::Antiplatelet => "antiplatelet",
            Self::Insulin => "insulin",
            Self::Antidiabetic => "antidiabetic",
            Self::Opioid => "opioid",
            Self::Antiepileptic => "antiepileptic",
            Self::Steroid => "steroid",
            Self::Immunosuppressant => "immunosuppressant",
            Self::PossibleImmunosuppressant => "possible-immunosuppressant",
            Self::Antineoplastic => "antineoplastic",
            Self::Digitalis => "digitalis",
            Self::Antiarrhythmic => "antiarrhythmic",
            Self::Lithium => "lithium",
        }
    }
}

/// The class of a drug as the master tells it, `None` for one that is not shown first. A drug the master lacks, or
/// knows without a class, is [`DangerClass::Unknown`].
#[must_use]
pub fn classify(drug: Option<&Drug>) -> Option<DangerClass> {
    match drug {
        None => Some(DangerClass::Unknown),
        Some(drug) if drug.pseudo => None,
        Some(drug) => classify_code(drug.price_list_code.trim()),
    }
}

fn classify_code(code: &str) -> Option<DangerClass> {
    let class = code.get(0..4).filter(|class| class.bytes().all(|b| b.is_ascii_digit()));
    if class.is_none() {
        return Some(DangerClass::Unknown);
    }
    PREFIXES
        .iter()
        .filter(|(prefix, _)| code.starts_with(prefix))
        .max_by_key(|(prefix, _)| prefix.len())
        .map(|(_, class)| *class)
}
