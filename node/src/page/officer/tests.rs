//! The officer's screens with invented states, in both languages.

use super::*;
use crate::locale::Lang;

const CODE: &str = "012345-678901 234567";

fn frame(lang: Lang) -> Frame {
    Frame {
        lang,
        title: "page-officer-title",
        drill: true,
        node: "本館".into(),
        who: None,
        seal: "s".into(),
        once: "o".into(),
        back: "/officer".into(),
        reload_seconds: None,
        closing_soon: None,
        open: false,
    }
}

fn line(notice: &str) -> OrderLine {
    OrderLine {
        notice: notice.into(),
        number: 1,
        issuer: "訓練本部".into(),
        opens_at: "2026-11-22T09:00:00+09:00".into(),
        closes_at: "2026-11-24T09:00:00+09:00".into(),
        revokes: false,
        extends: None,
        drill: true,
        unfit: None,
        in_force: false,
    }
}

fn snapshot() -> SnapshotStatus {
    SnapshotStatus {
        region: "17".into(),
        id: "1.2".into(),
        newest: None,
        published_at: "2026-11-20T03:00:00+09:00".into(),
        age_seconds: Some(7200),
        fresh: true,
        claims_to: "2026-10".into(),
        processed: "2026-11-12".into(),
        eligibility_to: "2026-11-12".into(),
        checkups_to: "2026-11-11".into(),
        drill: true,
        segments: 3,
        len_bytes: 9,
        missing: None,
    }
}

fn sealed() -> OpeningView {
    OpeningView {
        state: Activation::Sealed,
        opening_now: false,
        closes_at: None,
        in_memory: None,
        snapshot: Some(snapshot()),
        orders: vec![line("notice-1")],
        codes_left: Some(20),
        line: true,
    }
}

fn shown(lang: Lang, view: OpeningView, typed: Typed) -> String {
    let screen = Screen { frame: frame(lang), view: Some(view), typed, failure: None };
    let html = screen.render().unwrap();
    assert!(!html.contains("message missing"), "{html}");
    html
}

fn in_both(view: &OpeningView) -> [String; 2] {
    Lang::ALL.map(|lang| shown(lang, view.clone(), Typed::default()))
}

fn attempt(badge: &str, code: &str, how: &str) -> Attempt {
    let [badge, code, how] = [badge, code, how].map(str::to_owned);
    Attempt { badge, notice: String::new(), code, how }
}

#[test]
fn a_sealed_node_asks_for_badge_order_and_code_and_offers_the_line() {
    for html in in_both(&sealed()) {
        for part in [
            "action=\"/officer/open\"",
            "name=\"seal\"",
            "name=\"once\"",
            "name=\"badge\"",
            "value=\"notice-1\" checked",
            "name=\"code\"",
            "name=\"how\" value=\"code\"",
            "name=\"how\" value=\"fetch\"",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(!html.contains("name=\"pin\""));
    }
    let without_line = in_both(&OpeningView { line: false, ..sealed() });
    assert!(without_line.iter().all(|html| !html.contains("fetch")));
    let without_release = in_both(&OpeningView { codes_left: None, ..sealed() });
    assert!(without_release.iter().all(|html| !html.contains("name=\"code\"")));
}

#[test]
fn what_stands_in_the_way_is_said_instead_of_asking_in_vain() {
    let unfit = OrderLine { unfit: Some("order-ended".into()), ..line("old") };
    let revocation = OrderLine { revokes: true, ..line("notice-1") };
    for (view, words) in [
        (OpeningView { orders: Vec::new(), ..sealed() }, "今この施設を開けられる開放命令"),
        (OpeningView { orders: vec![unfit, revocation], ..sealed() }, "期間が終わっています"),
        (OpeningView { snapshot: None, ..sealed() }, "開けるデータがありません"),
        (OpeningView { codes_left: None, line: false, ..sealed() }, "回線もありません"),
        (OpeningView { codes_left: Some(0), line: false, ..sealed() }, "上限になりました"),
    ] {
        let [ja, en] = in_both(&view);
        assert!(ja.contains(words), "{ja}");
        assert!([ja, en].iter().all(|html| !html.contains("/officer/open")), "{words}");
    }
}

#[test]
fn the_newest_of_several_orders_is_chosen_unless_another_was() {
    let view = OpeningView { orders: vec![line("new"), line("new"), line("old")], ..sealed() };
    let html = shown(Lang::Ja, view.clone(), Typed::default());
    assert_eq!(html.matches("type=\"radio\"").count(), 2);
    assert!(html.contains("value=\"new\" checked") && html.contains("value=\"old\">"));
    let typed = || Typed { notice: "old".into(), ..Typed::default() };
    let html = shown(Lang::Ja, view, typed());
    assert!(html.contains("value=\"new\">") && html.contains("value=\"old\" checked"));
    // One that no longer opens is not kept.
    assert!(shown(Lang::Ja, sealed(), typed()).contains("value=\"notice-1\" checked"));
}

#[test]
fn a_locked_node_asks_for_no_order_and_one_that_opens_for_nothing() {
    let locked = OpeningView { state: Activation::Locked, ..sealed() };
    for html in in_both(&locked) {
        assert!(html.contains("name=\"code\"") && !html.contains("type=\"radio\""));
    }
    for state in [Activation::Sealed, Activation::Locked] {
        let opening = OpeningView { state, opening_now: true, ..sealed() };
        assert!(in_both(&opening).iter().all(|html| !html.contains("/officer/open")));
    }
    for state in [Activation::Closing, Activation::Unknown] {
        let view = OpeningView { state, ..sealed() };
        assert!(in_both(&view).iter().all(|html| !html.contains("/officer/open")));
    }
}

#[test]
fn an_open_node_says_until_when_with_whom_and_how_old() {
    let in_memory = InMemory {
        persons: 200,
        published_at: "2026-11-20T03:00:00+09:00".into(),
        age_seconds: Some(3 * 86_400),
        claims_to: "2026-10".into(),
        eligibility_to: "2026-11-12".into(),
        checkups_to: "2026-11-11".into(),
    };
    let in_force = OrderLine { in_force: true, ..line("notice-1") };
    let open = OpeningView {
        state: Activation::Open,
        closes_at: Some("2026-11-24T09:00:00+09:00".into()),
        in_memory: Some(in_memory),
        orders: vec![in_force],
        ..sealed()
    };
    let [ja, en] = in_both(&open);
    for words in [
        "2026年11月24日 09:00",
        "200 人",
        "2026年10月 診療分",
        "発行から 3 日",
        "この開放命令で開放中",
    ] {
        assert!(ja.contains(words), "{words}: {ja}");
    }
    for words in ["2026-11-24 09:00", "found: 200", "3 days ago", "/sign-in?next=/officer/close"] {
        assert!(en.contains(words), "{words}: {en}");
    }
    assert!(!ja.contains("/officer/open") && !ja.contains("name=\"code\""));
}

#[test]
fn an_age_that_is_not_known_is_not_guessed() {
    let screen = Screen {
        frame: frame(Lang::En),
        view: None,
        typed: Typed::default(),
        failure: Some("why".into()),
    };
    for (seconds, words) in [
        (None, "not known"),
        (Some(3599), "0 hours"),
        (Some(48 * 3600 - 1), "47 hours"),
        (Some(48 * 3600), "2 days"),
    ] {
        assert!(screen.age(seconds.as_ref()).contains(words), "{seconds:?}");
    }
    // A node that cannot say how it is says why.
    assert!(screen.render().unwrap().contains("<p>why</p>"));
}

#[test]
fn what_was_typed_comes_back_as_text_and_never_as_html() {
    let hostile = "\"><script>x</script>";
    let typed =
        Typed { badge: hostile.into(), code: format!("{CODE}{hostile}"), ..Typed::default() };
    let html = shown(Lang::Ja, sealed(), typed);
    assert!(!html.contains("<script>x") && html.contains(CODE));
}

#[test]
fn a_form_that_lacks_something_asks_the_node_for_nothing() {
    for (attempt, expected) in [
        (attempt(" ", CODE, "code"), Err("badge-missing")),
        (attempt("HC", "", "fetch"), Ok(None)),
        (attempt("HC", CODE, "fetch"), Ok(None)),
        (attempt("HC", " ", "code"), Err("code-missing")),
        (attempt("HC", " ", ""), Err("code-missing")),
        (attempt(" HC\r\n", CODE, "code"), Ok(Some(CODE))),
        (attempt("HC", CODE, ""), Ok(Some(CODE))),
    ] {
        let found = attempt.request().map(|request| match request {
            Request::OpenWithBadge { badge, notice: None, code } => (badge, code),
            other => panic!("{other:?}"),
        });
        let expected = match expected {
            Ok(code) => Ok(("HC".to_owned(), code.map(str::to_owned))),
            Err(code) => Err(Failure::new(ErrorClass::Invalid, code)),
        };
        assert_eq!(found, expected);
    }
}

#[test]
fn what_may_be_right_stays_in_the_form_and_the_wrong_field_is_named() {
    for (code, expected) in [
        ("code-group", ("HC", CODE, "code")),
        ("code-length", ("HC", CODE, "code")),
        ("code-missing", ("HC", CODE, "code")),
        ("code-wrong", ("HC", "", "code")),
        ("code-attempts", ("HC", "", "code")),
        ("badge-period", ("", CODE, "badge")),
        ("badge-missing", ("", CODE, "badge")),
        ("order-ended", ("HC", CODE, "")),
    ] {
        let typed = attempt("HC", CODE, "code").kept_after(&Failure::new(ErrorClass::Denied, code));
        assert_eq!((typed.badge.as_str(), typed.code.as_str(), typed.wrong), expected, "{code}");
    }
}
