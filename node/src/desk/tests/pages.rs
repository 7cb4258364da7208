//! What pages ask beside the flow: who, how far, what was done, prints, closing.

use tomoshibi_policies::role::BadgeId;

use super::*;

fn who(scene: &Scene, token: &str) -> Who {
    match scene.desk.handle(DeskRequest::Who { token: token.into() }).unwrap() {
        DeskReply::Who { who } => *who,
        other => panic!("{other:?}"),
    }
}

fn view(scene: &Scene, token: &str, visit: &str) -> VisitView {
    let (token, visit) = (token.into(), visit.into());
    match scene.desk.handle(DeskRequest::Visit { token, visit }).unwrap() {
        DeskReply::Visit { visit } => *visit,
        other => panic!("{other:?}"),
    }
}

fn mine(scene: &Scene, token: &str) -> Vec<MineLine> {
    match scene.desk.handle(DeskRequest::Mine { token: token.into() }).unwrap() {
        DeskReply::Mine { lines } => lines,
        other => panic!("{other:?}"),
    }
}

fn may_close(scene: &Scene, token: &str, second: Second) -> Result<DeskReply, Failure> {
    scene.desk.handle(DeskRequest::MayClose { token: token.into(), second })
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn last_act(scene: &Scene) -> (String, String) {
    match scene.events().last() {
        Some(Event::OperatorAct { act, detail, .. }) => {
            (act.as_str().into(), detail.as_str().into())
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_session_says_whose_it_is_and_when_it_ends() {
    let scene = Scene::open();
    let token = scene.sign_in(1, Role::Pharmacist, None);
    scene.pass_minutes(10);
    let found = who(&scene, &token);
    let at = |minutes: i64| noon().plus_millis(minutes * 60_000).to_string();
    let expected = Who {
        number: 1,
        name: "職員1".into(),
        role: "pharmacist".into(),
        drill: true,
        signed_in_at: at(0),
        idle_until: at(25),
        until: at(12 * 60),
    };
    assert!(found == expected);
    // Near the end of a shift the session ends with the shift, not with the pause.
    (0..60).for_each(|_| {
        scene.pass_minutes(12);
        if scene.minutes() < 12 * 60 {
            assert!(who(&scene, &token).idle_until <= at(12 * 60));
        }
    });
    let over = scene.desk.handle(DeskRequest::Who { token }).unwrap_err();
    assert_eq!(over.code, "session-expired");
}

#[test]
fn a_visit_says_how_far_it_has_come_and_nothing_of_the_person() {
    let scene = Scene::open();
    let token = scene.sign_in(1, Role::Doctor, None);
    let visit = scene.visit(&token, "ともしびたろう");
    let begun = view(&scene, &token, &visit);
    assert_eq!((begun.id.as_str(), begun.query.as_str()), (visit.as_str(), "four-fields"));
    assert!(!begun.identity_confirmed && begun.confirmed_by.is_none() && begun.consent.is_none());
    assert_eq!((begun.attempts_left, begun.looks, begun.others_signed_in), (5, 0, 0));
    assert_eq!(begun.may, ["eligibility", "medication", "checkup"]);
    assert!(begun.vital_interest && !begun.matched.is_empty() && !begun.facts.is_empty());

    scene.confirm(&token, &visit, "card-number-tail", "0000");
    scene.confirm(&token, &visit, "kanji-name", "灯火太郎");
    scene.consent(&token, &visit, ConsentForm::Written);
    scene.look(&token, &visit, &["medication"]).unwrap();
    scene.sign_in(2, Role::Reception, Some(&token));
    let later = view(&scene, &token, &visit);
    assert_eq!((later.identity_confirmed, later.confirmed_by.as_deref()), (true, Some("papers")));
    assert_eq!((later.attempts_left, later.looks, later.others_signed_in), (4, 1, 1));
    let consent = ConsentView {
        basis: "written".into(),
        given_at: noon().to_string(),
        until: noon().plus_hours(24).to_string(),
        holds: true,
    };
    assert_eq!(later.consent, Some(consent));
    let text = serde_json::to_string(&later).unwrap();
    for secret in ["灯火", "ﾄﾓｼﾋﾞ", "4261", "1951", "金沢"] {
        assert!(!text.contains(secret), "{secret}");
    }
}

#[test]
fn what_a_visit_offers_depends_on_who_asks() {
    let scene = Scene::open();
    let doctor = scene.sign_in(1, Role::Doctor, None);
    let visit = scene.visit(&doctor, "灯火太郎");
    let rows: [(Role, &[&str], bool); 5] = [
        (Role::Doctor, &["eligibility", "medication", "checkup"], true),
        (Role::Dentist, &["eligibility", "medication", "checkup"], true),
        (Role::Pharmacist, &["eligibility", "medication", "checkup"], false),
        (Role::Designated, &["eligibility", "medication", "checkup"], false),
        (Role::Reception, &["eligibility"], false),
    ];
    for (n, (role, may, vital_interest)) in (2..).zip(rows) {
        let token = scene.sign_in(n, role, Some(&doctor));
        let view = view(&scene, &token, &visit);
        assert_eq!((view.vital_interest, view.may), (vital_interest, owned(may)));
    }
}

#[test]
fn consent_evidence_says_whether_it_holds_for_who_asks() {
    let scene = Scene::open();
    let doctor = scene.sign_in(1, Role::Doctor, None);
    let visit = scene.visit(&doctor, "灯火太郎");
    let holds = |token: &str| {
        let consent = view(&scene, token, &visit).consent.unwrap();
        (consent.basis, consent.holds)
    };
    scene.consent(&doctor, &visit, ConsentForm::Proxy);
    assert_eq!(holds(&doctor), ("proxy".into(), true));
    scene.vital_interest(&doctor, &visit, Second::Alone).unwrap();
    assert_eq!(holds(&doctor), ("vital-interest-alone".into(), true));
    let other = scene.sign_in(2, Role::Dentist, Some(&doctor));
    assert_eq!(
        holds(&doctor),
        ("vital-interest-alone".into(), false),
        "somebody could confirm now"
    );
    assert_eq!(holds(&other), ("vital-interest-alone".into(), false), "stated by somebody else");
    scene.vital_interest(&doctor, &visit, scene.second(2, Role::Dentist)).unwrap();
    assert_eq!(holds(&doctor), ("vital-interest".into(), true));
    scene.consent(&doctor, &visit, ConsentForm::Refused);
    assert_eq!(holds(&doctor), ("refused".into(), false));
    assert!(!view(&scene, &doctor, &visit).vital_interest);
}

#[test]
fn a_visit_is_not_described_outside_the_period() {
    let scene = Scene::open();
    scene.open_until(noon().plus_hours(1));
    let token = scene.sign_in(1, Role::Doctor, None);
    let visit = scene.visit(&token, "灯火太郎");
    (0..5).for_each(|_| {
        scene.pass_minutes(12);
        let _ = scene.desk.handle(DeskRequest::Who { token: token.clone() });
    });
    let denied = scene.desk.handle(DeskRequest::Visit { token, visit }).unwrap();
    assert_eq!(reasons(denied), ["after-period"]);
}

#[test]
fn a_badge_sees_what_it_did_in_this_shift_and_nobody_elses() {
    let scene = Scene::open();
    let token = scene.sign_in(1, Role::Doctor, None);
    scene.find(&token, "該当　無子");
    let visit = scene.visit(&token, "灯火太郎");
    scene.look(&token, &visit, &["medication"]).unwrap();
    scene.consent(&token, &visit, ConsentForm::Oral);
    scene.look(&token, &visit, &["medication"]).unwrap();
    scene.print(&token, &visit, &["eligibility", "medication"]).unwrap();
    let lines = mine(&scene, &token);
    let told: Vec<_> = lines
        .iter()
        .map(|l| (l.what.as_str(), l.outcome.as_str(), l.visit.is_some(), l.basis.as_deref()))
        .collect();
    let expected = [
        ("printed", "paper", true, Some("oral")),
        ("disclosed", "", true, Some("oral")),
        ("consented", "oral", true, Some("oral")),
        ("denied", "no-consent", true, None),
        ("searched", "one", true, None),
        ("searched", "none", false, None),
        ("signed-in", "", false, None),
        ("pin-set", "", false, None),
    ];
    assert_eq!(told, expected);
    assert_eq!(lines[0].categories, ["eligibility", "medication"]);
    assert_eq!(lines[1].visit.as_deref(), Some(visit.as_str()));
    for (place, line) in lines.iter().enumerate() {
        let name = (place < 2).then_some("灯火　太郎");
        assert_eq!(line.name.as_deref(), name, "a name only where a record was shown");
        assert!(!format!("{line:?}").contains("灯火"));
    }

    let other = scene.sign_in(2, Role::Pharmacist, Some(&token));
    assert!(mine(&scene, &other).iter().all(|line| line.name.is_none() && line.visit.is_none()));
    scene.clock.0.store(noon().plus_hours(12).as_millis(), Ordering::SeqCst);
    let next_shift = scene.sign_in(1, Role::Doctor, None);
    let whats: Vec<_> = mine(&scene, &next_shift).into_iter().map(|line| line.what).collect();
    assert_eq!(whats, ["signed-in"]);
}

#[test]
fn what_could_not_be_journalled_is_in_nobodys_list() {
    let scene = Scene::open();
    let token = scene.sign_in(1, Role::Doctor, None);
    let visit = scene.visit(&token, "灯火太郎");
    scene.consent(&token, &visit, ConsentForm::Oral);
    let before = mine(&scene, &token).len();
    scene.evidence.fails.store(true, Ordering::SeqCst);
    assert_eq!(
        scene.print(&token, &visit, &["medication"]).unwrap_err().code,
        "journal-not-written"
    );
    assert_eq!(mine(&scene, &token).len(), before);
    assert_eq!(view(&scene, &token, &visit).looks, 0);
}

#[test]
fn a_print_shows_what_a_look_shows_and_is_journalled_as_a_print() {
    let scene = Scene::open();
    let token = scene.sign_in(1, Role::Doctor, None);
    let visit = scene.visit(&token, "灯火太郎");
    assert_eq!(reasons(scene.print(&token, &visit, &["medication"]).unwrap()), ["no-consent"]);
    assert!(matches!(scene.events().last(), Some(Event::Denied { .. })));
    scene.consent(&token, &visit, ConsentForm::Oral);
    let looked = record(scene.look(&token, &visit, &["medication"]).unwrap());
    let printed = record(scene.print(&token, &visit, &["medication"]).unwrap());
    assert!(looked == printed);
    match &scene.events()[..] {
        [.., Event::Disclosed { disclosure: looked }, Event::Printed { disclosure, form }] => {
            assert_eq!((disclosure, form.as_str()), (looked, "paper"));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn who_may_close_is_asked_of_the_rules_and_journalled() {
    let scene = Scene::open();
    let doctor = scene.sign_in(1, Role::Doctor, None);
    assert_eq!(may_close(&scene, &doctor, Second::Alone), Ok(DeskReply::Done));
    assert_eq!(last_act(&scene), ("close-permitted".into(), "alone".into()));
    let reception = scene.sign_in(2, Role::Reception, Some(&doctor));
    let refused = |token: &str, second: Second, code: &str| {
        let failure = may_close(&scene, token, second).unwrap_err();
        assert_eq!((failure.code.as_str(), failure.class), (code, ErrorClass::Denied));
        assert_eq!(last_act(&scene), ("close-refused".into(), code.into()));
    };
    refused(&doctor, Second::Alone, "close-not-alone");
    refused(&doctor, Second::Nobody, "close-unconfirmed");
    refused(&doctor, scene.second(1, Role::Doctor), "close-second-is-same");
    refused(&reception, scene.second(1, Role::Doctor), "close-role");
    let second = scene.second(2, Role::Reception);
    assert_eq!(may_close(&scene, &doctor, second), Ok(DeskReply::Done));
    let (act, detail) = last_act(&scene);
    assert_eq!(act, "close-permitted");
    assert_eq!(detail, format!("confirmed by badge {}", "02".repeat(16)));
    let wrong = Second::Badge { badge: badge(2, Role::Reception), pin: "000001".into() };
    assert_eq!(may_close(&scene, &doctor, wrong).unwrap_err().code, "pin-wrong");
    scene.evidence.fails.store(true, Ordering::SeqCst);
    let second = scene.second(2, Role::Reception);
    assert!(may_close(&scene, &doctor, second).is_err(), "no permission without its entry");
}

#[test]
fn whatever_is_in_the_list_is_wanted_back_from_the_journal() {
    let scene = Scene::open();
    let token = scene.sign_in(1, Role::Doctor, None);
    let visit = scene.visit(&token, "灯火太郎");
    scene.confirm(&token, &visit, "kanji-name", "灯火太郎");
    scene.look(&token, &visit, &["medication"]).unwrap();
    scene.consent(&token, &visit, ConsentForm::Oral);
    scene.look(&token, &visit, &["medication"]).unwrap();
    scene.print(&token, &visit, &["medication"]).unwrap();
    may_close(&scene, &token, Second::Alone).unwrap();
    scene.desk.handle(DeskRequest::SignOut { token }).unwrap();
    let listed = |event: &Event| {
        let mut shift = Shift::default();
        shift.note(event, noon(), None);
        !shift.of(BadgeId::from_bytes([1; 16]), noon()).is_empty()
    };
    let restored = |event: &Event| Desk::restores(event.kind().code(), noon(), noon());
    let events = scene.events();
    assert!(events.iter().all(|event| listed(event) == restored(event)));
    assert_eq!(events.iter().filter(|event| listed(event)).count(), events.len() - 1);
    let kind = |event: &Event| event.kind().code();
    let after_shift = noon().plus_hours(12);
    let kept = events.iter().filter(|event| Desk::restores(kind(event), noon(), after_shift));
    assert!(kept.count() == 3, "a consent and two denials outlive the shift");
}

#[test]
fn the_socket_speaks_what_pages_ask() {
    let (token, visit) = ("t".to_owned(), "v".to_owned());
    let rows = [
        (DeskRequest::Who { token: token.clone() }, r#"{"ask":"who","token":"t"}"#),
        (
            DeskRequest::Visit { token: token.clone(), visit: visit.clone() },
            r#"{"ask":"visit","token":"t","visit":"v"}"#,
        ),
        (
            DeskRequest::Print {
                token: token.clone(),
                visit: visit.clone(),
                categories: vec!["medication".into()],
                purpose: "care".into(),
            },
            r#"{"ask":"print","token":"t","visit":"v","categories":["medication"],"purpose":"care"}"#,
        ),
        (
            DeskRequest::Slip { token: token.clone(), visit },
            r#"{"ask":"slip","token":"t","visit":"v"}"#,
        ),
        (DeskRequest::Mine { token: token.clone() }, r#"{"ask":"mine","token":"t"}"#),
        (
            DeskRequest::MayClose { token, second: Second::Alone },
            r#"{"ask":"may-close","token":"t","second":{"by":"alone"}}"#,
        ),
    ];
    for (request, json) in rows {
        assert_eq!(serde_json::to_string(&request).unwrap(), json);
        assert!(serde_json::from_str::<DeskRequest>(json).unwrap() == request, "{json}");
    }
}

#[test]
fn replies_cross_the_socket_whole_and_print_nobody() {
    let scene = Scene::open();
    let token = scene.sign_in(1, Role::Doctor, None);
    let visit = scene.visit(&token, "灯火太郎");
    scene.consent(&token, &visit, ConsentForm::Oral);
    scene.look(&token, &visit, &["medication"]).unwrap();
    let ask = |request| scene.desk.handle(request).unwrap();
    let replies = [
        (ask(DeskRequest::Who { token: token.clone() }), "Who(1)"),
        (ask(DeskRequest::Visit { token: token.clone(), visit: visit.clone() }), "Visit(hidden)"),
        (ask(DeskRequest::Slip { token: token.clone(), visit }), "Slip(hidden)"),
        (ask(DeskRequest::Mine { token }), "Mine(6)"),
    ];
    for (reply, printed) in replies {
        let json = serde_json::to_string(&reply).unwrap();
        assert!(serde_json::from_str::<DeskReply>(&json).unwrap() == reply, "{json}");
        assert_eq!(format!("{reply:?}"), printed);
    }
}
