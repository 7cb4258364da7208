//! A badge on the revocation list at the desk.

use std::collections::BTreeMap;

use tomoshibi_policies::category::Category;
use tomoshibi_policies::decide;
use tomoshibi_policies::decision::{Decision, IdentityState, LookupRequest, Purpose};
use tomoshibi_policies::record::{PersonId, RegionCode};
use tomoshibi_policies::role::{BadgeId, Role};
use tomoshibi_sync::revocation::{Reason, Revocation};

use super::scene::*;
use super::*;

/// The list that revokes these badges.
fn list(badges: &[u8]) -> Arc<RevocationList> {
    let reason = Reason::from_word("stolen").unwrap();
    let revocation = Revocation { at: noon(), reason };
    let badge = |n: &u8| (BadgeId::from_bytes([*n; 16]), revocation.clone());
    Arc::new(RevocationList {
        number: 1,
        region: RegionCode::new(17).unwrap(),
        drill: true,
        issued_at: noon(),
        badges: badges.iter().map(badge).collect(),
        nodes: BTreeMap::new(),
    })
}

fn refused(reply: Result<DeskReply, Failure>) -> (String, ErrorClass) {
    let failure = reply.unwrap_err();
    (failure.code, failure.class)
}

fn by_name() -> (String, ErrorClass) {
    ("badge-revoked".into(), ErrorClass::Denied)
}

#[test]
fn a_revoked_badge_signs_in_nowhere_and_gets_no_pin() {
    let scene = Scene::open();
    let other = scene.sign_in(2, Role::Pharmacist, None);
    let first = scene.sign_in(1, Role::Doctor, Some(&other));
    scene.desk.handle(DeskRequest::SignOut { token: first }).unwrap();
    scene.desk.set_revocations(list(&[1]));
    let (badge, pin) = (badge(1, Role::Doctor), "270991".to_owned());
    let sign_in = DeskRequest::SignIn { badge: badge.clone(), pin: pin.clone() };
    assert_eq!(refused(scene.desk.handle(sign_in.clone())), by_name());
    match scene.events().last() {
        Some(Event::SignInRefused { badge: Some(id), reasons }) => {
            assert_eq!((*id, reasons[0].as_str()), ([1; 16], "badge-revoked"));
        }
        other => panic!("{other:?}"),
    }
    let set = DeskRequest::SetPin { badge, pin, witness: Some(other) };
    assert_eq!(refused(scene.desk.handle(set)), by_name());
    // Once it is off nobody's list it counts again: lists are complete, and the newest is the one that counts.
    scene.desk.set_revocations(list(&[3]));
    assert!(scene.desk.handle(sign_in).is_ok());
}

#[test]
fn the_sessions_of_a_badge_end_when_it_is_revoked_and_nobody_elses() {
    let scene = Scene::open();
    let doctor = scene.sign_in(1, Role::Doctor, None);
    let pharmacist = scene.sign_in(2, Role::Pharmacist, Some(&doctor));
    let visit = scene.visit(&doctor, "灯火太郎");
    scene.consent(&doctor, &visit, ConsentForm::Oral);
    scene.desk.set_revocations(list(&[1]));
    match scene.events().last() {
        Some(Event::SignedOut { staff, cause }) => {
            assert_eq!((staff.badge, cause.as_str()), ([1; 16], "revoked"));
        }
        other => panic!("{other:?}"),
    }
    let look = scene.look(&doctor, &visit, &["medication"]);
    assert_eq!(refused(look).0, "session-unknown");
    let DeskReply::Sessions { sessions } =
        scene.desk.handle(DeskRequest::Sessions { token: pharmacist }).unwrap()
    else {
        panic!("no list")
    };
    assert_eq!(sessions.len(), 1);
}

#[test]
fn a_session_ends_though_its_end_cannot_be_journalled() {
    let scene = Scene::open();
    let doctor = scene.sign_in(1, Role::Doctor, None);
    scene.evidence.fails.store(true, Ordering::SeqCst);
    scene.desk.set_revocations(list(&[1]));
    let sessions = DeskRequest::Sessions { token: doctor };
    assert_eq!(refused(scene.desk.handle(sessions)).0, "session-unknown");
}

#[test]
fn a_session_that_slipped_in_beside_the_list_ends_at_its_first_use() {
    let scene = Scene::open();
    let doctor = scene.sign_in(1, Role::Doctor, None);
    // As when the badge was checked before the list came, and the session began after it was gone through.
    *scene.desk.revocations.write().unwrap() = Some(list(&[1]));
    let sessions = DeskRequest::Sessions { token: doctor };
    assert_eq!(refused(scene.desk.handle(sessions.clone())), by_name());
    assert_eq!(refused(scene.desk.handle(sessions)).0, "session-unknown");
}

#[test]
fn a_revoked_badge_confirms_no_vital_interest() {
    let scene = Scene::open();
    let doctor = scene.sign_in(1, Role::Doctor, None);
    let pharmacist = scene.sign_in(2, Role::Pharmacist, Some(&doctor));
    scene.desk.handle(DeskRequest::SignOut { token: pharmacist }).unwrap();
    let visit = scene.visit(&doctor, "灯火太郎");
    scene.desk.set_revocations(list(&[2]));
    let claim = DeskRequest::VitalInterest {
        token: doctor.clone(),
        visit: visit.clone(),
        reason: "unconscious".into(),
        written: "呼びかけに反応なし".into(),
        second: Second::Badge { badge: badge(2, Role::Pharmacist), pin: "270992".into() },
    };
    assert_eq!(refused(scene.desk.handle(claim)), by_name());
    assert_eq!(reasons(scene.look(&doctor, &visit, &["medication"]).unwrap())[0], "no-consent");
}

#[test]
fn the_decision_is_told_of_a_badge_that_is_revoked_during_the_request() {
    let scene = Scene::open();
    let token = scene.sign_in(1, Role::Doctor, None);
    let caller = scene.desk.caller(&token).unwrap();
    let decided = || {
        let opening = scene.desk.opening();
        let opened = opening.opened.unwrap();
        let request = LookupRequest {
            staff: scene.desk.staff(&caller, &opened),
            others_signed_in: Default::default(),
            site: opened.site.clone(),
            node_drill: true,
            person: PersonId::from_bytes([1; 16]),
            identity: IdentityState::Confirmed,
            categories: [Category::Eligibility].into_iter().collect(),
            purpose: Purpose::Care,
        };
        decide(&request, &opening.activation, None, caller.now)
    };
    assert!(matches!(decided(), Decision::Permit(_)));
    scene.desk.set_revocations(list(&[1]));
    match decided() {
        Decision::Deny(denial) => assert!(denial.reasons().contains(&DenyReason::BadgeRevoked)),
        Decision::Permit(_) => panic!("permitted"),
    }
}
