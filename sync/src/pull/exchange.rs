//! One request and what has come of its answer.

use tomoshibi_policies::time::Timestamp;

use super::{Arrival, PullError, PullLimits, PullStore, Subject, Wanted};
use crate::id::Hasher;
use crate::wire::{Refusal, Response};

/// Something to fetch, and how often that went wrong.
#[derive(Debug, Clone, Copy)]
pub(super) struct Job {
    pub(super) target: Target,
    /// Tries in a row without a new byte.
    pub(super) stalls: u8,
    /// Wrong bytes came once already.
    pub(super) damaged: bool,
    /// When to give up, counted from the first time it was asked for.
    pub(super) ends_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Target {
    Manifest,
    Segment(Wanted),
}

impl Job {
    pub(super) const fn new(target: Target) -> Self {
        Self { target, stalls: 0, damaged: false, ends_at: None }
    }

    pub(super) const fn subject(&self) -> Subject {
        match self.target {
            Target::Manifest => Subject::Manifest,
            Target::Segment(wanted) => Subject::Segment(wanted.digest),
        }
    }
}

/// What an arrival leads to.
pub(super) enum Step {
    /// More is to come.
    Open,
    /// Nothing came of it; ask again later.
    Stalled,
    /// The peer is busy; ask again later.
    Busy(Refusal),
    /// The manifest held is the newest.
    UpToDate,
    /// Everything that was announced is here, and the peer has ended.
    Whole,
}

pub(super) struct Exchange {
    pub(super) job: Job,
    /// Manifest bytes so far; empty for a segment, whose bytes go to the store.
    pub(super) manifest: Vec<u8>,
    /// Of a segment's bytes so far, staged ones included.
    pub(super) hasher: Hasher,
    /// Bytes there are, staged ones included.
    at: u64,
    /// Length announced by the head; `None` before it.
    announced: Option<u64>,
    silent_at: Timestamp,
    ends_at: Timestamp,
}

impl Exchange {
    /// An exchange about to be asked for, with `at` bytes staged and hashed.
    pub(super) fn new(
        now: Timestamp,
        limits: &PullLimits,
        job: Job,
        hasher: Hasher,
        at: u64,
    ) -> Self {
        let silent_at = now.plus_millis(limits.silence_ms);
        // Not from this exchange on: a peer that breaks off after every byte would hold the pull for ever.
        let ends_at = job.ends_at.unwrap_or(now.plus_millis(limits.job_ms));
        let job = Job { ends_at: Some(ends_at), ..job };
        Self { job, manifest: Vec::new(), hasher, at, announced: None, silent_at, ends_at }
    }

    pub(super) fn next_timeout(&self) -> Timestamp {
        self.silent_at.min(self.ends_at)
    }

    pub(super) fn is_silent(&self, now: Timestamp) -> bool {
        self.silent_at <= now
    }

    pub(super) fn is_over(&self, now: Timestamp) -> bool {
        self.ends_at <= now
    }

    /// Takes one arrival; segment bytes go to `store`.
    pub(super) fn take(
        &mut self,
        now: Timestamp,
        limits: &PullLimits,
        arrival: Arrival<'_>,
        store: &mut dyn PullStore,
    ) -> Result<Step, PullError> {
        self.silent_at = now.plus_millis(limits.silence_ms);
        let subject = self.job.subject();
        match arrival {
            Arrival::Broken => Ok(Step::Stalled),
            Arrival::Garbled(error) => Err(PullError::Wire { subject, error }),
            Arrival::Head(head) if self.announced.is_none() => self.take_head(head),
            Arrival::Head(head) => Err(PullError::Unexpected { subject, found: head.name() }),
            Arrival::Bytes(bytes) => self.take_bytes(bytes, store).map(|()| Step::Open),
            Arrival::End => match self.announced {
                // A stream that ends before its head is how a dying peer looks.
                None => Ok(Step::Stalled),
                Some(expected) if self.at < expected => {
                    Err(PullError::TooShort { subject, found: self.at, expected })
                }
                Some(_) => Ok(Step::Whole),
            },
        }
    }

    fn take_head(&mut self, head: Response) -> Result<Step, PullError> {
        let subject = self.job.subject();
        match (head, self.job.target) {
            (Response::Refused(refusal), _) if refusal.class().is_retryable() => {
                Ok(Step::Busy(refusal))
            }
            (Response::Refused(refusal), _) => Err(PullError::Refused { subject, refusal }),
            (Response::UpToDate, Target::Manifest) => Ok(Step::UpToDate),
            (Response::Manifest { len_bytes }, Target::Manifest) => {
                self.announced = Some(len_bytes);
                Ok(Step::Open)
            }
            (Response::Segment { len_bytes, offset }, Target::Segment(wanted)) => {
                self.check_segment(wanted, len_bytes, offset)?;
                self.announced = Some(len_bytes);
                Ok(Step::Open)
            }
            (other, _) => Err(PullError::Unexpected { subject, found: other.name() }),
        }
    }

    fn check_segment(&self, wanted: Wanted, found: u64, offset: u64) -> Result<(), PullError> {
        let Wanted { digest: segment, len_bytes: expected } = wanted;
        if found != expected {
            return Err(PullError::Length { segment, found, expected });
        }
        if offset != self.at {
            return Err(PullError::Offset { segment, found: offset, expected: self.at });
        }
        Ok(())
    }

    fn take_bytes(&mut self, bytes: &[u8], store: &mut dyn PullStore) -> Result<(), PullError> {
        let subject = self.job.subject();
        let found = "raw bytes before a head";
        let expected = self.announced.ok_or(PullError::Unexpected { subject, found })?;
        let at = self.at.saturating_add(bytes.len() as u64);
        if at > expected {
            return Err(PullError::TooLong { subject, expected });
        }
        match self.job.target {
            // A manifest begins again from its first byte, so a part of it is no progress.
            Target::Manifest => self.manifest.extend_from_slice(bytes),
            Target::Segment(Wanted { digest: segment, .. }) => {
                self.hasher.update(bytes);
                let written = store.write_staged(&segment, self.at, bytes);
                let action = "stage its bytes";
                written.map_err(|e| PullError::Store { segment, action, kind: e.kind() })?;
                if !bytes.is_empty() {
                    self.job.stalls = 0;
                }
            }
        }
        self.at = at;
        Ok(())
    }
}
