//! How a node becomes known, and how it does not.

use tomoshibi_policies::ErrorClass;
use tomoshibi_sync::enrol::{CaPin, EnrolCode, EnrolGrant, EnrolSecret, GrantError};
use tomoshibi_sync::id::{Digest, NodeId};
use tomoshibi_sync::net::{
    CallError, CentreCa, EnrolError, KEY_EXCHANGE, Limits, LineError, NodeCredentials, Timeouts,
    enrol,
};
use tomoshibi_sync::trust::TrustRoot;
use tomoshibi_sync::wire::{Request, Response, code};

use crate::centre::{TLS_SEED, TestCentre, applicant, key, region};
use crate::raw::raw_server;

async fn try_enrol(
    centre: &TestCentre,
    code: &EnrolCode,
) -> Result<(EnrolGrant, TrustRoot), EnrolError> {
    let timeouts = Timeouts::default();
    enrol(centre.address, code, applicant(), &key(50), &key(51), &timeouts).await
}

fn refusal_code(error: EnrolError) -> String {
    match error {
        EnrolError::Call(CallError::Refused(refusal)) => refusal.code().to_string(),
        other => panic!("not refused but {other}"),
    }
}

#[tokio::test]
async fn a_node_with_a_code_is_granted_a_certificate_and_admitted_with_it() {
    let centre = TestCentre::start();
    let code: EnrolCode = centre.desk.invite(7).spoken().parse().unwrap();
    let (grant, root) = try_enrol(&centre, &code).await.unwrap();
    assert_eq!((grant.region, root.region, root.drill), (region(), region(), true));
    let credentials = NodeCredentials {
        node: grant.node,
        certificate: grant.certificate,
        ca_certificate: grant.ca_certificate,
        key: key(50),
    };
    let line = centre.connect(&credentials).await.unwrap();
    assert_eq!(line.line().key_exchange, KEY_EXCHANGE);
    assert_eq!(line.call(&Request::Hello).await, Ok(Response::Welcome { node: grant.node }));
    drop(line);
    centre.stop().await;
}

#[tokio::test]
async fn a_wrong_secret_and_a_spent_code_are_refused_alike() {
    let centre = TestCentre::start();
    let right = centre.desk.invite(7);
    let wrong = EnrolCode { secret: EnrolSecret::from_bytes([8; 10]), ..right.clone() };
    let first = try_enrol(&centre, &wrong).await.unwrap_err();
    assert_eq!(first.class(), ErrorClass::Denied);
    try_enrol(&centre, &right).await.unwrap();
    let second = try_enrol(&centre, &right).await.unwrap_err();
    assert_eq!(first, second);
    assert_eq!(refusal_code(second), code::CODE_REFUSED);
    assert_eq!(centre.desk.admitted.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_code_that_names_another_ca_sends_no_secret_anywhere() {
    let centre = TestCentre::start();
    let code = EnrolCode { ca: CaPin::of(b"another CA"), ..centre.desk.invite(7) };
    let error = try_enrol(&centre, &code).await.unwrap_err();
    assert!(
        matches!(error, EnrolError::Call(CallError::Line(LineError::CentreUnknown { .. }))),
        "{error}"
    );
    assert_eq!(error.class(), ErrorClass::Forged);
    assert_eq!(centre.desk.calls.load(std::sync::atomic::Ordering::SeqCst), 0);
}

#[tokio::test]
async fn an_impostor_that_shows_the_right_ca_but_was_not_signed_by_it_is_found() {
    let centre = TestCentre::start();
    let code = centre.desk.invite(7);
    let other = CentreCa::create(&key(9)).unwrap();
    let leaf = other.issue_centre(&key(10).public(), &[]).unwrap();
    let node = centre.desk.certify(11);
    // Another CA's certificate, and a node's own, which the right CA did sign, but not for this.
    for (leaf, leaf_key) in [(leaf, key(10)), (node.certificate, key(11))] {
        let chain = [leaf.as_slice(), centre.desk.ca.certificate()];
        let address = raw_server(&chain, &leaf_key, |_, _| async {});
        let timeouts = Timeouts::default();
        let error =
            enrol(address, &code, applicant(), &key(50), &key(51), &timeouts).await.unwrap_err();
        assert!(
            matches!(error, EnrolError::Call(CallError::Line(LineError::CentreUnknown { .. }))),
            "{error}"
        );
    }
}

/// Enrols at a centre whose grant is changed on its way.
async fn enrol_with(change: impl Fn(&mut EnrolGrant)) -> EnrolError {
    let centre = TestCentre::start();
    let code = centre.desk.invite(7);
    let (mut grant, _) = try_enrol(&centre, &code).await.unwrap();
    change(&mut grant);
    let frame = grant.to_frame().unwrap().to_bytes();
    let ca = &centre.desk.ca;
    let leaf = ca.issue_centre(&key(TLS_SEED).public(), &[]).unwrap();
    let address = raw_server(&[&leaf, ca.certificate()], &key(TLS_SEED), move |mut send, _| {
        let frame = frame.clone();
        async move {
            send.write_all(&frame).await.unwrap();
            send.finish().unwrap();
            let _ = send.stopped().await;
        }
    });
    let timeouts = Timeouts::default();
    enrol(address, &code, applicant(), &key(50), &key(51), &timeouts).await.unwrap_err()
}

#[tokio::test]
async fn a_grant_that_does_not_fit_is_refused_by_its_name() {
    let error = enrol_with(|grant| grant.ca_certificate.push(0)).await;
    assert!(matches!(error, EnrolError::Grant(GrantError::Ca { .. })), "{error}");

    let error = enrol_with(|grant| grant.trust_root_digest = Digest::of(b"other")).await;
    assert!(matches!(error, EnrolError::Grant(GrantError::TrustRoot(_))), "{error}");

    let other = tomoshibi_policies::record::RegionCode::new(13).unwrap();
    let error = enrol_with(|grant| grant.region = other).await;
    assert!(matches!(error, EnrolError::Grant(GrantError::Region { .. })), "{error}");

    // Signed by another CA; by the right one for another key; for a key that is ours but by nobody we know.
    let ours = CentreCa::create(&key(200)).unwrap();
    let foreign = CentreCa::create(&key(9)).unwrap();
    let node = NodeId::from_bytes([99; 16]);
    for certificate in [
        foreign.issue_node(&key(50).public(), node).unwrap(),
        ours.issue_node(&key(52).public(), node).unwrap(),
        b"not a certificate".to_vec(),
    ] {
        let error = enrol_with(|grant| grant.certificate.clone_from(&certificate)).await;
        assert_eq!(error, EnrolError::Grant(GrantError::Certificate));
    }
}

#[tokio::test]
async fn strangers_cannot_take_the_place_of_nodes() {
    let limits = Limits { enrolments_max: 0, ..Limits::default() };
    let centre = TestCentre::with(limits);
    let error = try_enrol(&centre, &centre.desk.invite(7)).await.unwrap_err();
    assert_eq!(error, EnrolError::Call(CallError::Line(LineError::Busy)));
    assert!(centre.is_well().await);
}
