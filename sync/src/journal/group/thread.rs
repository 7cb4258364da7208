//! The thread behind a group.

use std::sync::mpsc::{Receiver, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::time::Timestamp;

use super::{Durable, GroupError, HearLife};
use crate::id::Incarnation;
use crate::journal::{
    AppendError, ClockQuality, Committed, Event, OpenError, Origin, Reserve, Sequence, TreeHash,
    Word, Writer, WriterSetup, newest_incarnation,
};

/// Most incarnations that one process begins because the one before failed. Each leaves a folder behind, so a disk that
/// fails every sync must not be asked again by every click on a page.
pub const LIVES_MAX: u32 = 8;

/// Most entries that share a sync: what one commit can hold of the longest.
const COMMIT_ENTRIES_MAX: usize = 255;

type Answer<T> = SyncSender<Result<T, GroupError>>;

/// What the thread is asked to do.
pub(super) enum Job {
    Append { event: Box<Event>, now: Timestamp, quality: ClockQuality, answer: Answer<Durable> },
    Recipients { recipients: Vec<String>, now: Timestamp, answer: Answer<Committed> },
    Checkpoint { answer: Answer<String> },
    NextLife { cause: Word, now: Timestamp, quality: ClockQuality, answer: Answer<Origin> },
    Stop,
}

struct Waiting {
    event: Box<Event>,
    now: Timestamp,
    quality: ClockQuality,
    answer: Answer<Durable>,
}

/// Where an entry stands that the writer has taken.
#[derive(Clone, Copy)]
struct Taken {
    incarnation: Incarnation,
    sequence: Sequence,
    leaf: TreeHash,
}

/// An answer that nobody waits for any more is no error: the entry is durable all the same.
fn answer<T>(to: &Answer<T>, answer: Result<T, GroupError>) {
    let _ = to.send(answer);
}

/// Why the last entries could not be written, while that is so.
pub(super) type Failing = Arc<Mutex<Option<ErrorClass>>>;

/// A journal without a writer.
struct Lost {
    setup: Box<WriterSetup>,
    /// Why this incarnation is not to be opened again, when it is not.
    ended: Option<Word>,
}

pub(super) struct WriterThread {
    writer: Option<Writer>,
    lost: Option<Lost>,
    reserve: Option<Reserve>,
    hear: HearLife,
    failing: Failing,
    lives: u32,
    /// Bytes of the reserve that were given back and that no entry tells of yet.
    released_bytes: u64,
}

impl WriterThread {
    pub(super) const fn new(
        writer: Writer,
        reserve: Option<Reserve>,
        hear: HearLife,
        failing: Failing,
    ) -> Self {
        let writer = Some(writer);
        Self { writer, lost: None, reserve, hear, failing, lives: 0, released_bytes: 0 }
    }

    /// Works until it is told to stop or nobody can ask any more; gives the writer back.
    pub(super) fn run(mut self, queue: &Receiver<Job>) -> Option<Writer> {
        while let Ok(first) = queue.recv() {
            let mut waiting = Vec::new();
            let mut next = Some(first);
            while let Some(job) = next.take() {
                match job {
                    Job::Append { event, now, quality, answer } => {
                        waiting.push(Waiting { event, now, quality, answer });
                        if waiting.len() < COMMIT_ENTRIES_MAX {
                            next = queue.try_recv().ok();
                        }
                    }
                    other => {
                        self.write(core::mem::take(&mut waiting));
                        if !self.attend(other) {
                            return self.writer;
                        }
                    }
                }
            }
            self.write(waiting);
        }
        self.writer
    }

    /// Does a job that is no entry; false when it is the last.
    fn attend(&mut self, job: Job) -> bool {
        match job {
            Job::Recipients { recipients, now, answer: to } => {
                answer(&to, self.set_recipients(&recipients, now));
            }
            Job::NextLife { cause, now, quality, answer: to } => {
                answer(&to, self.leave(cause, now, quality));
            }
            Job::Checkpoint { answer: to } => {
                answer(&to, self.checkpoint());
            }
            Job::Append { .. } => (),
            Job::Stop => return false,
        }
        true
    }

    fn set_recipients(
        &mut self,
        recipients: &[String],
        now: Timestamp,
    ) -> Result<Committed, GroupError> {
        loop {
            self.bring_back(now, ClockQuality::Unknown)?;
            let writer = self.writer()?;
            match writer.set_recipients(recipients.to_vec(), now) {
                Ok(()) => return Ok(writer.committed()),
                Err(error) if error.is_full_disk() && self.release() => (),
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn checkpoint(&mut self) -> Result<String, GroupError> {
        loop {
            match self.writer()?.checkpoint() {
                Err(error) if error.is_full_disk() && self.release() => (),
                done => return Ok(done?.to_string()),
            }
        }
    }

    fn writer(&mut self) -> Result<&mut Writer, GroupError> {
        self.writer.as_mut().ok_or(GroupError::Closed)
    }

    /// Writes what waits, in order, and answers each.
    fn write(&mut self, mut waiting: Vec<Waiting>) {
        let Some((now, quality)) = waiting.first().map(|first| (first.now, first.quality)) else {
            return;
        };
        // Before anything is written: what an earlier failure left on the disk is none of these entries.
        if let Err(error) = self.bring_back(now, quality) {
            return self.refuse(waiting, &error);
        }
        let mut tries = 0;
        while !waiting.is_empty() {
            let origin = self.writer.as_ref().map(Writer::origin);
            let mut taken = Vec::with_capacity(waiting.len());
            let noted = self.note_released(now, quality);
            let written = noted.and_then(|()| self.try_write(&mut waiting, &mut taken));
            let error = match written {
                Ok(committed) => {
                    *self.failing.lock().unwrap_or_else(PoisonError::into_inner) = None;
                    answer_durable(waiting, &taken, committed);
                    return;
                }
                Err(error) => error,
            };
            tries += 1;
            let may_go_on =
                if error.wants_room() { self.release() } else { tries == 1 && self.has_failed() };
            let gone_on = if may_go_on { self.bring_back(now, quality) } else { Err(error) };
            let gone_on = gone_on.map(|()| self.settle(&mut waiting, origin, &taken));
            if let Err(error) = gone_on {
                return self.refuse(waiting, &error);
            }
        }
    }

    fn refuse(&self, waiting: Vec<Waiting>, error: &GroupError) {
        let class = error.class();
        tracing::error!(%class, %error, "the journal cannot be written");
        *self.failing.lock().unwrap_or_else(PoisonError::into_inner) = Some(class);
        waiting.into_iter().for_each(|entry| answer(&entry.answer, Err(error.clone())));
    }

    fn has_failed(&self) -> bool {
        self.writer.as_ref().map_or(self.lost.is_some(), Writer::has_failed)
    }

    /// Opens the journal again when its writer has failed; the next incarnation when this one cannot be opened. A disk
    /// that is full is no reason for either: a piece of the reserve is given back and the same is tried again, as long as
    /// there is one, for another program may have eaten the piece before.
    fn bring_back(&mut self, now: Timestamp, quality: ClockQuality) -> Result<(), GroupError> {
        loop {
            match self.try_bring_back(now, quality) {
                Err(error) if error.wants_room() && self.release() => (),
                done => return done,
            }
        }
    }

    fn try_bring_back(&mut self, now: Timestamp, quality: ClockQuality) -> Result<(), GroupError> {
        if !self.has_failed() {
            return Ok(());
        }
        let reopened = match (self.writer.take(), self.lost.take()) {
            (Some(writer), _) => writer.reopen(now, quality),
            (None, Some(Lost { setup, ended: Some(cause) })) => {
                return self.next_after_failure(setup, cause, now, quality);
            }
            (None, Some(Lost { setup, ended: None })) => {
                let again = setup.clone();
                Writer::open(*setup, now, quality).map_err(|error| (again, error))
            }
            (None, None) => return Err(GroupError::Closed),
        };
        match reopened {
            Ok(writer) => {
                self.writer = Some(writer);
                Ok(())
            }
            Err((setup, error)) if error.is_full_disk() => {
                self.lost = Some(Lost { setup, ended: None });
                Err(error.into())
            }
            Err((setup, error)) => {
                tracing::error!(class = %error.class(), %error, "the journal cannot be opened again");
                self.next_after_failure(setup, cause_of(&error), now, quality)
            }
        }
    }

    fn next_after_failure(
        &mut self,
        setup: Box<WriterSetup>,
        cause: Word,
        now: Timestamp,
        quality: ClockQuality,
    ) -> Result<(), GroupError> {
        if self.lives >= LIVES_MAX {
            self.lost = Some(Lost { setup, ended: Some(cause) });
            return Err(AppendError::Poisoned.into());
        }
        let newest = |setup: &WriterSetup| {
            newest_incarnation(setup.files.as_ref(), &setup.dir).ok().flatten().map_or(0, |n| n.0)
        };
        let (again, before) = (setup.clone(), newest(&setup));
        let begun = self.begin_next(setup, cause, now, quality);
        // What counts is what it added to the disk: a try that got nowhere may be made again.
        self.lives = self.lives.saturating_add(newest(&again).saturating_sub(before));
        begun.map(drop)
    }

    fn begin_next(
        &mut self,
        setup: Box<WriterSetup>,
        cause: Word,
        now: Timestamp,
        quality: ClockQuality,
    ) -> Result<Origin, GroupError> {
        match Writer::open_next_incarnation((*setup).clone(), cause.clone(), now, quality) {
            Ok(writer) => {
                let origin = writer.origin();
                tracing::error!(incarnation = origin.incarnation.0, %cause, "a new journal begins");
                self.writer = Some(writer);
                (self.hear)(origin, &cause);
                Ok(origin)
            }
            Err(error) => {
                self.lost = Some(Lost { setup, ended: Some(cause) });
                Err(error.into())
            }
        }
    }

    /// Ends this incarnation on somebody's word.
    fn leave(
        &mut self,
        cause: Word,
        now: Timestamp,
        quality: ClockQuality,
    ) -> Result<Origin, GroupError> {
        let setup = match (self.writer.take(), self.lost.take()) {
            (Some(writer), _) => {
                // The signed end of what is left behind; without it the entries are there all the same.
                if let Err(error) = writer.checkpoint() {
                    tracing::warn!(class = %error.class(), "a journal is left without its last checkpoint");
                }
                Box::new(writer.into_setup())
            }
            (None, Some(lost)) => lost.setup,
            (None, None) => return Err(GroupError::Closed),
        };
        match self.begin_next(setup, cause, now, quality) {
            Err(error) if error.wants_room() && self.release() => {
                self.bring_back(now, quality)?;
                Ok(self.writer()?.origin())
            }
            begun => begun,
        }
    }

    /// Answers those whose entries had reached the disk before the same journal was opened again.
    fn settle(&self, waiting: &mut Vec<Waiting>, origin: Option<Origin>, taken: &[Taken]) {
        let Some(writer) = self.writer.as_ref().filter(|w| Some(w.origin()) == origin) else {
            return;
        };
        // By sequence and not by count: the note of an earlier piece can stand before them in the same commit.
        let found = writer.opened_with();
        let there = taken.iter().take_while(|entry| entry.sequence.0 < found).count();
        let done: Vec<_> = waiting.drain(..there.min(waiting.len())).collect();
        answer_durable(done, taken, writer.committed());
    }

    /// Takes all events and commits; `taken` says where the first of those that wait stand, in order. An event that
    /// cannot be encoded is answered and left out.
    fn try_write(
        &mut self,
        waiting: &mut Vec<Waiting>,
        taken: &mut Vec<Taken>,
    ) -> Result<Committed, GroupError> {
        let writer = self.writer()?;
        let incarnation = writer.origin().incarnation;
        let mut failed = None;
        waiting.retain(|entry| {
            if failed.is_some() {
                return true;
            }
            match writer.append(&entry.event, entry.now, entry.quality) {
                Ok(sequence) => {
                    taken.push(Taken { incarnation, sequence, leaf: writer.last_leaf() });
                }
                Err(error @ AppendError::Event(_)) => {
                    answer(&entry.answer, Err(error.into()));
                    return false;
                }
                Err(error) => failed = Some(error),
            }
            true
        });
        match failed {
            Some(error) => Err(error.into()),
            None => Ok(writer.commit()?),
        }
    }

    /// Gives back a piece of the reserve; false when none is left.
    fn release(&mut self) -> bool {
        let Some(reserve) = &self.reserve else { return false };
        let released_bytes = reserve.release().unwrap_or_else(|error| {
            tracing::error!(class = %error.class(), %error, "the reserve cannot be given back");
            0
        });
        self.released_bytes = self.released_bytes.saturating_add(released_bytes);
        released_bytes > 0
    }

    /// Says what was given back of the reserve, before what the room was needed for.
    fn note_released(&mut self, now: Timestamp, quality: ClockQuality) -> Result<(), GroupError> {
        let released_bytes = self.released_bytes;
        let Some(reserve) = self.reserve.as_ref().filter(|_| released_bytes > 0) else {
            return Ok(());
        };
        let left_bytes = reserve.state().map_err(OpenError::from)?.held_bytes;
        let event = Event::ReserveReleased { released_bytes, left_bytes };
        self.writer()?.append(&event, now, quality)?;
        self.released_bytes = 0;
        Ok(())
    }
}

fn answer_durable(waiting: Vec<Waiting>, taken: &[Taken], committed: Committed) {
    for (entry, Taken { incarnation, sequence, leaf }) in waiting.into_iter().zip(taken) {
        let (incarnation, sequence, leaf) = (*incarnation, *sequence, *leaf);
        answer(&entry.answer, Ok(Durable { incarnation, sequence, leaf, committed }));
    }
}

/// Why an incarnation ends, as its successor says it.
fn cause_of(error: &OpenError) -> Word {
    let cause = match error {
        OpenError::AfterFailedSync => "journal-sync-failed",
        OpenError::Behind { .. } => "journal-behind",
        OpenError::Root { .. } => "journal-forked",
        _ => "journal-damaged",
    };
    Word::new(cause).unwrap_or_else(|_| Word::other())
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};
    use std::sync::Arc;
    use std::sync::mpsc::sync_channel;

    use tomoshibi_policies::record::RegionCode;

    use super::*;
    use crate::id::NodeId;
    use crate::journal::{Limits, Reader};
    use crate::seam::{Files, MemoryFiles, SystemEntropy};
    use crate::signed::SigningKey;

    fn writer(files: &MemoryFiles) -> Writer {
        let setup = WriterSetup {
            files: Arc::new(files.clone()),
            entropy: Arc::new(SystemEntropy),
            dir: PathBuf::from("journal"),
            origin: Origin {
                region: RegionCode::new(17).unwrap(),
                node: NodeId::from_bytes([1; 16]),
                incarnation: Incarnation(1),
            },
            signing: Arc::new(SigningKey::from_seed(&[1; 32])),
            recipients: vec![age::x25519::Identity::generate().to_public().to_string()],
            limits: Limits::default(),
        };
        Writer::open(setup, Timestamp::default(), ClockQuality::Unknown).unwrap()
    }

    /// Runs a thread's work over `count` jobs that were all queued before it began.
    fn run(writer: Writer, reserve: Option<Reserve>, count: usize) -> Vec<Durable> {
        let (jobs, queue) = sync_channel(count);
        let tickets: Vec<_> = (0..count)
            .map(|_| {
                let (answer, ticket) = sync_channel(1);
                let event = Box::new(Event::Stopped { cause: Word::new("test").unwrap() });
                let (now, quality) = (Timestamp::default(), ClockQuality::Unknown);
                jobs.send(Job::Append { event, now, quality, answer }).unwrap();
                ticket
            })
            .collect();
        drop(jobs);
        let hear: HearLife = Box::new(|_, _| ());
        WriterThread::new(writer, reserve, hear, Failing::default()).run(&queue);
        tickets.into_iter().filter_map(|ticket| ticket.recv().unwrap().ok()).collect()
    }

    #[test]
    fn entries_that_wait_together_share_a_sync() {
        let files = MemoryFiles::new();
        let writer = writer(&files);
        let before = files.operations();
        let done = run(writer, None, 300);
        assert_eq!(done.len(), 300);
        assert_leaves(&files, &done);
        assert!(done.iter().map(|durable| durable.sequence.0).eq(0..300));
        assert_eq!(
            files.operations() - before,
            4,
            "an append and a sync for 255 entries and for 45"
        );
    }

    /// The leaf hashes that a reader of the files finds, by sequence.
    fn leaves(files: &MemoryFiles) -> Vec<TreeHash> {
        let (node, incarnation) = (NodeId::from_bytes([1; 16]), Incarnation(1));
        let mut reader = Reader::open(files, Path::new("journal"), node, incarnation).unwrap();
        let mut leaves = Vec::new();
        while let Some(file) = reader.next_file().unwrap() {
            leaves.extend(file.records.iter().map(|record| record.clear.leaf()));
        }
        leaves
    }

    fn assert_leaves(files: &MemoryFiles, done: &[Durable]) {
        let found = leaves(files);
        for durable in done {
            let place = usize::try_from(durable.sequence.0).unwrap();
            assert_eq!(durable.leaf, found[place], "{place}");
        }
    }

    #[test]
    fn entries_that_reached_a_full_disk_are_not_written_again() {
        let files = MemoryFiles::new();
        let reserve = Reserve::new(Arc::new(files.clone()), Path::new("journal"), 1 << 20);
        reserve.ensure().unwrap();
        let writer = writer(&files);
        let used = files.list(Path::new("journal/00000001")).unwrap()[0].len_bytes + (1 << 20);
        // Room for four records of 92 + 24 + 64 + 16 + 8 bytes, and a part of the fifth.
        files.set_capacity(used + 4 * 204 + 50);
        let done = run(writer, Some(reserve), 9);
        assert_leaves(&files, &done);
        let done: Vec<_> = done.iter().map(|durable| durable.sequence.0).collect();
        // Entry 4 is the note of the torn tail, entry 5 that of the reserve.
        assert_eq!(done, [0, 1, 2, 3, 6, 7, 8, 9, 10]);
    }

    /// Another program, that takes what is given back at once.
    fn eat(files: &MemoryFiles) {
        files.set_capacity(1 << 40);
        let used = (1 << 40) - files.free_bytes(Path::new("journal")).unwrap();
        files.set_capacity(used);
    }

    #[test]
    fn a_disk_that_is_full_when_the_journal_is_opened_again_takes_from_the_reserve() {
        for pieces in 1..3_u64 {
            let files = MemoryFiles::new();
            let reserve_bytes = pieces * (16 << 20);
            let reserve =
                Reserve::new(Arc::new(files.clone()), Path::new("journal"), reserve_bytes);
            reserve.ensure().unwrap();
            let mut thread = WriterThread::new(
                writer(&files),
                Some(reserve),
                Box::new(|origin, cause| panic!("{origin}: {cause}")),
                Failing::default(),
            );
            let lost = thread.writer.take().unwrap().into_setup();
            thread.lost = Some(Lost { setup: Box::new(lost), ended: None });
            eat(&files);
            thread.bring_back(Timestamp::default(), ClockQuality::Unknown).unwrap();
            assert_eq!(thread.released_bytes, 16 << 20);
            let jobs = run(thread.writer.take().unwrap(), None, 2);
            assert_eq!(jobs.len(), 2);
        }
    }

    #[test]
    fn people_are_changed_and_heads_are_signed_on_a_full_disk() {
        let files = MemoryFiles::new();
        let reserve = Reserve::new(Arc::new(files.clone()), Path::new("journal"), 32 << 20);
        reserve.ensure().unwrap();
        let hear: HearLife = Box::new(|_, _| ());
        let mut thread =
            WriterThread::new(writer(&files), Some(reserve.clone()), hear, Failing::default());
        let recipients = [age::x25519::Identity::generate().to_public().to_string()];
        eat(&files);
        thread.checkpoint().unwrap();
        eat(&files);
        thread.set_recipients(&recipients, Timestamp::default()).unwrap();
        assert_eq!(reserve.state().unwrap().held_bytes, 0);
        assert_eq!(thread.writer().unwrap().origin().incarnation, Incarnation(1));
    }

    #[test]
    fn an_answer_names_the_entry_it_is_for_even_when_the_disk_fills_up_twice() {
        let mut twice = 0;
        for last_piece in (700..2100).step_by(100) {
            let files = MemoryFiles::new();
            let reserve_bytes = (16 << 20) + last_piece;
            let reserve =
                Reserve::new(Arc::new(files.clone()), Path::new("journal"), reserve_bytes);
            reserve.ensure().unwrap();
            let writer = writer(&files);
            let used = files.list(Path::new("journal/00000001")).unwrap()[0].len_bytes;
            files.set_capacity(used + reserve_bytes + 4 * 204 + 50);
            let done = run(writer, Some(reserve), 9);
            assert_leaves(&files, &done);
            let found = leaves(&files);
            let notes = found.len().saturating_sub(9);
            twice += u32::from(done.len() == 9 && notes == 4);
            let mut sequences: Vec<_> = done.iter().map(|durable| durable.sequence).collect();
            sequences.dedup();
            assert_eq!(sequences.len(), done.len(), "{last_piece}");
        }
        assert!(twice > 2, "{twice}");
    }
}
