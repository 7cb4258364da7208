//! A pull, a folder and a peer whose faults are switched on one by one.

use std::collections::{BTreeMap, VecDeque};
use std::io;

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::record::RegionCode;
use tomoshibi_policies::time::Timestamp;
use tomoshibi_sync::enrol::{EnrolGrant, EnrolRequest};
use tomoshibi_sync::id::{Digest, Hasher, NodeId, SnapshotId};
use tomoshibi_sync::pull::{
    Arrival, ExchangeId, Pull, PullEvent, PullLimits, PullStore, Transmit, Wanted,
};
use tomoshibi_sync::seam::ReadAt;
use tomoshibi_sync::service::{CentreService, Reply, answer};
use tomoshibi_sync::wire::{Held, InboxPage, Refusal, Request, Response, code};

/// `len` bytes that no other `seed` gives.
pub(crate) fn bytes(seed: u64, len: usize) -> Vec<u8> {
    let word = |i: u64| (i ^ seed << 32).wrapping_mul(0x9E37_79B9_7F4A_7C15).to_le_bytes();
    (0..len as u64).map(|i| word(i / 8)[(i % 8) as usize]).collect()
}

pub(crate) fn held(manifest: &[u8]) -> Held {
    Held { snapshot: SnapshotId { epoch: 1, number: 1 }, digest: Digest::of(manifest) }
}

pub(crate) fn wanted(segments: &[Vec<u8>]) -> Vec<Wanted> {
    let entry = |s: &Vec<u8>| Wanted { digest: Digest::of(s), len_bytes: s.len() as u64 };
    segments.iter().map(entry).collect()
}

#[derive(Default)]
pub(crate) struct Folder {
    pub(crate) staged: BTreeMap<Digest, Vec<u8>>,
    pub(crate) finished: BTreeMap<Digest, Vec<u8>>,
    /// Bytes that may be staged; 0 is no limit.
    pub(crate) room: usize,
}

impl Folder {
    pub(crate) fn is_empty(&self) -> bool {
        self.staged.is_empty() && self.finished.is_empty()
    }
}

impl PullStore for Folder {
    fn has(&self, segment: &Digest) -> io::Result<bool> {
        Ok(self.finished.contains_key(segment))
    }

    fn staged_len(&self, segment: &Digest) -> io::Result<u64> {
        Ok(self.staged.get(segment).map_or(0, |staged| staged.len() as u64))
    }

    fn hash_staged(&self, segment: &Digest, hasher: &mut Hasher) -> io::Result<u64> {
        hasher.update(&self.staged[segment]);
        self.staged_len(segment)
    }

    fn write_staged(&mut self, segment: &Digest, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let staged = self.staged.entry(*segment).or_default();
        assert_eq!(staged.len() as u64, offset, "only appended to");
        if self.room > 0 && staged.len() + bytes.len() > self.room {
            return Err(io::ErrorKind::StorageFull.into());
        }
        staged.extend_from_slice(bytes);
        Ok(())
    }

    fn drop_staged(&mut self, segment: &Digest) -> io::Result<()> {
        self.staged.remove(segment);
        Ok(())
    }

    fn finish(&mut self, segment: &Digest) -> io::Result<()> {
        let whole = self.staged.remove(segment).unwrap();
        self.finished.insert(*segment, whole);
        Ok(())
    }
}

/// A centre in memory. Its manifest lists digests and lengths, 40 bytes an entry.
#[derive(Default)]
pub(crate) struct Centre {
    pub(crate) manifest: Vec<u8>,
    pub(crate) segments: BTreeMap<Digest, Vec<u8>>,
    /// Answers nothing at all.
    pub(crate) mute: bool,
    /// Refuses so many requests as busy.
    pub(crate) busy: usize,
    /// Goes silent once after so many raw bytes of a segment.
    pub(crate) silent_after: Option<usize>,
    /// Breaks every segment's exchange after so many raw bytes.
    pub(crate) breaks_after: Option<usize>,
    /// Sends one wrong bit in this segment, once.
    pub(crate) flip_once: Option<Digest>,
}

impl Centre {
    pub(crate) fn new(segments: &[Vec<u8>]) -> Self {
        let entry = |w: &Wanted| [&w.digest.as_bytes()[..], &w.len_bytes.to_le_bytes()].concat();
        let manifest = wanted(segments).iter().flat_map(entry).collect();
        let segments = segments.iter().map(|s| (Digest::of(s), s.clone())).collect();
        Self { manifest, segments, ..Self::default() }
    }
}

struct Slice(Vec<u8>);

impl ReadAt for Slice {
    fn len_bytes(&self) -> u64 {
        self.0.len() as u64
    }

    // Short reads on purpose: a reader has to go on.
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        let rest = &self.0[offset as usize..];
        let len = rest.len().min(buf.len()).min(10_000);
        buf[..len].copy_from_slice(&rest[..len]);
        Ok(len)
    }
}

impl CentreService for Centre {
    fn enrol(&self, _: &EnrolRequest) -> Result<EnrolGrant, Refusal> {
        Err(Refusal::new(ErrorClass::Denied, code::CODE_REFUSED, "no"))
    }

    fn newest_manifest(
        &self,
        _: NodeId,
        _: RegionCode,
        _: Option<&Held>,
    ) -> Result<Option<Vec<u8>>, Refusal> {
        Ok(Some(self.manifest.clone()))
    }

    fn open_segment(&self, _: NodeId, digest: &Digest) -> Result<Option<Box<dyn ReadAt>>, Refusal> {
        let found = self.segments.get(digest).cloned();
        Ok(found.map(|s| Box::new(Slice(s)) as Box<dyn ReadAt>))
    }

    fn inbox(&self, _: NodeId, _: u64) -> Result<InboxPage, Refusal> {
        Ok(InboxPage::default())
    }

    fn announce_opening(&self, _: NodeId, _: &str) -> Result<(), Refusal> {
        Ok(())
    }

    fn request_release(&self, _: NodeId, _: Digest) -> Result<Vec<u8>, Refusal> {
        Ok(Vec::new())
    }

    fn reconcile(&self, _: NodeId, message: &[u8]) -> Result<Vec<u8>, Refusal> {
        Ok(message.to_vec())
    }
}

/// What the peer still has to say on one exchange.
enum Word {
    Head(Response),
    Bytes(Vec<u8>),
    End,
    Broken,
}

/// A pull with its surroundings, driven until it is over or the line dies.
pub(crate) struct Scene {
    pub(crate) pull: Pull,
    pub(crate) centre: Centre,
    pub(crate) folder: Folder,
    pub(crate) now: Timestamp,
    pub(crate) events: Vec<PullEvent>,
    /// Length of the pieces in which raw bytes arrive.
    pub(crate) piece: usize,
    /// The line dies for good after so many raw bytes of segments.
    pub(crate) dies_after: Option<usize>,
    pub(crate) received_of_segments: u64,
    pub(crate) most_open: usize,
    pub(crate) asked: usize,
    pub(crate) last_asked: ExchangeId,
    lines: BTreeMap<ExchangeId, VecDeque<Word>>,
}

impl Scene {
    pub(crate) fn new(centre: Centre, folder: Folder) -> Self {
        Self::holding(None, centre, folder)
    }

    pub(crate) fn holding(have: Option<Held>, centre: Centre, folder: Folder) -> Self {
        let now = Timestamp::from_millis(0);
        let region = RegionCode::new(17).unwrap();
        Self {
            pull: Pull::new(now, region, have, PullLimits::default()),
            centre,
            folder,
            now,
            events: Vec::new(),
            piece: 4096,
            dies_after: None,
            received_of_segments: 0,
            most_open: 0,
            asked: 0,
            last_asked: ExchangeId(0),
            lines: BTreeMap::new(),
        }
    }

    /// Until it is over; a manifest is accepted as it stands.
    pub(crate) fn run(&mut self) {
        while !self.pull.is_done() && self.step() {
            if matches!(self.events.last(), Some(PullEvent::ManifestArrived { .. })) {
                self.accept();
            }
        }
        self.drain();
    }

    pub(crate) fn run_to_judgement(&mut self) {
        while !matches!(self.events.last(), Some(PullEvent::ManifestArrived { .. })) {
            assert!(self.step());
        }
    }

    pub(crate) fn accept(&mut self) {
        let Some(PullEvent::ManifestArrived { bytes }) = self.events.pop() else { panic!() };
        assert_eq!(bytes, self.centre.manifest);
        let entry = |e: &[u8]| Wanted {
            digest: Digest::from_bytes(e[..32].try_into().unwrap()),
            len_bytes: u64::from_le_bytes(e[32..].try_into().unwrap()),
        };
        let list: Vec<_> = bytes.chunks(40).map(entry).collect();
        self.pull.accept(self.now, &list, &mut self.folder);
    }

    pub(crate) fn drain(&mut self) {
        while let Some(event) = self.pull.poll_event() {
            self.events.push(event);
        }
    }

    /// Lets time pass to the next timeout.
    pub(crate) fn wake(&mut self) {
        if let Some(at) = self.pull.poll_timeout() {
            self.now = self.now.max(at);
            self.pull.handle_timeout(self.now, &mut self.folder);
        }
    }

    /// One word of one line, the lines in turn; or time passes. False when the line is dead.
    fn step(&mut self) -> bool {
        while let Some(transmit) = self.pull.poll_transmit() {
            match transmit {
                Transmit::Stop { exchange } => drop(self.lines.remove(&exchange)),
                Transmit::Ask { exchange, request } => {
                    self.asked += 1;
                    let words = self.answer(&request);
                    self.lines.insert(exchange, words);
                }
            }
        }
        self.most_open = self.most_open.max(self.lines.len());
        let after = (self.last_asked.0 + 1..u32::MAX).map(ExchangeId).next().unwrap();
        let mut turns = self.lines.range(after..).chain(self.lines.range(..after));
        let next = turns.find(|(_, words)| !words.is_empty()).map(|(id, _)| *id);
        match next {
            None => self.wake(),
            Some(id) => {
                self.last_asked = id;
                let word = self.lines.get_mut(&id).and_then(VecDeque::pop_front).unwrap();
                return self.hear(id, word);
            }
        }
        self.drain();
        true
    }

    fn hear(&mut self, id: ExchangeId, word: Word) -> bool {
        let arrival = match &word {
            Word::Head(head) => Arrival::Head(head.clone()),
            Word::Bytes(bytes) => {
                let segments = self.pull.progress().segments > 0;
                self.received_of_segments += if segments { bytes.len() as u64 } else { 0 };
                Arrival::Bytes(bytes)
            }
            Word::End => Arrival::End,
            Word::Broken => Arrival::Broken,
        };
        self.pull.handle_arrival(self.now, id, arrival, &mut self.folder);
        if matches!(word, Word::End | Word::Broken) {
            self.lines.remove(&id);
        }
        self.drain();
        self.dies_after.is_none_or(|limit| self.received_of_segments < limit as u64)
    }

    fn answer(&mut self, request: &Request) -> VecDeque<Word> {
        if self.centre.mute {
            return VecDeque::new();
        }
        if self.centre.busy > 0 {
            self.centre.busy -= 1;
            let busy = Refusal::new(ErrorClass::Exhausted, code::BUSY, "busy");
            return [Word::Head(Response::Refused(busy)), Word::End].into();
        }
        // Through the wire and back, as over a network.
        let request = Request::from_frame(request.to_frame().unwrap()).unwrap();
        let Reply { head, body } = answer(&self.centre, NodeId::from_bytes([1; 16]), &request);
        let head = Response::from_frame(head.to_frame().unwrap()).unwrap();
        let mut raw = Vec::new();
        if let Some(mut body) = body {
            while let Some(piece) = body.next_piece().unwrap() {
                raw.extend(piece);
            }
        }
        assert_eq!(raw.len() as u64, head.raw_len_bytes());
        self.words(&request, head, raw)
    }

    /// The answer with the faults that are switched on.
    fn words(&mut self, request: &Request, head: Response, mut raw: Vec<u8>) -> VecDeque<Word> {
        let mut last = Some(Word::End);
        if let Request::Segment { digest, .. } = request {
            if self.centre.flip_once.take_if(|d| d == digest).is_some() {
                raw[0] ^= 1;
            }
            if let Some(len) = self.centre.silent_after.take() {
                raw.truncate(len);
                last = None;
            }
            if let Some(len) = self.centre.breaks_after {
                raw.truncate(len);
                last = Some(Word::Broken);
            }
        }
        let pieces = raw.chunks(self.piece).map(|piece| Word::Bytes(piece.to_vec()));
        [Word::Head(head)].into_iter().chain(pieces).chain(last).collect()
    }
}
