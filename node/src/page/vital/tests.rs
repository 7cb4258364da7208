use super::*;
use crate::locale::Lang;
use crate::page::visit::tests::view as view_begun;

fn screen(lang: Lang, others_signed_in: u32) -> Screen {
    let typed = Typed {
        reason: "cannot-express".into(),
        written: "梁の下から救出<b>".into(),
        badge: "HC1:BADGE".into(),
        pin: "270991".into(),
        ..Typed::default()
    };
    let view = VisitView { others_signed_in, ..view_begun() };
    Screen::new(Frame::fixed(lang, "page-vital-title"), view, typed)
}

fn html(screen: &Screen) -> String {
    let html = screen.render().unwrap();
    assert!(!html.contains("(message missing") && !html.contains("270991"), "{html}");
    html
}

#[test]
fn a_colleague_confirms_when_there_is_one_and_the_text_is_read_when_there_is_none() {
    for lang in Lang::ALL {
        let together = html(&screen(lang, 1));
        assert!(together.contains("id=\"badge\"") && together.contains("id=\"pin\""));
        assert!(!together.contains("value=\"alone\""));
        let alone = html(&screen(lang, 0));
        assert!(alone.contains("id=\"alone\" name=\"second\" value=\"alone\""));
        assert!(!alone.contains("id=\"badge\"") && alone.contains("id=\"nobody\""));
        for html in [together, alone] {
            assert!(html.contains("id=\"vital-identity\"") && html.contains("id=\"written\""));
            assert!(html.contains("value=\"cannot-express\" checked"));
        }
    }
}

#[test]
fn the_text_that_is_read_holds_reason_and_situation() {
    for (lang, words) in [
        (Lang::Ja, "この患者は意思を示せないため、同意を確かめられません。"),
        (Lang::En, "This patient cannot express a will, so consent cannot be asked for."),
    ] {
        let html = html(&screen(lang, 0).after(&Next::Speak));
        assert!(html.contains(words) && html.contains("梁の下から救出&#60;b&#62;"));
        assert!(html.contains("id=\"read\" name=\"read\" value=\"yes\" required"));
        assert!(html.contains("name=\"spoken\" value=\"yes\"") && !html.contains("id=\"badge\""));
    }
}

#[test]
fn what_is_missing_is_told_at_its_field() {
    let missing = |reason, field| Next::Missing(reason, field);
    for (next, field, words) in [
        (Next::Reason, "reason-unconscious", "理由が正しくありません"),
        (missing(DenyReason::VitalInterestReasonMissing, "written"), "written", "一言書いて"),
        (missing(DenyReason::VitalInterestUnconfirmed, "badge"), "badge", "別の職員に確かめて"),
        (missing(DenyReason::VitalInterestNotAlone, "badge"), "badge", "その人に確認して"),
        (missing(DenyReason::VitalInterestUnconfirmed, "read"), "read", "声に出して読んで"),
    ] {
        let html = html(&screen(Lang::Ja, 1).after(&next));
        assert!(html.contains(words), "{words}");
        let input = html.split_once(&format!("id=\"{field}\"")).unwrap().1;
        assert!(input.split_once('>').unwrap().0.contains("aria-invalid=\"true\""), "{field}");
    }
    let pin = html(&screen(Lang::Ja, 1).after(&Next::Pin));
    assert!(pin.contains("value=\"HC1:BADGE\"") && !pin.contains("aria-invalid"));
    assert!(
        pin.split_once("id=\"pin\"").unwrap().1.split_once('>').unwrap().0.contains("autofocus")
    );
}

#[test]
fn a_refused_badge_is_not_offered_again_and_never_ends_the_session_of_who_asks() {
    for (code, field, keeps_badge) in [
        ("pin-wrong", "pin", true),
        ("pin-locked", "pin", true),
        ("badge-period", "badge", false),
        ("badge-form", "badge", false),
        ("vital-written-too-long", "written", true),
    ] {
        let failure = Failure::new(ErrorClass::Denied, code).with("left", 3_u8);
        assert!(is_of_form(&failure), "{code}");
        for lang in Lang::ALL {
            let html = html(&screen(lang, 1).refused(&failure));
            assert_eq!(html.contains("HC1:BADGE"), keeps_badge, "{code}");
            let input = html.split_once(&format!("id=\"{field}\"")).unwrap().1;
            assert!(input.split_once('>').unwrap().0.contains("aria-invalid"), "{code}");
        }
    }
    assert!(!is_of_form(&Failure::new(ErrorClass::Denied, "session-expired")));
}

#[test]
fn why_nothing_can_be_stated_names_a_refusal_before_role_and_order() {
    let consent = crate::desk::ConsentView {
        basis: "refused".into(),
        given_at: "2026-11-22T12:00:00+09:00".into(),
        until: "2026-11-23T12:00:00+09:00".into(),
        holds: false,
    };
    let refused = VisitView { consent: Some(consent), ..view_begun() };
    assert_eq!(objection(&refused, "doctor"), DenyReason::ConsentRefused);
    assert_eq!(objection(&view_begun(), "doctor"), DenyReason::VitalInterestNotAllowed);
    assert_eq!(objection(&view_begun(), "reception"), DenyReason::VitalInterestRole);
}
