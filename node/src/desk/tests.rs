//! The desk, end to end, with a small region in memory and evidence that can fail.

mod pages;
mod revoked;
mod scene;
mod slips;

use std::sync::atomic::Ordering;

use tomoshibi_policies::activation::{ActivationEvent, OrderTerms, SiteFacts};
use tomoshibi_policies::record::PersonId;
use tomoshibi_policies::role::Role;
use tomoshibi_sync::journal::SearchOutcome;

use super::*;
use scene::*;

#[test]
fn a_consented_look_shows_the_record_and_leaves_its_entry() {
    let scene = Scene::open();
    let token = scene.sign_in(1, Role::Doctor, None);
    let visit = scene.visit(&token, "ともしび たろう");
    scene.consent(&token, &visit, ConsentForm::Oral);
    let record = record(scene.look(&token, &visit, &["eligibility", "medication"]).unwrap());
    assert!(record.drill && !record.identity_confirmed);
    assert_eq!(record.subject.names[0].written.as_deref(), Some("灯火　太郎"));
    let medication = record.medication.unwrap();
    assert_eq!(medication.lines.len(), 1);
    assert_eq!(medication.lines[0].group, "danger-unknown");
    assert_eq!(record.eligibility.unwrap()[0].number.as_deref(), Some("4261"));
    assert!(record.checkups.is_none());
    let said: Vec<_> = record.statements.iter().map(|s| s.id.as_str()).collect();
    for id in ["drill", "identity-not-confirmed", "allergies-not-in-this-data", "claims-reach"] {
        assert!(said.contains(&id), "{id}");
    }
    match scene.events().last() {
        Some(Event::Disclosed { disclosure }) => {
            assert_eq!(disclosure.person, PersonId::from_bytes([1; 16]));
            let shown: Vec<_> =
                disclosure.shown.iter().map(|s| (s.category.as_str(), s.items)).collect();
            assert_eq!(shown, [("eligibility", 1), ("medication", 1)]);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_category_that_cannot_be_read_is_named_and_the_others_are_shown() {
    let scene = Scene::open();
    let token = scene.sign_in(1, Role::Doctor, None);
    let visit = scene.visit(&token, "ともしび たろう");
    scene.consent(&token, &visit, ConsentForm::Oral);
    scene.damaged.store(true, Ordering::SeqCst);
    let record = record(scene.look(&token, &visit, &["medication", "checkup"]).unwrap());
    assert!(record.medication.is_some() && record.checkups.is_none());
    let said: Vec<_> = record.statements.iter().map(|s| s.id.as_str()).collect();
    assert_eq!(said[..2], ["drill", "category-not-read"]);
    assert_eq!(record.statements[1].args["category"], "checkup");
    // What could not be read was not shown, and no entry says that it was.
    let shown = |event: &Event| match event {
        Event::Disclosed { disclosure } => disclosure.shown.len(),
        other => panic!("{other:?}"),
    };
    assert_eq!(shown(scene.events().last().unwrap()), 1);
    let entries = scene.events().len();
    let failure = scene.look(&token, &visit, &["checkup"]).unwrap_err();
    assert_eq!((failure.code.as_str(), failure.class), ("record-not-read", ErrorClass::Corrupt));
    assert_eq!(scene.events().len(), entries);
}

#[test]
fn no_answer_leaves_without_a_durable_entry() {
    let scene = Scene::open();
    let token = scene.sign_in(1, Role::Doctor, None);
    let visit = scene.visit(&token, "灯火太郎");
    scene.consent(&token, &visit, ConsentForm::Oral);
    scene.evidence.fails.store(true, Ordering::SeqCst);
    let failure = scene.look(&token, &visit, &["medication"]).unwrap_err();
    assert_eq!(
        (failure.code.as_str(), failure.class),
        ("journal-not-written", ErrorClass::Exhausted)
    );
    let fields = NameFields {
        name: "灯火太郎".into(),
        birth: "19510327".into(),
        sex: "1".into(),
        address: Some("金沢市".into()),
        insurer: None,
    };
    let search = scene.desk.handle(DeskRequest::FindByName { token: token.clone(), fields });
    assert_eq!(search.unwrap_err().code, "journal-not-written");
    scene.evidence.fails.store(false, Ordering::SeqCst);
    assert!(matches!(scene.look(&token, &visit, &["medication"]), Ok(DeskReply::Record { .. })));
}

#[test]
fn a_consent_that_could_not_be_journalled_opens_nothing() {
    let scene = Scene::open();
    let token = scene.sign_in(1, Role::Doctor, None);
    let visit = scene.visit(&token, "灯火太郎");
    scene.evidence.fails.store(true, Ordering::SeqCst);
    let (form, of) = (ConsentForm::Oral, visit.clone());
    assert!(
        scene.desk.handle(DeskRequest::Consent { token: token.clone(), visit: of, form }).is_err()
    );
    scene.evidence.fails.store(false, Ordering::SeqCst);
    assert_eq!(reasons(scene.look(&token, &visit, &["medication"]).unwrap()), ["no-consent"]);
}

#[test]
fn without_consent_nothing_is_read_and_the_denial_is_journalled() {
    let scene = Scene::open();
    let token = scene.sign_in(1, Role::Doctor, None);
    let visit = scene.visit(&token, "灯火太郎");
    assert_eq!(reasons(scene.look(&token, &visit, &["medication"]).unwrap()), ["no-consent"]);
    assert!(matches!(scene.events().last(), Some(Event::Denied { .. })));
    scene.consent(&token, &visit, ConsentForm::Oral);
    scene.consent(&token, &visit, ConsentForm::Refused);
    assert_eq!(reasons(scene.look(&token, &visit, &["medication"]).unwrap()), ["consent-refused"]);
    assert_eq!(scene.reads.load(Ordering::SeqCst), 0);
}

#[test]
fn the_consent_of_one_patient_does_not_open_another() {
    let scene = Scene::open();
    let token = scene.sign_in(1, Role::Doctor, None);
    let first = scene.visit(&token, "灯火太郎");
    scene.consent(&token, &first, ConsentForm::Written);
    let second = scene.visit(&token, "見本次郎");
    assert_eq!(reasons(scene.look(&token, &second, &["medication"]).unwrap()), ["no-consent"]);
}

#[test]
fn a_consent_ends_after_its_hours() {
    let scene = Scene::open();
    let token = scene.sign_in(1, Role::Doctor, None);
    let visit = scene.visit(&token, "灯火太郎");
    scene.consent(&token, &visit, ConsentForm::Oral);
    scene.clock.0.store(noon().plus_hours(24).as_millis(), Ordering::SeqCst);
    let token = scene.sign_in(1, Role::Doctor, None);
    let visit = scene.visit(&token, "灯火太郎");
    assert_eq!(reasons(scene.look(&token, &visit, &["medication"]).unwrap()), ["consent-expired"]);
}

#[test]
fn reception_sees_eligibility_and_nothing_more() {
    let scene = Scene::open();
    let token = scene.sign_in(1, Role::Reception, None);
    let visit = scene.visit(&token, "灯火太郎");
    scene.consent(&token, &visit, ConsentForm::Oral);
    assert_eq!(
        reasons(scene.look(&token, &visit, &["medication"]).unwrap()),
        ["role-may-not-view"]
    );
    let record = record(scene.look(&token, &visit, &["eligibility", "medication"]).unwrap());
    assert!(record.eligibility.is_some() && record.medication.is_none());
}

#[test]
fn a_second_person_confirms_a_vital_interest_and_alone_is_marked() {
    let scene = Scene::open();
    let doctor = scene.sign_in(1, Role::Doctor, None);
    let visit = scene.visit(&doctor, "灯火太郎");
    let claim = |token: &str, second| DeskRequest::VitalInterest {
        token: token.into(),
        visit: visit.clone(),
        reason: "unconscious".into(),
        written: "梁の下から救出、呼びかけに反応なし".into(),
        second,
    };
    scene.desk.handle(claim(&doctor, Second::Alone)).unwrap();
    let alone = record(scene.look(&doctor, &visit, &["medication"]).unwrap());
    assert_eq!(alone.basis, "vital-interest-alone");

    scene.sign_in(2, Role::Pharmacist, Some(&doctor));
    let denied = scene.look(&doctor, &visit, &["medication"]).unwrap();
    assert_eq!(reasons(denied), ["vital-interest-not-alone"]);
    let second =
        |n: u8, pin: &str| Second::Badge { badge: badge(n, Role::Pharmacist), pin: pin.into() };
    let wrong = scene.desk.handle(claim(&doctor, second(2, "000001"))).unwrap_err();
    assert_eq!(wrong.code, "pin-wrong");
    scene.desk.handle(claim(&doctor, second(2, "270992"))).unwrap();
    let confirmed = record(scene.look(&doctor, &visit, &["medication"]).unwrap());
    assert_eq!(confirmed.basis, "vital-interest");
}

#[test]
fn a_vital_interest_does_not_undo_a_refusal_and_only_consent_does() {
    let scene = Scene::open();
    let doctor = scene.sign_in(1, Role::Doctor, None);
    let visit = scene.visit(&doctor, "灯火太郎");
    scene.consent(&doctor, &visit, ConsentForm::Refused);
    let another = scene.visit(&doctor, "灯火太郎");
    for visit in [&visit, &another] {
        let stated = scene.vital_interest(&doctor, visit, Second::Alone).unwrap();
        assert_eq!(reasons(stated), ["consent-refused"]);
        match scene.events().last() {
            Some(Event::Denied { person, reasons, .. }) => {
                assert_eq!(*person, Some(PersonId::from_bytes([1; 16])));
                assert_eq!(reasons[0].as_str(), "consent-refused");
            }
            other => panic!("{other:?}"),
        }
        let look = scene.look(&doctor, visit, &["medication"]).unwrap();
        assert_eq!(reasons(look), ["consent-refused"]);
    }
    assert_eq!(scene.reads.load(Ordering::SeqCst), 0);
    scene.consent(&doctor, &visit, ConsentForm::Oral);
    record(scene.look(&doctor, &visit, &["medication"]).unwrap());
}

#[test]
fn a_refusal_comes_back_from_the_journal_whatever_vital_interest_followed() {
    let scene = Scene::open();
    let doctor = scene.sign_in(1, Role::Doctor, None);
    let visit = scene.visit(&doctor, "灯火太郎");
    scene.vital_interest(&doctor, &visit, Second::Alone).unwrap();
    let stated = scene.events().pop().unwrap();
    scene.consent(&doctor, &visit, ConsentForm::Refused);
    let refused = scene.events().pop().unwrap();
    scene.desk.restore(&[(noon(), refused), (noon(), stated)]);
    let look = scene.look(&doctor, &visit, &["medication"]).unwrap();
    assert_eq!(reasons(look), ["consent-refused"]);
}

#[test]
fn identity_is_confirmed_by_a_fact_and_not_by_guessing() {
    let scene = Scene::open();
    let token = scene.sign_in(1, Role::Doctor, None);
    let visit = scene.visit(&token, "ともしびたろう");
    let say = |said: &str| {
        scene.desk.handle(DeskRequest::ConfirmIdentity {
            token: token.clone(),
            visit: visit.clone(),
            by: "patient".into(),
            fact: "card-number-tail".into(),
            said: said.into(),
        })
    };
    for left in (0..5).rev() {
        let expected = DeskReply::Identity { confirmed: false, attempts_left: left };
        assert_eq!(say("0000").unwrap(), expected);
    }
    assert_eq!(say("4261").unwrap_err().code, "confirm-attempts");

    // Searching again gives no more, and neither does a restart.
    let again = |visit: String| {
        let (by, fact, said) = ("papers".into(), "kanji-name".into(), "灯火太郎".into());
        scene.desk.handle(DeskRequest::ConfirmIdentity {
            token: token.clone(),
            visit,
            by,
            fact,
            said,
        })
    };
    let events: Vec<_> = scene.events().into_iter().map(|event| (noon(), event)).collect();
    assert_eq!(again(scene.visit(&token, "灯火太郎")).unwrap_err().code, "confirm-attempts");
    scene.desk.restore(&events);
    assert_eq!(again(scene.visit(&token, "灯火太郎")).unwrap_err().code, "confirm-attempts");
}

#[test]
fn a_wrong_fact_is_journalled_and_a_right_one_takes_no_attempt() {
    let scene = Scene::open();
    let token = scene.sign_in(1, Role::Doctor, None);
    let visit = scene.visit(&token, "ともしびたろう");
    let wrong = scene.confirm(&token, &visit, "card-number-tail", "0000");
    assert_eq!(wrong, DeskReply::Identity { confirmed: false, attempts_left: 4 });
    match scene.events().last() {
        Some(Event::Denied { person, reasons, .. }) => {
            assert_eq!(*person, Some(PersonId::from_bytes([1; 16])));
            assert_eq!(reasons[0].as_str(), "identity-not-confirmed");
        }
        other => panic!("{other:?}"),
    }
    scene.consent(&token, &visit, ConsentForm::Oral);
    let right = scene
        .desk
        .handle(DeskRequest::ConfirmIdentity {
            token: token.clone(),
            visit: visit.clone(),
            by: "papers".into(),
            fact: "kanji-name".into(),
            said: "灯火太郎".into(),
        })
        .unwrap();
    assert_eq!(right, DeskReply::Identity { confirmed: true, attempts_left: 4 });
    assert!(record(scene.look(&token, &visit, &["medication"]).unwrap()).identity_confirmed);
}

#[test]
fn a_search_names_nobody_and_keeps_no_terms() {
    let scene = Scene::open();
    let token = scene.sign_in(1, Role::Doctor, None);
    let none = scene.find(&token, "該当　無子");
    assert_eq!(none, DeskReply::Found { outcome: FindReply::None { regions: vec![17] } });
    match scene.events().last() {
        Some(Event::Searched { outcome, .. }) => assert_eq!(*outcome, SearchOutcome::None),
        other => panic!("{other:?}"),
    }
}

#[test]
fn outside_the_period_nothing_is_searched_and_the_denial_is_journalled() {
    let scene = Scene::open();
    scene.open_until(noon().plus_hours(1));
    let token = scene.sign_in(1, Role::Doctor, None);
    let visit = scene.visit(&token, "灯火太郎");
    scene.consent(&token, &visit, ConsentForm::Oral);
    scene.clock.0.store(noon().plus_hours(1).as_millis() - 1, Ordering::SeqCst);
    // The session has paused too long by now; a new one is begun inside the period.
    let token = scene.sign_in(1, Role::Doctor, None);
    assert!(matches!(scene.find(&token, "灯火太郎"), DeskReply::Found { .. }));
    scene.clock.0.store(noon().plus_hours(1).as_millis(), Ordering::SeqCst);
    assert_eq!(reasons(scene.find(&token, "灯火太郎")), ["after-period"]);
    assert_eq!(reasons(scene.look(&token, &visit, &["eligibility"]).unwrap()), ["after-period"]);
    assert!(matches!(scene.events().last(), Some(Event::Denied { .. })));
}

#[test]
fn every_denial_outside_the_period_leaves_an_entry() {
    let scene = Scene::open();
    scene.open_until(noon().plus_millis(10 * 60_000));
    let token = scene.sign_in(1, Role::Doctor, None);
    let visit = scene.visit(&token, "灯火太郎");
    scene.pass_minutes(10);
    let asked = [
        scene.find(&token, "灯火太郎"),
        scene.consent(&token, &visit, ConsentForm::Oral),
        scene.vital_interest(&token, &visit, Second::Alone).unwrap(),
        scene.confirm(&token, &visit, "kanji-name", "灯火太郎"),
        scene
            .desk
            .handle(DeskRequest::Visit { token: token.clone(), visit: visit.clone() })
            .unwrap(),
        scene.look(&token, &visit, &["medication"]).unwrap(),
    ];
    let count = asked.len();
    assert!(asked.into_iter().all(|reply| reasons(reply)[0] == "after-period"));
    // And with the keys gone from memory, a look is denied before the rules are asked.
    let activation = scene.desk.opening().activation;
    scene.desk.set_opening(activation, None);
    assert_eq!(reasons(scene.look(&token, &visit, &["medication"]).unwrap()), ["not-open"]);
    let events = scene.events();
    let denials = events.iter().rev().take_while(|event| matches!(event, Event::Denied { .. }));
    assert_eq!(denials.count(), count + 1);
}

#[test]
fn a_closed_desk_knows_nobody() {
    let scene = Scene::open();
    let token = scene.sign_in(1, Role::Doctor, None);
    let visit = scene.visit(&token, "灯火太郎");
    scene.desk.close(Activation::sealed());
    assert_eq!(scene.look(&token, &visit, &["eligibility"]).unwrap_err().code, "session-unknown");
    let again = DeskRequest::SignIn { badge: badge(1, Role::Doctor), pin: "270991".into() };
    assert_eq!(scene.desk.handle(again).unwrap_err().code, "not-open");
}

#[test]
fn wrong_badges_and_pins_are_refused_by_name_and_journalled() {
    let scene = Scene::open();
    let doctor = scene.sign_in(1, Role::Doctor, None);
    let sign_in = |badge: String, pin: &str| {
        let failure =
            scene.desk.handle(DeskRequest::SignIn { badge, pin: pin.into() }).unwrap_err();
        assert!(matches!(scene.events().last(), Some(Event::SignInRefused { .. })));
        failure.code
    };
    assert_eq!(sign_in("HC1:NONSENSE".into(), "270991"), "badge-form");
    assert_eq!(sign_in(badge(1, Role::Doctor), "270990"), "pin-wrong");
    assert_eq!(sign_in(badge(3, Role::Doctor), "270993"), "pin-not-set");
    let set = |witness: Option<&str>| {
        let witness = witness.map(str::to_owned);
        let (badge, pin) = (badge(3, Role::Doctor), "270993".into());
        scene.desk.handle(DeskRequest::SetPin { badge, pin, witness })
    };
    assert_eq!(set(None).unwrap_err().code, "witness-missing");
    assert_eq!(set(Some(&doctor)), Ok(DeskReply::Done));
}

#[test]
fn a_badge_alone_sets_no_pin_though_nobody_is_signed_in() {
    let scene = Scene::open();
    let doctor = scene.sign_in(1, Role::Doctor, None);
    scene.desk.handle(DeskRequest::SignOut { token: doctor }).unwrap();
    let set = |n: u8, role, witness: Option<&str>| {
        let witness = witness.map(str::to_owned);
        scene.desk.handle(DeskRequest::SetPin {
            badge: badge(n, role),
            pin: "481516".into(),
            witness,
        })
    };
    for (n, role) in [(1, Role::Doctor), (2, Role::Pharmacist)] {
        assert_eq!(set(n, role, None).unwrap_err().code, "witness-missing");
        assert!(matches!(scene.events().last(), Some(Event::SignInRefused { .. })));
    }
    // A locked badge is no different.
    for pin in ["000001"; 5] {
        let (badge, pin) = (badge(1, Role::Doctor), pin.into());
        scene.desk.handle(DeskRequest::SignIn { badge, pin }).unwrap_err();
    }
    assert_eq!(set(1, Role::Doctor, None).unwrap_err().code, "witness-missing");
    let untouched = DeskRequest::SignIn { badge: badge(1, Role::Doctor), pin: "481516".into() };
    assert_eq!(scene.desk.handle(untouched).unwrap_err().code, "pin-locked");
}

#[test]
fn ones_own_badge_is_no_witness() {
    let scene = Scene::open();
    let doctor = scene.sign_in(1, Role::Doctor, None);
    let set = |n: u8, role| {
        let (badge, pin, witness) = (badge(n, role), "481516".into(), Some(doctor.clone()));
        scene.desk.handle(DeskRequest::SetPin { badge, pin, witness })
    };
    assert_eq!(set(1, Role::Doctor).unwrap_err().code, "witness-is-same");
    assert_eq!(set(2, Role::Pharmacist), Ok(DeskReply::Done));
}

#[test]
fn a_session_can_be_seen_and_ended_by_a_colleague() {
    let scene = Scene::open();
    let doctor = scene.sign_in(1, Role::Doctor, None);
    let pharmacist = scene.sign_in(2, Role::Pharmacist, Some(&doctor));
    let token = doctor.clone();
    let sessions = match scene.desk.handle(DeskRequest::Sessions { token }).unwrap() {
        DeskReply::Sessions { sessions } => sessions,
        other => panic!("{other:?}"),
    };
    let other = sessions.iter().find(|line| !line.own).unwrap();
    assert_eq!((sessions.len(), other.role.as_str()), (2, "pharmacist"));
    let end = DeskRequest::EndSession { token: doctor, number: other.number };
    scene.desk.handle(end).unwrap();
    let gone = scene.desk.handle(DeskRequest::SignOut { token: pharmacist }).unwrap_err();
    assert_eq!(gone.code, "session-unknown");
}

#[test]
fn after_closing_nobody_holds_what_was_opened() {
    let scene = Scene::open();
    let token = scene.sign_in(1, Role::Doctor, None);
    let visit = scene.visit(&token, "ともしび たろう");
    scene.consent(&token, &visit, ConsentForm::Oral);
    scene.look(&token, &visit, &["medication"]).unwrap();
    let held = Arc::downgrade(&scene.desk.opening().opened.unwrap());
    assert_eq!(held.strong_count(), 1);
    scene.desk.close(Activation::sealed());
    assert_eq!(held.strong_count(), 0);
    assert_eq!(scene.look(&token, &visit, &["medication"]).unwrap_err().code, "session-unknown");
}

#[test]
fn a_badge_for_any_notice_of_the_opening_goes_on_counting() {
    let scene = Scene::open();
    let site = SiteFacts { facility: facility(), municipality: Some(17201) };
    let first = scene.desk.opening().activation;
    let terms = OrderTerms {
        notice_id: "notice-2".into(),
        period: Period { from: noon().plus_hours(1), until: noon().plus_hours(96) },
        ..first.terms_at(noon()).unwrap().clone()
    };
    let event = ActivationEvent::Extended { extends: NOTICE.into(), terms };
    scene.desk.set_activation(first.after(event, &site, noon()).unwrap());
    scene.clock.0.store(noon().plus_hours(2).as_millis(), Ordering::SeqCst);
    scene.sign_in(1, Role::Doctor, None);
    assert!(!scene.desk.opening().activation.names_notice("notice-3"));
}
