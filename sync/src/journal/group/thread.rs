//! The thread behind a group.

use std::sync::mpsc::{Receiver, SyncSender};

use tomoshibi_policies::time::Timestamp;

use super::{Durable, GroupError};
use crate::journal::{
    AppendError, ClockQuality, Committed, Event, OpenError, Reserve, Sequence, TreeHash, Writer,
};

/// Most entries that share a sync: what one commit can hold of the longest.
const COMMIT_ENTRIES_MAX: usize = 255;

type Answer<T> = SyncSender<Result<T, GroupError>>;

/// What the thread is asked to do.
pub(super) enum Job {
    Append { event: Box<Event>, now: Timestamp, quality: ClockQuality, answer: Answer<Durable> },
    Recipients { recipients: Vec<String>, now: Timestamp, answer: Answer<Committed> },
    Checkpoint { answer: Answer<String> },
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
    sequence: Sequence,
    leaf: TreeHash,
}

/// An answer that nobody waits for any more is no error: the entry is durable all the same.
fn answer<T>(to: &Answer<T>, answer: Result<T, GroupError>) {
    let _ = to.send(answer);
}

pub(super) struct WriterThread {
    writer: Option<Writer>,
    reserve: Option<Reserve>,
}

impl WriterThread {
    pub(super) const fn new(writer: Writer, reserve: Option<Reserve>) -> Self {
        Self { writer: Some(writer), reserve }
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
                let done = self.writer().and_then(|writer| {
                    writer.set_recipients(recipients, now)?;
                    Ok(writer.committed())
                });
                answer(&to, done);
            }
            Job::Checkpoint { answer: to } => {
                let done = self.writer().and_then(|writer| Ok(writer.checkpoint()?.to_string()));
                answer(&to, done);
            }
            Job::Append { .. } => (),
            Job::Stop => return false,
        }
        true
    }

    fn writer(&mut self) -> Result<&mut Writer, GroupError> {
        self.writer.as_mut().ok_or(GroupError::Closed)
    }

    /// Writes what waits, in order, and answers each.
    fn write(&mut self, mut waiting: Vec<Waiting>) {
        while !waiting.is_empty() {
            let mut taken = Vec::with_capacity(waiting.len());
            match self.try_write(&mut waiting, &mut taken) {
                Ok(committed) => {
                    answer_durable(waiting, &taken, committed);
                    return;
                }
                Err(GroupError::Append(error)) if error.is_full_disk() => {
                    if let Err(error) = self.make_room(&mut waiting, &taken, error) {
                        return refuse(waiting, &error);
                    }
                }
                Err(error) => return refuse(waiting, &error),
            }
        }
    }

    /// Takes all events and commits; `taken` says where the first of those that wait stand, in order. An event that
    /// cannot be encoded is answered and left out.
    fn try_write(
        &mut self,
        waiting: &mut Vec<Waiting>,
        taken: &mut Vec<Taken>,
    ) -> Result<Committed, GroupError> {
        let writer = self.writer()?;
        let mut failed = None;
        waiting.retain(|entry| {
            if failed.is_some() {
                return true;
            }
            match writer.append(&entry.event, entry.now, entry.quality) {
                Ok(sequence) => taken.push(Taken { sequence, leaf: writer.last_leaf() }),
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

    /// Gives back a piece of the reserve, reopens, and answers those whose entries had reached the disk.
    fn make_room(
        &mut self,
        waiting: &mut Vec<Waiting>,
        taken: &[Taken],
        full: AppendError,
    ) -> Result<(), GroupError> {
        let reserve = self.reserve.as_ref().ok_or_else(|| full.clone())?;
        let released_bytes = reserve.release().map_err(OpenError::from)?;
        if released_bytes == 0 {
            return Err(full.into());
        }
        let left_bytes = reserve.state().map_err(OpenError::from)?.held_bytes;
        let (now, quality) = waiting
            .first()
            .map_or((Timestamp::default(), ClockQuality::Unknown), |w| (w.now, w.quality));
        let writer = self.writer.take().ok_or(GroupError::Closed)?;
        let mut writer = match writer.reopen(now, quality) {
            Ok(writer) => writer,
            Err((_, OpenError::Append(error))) if error.is_full_disk() => {
                return Err(error.into());
            }
            Err((_, error)) => return Err(error.into()),
        };
        // By sequence and not by count: the note of an earlier piece can stand before them in the same commit.
        let found = writer.opened_with();
        let there = taken.iter().take_while(|entry| entry.sequence.0 < found).count();
        let done: Vec<_> = waiting.drain(..there.min(waiting.len())).collect();
        answer_durable(done, taken, writer.committed());
        let event = Event::ReserveReleased { released_bytes, left_bytes };
        let noted = writer.append(&event, now, quality);
        self.writer = Some(writer);
        noted.map(drop).map_err(GroupError::from)
    }
}

fn answer_durable(waiting: Vec<Waiting>, taken: &[Taken], committed: Committed) {
    for (entry, Taken { sequence, leaf }) in waiting.into_iter().zip(taken) {
        answer(&entry.answer, Ok(Durable { sequence: *sequence, leaf: *leaf, committed }));
    }
}

fn refuse(waiting: Vec<Waiting>, error: &GroupError) {
    waiting.into_iter().for_each(|entry| answer(&entry.answer, Err(error.clone())));
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};
    use std::sync::Arc;
    use std::sync::mpsc::sync_channel;

    use tomoshibi_policies::record::RegionCode;

    use super::*;
    use crate::id::{Incarnation, NodeId};
    use crate::journal::{Limits, Origin, Reader, Word, WriterSetup};
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
        WriterThread::new(writer, reserve).run(&queue);
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
