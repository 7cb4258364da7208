//! Garbage, half sentences and a service that fails: the server goes on.

use std::sync::atomic::Ordering;
use std::time::Duration;

use tomoshibi_policies::ErrorClass;
use tomoshibi_sync::net::{CallError, Limits};
use tomoshibi_sync::wire::{ALPN, ALPN_ENROL, FrameReader, Request, Response, code};

use crate::centre::TestCentre;
use crate::raw::RawClient;

/// What the server answers to these bytes, if it answers.
async fn answer(connection: &quinn::Connection, bytes: &[u8]) -> Option<Response> {
    let (mut send, mut recv) = connection.open_bi().await.ok()?;
    let _ = send.write_all(bytes).await;
    let _ = send.finish();
    let answer = recv.read_to_end(1 << 20).await.ok()?;
    let frame = FrameReader::new(1 << 20).feed(&answer).ok()?.1?;
    Response::from_frame(frame).ok()
}

#[tokio::test]
async fn garbage_of_an_admitted_node_is_refused_and_its_connection_lives() {
    let centre = TestCentre::start();
    let node = centre.desk.admit(1);
    let client = RawClient::new(centre.address, centre.desk.ca.certificate(), ALPN);
    let (_endpoint, connection) =
        RawClient { shows: Some(&node), ..client }.connect().await.unwrap();
    let hello = Request::Hello.to_frame().unwrap().to_bytes();
    let noise: Vec<u8> = (0..5000u32).map(|i| ((i * 7919) >> 3) as u8).collect();
    for garbage in [
        noise.as_slice(),
        &[0xFF; 64],
        &[0, 0, 0x11, 0, 1, 0],
        &hello[..3],
        &[5, 0, 0, 0, 3, 0, 1, 2],
        &[1, 0, 0, 0, 1, 0, 9],
    ] {
        let Some(Response::Refused(refusal)) = answer(&connection, garbage).await else {
            panic!("{garbage:?} was not refused")
        };
        assert_eq!(refusal.code(), code::BAD_MESSAGE);
    }
    assert_eq!(answer(&connection, b"").await, None, "an empty stream has no answer");
    let welcome = Response::Welcome { node: node.node };
    assert_eq!(answer(&connection, &hello).await, Some(welcome));
    assert_eq!(centre.desk.calls.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn garbage_at_the_door_for_enrolment_is_refused_and_the_door_stays() {
    let centre = TestCentre::start();
    for garbage in [&[0xFF; 64][..], &[0, 16, 0, 0, 0x10, 0], &[3, 0, 0, 0, 0x10, 0, 1, 2, 3]] {
        let client = RawClient::new(centre.address, centre.desk.ca.certificate(), ALPN_ENROL);
        let (_endpoint, connection) = client.connect().await.unwrap();
        let Some(Response::Refused(refusal)) = answer(&connection, garbage).await else {
            panic!("{garbage:?} was not refused")
        };
        assert_eq!(refusal.code(), code::BAD_MESSAGE);
        connection.closed().await;
    }
    assert!(centre.is_well().await);
}

#[tokio::test]
async fn a_peer_that_never_finishes_its_sentence_keeps_nobody_waiting() {
    let request = Duration::from_millis(300);
    let centre = TestCentre::with(Limits { request, answers_max: 1, ..Limits::default() });
    let node = centre.desk.admit(1);
    let client = RawClient::new(centre.address, centre.desk.ca.certificate(), ALPN);
    let (_endpoint, connection) =
        RawClient { shows: Some(&node), ..client }.connect().await.unwrap();
    let mut halves = Vec::new();
    for _ in 0..7 {
        let (mut send, recv) = connection.open_bi().await.unwrap();
        send.write_all(&[200, 0, 0, 0, 7]).await.unwrap();
        halves.push((send, recv));
    }
    assert!(centre.is_well().await);
    for (_send, mut recv) in halves {
        assert!(recv.read_to_end(64).await.is_err(), "the stream is reset, not answered");
    }
    let hello = Request::Hello.to_frame().unwrap().to_bytes();
    assert_eq!(answer(&connection, &hello).await, Some(Response::Welcome { node: node.node }));
}

#[tokio::test]
async fn a_service_that_panics_costs_one_answer() {
    let centre = TestCentre::start();
    let line = centre.connect(&centre.desk.admit(1)).await.unwrap();
    centre.desk.panics.store(true, Ordering::SeqCst);
    let error = line.call(&Request::Inbox { since: 0 }).await.unwrap_err();
    assert!(matches!(&error, CallError::Refused(r) if r.code() == code::INTERNAL), "{error}");
    assert_eq!(error.class(), ErrorClass::Internal);
    centre.desk.panics.store(false, Ordering::SeqCst);
    assert!(line.call(&Request::Inbox { since: 0 }).await.is_ok());
}
