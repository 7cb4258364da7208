//! A record at the console: what must be said, who it is about, eligibility. The medical part is in `medical.rs`.

use super::medical;
use crate::locale::Words;
use crate::view::{CoverageView, NameView, RecordView, SubjectView};

/// A record in lines, in the order of the page: statements first, so that nothing is read without them.
pub(super) fn lines(words: Words, record: &RecordView) -> Vec<String> {
    let mut lines: Vec<_> = record.statements.iter().map(|said| words.said(said)).collect();
    lines.push(words.with(
        "record-head",
        [
            ("at", record.shown_at.as_str().into()),
            ("until", record.valid_until.as_str().into()),
            ("basis", words.of(&format!("basis-{}", record.basis)).into()),
        ],
    ));
    lines.extend(subject(words, &record.subject));
    if let Some(medication) = &record.medication {
        lines.push(words.heading("category-medication"));
        lines.extend(medical::medication(words, medication));
    }
    if let Some(checkups) = &record.checkups {
        lines.push(words.heading("category-checkup"));
        lines.extend(medical::checkups(words, checkups));
    }
    if let Some(coverages) = &record.eligibility {
        lines.push(words.heading("category-eligibility"));
        lines.extend(eligibility(words, coverages));
    }
    lines
}

fn subject(words: Words, subject: &SubjectView) -> Vec<String> {
    let mut lines: Vec<_> = subject.names.iter().map(|n| name(words, n)).collect();
    let birth = subject.birth_date.as_ref();
    let age = subject.age_years;
    let facts = [
        birth.map(|date| words.with("subject-birth", [("date", words.date(date).into())])),
        age.map(|years| words.with("subject-age", [("years", years.into())])),
        subject.sex.map(|sex| words.of(&format!("sex-{sex}"))),
    ];
    lines.push(words.list(facts.into_iter().flatten()));
    let address = subject.address.as_deref();
    lines.extend(address.map(|text| words.with("subject-address", [("address", text.into())])));
    lines
}

fn name(words: Words, name: &NameView) -> String {
    words.with(
        "subject-name",
        [
            ("use", words.of(&format!("name-{}", name.name_use)).into()),
            ("written", or_dash(name.written.as_deref()).into()),
            ("reading", or_dash(name.reading.as_deref()).into()),
        ],
    )
}

fn eligibility(words: Words, coverages: &[CoverageView]) -> Vec<String> {
    if coverages.is_empty() {
        return vec![words.of("no-coverage")];
    }
    coverages.iter().flat_map(|c| coverage(words, c)).collect()
}

fn coverage(words: Words, coverage: &CoverageView) -> Vec<String> {
    let head = words.with(
        "coverage",
        [
            ("insurer", or_dash(coverage.insurer_number.as_deref()).into()),
            ("name", coverage.insurer_name.as_deref().unwrap_or_default().into()),
            ("symbol", or_dash(coverage.symbol.as_deref()).into()),
            ("number", or_dash(coverage.number.as_deref()).into()),
            ("branch", or_dash(coverage.branch.as_deref()).into()),
        ],
    );
    let notes = words.coverage_notes(coverage);
    let notes = (!notes.is_empty()).then(|| format!("  {}", words.list(notes)));
    [Some(head), words.coverage_period(coverage), notes].into_iter().flatten().collect()
}

fn or_dash(text: Option<&str>) -> &str {
    text.filter(|text| !text.is_empty()).unwrap_or("-")
}

#[cfg(test)]
mod tests {
    use crate::locale::Lang;
    use crate::view::{
        CheckupItemView, CheckupView, CheckupsView, FirstRowView, HistoryView, LineView,
        MedicationView, RowView, Said,
    };

    use super::*;

    fn said(id: &str, args: &[(&str, &str)]) -> Said {
        let args = args.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        Said { id: id.into(), args }
    }

    fn line(code: &str, group: &str) -> LineView {
        LineView {
            drug_code: code.into(),
            drug_name: None,
            ingredient: Some("成分".into()),
            group: group.into(),
            class: Some("take-home".into()),
            dispensed: Some("2026-10-02".into()),
            prescribed: None,
            amount: Some("1".into()),
            unit: Some("錠".into()),
            times: Some(30),
            usage_code: None,
            usage: Some("朝食後".into()),
            month: "2026-10".into(),
            source: "pharmacy".into(),
            prescriber: Some("other".into()),
            statements: vec![said("in-supply-at", &[("date", "2026-10-31")])],
        }
    }

    fn item(code: &str, value: Option<&str>, answer: Option<&str>) -> CheckupItemView {
        CheckupItemView {
            code: code.into(),
            name: None,
            value: value.map(Into::into),
            unit: None,
            answer: answer.map(Into::into),
            list: Some(2003),
            absent: value.is_none().then(|| "not-done".into()),
            interpretation: Some("H".into()),
            reference: Some((Some("1".into()), None)),
        }
    }

    fn medication() -> MedicationView {
        let none = said("none-in-claims-to", &[("month", "2026-10")]);
        let row = |class: &str, lines: Vec<usize>, empty| RowView {
            class: format!("danger-{class}"),
            lines,
            empty,
        };
        MedicationView {
            first: vec![
                row("anticoagulant", vec![0], None),
                row("insulin", Vec::new(), Some(none)),
            ],
            lines: vec![line("611", "danger-anticoagulant"), line("622", "recent")],
            outside_prescriptions: vec!["2026-10-01".into()],
        }
    }

    fn checkups() -> CheckupsView {
        let history = |question: &str, answer: &str| HistoryView {
            question: format!("history-{question}"),
            answer: answer.into(),
        };
        let first = |item: &str, items| FirstRowView { item: format!("first-{item}"), items };
        let checkup = CheckupView {
            exam_date: "2026-06-01".into(),
            program: "125".into(),
            history: vec![history("stroke", "yes"), history("kidney", "unreadable")],
            first: vec![first("stroke", vec![0]), first("hba1c", vec![1]), first("ecg", vec![])],
            items: vec![
                item("A", Some("1"), Some("answer-yes")),
                item("B", Some("7"), None),
                item("C", None, None),
            ],
            statements: vec![said("history-not-asked", &[])],
        };
        CheckupsView { checkups: vec![checkup], statements: Vec::new() }
    }

    fn record() -> RecordView {
        RecordView {
            drill: true,
            identity_confirmed: false,
            basis: "oral".into(),
            shown_at: "2026-11-22T10:00:00+09:00".into(),
            valid_until: "2026-11-22T18:00:00+09:00".into(),
            statements: vec![said("drill", &[]), said("identity-not-confirmed", &[])],
            subject: SubjectView {
                names: vec![NameView {
                    name_use: "former".into(),
                    written: Some("見本".into()),
                    reading: None,
                }],
                sex: Some(2),
                birth_date: Some("1951-03-27".into()),
                age_years: Some(75),
                address: Some("石川県".into()),
            },
            eligibility: Some(vec![CoverageView {
                insurer_number: Some("00170001".into()),
                from: Some("2020-04-01".into()),
                until: Some("2026-04-01".into()),
                card: Some("short-term".into()),
                relation: Some("family".into()),
                burden_percent: Some(30),
                loss: Some("other".into()),
                ..CoverageView::default()
            }]),
            medication: Some(medication()),
            checkups: Some(checkups()),
        }
    }

    fn text(lang: Lang) -> String {
        lines(Words(lang), &record()).join("\n")
    }

    #[test]
    fn a_record_is_whole_in_words_and_begins_with_what_must_be_said() {
        for lang in Lang::ALL {
            let text = text(lang);
            assert!(!text.contains("missing:") && !text.contains('$'), "{text}");
            let codes = ["danger-", "answer-", "first-", "history-", "take-home", "pharmacy-"];
            assert!(codes.iter().all(|code| !text.contains(code)), "{text}");
        }
        let ja = text(Lang::Ja);
        assert!(ja.starts_with("【訓練】"), "{ja}");
        assert!(ja.lines().nth(1).unwrap().starts_with("【本人未確認】"), "{ja}");
    }

    #[test]
    fn what_can_kill_stands_first_and_an_empty_row_names_its_month() {
        let ja = text(Lang::Ja);
        let place = |text: &str| ja.find(text).unwrap_or_else(|| panic!("{text} in {ja}"));
        assert!(place("!! 血液凝固阻止剤") < place("611"));
        assert!(place("611") < place("最近の薬") && place("最近の薬") < place("622"));
        assert_eq!(ja.matches("611").count(), 1, "a line of a row is not told twice");
        assert!(ja.contains("2026年10月診療分までのレセプトには見当たりません"));
        assert!(ja.contains("2026年10月31日 の時点では、調剤された日数が残っています"));
    }

    #[test]
    fn a_checkup_tells_the_history_then_first_items_then_the_rest() {
        let en = text(Lang::En);
        let place = |text: &str| en.find(text).unwrap_or_else(|| panic!("{text} in {en}"));
        assert!(place("!! Past stroke: yes") < place("HbA1c (NGSP)"));
        assert!(en.contains("Past kidney disease, kidney failure or dialysis: the answer cannot"));
        assert!(!en.contains("History: stroke"), "the question stands above already");
        assert!(en.contains("B: 7 [2003]  interpretation H  reference 1 to"));
        assert!(en.contains("ECG: not in this checkup"));
        assert!(place("Other items") < place("C: not done"));
    }
}
