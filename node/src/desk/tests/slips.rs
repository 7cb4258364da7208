//! What a patient takes home.

use tomoshibi_policies::category::Category;
use tomoshibi_sync::id::Incarnation;
use tomoshibi_sync::journal::{Sequence, TreeHash};
use tomoshibi_sync::slip::Slip;

use super::*;

fn ask(scene: &Scene, token: &str, visit: &str) -> Result<DeskReply, Failure> {
    scene.desk.handle(DeskRequest::Slip { token: token.into(), visit: visit.into() })
}

fn slip(scene: &Scene, token: &str, visit: &str) -> SlipView {
    match ask(scene, token, visit).unwrap() {
        DeskReply::Slip { slip } => *slip,
        other => panic!("{other:?}"),
    }
}

fn looked() -> (Scene, String, String) {
    let scene = Scene::open();
    let token = scene.sign_in(1, Role::Doctor, None);
    let visit = scene.visit(&token, "灯火太郎");
    scene.look(&token, &visit, &["eligibility"]).unwrap();
    scene.consent(&token, &visit, ConsentForm::Oral);
    scene.pass_minutes(3);
    scene.print(&token, &visit, &["medication", "eligibility"]).unwrap();
    (scene, token, visit)
}

#[test]
fn a_slip_tells_when_and_what_and_its_code_names_the_entries() {
    let (scene, token, visit) = looked();
    let view = slip(&scene, &token, &visit);
    assert_eq!((view.drill, view.facility.as_str()), (true, FACILITY));
    assert_eq!(view.node, "09".repeat(16));
    let told: Vec<_> = view
        .looks
        .iter()
        .map(|look| (look.shown_at.as_str(), look.basis.as_str(), look.categories.clone()))
        .collect();
    let (early, late) = (noon().to_string(), noon().plus_millis(180_000).to_string());
    let both = vec![("eligibility".to_owned(), 1), ("medication".to_owned(), 1)];
    let expected = [
        (late.as_str(), "oral", both),
        (early.as_str(), "eligibility-only", vec![("eligibility".to_owned(), 1)]),
    ];
    assert_eq!(told, expected);

    let signed = Slip::open(&view.code, &key(9).public()).unwrap();
    assert_eq!((signed.drill, signed.facility, signed.node), (true, facility(), origin().node));
    assert_eq!((signed.region, signed.incarnation), (origin().region, origin().incarnation));
    let events = scene.events();
    for look in &signed.looks {
        let Sequence(place) = look.sequence;
        assert_eq!(look.leaf, TreeHash::of_leaf(&place.to_le_bytes()), "as the journal said");
        let event = &events[usize::try_from(place).unwrap() - 1];
        assert!(matches!(event, Event::Disclosed { .. } | Event::Printed { .. }));
    }
    let shown: Vec<_> = signed.looks.iter().map(|look| look.shown.clone()).collect();
    let (eligibility, medication) = ((Category::Eligibility, 1), (Category::Medication, 1));
    assert_eq!(shown, [vec![eligibility, medication], vec![eligibility]]);
    assert_eq!(Slip::open(&view.code, &key(8).public()).unwrap_err().class(), ErrorClass::Forged);
}

#[test]
fn a_slip_names_no_patient_and_no_staff_and_is_journalled_as_a_print_of_nothing() {
    let (scene, token, visit) = looked();
    let view = slip(&scene, &token, &visit);
    let text = serde_json::to_string(&view).unwrap();
    for secret in ["灯火", "職員", "4261", "1951", &visit] {
        assert!(!text.contains(secret), "{secret}");
    }
    assert_eq!(format!("{view:?} {:?}", view.looks[0]), "SlipView(hidden) SlipLook(hidden)");
    match scene.events().last() {
        Some(Event::Printed { disclosure, form }) => {
            assert_eq!((form.as_str(), disclosure.shown.len()), ("slip", 0));
            assert_eq!(disclosure.person, PersonId::from_bytes([1; 16]));
        }
        other => panic!("{other:?}"),
    }
    scene.evidence.fails.store(true, Ordering::SeqCst);
    assert_eq!(ask(&scene, &token, &visit).unwrap_err().code, "journal-not-written");
}

#[test]
fn a_slip_needs_a_look_and_holds_the_newest_six_of_its_own_visit() {
    let scene = Scene::open();
    let token = scene.sign_in(1, Role::Doctor, None);
    let visit = scene.visit(&token, "灯火太郎");
    let missing = ask(&scene, &token, &visit).unwrap_err();
    assert_eq!((missing.code.as_str(), missing.class), ("slip-no-looks", ErrorClass::NotFound));
    scene.look(&token, &visit, &["medication"]).unwrap();
    assert!(ask(&scene, &token, &visit).is_err(), "a denial is no look");

    let other = scene.visit(&token, "見本次郎");
    scene.look(&token, &other, &["eligibility"]).unwrap();
    assert!(ask(&scene, &token, &visit).is_err(), "a look at somebody else");
    let mut sequences = Vec::new();
    for _ in 0..8 {
        scene.look(&token, &visit, &["eligibility"]).unwrap();
        sequences.push(scene.events().len() as u64);
    }
    let view = slip(&scene, &token, &visit);
    let signed = Slip::open(&view.code, &key(9).public()).unwrap();
    let found: Vec<_> = signed.looks.iter().map(|look| look.sequence.0).collect();
    let newest: Vec<_> = sequences.into_iter().rev().take(6).collect();
    assert_eq!(found, newest);
    assert_eq!(view.looks.len(), 6);
}

#[test]
fn a_slip_speaks_of_one_journal_when_the_node_began_a_new_life() {
    let (scene, token, visit) = looked();
    scene.evidence.lives.store(1, Ordering::SeqCst);
    scene.look(&token, &visit, &["eligibility"]).unwrap();
    let signed = Slip::open(&slip(&scene, &token, &visit).code, &key(9).public()).unwrap();
    assert_eq!((signed.incarnation, signed.looks.len()), (Incarnation(3), 1));
}
