use askama::Template;

use super::*;
use crate::desk::ConsentView;
use crate::locale::Lang;

/// A visit that has just begun, for a doctor.
pub(in crate::page) fn view() -> VisitView {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    VisitView {
        id: "0123456789abcdef0123456789abcdef".into(),
        query: "four-fields".into(),
        matched: words(&["kana-exact", "address-municipality"]),
        needs_spoken_confirmation: false,
        identity_confirmed: false,
        confirmed_by: None,
        facts: words(&["insurer", "card-number-tail"]),
        attempts_left: 5,
        consent: None,
        may: words(&["eligibility", "medication", "checkup"]),
        vital_interest: true,
        others_signed_in: 1,
        looks: 0,
    }
}

fn consent(basis: &str, holds: bool) -> Option<ConsentView> {
    Some(ConsentView {
        basis: basis.into(),
        given_at: "2026-11-22T12:00:00+09:00".into(),
        until: "2026-11-23T12:00:00+09:00".into(),
        holds,
    })
}

fn html(lang: Lang, view: VisitView) -> String {
    let frame = Frame::fixed(lang, "page-visit-title");
    rendered(&Screen::opened(frame, view, Typed::default()))
}

fn rendered(screen: &Screen) -> String {
    let html = screen.render().unwrap();
    assert!(!html.contains("(message missing"), "{html}");
    html
}

const RECORD: &str = "href=\"/visit/0123456789abcdef0123456789abcdef/record\"";
const CONSENTS: [&str; 4] = ["consent-oral", "consent-written", "consent-proxy", "consent-refused"];

fn has_consents(html: &str) -> bool {
    CONSENTS.iter().all(|id| html.contains(&format!("id=\"{id}\" name=\"form\"")))
}

#[test]
fn fact_and_consent_are_one_form_and_enter_presses_neither_consent() {
    for lang in Lang::ALL {
        let html = html(lang, view());
        assert!(html.contains("action=\"/visit/0123456789abcdef0123456789abcdef/consent\""));
        assert!(has_consents(&html) && !html.contains(RECORD));
        let form = html.split_once("id=\"visit\"").unwrap().1;
        let first = form.split_once("<button ").unwrap().1;
        assert!(first.starts_with("id=\"confirm\" formaction=\"/visit/"), "{first}");
        assert!(html.contains("value=\"insurer\" checked"), "the first fact is offered");
        assert_eq!(html.matches(" checked").count(), 1, "who answered is not guessed");
        assert!(html.contains("id=\"unconfirmed\"") && html.contains("id=\"to-vital\""));
        assert!(html.contains("012345") && !html.contains("id=\"loose\""));
    }
}

#[test]
fn what_is_read_to_the_patient_stands_there_in_both_languages() {
    for (lang, first) in [(Lang::Ja, "<p lang=\"ja\">"), (Lang::En, "<p lang=\"en\">")] {
        let html = html(lang, view());
        let aloud = html.split_once("id=\"aloud\"").unwrap().1.split_once("</div>").unwrap().0;
        assert!(aloud.find("<p lang=").unwrap() == aloud.find(first).unwrap());
        assert!(aloud.contains("この施設の医師が") && aloud.contains("薬剤情報、健診情報"));
        assert!(aloud.contains("Medication, Checkups") && aloud.contains("You may say no."));
        assert!(!aloud.contains("資格情報"), "no consent is asked for what needs none");
    }
}

#[test]
fn the_screen_follows_the_identity() {
    let rows: [(VisitView, &str, bool); 4] = [
        (
            VisitView { identity_confirmed: true, confirmed_by: Some("papers".into()), ..view() },
            "id=\"identity-confirmed\" class=\"good\"",
            false,
        ),
        (VisitView { facts: vec![], ..view() }, "id=\"identity-no-facts\"", true),
        (VisitView { attempts_left: 0, ..view() }, "id=\"identity-no-attempts\"", true),
        (VisitView { needs_spoken_confirmation: true, ..view() }, "id=\"loose\"", true),
    ];
    for (view, part, unconfirmed) in rows {
        let asks = part == "id=\"loose\"";
        for lang in Lang::ALL {
            let html = html(lang, view.clone());
            assert!(html.contains(part), "{part}");
            assert_eq!(html.contains("id=\"unconfirmed\""), unconfirmed, "{part}");
            assert_eq!(html.contains("id=\"said\""), asks, "{part}");
            assert!(has_consents(&html), "{part}");
            let form = html.split_once("id=\"visit\"").unwrap().1;
            let first = form.split_once("<button ").unwrap().1;
            let is_safe = !unconfirmed || asks || first.starts_with("class=\"unseen\" disabled");
            assert!(is_safe, "{part}");
        }
    }
    let confirmed = VisitView { confirmed_by: Some("papers".into()), ..view() };
    let html = html(Lang::Ja, VisitView { identity_confirmed: true, ..confirmed });
    assert!(html.contains("本人と確かめました（書類（免許証、お薬手帳など））。"));
}

#[test]
fn the_screen_follows_the_consent() {
    for (consent, class, has_record) in [
        (consent("oral", true), "good", true),
        (consent("vital-interest-alone", true), "good", true),
        (consent("refused", false), "failure", false),
        (consent("written", false), "warning", false),
        (consent("vital-interest", false), "warning", false),
    ] {
        for lang in Lang::ALL {
            let html = html(lang, VisitView { consent: consent.clone(), ..view() });
            assert!(html.contains(&format!("id=\"grounds\" class=\"{class}\"")), "{consent:?}");
            assert_eq!(html.matches("id=\"grounds\"").count(), 1);
            assert_eq!((html.contains(RECORD), has_consents(&html)), (has_record, !has_record));
            assert_eq!(html.contains("id=\"to-vital\""), !has_record);
        }
    }
    let held = html(Lang::Ja, VisitView { consent: consent("oral", true), ..view() });
    assert!(held.contains("口頭の同意（2026年11月22日 12:00 から 2026年11月23日 12:00 まで）"));
    assert!(
        held.contains("「本人未確認」のまま記録を見る") && held.contains("/confirm\" autocomplete")
    );
}

#[test]
fn reception_goes_on_without_consent_and_nobody_goes_on_without_rights() {
    for lang in Lang::ALL {
        let may = |may: &[&str]| VisitView {
            may: may.iter().map(|word| (*word).to_owned()).collect(),
            vital_interest: false,
            ..view()
        };
        let reception = html(lang, may(&["eligibility"]));
        assert!(reception.contains(RECORD) && reception.contains("id=\"said\""));
        assert!(!reception.contains("name=\"form\"") && !reception.contains("id=\"to-vital\""));
        let nothing = html(lang, may(&[]));
        assert!(nothing.contains("id=\"may-nothing\"") && !nothing.contains(RECORD));
        assert!(!nothing.contains("name=\"form\""));
    }
}

#[test]
fn a_wrong_fact_says_how_often_one_may_still_try() {
    for (told, field, words) in [
        (Told::NotFitting(4), "said", "あと 4 回"),
        (Told::missing("page-said-missing"), "said", "答えが入っていません"),
        (Told::missing("page-unconfirmed-missing"), "said", "同意はまだ記録していません"),
        (failure("confirm-by"), "by-patient", "だれが本人と確かめたのか"),
        (failure("confirm-attempts"), "said", "もう確かめられません"),
    ] {
        assert!(told.is_of_form());
        let frame = Frame::fixed(Lang::Ja, "page-visit-title");
        let (marks, told) = (told.marks(), Some(told.words(&frame)));
        let typed =
            Typed { fact: "card-number-tail".into(), by: "family".into(), ..<_>::default() };
        let html = rendered(&Screen { frame, view: view(), typed, marks, told });
        assert!(html.contains(words), "{words}");
        let input = html.split_once(&format!("id=\"{field}\"")).unwrap().1;
        assert!(input.split_once('>').unwrap().0.contains("aria-invalid=\"true\""), "{field}");
        assert!(html.contains("value=\"card-number-tail\" checked"));
        assert!(html.contains("value=\"family\" checked"));
    }
    assert!(!failure("journal-not-written").is_of_form());
}

fn failure(code: &str) -> Told {
    Told::Failure(Failure::new(ErrorClass::Invalid, code))
}

#[test]
fn an_address_takes_nothing_along_into_another() {
    assert_eq!(path("0f/../../sign-out?x\r\n"), "/visit/0fsignoutx");
    assert_eq!(record_path("0f"), "/visit/0f/record");
}
