//! One pull against an honest, a broken and a lying peer, without a network: what is finished, what is refused and by
//! which name, and how much is fetched again.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

#[path = "pull_machine/scene.rs"]
mod scene;

use std::io;

use proptest::prelude::*;
use tomoshibi_policies::ErrorClass;
use tomoshibi_sync::id::Digest;
use tomoshibi_sync::pull::{
    Arrival, PullError, PullEvent, PullLimits, Subject, Transmit, WANTED_MAX, Wanted,
};
use tomoshibi_sync::wire::{Refusal, Request, Response, WireError, code};

use scene::{Centre, Folder, Scene, bytes, held, wanted};

const BUSY: &str = code::BUSY;

fn refused(scene: &mut Scene) -> PullError {
    match scene.events.pop() {
        Some(PullEvent::Refused(error)) => error,
        other => panic!("the pull did not end refused but with {other:?}"),
    }
}

#[test]
fn an_honest_peer_gives_every_segment_once() {
    let segments = [bytes(1, 70_000), bytes(2, 1), bytes(3, 300_000)];
    let mut scene = Scene::new(Centre::new(&segments), Folder::default());
    scene.run();
    assert_eq!(scene.events.last(), Some(&PullEvent::Complete));
    for segment in &segments {
        assert_eq!(scene.folder.finished[&Digest::of(segment)], *segment);
    }
    let progress = scene.pull.progress();
    assert_eq!((progress.segments, progress.segments_done), (3, 3));
    assert_eq!((progress.bytes, progress.bytes_done), (370_001, 370_001));
    let manifest = scene.centre.manifest.len() as u64;
    assert_eq!(progress.received, 370_001 + manifest);
    assert!(scene.pull.is_done() && scene.pull.poll_timeout().is_none());
}

#[test]
fn a_manifest_that_is_held_ends_the_pull_without_a_segment() {
    let centre = Centre::new(&[bytes(1, 10)]);
    let have = held(&centre.manifest);
    let mut scene = Scene::holding(Some(have), centre, Folder::default());
    scene.run();
    assert_eq!(scene.events, [PullEvent::UpToDate]);
}

#[test]
fn nothing_is_asked_for_before_the_manifest_is_accepted() {
    let mut scene = Scene::new(Centre::new(&[bytes(1, 10)]), Folder::default());
    scene.run_to_judgement();
    assert!(scene.pull.poll_transmit().is_none() && scene.pull.poll_timeout().is_none());
    scene.pull.refuse(ErrorClass::Forged, "not signed by the publisher");
    scene.drain();
    let reason = "not signed by the publisher".to_string();
    assert_eq!(refused(&mut scene), PullError::Manifest { class: ErrorClass::Forged, reason });
    assert!(scene.folder.is_empty() && scene.pull.is_done());
}

#[test]
fn segments_that_are_there_are_not_asked_for() {
    let segments = [bytes(1, 1000), bytes(2, 2000)];
    let mut folder = Folder::default();
    folder.finished.insert(Digest::of(&segments[0]), segments[0].clone());
    let mut scene = Scene::new(Centre::new(&segments), folder);
    scene.run();
    assert_eq!(scene.events.last(), Some(&PullEvent::Complete));
    assert_eq!(scene.pull.progress().received, 2000 + scene.centre.manifest.len() as u64);
}

#[test]
fn no_more_exchanges_are_open_than_the_window_allows() {
    let segments: Vec<_> = (0..9).map(|n| bytes(n, 5000)).collect();
    let mut scene = Scene::new(Centre::new(&segments), Folder::default());
    scene.run();
    assert_eq!(scene.most_open, PullLimits::default().window);
}

#[test]
fn a_staged_beginning_is_not_fetched_again() {
    let segment = bytes(1, 100_000);
    let mut folder = Folder::default();
    folder.staged.insert(Digest::of(&segment), segment[..60_000].to_vec());
    let mut scene = Scene::new(Centre::new(std::slice::from_ref(&segment)), folder);
    scene.run();
    assert_eq!(scene.folder.finished[&Digest::of(&segment)], segment);
    assert_eq!(scene.pull.progress().received, 40_000 + scene.centre.manifest.len() as u64);
}

#[test]
fn a_staged_whole_is_finished_without_asking() {
    let segment = bytes(1, 100_000);
    let mut folder = Folder::default();
    folder.staged.insert(Digest::of(&segment), segment.clone());
    let mut scene = Scene::new(Centre::new(std::slice::from_ref(&segment)), folder);
    scene.run();
    assert_eq!(scene.folder.finished[&Digest::of(&segment)], segment);
    assert_eq!(scene.pull.progress().received, scene.centre.manifest.len() as u64);
}

#[test]
fn a_damaged_or_too_long_beginning_costs_one_segment_and_nothing_else() {
    let segment = bytes(1, 100_000);
    let digest = Digest::of(&segment);
    let mut damaged = segment[..60_000].to_vec();
    damaged[7] ^= 1;
    for (beginning, again) in [(damaged, 140_000), (bytes(9, 100_001), 100_000)] {
        let mut folder = Folder::default();
        folder.staged.insert(digest, beginning);
        let mut scene = Scene::new(Centre::new(std::slice::from_ref(&segment)), folder);
        scene.run();
        assert_eq!(scene.events.last(), Some(&PullEvent::Complete));
        assert_eq!(scene.folder.finished[&digest], segment);
        assert_eq!(scene.pull.progress().received, again + scene.centre.manifest.len() as u64);
    }
}

#[test]
fn wrong_bytes_are_fetched_once_more_and_then_refused_with_both_digests() {
    let segment = bytes(1, 5000);
    let expected = Digest::of(&segment);
    let mut wrong = segment.clone();
    wrong[4999] ^= 1;
    let found = Digest::of(&wrong);
    let mut centre = Centre::new(&[segment]);
    centre.segments.insert(expected, wrong);
    let mut scene = Scene::new(centre, Folder::default());
    scene.run();
    let error = refused(&mut scene);
    assert_eq!(error, PullError::Digest { found, expected });
    assert_eq!(error.class(), ErrorClass::Forged);
    let text = error.to_string();
    assert!(text.contains(&found.to_string()) && text.contains(&expected.to_string()));
    let damaged = PullEvent::SegmentDamaged { segment: expected, found };
    assert_eq!(scene.events.iter().filter(|e| **e == damaged).count(), 1);
    assert!(scene.folder.is_empty(), "wrong bytes stay nowhere");
}

#[test]
fn a_peer_that_is_wrong_once_is_forgiven() {
    let segment = bytes(1, 5000);
    let digest = Digest::of(&segment);
    let mut scene = Scene::new(Centre::new(std::slice::from_ref(&segment)), Folder::default());
    scene.centre.flip_once = Some(digest);
    scene.run();
    assert_eq!(scene.events.last(), Some(&PullEvent::Complete));
    assert_eq!(scene.folder.finished[&digest], segment);
}

/// Answers the first segment request with these arrivals; gives what the pull made of it.
fn lie(arrivals: &[Arrival<'_>]) -> (PullError, Scene) {
    let mut scene = Scene::new(Centre::new(&[bytes(1, 100)]), Folder::default());
    scene.run_to_judgement();
    scene.accept();
    let Some(Transmit::Ask { exchange, request: Request::Segment { .. } }) =
        scene.pull.poll_transmit()
    else {
        panic!("no segment was asked for")
    };
    for arrival in arrivals {
        scene.pull.handle_arrival(scene.now, exchange, arrival.clone(), &mut scene.folder);
    }
    scene.drain();
    (refused(&mut scene), scene)
}

#[test]
fn every_lie_about_a_segment_has_a_name_and_finishes_nothing() {
    let segment = Digest::of(&bytes(1, 100));
    let subject = Subject::Segment(segment);
    let head = |len_bytes, offset| Arrival::Head(Response::Segment { len_bytes, offset });
    let right = bytes(1, 100);
    let refusal = Refusal::new(ErrorClass::NotFound, code::NO_SUCH_SEGMENT, "not here");
    let unknown = WireError::UnknownMessage { what: "response", number: 9 };
    let rows: Vec<(Vec<Arrival<'_>>, PullError)> = vec![
        (vec![head(101, 0)], PullError::Length { segment, found: 101, expected: 100 }),
        (vec![head(99, 0)], PullError::Length { segment, found: 99, expected: 100 }),
        (vec![head(100, 1)], PullError::Offset { segment, found: 1, expected: 0 }),
        (
            vec![head(100, 0), Arrival::Bytes(&right), Arrival::Bytes(b"x")],
            PullError::TooLong { subject, expected: 100 },
        ),
        (
            vec![head(100, 0), Arrival::Bytes(&[0; 101])],
            PullError::TooLong { subject, expected: 100 },
        ),
        (
            vec![head(100, 0), Arrival::Bytes(&right[..99]), Arrival::End],
            PullError::TooShort { subject, found: 99, expected: 100 },
        ),
        (
            vec![Arrival::Bytes(b"x")],
            PullError::Unexpected { subject, found: "raw bytes before a head" },
        ),
        (vec![head(100, 0), head(100, 0)], PullError::Unexpected { subject, found: "segment" }),
        (
            vec![Arrival::Head(Response::Manifest { len_bytes: 100 })],
            PullError::Unexpected { subject, found: "manifest" },
        ),
        (
            vec![Arrival::Head(Response::UpToDate)],
            PullError::Unexpected { subject, found: "up to date" },
        ),
        (vec![Arrival::Garbled(unknown)], PullError::Wire { subject, error: unknown }),
        (
            vec![Arrival::Head(Response::Refused(refusal.clone()))],
            PullError::Refused { subject, refusal },
        ),
    ];
    for (arrivals, expected) in rows {
        let (error, scene) = lie(&arrivals);
        assert_eq!(error, expected);
        assert!(scene.folder.finished.is_empty(), "{expected}");
    }
}

#[test]
fn a_manifest_longer_or_shorter_than_announced_is_refused() {
    let head = Arrival::Head(Response::Manifest { len_bytes: 10 });
    let subject = Subject::Manifest;
    for (arrivals, expected) in [
        ([head.clone(), Arrival::Bytes(&[0; 11])], PullError::TooLong { subject, expected: 10 }),
        ([head.clone(), Arrival::End], PullError::TooShort { subject, found: 0, expected: 10 }),
    ] {
        let mut scene = Scene::new(Centre::new(&[bytes(1, 100)]), Folder::default());
        let Some(Transmit::Ask { exchange, .. }) = scene.pull.poll_transmit() else { panic!() };
        for arrival in arrivals {
            scene.pull.handle_arrival(scene.now, exchange, arrival, &mut scene.folder);
        }
        scene.drain();
        assert_eq!(refused(&mut scene), expected);
    }
}

#[test]
fn a_silent_peer_is_asked_again_and_then_left() {
    let mut scene = Scene::new(Centre::new(&[bytes(1, 100)]), Folder::default());
    scene.centre.mute = true;
    scene.run();
    let limits = PullLimits::default();
    let times = limits.stalls_max + 1;
    let error = refused(&mut scene);
    assert_eq!(error, PullError::Stalled { subject: Subject::Manifest, times });
    assert_eq!(error.class(), ErrorClass::Transient);
    assert_eq!(scene.asked, usize::from(times));
    assert!(scene.now.as_millis() >= limits.silence_ms * i64::from(times));
}

#[test]
fn a_peer_that_goes_silent_in_the_middle_is_asked_for_the_rest() {
    let segment = bytes(1, 100_000);
    let mut scene = Scene::new(Centre::new(std::slice::from_ref(&segment)), Folder::default());
    scene.centre.silent_after = Some(70_000);
    scene.run();
    assert_eq!(scene.events.last(), Some(&PullEvent::Complete));
    assert_eq!(scene.pull.progress().received, 100_000 + scene.centre.manifest.len() as u64);
    assert_eq!(scene.folder.finished[&Digest::of(&segment)], segment);
}

#[test]
fn a_peer_that_trickles_for_ever_is_left() {
    let mut scene = Scene::new(Centre::new(&[bytes(1, 10_000)]), Folder::default());
    scene.centre.breaks_after = Some(1);
    scene.run();
    let subject = Subject::Segment(Digest::of(&bytes(1, 10_000)));
    let ms = PullLimits::default().job_ms;
    assert_eq!(refused(&mut scene), PullError::TooSlow { subject, ms });
}

#[test]
fn a_busy_peer_is_asked_again_and_its_refusal_is_the_reason_in_the_end() {
    let mut scene = Scene::new(Centre::new(&[bytes(1, 100)]), Folder::default());
    scene.centre.busy = 2;
    scene.run();
    assert_eq!(scene.events.last(), Some(&PullEvent::Complete));

    let mut scene = Scene::new(Centre::new(&[bytes(1, 100)]), Folder::default());
    scene.centre.busy = usize::MAX;
    scene.run();
    let error = refused(&mut scene);
    assert!(matches!(&error, PullError::Refused { refusal, .. } if refusal.code() == BUSY));
}

#[test]
fn a_manifest_that_wants_the_impossible_is_refused_before_anything_is_asked() {
    let one = Wanted { digest: Digest::of(b"1"), len_bytes: 1 };
    let many = |n: usize| {
        let name = |i: usize| Digest::of(&i.to_le_bytes());
        (0..n).map(|i| Wanted { digest: name(i), len_bytes: 1 }).collect::<Vec<_>>()
    };
    for (list, what) in [
        (vec![one, one], "a segment twice"),
        (vec![Wanted { len_bytes: 0, ..one }], "a segment that is empty or too long"),
        (vec![Wanted { len_bytes: (8 << 20) + 1, ..one }], "a segment that is empty or too long"),
        (many(WANTED_MAX + 1), "more segments than a manifest may list"),
    ] {
        let mut scene = Scene::new(Centre::new(&[bytes(1, 100)]), Folder::default());
        scene.run_to_judgement();
        scene.pull.accept(scene.now, &list, &mut scene.folder);
        scene.drain();
        assert_eq!(refused(&mut scene), PullError::Wanted { what });
        assert!(scene.pull.poll_transmit().is_none());
    }
}

#[test]
fn a_full_disk_ends_the_pull_and_keeps_what_is_staged() {
    let segment = bytes(1, 200_000);
    let digest = Digest::of(&segment);
    let folder = Folder { room: 128 << 10, ..Folder::default() };
    let mut scene = Scene::new(Centre::new(&[segment]), folder);
    scene.run();
    let error = refused(&mut scene);
    let kind = io::ErrorKind::StorageFull;
    assert_eq!(error, PullError::Store { segment: digest, action: "stage its bytes", kind });
    assert_eq!(error.class(), ErrorClass::Exhausted);
    assert!(!scene.folder.staged[&digest].is_empty() && scene.folder.finished.is_empty());
}

#[test]
fn what_is_left_open_at_the_end_is_stopped() {
    let segments: Vec<_> = (0..4).map(|n| bytes(n, 5000)).collect();
    let mut scene = Scene::new(Centre::new(&segments), Folder::default());
    scene.run_to_judgement();
    scene.accept();
    let mut asked = Vec::new();
    while let Some(Transmit::Ask { exchange, .. }) = scene.pull.poll_transmit() {
        asked.push(exchange);
    }
    let lie = Arrival::Head(Response::UpToDate);
    scene.pull.handle_arrival(scene.now, asked[2], lie, &mut scene.folder);
    let mut stopped = Vec::new();
    while let Some(transmit) = scene.pull.poll_transmit() {
        match transmit {
            Transmit::Stop { exchange } => stopped.push(exchange),
            Transmit::Ask { .. } => panic!("asked after the end"),
        }
    }
    stopped.sort();
    assert_eq!(stopped, asked);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Cuts the line at random places, any number of times, each time with a new pull over the same folder.
    #[test]
    fn interruptions_cost_nothing_that_was_staged(
        lens in prop::collection::vec(1usize..40_000, 1..8),
        cuts in prop::collection::vec(0usize..60_000, 0..6),
        piece in 1usize..9_000,
    ) {
        let segments: Vec<_> = lens.iter().zip(0..).map(|(len, n)| bytes(n, *len)).collect();
        let total: u64 = lens.iter().map(|len| *len as u64).sum();
        let mut folder = Folder::default();
        let mut received = 0;
        for cut in cuts.iter().copied().map(Some).chain([None]) {
            let mut scene = Scene::new(Centre::new(&segments), folder);
            scene.piece = piece;
            scene.dies_after = cut;
            scene.run();
            received += scene.received_of_segments;
            folder = scene.folder;
        }
        for segment in &segments {
            prop_assert_eq!(&folder.finished[&Digest::of(segment)], segment);
        }
        prop_assert_eq!(received, total, "no byte twice");
    }

    /// Whatever a peer sends, nothing is finished whose digest is not its name.
    #[test]
    fn no_peer_can_have_wrong_bytes_finished(
        script in prop::collection::vec((0usize..6, 0u64..120, 0usize..120), 1..30),
    ) {
        let right = bytes(1, 100);
        let mut scene = Scene::new(Centre::new(std::slice::from_ref(&right)), Folder::default());
        scene.run_to_judgement();
        scene.accept();
        for (what, number, len) in script {
            while let Some(transmit) = scene.pull.poll_transmit() {
                if let Transmit::Ask { exchange, .. } = transmit {
                    scene.last_asked = exchange;
                }
            }
            let arrival = match what {
                0 => Arrival::Head(Response::Segment { len_bytes: 100, offset: number }),
                1 => Arrival::Bytes(&right[..len.min(100)]),
                2 => Arrival::Bytes(&[7; 120][..len]),
                3 => Arrival::End,
                4 => Arrival::Broken,
                _ => Arrival::Head(Response::Segment { len_bytes: 100, offset: 0 }),
            };
            scene.pull.handle_arrival(scene.now, scene.last_asked, arrival, &mut scene.folder);
            scene.wake();
            scene.drain();
        }
        for (name, content) in &scene.folder.finished {
            prop_assert_eq!(*name, Digest::of(content));
        }
        for error in scene.events.iter().filter_map(|e| match e {
            PullEvent::Refused(error) => Some(error),
            _ => None,
        }) {
            prop_assert!(!error.to_string().is_empty());
        }
        prop_assert_eq!(wanted(&[right]).len(), 1);
    }
}
