//! What makes two records "the same one filed again", and how a tie is broken.

use core::cmp::Ordering;

use crate::record::{
    Checkup, CheckupItem, CheckupProgram, CheckupValue, MedicationLine, PersonId, Receipt,
    ReceiptKey, SourceOrder,
};
use crate::time::JstDate;

/// A record that a later filing replaces whole.
pub trait Record {
    /// What makes two records the same one filed again.
    type Key: Ord;

    /// The key.
    fn key(&self) -> Self::Key;

    /// When it came in.
    fn order(&self) -> SourceOrder;

    /// A total order of contents, which breaks the tie of two records with equal key and order. Which of them wins
    /// means nothing; that every node picks the same one does.
    fn compare_contents(&self, other: &Self) -> Ordering;
}

/// Key of a receipt among all people.
pub type PersonReceiptKey = (PersonId, ReceiptKey);

/// Key of a checkup.
pub type CheckupKey = (PersonId, JstDate, CheckupProgram);

impl Record for Receipt {
    type Key = PersonReceiptKey;

    fn key(&self) -> Self::Key {
        (self.person, self.key)
    }

    fn order(&self) -> SourceOrder {
        self.order
    }

    fn compare_contents(&self, other: &Self) -> Ordering {
        self.outside_prescriptions
            .cmp(&other.outside_prescriptions)
            .then_with(|| self.lines.iter().map(line_rank).cmp(other.lines.iter().map(line_rank)))
    }
}

fn line_rank(line: &MedicationLine) -> impl Ord {
    (
        (line.drug, line.amount, line.times, line.class),
        (line.treatment_class, line.form, line.dispensed, line.prescribed),
        (line.usage.code, &line.usage.text),
    )
}

impl Record for Checkup {
    type Key = CheckupKey;

    fn key(&self) -> Self::Key {
        (self.person, self.exam_date, self.program)
    }

    fn order(&self) -> SourceOrder {
        self.order
    }

    fn compare_contents(&self, other: &Self) -> Ordering {
        self.insurer
            .cmp(&other.insurer)
            .then_with(|| self.items.iter().map(item_rank).cmp(other.items.iter().map(item_rank)))
    }
}

fn item_rank(item: &CheckupItem) -> impl Ord {
    let value = match &item.value {
        CheckupValue::Quantity { value, unit } => (0, value.as_str(), unit.as_str(), 0),
        CheckupValue::Coded { code, list } => (1, code.as_str(), "", *list),
        CheckupValue::Text(text) => (2, text.as_str(), "", 0),
        CheckupValue::NotDone => (3, "", "", 0),
        CheckupValue::Unmeasurable => (4, "", "", 0),
    };
    (item.code, value, &item.interpretation, &item.reference)
}
