//! One writer for many threads: group commit.
//!
//! Promises: events are written in the order in which they were queued; [`Ticket::wait`] returns when the entry is
//! durable; all entries that wait share one sync. The queue is bounded, and queueing blocks while it is full, so
//! callers stand on threads that may block. When the disk is full, at whatever is being done, a piece of the reserve is given
//! back until there is room or none is left; the journal is reopened, and the entries that did not reach the disk are
//! written again; those that did are not. A full disk begins no new life.
//!
//! A writer that fails otherwise is brought back with the next thing it is asked for: the same journal after a failed
//! append, the next incarnation after a failed sync or where the files are damaged. What waited is written there; after
//! a sync that failed it may then stand in both, which is an entry too many and never one too few. Where even that
//! fails, every waiter is told, [`Group::failing`] says so, and the next caller makes the next try.
//!
//! Not covered: a disk on which each incarnation fails again. After [`LIVES_MAX`] of them nothing more is taken.

mod thread;

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::time::Timestamp;

use super::{
    AppendError, ClockQuality, Committed, Event, OpenError, Origin, Reserve, Sequence, TreeHash,
    Word, Writer,
};
use crate::id::Incarnation;
use thread::{Failing, Job, WriterThread};

pub use thread::LIVES_MAX;

/// Most jobs that wait. Each holds one event, seldom more than a kilobyte.
const QUEUE_JOBS_MAX: usize = 1024;

/// An entry that is durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Durable {
    /// The life of the node in whose journal the entry stands: it can be the next one when a disk failed on the way.
    pub incarnation: Incarnation,
    /// The entry.
    pub sequence: Sequence,
    /// Its leaf hash, which whoever holds the entry can compute: proof that this entry is meant and no other.
    pub leaf: TreeHash,
    /// What is durable with it.
    pub committed: Committed,
}

/// Why an entry is not known to be durable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GroupError {
    /// The writer.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// The journal could not be reopened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The writer thread has ended.
    #[error("the journal is closed")]
    Closed,
}

impl GroupError {
    /// The cause's class.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Append(error) => error.class(),
            Self::Open(error) => error.class(),
            Self::Closed => ErrorClass::Conflict,
        }
    }

    const fn wants_room(&self) -> bool {
        match self {
            Self::Append(error) => error.wants_room(),
            Self::Open(error) => error.wants_room(),
            Self::Closed => false,
        }
    }
}

/// The promise of an answer.
#[must_use = "an entry is durable only when the wait is over"]
pub struct Ticket<T = Durable>(Receiver<Result<T, GroupError>>);

impl<T> Ticket<T> {
    /// Waits for the answer.
    ///
    /// # Errors
    /// See [`GroupError`]. The entry may then be in the journal or not: nothing may be answered for it.
    pub fn wait(self) -> Result<T, GroupError> {
        self.0.recv().unwrap_or(Err(GroupError::Closed))
    }
}

/// Hears that the journal goes on in the incarnation of this origin, and why. Called on the writer's thread before
/// anything of that incarnation is answered.
pub type HearLife = Box<dyn FnMut(Origin, &Word) + Send>;

/// See the module.
pub struct Group {
    jobs: SyncSender<Job>,
    failing: Failing,
    thread: Mutex<Option<JoinHandle<Option<Writer>>>>,
}

impl Group {
    /// Starts the writer thread.
    #[must_use]
    pub fn start(writer: Writer, reserve: Option<Reserve>, hear: HearLife) -> Self {
        let (jobs, queue) = sync_channel(QUEUE_JOBS_MAX);
        let failing = Failing::default();
        let work = WriterThread::new(writer, reserve, hear, failing.clone());
        let thread = std::thread::spawn(move || work.run(&queue));
        Self { jobs, failing, thread: Mutex::new(Some(thread)) }
    }

    /// Why the last entries could not be written, while that is so.
    #[must_use]
    pub fn failing(&self) -> Option<ErrorClass> {
        *self.failing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Leaves this incarnation as it is and goes on in the next.
    pub fn next_life(&self, cause: Word, now: Timestamp, quality: ClockQuality) -> Ticket<Origin> {
        self.queue(|answer| Job::NextLife { cause, now, quality, answer })
    }

    /// Queues an event.
    pub fn append(&self, event: Event, now: Timestamp, quality: ClockQuality) -> Ticket {
        self.queue(|answer| Job::Append { event: Box::new(event), now, quality, answer })
    }

    /// Seals bodies to other people from here on.
    pub fn set_recipients(&self, recipients: Vec<String>, now: Timestamp) -> Ticket<Committed> {
        self.queue(|answer| Job::Recipients { recipients, now, answer })
    }

    /// Writes a checkpoint of what is durable; returns it as a note.
    pub fn checkpoint(&self) -> Ticket<String> {
        self.queue(|answer| Job::Checkpoint { answer })
    }

    /// Finishes what is queued, ends the thread and gives the writer back; nothing when it was stopped before or
    /// could not be reopened.
    #[must_use]
    pub fn stop(&self) -> Option<Writer> {
        // A thread that has ended takes no job, and needs none.
        let _ = self.jobs.send(Job::Stop);
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        thread.and_then(|thread| thread.join().ok()).flatten()
    }

    fn queue<T>(&self, job: impl FnOnce(SyncSender<Result<T, GroupError>>) -> Job) -> Ticket<T> {
        let (answer, ticket) = sync_channel(1);
        // A job that cannot be queued drops its answer, and the ticket then says that the journal is closed.
        let _ = self.jobs.send(job(answer));
        Ticket(ticket)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let _ = self.stop();
    }
}
