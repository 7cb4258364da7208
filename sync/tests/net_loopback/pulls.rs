//! Pulls that succeed, are cut, or are lied to.

use std::sync::Arc;
use std::time::Duration;

use quinn::SendStream;
use tomoshibi_policies::ErrorClass;
use tomoshibi_sync::id::{Digest, SnapshotId};
use tomoshibi_sync::net::{
    Centre, Judge, Judgement, NodeCredentials, PullOutcome, Pulled, Timeouts, TransferError,
};
use tomoshibi_sync::pull::{PullError, PullLimits, Subject};
use tomoshibi_sync::wire::{FrameReader, Held, Request, Response};

use crate::centre::{TLS_SEED, TestCentre, key, region};
use crate::folder::{Believer, Folder};
use crate::raw::raw_server;

fn bytes(seed: u64, len: usize) -> Vec<u8> {
    let word = |i: u64| (i ^ seed << 32).wrapping_mul(0x9E37_79B9_7F4A_7C15).to_le_bytes();
    (0..len.div_ceil(8) as u64).flat_map(word).take(len).collect()
}

async fn pull(line: &Centre, folder: &Folder, limits: PullLimits) -> Pulled<Folder, Believer> {
    line.pull(region(), None, limits, folder.clone(), Believer).await.unwrap()
}

#[tokio::test]
async fn a_snapshot_is_copied_and_the_next_pull_has_nothing_to_do() {
    let centre = TestCentre::start();
    let segments: Vec<_> = (0..9).map(|n| bytes(n, 1 + 300_000 * n as usize)).collect();
    centre.desk.publish(&segments);
    let line = centre.connect(&centre.desk.admit(1)).await.unwrap();
    let folder = Folder::default();
    let pulled = pull(&line, &folder, PullLimits::default()).await;
    assert_eq!(pulled.outcome, Ok(PullOutcome::Complete));
    assert_eq!(folder.content.lock().unwrap().finished, *centre.desk.segments.lock().unwrap());

    let digest = Digest::of(&centre.desk.manifest.lock().unwrap());
    let have = Held { snapshot: SnapshotId { epoch: 1, number: 1 }, digest };
    let limits = PullLimits::default();
    let again = line.pull(region(), Some(have), limits, folder, Believer).await.unwrap();
    assert_eq!(again.outcome, Ok(PullOutcome::UpToDate));
    assert_eq!(again.progress.received, 0);
}

#[tokio::test]
async fn nothing_published_is_a_refusal_and_not_an_empty_snapshot() {
    let centre = TestCentre::start();
    let line = centre.connect(&centre.desk.admit(1)).await.unwrap();
    let pulled = pull(&line, &Folder::default(), PullLimits::default()).await;
    let error = pulled.outcome.unwrap_err();
    assert_eq!(error.class(), ErrorClass::NotFound);
}

struct Sceptic;

impl Judge for Sceptic {
    fn judge(&mut self, _: &[u8]) -> Judgement {
        Err((ErrorClass::Forged, "not signed by a publisher".into()))
    }
}

#[tokio::test]
async fn a_manifest_that_the_caller_refuses_is_the_end() {
    let centre = TestCentre::start();
    centre.desk.publish(&[bytes(1, 1000)]);
    let line = centre.connect(&centre.desk.admit(1)).await.unwrap();
    let (limits, folder) = (PullLimits::default(), Folder::default());
    let pulled = line.pull(region(), None, limits, folder.clone(), Sceptic).await.unwrap();
    assert_eq!(pulled.outcome.unwrap_err().class(), ErrorClass::Forged);
    assert_eq!(folder.content.lock().unwrap().written, 0);
}

#[tokio::test]
async fn a_copy_that_is_cut_again_and_again_costs_at_most_one_segment_a_cut() {
    const SEGMENT_LEN_BYTES: usize = 4 << 20;
    let centre = TestCentre::start();
    let segments: Vec<_> = (0..5).map(|n| bytes(n, SEGMENT_LEN_BYTES)).collect();
    let total = 5 * SEGMENT_LEN_BYTES;
    centre.desk.publish(&segments);
    let credentials = centre.desk.admit(1);
    let folder = Folder::default();
    let mut on_the_wire = 0;
    // Byte counts at which the process is taken to be killed: in the middle of segments, at an end, shortly after.
    let cuts = [1, 700_000, 4 << 20, (4 << 20) + 1, 9_999_999, 15_000_000, 20_000_000];
    for cut in cuts {
        let line = centre.connect(&credentials).await.unwrap();
        folder.content.lock().unwrap().alarm_at = cut;
        tokio::select! {
            biased;
            () = folder.alarm.notified() => {}
            _ = pull(&line, &folder, PullLimits::default()) => {}
        }
        on_the_wire += line.line().received_bytes;
        drop(line);
        // The pull's thread lets go of the folder when it has ended.
        while Arc::strong_count(&folder.content) > 1 {
            tokio::task::yield_now().await;
        }
    }
    let line = centre.connect(&credentials).await.unwrap();
    let pulled = pull(&line, &folder, PullLimits::default()).await;
    assert_eq!(pulled.outcome, Ok(PullOutcome::Complete));
    on_the_wire += line.line().received_bytes;
    let content = folder.content.lock().unwrap();
    assert_eq!(content.finished, *centre.desk.segments.lock().unwrap());
    assert_eq!(content.written, total, "no byte was staged twice");
    let bound = total + total / 10 + cuts.len() * (8 << 20);
    assert!(on_the_wire <= bound as u64, "{on_the_wire} bytes for {total}");
}

#[tokio::test]
async fn a_centre_that_goes_away_is_a_lost_line_and_what_came_is_kept() {
    let centre = TestCentre::start();
    let segments: Vec<_> = (0..3).map(|n| bytes(n, 8 << 20)).collect();
    centre.desk.publish(&segments);
    // Its farewell may be lost in the flood; then the silence says it.
    let timeouts = Timeouts { idle: Duration::from_secs(2), ..Timeouts::default() };
    let line = Centre::connect(centre.address, &centre.desk.admit(1), &timeouts).await.unwrap();
    let folder = Folder::default();
    folder.content.lock().unwrap().alarm_at = 1 << 20;
    let stopping = async {
        folder.alarm.notified().await;
        centre.stop().await;
    };
    let (pulled, ()) = tokio::join!(pull(&line, &folder, PullLimits::default()), stopping);
    let error = pulled.outcome.unwrap_err();
    assert!(matches!(error, TransferError::Line(_)), "{error}");
    assert_eq!(error.class(), ErrorClass::Transient);
    assert!(folder.content.lock().unwrap().written >= 1 << 20);
}

#[tokio::test]
async fn a_node_revoked_during_a_copy_gets_no_more_of_it() {
    let centre = TestCentre::start();
    let segments: Vec<_> = (0..3).map(|n| bytes(n, 8 << 20)).collect();
    centre.desk.publish(&segments);
    let credentials = centre.desk.admit(1);
    let line = centre.connect(&credentials).await.unwrap();
    let folder = Folder::default();
    folder.content.lock().unwrap().alarm_at = 1 << 20;
    let revoking = async {
        folder.alarm.notified().await;
        centre.desk.revoke(&credentials);
    };
    let (pulled, ()) = tokio::join!(pull(&line, &folder, PullLimits::default()), revoking);
    let error = pulled.outcome.unwrap_err();
    assert_eq!(error.class(), ErrorClass::Denied, "{error}");
    assert!(folder.content.lock().unwrap().finished.len() < 3);
}

/// What a lying peer does with a request for the one segment there is, which it has.
#[derive(Clone, Copy)]
enum Lie {
    WrongBytes,
    OtherLength,
    OneMore,
    OneLess,
    NeverEnds,
    SaysNothing,
    StopsInTheMiddle,
    Garbage,
    AnotherAnswer,
}

async fn lie(what: Lie, segment: &[u8], offset: u64, send: &mut SendStream) -> Option<()> {
    let (len_bytes, rest) = (segment.len() as u64, &segment[offset as usize..]);
    let head = |len_bytes| Response::Segment { len_bytes, offset }.to_frame().unwrap().to_bytes();
    match what {
        Lie::WrongBytes => {
            send.write_all(&head(len_bytes)).await.ok()?;
            send.write_all(&vec![0; rest.len()]).await.ok()?;
        }
        Lie::OtherLength => send.write_all(&head(len_bytes + 1)).await.ok()?,
        Lie::OneMore => {
            send.write_all(&head(len_bytes)).await.ok()?;
            send.write_all(rest).await.ok()?;
            send.write_all(b"!").await.ok()?;
        }
        Lie::OneLess => {
            send.write_all(&head(len_bytes)).await.ok()?;
            send.write_all(&rest[1..]).await.ok()?;
        }
        Lie::NeverEnds => {
            send.write_all(&head(len_bytes)).await.ok()?;
            loop {
                send.write_all(&[7; 4096]).await.ok()?;
            }
        }
        Lie::SaysNothing => {
            let _ = send.stopped().await;
        }
        Lie::StopsInTheMiddle => {
            send.write_all(&head(len_bytes)).await.ok()?;
            let _ = send.stopped().await;
        }
        Lie::Garbage => send.write_all(&[0xEE; 1000]).await.ok()?,
        Lie::AnotherAnswer => {
            send.write_all(&Response::Announced.to_frame().unwrap().to_bytes()).await.ok()?;
        }
    }
    send.finish().ok()?;
    send.stopped().await.ok().map(drop)
}

/// A pull from a peer with a good certificate that lies about its segment.
async fn pull_from_liar(what: Lie) -> (PullError, Folder) {
    let centre = TestCentre::start();
    let ca = &centre.desk.ca;
    let leaf = ca.issue_centre(&key(TLS_SEED).public(), &[]).unwrap();
    let credentials: NodeCredentials = centre.desk.admit(1);
    let node = credentials.node;
    let segment = segment();
    let entry =
        [&Digest::of(&segment).as_bytes()[..], &(segment.len() as u64).to_le_bytes()].concat();
    let chain = [leaf.as_slice(), ca.certificate()];
    let address = raw_server(&chain, &key(TLS_SEED), move |mut send, mut recv| {
        let (segment, entry) = (segment.clone(), entry.clone());
        async move {
            let asked = recv.read_to_end(4096).await.unwrap();
            let frame = FrameReader::new(4096).feed(&asked).unwrap().1.unwrap();
            let (head, raw) = match Request::from_frame(frame).unwrap() {
                Request::Hello => (Response::Welcome { node }, Vec::new()),
                Request::NewestManifest { .. } => {
                    (Response::Manifest { len_bytes: entry.len() as u64 }, entry)
                }
                Request::Segment { offset, .. } => {
                    let _ = lie(what, &segment, offset, &mut send).await;
                    return;
                }
                other => panic!("{other:?}"),
            };
            send.write_all(&head.to_frame().unwrap().to_bytes()).await.unwrap();
            send.write_all(&raw).await.unwrap();
            send.finish().unwrap();
            let _ = send.stopped().await;
        }
    });
    let line = Centre::connect(address, &credentials, &Timeouts::default()).await.unwrap();
    let folder = Folder::default();
    // Short waits: the silent liars are left after these, whenever that is.
    let limits = PullLimits { silence_ms: 100, retry_ms: 1, ..PullLimits::default() };
    let limits = match what {
        Lie::SaysNothing | Lie::StopsInTheMiddle => limits,
        _ => PullLimits::default(),
    };
    match pull(&line, &folder, limits).await.outcome {
        Err(TransferError::Pull(error)) => (error, folder),
        other => panic!("{other:?}"),
    }
}

fn segment() -> Vec<u8> {
    bytes(1, 500_000)
}

#[tokio::test]
async fn every_lie_of_a_peer_is_named_and_nothing_is_finished() {
    let segment = Digest::of(&segment());
    let subject = Subject::Segment(segment);
    let expected = 500_000;
    let zeros = Digest::of(&vec![0; 500_000]);
    let times = PullLimits::default().stalls_max + 1;
    for (what, refusal) in [
        (Lie::WrongBytes, PullError::Digest { found: zeros, expected: segment }),
        (Lie::OtherLength, PullError::Length { segment, found: expected + 1, expected }),
        (Lie::OneMore, PullError::TooLong { subject, expected }),
        (Lie::OneLess, PullError::TooShort { subject, found: expected - 1, expected }),
        (Lie::NeverEnds, PullError::TooLong { subject, expected }),
        (Lie::SaysNothing, PullError::Stalled { subject, times }),
        (Lie::StopsInTheMiddle, PullError::Stalled { subject, times }),
        (Lie::AnotherAnswer, PullError::Unexpected { subject, found: "announced" }),
    ] {
        let (error, folder) = pull_from_liar(what).await;
        assert_eq!(error, refusal);
        assert!(folder.content.lock().unwrap().finished.is_empty(), "{error}");
    }
    let (error, folder) = pull_from_liar(Lie::Garbage).await;
    assert!(matches!(error, PullError::Wire { .. }), "{error}");
    assert!(folder.content.lock().unwrap().finished.is_empty());
}
