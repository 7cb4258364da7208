//! The state machine.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io;

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::record::RegionCode;
use tomoshibi_policies::time::Timestamp;

use super::exchange::{Exchange, Job, Step, Target};
use super::{
    Arrival, ExchangeId, Progress, PullError, PullEvent, PullLimits, PullStore, Transmit,
    WANTED_MAX, Wanted,
};
use crate::id::{Digest, Hasher};
use crate::wire::{Held, Request, SEGMENT_LEN_BYTES_MAX};

/// One pull of one snapshot: manifest, judgement, segments, done. Does no I/O of its own and reads no clock.
///
/// After every call of a `handle_*` method, `accept` or `refuse`, the caller drains [`Pull::poll_transmit`] and
/// [`Pull::poll_event`], and wakes it at [`Pull::poll_timeout`]. Time passed in must not run backwards; any running
/// clock will do. Arrivals of exchanges that are over are ignored. To interrupt a pull, drop it.
pub struct Pull {
    region: RegionCode,
    have: Option<Held>,
    limits: PullLimits,
    stage: Stage,
    exchanges: BTreeMap<ExchangeId, Exchange>,
    /// To be asked for when the window has room.
    queue: VecDeque<Job>,
    /// To be asked for again at a time.
    resting: Vec<(Timestamp, Job)>,
    transmits: VecDeque<Transmit>,
    events: VecDeque<PullEvent>,
    next_exchange: u32,
    progress: Progress,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Manifest,
    Judging,
    Segments,
    Done,
}

impl Pull {
    /// Begins a pull of `region` by a node that holds `have`.
    #[must_use]
    pub fn new(now: Timestamp, region: RegionCode, have: Option<Held>, limits: PullLimits) -> Self {
        let mut pull = Self {
            region,
            have,
            limits: PullLimits { window: limits.window.max(1), ..limits },
            stage: Stage::Manifest,
            exchanges: BTreeMap::new(),
            queue: VecDeque::new(),
            resting: Vec::new(),
            transmits: VecDeque::new(),
            events: VecDeque::new(),
            next_exchange: 0,
            progress: Progress::default(),
        };
        pull.ask(now, Job::new(Target::Manifest), Hasher::default(), 0);
        pull
    }

    /// Takes what arrived on one exchange.
    pub fn handle_arrival(
        &mut self,
        now: Timestamp,
        id: ExchangeId,
        arrival: Arrival<'_>,
        store: &mut dyn PullStore,
    ) {
        let Some(mut exchange) = self.exchanges.remove(&id) else { return };
        if let Arrival::Bytes(bytes) = &arrival {
            self.progress.received = self.progress.received.saturating_add(bytes.len() as u64);
        }
        let ended = matches!(arrival, Arrival::End | Arrival::Broken);
        let step = exchange.take(now, &self.limits, arrival, store);
        if matches!(step, Ok(Step::Open)) {
            self.exchanges.insert(id, exchange);
            return;
        }
        if !ended {
            self.transmits.push_back(Transmit::Stop { exchange: id });
        }
        let outcome = match step {
            Err(error) => Err(error),
            Ok(Step::Open) => Ok(()),
            Ok(Step::Stalled) => self.rest(now, exchange.job, None),
            Ok(Step::Busy(refusal)) => {
                let subject = exchange.job.subject();
                self.rest(now, exchange.job, Some(PullError::Refused { subject, refusal }))
            }
            Ok(Step::UpToDate) => {
                self.end(PullEvent::UpToDate);
                Ok(())
            }
            Ok(Step::Whole) => self.settle(exchange, store),
        };
        self.go_on(now, outcome, store);
    }

    /// To be called when [`Pull::poll_timeout`] has come.
    pub fn handle_timeout(&mut self, now: Timestamp, store: &mut dyn PullStore) {
        let outcome = self.leave_silent(now);
        let (ready, resting) = self.resting.drain(..).partition(|(at, _)| *at <= now);
        self.resting = resting;
        let ready: Vec<(Timestamp, Job)> = ready;
        self.queue.extend(ready.into_iter().map(|(_, job)| job));
        self.go_on(now, outcome, store);
    }

    /// The manifest is verified and wanted: fetch these segments, those finished already excepted.
    pub fn accept(&mut self, now: Timestamp, wanted: &[Wanted], store: &mut dyn PullStore) {
        if self.stage != Stage::Judging {
            return;
        }
        let outcome = self.plan(wanted, store);
        self.stage = Stage::Segments;
        self.go_on(now, outcome, store);
    }

    /// The manifest is refused.
    pub fn refuse(&mut self, class: ErrorClass, reason: &str) {
        if self.stage == Stage::Judging {
            let error = PullError::Manifest { class, reason: reason.into() };
            self.end(PullEvent::Refused(error));
        }
    }

    /// The next thing to send.
    pub fn poll_transmit(&mut self) -> Option<Transmit> {
        self.transmits.pop_front()
    }

    /// The next thing that happened.
    pub fn poll_event(&mut self) -> Option<PullEvent> {
        self.events.pop_front()
    }

    /// When to call [`Pull::handle_timeout`].
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Timestamp> {
        let open = self.exchanges.values().map(Exchange::next_timeout);
        open.chain(self.resting.iter().map(|(at, _)| *at)).min()
    }

    /// How far it is.
    #[must_use]
    pub const fn progress(&self) -> Progress {
        self.progress
    }

    /// True when nothing more will happen.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.stage == Stage::Done
    }

    /// After each input: ends with the error, or fills the window, or is complete.
    fn go_on(&mut self, now: Timestamp, outcome: Result<(), PullError>, store: &mut dyn PullStore) {
        if let Err(error) = outcome.and_then(|()| self.fill_window(now, store)) {
            self.end(PullEvent::Refused(error));
        }
        let idle = self.exchanges.is_empty() && self.queue.is_empty() && self.resting.is_empty();
        if self.stage == Stage::Segments && idle {
            self.end(PullEvent::Complete);
        }
    }

    fn fill_window(&mut self, now: Timestamp, store: &mut dyn PullStore) -> Result<(), PullError> {
        while self.exchanges.len() < self.limits.window {
            let Some(job) = self.queue.pop_front() else { return Ok(()) };
            match job.target {
                Target::Manifest => self.ask(now, job, Hasher::default(), 0),
                Target::Segment(wanted) => self.start_segment(now, job, wanted, store)?,
            }
        }
        Ok(())
    }

    /// Goes on where the staged beginning ends; a beginning that is the whole is judged without asking.
    fn start_segment(
        &mut self,
        now: Timestamp,
        job: Job,
        wanted: Wanted,
        store: &mut dyn PullStore,
    ) -> Result<(), PullError> {
        let (hasher, at) = resume(wanted, store)
            .map_err(|error| store_error(wanted.digest, "read what is staged", &error))?;
        if at == wanted.len_bytes {
            return self.settle_segment(job, wanted, &hasher, store);
        }
        self.ask(now, job, hasher, at);
        Ok(())
    }

    fn ask(&mut self, now: Timestamp, job: Job, hasher: Hasher, at: u64) {
        let exchange = ExchangeId(self.next_exchange);
        self.next_exchange = self.next_exchange.wrapping_add(1);
        let request = match job.target {
            Target::Manifest => Request::NewestManifest { region: self.region, have: self.have },
            Target::Segment(wanted) => Request::Segment { digest: wanted.digest, offset: at },
        };
        self.transmits.push_back(Transmit::Ask { exchange, request });
        self.exchanges.insert(exchange, Exchange::new(now, &self.limits, job, hasher, at));
    }

    fn settle(&mut self, exchange: Exchange, store: &mut dyn PullStore) -> Result<(), PullError> {
        match exchange.job.target {
            Target::Manifest => {
                self.stage = Stage::Judging;
                self.events.push_back(PullEvent::ManifestArrived { bytes: exchange.manifest });
                Ok(())
            }
            Target::Segment(wanted) => {
                self.settle_segment(exchange.job, wanted, &exchange.hasher, store)
            }
        }
    }

    /// All bytes are staged: they are the segment, or they are dropped.
    fn settle_segment(
        &mut self,
        job: Job,
        wanted: Wanted,
        hasher: &Hasher,
        store: &mut dyn PullStore,
    ) -> Result<(), PullError> {
        let (segment, found) = (wanted.digest, hasher.digest());
        if found == segment {
            store.finish(&segment).map_err(|error| store_error(segment, "finish it", &error))?;
            self.count_done(wanted);
            let len_bytes = wanted.len_bytes;
            self.events.push_back(PullEvent::SegmentVerified { segment, len_bytes });
            return Ok(());
        }
        store
            .drop_staged(&segment)
            .map_err(|error| store_error(segment, "drop wrong bytes", &error))?;
        if job.damaged {
            return Err(PullError::Digest { found, expected: segment });
        }
        // Once more from the start: a beginning staged before a power cut may be at fault, not the peer.
        self.events.push_back(PullEvent::SegmentDamaged { segment, found });
        self.queue.push_front(Job { damaged: true, ..job });
        Ok(())
    }

    /// Sets a job aside for a while, or gives up with `last` (or as stalled).
    fn rest(&mut self, now: Timestamp, job: Job, last: Option<PullError>) -> Result<(), PullError> {
        let subject = job.subject();
        if job.ends_at.is_some_and(|at| at <= now) {
            return Err(PullError::TooSlow { subject, ms: self.limits.job_ms });
        }
        let times = job.stalls.saturating_add(1);
        if times > self.limits.stalls_max {
            return Err(last.unwrap_or(PullError::Stalled { subject, times }));
        }
        self.events.push_back(PullEvent::Stalled { subject, times });
        let wait_ms = self.limits.retry_ms.saturating_mul(1 << u32::from(times - 1).min(10));
        self.resting.push((now.plus_millis(wait_ms), Job { stalls: times, ..job }));
        Ok(())
    }

    /// Stops the exchanges on which nothing arrived, and gives up on one that took too long.
    fn leave_silent(&mut self, now: Timestamp) -> Result<(), PullError> {
        let late = self.exchanges.values().find(|exchange| exchange.is_over(now));
        if let Some(exchange) = late {
            let subject = exchange.job.subject();
            return Err(PullError::TooSlow { subject, ms: self.limits.job_ms });
        }
        let silent: Vec<ExchangeId> =
            self.exchanges.iter().filter(|(_, e)| e.is_silent(now)).map(|(id, _)| *id).collect();
        for id in silent {
            self.transmits.push_back(Transmit::Stop { exchange: id });
            if let Some(exchange) = self.exchanges.remove(&id) {
                self.rest(now, exchange.job, None)?;
            }
        }
        Ok(())
    }

    fn plan(&mut self, wanted: &[Wanted], store: &dyn PullStore) -> Result<(), PullError> {
        check_wanted(wanted)?;
        self.progress.segments = wanted.len();
        self.progress.bytes = wanted.iter().map(|w| w.len_bytes).sum();
        for segment in wanted {
            let has = store
                .has(&segment.digest)
                .map_err(|error| store_error(segment.digest, "look for it", &error))?;
            match has {
                true => self.count_done(*segment),
                false => self.queue.push_back(Job::new(Target::Segment(*segment))),
            }
        }
        Ok(())
    }

    const fn count_done(&mut self, wanted: Wanted) {
        self.progress.segments_done += 1;
        self.progress.bytes_done = self.progress.bytes_done.saturating_add(wanted.len_bytes);
    }

    fn end(&mut self, event: PullEvent) {
        let open = core::mem::take(&mut self.exchanges);
        self.transmits.extend(open.into_keys().map(|exchange| Transmit::Stop { exchange }));
        self.queue.clear();
        self.resting.clear();
        self.stage = Stage::Done;
        self.events.push_back(event);
    }
}

impl core::fmt::Debug for Pull {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Pull({:?}, {:?})", self.stage, self.progress)
    }
}

/// Hashes what is staged of a segment; what is longer than the segment is dropped.
fn resume(wanted: Wanted, store: &mut dyn PullStore) -> io::Result<(Hasher, u64)> {
    let mut hasher = Hasher::default();
    let staged = store.staged_len(&wanted.digest)?;
    if staged > wanted.len_bytes {
        store.drop_staged(&wanted.digest)?;
        return Ok((hasher, 0));
    }
    if staged > 0 && store.hash_staged(&wanted.digest, &mut hasher)? != staged {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok((hasher, staged))
}

fn check_wanted(wanted: &[Wanted]) -> Result<(), PullError> {
    if wanted.len() > WANTED_MAX {
        return Err(PullError::Wanted { what: "more segments than a manifest may list" });
    }
    if wanted.iter().any(|w| w.len_bytes == 0 || w.len_bytes > SEGMENT_LEN_BYTES_MAX) {
        return Err(PullError::Wanted { what: "a segment that is empty or too long" });
    }
    let distinct: BTreeSet<&Digest> = wanted.iter().map(|w| &w.digest).collect();
    if distinct.len() != wanted.len() {
        return Err(PullError::Wanted { what: "a segment twice" });
    }
    Ok(())
}

fn store_error(segment: Digest, action: &'static str, error: &io::Error) -> PullError {
    PullError::Store { segment, action, kind: error.kind() }
}
