//! The node's side of one reconciliation. Does no I/O: entries come from [`Evidence`], messages go through the caller.
//!
//! Contract: [`Sender::poll`] gives the message to send now and changes nothing, so a message that may be lost is sent
//! again by polling again. [`Sender::handle`] takes whatever arrives, in any order and as often as it arrives; what
//! does not fit is ignored.

use tomoshibi_policies::ErrorClass;

use super::acknowledged::verify;
use super::evidence::{Evidence, EvidenceError};
use super::message::{Have, Message, Outcome, Refusal, Verdict};
use crate::journal::{CheckpointError, Origin, SignedCheckpoint, TreeHash};
use crate::signed::PublicKey;

/// How a reconciliation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The centre holds everything.
    UpToDate,
    /// The centre holds more of this journal than the node: an older disk was put back, or a clone runs. Everything
    /// was handed over as evidence; the node has to start a new incarnation.
    Behind {
        /// Entries at the centre.
        centre_size: u64,
    },
    /// The centre holds another history. Everything was handed over as evidence; the node has to start a new
    /// incarnation.
    Forked,
    /// The centre lacks entries that the node no longer has. The rest was handed over as evidence; the node has to
    /// start a new incarnation.
    Gap {
        /// What the centre would need.
        expected: u64,
    },
    /// The centre refuses what the node signs. A fault of one of the two programs.
    Refused {
        /// Why.
        reason: Refusal,
    },
}

/// Something the caller has to act on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SenderEvent {
    /// The centre has confirmed entries: keep the note (see [`Acknowledged`](super::Acknowledged)).
    Acknowledged {
        /// Number of entries.
        size: u64,
        /// The cosigned checkpoint.
        note: String,
    },
    /// Nothing more is to be sent.
    Ended(Ended),
}

/// Why a message is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The node's own journal.
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
    /// The acknowledgement is not one.
    #[error("the centre's acknowledgement: {0}")]
    Acknowledgement(#[from] CheckpointError),
    /// The acknowledgement is of another history: the node never signed this root, or its key is used elsewhere.
    #[error("the centre acknowledges root {found} at entry {size}, the journal has {expected}")]
    OtherRoot {
        /// Size.
        size: u64,
        /// Root acknowledged.
        found: TreeHash,
        /// Root of the journal.
        expected: TreeHash,
    },
}

impl SendError {
    /// The cause's class; another root is forged.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Evidence(error) => error.class(),
            Self::Acknowledgement(error) => error.class(),
            Self::OtherRoot { .. } => ErrorClass::Forged,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Asking,
    Sending {
        next: u64,
    },
    /// Handing over a history that does not continue the centre's.
    Branching {
        next: u64,
        then: Ended,
    },
    Done,
}

/// See the module.
#[derive(Debug)]
pub struct Sender {
    origin: Origin,
    node: PublicKey,
    centre: Vec<PublicKey>,
    acknowledged: u64,
    state: State,
}

impl Sender {
    /// Begins. `acknowledged` is the size the node keeps as acknowledged; `centre` are the keys that may cosign.
    #[must_use]
    pub const fn new(
        origin: Origin,
        node: PublicKey,
        centre: Vec<PublicKey>,
        acknowledged: u64,
    ) -> Self {
        Self { origin, node, centre, acknowledged, state: State::Asking }
    }

    /// The message to send now; nothing when it has ended.
    ///
    /// # Errors
    /// [`SendError::Evidence`].
    pub fn poll(&self, evidence: &mut dyn Evidence) -> Result<Option<Message>, SendError> {
        Ok(match self.state {
            State::Asking => Some(Message::Where(evidence.journal())),
            State::Sending { next } => Some(Message::Batch(evidence.batch(next, false)?)),
            State::Branching { next, .. } => Some(Message::Batch(evidence.batch(next, true)?)),
            State::Done => None,
        })
    }

    /// Takes a message from the centre.
    ///
    /// # Errors
    /// See [`SendError`]. The state is unchanged then.
    pub fn handle(
        &mut self,
        message: &Message,
        evidence: &mut dyn Evidence,
    ) -> Result<Vec<SenderEvent>, SendError> {
        if message.journal() != evidence.journal() {
            return Ok(Vec::new());
        }
        match message {
            Message::Have(have) if self.state == State::Asking => self.handle_have(have, evidence),
            Message::Verdict(verdict) => self.handle_verdict(verdict, evidence),
            _ => Ok(Vec::new()),
        }
    }

    fn handle_have(
        &mut self,
        have: &Have,
        evidence: &mut dyn Evidence,
    ) -> Result<Vec<SenderEvent>, SendError> {
        let (size, centre_size) = (evidence.size(), have.size);
        if centre_size > size {
            return Ok(self.branch(Ended::Behind { centre_size }, evidence));
        }
        if evidence.root_at(centre_size)?.is_some_and(|root| root != have.root) {
            return Ok(self.branch(Ended::Forked, evidence));
        }
        let mut events = self.acknowledge(have.cosigned.as_deref(), evidence)?;
        events.extend(self.go_on_from(centre_size, evidence));
        Ok(events)
    }

    fn handle_verdict(
        &mut self,
        verdict: &Verdict,
        evidence: &mut dyn Evidence,
    ) -> Result<Vec<SenderEvent>, SendError> {
        match self.state {
            State::Sending { next } => self.handle_sent(next, verdict, evidence),
            State::Branching { next, then } if verdict.first == next => {
                Ok(self.branch_on(verdict.end.max(next), then, evidence))
            }
            _ => Ok(Vec::new()),
        }
    }

    fn handle_sent(
        &mut self,
        next: u64,
        verdict: &Verdict,
        evidence: &mut dyn Evidence,
    ) -> Result<Vec<SenderEvent>, SendError> {
        match verdict.outcome {
            // An answer to an earlier batch, come late.
            _ if verdict.first != next => Ok(Vec::new()),
            Outcome::Accepted => {
                let mut events = self.acknowledge(verdict.cosigned.as_deref(), evidence)?;
                events.extend(self.go_on_from(verdict.end.max(next), evidence));
                Ok(events)
            }
            Outcome::Gap { expected } => Ok(self.go_on_from(expected.min(next), evidence)),
            Outcome::Fork { .. } => Ok(self.branch(Ended::Forked, evidence)),
            Outcome::Refused { reason } => Ok(self.end(Ended::Refused { reason })),
        }
    }

    fn go_on_from(&mut self, next: u64, evidence: &dyn Evidence) -> Vec<SenderEvent> {
        if next >= evidence.size() {
            return self.end(Ended::UpToDate);
        }
        if next < evidence.earliest() {
            return self.branch(Ended::Gap { expected: next }, evidence);
        }
        self.state = State::Sending { next };
        Vec::new()
    }

    /// Hands everything over, from the beginning: where the histories parted is not known, and repetitions are cheap.
    fn branch(&mut self, then: Ended, evidence: &dyn Evidence) -> Vec<SenderEvent> {
        self.branch_on(evidence.earliest(), then, evidence)
    }

    fn branch_on(&mut self, next: u64, then: Ended, evidence: &dyn Evidence) -> Vec<SenderEvent> {
        if next >= evidence.size() {
            return self.end(then);
        }
        self.state = State::Branching { next, then };
        Vec::new()
    }

    fn end(&mut self, ended: Ended) -> Vec<SenderEvent> {
        self.state = State::Done;
        vec![SenderEvent::Ended(ended)]
    }

    /// Checks an acknowledgement; tells of it when it confirms more than before.
    fn acknowledge(
        &mut self,
        note: Option<&str>,
        evidence: &mut dyn Evidence,
    ) -> Result<Vec<SenderEvent>, SendError> {
        let Some(note) = note else { return Ok(Vec::new()) };
        let signed = SignedCheckpoint::parse(note)?;
        let (checkpoint, _) = verify(&signed, self.origin, &self.node, &self.centre)?;
        let (size, found) = (checkpoint.size, checkpoint.root);
        match evidence.root_at(size)? {
            Some(expected) if expected != found => {
                return Err(SendError::OtherRoot { size, found, expected });
            }
            // Beyond the end: another process of this node wrote on. Below the earliest: long confirmed.
            None => return Ok(Vec::new()),
            Some(_) => (),
        }
        if size <= self.acknowledged {
            return Ok(Vec::new());
        }
        self.acknowledged = size;
        Ok(vec![SenderEvent::Acknowledged { size, note: note.to_owned() }])
    }
}
