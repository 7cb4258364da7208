//! Checkups: what changes care first, then everything, each with its exam date.

use serde::{Deserialize, Serialize};
use tomoshibi_policies::danger::answer::{Answer, meaning};
use tomoshibi_policies::danger::{FirstItem, History, HistoryAnswer, first_rows, history};
use tomoshibi_policies::disclosure::{Field, FieldSet};
use tomoshibi_policies::record::{Checkup, CheckupItem, CheckupProgram, CheckupValue};
use tomoshibi_policies::wording::{Statement, for_no_checkup};

use super::said::Said;
use super::{Sources, when};
use crate::masters::Masters;

/// One item.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckupItemView {
    /// Seventeen characters.
    pub code: String,
    /// Name, when the master has it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
    /// As written: a number, a code or text; absent when not done or not measurable.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub value: Option<String>,
    /// Unit of a number.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<String>,
    /// `answer-…` when the code's list is established.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub answer: Option<String>,
    /// Number of the answer list.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub list: Option<u32>,
    /// `not-done` or `unmeasurable`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub absent: Option<String>,
    /// As written: H, L, N or A.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub interpretation: Option<String>,
    /// Low and high end of the reference range, as written.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reference: Option<(Option<String>, Option<String>)>,
}

/// One of the items shown first, and where it stands in the checkup; empty when the checkup lacks it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstRowView {
    /// `first-…`.
    pub item: String,
    /// Places in [`CheckupView::items`].
    pub items: Vec<usize>,
}

/// One question of the sheet that changes care.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryView {
    /// `history-stroke`, `history-heart` or `history-kidney`.
    pub question: String,
    /// `yes`, `unreadable`, `not-answered`, `not-asked` or `no`.
    pub answer: String,
}

/// One checkup.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckupView {
    /// Day of the exam.
    pub exam_date: String,
    /// `specific`, `late-elderly` or the code of another programme.
    pub program: String,
    /// What it says to the questions that change care.
    pub history: Vec<HistoryView>,
    /// What is shown first.
    pub first: Vec<FirstRowView>,
    /// Everything, in the order of the file.
    pub items: Vec<CheckupItemView>,
    /// What the checkup says of itself.
    pub statements: Vec<Said>,
}

/// All checkups of a person, newest first.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckupsView {
    /// The checkups.
    pub checkups: Vec<CheckupView>,
    /// How far the insurer has registered, when there is none: "no checkup here" is not "no checkup".
    pub statements: Vec<Said>,
}

impl CheckupsView {
    pub(super) fn new(sources: Sources<'_>, fields: FieldSet) -> Self {
        let mut checkups: Vec<&Checkup> = sources.shown.checkups.iter().collect();
        checkups.sort_by_key(|c| std::cmp::Reverse((c.exam_date, c.program)));
        let none = checkups.is_empty().then(|| {
            let newest = sources.person.coverages.iter().max_by_key(|c| c.period.from);
            let registration = newest.map(|c| sources.masters.registration(c.insurer));
            let unknown = tomoshibi_policies::record::CheckupRegistration::Unknown;
            Said::from(&for_no_checkup(registration.unwrap_or(unknown)))
        });
        Self {
            checkups: checkups
                .iter()
                .map(|c| CheckupView::new(c, sources.masters, fields))
                .collect(),
            statements: none.into_iter().collect(),
        }
    }
}

impl CheckupView {
    fn new(checkup: &Checkup, masters: &Masters, fields: FieldSet) -> Self {
        // Results and questionnaire stand together in the file; both fields are the same role's today, and a table
        // that parts them must part the items here.
        let shows_items =
            fields.contains(Field::CheckupResults) && fields.contains(Field::Questionnaire);
        let items: Vec<&CheckupItem> = checkup.items.iter().filter(|_| shows_items).collect();
        let place = |found: &CheckupItem| items.iter().position(|i| std::ptr::eq(*i, found));
        let first = first_rows(checkup).into_iter().map(|row| FirstRowView {
            item: format!("first-{}", first_word(row.item)),
            items: row.found.iter().filter_map(|item| place(item)).collect(),
        });
        let history: Vec<_> = History::ALL.map(|q| (q, history(checkup, q))).into();
        let not_asked = history.iter().any(|(_, answer)| *answer == HistoryAnswer::NotAsked);
        let said = not_asked.then(|| Said::from(&Statement::HistoryNotAsked));
        Self {
            exam_date: when(fields, Field::ExamDate, || checkup.exam_date.to_string())
                .unwrap_or_default(),
            program: program_word(checkup.program),
            history: history
                .into_iter()
                .filter(|_| shows_items)
                .map(|(question, answer)| HistoryView {
                    question: format!("history-{}", history_word(question)),
                    answer: answer_to_history(answer).into(),
                })
                .collect(),
            first: first.collect(),
            items: items.iter().map(|item| item_view(item, masters)).collect(),
            statements: said.into_iter().collect(),
        }
    }
}

impl CheckupView {
    /// The items that stand first, without the questions of the history: those stand above, judged over all their
    /// spellings.
    pub(crate) fn first_beside_history(&self) -> impl Iterator<Item = &FirstRowView> {
        let asked = |item: &str| {
            self.history.iter().any(|one| one.question.strip_prefix("history-") == Some(item))
        };
        self.first.iter().filter(move |row| !row.item.strip_prefix("first-").is_some_and(asked))
    }

    /// The items of a row.
    pub(crate) fn items_of<'a>(
        &'a self,
        row: &'a FirstRowView,
    ) -> impl Iterator<Item = &'a CheckupItemView> {
        row.items.iter().filter_map(|place| self.items.get(*place))
    }

    /// The items that stand in no row.
    pub(crate) fn items_beside_first(&self) -> impl Iterator<Item = &CheckupItemView> {
        let is_first = |place| self.first.iter().any(|row| row.items.contains(&place));
        self.items.iter().enumerate().filter(move |(place, _)| !is_first(*place)).map(|(_, i)| i)
    }
}

fn item_view(item: &CheckupItem, masters: &Masters) -> CheckupItemView {
    let mut view = CheckupItemView {
        code: item.code.to_string(),
        name: masters.item_name(item.code).map(str::to_owned),
        value: None,
        unit: None,
        answer: None,
        list: None,
        absent: None,
        interpretation: item.interpretation.clone(),
        reference: item.reference.clone(),
    };
    match &item.value {
        CheckupValue::Quantity { value, unit } => {
            view.value = Some(value.clone());
            view.unit = Some(unit.clone());
        }
        CheckupValue::Coded { code, list } => {
            view.value = Some(code.clone());
            view.list = Some(*list);
            view.answer = meaning(*list, code).map(|a| format!("answer-{}", answer_word(a)));
        }
        CheckupValue::Text(text) => view.value = Some(text.clone()),
        CheckupValue::NotDone => view.absent = Some("not-done".into()),
        CheckupValue::Unmeasurable => view.absent = Some("unmeasurable".into()),
    }
    view
}

fn program_word(program: CheckupProgram) -> String {
    match program {
        CheckupProgram::Specific => "specific".into(),
        CheckupProgram::LateElderly => "late-elderly".into(),
        CheckupProgram::Other(code) => format!("{code:03}"),
    }
}

const fn history_word(question: History) -> &'static str {
    match question {
        History::Stroke => "stroke",
        History::Heart => "heart",
        History::Kidney => "kidney",
    }
}

const fn answer_to_history(answer: HistoryAnswer) -> &'static str {
    match answer {
        HistoryAnswer::Yes => "yes",
        HistoryAnswer::Unreadable => "unreadable",
        HistoryAnswer::NotAnswered => "not-answered",
        HistoryAnswer::NotAsked => "not-asked",
        HistoryAnswer::No => "no",
    }
}

const fn first_word(item: FirstItem) -> &'static str {
    match item {
        FirstItem::Stroke => "stroke",
        FirstItem::Heart => "heart",
        FirstItem::Kidney => "kidney",
        FirstItem::PressureDrug => "pressure-drug",
        FirstItem::SugarDrug => "sugar-drug",
        FirstItem::LipidDrug => "lipid-drug",
        FirstItem::Systolic => "systolic",
        FirstItem::Diastolic => "diastolic",
        FirstItem::Hba1c => "hba1c",
        FirstItem::Creatinine => "creatinine",
        FirstItem::Egfr => "egfr",
        FirstItem::Haemoglobin => "haemoglobin",
        FirstItem::Ecg => "ecg",
    }
}

const fn answer_word(answer: Answer) -> &'static str {
    match answer {
        Answer::Yes => "yes",
        Answer::No => "no",
        Answer::Found => "found",
        Answer::NotFound => "not-found",
        Answer::Positive => "positive",
        Answer::Negative => "negative",
        Answer::Trace => "trace",
        Answer::Plus => "plus",
        Answer::TwoPlus => "two-plus",
        Answer::ThreePlus => "three-plus",
        Answer::Candidate => "candidate",
        Answer::Undecidable => "undecidable",
        Answer::ActiveSupport => "active-support",
        Answer::MotivationalSupport => "motivational-support",
        Answer::NoSupport => "no-support",
        Answer::Quit => "quit",
        Answer::FastedTenHours => "fasted-ten-hours",
        Answer::FastedSomeHours => "fasted-some-hours",
        Answer::NotFasted => "not-fasted",
    }
}
