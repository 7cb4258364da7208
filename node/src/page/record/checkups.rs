//! Checkups in words.

use crate::locale::Words;
use crate::view::{CheckupItemView, CheckupView, CheckupsView, FirstRowView, HistoryView};

/// All checkups in words, newest first.
pub(super) struct CheckupsWords {
    /// Why there is none here.
    pub(super) said: Vec<String>,
    pub(super) checkups: Vec<CheckupWords>,
}

/// One checkup.
pub(super) struct CheckupWords {
    /// The day of the exam and the programme.
    pub(super) title: String,
    pub(super) said: Vec<String>,
    pub(super) history: Vec<HistoryWords>,
    pub(super) first: Vec<FirstWords>,
    pub(super) rest: Vec<ItemWords>,
}

/// One question that changes care.
pub(super) struct HistoryWords {
    pub(super) id: String,
    pub(super) question: String,
    pub(super) answer: String,
    pub(super) yes: bool,
}

/// One of the items that stand first; without items, why.
pub(super) struct FirstWords {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) items: Vec<ItemWords>,
}

/// One item.
pub(super) struct ItemWords {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) reference: String,
    /// What the laboratory says of it, with a sign that needs no colour.
    pub(super) mark: String,
    pub(super) off: bool,
}

impl CheckupsWords {
    pub(super) fn new(words: Words, checkups: &CheckupsView) -> Self {
        Self {
            said: checkups.statements.iter().map(|said| words.said(said)).collect(),
            checkups: checkups.checkups.iter().map(|c| CheckupWords::new(words, c)).collect(),
        }
    }
}

impl CheckupWords {
    fn new(words: Words, checkup: &CheckupView) -> Self {
        let date = words.date(&checkup.exam_date).into();
        let program = words.program(&checkup.program).into();
        Self {
            title: words.with("checkup", [("date", date), ("program", program)]),
            said: checkup.statements.iter().map(|said| words.said(said)).collect(),
            history: checkup.history.iter().map(|one| history(words, one)).collect(),
            first: checkup.first_beside_history().map(|row| first(words, checkup, row)).collect(),
            rest: checkup.items_beside_first().map(|one| item(words, one)).collect(),
        }
    }
}

fn history(words: Words, history: &HistoryView) -> HistoryWords {
    HistoryWords {
        id: history.question.clone(),
        question: words.of(&history.question),
        answer: words.of(&format!("answer-{}", history.answer)),
        yes: history.answer == "yes",
    }
}

fn first(words: Words, checkup: &CheckupView, row: &FirstRowView) -> FirstWords {
    FirstWords {
        id: row.item.clone(),
        name: words.of(&row.item),
        items: checkup.items_of(row).map(|one| item(words, one)).collect(),
    }
}

fn item(words: Words, item: &CheckupItemView) -> ItemWords {
    let mark = item.interpretation.as_deref().map(|code| match code {
        "H" => words.of("page-mark-high"),
        "L" => words.of("page-mark-low"),
        "A" => words.of("page-mark-abnormal"),
        "N" => words.of("page-mark-normal"),
        _ => words.with("item-interpretation", [("code", code.into())]),
    });
    let judged = matches!(item.interpretation.as_deref(), Some("H" | "L" | "A"));
    ItemWords {
        name: item.name().to_owned(),
        value: words.value(item),
        reference: words.reference(item).unwrap_or_default(),
        mark: mark.unwrap_or_default(),
        off: judged || item.answer.as_deref() == Some("answer-found"),
    }
}
