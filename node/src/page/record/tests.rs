//! The record on the screen and on paper, from views made by hand.

use super::*;
use crate::view::{
    CheckupItemView, CheckupView, CheckupsView, CoverageView, FirstRowView, HistoryView, LineView,
    MedicationView, NameView, RowView, Said, SubjectView,
};

const HOSTILE: &str = "<script>alert(1)</script>\"'&";

fn said(id: &str, args: &[(&str, &str)]) -> Said {
    let args = args.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    Said { id: id.into(), args }
}

fn line(name: &str, group: &str) -> LineView {
    LineView {
        drug_code: "610406079".into(),
        drug_name: Some(name.into()),
        ingredient: Some("見本成分ナトリウム水和物".into()),
        group: group.into(),
        class: Some("take-home".into()),
        dispensed: Some("2026-10-02".into()),
        prescribed: None,
        amount: Some("1".into()),
        unit: Some("錠".into()),
        times: Some(30),
        usage_code: Some(6),
        usage: Some("１日１回朝食後に服用".into()),
        month: "2026-10".into(),
        source: "pharmacy".into(),
        prescriber: Some("other".into()),
        statements: vec![said("in-supply-at", &[("date", "2026-10-31")])],
    }
}

fn unknown_drug() -> LineView {
    LineView {
        drug_code: "699999901".into(),
        drug_name: None,
        ingredient: None,
        usage: Some(String::new()),
        statements: vec![
            said("drug-unknown", &[("code", "699999901")]),
            said("supply-unknown", &[("reason", "external")]),
        ],
        ..line("", "danger-unknown")
    }
}

fn medication(others: usize) -> MedicationView {
    let none = said("none-recognised-in-claims-to", &[("month", "2026-10")]);
    let row = |class: &str, lines: Vec<usize>, empty: Option<Said>| RowView {
        class: format!("danger-{class}"),
        lines,
        empty,
    };
    let mut lines = vec![unknown_drug(), line("見本凝固阻止錠", "danger-anticoagulant")];
    let recent = others / 2;
    lines.extend((0..recent).map(|n| line(&format!("見本近日錠{}ｍｇ", n % 60), "recent")));
    lines.extend((recent..others).map(|n| line(&format!("見本以前錠{}ｍｇ", n % 60), "older")));
    MedicationView {
        first: vec![
            row("unknown", vec![0], None),
            row("anticoagulant", vec![1], None),
            row("insulin", Vec::new(), Some(none)),
        ],
        lines,
        outside_prescriptions: vec!["2026-10-01".into()],
    }
}

fn item(name: &str, value: &str, interpretation: Option<&str>) -> CheckupItemView {
    CheckupItemView {
        code: "9A751000000000001".into(),
        name: Some(name.into()),
        value: Some(value.into()),
        unit: Some("mmHg".into()),
        answer: None,
        list: None,
        absent: None,
        interpretation: interpretation.map(Into::into),
        reference: Some((Some("90".into()), Some("129".into()))),
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
        program: "specific".into(),
        history: vec![history("stroke", "yes"), history("kidney", "not-asked")],
        first: vec![first("stroke", vec![]), first("systolic", vec![0]), first("ecg", vec![])],
        items: vec![
            item("収縮期血圧（1回目）", "182", Some("H")),
            item("腹囲", "84.5", Some("L")),
            item("身長", "160.1", None),
        ],
        statements: vec![said("history-not-asked", &[])],
    };
    CheckupsView { checkups: vec![checkup], statements: Vec::new() }
}

fn coverage() -> CoverageView {
    CoverageView {
        insurer_number: Some("00170993".into()),
        insurer_name: Some("見本国保".into()),
        symbol: Some("12".into()),
        number: Some("4261".into()),
        branch: Some("01".into()),
        from: Some("2020-04-01".into()),
        until: None,
        card: Some("general".into()),
        relation: Some("insured".into()),
        burden_percent: Some(30),
        loss: None,
    }
}

/// Every statement that a view of everything can carry.
fn statements() -> Vec<Said> {
    let day = [("date", "2026-11-01")];
    vec![
        said("drill", &[]),
        said("identity-not-confirmed", &[]),
        said("vital-interest-alone", &[]),
        said("snapshot-old", &[("days", "40")]),
        said("snapshot-clock-doubtful", &[]),
        said("snapshot-overdue", &[("days", "2")]),
        said("category-withheld", &[("category", "checkup"), ("reason", "no-consent")]),
        said("eligibility-reach", &day),
        said("checkup-reach", &day),
        said("claims-reach", &[("month", "2026-10"), ("date", "2026-11-12")]),
        said("dispensed-is-not-taken", &[]),
        said("bundled-drugs-not-in-this-data", &[]),
        said("allergies-not-in-this-data", &[]),
        said("category-not-carried", &[("category", "treatment")]),
        said("category-not-carried", &[("category", "prescription")]),
    ]
}

fn record() -> RecordView {
    RecordView {
        drill: true,
        identity_confirmed: false,
        basis: "vital-interest-alone".into(),
        shown_at: "2026-11-23T10:00:00.000+09:00".into(),
        valid_until: "2026-11-23T18:00:00.000+09:00".into(),
        statements: statements(),
        subject: SubjectView {
            names: vec![
                NameView {
                    name_use: "registered".into(),
                    written: Some("灯火　太郎".into()),
                    reading: Some("ﾄﾓｼﾋﾞ ﾀﾛｳ".into()),
                },
                NameView {
                    name_use: "former".into(),
                    written: Some("見本　太郎".into()),
                    reading: None,
                },
            ],
            sex: Some(1),
            birth_date: Some("1951-03-27".into()),
            age_years: Some(75),
            address: Some("石川県金沢市見本一丁目".into()),
        },
        eligibility: Some(vec![coverage()]),
        medication: Some(medication(4)),
        checkups: Some(checkups()),
    }
}

fn screen(lang: Lang, record: &RecordView) -> String {
    let frame = Frame::fixed(lang, "page-record-title");
    let shown = Shown::new(lang, record);
    Screen { frame, visit: "ab".repeat(16), shown }.render().unwrap()
}

fn sheet(lang: Lang, record: &RecordView) -> String {
    let frame = Frame { reload_seconds: Some(60), ..Frame::fixed(lang, "page-sheet-title") };
    let role = frame.word("role", "doctor");
    let shown = Shown::new(lang, record);
    Sheet { frame, visit: "ab".repeat(16), shown, role }.render().unwrap()
}

fn both(record: &RecordView) -> Vec<(Lang, String)> {
    let of = |lang| [(lang, screen(lang, record)), (lang, sheet(lang, record))];
    Lang::ALL.into_iter().flat_map(of).collect()
}

fn place(html: &str, text: &str) -> usize {
    html.find(text).unwrap_or_else(|| panic!("{text} in {html}"))
}

fn assert_order(html: &str, texts: &[&str]) {
    for pair in texts.windows(2) {
        assert!(place(html, pair[0]) < place(html, pair[1]), "{pair:?}");
    }
}

#[test]
fn every_statement_stands_on_screen_and_sheet_whole_in_words() {
    let record = record();
    for (lang, html) in both(&record) {
        assert!(!html.contains("(message missing"), "{html}");
        for said in &record.statements {
            let words = askama_escape(&Words(lang).said(said));
            assert!(html.contains(&words), "{words} in {html}");
        }
        for line in &record.medication.as_ref().unwrap().lines {
            for said in &line.statements {
                assert!(html.contains(&askama_escape(&Words(lang).said(said))), "{}", said.id);
            }
        }
    }
}

/// What the templates make of a text.
fn askama_escape(text: &str) -> String {
    let escaped = |c: char| match c {
        '"' => "&#34;".into(),
        '\'' => "&#39;".into(),
        '&' => "&#38;".into(),
        '<' => "&#60;".into(),
        '>' => "&#62;".into(),
        c => c.to_string(),
    };
    text.chars().map(escaped).collect()
}

#[test]
fn a_statement_that_is_new_stands_with_what_is_important() {
    let mut record = record();
    record.medication = None;
    record.statements = vec![said("history-not-asked", &[]), said("dispensed-is-not-taken", &[])];
    let statements = Statements::new(Words(Lang::En), &record);
    assert_eq!(statements.cares.len(), 2, "nowhere else to stand, so at the top");
}

#[test]
fn what_can_kill_stands_first_then_recent_then_older_then_checkups_then_eligibility() {
    for (_, html) in both(&record()) {
        assert_order(
            &html,
            &[
                "id=\"patient\"",
                "灯火",
                "id=\"alarms\"",
                "id=\"cares\"",
                "data-row=\"danger-unknown\"",
                "699999901",
                "data-row=\"danger-anticoagulant\"",
                "見本凝固阻止錠",
                "data-row=\"danger-insulin\"",
                "id=\"medication\"",
                "data-group=\"recent\"",
                "見本近日錠",
                "data-group=\"older\"",
                "見本以前錠",
                "id=\"checkup\"",
                "data-row=\"history-stroke\"",
                "data-row=\"first-systolic\"",
                "182 mmHg",
                "data-row=\"rest\"",
                "160.1",
                "id=\"eligibility\"",
                "4261",
                "id=\"data\"",
            ],
        );
        assert_eq!(html.matches("見本凝固阻止錠").count(), 1, "a line is not told twice");
        assert!(!html.contains("data-row=\"first-stroke\""), "the question stands above already");
    }
}

#[test]
fn an_empty_row_names_its_month_and_a_judgement_has_a_sign() {
    let (ja, en) = (screen(Lang::Ja, &record()), screen(Lang::En, &record()));
    let row = |html: &str| {
        let (before, after) = html.split_at(place(html, "data-row=\"danger-insulin\""));
        let (before, after) = (before.rsplit("<dl").next(), after.split("</dl>").next());
        [before.unwrap(), after.unwrap()].concat()
    };
    assert!(row(&ja).contains("2026年10月診療分まで"), "{}", row(&ja));
    assert!(row(&en).contains("none recognised in claims to 2026-10"), "{}", row(&en));
    for html in [&ja, &en] {
        assert!(html.contains('▲') && html.contains('▼'));
        assert!(!html.contains(">none<") && !html.contains(">なし<"));
    }
    assert!(en.contains("days dispensed (at 2026-10-31)") && en.contains("<b>in supply"));
}

#[test]
fn dates_that_are_held_against_papers_stand_in_eras() {
    let ja = screen(Lang::Ja, &record());
    for text in ["昭和26年3月27日（1951年3月27日）", "令和2年4月1日", "2026年10月2日"]
    {
        assert!(ja.contains(text), "{text}");
    }
    assert!(sheet(Lang::Ja, &record()).contains("令和8年11月23日 10:00"));
    assert!(sheet(Lang::En, &record()).contains("2026-11-23 10:00"));
    assert!(screen(Lang::En, &record()).contains("1951-03-27 (S26)"));
}

#[test]
fn what_is_not_in_the_view_has_no_place_on_the_screen() {
    let mut record = record();
    record.medication = None;
    record.checkups = None;
    record.statements = vec![said("drill", &[]), said("allergies-not-in-this-data", &[])];
    for (_, html) in both(&record) {
        for absent in [
            "id=\"danger\"",
            "id=\"medication\"",
            "id=\"checkup\"",
            "#checkup",
            "#medication",
            "data-row=\"danger",
            "data-row=\"first",
        ] {
            assert!(!html.contains(absent), "{absent} in {html}");
        }
        assert!(html.contains("id=\"eligibility\""));
    }
    record.eligibility = None;
    assert!(both(&record).iter().all(|(_, html)| !html.contains("id=\"eligibility\"")));
}

#[test]
fn who_is_not_confirmed_says_so_in_the_head_of_screen_and_of_every_page() {
    let mut record = record();
    let head = |html: &str| {
        let from = place(html, "id=\"patient\"");
        html[from..].split("</div>").next().unwrap().to_owned()
    };
    for (lang, html) in both(&record) {
        let mark = Words(lang).of("page-record-unconfirmed");
        assert!(head(&html).contains(&mark), "{}", head(&html));
        assert!(head(&html).contains("data-confirmed=\"no\""));
        assert!(head(&html).contains(if lang == Lang::Ja { "訓練" } else { "DRILL" }));
        assert!(head(&html).contains("灯火") && head(&html).contains("1951"));
    }
    for (_, html) in both(&record).iter().filter(|(_, html)| html.contains("class=\"sheet\"")) {
        assert!(place(html, "id=\"patient\"") < place(html, "</thead>"), "stands on every page");
    }
    record.identity_confirmed = true;
    for (lang, html) in both(&record) {
        assert!(!head(&html).contains(&Words(lang).of("page-record-unconfirmed")));
        assert!(head(&html).contains("data-confirmed=\"yes\""));
    }
}

#[test]
fn a_hostile_name_is_text_and_nothing_is_inline() {
    let mut record = record();
    record.subject.names[0].written = Some(HOSTILE.into());
    record.subject.address = Some(HOSTILE.into());
    let medication = record.medication.as_mut().unwrap();
    medication.lines[1].drug_name = Some(HOSTILE.into());
    medication.lines[2].usage = Some(HOSTILE.into());
    for (_, html) in both(&record) {
        assert!(!html.contains("<script>") && !html.contains("alert(1)</script>"), "{html}");
        assert_eq!(html.matches("<script").count(), 1, "ours, by its address");
        assert!(!html.contains(" style=") && !html.contains("<style"), "{html}");
        assert!(!html.contains(" onclick") && !html.contains(" onload"), "{html}");
        assert_eq!(html.matches("&#60;script&#62;").count(), 4, "{html}");
    }
}

#[test]
fn nothing_of_the_patient_stands_in_title_or_address() {
    for (_, html) in both(&record()) {
        let head = html.split("</head>").next().unwrap();
        assert!(!head.contains("灯火") && !head.contains("1951"), "{head}");
        for link in html.split("href=\"").skip(1) {
            let link = link.split('"').next().unwrap();
            assert!(!link.contains("4261") && link.is_ascii(), "{link}");
        }
    }
}

#[test]
fn the_sheet_names_the_role_and_nobody_and_does_not_print_itself_again() {
    for lang in Lang::ALL {
        let html = sheet(lang, &record());
        assert!(!html.contains("職員1"), "staff are on no paper by name");
        assert!(html.contains(&Words(lang).of("role-doctor")));
        assert!(html.contains(&format!("content=\"60;url=/visit/{}\"", "ab".repeat(16))));
    }
}

#[test]
fn a_record_of_three_hundred_lines_is_under_a_hundred_kilobytes_with_style_and_script() {
    let mut record = record();
    record.medication = Some(medication(298));
    let assets = crate::page::assets::len_bytes();
    for (_, html) in both(&record) {
        // 2 and 120 drugs, and 3 items of a checkup.
        assert_eq!(html.matches("<th scope=row>").count(), 2 + 120 + 3);
        assert!(html.len() + assets < 100_000, "{} and {assets}", html.len());
    }
}

#[test]
fn a_drug_that_was_dispensed_again_is_one_row_with_every_day_and_what_differed() {
    let mut record = record();
    let mut medication = medication(0);
    let earlier = |day: &str, amount: &str, supply: Said| LineView {
        dispensed: Some(day.into()),
        amount: Some(amount.into()),
        statements: vec![supply],
        ..line("見本凝固阻止錠", "danger-anticoagulant")
    };
    let ended = || said("supply-ended-at", &[("date", "2026-10-31")]);
    medication.lines.push(earlier("2026-09-02", "1", ended()));
    medication.lines.push(earlier("2026-08-02", "2", ended()));
    medication.lines.push(earlier(
        "2026-07-02",
        "1",
        said("in-supply-at", &[("date", "2026-10-31")]),
    ));
    let external = || said("supply-unknown", &[("reason", "external")]);
    for day in ["2026-05-02", "2026-04-02"] {
        let mut external = earlier(day, "1", external());
        external.drug_name = Some("見本貼付剤".into());
        medication.lines.push(external);
    }
    let mut other_class = earlier("2026-06-02", "1", said("administered-not-taken-home", &[]));
    other_class.class = Some("administered".into());
    medication.lines.push(other_class);
    medication.first[1].lines = (1..medication.lines.len()).collect();
    record.medication = Some(medication);
    let html = screen(Lang::En, &record);
    let row = html.split("data-row=\"danger-anticoagulant\"").nth(1).unwrap();
    let row = row.split("</tbody>").next().unwrap();
    assert_eq!(row.matches("<th scope=row>").count(), 3, "taken home is one thing, given another");
    assert!(row.contains("Dispensed or given before: 2026-04-02\n"), "not told twice: {row}");
    let before =
        "Dispensed or given before: 2026-09-02, 2026-08-02 (2 錠 x 30), 2026-07-02 (in supply)";
    assert!(row.contains(before), "{row}");
    assert!(row.contains("2026-10-02 <b>in supply</b>") && row.contains("given at the facility"));
    assert!(
        html.contains("At 2026-10-31 the days dispensed were over") || html.contains("2026-10-31.")
    );
}
