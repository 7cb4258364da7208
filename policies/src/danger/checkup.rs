//! What of a checkup is shown first.

use alloc::vec::Vec;

use super::answer::{Answer, meaning};
use crate::record::{Checkup, CheckupItem, CheckupValue, ItemCode};

/// The items shown first, in the order of display.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FirstItem {
    /// Past stroke (既往歴1).
    Stroke,
    /// Past heart disease (既往歴2).
    Heart,
    /// Past kidney failure or dialysis (既往歴3).
    Kidney,
    /// Takes drugs for blood pressure (服薬1).
    PressureDrug,
    /// Takes drugs for blood sugar (服薬2).
    SugarDrug,
    /// Takes drugs for lipids (服薬3).
    LipidDrug,
    /// Systolic pressure: mean of two, first, second.
    Systolic,
    /// Diastolic pressure: mean of two, first, second.
    Diastolic,
    /// HbA1c, NGSP. The old JDS value has another scale and another code, and is not taken for it.
    Hba1c,
    /// Serum creatinine.
    Creatinine,
    /// eGFR.
    Egfr,
    /// Haemoglobin.
    Haemoglobin,
    /// ECG: finding and text.
    Ecg,
}

impl FirstItem {
    /// Every item, in the order of display.
    pub const ALL: [Self; 13] = [
        Self::Stroke,
        Self::Heart,
        Self::Kidney,
        Self::PressureDrug,
        Self::SugarDrug,
        Self::LipidDrug,
        Self::Systolic,
        Self::Diastolic,
        Self::Hba1c,
        Self::Creatinine,
        Self::Egfr,
        Self::Haemoglobin,
        Self::Ecg,
    ];

    /// One code for each test; other methods of the same test are found by [`ItemCode::is_same_test`].
    const fn codes(self) -> &'static [&'static str] {
        match self {
            Self::Stroke => &["9N716000000000011"],
            Self::Heart => &["9N721000000000011"],
            Self::Kidney => &["9N726000000000011"],
            Self::PressureDrug => &["9N701000000000011"],
            Self::SugarDrug => &["9N706000000000011"],
            Self::LipidDrug => &["9N711000000000011"],
            Self::Systolic => &["9A755000000000001", "9A751000000000001", "9A752000000000001"],
            Self::Diastolic => &["9A765000000000001", "9A761000000000001", "9A762000000000001"],
            Self::Hba1c => &["3D046000001906202"],
            Self::Creatinine => &["3C015000002327101"],
            Self::Egfr => &["8A065000002391901"],
            Self::Haemoglobin => &["2A030000001930101"],
            Self::Ecg => &["9A110160700000011", "9A110160800000049"],
        }
    }

    /// True when `code` is this item.
    #[must_use]
    pub fn is(self, code: ItemCode) -> bool {
        self.codes().iter().any(|own| ItemCode::parse(own).is_ok_and(|own| own.is_same_test(&code)))
    }
}

/// One row: the item, and what the checkup holds for it. An empty row is shown, as "not in this checkup".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstRow<'a> {
    /// The item.
    pub item: FirstItem,
    /// What was found, in the order of the file.
    pub found: Vec<&'a CheckupItem>,
}

/// The rows to show first, all of them, in the order of display.
#[must_use]
pub fn first_rows(checkup: &Checkup) -> Vec<FirstRow<'_>> {
    let row = |item: FirstItem| FirstRow {
        item,
        found: checkup.items.iter().filter(|found| item.is(found.code)).collect(),
    };
    FirstItem::ALL.into_iter().map(row).collect()
}

/// A question of the sheet that changes care.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum History {
    /// Stroke.
    Stroke,
    /// Heart disease.
    Heart,
    /// Kidney failure or dialysis.
    Kidney,
}

impl History {
    /// Every question.
    pub const ALL: [Self; 3] = [Self::Stroke, Self::Heart, Self::Kidney];

    const fn item(self) -> FirstItem {
        match self {
            Self::Stroke => FirstItem::Stroke,
            Self::Heart => FirstItem::Heart,
            Self::Kidney => FirstItem::Kidney,
        }
    }
}

/// What a checkup says to such a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HistoryAnswer {
    /// Yes.
    Yes,
    /// There is an answer that this version cannot decode: show it as written, as if it were a yes.
    Unreadable,
    /// The question was put and not answered.
    NotAnswered,
    /// The sheet has no such question: the late elderly have a sheet of their own. Not a "no".
    NotAsked,
    /// No.
    No,
}

impl HistoryAnswer {
    /// True when it belongs at the top.
    #[must_use]
    pub const fn is_danger(self) -> bool {
        matches!(self, Self::Yes | Self::Unreadable)
    }
}

/// What the checkup says. With several answers the gravest counts.
#[must_use]
pub fn history(checkup: &Checkup, question: History) -> HistoryAnswer {
    let answers = checkup.items.iter().filter(|item| question.item().is(item.code));
    answers.map(|item| history_answer(&item.value)).min().unwrap_or(HistoryAnswer::NotAsked)
}

fn history_answer(value: &CheckupValue) -> HistoryAnswer {
    match value {
        CheckupValue::Coded { code, list } => match meaning(*list, code) {
            Some(Answer::Yes) => HistoryAnswer::Yes,
            Some(Answer::No) => HistoryAnswer::No,
            _ => HistoryAnswer::Unreadable,
        },
        CheckupValue::NotDone | CheckupValue::Unmeasurable => HistoryAnswer::NotAnswered,
        CheckupValue::Quantity { .. } | CheckupValue::Text(_) => HistoryAnswer::Unreadable,
    }
}
