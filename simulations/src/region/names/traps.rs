//! Every difficulty that real registers hold, with the rate at which a region has it.
//!
//! One table, [`TRAPS`]: changing a rate changes the region and its golden digest. A person's
//! tags stand in `truth.jsonl` under `traps`. Source of the difficulties: handbook section 7.

use serde::Serialize;

/// A difficulty in somebody's registration, name or claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the table beside it says what each one is")]
pub enum Trap {
    SmallKanaLarge,
    KanaCorrected,
    FullWidthKana,
    VuKana,
    ZuDu,
    VoicedMark,
    LongVowel,
    VariantKanji,
    OutsideCodePage,
    BlackCircle,
    MarriedName,
    Alias,
    ForeignKatakana,
    ForeignAlphabet,
    MissingSpace,
    SameNameSameBirth,
    Twin,
    ParentChildKana,
    SexNotSet,
    UnknownBirthDay,
    AddressAbsent,
    OldAddress,
    Moved,
    JobChange,
    NoSymbolNoBranch,
    OutOfPrefecture,
    PublicExpenseOnly,
    BranchWritten00,
    FailingCheckDigit,
}

/// A trap, its rate, and among whom.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct TrapRate {
    /// The trap.
    pub trap: Trap,
    /// Of 1,000 among [`Self::among`]; 1,000 where it follows from what the person is.
    pub per_mille: u32,
    /// Whom the rate counts.
    pub among: &'static str,
}

const fn rate(trap: Trap, per_mille: u32, among: &'static str) -> TrapRate {
    TrapRate { trap, per_mille, among }
}

/// All traps with their rates.
pub const TRAPS: &[TrapRate] = &[
    rate(Trap::SmallKanaLarge, 250, "people with a small kana (ショウイチ as シヨウイチ)"),
    rate(Trap::KanaCorrected, 120, "those of the former, corrected by the second delivery"),
    rate(Trap::FullWidthKana, 30, "people (kana registered in full width)"),
    rate(Trap::VuKana, 4, "people (given name with ヴ, half registered as バ行)"),
    rate(Trap::ZuDu, 300, "people whose kana has ヅ or ズ (registered the other way)"),
    rate(Trap::VoicedMark, 250, "people of a family with two readings (ヤマサキ, ヤマザキ)"),
    rate(Trap::LongVowel, 300, "people of a family with オオ (registered as オー)"),
    rate(Trap::VariantKanji, 350, "households of a family with a variant (髙 﨑 德 邉 齋 濵)"),
    rate(Trap::OutsideCodePage, 350, "households of 吉田 (written 𠮷田)"),
    rate(Trap::BlackCircle, 6, "people (one kanji registered as ●); also half of 𠮷田"),
    rate(
        Trap::MarriedName,
        40,
        "men of 20 to 54 alone or with a parent; women three times as often",
    ),
    rate(Trap::Alias, 400, "people with a foreign name in katakana"),
    rate(Trap::ForeignKatakana, 12, "households"),
    rate(Trap::ForeignAlphabet, 6, "households"),
    rate(Trap::MissingSpace, 60, "people (no space between family and given name)"),
    rate(Trap::SameNameSameBirth, 120, "blocks of 64 people (one pair with two insurers)"),
    rate(Trap::Twin, 60, "households with two children or more"),
    rate(Trap::ParentChildKana, 30, "households with a child of the first parent's sex"),
    rate(Trap::SexNotSet, 3, "people"),
    rate(Trap::UnknownBirthDay, 60, "people of 88 years or more"),
    rate(Trap::AddressAbsent, 120, "people"),
    rate(Trap::OldAddress, 50, "people"),
    rate(Trap::Moved, 12, "people (address changed between the deliveries)"),
    rate(Trap::JobChange, 90, "household plans of employees and 国保 over the history"),
    rate(Trap::NoSymbolNoBranch, 1000, "late-elderly insured"),
    rate(Trap::OutOfPrefecture, 15, "households (insurer and address elsewhere)"),
    rate(Trap::PublicExpenseOnly, 10, "households (claims without HO)"),
    rate(Trap::BranchWritten00, 80, "people of 国保 (facilities write branch 00)"),
    rate(Trap::FailingCheckDigit, 1000, "members of the insurers whose check digit fails"),
];

impl Trap {
    /// Its rate of 1,000.
    pub(crate) fn per_mille(self) -> u32 {
        TRAPS.iter().find(|row| row.trap == self).map_or(0, |row| row.per_mille)
    }
}
