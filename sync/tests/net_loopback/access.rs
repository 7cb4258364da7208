//! Who is let in.

use rustls::crypto::aws_lc_rs::kx_group;
use tomoshibi_policies::ErrorClass;
use tomoshibi_sync::id::{Digest, NodeId};
use tomoshibi_sync::net::{CallError, CentreCa, Limits, LineError, NodeCredentials};
use tomoshibi_sync::service::Fingerprint;
use tomoshibi_sync::wire::{
    ALPN, ALPN_ENROL, Frame, FrameReader, InboxKind, Request, Response, code,
};

use crate::centre::{TestCentre, key};
use crate::raw::RawClient;

/// Sends raw bytes on one stream; gives the answer, or why there is none.
async fn exchange(connection: &quinn::Connection, bytes: &[u8]) -> Result<Response, LineError> {
    let (mut send, mut recv) = connection.open_bi().await.map_err(LineError::from)?;
    let _ = send.write_all(bytes).await;
    let _ = send.finish();
    match recv.read_to_end(1 << 20).await {
        Ok(answer) => {
            let frame = FrameReader::new(1 << 20).feed(&answer).unwrap().1.unwrap();
            Ok(Response::from_frame(frame).unwrap())
        }
        Err(_) => Err(connection.closed().await.into()),
    }
}

fn frame(request: &Request) -> Vec<u8> {
    request.to_frame().unwrap().to_bytes()
}

#[tokio::test]
async fn an_admitted_node_gets_its_answers_under_its_own_name() {
    let centre = TestCentre::start();
    let credentials = centre.desk.admit(1);
    let line = centre.connect(&credentials).await.unwrap();
    let Response::Inbox(page) = line.call(&Request::Inbox { since: 4 }).await.unwrap() else {
        panic!()
    };
    assert_eq!((page.items[0].cursor, page.items[0].kind), (5, InboxKind::Order));
    assert_eq!(page.items[0].bytes, credentials.node.as_bytes());
    let recipient = "age1next".to_string();
    let request = Request::AnnounceOpening { recipient: recipient.clone() };
    assert_eq!(line.call(&request).await, Ok(Response::Announced));
    assert_eq!(*centre.desk.announced.lock().unwrap(), [(credentials.node, recipient)]);
    let message: Vec<u8> = (0..1_000_000u32).map(|i| i as u8).collect();
    let back = line.call(&Request::Reconcile { message: message.clone() }).await.unwrap();
    assert_eq!(back, Response::Reconciled { message: message.into_iter().rev().collect() });
    let request = Request::RequestRelease { order: Digest::of(b"order") };
    let error = line.call(&request).await.unwrap_err();
    assert_eq!(error.class(), ErrorClass::Denied);
    assert!(error.to_string().contains("no-order"));
    centre.stop().await;
    assert!(matches!(line.call(&Request::Hello).await, Err(CallError::Line(_))));
}

#[tokio::test]
async fn a_peer_without_a_certificate_is_told_so_and_gets_nothing() {
    let centre = TestCentre::start();
    let client = RawClient::new(centre.address, centre.desk.ca.certificate(), ALPN);
    let (_endpoint, connection) = client.connect().await.unwrap();
    let error = exchange(&connection, &frame(&Request::Inbox { since: 0 })).await.unwrap_err();
    assert!(matches!(error, LineError::NotAdmitted { .. }), "{error}");
    assert_eq!(centre.desk.calls.load(std::sync::atomic::Ordering::SeqCst), 0);
}

#[tokio::test]
async fn the_door_for_enrolment_opens_nothing_else() {
    let centre = TestCentre::start();
    centre.desk.publish(&[vec![1; 100]]);
    // A known certificate changes nothing there.
    let known = centre.desk.admit(1);
    for shows in [None, Some(&known)] {
        for request in [
            Request::Hello,
            Request::NewestManifest { region: crate::centre::region(), have: None },
            Request::Segment { digest: Digest::of(&[1; 100]), offset: 0 },
            Request::Inbox { since: 0 },
            Request::AnnounceOpening { recipient: "age1x".into() },
            Request::RequestRelease { order: Digest::of(b"order") },
            Request::Reconcile { message: vec![1] },
        ] {
            let client = RawClient::new(centre.address, centre.desk.ca.certificate(), ALPN_ENROL);
            let (_endpoint, connection) = RawClient { shows, ..client }.connect().await.unwrap();
            let answer = exchange(&connection, &frame(&request)).await.unwrap();
            let Response::Refused(refusal) = answer else { panic!("{answer:?}") };
            assert_eq!(refusal.code(), code::BAD_MESSAGE);
            connection.closed().await;
        }
    }
    assert_eq!(centre.desk.calls.load(std::sync::atomic::Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_certificate_of_another_ca_is_refused() {
    let centre = TestCentre::start();
    let other = CentreCa::create(&key(9)).unwrap();
    let node = NodeId::from_bytes([1; 16]);
    let certificate = other.issue_node(&key(1).public(), node).unwrap();
    // Even if the directory knew it.
    centre.desk.admitted.lock().unwrap().insert(Fingerprint::of(&certificate), node);
    let ca_certificate = centre.desk.ca.certificate().to_vec();
    let foreign = NodeCredentials { node, certificate, ca_certificate, key: key(1) };
    let error = centre.connect(&foreign).await.unwrap_err();
    assert!(matches!(error, CallError::Line(LineError::CertificateRefused { .. })), "{error}");
    assert_eq!(error.class(), ErrorClass::Denied);
    assert!(centre.is_well().await);
}

#[tokio::test]
async fn a_centre_of_another_ca_is_not_spoken_to() {
    let centre = TestCentre::start();
    let other = CentreCa::create(&key(9)).unwrap();
    let ours = centre.desk.admit(1);
    let misled = NodeCredentials { ca_certificate: other.certificate().to_vec(), ..ours };
    let error = centre.connect(&misled).await.unwrap_err();
    assert!(matches!(error, CallError::Line(LineError::CentreUnknown { .. })), "{error}");
    assert_eq!(error.class(), ErrorClass::Forged);
}

#[tokio::test]
async fn a_node_that_is_not_in_the_directory_is_not_admitted() {
    let centre = TestCentre::start();
    let error = centre.connect(&centre.desk.certify(1)).await.unwrap_err();
    assert!(matches!(error, CallError::Line(LineError::NotAdmitted { .. })), "{error}");
}

#[tokio::test]
async fn revocation_works_on_an_open_connection_and_on_the_next() {
    let centre = TestCentre::start();
    let credentials = centre.desk.admit(1);
    let line = centre.connect(&credentials).await.unwrap();
    let calls = || centre.desk.calls.load(std::sync::atomic::Ordering::SeqCst);
    line.call(&Request::Inbox { since: 0 }).await.unwrap();
    let before = calls();
    centre.desk.revoke(&credentials);
    for error in [
        line.call(&Request::Inbox { since: 0 }).await.unwrap_err(),
        centre.connect(&credentials).await.unwrap_err(),
    ] {
        assert!(matches!(error, CallError::Line(LineError::NotAdmitted { .. })), "{error}");
    }
    assert_eq!(calls(), before, "the service was not asked");
    while line.lost().is_none() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn another_protocol_or_key_exchange_is_refused() {
    let centre = TestCentre::start();
    let ca = centre.desk.ca.certificate();
    let error = RawClient::new(centre.address, ca, b"tomoshibi/2").connect().await.unwrap_err();
    assert_eq!(error, LineError::NoCommonProtocol);
    let classical = RawClient::new(centre.address, ca, ALPN);
    let classical = RawClient { group: kx_group::X25519, ..classical };
    assert!(classical.connect().await.is_err());
    assert!(centre.is_well().await);
}

#[tokio::test]
async fn a_centre_that_takes_a_node_for_another_is_noticed() {
    let centre = TestCentre::start();
    let ours = centre.desk.admit(1);
    let expected = NodeId::from_bytes([2; 16]);
    let found = ours.node;
    let error = centre.connect(&NodeCredentials { node: expected, ..ours }).await.unwrap_err();
    assert_eq!(error, CallError::Node { found, expected });
}

#[tokio::test]
async fn one_connection_too_many_is_told_so() {
    let centre = TestCentre::with(Limits { connections_max: 1, ..Limits::default() });
    let (one, two) = (centre.desk.admit(1), centre.desk.admit(2));
    let first = centre.connect(&one).await.unwrap();
    let error = centre.connect(&two).await.unwrap_err();
    assert_eq!(error, CallError::Line(LineError::Busy));
    assert!(error.class().is_retryable());
    assert_eq!(first.call(&Request::Hello).await, Ok(Response::Welcome { node: one.node }));
}

#[tokio::test]
async fn a_frame_of_no_message_is_named_by_its_number() {
    let centre = TestCentre::start();
    let node = centre.desk.admit(1);
    let client = RawClient::new(centre.address, centre.desk.ca.certificate(), ALPN);
    let (_endpoint, connection) =
        RawClient { shows: Some(&node), ..client }.connect().await.unwrap();
    let unknown = Frame { message: 0x0BAD, body: Vec::new() }.to_bytes();
    let Ok(Response::Refused(refusal)) = exchange(&connection, &unknown).await else { panic!() };
    assert_eq!(refusal.class(), ErrorClass::Unsupported);
    assert!(refusal.text().contains("0x0bad"), "{refusal}");
}
