use super::*;
use crate::locale::Lang;

fn typed() -> Typed {
    Typed::from(ByName {
        name: "ともしび\"たろう".into(),
        birth: "S26.3.27".into(),
        sex: "1".into(),
        address: "金沢市<b>".into(),
        insurer: "170993".into(),
    })
}

fn frame(lang: Lang) -> Frame {
    Frame::fixed(lang, "page-find-title")
}

fn html(screen: &Screen) -> String {
    let html = screen.render().unwrap();
    assert!(!html.contains("(message missing"), "{html}");
    html
}

/// The input with this id.
fn input<'a>(html: &'a str, id: &str) -> &'a str {
    let start = html.find(&format!("<input id=\"{id}\"")).unwrap();
    html[start..].split_once('>').unwrap().0
}

#[test]
fn both_ways_stand_on_one_empty_screen_and_nothing_is_kept() {
    for lang in Lang::ALL {
        let marks = Way::Name.first();
        let (frame, typed) = (frame(lang), Typed::default());
        let html = html(&Screen { frame, typed, marks, told: None });
        for part in [
            "action=\"/find/name\" autocomplete=\"off\"",
            "action=\"/find/number\" autocomplete=\"off\"",
            "id=\"sex-1\"",
            "id=\"sex-2\"",
            "S26.3.27",
        ] {
            assert!(html.contains(part), "{part}");
        }
        assert_eq!(html.matches(" autofocus").count(), 1);
        assert!(input(&html, "name").ends_with(" autofocus"));
        assert!(!html.contains("aria-invalid") && !html.contains("checked"));
        assert!(html.find("/find/name") < html.find("/find/number"), "by name comes first");
    }
}

#[test]
fn nobody_found_keeps_what_was_typed_and_says_what_to_try() {
    for (lang, what) in [
        (Lang::Ja, "このノードが持つ 北海道、石川県のデータには見つかりません"),
        (Lang::En, "Not in this node&#39;s data for Hokkaido, Ishikawa"),
    ] {
        let outcome = FindReply::None { regions: vec![1, 17] };
        let html = html(&not_one(frame(lang), Way::Name, typed(), &outcome));
        assert!(html.contains(what), "{html}");
        assert!(html.contains("<div id=\"told\" class=\"warning\" role=\"alert\">"));
        assert_eq!(
            html.matches("<li>").count(),
            5 + AFTER_NAME.len(),
            "the list of screens and what to try"
        );
        assert!(input(&html, "name").contains("value=\"ともしび&#34;たろう\""));
        assert!(input(&html, "address").contains("value=\"金沢市&#60;b&#62;\""));
        assert!(input(&html, "card-birth").contains("value=\"S26.3.27\""));
        assert!(html.contains("value=\"1\" checked") && !html.contains("value=\"2\" checked"));
    }
}

#[test]
fn several_ask_for_more_in_its_field_and_list_nobody() {
    for (ask, id, words) in [
        ("kana-name", "name", "氏名の読み（カナ）"),
        ("insurer", "insurer", "保険者（番号）"),
        ("card-number", "card-number", "記号・番号（番号で探す）"),
    ] {
        let outcome = FindReply::Several { ask: ask.into() };
        let html = html(&not_one(frame(Lang::Ja), Way::Name, typed(), &outcome));
        assert!(html.contains("1 人に絞れません") && html.contains(words));
        let field = input(&html, id);
        assert!(field.contains(&format!("aria-describedby=\"{id}-help told\"")), "{field}");
        assert!(field.ends_with(" autofocus") && !html.contains("aria-invalid"));
        assert_eq!(html.matches("class=\"field asked\"").count(), 1);
    }
    let papers = FindReply::Several { ask: "papers".into() };
    let html = html(&not_one(frame(Lang::En), Way::Number, typed(), &papers));
    assert!(html.contains("medication notebook") && !html.contains("class=\"field asked\""));
}

#[test]
fn a_refusal_stands_beside_its_form_and_marks_its_field() {
    for lang in Lang::ALL {
        let failure = Failure::new(ErrorClass::Invalid, "query-birth");
        let html = html(&refused(frame(lang), Way::Number, typed(), &failure));
        let field = input(&html, "card-birth");
        assert!(field.contains("aria-invalid=\"true\"") && field.contains("card-birth-help told"));
        assert_eq!(html.matches("aria-invalid").count(), 1);
        let told = html.find("<div id=\"told\" class=\"failure\"").unwrap();
        assert!(html.find("id=\"by-number\"").unwrap() < told);
        assert!(told < html.find("action=\"/find/number\"").unwrap());
    }
}
